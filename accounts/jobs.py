"""Background work of people and their messages."""

from __future__ import annotations

from datetime import timedelta

from accounts.mail import HAND_OVER
from accounts.services import mailing
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
