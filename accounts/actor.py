"""Who acts, and for whom: built from the path once per request, handed to every service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from accounts.enums import Capacity, TeamKind
from accounts.models import Membership, Organisation, Person, TeamMembership
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

    @property
    def is_agent(self) -> bool:
        """Works for the organisation (the agents' screens are made for them)."""
        return Capacity.AGENT in self.capacities

    @property
    def is_elected(self) -> bool:
        """Holds an elected capacity."""
        return Capacity.ELECTED in self.capacities


def actor_for(
    person: Person, organisation: Organisation, *, now: datetime, address: str = ""
) -> Actor | None:
    """The actor, or None when no membership runs today in the organisation's time zone."""
    today = local_date(now, organisation.timezone)
    capacities = frozenset(
        Membership.objects.filter(person=person, organisation=organisation)
        .current(today)
        .values_list("capacity", flat=True)
    )
    if not capacities or not person.is_active:
        return None
    teams = list(
        TeamMembership.objects.filter(
            person=person, organisation=organisation, team__archived_at=None
        )
        .current(today)
        .order_by("team_id")
        .values_list("team_id", "team__group_id", "team__kind")
    )
    return Actor(
        person=person,
        organisation=organisation,
        principals=(person.pk, *(-group for _, group, _ in teams)),
        capacities=capacities,
        is_dgs=any(kind == TeamKind.DGS for _, _, kind in teams),
        team_ids=frozenset(team for team, _, _ in teams),
        today=today,
        address=address,
    )
