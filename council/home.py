"""What the council expects of each person, on their home page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.actor import Actor
from accounts.home import (
    Ahead,
    Expected,
    Place,
    ahead_sources,
    expected_sources,
    place_sources,
)
from config.lib.clock import end_of_day, local_date
from config.lib.text import day_name, plural
from council import home_acts  # noqa: F401 - declares what acts expect
from council.access import (
    items_to_validate,
    meetings_to_agree,
    prepared_assemblies,
    prepared_meetings,
    visible_items,
    visible_meetings,
)
from council.access_preparing import recordable_advice
from council.enums import ConvocationState, ItemState
from council.law import latest_moment
from council.models import AgendaItem, Amendment, Convocation, MayorAgreement, Meeting
from council.rules.obligations import AHEAD
from council.services import answering, links
from council.services.obligations import still_owed
from council.views.portal_words import answer_words, day_and_hour, how_soon

#: A meeting still to be convened is expected this long before its last day.
SOON = timedelta(days=15)
#: Nobody waits any more for what is thought of these.
GONE = (ItemState.ABANDONED, ItemState.WITHDRAWN, ItemState.ADOPTED, ItemState.REJECTED)


def _title(meeting: Meeting) -> str:
    return f"{meeting.assembly.name} du {day_name(meeting.local_start)}"


def lines_to_validate(actor: Actor, now: datetime) -> list[dict[str, str]]:
    """What waits for the actor's yes: agendas first, then the points at a step of theirs."""
    org = actor.organisation.slug
    found = [
        {"title": f"L’ordre du jour : {_title(meeting)}", "meta": meeting.place, "href": href}
        for meeting, href in _agendas(actor, now)
    ]
    points = (
        items_to_validate(actor).select_related("assembly", "step").order_by("changed_at", "pk")
    )
    for item in points:
        found.append(
            {
                "title": item.title,
                "meta": f"{item.assembly.name} · {item.step.name if item.step else ''}",
                "href": reverse("council:item-validate", args=[org, item.uid]),
            }
        )
    return found


def _agendas(actor: Actor, now: datetime) -> list[tuple[Meeting, str]]:
    waiting = (
        meetings_to_agree(actor)
        .filter(pk__in=MayorAgreement.objects.waiting().values("meeting"))
        .in_preparation()
        .upcoming(now)
        .select_related("assembly__organisation")
    )
    org = actor.organisation.slug
    return [(one, reverse("council:meeting-agree", args=[org, one.uid])) for one in waiting]


