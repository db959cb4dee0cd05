"""A general renewal, first half: the outgoing end on the day of the election, the elected sit.

Each step is one transaction and is done once; what is left is read from the row and from the facts,
so that a renewal begun on Monday goes on the day after. The mayor and the deputies who were in
office stay until their successors are elected (CGCT, art. L2122-15): re-elected, they keep their
function on their new seat; beaten, they keep it without a voice and are not convened.

A community council, the committee of a syndicate and the board of a CCAS are renewed by the same
steps, each on a day of its own: that of its installation, the outgoing sitting until its eve (CGCT,
art. L5211-8; CASF, art. R123-10). Nobody stays in function there: the eldest presides (L5211-9).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import Capacity as Belongs
from accounts.models import Membership, Person
from accounts.services.joining import join
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.text import fold
from council import audit
from council.access import can_prepare, can_settle_bodies
from council.enums import AssemblyKind, Capacity, EndReason, Function, Voice
from council.models import Assembly, Candidate, Convocation, Mandate, Proxy, Renewal
from council.rules.mandates import Chamber, ends_at_renewal
from council.rules.mandates import Renewal as Dates
from council.services import ending, functions, seating
from council.services.locking import lock_assembly
from council.services.refusals import Refusal

#: The functions that outlive the election until their successors are elected.
EXECUTIVE = (Function.MAYOR, Function.DEPUTY)


#: Bodies that are renewed after the councils that name their members.
AFTER_THE_COUNCILS = (
    AssemblyKind.COMMUNITY_COUNCIL,
    AssemblyKind.SYNDICATE_COMMITTEE,
    AssemblyKind.CCAS_BOARD,
)
RENEWED = (AssemblyKind.MUNICIPAL_COUNCIL, *AFTER_THE_COUNCILS)


#: The list of a board whose members the mayor appoints.
APPOINTED = "nommes"


class NotACouncil(Refusal):
    """A commission is formed anew by its council."""


class TooSoon(Refusal):
    """The step before is not done, or the day has not come."""


class AlreadyDone(Refusal):
    """This step is done."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who leaves, stays and comes, and what stops. ``acting``: beaten, and in function until their
    successors are elected."""

    leave: tuple[str, ...]
    stay: tuple[str, ...]
    come: tuple[str, ...]
    acting: tuple[str, ...]
    links: int
    proxies: int
    commissions: tuple[str, ...]
    teams: tuple[str, ...]


def by_itself(assembly: Assembly) -> bool:
    """Whether the body has an election of its own: a municipal council."""
    return assembly.kind == AssemblyKind.MUNICIPAL_COUNCIL


def new_since(renewal: Renewal) -> date:
    """The first day of the new members."""
    return renewal.complete_on + timedelta(days=1)


def current_renewal(assembly: Assembly) -> Renewal | None:
    """The renewal under way, else the last one."""
    rows = Renewal.objects.filter(assembly=assembly).select_related("meeting__assembly")
    return rows.filter(installed_at=None).first() or rows.order_by("-complete_on").first()


def dates_of(renewal: Renewal) -> Dates:
    """What the rules ask for, with the installation as far as it is known."""
    planned = renewal.meeting.local_day if renewal.meeting else renewal.complete_on
    return Dates(
        complete_on=renewal.complete_on,
        council_installed_on=renewal.installed_on or planned,
    )


@transaction.atomic
def open_renewal(*, actor: Actor, assembly: Assembly, complete_on: date, now: datetime) -> Renewal:
    """Begin, or correct the date while nobody has been ended. Raises NotACouncil, AlreadyDone."""
    lock_organisation(actor.organisation)
    body = lock_assembly(assembly)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, body))
    if body.kind not in RENEWED:
        raise NotACouncil("Une commission est formée à nouveau par son conseil.")
    if complete_on > actor.today:
        raise TooSoon("Cette date n’est pas encore venue.")
    row = Renewal.objects.filter(assembly=body, installed_at=None).first()
    if row is None:
        if Renewal.objects.filter(assembly=body, complete_on__gte=complete_on).exists():
            raise AlreadyDone("Ce renouvellement est déjà fait.")
        row = Renewal.objects.create(
            organisation=actor.organisation,
            assembly=body,
            complete_on=complete_on,
            created_at=now,
        )
        record(actor, audit.RENEWAL_OPENED, body, now=now, data={"on": complete_on.isoformat()})
    elif row.complete_on != complete_on:
        if row.cut_at is not None:
            raise AlreadyDone("Les mandats sont déjà coupés : cette date ne change plus.")
        row.complete_on = complete_on
        row.save(update_fields=["complete_on"])
    return row


def elected_of(renewal: Renewal) -> list[Candidate]:
    """Who was elected, the list with the most seats first, in the order of the lists."""
    rows = list(
        Candidate.objects.filter(
            assembly=renewal.assembly_id, election_on=renewal.complete_on, elected=True
        )
        .select_related("person")
        .order_by("list_name", "rank", "pk")
    )
    size: dict[str, int] = {}
    for one in rows:
        size[one.list_name] = size.get(one.list_name, 0) + 1
    return sorted(rows, key=lambda one: (-size[one.list_name], one.list_name, one.rank))


def outgoing_of(renewal: Renewal) -> list[Mandate]:
    """The mandates that the election ends."""
    return list(
        Mandate.objects.filter(assembly=renewal.assembly_id, from_date__lte=renewal.complete_on)
        .filter(Q(to_date=None) | Q(to_date__gt=renewal.complete_on))
        .select_related("person", "assembly", "organisation")
        .in_order_of_the_tableau()
    )


def preview(renewal: Renewal) -> Preview:
    """What confirming would do. Changes nothing."""
    outgoing, elected = outgoing_of(renewal), elected_of(renewal)
    seated = {one.person_id for one in elected}
    before = {one.person_id for one in outgoing}
    beaten = [one for one in outgoing if one.person_id not in seated]
    acting = [one for one in beaten if stays_acting(one)]
    leave = [one for one in beaten if not stays_acting(one)]
    people = [one.person_id for one in beaten]
    carried = _carried(renewal, [one.person_id for one in leave])
    return Preview(
        leave=tuple(str(one.person) for one in leave),
        stay=tuple(str(one.person) for one in elected if one.person_id in before),
        come=tuple(str(one.person) for one in elected if one.person_id not in before),
        acting=tuple(
            f"{one.person} ({(one.function_label or one.get_function_display()).lower()})"
            for one in acting
        ),
        links=Convocation.objects.filter(mandate__in=[one.pk for one in beaten]).count(),
        proxies=Proxy.objects.filter(meeting__assembly=renewal.assembly_id)
        .live()
        .filter(meeting__adjourned_at=None)
        .filter(Q(giver__in=people) | Q(holder__in=people))
        .count(),
        commissions=tuple(sorted({str(one.assembly) for one in carried})),
        teams=tuple(
            f"{one.person} quitte l’équipe {team}"
            for one in leave
            for team in functions.teams_following(one)
        ),
    )


def stays_acting(mandate: Mandate) -> bool:
    """Whether somebody beaten stays in function until the successor is elected (L2122-15)."""
    return by_itself(mandate.assembly) and mandate.function in EXECUTIVE


def _carried(renewal: Renewal, people: list[int]) -> list[Mandate]:
    """The seats in commissions that somebody's seat in the council carried."""
    return list(
        Mandate.objects.filter(
            organisation=renewal.organisation_id,
            person__in=people,
            assembly__kind__in=ending.CARRIED,
            from_date__lte=renewal.complete_on,
        )
        .filter(Q(to_date=None) | Q(to_date__gt=renewal.complete_on))
        .select_related("assembly", "person")
        .order_by("pk")
    )


