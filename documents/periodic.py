"""What the clock starts: the daily look at rights, the sweep of what nothing refers to, and of
what can no longer be undone."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from config.lib.clock import now
from documents.search import vocabulary
from documents.services import (
    deadlines,
    drafts,
    drive_locks,
    editing,
    erasing,
    linking,
    mail_fetching,
    opinions,
    reading,
    scanning,
    sweeping,
    telling_in_charge,
    undoing,
    uploading,
    watching,
)


@shared_task(name="documents.every_night", ignore_result=True)
def every_night(**_: Any) -> None:
    """Every night."""
    watching.watch_managers(now=now())
    uploading.forget_expired(now=now())
    erasing.erase_due(now=now())
    erasing.erase_bytes(now=now())
    drafts.forget_drafts(now=now())
    drive_locks.forget_locks(now=now())
    editing.forget_links(now=now())
    opinions.remind(now=now())
    sweeping.sweep(now=now())
    reading.plan_missing_previews(now=now())
    telling_in_charge.remind(now=now())
    deadlines.remind(now=now())
    vocabulary.forget_unused(now().day)
    undoing.forget_old(now=now())


@shared_task(name="documents.fetch_mail", ignore_result=True)
def fetch_mail(**_: Any) -> None:
    """Every minute, when a mailbox is set."""
    mail_fetching.plan_fetch(now=now())


@shared_task(name="documents.collect_scans", ignore_result=True)
def collect_scans(**_: Any) -> None:
    """Every minute, when a folder of scanners is set."""
    scanning.plan_collection(now=now())
    linking.tell_endings(now=now())
