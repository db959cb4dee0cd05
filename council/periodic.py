"""What the clock starts in the council."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from config.lib.clock import now
from council.services import asking, following, functions, leaving_notes, reminding
from council.services.acts import signatories


@shared_task(name="council.every_night", ignore_result=True)
def every_night(**_: Any) -> None:
    """Every night, just after midnight in France: teams by function follow the mandates, and
    those who owe an answer are reminded."""
    functions.every_night(now=now())
    following.remind(now=now())
    asking.remind(now=now())
    leaving_notes.every_night(now=now())
    signatories.every_night(now=now())


@shared_task(name="council.remind", ignore_result=True)
def remind(**_: Any) -> None:
    """Every ten minutes: members who have not opened or answered, on the day set for it."""
    reminding.remind_due(now=now())
