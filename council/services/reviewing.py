"""What a point took from a former year, looked at passage by passage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_edit_item
from council.dossier.written import plain
from council.models import AgendaItem, ItemPassage
from council.rules.review import still_there
from council.services.locking import lock_item


@transaction.atomic
def mark_seen(
    *, actor: Actor, item: AgendaItem, seen: Iterable[UUID], now: datetime
) -> list[ItemPassage]:
    """Say of some passages that they are still true. Returns those that are left."""
    locked = lock_item(item)
    require(can_edit_item(actor, locked))
    rows = ItemPassage.objects.filter(item=locked, uid__in=list(seen), seen_at=None)
    if rows.update(seen_at=now, seen_by=actor.person):
        record(actor, audit.ITEM_REVIEWED, locked, now=now)
    return left_of(locked)


def full_text(item: AgendaItem) -> str:
    """All the words of a point that were taken from another."""
    return "\n".join((item.title, plain(item.summary), plain(item.proposed_text)))


def left_by_item(items: Sequence[AgendaItem]) -> dict[int, list[ItemPassage]]:
    """What is still to be looked at in each of these points: neither seen nor changed."""
    rows = ItemPassage.objects.filter(item__in=items, seen_at=None).order_by("position", "pk")
    words = {item.pk: item for item in items}
    texts: dict[int, str] = {}
    left: dict[int, list[ItemPassage]] = {}
    for row in rows:
        text = texts.setdefault(row.item_id, full_text(words[row.item_id]))
        if still_there(row.words, text):
            left.setdefault(row.item_id, []).append(row)
    return left


def left_of(item: AgendaItem) -> list[ItemPassage]:
    """The same for one point."""
    return left_by_item([item]).get(item.pk, [])
