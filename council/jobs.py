"""Background work of the council, and the mail whose outcome the law watches."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from accounts.mail import mail_kind
from accounts.models import Person
from config.work.models import Event
from config.work.registry import JobRun, consumer, handler
from council import (
    alerts,
    alerts_following,  # noqa: F401 - its lines are written out by the mail worker
    alerts_members,  # noqa: F401 - the same
    notifications,
    notifications_informing,
    notifications_members,  # noqa: F401 - the same
    notifications_notes,  # noqa: F401 - the same
    papers,
)
from council.models import DossierEdition, Meeting
from council.services import (
    convening,
    handing_over,
    informing,
    proof_making,
    reminding,
    resending,
    returning,
    telling,
)
from council.services.acts import binding, printing, scans
from council.services.brought import taking_in
from documents.audit import VERSION_ADDED

# Declared here and not in `notifications`: the last check and the outcome are services, which
# `notifications` may not know.
mail_kind(
    convening.CONVOCATION_MAIL,
    render=notifications.convocation_mail,
    check=handing_over.why_not_leave,
    settled=handing_over.note_outcome,
    returned=returning.note_return,
)
mail_kind(
    resending.COPY_MAIL,
    render=notifications.convocation_mail,
    check=resending.why_not_leave,
    settled=resending.note_outcome,
    returned=returning.note_return,
)


mail_kind(
    reminding.REMINDER_MAIL,
    render=notifications.reminder_mail,
    check=reminding.why_not_leave,
    settled=reminding.note_outcome,
)


mail_kind(
    informing.COPY_MAIL,
    render=notifications_informing.copy_mail,
    check=informing.why_not_leave,
    settled=informing.note_outcome,
)


NEWS = (
    alerts.MEETING_CONVENED,
    alerts.MEETING_AMENDED,
    alerts.MEETING_MOVED,
    alerts.MEETING_CANCELLED,
    alerts.AGENDA_SETTLED,
)


def _author(event: Event) -> UUID | None:
    return Person.objects.filter(pk=event.actor_key).values_list("uid", flat=True).first()


@consumer("council.followers", events=NEWS)
def tell_followers(event: Event) -> None:
    """Tell those who follow a meeting what happened to it."""
    meeting = (
        Meeting.objects.filter(uid=event.payload["meeting"])
        .select_related("organisation", "assembly")
        .first()
    )
    if meeting is not None:
        telling.tell_followers(event.name, meeting, actor_uid=_author(event), now=event.at)


@consumer("council.pieces", events=(VERSION_ADDED.code,))
def tell_new_version(event: Event) -> None:
    """Tell those who follow a meeting that one of its pieces has a new version."""
    telling.tell_new_version(event.payload["uid"], actor_uid=_author(event), now=event.at)


@handler(convening.DEADLINE_ALARM)
def deadline_alarm(run: JobRun) -> None:
    handing_over.alarm(meeting_uid=run.payload["meeting"], now=run.now)


def _unstamped(run: JobRun, reason: str) -> None:
    proof_making.note_unstamped(proof_uid=run.payload["proof"], reason=reason)


@handler(proof_making.STAMP, max_attempts=8, backoff=timedelta(minutes=1), on_failure=_unstamped)
def stamp_proof(run: JobRun) -> None:
    """Have a proof stamped by the host's authority."""
    proof_making.stamp(proof_uid=run.payload["proof"])


@handler(printing.TYPESET)
def typeset_act(run: JobRun) -> None:
    """Print an act. Done again after a crash, it files nothing twice."""
    printing.print_act(act_id=run.payload["act"], person_id=run.payload["person"], now=run.now)


@handler(scans.SPLIT)
def split_scan(run: JobRun) -> None:
    """Give each act of a scan its signed pages."""
    scans.split_scan(
        envelope_id=run.payload["envelope"],
        person_id=run.payload["person"],
        signed_on=date.fromisoformat(run.payload["signed_on"]),
        now=run.now,
    )


@handler(binding.BIND)
def bind_register(run: JobRun) -> None:
    """Make the register of a year. Done again, the same pages make the same version."""
    binding.bind_register(
        bound_id=run.payload["bound"], person_id=run.payload["person"], now=run.now
    )


def _stop_taking_in(run: JobRun, reason: str) -> None:
    taking_in.stop(brought_id=run.payload["brought"], reason=reason, now=run.now)


def _start_taking_in_again(payload: dict[str, Any]) -> None:
    taking_in.start_again(brought_id=payload["brought"])


@handler(
    taking_in.TAKE_IN,
    longest=timedelta(minutes=20),
    on_failure=_stop_taking_in,
    on_retry=_start_taking_in_again,
)
def take_session_in(run: JobRun) -> None:
    """Make the meeting of an archive: whole, or not at all."""
    taking_in.take_in(brought_id=run.payload["brought"], now=run.now, heartbeat=run.heartbeat)


@consumer("council.papers", events=("council.meeting.convened", "council.meeting.amended"))
def make_papers(event: Event) -> None:
    """Make the whole dossier before the first member asks for it. It is kept, so twice is once."""
    edition = DossierEdition.objects.filter(uid=event.payload["edition"]).first()
    if edition is not None:
        papers.whole_file(edition)
