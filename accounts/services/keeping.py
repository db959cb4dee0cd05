"""Keeping the journal: seals, partitions of addresses, what personal data is forgotten when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from accounts.audit import sealing
from accounts.services.proposing import forget_expired
from accounts.services.sessions import purge_sessions
from accounts.services.throttling import purge_failures
from config.work.registry import Retry
from config.work.services import enqueue

SEAL = "accounts.audit.seal"
# Time for the transactions under way to end before their entries are sealed.
SETTLING = timedelta(minutes=10)
ADDRESSES_KEPT_MONTHS = 12


def plan_seal(*, now: datetime) -> None:
    """Look at what is written now; it is sealed a little later, once nothing lower can appear."""
    last = sealing.last_written()
    if last:
        enqueue(
            SEAL,
            payload={"up_to": last, "seen_at": now.isoformat()},
            now=now,
            dedupe="seal",
            at=now + SETTLING,
        )


def seal(*, up_to: int, seen_at: datetime, now: datetime) -> int:
    """Seal what was written when it was looked at. Raises Retry while an old transaction runs."""
    if sealing.older_transaction_runs(seen_at):
        raise Retry("an older transaction is still running", after=SETTLING, free=True)
    return sealing.seal(up_to=up_to, now=now)


def _months(day: datetime, by: int) -> str:
    index = day.year * 12 + day.month - 1 + by
    return f"{index // 12:04d}-{index % 12 + 1:02d}-01"


def keep_partitions(*, now: datetime) -> tuple[int, int]:
    """Prepare the months that come, drop those past their term. Returns (made, dropped)."""
    with connection.cursor() as cursor:
        made = 0
        for ahead in range(3):
            cursor.execute("SELECT accounts_auditaddress_prepare(%s::date)", [_months(now, ahead)])
            made += bool(cursor.fetchone()[0])
        cursor.execute(
            "SELECT accounts_auditaddress_forget(%s::date)", [_months(now, -ADDRESSES_KEPT_MONTHS)]
        )
        return made, int(cursor.fetchone()[0])


def every_night(*, now: datetime) -> None:
    """What is done once a day, whatever happens in the town halls."""
    keep_partitions(now=now)
    purge_failures(now=now)
    purge_sessions(now=now)
    forget_expired(now=now)
