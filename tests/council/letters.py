"""A convened meeting whose messages have left."""

from __future__ import annotations

from accounts.enums import MailState
from accounts.models import Mail
from council.services import convening, handing_over
from tests.council.stage import NOW, Stage


def send_letters(stage: Stage) -> str:
    """Convene a meeting of one point without files; the server accepts each message."""
    meeting = stage.meeting()
    stage.item("Tarifs de la cantine", meeting=meeting)
    convening.convene(actor=stage.dgs, meeting=stage.frozen(meeting), now=NOW)
    for mail in Mail.objects.filter(kind=convening.CONVOCATION_MAIL).order_by("pk"):
        mail.state, mail.handed_over_at = MailState.ACCEPTED, NOW
        mail.address, mail.response = mail.person.email, "250 2.0.0 Ok: queued as 4F3A"
        mail.save()
        handing_over.note_outcome(mail, NOW)
    return str(meeting.uid)
