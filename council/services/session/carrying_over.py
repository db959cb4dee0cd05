"""A point put off goes on: a new one at the next meeting, linked to it."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from accounts.audit import record
from council import audit
from council.enums import ItemState
from council.models import AgendaItem, Meeting
from council.services import agenda
from council.services.copies import same_point
from council.services.refusals import Refusal
from council.workflow import ITEM

#: A copy that nobody has worked on yet may go away with the decision that made it.
_UNTOUCHED = (ItemState.READY, ItemState.LISTED)


class AlreadyOnItsWay(Refusal):
    """The point put off is on an agenda that has left."""


def next_meeting(meeting: Meeting) -> Meeting | None:
    """The next meeting of the body whose agenda is still open."""
    return (
        Meeting.objects.filter(
            assembly=meeting.assembly_id,
            starts_at__gt=meeting.starts_at,
            agenda_frozen_at__isnull=True,
        )
        .alive()
        .order_by("starts_at", "pk")
        .first()
    )


def carry_over(*, actor: Actor, item: AgendaItem, meeting: Meeting, now: datetime) -> AgendaItem:
    """The same point, on the agenda of the next meeting when there is one, else among those ready.

    Its pieces are those of the documents as they will be then. The meeting is locked by the caller.
    """
    following = next_meeting(meeting)
    made = same_point(actor=actor, item=item, meeting=following, now=now)
    if following is not None:
        # The mayor agreed to another agenda.
        agenda.withdraw_agreement(actor, following, now)
        agenda.place_last(following, made)
    return made


def take_back(*, actor: Actor, item: AgendaItem, now: datetime) -> None:
    """The point is not put off after all: its copy goes, unless it already left."""
    for copy in item.postponed_to.exclude(state=ItemState.ABANDONED).order_by("pk"):
        if copy.state not in _UNTOUCHED:
            raise AlreadyOnItsWay(
                "Ce point, reporté, est déjà travaillé pour la séance suivante : retirez-le "
                "d’abord de là."
            )
        if copy.state == ItemState.LISTED:
            copy.state = ITEM.next(ItemState.LISTED, "unlist")
            copy.meeting = None
        copy.state = ITEM.next(ItemState.READY, "take_back")
        copy.state = ITEM.next(ItemState.DRAFT, "abandon")
        copy.changed_at = now
        copy.save(update_fields=["state", "meeting", "changed_at"])
        record(actor, audit.ITEM_ABANDONED, copy, now=now)
