"""The message that tells every member what was answered to one of them."""

from __future__ import annotations

from datetime import datetime

from accounts.mail import MailContent, mail_body, mail_kind
from accounts.models import Mail
from council.enums import RequestState
from council.models import Convocation, PieceRequest
from council.notifications import personal_url

PIECE_GIVEN_MAIL = "council.piece_given"


def _of(mail: Mail) -> tuple[Convocation, PieceRequest]:
    convocation = Convocation.objects.select_related(
        "meeting__assembly__organisation", "organisation", "person", "mandate"
    ).get(uid=mail.payload["convocation"])
    return convocation, PieceRequest.objects.get(uid=mail.payload["request"])


def piece_given_mail(mail: Mail, now: datetime) -> MailContent:
    """The same words for everybody; the link is each one's own."""
    convocation, request = _of(mail)
    meeting = convocation.meeting
    url = personal_url(convocation, now=now)
    context = {
        "name": convocation.person.full_name,
        "what": request.what,
        "given": request.state == RequestState.GIVEN,
        "answer": request.answer,
        "piece": request.label,
        "assembly": meeting.assembly.name,
        "day": f"{meeting.local_start:%d/%m/%Y}",
        "url": url,
        "phone": meeting.assembly.phone or convocation.organisation.phone,
        "organisation": convocation.organisation.name,
    }
    text, html = mail_body("council/piece_given", context)
    subject = "une pièce demandée est communiquée" if context["given"] else "réponse à une demande"
    return MailContent(
        f"{meeting.assembly.name} du {meeting.local_start:%d/%m/%Y} : {subject}",
        text,
        html,
        reply_to=meeting.assembly.reply_email or convocation.organisation.email,
        masks=(url,),
    )


def why_not_leave(mail: Mail, now: datetime) -> str:
    """Just before it leaves: nothing goes to somebody whose mandate ended meanwhile."""
    convocation, _ = _of(mail)
    if not convocation.mandate.is_current(now.astimezone(convocation.meeting.tz).date()):
        return "Le mandat de cette personne est terminé."
    if convocation.meeting.cancelled_at is not None:
        return "La séance est annulée."
    return ""


mail_kind(PIECE_GIVEN_MAIL, render=piece_given_mail, check=why_not_leave)
