"""The hash chain over the journal: each seal covers a batch of entries and the seal before it.

Whoever rewrites an entry, even in the database itself, must rewrite every seal after it; a copy
of the last seal kept elsewhere then tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from accounts.models import AuditEntry, AuditSeal

_BATCH = 2000
# Any number of ours: two sealers never work at once.
_LOCK = 0x5EA1


def last_written() -> int:
    """The highest entry written so far; lower ones may still be in transactions under way."""
    return AuditEntry.objects.aggregate(last=Max("id"))["last"] or 0


def older_transaction_runs(than: datetime) -> bool:
    """Whether a transaction begun before this instant may still write an entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start <= %s)",
            [than],
        )
        return bool(cursor.fetchone()[0])


def _canonical(entry: AuditEntry) -> bytes:
    facts = [
        entry.pk,
        str(entry.uid),
        entry.organisation_uid and str(entry.organisation_uid),
        entry.actor_uid and str(entry.actor_uid),
        entry.verb,
        entry.target_type,
        entry.target_uid and str(entry.target_uid),
        str(entry.operation_uid),
        entry.data,
        entry.at.isoformat(),
    ]
    return json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _digest(previous: str, first: int, last: int) -> tuple[str, int]:
    """SHA-256 of the previous seal and of the entries from `first` to `last`; how many."""
    chain, count = hashlib.sha256(previous.encode()), 0
    entries = AuditEntry.objects.filter(id__gte=first, id__lte=last).order_by("id")
    for entry in entries.iterator(chunk_size=500):
        chain.update(_canonical(entry) + b"\n")
        count += 1
    return chain.hexdigest(), count


def seal(*, up_to: int, now: datetime) -> int:
    """Seal the entries not yet sealed, up to this one. Returns how many seals were made.

    The caller knows that no transaction under way can still write a lower entry.
    """
    made = 0
    while _seal_batch(up_to, now):
        made += 1
    return made


@transaction.atomic
def _seal_batch(up_to: int, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    latest = AuditSeal.objects.order_by("-last_id").first()
    after, previous = (latest.last_id, latest.sha256) if latest else (0, "")
    ids = list(
        AuditEntry.objects.filter(id__gt=after, id__lte=up_to)
        .order_by("id")
        .values_list("id", flat=True)[:_BATCH]
    )
    if not ids:
        return False
    digest, count = _digest(previous, after + 1, ids[-1])
    AuditSeal.objects.create(
        first_id=after + 1,
        last_id=ids[-1],
        count=count,
        previous=previous,
        sha256=digest,
        sealed_at=now,
    )
    return True


@dataclass(frozen=True, slots=True)
class Broken:
    """A seal that no longer matches what it covers."""

    first_id: int
    last_id: int
    reason: str


def verify() -> Iterator[Broken]:
    """Every seal that does not hold, in order; nothing when the journal is intact."""
    before = AuditEntry.objects.filter(id__lt=1).count()
    if before:  # the numbers start at 1, and so does the first seal
        yield Broken(0, 0, f"{before} traces avant la première")
    previous, after = "", 0
    for one in AuditSeal.objects.order_by("last_id").iterator():
        if one.previous != previous or one.first_id != after + 1:
            yield Broken(one.first_id, one.last_id, "la chaîne est rompue avant ce scellé")
        digest, count = _digest(one.previous, one.first_id, one.last_id)
        if count != one.count:
            yield Broken(one.first_id, one.last_id, f"{count} traces au lieu de {one.count}")
        elif digest != one.sha256:
            yield Broken(one.first_id, one.last_id, "une trace a été modifiée")
        previous, after = one.sha256, one.last_id
