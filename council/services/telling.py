"""Who is told what: the mayor, those who prepare a body, the author of a point."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.actor import Actor
from accounts.enums import NoticeClass, TeamKind
from accounts.mail import queue_mail
from accounts.models import Person, TeamMembership
from accounts.notifications import followers_of, notify, settle
from config.lib.clock import local_date
from council import alerts
from council.access import HANDED_OVER
from council.enums import ConvocationState
from council.models import (
    Absence,
    Advice,
    AgendaItem,
    Assembly,
    Convocation,
    DossierEdition,
    Mandate,
    MayorReplacement,
    Meeting,
)
from council.services import steps


def preparers(assembly: Assembly, now: datetime) -> list[Person]:
    """The DGS team and the body's own team, as they are today."""
    today = local_date(now, assembly.organisation.timezone)
    seats = TeamMembership.objects.filter(
        organisation=assembly.organisation_id, team__archived_at=None
    ).current(today)
    wanted = seats.filter(team__kind=TeamKind.DGS)
    if assembly.preparing_team_id is not None:
        wanted = wanted | seats.filter(team=assembly.preparing_team_id)
    return list(Person.objects.filter(pk__in=wanted.values("person")).order_by("pk"))


def tell_mayor(
    actor: Actor,
    meeting: Meeting,
    mayor: Person,
    *,
    now: datetime,
    due: datetime,
    change: bool = False,
) -> None:
    """An agenda waits for their agreement, or the ``change`` of a meeting already convened."""
    notify(
        alerts.CHANGE_AGREEMENT_ASKED if change else alerts.AGREEMENT_ASKED,
        organisation=meeting.organisation,
        recipients=[mayor],
        group_key=f"meeting:{'change' if change else 'agreement'}:{meeting.uid}",
        object_uid=meeting.uid,
        actor=actor,
        reason="parce que vous présidez cette instance",
        due=due,
        now=now,
    )


def tell_members(
    meeting: Meeting,
    people: list[Person],
    *,
    now: datetime,
    changed_by: DossierEdition | None = None,
) -> None:
    """The line of the members' inbox; the convocation, or its change, goes by its own message."""
    key = f"amended:{meeting.uid}:{changed_by.n}" if changed_by else f"convened:{meeting.uid}"
    notify(
        alerts.AMENDED if changed_by else alerts.CONVENED,
        organisation=meeting.organisation,
        recipients=people,
        group_key=f"meeting:{key}",
        object_uid=meeting.uid,
        reason="parce que vous siégez dans cette instance",
        now=now,
    )


def tell_replaced(actor: Actor, replacement: MayorReplacement, *, now: datetime) -> None:
    """Somebody acts for the mayor: both are told."""
    chairs = Mandate.objects.filter(assembly=replacement.assembly_id).chairing()
    today = local_date(now, replacement.organisation.timezone)
    people = [replacement.by.person_id, *chairs.current(today).values_list("person", flat=True)]
    notify(
        alerts.MAYOR_REPLACED,
        organisation=replacement.organisation,
        recipients=list(Person.objects.filter(pk__in=people).order_by("pk")),
        group_key=f"replacement:{replacement.uid}",
        object_uid=replacement.uid,
        actor=actor,
        reason="parce que cela vous concerne",
        now=now,
    )


def nothing_to_agree(meeting: Meeting, *, now: datetime) -> None:
    """What was asked of the mayor is answered, or no longer stands."""
    settle(
        alerts.AGREEMENT_ASKED,
        alerts.CHANGE_AGREEMENT_ASKED,
        about=meeting.uid,
        organisation=meeting.organisation,
        now=now,
    )


def nothing_to_validate(item: AgendaItem, *, now: datetime) -> None:
    """The step that the point waited for has spoken."""
    settle(alerts.ITEM_TO_VALIDATE, about=item.uid, organisation=item.organisation, now=now)


def tell_answer(actor: Actor, meeting: Meeting, *, agreed: bool, now: datetime) -> None:
    """The mayor answered: those who prepare go on, and nobody is asked any more."""
    nothing_to_agree(meeting, now=now)
    kind = alerts.AGREEMENT_GIVEN if agreed else alerts.AGREEMENT_REFUSED
    _tell_preparers(kind, "answer", meeting, now=now, actor=actor)


def tell_trouble(meeting: Meeting, *, now: datetime) -> None:
    """A convocation failed, is uncertain or left too late."""
    _tell_preparers(alerts.CONVOCATION_TROUBLE, "trouble", meeting, now=now)


def tell_deadline(meeting: Meeting, *, now: datetime) -> None:
    """Hours before the limit, something has not left."""
    _tell_preparers(alerts.DEADLINE_CLOSE, "deadline", meeting, now=now)


def _tell_preparers(
    kind: str, key: str, meeting: Meeting, *, now: datetime, actor: Actor | None = None
) -> None:
    notify(
        kind,
        organisation=meeting.organisation,
        recipients=preparers(meeting.assembly, now),
        group_key=f"meeting:{key}:{meeting.uid}",
        object_uid=meeting.uid,
        actor=actor,
        reason="parce que vous préparez cette séance",
        now=now,
    )


