"""Bodies and seats: create a body, give and end a mandate, note who wants paper."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.access import can_see_person
from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person, Team
from accounts.services.locking import lock_organisation
from config.lib.access import require
from council import audit
from council.access import can_prepare, can_settle_bodies
from council.enums import AssemblyKind, Capacity, EndReason, Function, Voice
from council.law import facts_of
from council.models import Assembly, Mandate
from council.rules.policy import shorter_than_the_law
from council.services import functions
from council.services.locking import lock_assembly
from council.services.refusals import Missing, Refusal


class SeatTaken(Refusal):
    """The person already sits there, or the body already has its mayor or president."""


class Stranger(Refusal):
    """Whoever sits here belongs to the organisation, at least as a partner from outside."""


class BelowTheLaw(Refusal):
    """Rules of procedure lengthen a legal delay; they never shorten it."""


class AlreadyEnded(Refusal):
    """This mandate has ended."""


@transaction.atomic
def create_assembly(
    *,
    actor: Actor,
    kind: AssemblyKind,
    name: str,
    now: datetime,
    preparing_team: Team | None = None,
    usual_place: str = "",
    phone: str = "",
    reply_email: str = "",
    population: int | None = None,
    position: int = 0,
) -> Assembly:
    """A new body of the acting organisation."""
    require(can_settle_bodies(actor))
    if not name.strip():
        raise Missing("Donnez un nom à l’instance.")
    try:
        with transaction.atomic():
            assembly = Assembly.objects.create(
                organisation=actor.organisation,
                kind=kind,
                name=name.strip(),
                preparing_team=preparing_team,
                usual_place=usual_place.strip(),
                phone=phone or actor.organisation.phone,
                reply_email=reply_email or actor.organisation.email,
                population=population,
                position=position,
                created_at=now,
            )
    except IntegrityError as taken:
        raise SeatTaken("Cette organisation a déjà une instance de ce nom.") from taken
    record(actor, audit.ASSEMBLY_CREATED, assembly, now=now, data={"kind": kind})
    return assembly


@transaction.atomic
def set_delays(
    *,
    actor: Actor,
    assembly: Assembly,
    notice_days: int | None,
    urgent_notice_days: int | None,
    note_required: bool | None,
    since: date | None,
    now: datetime,
) -> Assembly:
    """The body's own delays, from a date. Raises BelowTheLaw."""
    locked = lock_assembly(assembly)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, locked))
    own = any(value is not None for value in (notice_days, urgent_notice_days, note_required))
    if own and since is None:
        raise Missing("Dites à partir de quelle date ces délais s’appliquent.")
    locked.notice_days = notice_days
    locked.urgent_notice_days = urgent_notice_days
    locked.note_required = note_required
    locked.settings_from = since
    if since is not None and shorter_than_the_law(facts_of(locked), since):
        raise BelowTheLaw(
            "Le règlement intérieur peut allonger le délai de la loi, pas le réduire."
        )
    locked.save(
        update_fields=["notice_days", "urgent_notice_days", "note_required", "settings_from"]
    )
    record(
        actor,
        audit.ASSEMBLY_CHANGED,
        locked,
        now=now,
        data={"notice_days": notice_days, "since": since.isoformat() if since else None},
    )
    return locked


@transaction.atomic
def give_mandate(
    *,
    actor: Actor,
    assembly: Assembly,
    person: Person,
    rank: int,
    from_date: date,
    now: datetime,
    to_date: date | None = None,
    end_reason: EndReason | None = None,
    capacity: Capacity = Capacity.ELECTED,
    voice: Voice = Voice.DELIBERATIVE,
    function: Function = Function.MEMBER,
    function_label: str = "",
    wants_paper: bool = False,
    paper_requested_on: date | None = None,
    stands_in_for: Mandate | None = None,
) -> Mandate:
    """Give somebody a seat. Raises SeatTaken when dates overlap with what is there."""
    lock_organisation(actor.organisation)  # the teams by function follow
    locked = lock_assembly(assembly)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, locked))
    if not can_see_person(actor, person):
        raise Stranger("Ajoutez d’abord cette personne à l’organisation.")
    if wants_paper and paper_requested_on is None:
        raise Missing("Le papier est envoyé à qui l’a demandé : notez la date de la demande.")
    _check_pair(locked, capacity, stands_in_for)
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                organisation=actor.organisation,
                assembly=locked,
                person=person,
                rank=rank,
                from_date=from_date,
                to_date=to_date,
                end_reason=end_reason or (EndReason.TERM if to_date else ""),
                capacity=capacity,
                stands_in_for=stands_in_for,
                voice=voice,
                function=function,
                function_label=function_label,
                wants_paper=wants_paper,
                paper_requested_on=paper_requested_on,
                created_at=now,
            )
    except IntegrityError as clash:
        if "one_chair" in str(clash):
            raise SeatTaken("Il y a déjà un maire ou un président à ces dates.") from clash
        if "one_at_a_time" in str(clash):
            raise SeatTaken("Cette personne siège déjà ici à ces dates.") from clash
        raise
    functions.follow_mandates(actor.organisation, now=now)
    record(actor, audit.MANDATE_STARTED, mandate, now=now, data={"person": str(person.uid)})
    return mandate