def validations(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Validators: the points that wait for them."""
    org = actor.organisation.slug
    for item in items_to_validate(actor).order_by("changed_at", "pk"):
        yield Expected(
            f"Valider le point « {item.title} »",
            reverse("council:item-validate", args=[org, item.uid]),
            icon="clipboard-check",
        )


def opinions(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Those asked for their advice: not given yet."""
    org, zone = actor.organisation.slug, ZoneInfo(actor.organisation.timezone)
    rows = recordable_advice(actor).filter(opinion="").exclude(item__state__in=GONE)
    for row in rows.select_related("item", "body", "team").order_by("due_on", "pk"):
        due = datetime.combine(row.due_on, time(23, 59), tzinfo=zone)
        yield Expected(
            f"Donner l’avis de {row.whose} : {row.item.title}",
            reverse("council:advice-record", args=[org, row.uid]),
            due=due,
            icon="message-square",
            late=due < now,
        )


def agreements(actor: Actor, now: datetime) -> Iterable[Expected]:
    """The mayor: agendas that wait for an answer."""
    for meeting, href in _agendas(actor, now):
        yield Expected(
            f"Valider l’ordre du jour : {_title(meeting)}",
            href,
            due=latest_moment(meeting),
            icon="clipboard-check",
        )


def changes(actor: Actor, now: datetime) -> Iterable[Expected]:
    """The mayor: changes of a meeting already convened that wait for an answer."""
    waiting = (
        meetings_to_agree(actor)
        .alive()
        .filter(pk__in=Amendment.objects.to_agree().values("meeting"))
        .upcoming(now)
        .select_related("assembly__organisation")
    )
    for meeting in waiting:
        yield Expected(
            f"Valider un changement : {_title(meeting)}",
            reverse("council:amendment-agree", args=[actor.organisation.slug, meeting.uid]),
            due=meeting.starts_at,
            icon="clipboard-check",
        )


def convocations(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Those who prepare: what must leave, and what did not arrive."""
    org = actor.organisation.slug
    bodies = prepared_assemblies(actor)
    for meeting in (
        prepared_meetings(actor)
        .in_preparation()
        .upcoming(now)
        .select_related("assembly__organisation")
    ):
        latest = latest_moment(meeting)
        if latest - now <= SOON:
            yield Expected(
                f"Convoquer : {_title(meeting)}",
                reverse("council:meeting-detail", args=[org, meeting.uid]),
                due=latest,
                icon="send",
                late=latest < now,
            )
    stuck = (
        Convocation.objects.of_members(actor.today)
        .filter(
            meeting__assembly__in=bodies,
            meeting__starts_at__gte=now,
            meeting__cancelled_at=None,
            state__in=[
                ConvocationState.FAILED,
                ConvocationState.UNCERTAIN,
                ConvocationState.TOO_LATE,
            ],
        )
        .select_related("meeting__assembly__organisation")
    )
    by_meeting: dict[int, list[Convocation]] = {}
    for convocation in stuck.order_by("pk"):
        by_meeting.setdefault(convocation.meeting_id, []).append(convocation)
    for found in by_meeting.values():
        meeting = found[0].meeting
        yield Expected(
            f"{plural(len(found), 'convocation')} à reprendre : {_title(meeting)}",
            reverse("council:meeting-proof", args=[org, meeting.uid]),
            due=latest_moment(meeting),
            icon="triangle-alert",
            late=True,
        )
    proposed = AgendaItem.objects.filter(assembly__in=bodies, state=ItemState.PROPOSED).count()
    if proposed:
        yield Expected(
            f"{plural(proposed, 'point proposé', 'points proposés')} à regarder",
            reverse("council:meeting-list", args=[org]),
            icon="file-text",
        )


def obligations(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Those who prepare: what the year asks for soon, and no point answers."""
    org, zone = actor.organisation.slug, actor.organisation.timezone
    today = local_date(now, zone)
    for owed in still_owed(prepared_assemblies(actor), today, today + timedelta(days=AHEAD)):
        if owed.due.may_be_proposed:
            yield Expected(
                f"Proposer le point « {owed.due.obligation.title} »",
                reverse("council:obligations", args=[org])
                + f"?instance={owed.assembly.uid}&annee={owed.year}",
                due=end_of_day(owed.due.obligation.last_day, zone),
                icon="scale",
            )


def returned(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Authors: the points that came back."""
    org = actor.organisation.slug
    mine = visible_items(actor).filter(created_by=actor.person, state=ItemState.RETURNED)
    for item in mine.order_by("changed_at", "pk"):
        yield Expected(
            f"Reprendre le point « {item.title} »",
            reverse("council:item-detail", args=[org, item.uid]),
            detail=item.state_reason,
            icon="undo-2",
        )


def next_meetings(actor: Actor, now: datetime) -> Iterable[Place]:
    """The two next meetings."""
    org = actor.organisation.slug
    for meeting in visible_meetings(actor).alive().upcoming(now).select_related("assembly")[:2]:
        yield Place(
            _title(meeting),
            reverse("council:meeting-detail", args=[org, meeting.uid]),
            detail=meeting.state.label,
            icon="landmark",
        )


def own_meetings(actor: Actor, now: datetime) -> Iterable[Ahead]:
    """Members: each coming meeting that they were convened to in this organisation."""
    seen: set[int] = set()
    coming = []
    for one in links.sent_to(actor.person, now=now):  # the latest edition comes first
        meeting = one.meeting
        here = one.organisation_id == actor.organisation.pk and one.meeting_id not in seen
        if here and meeting.starts_at >= now and meeting.cancelled_at is None:
            seen.add(one.meeting_id)
            coming.append(one)
    for one in sorted(coming, key=lambda one: (one.meeting.starts_at, one.pk)):
        standing = answering.standing(one, now=now)
        answer = answer_words(standing)
        yield Ahead(
            title=one.meeting.assembly.name,
            when=day_and_hour(one.meeting),
            place=one.meeting.place,
            soon=how_soon(one.meeting, now=now),
            button="Ouvrir mon dossier",
            action=reverse("portal:open", args=[one.uid]),
            href=reverse("portal:home", args=[one.uid]),
            answer=answer,
            question="Changer ma réponse" if answer else "Serez-vous là ?",
        )


ahead_sources.register("council.own_meetings", own_meetings)
expected_sources.register("council.agreements", agreements)
expected_sources.register("council.changes", changes)
expected_sources.register("council.opinions", opinions)
expected_sources.register("council.validations", validations)
expected_sources.register("council.convocations", convocations)
expected_sources.register("council.returned", returned)
expected_sources.register("council.obligations", obligations)
place_sources.register("council.meetings", next_meetings)