@transaction.atomic
def cut_council(*, actor: Actor, renewal: Renewal, now: datetime) -> Renewal:
    """End the outgoing on the day of the election and seat the elected from the day after.

    Raises TooSoon while the lists are not known or on the day itself, AlreadyDone.
    """
    lock_organisation(actor.organisation)
    row = lock_renewal(renewal)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, row.assembly))
    if row.cut_at is not None:
        raise AlreadyDone("Les nouveaux élus siègent déjà.")
    if row.complete_on >= actor.today:
        raise TooSoon("Les mandats se coupent à partir du lendemain du scrutin.")
    elected = elected_of(row)
    if not elected:
        raise TooSoon("Enregistrez d’abord les listes du scrutin, avec les élus.")
    last_day = row.complete_on
    if by_itself(row.assembly):
        last_day = ends_at_renewal(Chamber.COUNCIL, dates_of(row)) or last_day
    outgoing = outgoing_of(row)
    seated = {one.person_id for one in elected}
    for mandate in outgoing:
        end_seat(actor, mandate, last_day, now)
    _seat_elected(actor, row, elected, {one.person_id: one for one in outgoing}, now)
    for mandate in outgoing:
        if mandate.person_id not in seated:
            _leave(actor, row, mandate, last_day, now)
    # The population that rules the council is that of its renewal (frozen until the next).
    if by_itself(row.assembly) and actor.organisation.population:
        row.assembly.population = actor.organisation.population
        row.assembly.save(update_fields=["population"])
    row.cut_at = now
    row.save(update_fields=["cut_at"])
    functions.follow_mandates(actor.organisation, now=now)
    data = {"elected": len(elected), "outgoing": len(outgoing)}
    record(actor, audit.COUNCIL_RENEWED, row.assembly, now=now, data=data)
    return row


