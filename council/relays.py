"""What the council says to whoever takes over: who heads the organisation, the next legal date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.actor import Actor
from accounts.calendar import CalendarEntry, calendar_sources
from accounts.handover import Handover, handovers
from accounts.heads import head_sources, is_head_sources
from accounts.models import Organisation, Person
from accounts.standing import Act, Chapter, Fact, standing_sources
from config.lib.clock import end_of_day, local_date, now, start_of_day
from config.lib.text import day_name, plural
from council.access import can_propose, current_mandates, prepared_assemblies, visible_meetings
from council.access_following import visible_follow_ups
from council.access_member_rights import visible_requests
from council.enums import AssemblyKind
from council.law import latest_moment
from council.models import Assembly, FollowUp, Mandate, Meeting
from council.models.following import FollowUpQuerySet
from council.rules.legal_clock import Tone
from council.services import timing
from council.services.obligations import Owed, still_owed

_MOST_FOLLOW_UPS = 10
#: How far « Où en est la commune » looks into the year, and how many lines of it.
_OBLIGATIONS_AHEAD, _MOST_OBLIGATIONS = timedelta(days=180), 8

#: The bodies whose chair heads the organisation itself.
HEADING = (
    AssemblyKind.MUNICIPAL_COUNCIL,
    AssemblyKind.COMMUNITY_COUNCIL,
    AssemblyKind.SYNDICATE_COMMITTEE,
    AssemblyKind.CCAS_BOARD,
)


def _is_head(actor: Actor) -> bool:
    return (
        current_mandates(actor)
        .chairing()
        .filter(assembly__kind__in=HEADING, assembly__organisation=actor.organisation)
        .exists()
    )


def _heads(organisation: Organisation) -> Iterable[Person]:
    today = local_date(now(), organisation.timezone)
    chairs = (
        Mandate.objects.current(today)
        .chairing()
        .filter(assembly__organisation=organisation, assembly__kind__in=HEADING)
    )
    return list(Person.objects.filter(pk__in=chairs.values("person")).order_by("pk"))


def _standing(actor: Actor, at: datetime) -> Iterable[Fact]:
    org = actor.organisation.slug
    meetings = visible_meetings(actor).alive().upcoming(at).select_related("assembly__organisation")
    for meeting in meetings[:6]:
        name = f"{meeting.assembly.name} du {day_name(meeting.local_start)}"
        href = reverse("council:meeting-detail", args=[org, meeting.uid])
        yield from _special(meeting, name, href, at)
        if meeting.convocations.exists():
            yield Fact(
                Chapter.NEXT,
                name,
                href,
                "Convocations envoyées",
                meeting.starts_at,
                icon="landmark",
            )
        else:
            latest = latest_moment(meeting)
            yield Fact(
                Chapter.NEXT,
                f"Convoquer : {name}",
                href,
                meeting.state.label,
                latest,
                late=latest < at,
                icon="send",
            )
    for assembly in Assembly.objects.of(actor.organisation.pk).in_french_order():
        yield Fact(
            Chapter.WHERE,
            f"Séances : {assembly.name}",
            reverse("council:meeting-list", args=[org]),
            icon="landmark",
        )


def _obligations(actor: Actor, at: datetime) -> Iterable[Fact]:
    """What the months to come still ask of the bodies, each with its last day and its point."""
    org, zone = actor.organisation.slug, actor.organisation.timezone
    bodies = Assembly.objects.filter(organisation=actor.organisation)
    today = local_date(at, zone)
    for owed in still_owed(bodies, today, today + _OBLIGATIONS_AHEAD)[:_MOST_OBLIGATIONS]:
        proposes = owed.due.may_be_proposed and can_propose(actor, owed.assembly).allowed
        yield Fact(
            Chapter.NEXT,
            owed.due.obligation.title,
            obligations_url(org, owed) if proposes else "",
            owed.assembly.name,
            end_of_day(owed.due.obligation.last_day, zone),
            icon="scale",
            act=Act(
                "Proposer le point",
                reverse("council:obligation-propose", args=[org]),
                "owed",
                owed.ref,
            )
            if proposes
            else None,
        )


def obligations_url(org: str, owed: Owed) -> str:
    """The page of that year of that body."""
    page = reverse("council:obligations", args=[org])
    return f"{page}?instance={owed.assembly.uid}&annee={owed.year}"


def _obligation_days(actor: Actor, start: datetime, end: datetime) -> Iterable[CalendarEntry]:
    """What the year still asks of the bodies that the actor prepares, a day each."""
    org, zone = actor.organisation.slug, actor.organisation.timezone
    first, last = local_date(start, zone), local_date(end, zone)
    for owed in still_owed(prepared_assemblies(actor), first, last):
        at = start_of_day(owed.due.obligation.last_day, zone)
        if start <= at < end:
            yield CalendarEntry(
                at=at,
                all_day=True,
                title=f"Au plus tard : {owed.due.obligation.title}",
                place=owed.assembly.name,
                href=obligations_url(org, owed),
                key=f"obligation-{owed.ref}",
                icon="scale",
            )


def _special(meeting: Meeting, name: str, href: str, at: datetime) -> Iterable[Fact]:
    """The delays that the points bring, each with its point named."""
    if meeting.convened_at is not None:
        return
    clock = timing.clock_for(meeting, now=at)
    for line in clock.points if clock else ():
        if line.due is not None or line.tone is Tone.LATE:
            yield Fact(
                Chapter.NEXT,
                f"{line.name} ({name})",
                href,
                " ".join((line.text, *line.ways)),
                line.due,
                late=line.tone is Tone.LATE,
                icon="clock",
            )


def _follow_ups(actor: Actor, at: datetime) -> Iterable[Fact]:
    """What decisions ask, not done yet: the late ones first."""
    org = actor.organisation.slug
    rows = visible_follow_ups(actor).open().select_related("person", "team")
    for one in rows.soonest_first()[:_MOST_FOLLOW_UPS]:
        yield Fact(
            Chapter.WAITING,
            one.what,
            reverse("council:follow-up", args=[org, one.uid]),
            f"Suite d’une décision, confiée à {one.who}",
            end_of_day(one.due_on, actor.organisation.timezone),
            late=one.is_late(actor.today),
            icon="list-checks",
        )


def _asked(actor: Actor, at: datetime) -> Iterable[Fact]:
    """What members asked for and still wait for."""
    org = actor.organisation.slug
    rows = visible_requests(actor).waiting().select_related("meeting__assembly", "person")
    rows = rows.filter(meeting__cancelled_at=None, meeting__adjourned_at=None)
    for one in rows.oldest_first()[:_MOST_FOLLOW_UPS]:
        yield Fact(
            Chapter.WAITING,
            f"Pièce demandée par {one.person} : {one.what[:120]}",
            reverse("council:request", args=[org, one.uid]),
            str(one.meeting),
            end_of_day(one.due_on, one.meeting.timezone),
            late=one.due_on < actor.today,
            icon="paperclip",
        )


def _in_charge(actor: Actor, person: Person) -> FollowUpQuerySet:
    return FollowUp.objects.open().filter(organisation=actor.organisation, person=person)


def _give_follow_ups(actor: Actor, person: Person, to: Person, now: datetime) -> int:
    return _in_charge(actor, person).update(person=to, changed_at=now)


handovers.register(
    "council.follow_ups",
    Handover(
        count=lambda actor, person: _in_charge(actor, person).count(),
        words=lambda n: plural(n, "suite d’une décision", "suites de décisions"),
        give=_give_follow_ups,
    ),
)
standing_sources.register("council.follow_ups", _follow_ups)
standing_sources.register("council.pieces_asked", _asked)
is_head_sources.register("council", _is_head)
head_sources.register("council", _heads)
standing_sources.register("council", _standing)
standing_sources.register("council.obligations", _obligations)
calendar_sources.register("council.obligations", _obligation_days)
