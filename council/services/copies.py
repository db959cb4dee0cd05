"""A point that says what another says: put off, called again, or written anew after it was sent."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from accounts.audit import record
from council import audit
from council.enums import ItemState
from council.models import AgendaItem, Meeting
from council.services.pieces import copy_pieces

#: What makes a point this row and no other; everything else is what it says, and is copied.
_OWN = frozenset(
    {
        "id",
        "uid",
        "organisation",
        "assembly",
        "meeting",
        "state",
        "state_reason",
        "position",
        "number",
        "heading",
        "public_title",
        "title_decided",
        "recurring",
        "step",
        "hurried_by",
        "postponed_from",
        "amendment",
        "amends",
        "created_by",
        "created_at",
        "changed_at",
    }
)


def content_fields() -> list[str]:
    """The columns of a point that say something to a reader."""
    return [one.attname for one in AgendaItem._meta.concrete_fields if one.name not in _OWN]


def same_point(
    *, actor: Actor, item: AgendaItem, meeting: Meeting | None, rank: int = 0, now: datetime
) -> AgendaItem:
    """A new point that says the same, linked to this one: on that agenda, or among those ready.

    Its pieces are those of the documents as they will be then. The meeting is held by the caller.
    """
    made = AgendaItem(
        organisation=item.organisation,
        assembly=item.assembly,
        meeting=meeting,
        state=ItemState.LISTED if meeting else ItemState.READY,
        position=rank,
        postponed_from=item,
        created_by=actor.person,
        created_at=now,
        changed_at=now,
    )
    for name in content_fields():
        setattr(made, name, getattr(item, name))
    made.save()
    copy_pieces(item, made, by=actor.person, now=now)
    record(actor, audit.ITEM_DRAFTED, made, now=now, data={"postponed_from": str(item.uid)})
    return made
