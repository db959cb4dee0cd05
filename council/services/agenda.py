"""The agenda of one meeting: its points in order, and the digest of what the mayor is shown.

Every function here expects the meeting to be locked by its caller, and checks no right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import Count, QuerySet

from accounts.actor import Actor
from accounts.audit import record
from config.lib.text import long_date
from council import audit
from council.enums import ItemKind, ItemState
from council.models import (
    AgendaItem,
    AgendaItemDocument,
    AgendaSection,
    MayorAgreement,
    Meeting,
)
from council.rules.sections import Heading, heading_for, span
from council.services import telling
from council.workflow import ITEM


def listed(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The points that will be called, in order, each with its heading."""
    return AgendaItem.objects.filter(meeting=meeting).on_the_agenda().select_related("section")


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
                **({"section": item.section_title} if item.section_title else {}),
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
    """Put a point at a rank, 1 being first, or as near as its heading allows; 0 puts it last."""
    others = [other for other in listed(meeting) if other.pk != item.pk]
    had = item.section_id
    order = inserted(others, item, rank=rank)
    if item.section_id != had:
        item.save(update_fields=["section"])
    renumber_positions(order)


def place_last(meeting: Meeting, item: AgendaItem) -> None:
    """Put a point after all others of its heading; oral questions stay at the end, whatever comes
    after them."""
    place_at(meeting, item, 0)


def inserted(others: Sequence[AgendaItem], item: AgendaItem, *, rank: int = 0) -> list[AgendaItem]:
    """The order once this point is among these: at the rank (0: last), under its heading. A point
    without one takes that of its matter, when the model of the body says so. Writes nothing."""
    find_section(item, sections_of(item))
    return among(others, item, rank)


def among(others: Sequence[AgendaItem], item: AgendaItem, rank: int) -> list[AgendaItem]:
    """The same, the point keeping the heading that it has, or none."""
    ranks = {str(one.pk): one.position + 1 for one in sections_of(item)}
    low, high = span([_ref(other) for other in others], _ref(item), ranks)
    place = min(max(rank - 1, low), high)
    if not rank:
        place = high
        while (
            item.kind != ItemKind.ORAL_QUESTION
            and place > low
            and others[place - 1].kind == ItemKind.ORAL_QUESTION
        ):
            place -= 1
    return [*others[:place], item, *others[place:]]


def sections_of(item: AgendaItem) -> list[AgendaSection]:
    """The model of its body, the headings removed included: settled agendas still have them."""
    return list(AgendaSection.objects.filter(assembly=item.assembly_id))


def find_section(item: AgendaItem, sections: Sequence[AgendaSection]) -> None:
    """Give the heading of its matter to a point that has none, or whose heading was removed."""
    kept = sorted((s for s in sections if s.removed_at is None), key=lambda s: (s.position, s.pk))
    if item.section_id in {one.pk for one in kept}:
        return
    headings = [Heading(str(s.pk), tuple(s.codes), s.takes_questions) for s in kept]
    found = heading_for(
        kind=item.kind, matter=item.matter, code=item.subject_code, headings=headings
    )
    item.section = next((one for one in kept if str(one.pk) == found), None)


def _ref(item: AgendaItem) -> str:
    return str(item.section_id or "")


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
    telling.nothing_to_agree(meeting, now=now)


def reopen(meeting: Meeting, now: datetime) -> bool:
    """Undo a freeze: points are listed again and keep the numbers that they were given."""
    if meeting.agenda_frozen_at is None:
        return False
    meeting.agenda_frozen_at = None
    meeting.save(update_fields=["agenda_frozen_at"])
    frozen = AgendaItem.objects.filter(meeting=meeting, state=ItemState.FROZEN)
    frozen.update(state=ITEM.next(ItemState.FROZEN, "unfreeze"), heading="", changed_at=now)
    # Versions are pinned again when it is settled again.
    AgendaItemDocument.objects.filter(item__meeting=meeting).update(pinned_version=None)
    return True
