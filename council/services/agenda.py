"""The agenda of one meeting: its points in order, and the digest of what the mayor is shown.

Every function here expects the meeting to be locked by its caller, and checks no right.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from django.db.models import Count, QuerySet

from accounts.actor import Actor
from accounts.audit import record
from config.lib.text import long_date
from council import audit
from council.enums import ItemKind, ItemState
from council.models import AgendaItem, AgendaItemDocument, MayorAgreement, Meeting
from council.workflow import ITEM


def listed(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The points that will be called, in order."""
    return AgendaItem.objects.filter(meeting=meeting).on_the_agenda()


def with_pieces(meeting: Meeting) -> list[tuple[AgendaItem, int]]:
    """The same with how many pieces each has, as the rules want them."""
    rows = listed(meeting).annotate(piece_count=Count("pieces"))
    return [(item, item.piece_count) for item in rows]


def long_day(meeting: Meeting) -> str:
    """lundi 30 novembre 2026"""
    return long_date(meeting.local_start)


def digest(meeting: Meeting) -> str:
    """SHA-256 of what the mayor agrees to: date, place, urgency, points in order, pieces."""
    items = listed(meeting).prefetch_related("pieces__document")
    content = {
        "starts_at": meeting.starts_at.astimezone(UTC).isoformat(),
        "place": meeting.place,
        "urgency": meeting.urgency_reason,
        "items": [
            {
                "uid": str(item.uid),
                "title": item.title,
                "kind": item.kind,
                "matter": item.matter,
                "closed_doors": item.closed_doors,
                "summary": item.summary,
                "proposed_text": item.proposed_text,
                "pieces": sorted(str(piece.document.uid) for piece in item.pieces.all()),
            }
            for item in items
        ],
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def renumber_positions(items: list[AgendaItem]) -> None:
    """Write 1, 2, 3… in the order given; only the rows that move are written."""
    moved = []
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
            moved.append(item)
    AgendaItem.objects.bulk_update(moved, ["position"])


def place_first(meeting: Meeting, item: AgendaItem) -> None:
    """Put a point before all others."""
    others = [other for other in listed(meeting) if other.pk != item.pk]
    renumber_positions([item, *others])


def place_at(meeting: Meeting, item: AgendaItem, rank: int) -> None:
    """Put a point at a rank, 1 being first; 0 puts it last (see `place_last`)."""
    if not rank:
        place_last(meeting, item)
        return
    others = [other for other in listed(meeting) if other.pk != item.pk]
    renumber_positions([*others[: rank - 1], item, *others[rank - 1 :]])


def place_last(meeting: Meeting, item: AgendaItem) -> None:
    """Put a point after all others; oral questions stay at the end, whatever comes after them."""
    others = [other for other in listed(meeting) if other.pk != item.pk]
    place = len(others)
    if item.kind != ItemKind.ORAL_QUESTION:
        while place and others[place - 1].kind == ItemKind.ORAL_QUESTION:
            place -= 1
    renumber_positions([*others[:place], item, *others[place:]])


def current_agreement(meeting: Meeting) -> MayorAgreement | None:
    """The question now with the mayor, or the answer that still stands."""
    return (
        MayorAgreement.objects.filter(meeting=meeting, withdrawn_at=None)
        .of_agendas()
        .order_by("-pk")
        .first()
    )


def agreement_stands(meeting: Meeting) -> bool:
    """Whether the mayor agreed to exactly this agenda."""
    agreement = current_agreement(meeting)
    return bool(agreement and agreement.agreed and agreement.agenda_digest == digest(meeting))


def withdraw_agreement(actor: Actor, meeting: Meeting, now: datetime) -> None:
    """What was asked or agreed no longer holds. Kept, dated, as history."""
    agreement = current_agreement(meeting)
    if agreement is None:
        return
    agreement.withdrawn_at = now
    agreement.save(update_fields=["withdrawn_at"])
    record(actor, audit.AGREEMENT_WITHDRAWN, meeting, now=now)


def reopen(meeting: Meeting, now: datetime) -> bool:
    """Undo a freeze: points are listed again and keep the numbers that they were given."""
    if meeting.agenda_frozen_at is None:
        return False
    meeting.agenda_frozen_at = None
    meeting.save(update_fields=["agenda_frozen_at"])
    frozen = AgendaItem.objects.filter(meeting=meeting, state=ItemState.FROZEN)
    frozen.update(state=ITEM.next(ItemState.FROZEN, "unfreeze"), changed_at=now)
    # Versions are pinned again when it is settled again.
    AgendaItemDocument.objects.filter(item__meeting=meeting).update(pinned_version=None)
    return True
