"""Background work of people and their messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.mail import HAND_OVER
from accounts.services import keeping, mailing, proposing
from config.work.enums import Queue
from config.work.registry import JobRun, handler


def _abandon(run: JobRun, reason: str) -> None:
    mailing.abandon(run.payload["mail"], reason)


# Refusals of the moment are free retries: the tries that count are those that killed a worker.
@handler(
    HAND_OVER, queue=Queue.MAIL, max_attempts=4, lease=timedelta(minutes=3), on_failure=_abandon
)
def hand_over(run: JobRun) -> None:
    mailing.hand_over(run.payload["mail"], now=run.now)


@handler(keeping.SEAL, max_attempts=5)
def seal(run: JobRun) -> None:
    keeping.seal(
        up_to=run.payload["up_to"],
        seen_at=datetime.fromisoformat(run.payload["seen_at"]),
        now=run.now,
    )


@handler(proposing.TELL, queue=Queue.MAIL, max_attempts=5)
def tell_invited(run: JobRun) -> None:
    proposing.tell(invitation_id=run.payload["invitation"], now=run.now)
