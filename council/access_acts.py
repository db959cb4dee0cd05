"""Who may do what with acts, registers, lists and minutes. Row rules beside their list twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from config.lib.access import ALLOWED, Decision, refuse
from council.access import (
    can_prepare,
    can_see_meeting,
    current_mandates,
    prepared_assemblies,
    visible_meetings,
)
from council.enums import SIGNED_STATES, ActKind, ActState
from council.models import Act, Minutes, Register

if TYPE_CHECKING:
    from accounts.actor import Actor
    from council.models import Meeting

NOT_KEPT = "Seule l’équipe qui tient ce registre peut faire cela. Demandez-le-lui."
#: An act before it is shown to its signatory is the business of those who write it.
UNSHOWN = (ActState.DRAFT, ActState.CANCELLED)


# --- registers -------------------------------------------------------------------------------


def can_keep(actor: Actor, register: Register) -> Decision:
    """Who keeps a register (numbers, signatures, formalities): the direction, its own team, and
    for deliberations those who prepare the body."""
    if register.organisation_id != actor.organisation.pk:
        return refuse("Ce registre n’existe pas ici.")
    if actor.is_dgs or register.team_id in actor.team_ids:
        return ALLOWED
    if register.assembly is not None and can_prepare(actor, register.assembly):
        return ALLOWED
    return refuse(NOT_KEPT)


def kept_registers(actor: Actor) -> QuerySet[Register]:
    """List twin of `can_keep`."""
    here = Register.objects.filter(organisation=actor.organisation)
    if actor.is_dgs:
        return here
    return here.filter(
        Q(team_id__in=list(actor.team_ids)) | Q(assembly__in=prepared_assemblies(actor))
    )


def can_bring_scan(actor: Actor) -> Decision:
    """Who brings a scan of signed acts: whoever keeps a register here."""
    if actor.is_dgs or kept_registers(actor).exists():
        return ALLOWED
    return refuse("Les actes signés sont rangés par l’équipe qui tient les registres.")


def can_write_act(actor: Actor, register: Register) -> Decision:
    """Who writes an order or a decision: any agent of the organisation, and who keeps the
    register. A deliberation is never written here: it comes from a point."""
    if register.organisation_id != actor.organisation.pk:
        return refuse("Ce registre n’existe pas ici.")
    if register.kind == ActKind.DELIBERATION:
        return refuse("Une délibération naît d’un point de l’ordre du jour.")
    if actor.is_agent or can_keep(actor, register):
        return ALLOWED
    return refuse("Les arrêtés et les décisions sont écrits par les agents.")


def registers_to_write_in(actor: Actor) -> QuerySet[Register]:
    """List twin of `can_write_act`."""
    here = Register.objects.exclude(kind=ActKind.DELIBERATION)
    if actor.is_agent:
        return here.filter(organisation=actor.organisation)
    return here.filter(pk__in=kept_registers(actor).values("pk"))


# --- acts ------------------------------------------------------------------------------------


def visible_acts(actor: Actor) -> QuerySet[Act]:
    """Which acts may be seen:

    - by those who keep the register: all;
    - by the agent who wrote it: their own;
    - by the one who signs: those shown to them, whatever came of them;
    - by members in office: the deliberations of their body, closed doors included, and every
      signed act that names nobody;
    - by agents: signed acts that name nobody, closed doors left out.
    """
    here = Act.objects.filter(organisation=actor.organisation)
    if actor.is_dgs:
        return here
    mandates = current_mandates(actor)
    signed = Q(state__in=SIGNED_STATES, nominative=False)
    shown = ~Q(state__in=UNSHOWN)
    seen = (
        Q(register__in=kept_registers(actor).values("pk"))
        | (Q(signatory=actor.person) & shown)
        | (shown & Q(Exists(mandates.filter(assembly=OuterRef("register__assembly")))))
        | (signed & (Q(item=None) | Q(item__closed_doors=False)) & Q(Exists(mandates)))
    )
    if actor.is_agent:
        seen |= Q(created_by=actor.person)
        seen |= signed & (Q(item=None) | Q(item__closed_doors=False))
    return here.filter(seen)


def can_see_act(actor: Actor, act: Act) -> Decision:
    """Row twin of `visible_acts`."""
    refused = refuse("Cet acte ne vous est pas ouvert.")
    if act.organisation_id != actor.organisation.pk:
        return refused
    if can_keep(actor, act.register):
        return ALLOWED
    if actor.is_agent and act.created_by_id == actor.person.pk:
        return ALLOWED
    if act.state in UNSHOWN:
        return refused
    if act.signatory_id == actor.person.pk:
        return ALLOWED
    seats = set(current_mandates(actor).values_list("assembly_id", flat=True))
    if act.register.assembly_id in seats:
        return ALLOWED
    open_doors = act.item is None or not act.item.closed_doors
    if (actor.is_agent or seats) and act.is_signed and not act.nominative and open_doors:
        return ALLOWED
    return refused


def can_edit_act(actor: Actor, act: Act) -> Decision:
    """Who rewrites an act: those who keep the register until it is signed; the agent who wrote
    an order or a decision, while it is a draft."""
    if act.state not in (ActState.DRAFT, ActState.TO_SIGN):
        return refuse("Cet acte est signé : son texte ne change plus.")
    if can_keep(actor, act.register):
        return ALLOWED
    own = actor.is_agent and act.created_by_id == actor.person.pk
    if own and act.organisation_id == actor.organisation.pk and act.kind != ActKind.DELIBERATION:
        if act.state == ActState.DRAFT:
            return ALLOWED
        return refuse("Cet acte attend sa signature : demandez qu’il vous soit rendu.")
    return refuse(NOT_KEPT)


def can_keep_act(actor: Actor, act: Act) -> Decision:
    """Who presents an act for signature, records its formalities, cancels its number."""
    return can_keep(actor, act.register)


def can_set_formalities(actor: Actor) -> Decision:
    """Who says what the prefecture gave the commune and how it publishes: the direction."""
    if actor.is_dgs:
        return ALLOWED
    return refuse("Ces réglages sont tenus par la direction générale.")


def can_agree_to_act(actor: Actor, act: Act) -> Decision:
    """Who says « bon pour signature » or sends it back: its signatory, while in office."""
    mine = act.organisation_id == actor.organisation.pk and act.signatory_id == actor.person.pk
    if mine and current_mandates(actor).exists():
        return ALLOWED
    return refuse("Seule la personne qui doit signer cet acte peut répondre.")


def acts_to_sign(actor: Actor) -> QuerySet[Act]:
    """List twin of `can_agree_to_act`, for what still waits."""
    waiting = Act.objects.filter(
        organisation=actor.organisation, signatory=actor.person, state=ActState.TO_SIGN
    )
    return waiting.filter(Exists(current_mandates(actor)))


# --- minutes ---------------------------------------------------------------------------------


def can_write_minutes(actor: Actor, meeting: Meeting) -> Decision:
    """Who writes the minutes: those who prepare the body. (They help the secretary of the
    session, L2121-15.)"""
    return can_prepare(actor, meeting.assembly)


def visible_minutes(actor: Actor) -> QuerySet[Minutes]:
    """Which minutes may be seen:

    - by those who prepare the body: all;
    - by whoever sees the meeting: those that were approved.
    """
    here = Minutes.objects.filter(organisation=actor.organisation)
    return here.filter(
        Q(meeting__assembly__in=prepared_assemblies(actor))
        | Q(settled_on__isnull=False, meeting__in=visible_meetings(actor))
    )


def can_see_minutes(actor: Actor, minutes: Minutes) -> Decision:
    """Row twin of `visible_minutes`."""
    if minutes.organisation_id == actor.organisation.pk:
        if can_prepare(actor, minutes.meeting.assembly):
            return ALLOWED
        if minutes.settled_on is not None:
            return can_see_meeting(actor, minutes.meeting)
    return refuse("Ce procès-verbal n’est pas encore arrêté.")
