"""Who may do what while a point is prepared, beside writing it. Row rules and their list twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from config.lib.access import ALLOWED, Decision, refuse
from council.access import (
    assemblies_to_propose_to,
    can_edit_item,
    can_prepare,
    can_propose,
    can_see_item,
    prepared_assemblies,
    visible_items,
)
from council.enums import ItemKind, ItemState, Matter
from council.models import Advice, AgendaItem, PreparedSession

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


# --- advice ------------------------------------------------------------------------------------


def can_ask_advice(actor: Actor, item: AgendaItem) -> Decision:
    """Who asks a commission or a service what it thinks: whoever may write the point."""
    return can_edit_item(actor, item)


def can_record_advice(actor: Actor, advice: Advice) -> Decision:
    """Who writes an opinion down: those who prepare the point's body, the service asked, those who
    prepare the commission asked."""
    if advice.organisation_id != actor.organisation.pk:
        return refuse("Cet avis n’existe pas ici.")
    if can_prepare(actor, advice.item.assembly) or advice.team_id in actor.team_ids:
        return ALLOWED
    if advice.body is not None and can_prepare(actor, advice.body):
        return ALLOWED
    return refuse("Seuls la commission ou le service consulté, et l’équipe des séances, le notent.")


def visible_advice(actor: Actor) -> QuerySet[Advice]:
    """Which opinions may be read:

    - by those who prepare the point's body, by its author, and by whoever was asked: all;
    - by whoever else sees the point (the members): those that were released.
    """
    here = Advice.objects.filter(organisation=actor.organisation)
    inside = (
        Q(item__assembly__in=prepared_assemblies(actor))
        | Q(body__in=prepared_assemblies(actor))
        | Q(team_id__in=list(actor.team_ids))
    )
    if actor.is_agent:
        inside |= Q(item__created_by=actor.person)
    outside = Q(released_at__isnull=False, item__in=visible_items(actor))
    return here.filter(inside | outside)


def can_see_advice(actor: Actor, advice: Advice) -> Decision:
    """Row twin of `visible_advice`."""
    if can_record_advice(actor, advice):
        return ALLOWED
    if advice.organisation_id == actor.organisation.pk:
        if actor.is_agent and advice.item.created_by_id == actor.person.pk:
            return ALLOWED
        if advice.released_at is not None:
            return can_see_item(actor, advice.item)
    return refuse("Cet avis n’est pas communiqué.")


def recordable_advice(actor: Actor) -> QuerySet[Advice]:
    """List twin of `can_record_advice`."""
    return Advice.objects.filter(organisation=actor.organisation).filter(
        Q(item__assembly__in=prepared_assemblies(actor))
        | Q(body__in=prepared_assemblies(actor))
        | Q(team_id__in=list(actor.team_ids))
    )


# --- a session prepared elsewhere ---------------------------------------------------------------


def can_see_brought(actor: Actor, brought: PreparedSession) -> Decision:
    """Who reads what an archive describes: those who prepare the body that it is for."""
    return can_prepare(actor, brought.assembly)


def visible_brought(actor: Actor) -> QuerySet[PreparedSession]:
    """List twin of `can_see_brought`."""
    return PreparedSession.objects.filter(
        organisation=actor.organisation, assembly__in=prepared_assemblies(actor)
    )
