"""What the clock starts: grouped mails, seals of the journal, forgetting."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from accounts.services import keeping, telling, viewing
from config.lib.clock import now


@shared_task(name="accounts.flush", ignore_result=True)
def flush(**_: Any) -> None:
    """Every minute: lines of the inbox whose time has come leave as mails; looks end."""
    telling.flush(now=now())
    viewing.close_expired(now=now())


@shared_task(name="accounts.plan_seal", ignore_result=True)
def plan_seal(**_: Any) -> None:
    """Every hour."""
    keeping.plan_seal(now=now())


@shared_task(name="accounts.every_night", ignore_result=True)
def every_night(**_: Any) -> None:
    """Every night."""
    keeping.every_night(now=now())
