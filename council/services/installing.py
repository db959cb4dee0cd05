"""A general renewal, second half: the first meeting prepared, then the mayor and the deputies in
office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.clock import local_date
from council import audit
from council.access import can_prepare, can_settle_bodies
from council.enums import Function, ItemKind, Matter, Voice
from council.models import (
    AgendaItem,
    Assembly,
    BallotChoice,
    Convocation,
    Mandate,
    Meeting,
    Renewal,
)
from council.rules import blocking
from council.rules.installation import FirstMeeting, check_first_meeting, first_meeting_window
from council.rules.policy import Body
from council.rules.quorum import legal_members
from council.rules.renewal import PackPoint, check_executive, installation_points
from council.services import ending, functions, items, placing, planning
from council.services.items import ItemContent, NotValidated
from council.services.refusals import Refusal
from council.services.renewing import (
    EXECUTIVE,
    AlreadyDone,
    NotACouncil,
    TooSoon,
    by_itself,
    end_seat,
    lock_renewal,
)

_SECONDS = {Function.DEPUTY: "adjoint", Function.VICE_PRESIDENT: "vice-président"}


class NotByTheLaw(Refusal):
    """The law does not allow this."""


def legal_of(assembly: Assembly, seats: Sequence[Mandate] = ()) -> int:
    """The legal number of seats; of a body that no table gives, those who sit."""
    if not by_itself(assembly):
        return assembly.legal_members or len(seats)
    population = assembly.population or assembly.organisation.population
    return assembly.legal_members or legal_members(population)


def offices(assembly: Assembly) -> tuple[Function, Function]:
    """Who heads the body, and who seconds."""
    if by_itself(assembly):
        return Function.MAYOR, Function.DEPUTY
    return Function.PRESIDENT, Function.VICE_PRESIDENT


def elected_in_session(renewal: Renewal) -> list[Person]:
    """Whom the ballots of the first meeting elected, in their order: the mayor, then the deputies.
    A list elected whole bears no names: it is typed."""
    if renewal.meeting is None:
        return []
    found = (
        BallotChoice.objects.filter(
            ballot__meeting=renewal.meeting,
            ballot__rehearsal=False,
            ballot__entry__cancelled_at=None,
            ballot__item__matter=Matter.MAYOR_ELECTION,
            elected=True,
            person__isnull=False,
        )
        .select_related("person")
        .order_by("ballot__item__position", "ballot__entry__n", "position")
    )
    return list(dict.fromkeys(one.person for one in found if one.person))


def window(renewal: Renewal) -> tuple[date, date]:
    """The first and the last day of the first meeting."""
    return first_meeting_window(renewal.complete_on)


@transaction.atomic
def prepare_installation(
    *,
    actor: Actor,
    renewal: Renewal,
    starts_at: datetime,
    place: str,
    has_ccas: bool,
    outside: Sequence[str],
    now: datetime,
) -> Meeting:
    """The first meeting with its points in the order of the law, ready to be ordered and convened
    by the outgoing mayor. Raises TooSoon, AlreadyDone, NotByTheLaw, and what `create_meeting`
    raises."""
    lock_organisation(actor.organisation)
    row = lock_renewal(renewal)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, row.assembly))
    if not by_itself(row.assembly):
        raise NotACouncil("Cette séance d’installation se prépare comme une autre séance.")
    if row.cut_at is None:
        raise TooSoon("Installez d’abord les nouveaux élus : ce sont eux qui sont convoqués.")
    if row.installed_at is not None or (row.meeting and row.meeting.cancelled_at is None):
        raise AlreadyDone("La séance d’installation est déjà préparée.")
    facts = FirstMeeting(row.complete_on, local_date(starts_at, actor.organisation.timezone))
    wrong = blocking(check_first_meeting(facts))
    if wrong:
        raise NotByTheLaw(wrong[0].message, wrong)
    meeting = planning.create_meeting(
        actor=actor, assembly=row.assembly, starts_at=starts_at, place=place, now=now
    )
    for point in installation_points(
        legal=legal_of(row.assembly), has_ccas=has_ccas, outside=outside
    ):
        _put(actor, meeting, point, now)
    # Nothing before the mayor: what comes back each time follows the installation.
    for item in AgendaItem.objects.filter(meeting=meeting).exclude(recurring="").order_by("pk"):
        placing.move_item(actor=actor, item=item, rank=99, now=now)
    row.meeting = meeting
    row.save(update_fields=["meeting"])
    return meeting


def _put(actor: Actor, meeting: Meeting, point: PackPoint, now: datetime) -> None:
    item = items.draft_item_from_documents(
        actor=actor,
        assembly=meeting.assembly,
        content=ItemContent(
            title=point.title,
            kind=ItemKind(point.kind),
            matter=Matter(point.matter),
            summary=f"{point.summary} ({point.citation})",
            subject_code=point.classification,
        ),
        meeting=meeting,
        now=now,
    )
    try:
        with transaction.atomic():
            items.list_item(actor=actor, item=item, meeting=meeting, now=now)
    except NotValidated:
        # This council has its points validated: it waits for that, aimed at this meeting.
        items.propose_item(actor=actor, item=item, now=now)


def seated(renewal: Renewal, on: date) -> list[Mandate]:
    """The new councillors, who choose among themselves."""
    return list(
        Mandate.objects.filter(assembly=renewal.assembly_id, from_date__gt=renewal.complete_on)
        .current(on)
        .voting()
        .select_related("person", "assembly", "organisation")
        .in_order_of_the_tableau()
    )


@transaction.atomic
def install_executive(
    *,
    actor: Actor,
    renewal: Renewal,
    elected_on: date,
    mayor: Person,
    deputies: Sequence[Person],
    now: datetime,
) -> Renewal:
    """Put in office those whom the council elected, deputies in their order. The outgoing mayor
    and deputies end the day before: the day of the election is their successors'. Commissions of
    the former council end that day."""
    lock_organisation(actor.organisation)
    row = lock_renewal(renewal)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, row.assembly))
    if row.cut_at is None:
        raise TooSoon("Installez d’abord les nouveaux élus.")
    if row.installed_at is not None:
        raise AlreadyDone("Le maire et les adjoints sont déjà installés.")
    if not row.complete_on < elected_on <= actor.today:
        raise TooSoon("L’élection du maire a lieu après le scrutin, et pas dans l’avenir.")
    council = seated(row, elected_on)
    wrong = blocking(
        check_executive(
            mayor=str(mayor.pk),
            deputies=[str(one.pk) for one in deputies],
            councillors=[str(one.person_id) for one in council],
            legal=legal_of(row.assembly, council),
            body=Body(row.assembly.kind),
        )
    )
    if wrong:
        raise NotByTheLaw(wrong[0].message, wrong)
    head, second = offices(row.assembly)
    order = [mayor.pk, *(one.pk for one in deputies)]
    _end_acting(actor, row, elected_on, now)
    wanted = {one.person_id: Function.MEMBER for one in council}
    wanted |= dict.fromkeys(order, second) | {mayor.pk: head}
    # Whoever leaves a function first: there is one mayor at a time.
    for seat in council:
        if seat.function in EXECUTIVE and seat.function != wanted[seat.person_id]:
            _change(actor, seat, Function.MEMBER, elected_on, now)
    later = [one for one in council if one.person_id not in order]
    ranks = {pk: n for n, pk in enumerate([*order, *(one.person_id for one in later)], start=1)}
    for seat in seated(row, elected_on):
        held = seat
        if seat.function != wanted[seat.person_id]:
            held = _change(actor, seat, wanted[seat.person_id], elected_on, now)
        held.rank = ranks[seat.person_id]
        held.function_label = _label(order, seat.person_id, second)
        held.save(update_fields=["rank", "function_label"])
    _end_commissions(actor, row, elected_on, now)
    row.installed_on, row.installed_at = elected_on, now
    row.save(update_fields=["installed_on", "installed_at"])
    functions.follow_mandates(actor.organisation, now=now)
    record(actor, audit.EXECUTIVE_INSTALLED, row.assembly, now=now, data={"deputies": len(order)})
    return row


def _label(order: list[int], person: int, second: Function) -> str:
    if person not in order:
        return ""
    place = order.index(person)
    return "" if place == 0 else f"{place}{'er' if place == 1 else 'e'} {_SECONDS[second]}"


def _change(actor: Actor, seat: Mandate, function: Function, since: date, now: datetime) -> Mandate:
    """The same seat in another function from a day on; its dossiers stay open."""
    if seat.from_date >= since:
        seat.function = function
        seat.save(update_fields=["function"])
        return seat
    end_seat(actor, seat, since - timedelta(days=1), now)
    fresh = Mandate.objects.create(
        organisation=seat.organisation,
        assembly=seat.assembly,
        person=seat.person,
        rank=seat.rank,
        from_date=since,
        capacity=seat.capacity,
        voice=seat.voice,
        function=function,
        wants_paper=seat.wants_paper,
        paper_requested_on=seat.paper_requested_on,
        paper_address=seat.paper_address,
        created_at=now,
    )
    Convocation.objects.filter(mandate=seat).update(mandate=fresh)
    record(actor, audit.MANDATE_STARTED, fresh, now=now, data={"person": str(seat.person.uid)})
    return fresh


def _end_acting(actor: Actor, row: Renewal, elected_on: date, now: datetime) -> None:
    """Those who were beaten and stayed in function until now."""
    acting = Mandate.objects.filter(
        assembly=row.assembly_id,
        from_date__gt=row.complete_on,
        voice=Voice.CONSULTATIVE,
        function__in=EXECUTIVE,
        to_date=None,
    ).select_related("person", "assembly", "organisation")
    for one in acting.order_by("pk"):
        last_day = elected_on - timedelta(days=1)
        end_seat(actor, one, last_day, now)
        ending.let_go(actor=actor, seats=[one], last_day=max(one.from_date, last_day), now=now)


def _end_commissions(actor: Actor, row: Renewal, elected_on: date, now: datetime) -> None:
    """The former council's commissions: the new one forms its own (L2121-22)."""
    former = (
        Mandate.objects.filter(
            organisation=row.organisation_id,
            assembly__kind__in=ending.CARRIED,
            from_date__lte=row.complete_on,
            person__in=Mandate.objects.filter(
                assembly=row.assembly_id, to_date=row.complete_on
            ).values("person"),
        )
        .filter(Q(to_date=None) | Q(to_date__gt=elected_on))
        .select_related("person", "assembly", "organisation")
    )
    for one in former.order_by("pk"):
        end_seat(actor, one, elected_on, now)
