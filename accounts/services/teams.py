"""Teams: services, commissions, projects; who is in them, and since when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import audit
from accounts.access import can_administer
from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import TeamKind
from accounts.models import Membership, Person, Team, TeamMembership
from accounts.services.founding import new_team
from accounts.services.joining import DatesReversed
from accounts.services.leaving import require_direction_left
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.text import clean_name
from config.work.services import emit


class AlreadyInTeam(Exception):
    """The person is already in the team at these dates."""


class NotAMember(Exception):
    """Only people who belong to the organisation enter its teams."""


class LabelTaken(Exception):
    """Another team of the organisation has this name."""


class DirectionStays(Exception):
    """The DGS team is neither archived nor made by hand."""


class KeptInStep(Exception):
    """The members of this team follow something else: nobody changes them by hand."""


@transaction.atomic
def create_team(*, actor: Actor, label: str, kind: str, now: datetime) -> Team:
    """Create an empty team. Raises LabelTaken or DirectionStays."""
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    if kind == TeamKind.DGS:
        raise DirectionStays("L’organisation a déjà son équipe de direction générale.")
    _require_free(actor, clean_name(label))
    team = new_team(organisation, clean_name(label), kind)
    record(actor, audit.acts.TEAM_CREATED, team, now=now)
    return team


@transaction.atomic
def rename_team(*, actor: Actor, team: Team, label: str, now: datetime) -> Team:
    """Change a team's name. Raises LabelTaken."""
    lock_organisation(actor.organisation)
    require(can_administer(actor))
    mine = _mine(actor, team)
    wanted = clean_name(label)
    if wanted != mine.label:
        _require_free(actor, wanted)
        mine.label = wanted
        mine.save(update_fields=["label"])
        record(actor, audit.acts.TEAM_RENAMED, mine, now=now)
    return mine


@transaction.atomic
def archive_team(*, actor: Actor, team: Team, now: datetime) -> None:
    """Close a team: what it gave stops at once, its history stays. Raises DirectionStays."""
    lock_organisation(actor.organisation)
    require(can_administer(actor))
    mine = _mine(actor, team)
    if mine.kind == TeamKind.DGS:
        raise DirectionStays("L’équipe de direction générale ne s’archive pas.")
    if mine.archived_at is None:
        mine.archived_at = now
        mine.save(update_fields=["archived_at"])
        record(actor, audit.acts.TEAM_ARCHIVED, mine, now=now)
        _tell(actor, mine, None, now)


@transaction.atomic
def add_to_team(
    *,
    actor: Actor,
    team: Team,
    person: Person,
    from_date: date | None = None,
    to_date: date | None = None,
    now: datetime,
) -> TeamMembership:
    """Put a person in a team, from a day to a day (both included).

    Raises NotAMember, KeptInStep, DatesReversed or AlreadyInTeam.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    mine = _mine(actor, team)
    _require_by_hand(mine)
    start = from_date or actor.today
    if to_date is not None and to_date < start:
        raise DatesReversed("La fin ne peut pas précéder le début.")
    belongs = Membership.objects.filter(
        Q(to_date=None) | Q(to_date__gte=start), organisation=organisation, person=person
    )
    if not belongs.exists():
        raise NotAMember(f"{person.full_name} n’appartient pas à {organisation.name}.")
    try:
        with transaction.atomic():
            entry = TeamMembership.objects.create(
                organisation=organisation,
                team=mine,
                person=person,
                from_date=start,
                to_date=to_date,
            )
    except IntegrityError as overlap:
        raise AlreadyInTeam("Cette personne est déjà dans l’équipe à ces dates.") from overlap
    record(actor, audit.acts.TEAM_JOINED, person, now=now, data={"team": str(mine.uid)})
    _tell(actor, mine, person, now)
    return entry


@transaction.atomic
def remove_from_team(
    *, actor: Actor, entry: TeamMembership, last_day: date | None = None, now: datetime
) -> None:
    """Take a person out of a team at the end of `last_day`; now, when it is not given.

    Raises KeptInStep, or LastOfDirection when nobody would be left in the DGS team.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    mine = (
        TeamMembership.objects.select_for_update(of=("self",))
        .select_related("team", "person")
        .get(pk=entry.pk, organisation=organisation)
    )
    _require_by_hand(mine.team)
    end = last_day or actor.today - timedelta(days=1)
    team, person = mine.team, mine.person
    if end < mine.from_date:
        mine.delete()
    else:
        mine.to_date = end
        mine.save(update_fields=["to_date"])
    if team.kind == TeamKind.DGS:
        require_direction_left(organisation, after=max(end, actor.today - timedelta(days=1)))
    record(actor, audit.acts.TEAM_LEFT, person, now=now, data={"team": str(team.uid)})
    _tell(actor, team, person, now)


@transaction.atomic
def change_last_day(
    *, actor: Actor, entry: TeamMembership, last_day: date | None, now: datetime
) -> TeamMembership:
    """Date the end of a person's time in a team, or lift that date.

    Raises KeptInStep, DatesReversed, AlreadyInTeam (a later stay is in the way) or LastOfDirection.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    mine: TeamMembership = (
        TeamMembership.objects.select_for_update(of=("self",))
        .select_related("team", "person")
        .get(pk=entry.pk, organisation=organisation)
    )
    _require_by_hand(mine.team)
    if last_day == mine.to_date:
        return mine
    if last_day is not None and last_day < mine.from_date:
        raise DatesReversed("La fin ne peut pas précéder le début.")
    mine.to_date = last_day
    try:
        with transaction.atomic():
            mine.save(update_fields=["to_date"])
    except IntegrityError as overlap:
        raise AlreadyInTeam("Cette personne est déjà dans l’équipe à ces dates.") from overlap
    if mine.team.kind == TeamKind.DGS and last_day is not None:
        require_direction_left(organisation, after=max(last_day, actor.today - timedelta(days=1)))
    data = {"team": str(mine.team.uid), "to": last_day.isoformat() if last_day else None}
    record(actor, audit.acts.TEAM_DATED, mine.person, now=now, data=data)
    _tell(actor, mine.team, mine.person, now)
    return mine


def _mine(actor: Actor, team: Team) -> Team:
    return Team.objects.select_for_update(of=("self",)).get(
        pk=team.pk, organisation=actor.organisation
    )


def _require_by_hand(team: Team) -> None:
    if team.source:
        raise KeptInStep(
            f"L’équipe {team.label} suit les mandats : changez le mandat, elle suivra."
        )


def _require_free(actor: Actor, label: str) -> None:
    if Team.objects.filter(organisation=actor.organisation, label=label).exists():
        raise LabelTaken("Une équipe porte déjà ce nom.")


def _tell(actor: Actor, team: Team, person: Person | None, now: datetime) -> None:
    emit(
        "accounts.team.changed",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"team": str(team.uid), "person": str(person.uid) if person else None},
    )
