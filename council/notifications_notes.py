"""The message of those who leave: until when their private notes stay, and how to take them."""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.urls import reverse

from accounts.mail import MailContent, mail_body, mail_kind
from accounts.models import Mail
from config.lib.clock import local_date
from config.lib.text import long_date
from council.link_tokens import Link, mint
from council.models import NotesLeave

TAKE_AWAY = "council.notes_leave"


def take_away_url(leave: NotesLeave) -> str:
    """The whole address of the link that takes the notes away. Only a message being sent may hold
    it."""
    token = mint(Link(leave.uid, 1, leave.until))
    return f"{settings.SITE_ADDRESS}{reverse('portal:take-notes', args=[token])}"


def take_away_mail(mail: Mail, now: datetime) -> MailContent:
    """The same words to everybody: nobody here knows who wrote notes."""
    leave = NotesLeave.objects.select_related("person", "organisation").get(
        uid=mail.payload["leave"]
    )
    url = take_away_url(leave)
    context = {
        "name": leave.person.full_name,
        "until": long_date(datetime.combine(leave.until, time())),
        "url": url,
        "organisation": leave.organisation.name,
        "phone": leave.organisation.phone,
    }
    text, html = mail_body("council/notes_leave", context)
    return MailContent(
        "Fin de mandat : vos notes personnelles",
        text,
        html,
        reply_to=leave.organisation.email,
        masks=(url,),
    )


def why_not_leave(mail: Mail, now: datetime) -> str:
    """Just before it leaves: not to somebody who sits again, nor once everything is erased."""
    leave = (
        NotesLeave.objects.filter(uid=mail.payload["leave"]).select_related("organisation").first()
    )
    if leave is None or leave.until < local_date(now, leave.organisation.timezone):
        return "Cette personne siège de nouveau, ou le délai est passé."
    return ""


mail_kind(TAKE_AWAY, render=take_away_mail, check=why_not_leave)