def lock_renewal(renewal: Renewal) -> Renewal:
    """The renewal, held and read again. Its organisation is held before it."""
    return (
        Renewal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("assembly__organisation", "organisation", "meeting")
        .get(pk=renewal.pk)
    )


def end_seat(actor: Actor, mandate: Mandate, last_day: date, now: datetime) -> None:
    """End one seat at the end of the term."""
    mandate.to_date, mandate.end_reason = max(mandate.from_date, last_day), EndReason.TERM
    mandate.save(update_fields=["to_date", "end_reason"])
    record(actor, audit.MANDATE_ENDED, mandate, now=now, data={"reason": EndReason.TERM})


def _seat_elected(
    actor: Actor,
    row: Renewal,
    elected: list[Candidate],
    outgoing: dict[int, Mandate],
    now: datetime,
) -> None:
    since = new_since(row)
    for rank, candidate in enumerate(elected, start=1):
        former = outgoing.get(candidate.person_id)
        function, label = Function.MEMBER, ""
        if former is not None and stays_acting(former):
            function, label = Function(former.function), former.function_label
        _belong(actor, candidate.person, since, now)
        seating.give_mandate(
            actor=actor,
            assembly=row.assembly,
            person=candidate.person,
            rank=rank,
            from_date=since,
            function=function,
            function_label=label,
            capacity=capacity_of(row, candidate, former),
            wants_paper=bool(former and former.wants_paper),
            paper_requested_on=former.paper_requested_on if former else None,
            now=now,
        )


def capacity_of(row: Renewal, candidate: Candidate, former: Mandate | None) -> Capacity:
    """Elected; in the board of a CCAS, appointed by the mayor when the list is theirs. Who sat in
    another capacity keeps it."""
    if by_itself(row.assembly):
        return Capacity.ELECTED
    if row.assembly.kind == AssemblyKind.CCAS_BOARD and fold(candidate.list_name) == APPOINTED:
        return Capacity.APPOINTED
    return Capacity(former.capacity) if former is not None else Capacity.ELECTED


def _belong(actor: Actor, person: Person, since: date, now: datetime) -> None:
    here = Membership.objects.filter(organisation=actor.organisation, person=person)
    if not here.filter(Q(to_date=None) | Q(to_date__gte=actor.today)).exists():
        join(actor=actor, person=person, capacity=Belongs.ELECTED, from_date=since, now=now)


def _leave(actor: Actor, row: Renewal, mandate: Mandate, last_day: date, now: datetime) -> None:
    seats = [mandate]
    if stays_acting(mandate):
        # In function, for current business, without a seat.
        Mandate.objects.create(
            organisation=row.organisation,
            assembly=row.assembly,
            person=mandate.person,
            rank=mandate.rank,
            from_date=row.complete_on + timedelta(days=1),
            capacity=mandate.capacity,
            voice=Voice.CONSULTATIVE,
            function=mandate.function,
            function_label=mandate.function_label,
            created_at=now,
        )
    else:
        for one in _carried(row, [mandate.person_id]):
            end_seat(actor, one, last_day, now)
            seats.append(one)
    ending.let_go(actor=actor, seats=seats, last_day=last_day, now=now)
