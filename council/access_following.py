"""Who may do what with the follow-up of decisions. Row rules beside their list twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from config.lib.access import ALLOWED, Decision, refuse
from council.access import current_mandates
from council.access_acts import can_keep, can_see_act, kept_registers, visible_acts
from council.enums import ActKind, ActState, ItemState
from council.models import Act, FollowUp

if TYPE_CHECKING:
    from accounts.actor import Actor

#: Only what was adopted asks something of somebody.
ADOPTED = (ItemState.ADOPTED, ItemState.AMENDED)


def can_entrust(actor: Actor, act: Act) -> Decision:
    """Who says who must do what after a decision: those who keep its register, once it is
    adopted; the mayor or the president of the body, in office, too."""
    if act.organisation_id != actor.organisation.pk:
        return refuse("Cet acte n’existe pas ici.")
    if act.kind != ActKind.DELIBERATION or act.item is None or act.item.state not in ADOPTED:
        return refuse("Seule une délibération adoptée a une suite.")
    if act.state == ActState.CANCELLED:
        return refuse("Le numéro de cette délibération est annulé.")
    if can_keep(actor, act.register):
        return ALLOWED
    chairs = current_mandates(actor).chairing().filter(assembly=act.register.assembly_id)
    if chairs.exists():
        return ALLOWED
    return refuse("L’équipe qui prépare les séances, ou le maire, confie les suites.")


def acts_to_entrust(actor: Actor) -> QuerySet[Act]:
    """List twin of `can_entrust`."""
    chaired = current_mandates(actor).chairing().values("assembly")
    return Act.objects.filter(
        Q(register__in=kept_registers(actor).values("pk")) | Q(register__assembly__in=chaired),
        organisation=actor.organisation,
        kind=ActKind.DELIBERATION,
        item__state__in=ADOPTED,
    ).exclude(state=ActState.CANCELLED)


def visible_follow_ups(actor: Actor) -> QuerySet[FollowUp]:
    """Which follow-ups may be seen:

    - by whoever sees the deliberation: every member of the body, those who keep the register,
      the agents once it is signed (closed doors left out);
    - by whoever is in charge, whatever they see of the deliberation.
    """
    here = FollowUp.objects.filter(organisation=actor.organisation)
    return here.filter(
        Q(act__in=visible_acts(actor).values("pk"))
        | Q(person=actor.person)
        | Q(team_id__in=list(actor.team_ids))
    )


def can_see_follow_up(actor: Actor, one: FollowUp) -> Decision:
    """Row twin of `visible_follow_ups`."""
    if one.organisation_id != actor.organisation.pk:
        return refuse("Cette suite n’existe pas ici.")
    if _in_charge(actor, one) or can_see_act(actor, one.act):
        return ALLOWED
    return refuse("Cette suite ne vous est pas ouverte.")


def can_advance(actor: Actor, one: FollowUp) -> Decision:
    """Who says how far it is: whoever is in charge, and whoever entrusts."""
    if one.organisation_id == actor.organisation.pk and _in_charge(actor, one):
        return ALLOWED
    if can_entrust(actor, one.act):
        return ALLOWED
    return refuse(f"Cette suite est confiée à {one.who}.")


def follow_ups_to_advance(actor: Actor) -> QuerySet[FollowUp]:
    """List twin of `can_advance`."""
    return FollowUp.objects.filter(
        Q(person=actor.person)
        | Q(team_id__in=list(actor.team_ids))
        | Q(act__in=acts_to_entrust(actor).values("pk")),
        organisation=actor.organisation,
    )


def _in_charge(actor: Actor, one: FollowUp) -> bool:
    return one.person_id == actor.person.pk or one.team_id in actor.team_ids
