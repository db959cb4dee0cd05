"""A mandate ends: links, mails, pouvoirs and seats stop at once, and the next on the list is known.

One service for resignation, death and annulment (R-QUO-03, R-CONV-11). What is already in a queue
is looked at again as it leaves (``handing_over.why_not_leave``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import Capacity as Belongs
from accounts.models import Mail, Membership, Person
from accounts.notifications import notify
from accounts.services.leaving import end_membership
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.clock import local_date
from config.work.services import emit
from council import alerts_mandates, audit
from council.access import can_prepare, can_settle_bodies
from council.enums import AssemblyKind, EndReason, Function, ProxyState
from council.models import Answer, Convocation, Mandate, Meeting, Proxy
from council.models.convocation import ConvocationQuerySet
from council.rules import blocking
from council.rules.mandates import Cut, Ending, Post, check_resignation, cuts_of
from council.rules.mandates import resignation_takes_effect as takes_effect
from council.services import elsewhere, functions, seating
from council.services.refusals import Refusal
from council.services.telling import preparers

#: The bodies whose seat carries those in commissions.
SOURCES = (
    AssemblyKind.MUNICIPAL_COUNCIL,
    AssemblyKind.COMMUNITY_COUNCIL,
    AssemblyKind.SYNDICATE_COMMITTEE,
)
CARRIED = (
    AssemblyKind.COMMISSION,
    AssemblyKind.TENDER_COMMISSION,
    AssemblyKind.BUREAU,
    AssemblyKind.OTHER,
)


class AlreadyEnded(Refusal):
    """This mandate has ended."""


class Pending(Refusal):
    """The resignation is not final yet."""


class NotCertain(Refusal):
    """The law does not take this for a resignation."""


@dataclass(frozen=True, slots=True)
class EndingFacts:
    """What the town hall knows. ``received_on``: the day when the mayor (the president) received
    the letter, or the day of the death or of the judgment. ``accepted_on``: when the prefect
    accepted the resignation of a mayor or a deputy; ``renewed_on``: their second letter.
    ``function_only``: they stay councillors."""

    reason: EndReason
    received_on: date
    accepted_on: date | None = None
    renewed_on: date | None = None
    signed: bool = True
    addressed_right: bool = True
    function_only: bool = False


@dataclass(frozen=True, slots=True)
class Effects:
    """What stops, before and after: the same words for the dry run and for what was done."""

    effective_on: date
    last_day: date
    seats: tuple[str, ...]
    links: int
    mails: int
    given: tuple[str, ...]
    held: tuple[str, ...]
    leaves_organisation: bool


def post_of(mandate: Mandate) -> Post:
    """From what the person resigns, as far as the law of resignations goes."""
    inter = mandate.assembly.kind in (
        AssemblyKind.COMMUNITY_COUNCIL,
        AssemblyKind.SYNDICATE_COMMITTEE,
    )
    if mandate.function == Function.MAYOR:
        return Post.MAYOR
    if mandate.function == Function.DEPUTY:
        return Post.DEPUTY
    if inter and mandate.function in (Function.PRESIDENT, Function.VICE_PRESIDENT):
        return Post.COMMUNITY_OFFICER
    return Post.COMMUNITY_COUNCILLOR if inter else Post.COUNCILLOR


def effective_day(mandate: Mandate, facts: EndingFacts, *, today: date) -> date:
    """From which day the seat is free. Raises Pending, NotCertain."""
    if facts.reason != EndReason.RESIGNATION:
        day: date | None = facts.received_on
    else:
        post = post_of(mandate)
        wrong = blocking(
            check_resignation(
                post,
                written=True,
                signed=facts.signed,
                addressed_right=facts.addressed_right,
            )
        )
        if wrong:
            raise NotCertain(wrong[0].message, wrong)
        day = takes_effect(
            post,
            received_on=facts.received_on,
            accepted_on=facts.accepted_on,
            renewed_on=facts.renewed_on,
        )
    if day is None or day > today:
        raise Pending(
            "Cette démission n’est pas encore définitive : celle d’un maire ou d’un adjoint l’est "
            "quand le préfet l’accepte, ou un mois après une seconde lettre."
        )
    if day < mandate.from_date:
        raise Refusal("La fin du mandat précède son début.")
    return day


def _last_day(mandate: Mandate, effective: date) -> date:
    """The day before, so that it stops at once; the day itself when the person sat that day."""
    sat = any(
        local_date(one.opened_at, one.timezone) == effective
        for one in Meeting.objects.filter(
            assembly=mandate.assembly_id, opened_at__isnull=False
        ).order_by("-opened_at")[:3]
        if one.opened_at
    )
    return effective if sat else max(mandate.from_date, effective - timedelta(days=1))


def _seats(mandate: Mandate, facts: EndingFacts, today: date) -> list[Mandate]:
    """The seats that end: this one, and those that it carried (commissions)."""
    rows = Mandate.objects.filter(
        organisation=mandate.organisation_id, person=mandate.person_id
    ).select_related("assembly", "person")
    wanted = Q(pk=mandate.pk)
    cuts = cuts_of(Ending(facts.reason))
    carries = mandate.assembly.kind in SOURCES and Cut.COMMISSIONS in cuts
    if carries and not facts.function_only:
        wanted |= Q(assembly__kind__in=CARRIED) & (Q(to_date=None) | Q(to_date__gte=today))
    return list(rows.filter(wanted).order_by("assembly__position", "pk"))


def _open_meetings(seats: Sequence[Mandate]) -> list[int]:
    bodies = [one.assembly_id for one in seats]
    rows = Meeting.objects.filter(assembly__in=bodies, adjourned_at=None, cancelled_at=None)
    return list(rows.values_list("pk", flat=True))


def effects_of(mandate: Mandate, facts: EndingFacts, *, actor: Actor) -> Effects:
    """What would stop. Changes nothing. Raises as `end`."""
    require(can_settle_bodies(actor))
    require(can_prepare(actor, mandate.assembly))
    if mandate.to_date is not None and mandate.to_date < actor.today:
        raise AlreadyEnded("Ce mandat est déjà terminé.")
    effective = effective_day(mandate, facts, today=actor.today)
    seats = _seats(mandate, facts, actor.today)
    meetings = _open_meetings(seats)
    proxies = (
        Proxy.objects.filter(meeting__in=meetings)
        .live()
        .select_related("giver", "holder")
        .order_by("pk")
    )
    kept = facts.function_only
    return Effects(
        effective_on=effective,
        last_day=_last_day(mandate, effective),
        seats=tuple(str(one.assembly) for one in seats),
        links=0 if kept else _links(seats).count(),
        mails=0 if kept else _waiting_mails(mandate).count(),
        given=()
        if kept
        else tuple(str(p.holder) for p in proxies if p.giver_id == mandate.person_id),
        held=()
        if kept
        else tuple(str(p.giver) for p in proxies if p.holder_id == mandate.person_id),
        leaves_organisation=not kept and not _stays(mandate, seats, actor.today),
    )


def _links(seats: Sequence[Mandate]) -> ConvocationQuerySet:
    return Convocation.objects.filter(mandate__in=list(seats))


def _waiting_mails(mandate: Mandate) -> QuerySet[Mail]:
    return Mail.objects.filter(
        organisation=mandate.organisation_id,
        person=mandate.person_id,
        kind__startswith="council.",
        state="queued",
    )


def _stays(mandate: Mandate, seats: Sequence[Mandate], today: date) -> bool:
    others = Mandate.objects.filter(
        organisation=mandate.organisation_id, person=mandate.person_id
    ).filter(Q(to_date=None) | Q(to_date__gte=today))
    return others.exclude(pk__in=[one.pk for one in seats]).exists()


@transaction.atomic
def end(*, actor: Actor, mandate: Mandate, facts: EndingFacts, now: datetime) -> Effects:
    """End the mandate on the day that the law says, and all that it opened.

    Raises AlreadyEnded, Pending, NotCertain.
    """
    lock_organisation(actor.organisation)
    held = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("assembly", "person", "organisation")
        .get(pk=mandate.pk)
    )
    done = effects_of(held, facts, actor=actor)
    seats = _seats(held, facts, actor.today)
    meetings = _open_meetings(seats)
    list(
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=meetings)
        .order_by("pk")
    )
    for one in seats:
        last_day = done.last_day if one.pk == held.pk else max(one.from_date, done.last_day)
        one.to_date, one.end_reason = last_day, facts.reason
        one.save(update_fields=["to_date", "end_reason"])
        record(actor, audit.MANDATE_ENDED, one, now=now, data={"reason": facts.reason})
    if facts.function_only:
        _stay_councillor(held, done, now)
    else:
        for one in seats:
            elsewhere.tell(one, now)
        _cut(actor, held.person, seats, meetings, now)
        if done.leaves_organisation:
            _end_memberships(actor, held.person, done.last_day, now)
    functions.follow_mandates(actor.organisation, now=now)
    emit(
        "council.mandate.ended",
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"mandate": str(held.uid), "reason": facts.reason.value},
        now=now,
    )
    notify(
        alerts_mandates.MANDATE_ENDED,
        organisation=actor.organisation,
        recipients=preparers(held.assembly, now),
        group_key=f"mandate:ended:{held.uid}",
        object_uid=held.uid,
        actor=actor,
        reason="parce que vous préparez les séances de cette instance",
        now=now,
    )
    return done


@transaction.atomic
def end_on(
    *, actor: Actor, mandate: Mandate, last_day: date, reason: EndReason, now: datetime
) -> Mandate:
    """End a mandate on a day chosen by the direction. One that is over stops at once what it had
    opened, as in `end`; one to come stops by its date."""
    ended = seating.end_mandate(
        actor=actor, mandate=mandate, last_day=last_day, reason=reason, now=now
    )
    if last_day < actor.today:
        let_go(actor=actor, seats=[ended], last_day=last_day, now=now)
        elsewhere.tell(ended, now)
    return ended


def let_go(*, actor: Actor, seats: list[Mandate], last_day: date, now: datetime) -> None:
    """Close what seats that have just ended had opened to one person: links, pouvoirs, answers,
    and the organisation itself when nothing else keeps them there. Expects the organisation's
    lock."""
    person = seats[0].person
    _cut(actor, person, seats, _open_meetings(seats), now)
    if not _stays(seats[0], seats, actor.today):
        _end_memberships(actor, person, last_day, now)


def _cut(
    actor: Actor, person: Person, seats: list[Mandate], meetings: list[int], now: datetime
) -> None:
    _links(seats).update(generation=F("generation") + 1)
    lapsed = (
        Proxy.objects.filter(meeting__in=meetings)
        .live()
        .filter(Q(giver=person) | Q(holder=person))
        .select_related("giver", "holder", "meeting__assembly")
    )
    for proxy in lapsed.order_by("pk"):
        proxy.state, proxy.ended_at = ProxyState.LAPSED, now
        proxy.end_reason = f"fin du mandat de {person.full_name}"
        proxy.save(update_fields=["state", "ended_at", "end_reason"])
        record(actor, audit.PROXY_LAPSED, proxy, now=now, label=False)
        if proxy.holder_id == person.pk:
            notify(
                alerts_mandates.PROXY_LOST,
                organisation=actor.organisation,
                recipients=[proxy.giver],
                group_key=f"proxy:lost:{proxy.uid}",
                object_uid=proxy.meeting.uid,
                reason="parce que votre pouvoir n’a plus de porteur",
                now=now,
            )
    Answer.objects.current().filter(meeting__in=meetings, person=person).update(replaced_at=now)


def _stay_councillor(held: Mandate, done: Effects, now: datetime) -> None:
    """The function ends, the seat goes on: the dossiers already sent stay open."""
    seat = Mandate.objects.create(
        organisation=held.organisation,
        assembly=held.assembly,
        person=held.person,
        rank=held.rank,
        from_date=done.last_day + timedelta(days=1),
        capacity=held.capacity,
        voice=held.voice,
        function=Function.MEMBER,
        wants_paper=held.wants_paper,
        paper_requested_on=held.paper_requested_on,
        paper_address=held.paper_address,
        created_at=now,
    )
    Convocation.objects.filter(mandate=held, meeting__adjourned_at=None).update(mandate=seat)


def _end_memberships(actor: Actor, person: Person, last_day: date, now: datetime) -> None:
    rows = Membership.objects.filter(
        organisation=actor.organisation, person=person, capacity=Belongs.ELECTED
    ).filter(Q(to_date=None) | Q(to_date__gt=last_day))
    for membership in rows.order_by("pk"):
        end_membership(actor=actor, membership=membership, last_day=last_day, now=now)
