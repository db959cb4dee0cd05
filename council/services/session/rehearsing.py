"""A rehearsal: everything as on the day, and nothing left of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_record
from council.models import Meeting, SessionEntry
from council.services.locking import lock_meeting


def is_rehearsed(meeting: Meeting) -> bool:
    """Whether somebody is rehearsing it."""
    return SessionEntry.objects.filter(meeting=meeting, rehearsal=True).exists()


@transaction.atomic
def undo_rehearsal(*, actor: Actor, meeting: Meeting, now: datetime) -> int:
    """Erase the whole rehearsal: its facts, its votes. Returns how many facts there were."""
    locked = lock_meeting(meeting)
    require(can_record(actor, locked))
    rows = SessionEntry.objects.filter(meeting=locked, rehearsal=True)
    count = rows.count()
    if count:
        rows.delete()
        record(actor, audit.REHEARSAL_UNDONE, locked, now=now, data={"entries": count})
    return count
