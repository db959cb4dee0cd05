"""Who may do what while a point is prepared, beside writing it. Row rules and their list twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from config.lib.access import Decision, refuse
from council.access import assemblies_to_propose_to, can_propose, can_see_item, visible_items
from council.enums import ItemKind, ItemState, Matter
from council.models import AgendaItem

if TYPE_CHECKING:
    from accounts.actor import Actor

#: What was decided, or put off, may be written anew.
EXAMINED = (
    ItemState.ADOPTED,
    ItemState.AMENDED,
    ItemState.REJECTED,
    ItemState.ADJOURNED,
    ItemState.POSTPONED,
    ItemState.NOTED,
)
_KINDS = (ItemKind.DELIBERATION, ItemKind.WISH)
#: Parvis itself puts these on each agenda.
_BY_ITSELF = (Matter.URGENCY, Matter.MINUTES)


def can_resume(actor: Actor, item: AgendaItem) -> Decision:
    """Who writes a past point anew: whoever sees it and may propose to its body."""
    if item.state not in EXAMINED or item.kind not in _KINDS or item.matter in _BY_ITSELF:
        return refuse("Seul un point déjà examiné peut être repris.")
    seen = can_see_item(actor, item)
    return seen and can_propose(actor, item.assembly)


def resumable_items(actor: Actor) -> QuerySet[AgendaItem]:
    """List twin of `can_resume`."""
    return (
        visible_items(actor)
        .filter(state__in=EXAMINED, kind__in=_KINDS, assembly__in=assemblies_to_propose_to(actor))
        .exclude(matter__in=_BY_ITSELF)
    )
