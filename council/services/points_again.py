"""The points of a meeting that will not be held, or could not: what becomes of them.

A number stays with the meeting in which it was given. A point already numbered goes on as a new
one, linked to it; the others simply wait again.
"""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from council.enums import ItemState, Matter
from council.models import AgendaItem, Meeting
from council.services import agenda
from council.services.copies import same_point
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
            waiting.append(same_point(actor=actor, item=item, meeting=None, rank=rank, now=now))
        verb = "postpone" if item.state == ItemState.FROZEN and not own else "withdraw"
        item.state = ITEM.next(ItemState(item.state), verb)
        item.state_reason, item.changed_at = CANCELLED, now
        item.save(update_fields=["state", "state_reason", "changed_at"])
    return waiting


def same_agenda(*, actor: Actor, first: Meeting, second: Meeting, now: datetime) -> int:
    """The agenda that could not be examined, on the second meeting, in the same order. Both are
    held by the caller. Returns how many points."""
    again: dict[int | None, AgendaItem] = {}
    for rank, item in enumerate(agenda.listed(first), start=1):
        made = same_point(actor=actor, item=item, meeting=second, rank=rank, now=now)
        made.recurring = item.recurring
        # The vote on the urgency that brought it is the one of the second meeting.
        made.hurried_by = again.get(item.hurried_by_id)
        made.save(update_fields=["recurring", "hurried_by"])
        again[item.pk] = made
    return len(again)
