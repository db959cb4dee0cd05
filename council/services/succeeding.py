"""The next on the list takes the seat, and is convened to what is convened already (R-CONV-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import Capacity as Belongs
from accounts.models import Membership
from accounts.services.joining import join
from accounts.services.locking import lock_organisation
from config.lib.access import require
from council import audit
from council.access import can_prepare, can_settle_bodies
from council.enums import AssemblyKind, Channel, ConvocationState
from council.law import latest_moment
from council.models import Candidate, Convocation, DossierEdition, Mandate, Meeting
from council.rules import mandates as rules
from council.services import convening, seating, telling
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal


class NobodyNext(Refusal):
    """The list is exhausted, or is not known."""


class StillHeld(Refusal):
    """The seat is not vacant."""


@dataclass(frozen=True, slots=True)
class Convened:
    """What became of one meeting already convened, for the newcomer."""

    meeting: Meeting
    convocation: Convocation
    in_time: bool


def next_for(mandate: Mandate) -> Candidate | None:
    """Who takes this seat: the first after the last elected of the same list who never sat; of the
    same sex in a community council (code électoral, L273-10)."""
    own = (
        Candidate.objects.filter(
            assembly=mandate.assembly_id,
            person=mandate.person_id,
            election_on__lte=mandate.from_date + timedelta(days=366 * 6),
        )
        .select_related("person")
        .order_by("-election_on")
        .first()
    )
    if own is None:
        return None
    listed = list(
        Candidate.objects.filter(
            assembly=mandate.assembly_id, election_on=own.election_on, list_name=own.list_name
        )
        .select_related("person")
        .order_by("rank", "pk")
    )
    sat = set(
        Mandate.objects.filter(
            assembly=mandate.assembly_id,
            person__in=[one.person_id for one in listed],
            from_date__gte=own.election_on,
        ).values_list("person_id", flat=True)
    )
    like = rules.gender_of_the_next(
        community=mandate.assembly.kind == AssemblyKind.COMMUNITY_COUNCIL,
        gender=own.person.gender,
        seats=sum(one.elected for one in listed),
    )
    chosen = rules.next_on_list(
        (
            rules.Candidate(
                person=str(one.pk),
                rank=one.rank,
                elected=one.elected,
                sat=one.person_id in sat,
                unavailable=bool(one.unavailable),
                gender=one.person.gender,
            )
            for one in listed
        ),
        like=like,
    )
    return next((one for one in listed if str(one.pk) == chosen), None)


def replaced_by(mandate: Mandate) -> Mandate | None:
    """The mandate of whoever took this seat: the first of the same list begun after it."""
    if mandate.to_date is None:
        return None
    own = Candidate.objects.filter(assembly=mandate.assembly_id, person=mandate.person_id).order_by(
        "-election_on"
    )
    first = own.first()
    if first is None:
        return None
    mates = Candidate.objects.filter(
        assembly=mandate.assembly_id, election_on=first.election_on, list_name=first.list_name
    )
    return (
        Mandate.objects.filter(
            assembly=mandate.assembly_id,
            person__in=mates.values("person"),
            from_date=mandate.to_date + timedelta(days=1),
        )
        .select_related("person", "assembly")
        .order_by("pk")
        .first()
    )


@transaction.atomic
def seat_next(*, actor: Actor, mandate: Mandate, now: datetime) -> tuple[Mandate, list[Convened]]:
    """Seat the next on the list from the first day of the vacancy, last in the order of the
    tableau, and convene them to each meeting already convened."""
    lock_organisation(actor.organisation)
    held = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("assembly", "organisation")
        .get(pk=mandate.pk)
    )
    require(can_settle_bodies(actor))
    require(can_prepare(actor, held.assembly))
    if held.to_date is None or held.to_date >= actor.today:
        raise StillHeld("Ce siège n’est pas vacant.")
    if replaced_by(held) is not None:
        raise StillHeld("Ce siège a déjà été repris.")
    candidate = next_for(held)
    if candidate is None:
        raise NobodyNext(
            "Personne ne reste sur la liste, ou la liste n’est pas connue : importez-la, ou "
            "complétez le conseil par une élection."
        )
    since = held.to_date + timedelta(days=1)
    person = candidate.person
    if not (
        Membership.objects.filter(organisation=actor.organisation, person=person)
        .current(actor.today)
        .exists()
    ):
        join(actor=actor, person=person, capacity=Belongs.ELECTED, from_date=since, now=now)
    last = (
        Mandate.objects.filter(assembly=held.assembly_id)
        .current(actor.today)
        .aggregate(last=Max("rank"))["last"]
        or 0
    )
    seat = seating.give_mandate(
        actor=actor,
        assembly=held.assembly,
        person=person,
        rank=last + 1,
        from_date=since,
        capacity=held.capacity,  # type: ignore[arg-type]
        voice=held.voice,  # type: ignore[arg-type]
        now=now,
    )
    record(actor, audit.SEAT_TAKEN, seat, now=now, data={"after": str(held.uid)})
    convened = [
        convene_newcomer(actor=actor, meeting=one, mandate=seat, now=now)
        for one in Meeting.objects.filter(assembly=held.assembly_id)
        .convened()
        .alive()
        .filter(opened_at=None, starts_at__gt=now)
        .order_by("starts_at", "pk")
    ]
    return seat, convened


@transaction.atomic
def decline(*, actor: Actor, candidate: Candidate, reason: str, now: datetime) -> Candidate:
    """The next on the list does not take the seat: the one after is next."""
    lock_organisation(actor.organisation)
    held = (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("assembly")
        .get(pk=candidate.pk)
    )
    require(can_settle_bodies(actor))
    require(can_prepare(actor, held.assembly))
    if not reason.strip():
        raise Missing("Dites pourquoi cette personne ne siège pas.")
    held.unavailable = reason.strip()[:200]
    held.save(update_fields=["unavailable"])
    record(actor, audit.CANDIDATE_DECLINED, held, now=now)
    return held


@transaction.atomic
def convene_newcomer(
    *, actor: Actor, meeting: Meeting, mandate: Mandate, now: datetime
) -> Convened:
    """The same frozen dossier, to a member who arrives after it was sent. In time, it goes by
    mail; too late for the legal delay, it is handed over on paper and the proof says when."""
    held = lock_meeting(meeting)
    require(can_prepare(actor, held.assembly))
    edition = DossierEdition.objects.filter(meeting=held).latest("n")
    known = Convocation.objects.filter(edition=edition, person=mandate.person).first()
    limit = latest_moment(held)
    in_time = now <= limit
    if known is not None:
        return Convened(held, known, in_time)
    by_mail = bool(in_time and mandate.person.email and not mandate.wants_paper)
    made = Convocation.objects.create(
        organisation=held.organisation,
        meeting=held,
        edition=edition,
        mandate=mandate,
        person=mandate.person,
        channel=Channel.EMAIL if by_mail else Channel.PAPER,
        address=(mandate.person.email if by_mail else mandate.person.postal_address)[:300],
        state=ConvocationState.TO_SEND,
        created_at=now,
    )
    if by_mail:
        convening.queue_convocation(made, limit=limit, now=now)
    record(actor, audit.NEWCOMER_CONVENED, made, now=now, data={"in_time": in_time}, label=False)
    telling.tell_members(held, [mandate.person], now=now)
    return Convened(held, made, in_time)