def _check_pair(assembly: Assembly, capacity: str, titular: Mandate | None) -> None:
    """R-EPCI-04: an alternate takes the seat of a titular of the same body."""
    if titular is None:
        return
    if capacity != Capacity.ALTERNATE:
        raise Refusal("Seul un suppléant supplée quelqu’un.")
    if titular.assembly_id != assembly.pk or titular.capacity == Capacity.ALTERNATE:
        raise Refusal("On supplée un titulaire de la même instance.")


@transaction.atomic
def pair_alternate(
    *, actor: Actor, mandate: Mandate, titular: Mandate | None, now: datetime
) -> Mandate:
    """Say whose seat an alternate takes; None where any titular may be replaced."""
    locked = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("assembly")
        .get(pk=mandate.pk)
    )
    require(can_settle_bodies(actor))
    require(can_prepare(actor, locked.assembly))
    _check_pair(locked.assembly, locked.capacity, titular)
    if locked.stands_in_for_id == (titular.pk if titular else None):
        return locked
    locked.stands_in_for = titular
    locked.save(update_fields=["stands_in_for"])
    record(
        actor,
        audit.ALTERNATE_PAIRED,
        locked,
        now=now,
        data={"titular": str(titular.uid) if titular else ""},
    )
    return locked


@transaction.atomic
def end_mandate(
    *, actor: Actor, mandate: Mandate, last_day: date, reason: EndReason, now: datetime
) -> Mandate:
    """End a mandate, last day included. The row stays: past meetings need it."""
    lock_organisation(actor.organisation)  # the teams by function follow
    locked = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("assembly")
        .get(pk=mandate.pk)
    )
    require(can_settle_bodies(actor))
    require(can_prepare(actor, locked.assembly))
    if locked.to_date is not None and locked.to_date < actor.today:
        raise AlreadyEnded("Ce mandat est déjà terminé.")
    if last_day < locked.from_date:
        raise Refusal("La fin du mandat précède son début.")
    locked.to_date, locked.end_reason = last_day, reason
    locked.save(update_fields=["to_date", "end_reason"])
    functions.follow_mandates(actor.organisation, now=now)
    record(actor, audit.MANDATE_ENDED, locked, now=now, data={"reason": reason})
    return locked


@transaction.atomic
def change_assembly(
    *,
    actor: Actor,
    assembly: Assembly,
    now: datetime,
    preparing_team: Team | None,
    usual_place: str,
    phone: str,
    reply_email: str,
    position: int,
) -> Assembly:
    """Who prepares the body, where it meets, how its members reach it."""
    locked = lock_assembly(assembly)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, locked))
    locked.preparing_team = preparing_team
    locked.usual_place, locked.phone = usual_place.strip(), phone.strip()
    locked.reply_email, locked.position = reply_email, position
    locked.save(update_fields=["preparing_team", "usual_place", "phone", "reply_email", "position"])
    record(actor, audit.ASSEMBLY_CHANGED, locked, now=now)
    return locked


@transaction.atomic
def set_rules(
    *,
    actor: Actor,
    assembly: Assembly,
    proxies_in_session: bool,
    question_hours: int | None,
    questions_per_member: int | None,
    now: datetime,
) -> Assembly:
    """What the règlement intérieur says of pouvoirs handed over in session and of oral questions.
    Nothing is written when nothing changes."""
    locked = lock_assembly(assembly)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, locked))
    wanted = {
        "proxies_in_session": proxies_in_session,
        "question_hours": question_hours,
        "questions_per_member": questions_per_member,
    }
    if all(getattr(locked, name) == value for name, value in wanted.items()):
        return locked
    for name, value in wanted.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(wanted))
    record(actor, audit.RULES_CHANGED, locked, now=now, data=wanted)
    return locked


@transaction.atomic
def note_paper(
    *,
    actor: Actor,
    mandate: Mandate,
    wants_paper: bool,
    requested_on: date | None,
    now: datetime,
    address: str = "",
) -> Mandate:
    """Note a member's dated request for paper, or its end (R-CONV-03)."""
    locked = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("assembly")
        .get(pk=mandate.pk)
    )
    require(can_prepare(actor, locked.assembly))
    if wants_paper and requested_on is None:
        raise Missing("Le papier est envoyé à qui l’a demandé : notez la date de la demande.")
    locked.wants_paper = wants_paper
    locked.paper_requested_on = requested_on if wants_paper else None
    locked.paper_address = address.strip()
    locked.save(update_fields=["wants_paper", "paper_requested_on", "paper_address"])
    record(actor, audit.PAPER_ASKED, locked, now=now, data={"paper": wants_paper})
    return locked
