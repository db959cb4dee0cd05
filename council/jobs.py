"""Background work of the council, and the mail whose outcome the law watches."""

from __future__ import annotations

from accounts.mail import mail_kind
from config.work.models import Event
from config.work.registry import JobRun, consumer, handler
from council import notifications, papers
from council.models import DossierEdition
from council.services import convening, handing_over

# Declared here and not in `notifications`: the last check and the outcome are services, which
# `notifications` may not know.
mail_kind(
    convening.CONVOCATION_MAIL,
    render=notifications.convocation_mail,
    check=handing_over.why_not_leave,
    settled=handing_over.note_outcome,
)


@handler(convening.DEADLINE_ALARM)
def deadline_alarm(run: JobRun) -> None:
    handing_over.alarm(meeting_uid=run.payload["meeting"], now=run.now)


@consumer("council.papers", events=("council.meeting.convened",))
def make_papers(event: Event) -> None:
    """Make the whole dossier before the first member asks for it. It is kept, so twice is once."""
    edition = DossierEdition.objects.filter(uid=event.payload["edition"]).first()
    if edition is not None:
        papers.whole_file(edition)