def tell_proposed(actor: Actor, item: AgendaItem, *, now: datetime) -> None:
    """A point was proposed."""
    notify(
        alerts.ITEM_PROPOSED,
        organisation=item.organisation,
        recipients=preparers(item.assembly, now),
        group_key=f"item:{item.uid}",
        object_uid=item.uid,
        actor=actor,
        reason="parce que vous préparez les séances de cette instance",
        now=now,
    )


def tell_validators(actor: Actor, item: AgendaItem, *, now: datetime) -> None:
    """A point waits for its next step: those who hold it, and who replaces them."""
    step = item.step
    if step is None:
        return
    today = local_date(now, item.organisation.timezone)
    people = steps.holders(step, today)
    away = Absence.objects.filter(organisation=item.organisation_id, person__in=people)
    people |= set(away.current(today).values_list("replacement", flat=True))
    notify(
        alerts.ITEM_TO_VALIDATE,
        organisation=item.organisation,
        recipients=list(Person.objects.filter(pk__in=people).order_by("pk")),
        group_key=f"item:validate:{item.uid}",
        object_uid=item.uid,
        actor=actor,
        reason=f"parce que l’étape « {step.name} » est la vôtre",
        now=now,
    )


def tell_advisers(actor: Actor, advice: Advice, people: list[Person], *, now: datetime) -> None:
    """An opinion is asked for, by a day."""
    zone = ZoneInfo(advice.organisation.timezone)
    notify(
        alerts.ADVICE_ASKED,
        organisation=advice.organisation,
        recipients=people,
        group_key=f"advice:{advice.uid}",
        object_uid=advice.uid,
        actor=actor,
        reason=f"parce que l’avis de {advice.whose} est demandé",
        due=datetime.combine(advice.due_on, time(23, 59), tzinfo=zone),
        now=now,
    )


def advice_recorded(advice: Advice, *, now: datetime) -> None:
    """The opinion is there: nobody is asked for it any more."""
    settle(alerts.ADVICE_ASKED, about=advice.uid, organisation=advice.organisation, now=now)


def tell_returned(actor: Actor, item: AgendaItem, *, now: datetime) -> None:
    """A point came back to its author."""
    if item.created_by is not None:
        notify(
            alerts.ITEM_RETURNED,
            organisation=item.organisation,
            recipients=[item.created_by],
            group_key=f"item:{item.uid}",
            object_uid=item.uid,
            actor=actor,
            reason="parce que vous l’avez rédigé",
            now=now,
        )


def tell_followers(kind: str, meeting: Meeting, *, actor_uid: UUID | None, now: datetime) -> int:
    """News of a meeting for those who follow it. Returns how many were told."""
    return notify(
        kind,
        organisation=meeting.organisation,
        recipients=followers_of(meeting.organisation, [meeting.uid], now=now),
        group_key=f"{kind}:{meeting.uid}",
        object_uid=meeting.uid,
        actor_uid=actor_uid,
        reason="parce que vous suivez cette séance",
        now=now,
    )


def tell_new_version(document_uid: str, *, actor_uid: UUID | None, now: datetime) -> int:
    """A piece of an agenda not yet frozen has a new version. Returns how many were told."""
    meetings = (
        Meeting.objects.filter(items__pieces__document__uid=document_uid, agenda_frozen_at=None)
        .in_preparation()
        .filter(starts_at__gt=now)
        .select_related("organisation", "assembly")
        .distinct()
        .order_by("pk")
    )
    return sum(
        tell_followers(alerts.PIECE_CHANGED, meeting, actor_uid=actor_uid, now=now)
        for meeting in meetings
    )


def write_cancelled(meeting: Meeting, *, now: datetime) -> int:
    """A message to each member to whom a convocation left, once per person, that the meeting is
    cancelled. Returns how many; those on paper get a letter."""
    told: set[int] = set()
    for convocation in convened_people(meeting):
        left = not convocation.mandate.is_current(local_date(now, meeting.timezone))
        if left or not convocation.person.email or convocation.person_id in told:
            continue
        told.add(convocation.person_id)
        queue_mail(
            alerts.NOTICE_MAIL,
            person=convocation.person,
            organisation=convocation.organisation,
            payload={"meeting": str(meeting.uid), "what": "cancelled"},
            notice_class=NoticeClass.LEGAL,
            now=now,
            not_after=meeting.starts_at if meeting.starts_at > now else None,
            dedupe=cancellation_key(meeting, convocation.person_id),
        )
    return len(told)


def cancellation_key(meeting: Meeting, person_id: int) -> str:
    """What makes the message of a cancellation the only one for that person."""
    return f"{meeting.uid}:cancelled:{person_id}"


def convened_people(meeting: Meeting) -> list[Convocation]:
    """The latest convocation of each person to whom one left, or is leaving."""
    latest = (
        meeting.convocations.filter(state__in=[*HANDED_OVER, ConvocationState.TO_SEND])
        .order_by("person", "-edition__n")
        .distinct("person")
    )
    return list(
        Convocation.objects.filter(pk__in=latest.values("pk"))
        .select_related("person", "organisation", "mandate")
        .in_order_of_the_tableau()
    )
