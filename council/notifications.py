"""The messages of the council: what they say, rendered at the moment they leave.

The outbox holds ids. The personal link exists in the message only: it is made here, from the
convocation's present generation, and handed to `masks` so that the copy kept for proof has none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.mail import Attachment, MailContent, mail_body, mail_kind
from accounts.models import Mail
from config.lib.clock import local_date
from config.lib.text import plural
from council.dossier import french, letters
from council.dossier.data import Dossier
from council.link_tokens import Link, mint
from council.models import Answer, Convocation
from council.papers import convocation_file, edition_dossier, edition_ics
from council.rules.notice import clear_days_between

NEW_LINK = "council.new_link"

#: A link lasts until two weeks after the meeting, and at least two weeks after it was asked for.
LASTS = timedelta(days=15)


def personal_url(convocation: Convocation, *, now: datetime) -> str:
    """The whole address of the personal link. Only a message being sent may hold it."""
    meeting = convocation.meeting
    last = max(meeting.local_day, local_date(now, meeting.timezone)) + LASTS
    token = mint(Link(convocation.uid, convocation.generation, last))
    return f"{settings.SITE_ADDRESS}{reverse('portal:gate', args=[token])}"


def _convocation(mail: Mail) -> Convocation:
    return Convocation.objects.select_related(
        "meeting__assembly__organisation",
        "organisation",
        "person",
        "mandate",
        "edition__meeting__assembly__organisation",
    ).get(uid=mail.payload["convocation"])


def meeting_in_subject(dossier: Dossier) -> str:
    """Conseil municipal du lundi 30 novembre, 20 h."""
    start = dossier.session.local_start
    day = french.long_date(start.date(), with_year=False)
    return f"{dossier.session.assembly} du {day}, {french.short_hour(start)}"


def notice_sentence(convocation: Convocation, dossier: Dossier, *, now: datetime) -> str:
    """How long before the meeting this message leaves, in the words of the law."""
    meeting = convocation.meeting
    days = clear_days_between(local_date(now, meeting.timezone), meeting.local_day)
    if days < 1:
        return ""
    free = plural(days, "jour franc", "jours francs")
    return f"Vous recevez cette convocation {free} avant la séance."


def _context(convocation: Convocation, dossier: Dossier, *, now: datetime) -> dict[str, Any]:
    person = convocation.person
    start = dossier.session.local_start
    convened = {"f": "convoquée", "m": "convoqué"}
    when = letters.session_when(dossier)
    return {
        "name": person.full_name,
        "greeting": {"f": "Madame", "m": "Monsieur"}.get(person.gender, "Bonjour"),
        "organisation": dossier.letterhead.organisation,
        "phone": dossier.letterhead.phone,
        "assembly": letters.body_with_article(dossier),
        "of_assembly": french.of(letters.body_with_article(dossier)),
        "when": when,
        "day": french.long_date(start.date()),
        "place": letters.session_place(dossier),
        "points": [
            {"number": one.number, "title": french.typeset(one.title)} for one in dossier.points
        ],
        "changes": [french.typeset(one) for one in dossier.changes],
        "mentions": [french.typeset(one) for one in dossier.extra_mentions],
        "urgency": french.typeset(dossier.urgency_reason),
        "notice": notice_sentence(convocation, dossier, now=now),
        "proxies": dossier.proxies_allowed,
        "signatory": dossier.signatory,
        "url": personal_url(convocation, now=now),
        "convened": convened.get(person.gender, "convoqué(e)"),
        "edition": dossier.edition,
    }


def _reply_to(convocation: Convocation) -> str:
    return convocation.meeting.assembly.reply_email or convocation.organisation.email


def what_is_sent(dossier: Dossier) -> str:
    """votre dossier, or the modified one."""
    return "votre dossier" if dossier.edition == 1 else "votre dossier modifié"


def convocation_mail(mail: Mail, now: datetime) -> MailContent:
    """The convocation: its agenda in the body, its PDF and the calendar entry attached."""
    convocation = _convocation(mail)
    dossier = edition_dossier(convocation.edition)
    context = _context(convocation, dossier, now=now)
    text, html = mail_body("council/convocation", context)
    day = dossier.session.local_start.strftime("%Y-%m-%d")
    return MailContent(
        subject=f"{meeting_in_subject(dossier)} : {what_is_sent(dossier)}",
        text=text,
        html=html,
        attachments=(
            Attachment(
                f"Convocation {day}.pdf",
                convocation_file(convocation.edition).read_bytes(),
                "application/pdf",
            ),
            Attachment(
                f"Séance {day}.ics",
                edition_ics(convocation.edition),
                "text/calendar",
                {"method": "PUBLISH", "charset": "utf-8"},
            ),
        ),
        reply_to=_reply_to(convocation),
        masks=(context["url"],),
    )


def convocation_preview(
    convocation: Convocation, dossier: Dossier, *, now: datetime
) -> tuple[str, str]:
    """Subject and text as that member will read them, the personal link masked.

    The convocation need not be saved: this is what is shown before anything is sent.
    """
    context = _context(convocation, dossier, now=now)
    text, _ = mail_body("council/convocation", context)
    what = what_is_sent(dossier)
    subject = f"{convocation.person.full_name} — {meeting_in_subject(dossier)} : {what}"
    return subject, text.replace(context["url"], "(lien personnel)")


def new_link_mail(mail: Mail, now: datetime) -> MailContent:
    """A fresh personal link, to the address that is known."""
    convocation = _convocation(mail)
    dossier = edition_dossier(convocation.edition)
    context = _context(convocation, dossier, now=now)
    text, html = mail_body("council/new_link", context)
    return MailContent(
        subject=f"{meeting_in_subject(dossier)} : votre nouveau lien",
        text=text,
        html=html,
        reply_to=_reply_to(convocation),
        masks=(context["url"],),
    )


def reminder_mail(mail: Mail, now: datetime) -> MailContent:
    """Once: the dossier is waiting, or the answer."""
    convocation = _convocation(mail)
    dossier = edition_dossier(convocation.edition)
    answered = Answer.objects.filter(meeting=convocation.meeting, person=convocation.person)
    context = _context(convocation, dossier, now=now) | {
        "unopened": convocation.opened_at is None,
        "unanswered": not answered.current().exists(),
    }
    text, html = mail_body("council/reminder", context)
    return MailContent(
        subject=f"Rappel : {meeting_in_subject(dossier)}",
        text=text,
        html=html,
        reply_to=_reply_to(convocation),
        masks=(context["url"],),
    )


def link_must_not_leave(mail: Mail, now: datetime) -> str:
    """Just before a fresh link leaves: not to somebody whose mandate ended meanwhile."""
    convocation = _convocation(mail)
    if convocation.mandate.is_current(local_date(now, convocation.meeting.timezone)):
        return ""
    return "Le mandat de cette personne est terminé : rien ne part."


mail_kind(NEW_LINK, render=new_link_mail, check=link_must_not_leave)
