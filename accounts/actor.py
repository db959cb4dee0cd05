"""Who acts, and for whom: built from the path once per request, handed to every service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, IntegerField, JSONField
from django.db.models.expressions import RawSQL

from accounts.enums import Capacity, TeamKind
from accounts.models import Organisation, Person
from config.lib.clock import local_date


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting within one organisation.

    `principals` are the keys that rights are given to: the person's own (positive), then those
    of the teams they are in today (negative group ids). All of it counts only because a
    membership of this organisation runs today.
    """

    person: Person
    organisation: Organisation
    principals: tuple[int, ...]
    capacities: frozenset[str]
    is_dgs: bool
    team_ids: frozenset[int]
    today: date
    # Groups the audit entries of one operation.
    operation: UUID = field(default_factory=uuid4)
    address: str = ""
    # Unread lines of the inbox when the actor was built: the number beside the bell.
    unread: int = 0
    # Somebody else is looking, as this person: traces name them, nothing may be written.
    viewed_by: Person | None = None
    # Access domains shut whatever the rights say: what is confidential, while somebody looks.
    closed: tuple[int, ...] = ()

    @property
    def is_agent(self) -> bool:
        """Works for the organisation (the agents' screens are made for them)."""
        return Capacity.AGENT in self.capacities

    @property
    def is_elected(self) -> bool:
        """Holds an elected capacity."""
        return Capacity.ELECTED in self.capacities


_DAY = "(%s::timestamptz AT TIME ZONE accounts_organisation.timezone)::date"
_CAPACITIES = f"""ARRAY(
    SELECT DISTINCT m.capacity::text FROM accounts_membership m
     WHERE m.organisation_id = accounts_organisation.id AND m.person_id = %s
       AND m.from_date <= {_DAY} AND (m.to_date IS NULL OR m.to_date >= {_DAY}))"""  # noqa: S608
_TEAMS = f"""(
    SELECT COALESCE(jsonb_agg(jsonb_build_array(t.id, t.group_id, t.kind) ORDER BY t.id), '[]')
      FROM accounts_teammembership tm JOIN accounts_team t ON t.id = tm.team_id
     WHERE tm.organisation_id = accounts_organisation.id AND tm.person_id = %s
       AND t.archived_at IS NULL
       AND tm.from_date <= {_DAY} AND (tm.to_date IS NULL OR tm.to_date >= {_DAY}))"""  # noqa: S608

_UNREAD = """(
    SELECT count(*) FROM accounts_notification n
     WHERE n.organisation_id = accounts_organisation.id AND n.person_id = %s
       AND n.read_at IS NULL AND n.cancelled_at IS NULL)"""


def actor_for(
    person: Person, organisation: Organisation, *, now: datetime, address: str = ""
) -> Actor | None:
    """The actor, or None when no membership runs today in the organisation's time zone."""
    return acting_at(person, organisation.slug, now=now, address=address)


def acting_at(person: Person, slug: str, *, now: datetime, address: str = "") -> Actor | None:
    """The actor for an address `/c/<slug>/`, in one statement; None for a stranger.

    "Today" is the date on the organisation's own wall, worked out by the database from its time
    zone, so that a membership ends at local midnight.
    """
    who = (person.pk, now, now)
    # Any: the three annotations are not fields of the model.
    organisation: Any = (
        Organisation.objects.filter(slug=slug)
        .annotate(
            acting_capacities=RawSQL(_CAPACITIES, who, ArrayField(CharField())),  # noqa: S611
            acting_teams=RawSQL(_TEAMS, who, JSONField()),  # noqa: S611
            acting_unread=RawSQL(_UNREAD, [person.pk], IntegerField()),  # noqa: S611
        )
        .first()
    )
    if organisation is None or not organisation.acting_capacities or not person.is_active:
        return None
    teams = organisation.acting_teams
    return Actor(
        person=person,
        organisation=organisation,
        principals=(person.pk, *(-group for _, group, _ in teams)),
        capacities=frozenset(organisation.acting_capacities),
        is_dgs=any(kind == TeamKind.DGS for _, _, kind in teams),
        team_ids=frozenset(team for team, _, _ in teams),
        today=local_date(now, organisation.timezone),
        address=address,
        unread=organisation.acting_unread,
    )
