"""The points of a meeting that will not be held, or could not: what becomes of them.

A number stays with the meeting in which it was given. A point already numbered goes on as a new
one, linked to it; the others simply wait again.
"""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from accounts.audit import record
from council import audit
from council.enums import ItemState, Matter
from council.models import AgendaItem, AgendaItemDocument, Meeting
from council.services import agenda
from council.services.amending.comparing import content_fields
from council.workflow import ITEM

CANCELLED = "Séance annulée."


def back_to_the_pool(*, actor: Actor, meeting: Meeting, now: datetime) -> list[AgendaItem]:
    """The agenda of a cancelled meeting waits again, in its order. The meeting is locked by the
    caller. What each meeting brings by itself (former minutes, urgency) does not wait."""
    waiting = []
    for rank, item in enumerate(agenda.listed(meeting), start=1):
        own = bool(item.recurring) or item.matter == Matter.URGENCY
        if item.number is None and not own:
            item.state = ITEM.next(ItemState(item.state), "unlist")
            item.meeting, item.position, item.changed_at = None, rank, now
            item.save(update_fields=["state", "meeting", "position", "changed_at"])
            waiting.append(item)
            continue
        if not own:
            made = _same_point(actor, item, None, rank, now)
            waiting.append(made)
        verb = "postpone" if item.state == ItemState.FROZEN and not own else "withdraw"
        item.state = ITEM.next(ItemState(item.state), verb)
        item.state_reason, item.changed_at = CANCELLED, now
        item.save(update_fields=["state", "state_reason", "changed_at"])
    return waiting


def same_agenda(*, actor: Actor, first: Meeting, second: Meeting, now: datetime) -> int:
    """The agenda that could not be examined, on the second meeting, in the same order. Both are
    held by the caller. Returns how many points."""
    points = list(agenda.listed(first))
    for rank, item in enumerate(points, start=1):
        _same_point(actor, item, second, rank, now)
    return len(points)


def _same_point(
    actor: Actor, item: AgendaItem, meeting: Meeting | None, rank: int, now: datetime
) -> AgendaItem:
    made = AgendaItem(
        organisation=item.organisation,
        assembly=item.assembly,
        meeting=meeting,
        state=ItemState.LISTED if meeting else ItemState.READY,
        recurring=item.recurring,
        position=rank,
        postponed_from=item,
        created_by=actor.person,
        created_at=now,
        changed_at=now,
    )
    for name in content_fields():
        setattr(made, name, getattr(item, name))
    made.save()
    AgendaItemDocument.objects.bulk_create(
        AgendaItemDocument(
            organisation=piece.organisation,
            item=made,
            document=piece.document,
            position=piece.position,
            label=piece.label,
            added_by=actor.person,
            added_at=now,
        )
        for piece in item.pieces.select_related("document").order_by("position", "pk")
    )
    record(actor, audit.ITEM_DRAFTED, made, now=now, data={"postponed_from": str(item.uid)})
    return made
