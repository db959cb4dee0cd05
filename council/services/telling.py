"""Who is told what: the mayor, those who prepare a body, the author of a point."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from accounts.enums import TeamKind
from accounts.models import Person, TeamMembership
from accounts.notifications.lines import notify
from config.lib.clock import local_date
from council import alerts
from council.models import AgendaItem, Assembly, Meeting


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
    actor: Actor, meeting: Meeting, mayor: Person, *, now: datetime, due: datetime
) -> None:
    """An agenda waits for their agreement."""
    notify(
        alerts.AGREEMENT_ASKED,
        organisation=meeting.organisation,
        recipients=[mayor],
        group_key=f"meeting:agreement:{meeting.uid}",
        object_uid=meeting.uid,
        actor=actor,
        reason="parce que vous présidez cette instance",
        due=due,
        now=now,
    )


def tell_answer(actor: Actor, meeting: Meeting, *, agreed: bool, now: datetime) -> None:
    """The mayor answered: those who prepare go on."""
    notify(
        alerts.AGREEMENT_GIVEN if agreed else alerts.AGREEMENT_REFUSED,
        organisation=meeting.organisation,
        recipients=preparers(meeting.assembly, now),
        group_key=f"meeting:answer:{meeting.uid}",
        object_uid=meeting.uid,
        actor=actor,
        reason="parce que vous préparez cette séance",
        now=now,
    )


def tell_trouble(meeting: Meeting, *, now: datetime) -> None:
    """A convocation failed, is uncertain or left too late."""
    notify(
        alerts.CONVOCATION_TROUBLE,
        organisation=meeting.organisation,
        recipients=preparers(meeting.assembly, now),
        group_key=f"meeting:trouble:{meeting.uid}",
        object_uid=meeting.uid,
        reason="parce que vous préparez cette séance",
        now=now,
    )


def tell_deadline(meeting: Meeting, *, now: datetime) -> None:
    """Hours before the limit, something has not left."""
    notify(
        alerts.DEADLINE_CLOSE,
        organisation=meeting.organisation,
        recipients=preparers(meeting.assembly, now),
        group_key=f"meeting:deadline:{meeting.uid}",
        object_uid=meeting.uid,
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
