"""Who would gain and who would lose if other roles stood on a folder. Nothing is written.

People are bits of an integer: what a team is told is told to all its members at once, and a folder
above thousands of places is foreseen without a row for each person and place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.actor import Actor
from documents.enums import Role
from documents.models import Folder
from documents.services.domains import foresee, hanging_below
from documents.services.reach import HOLDERS

_ROLES = tuple(role for role in sorted(Role) if role > Role.NONE)


@dataclass(frozen=True, slots=True)
class Seen:
    """Roles by person's id before and after, and by person in how many places below they gain
    and lose."""

    before: dict[int, Role]
    after: dict[int, Role]
    deeper: dict[int, tuple[int, int]]


def look(
    actor: Actor, folder: Folder, had: Mapping[int, int], would_have: Mapping[int, int]
) -> Seen:
    """What changes for whom, on the folder and below, if it had `would_have` (role by principal)
    instead of `had`."""
    organisation = actor.organisation.pk
    people = _People(organisation, actor.today)
    gains: Counter[int] = Counter()
    losses: Counter[int] = Counter()
    for said, count in foresee(organisation, hanging_below(folder), would_have):
        before = people.at_least((principal, role) for principal, role, _ in said)
        after = people.at_least((principal, role) for principal, _, role in said)
        gaining = losing = 0
        for was, will_be in zip(before, after, strict=True):
            gaining |= will_be & ~was
            losing |= was & ~will_be
        gains[gaining] += count
        losses[losing] += count
    gained, lost = people.count(gains), people.count(losses)
    deeper = {pk: (gained[pk], lost[pk]) for pk in gained | lost}
    return Seen(people.roles(had), people.roles(would_have), deeper)


class _People:
    """Everybody who may act in an organisation on a day, each a bit; what each principal covers."""

    def __init__(self, organisation_id: int, day: date) -> None:
        self.ids: list[int] = []
        self.covers: dict[int, int] = {}
        bits: dict[int, int] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH {HOLDERS} SELECT person_id, principal FROM holder",  # noqa: S608
                {"organisation": organisation_id, "day": day},
            )
            for person, principal in cursor.fetchall():
                if person not in bits:
                    bits[person] = 1 << len(self.ids)
                    self.ids.append(person)
                self.covers[principal] = self.covers.get(principal, 0) | bits[person]

    def at_least(self, said: Iterable[tuple[int, int]]) -> list[int]:
        """For each role from the least: who has it or more. Below 0, nothing is said."""
        named = 0
        by_name = dict.fromkeys(_ROLES, 0)
        by_team = dict.fromkeys(_ROLES, 0)
        for principal, role in said:
            if role < 0:
                continue
            who = self.covers.get(principal, 0)
            if principal > 0:
                named |= who
            given = by_name if principal > 0 else by_team
            for step in _ROLES:
                if role < step:
                    break
                given[step] |= who
        return [by_name[step] | (by_team[step] & ~named) for step in _ROLES]

    def roles(self, said: Mapping[int, int]) -> dict[int, Role]:
        """The role of each person; absent means none."""
        found: dict[int, Role] = {}
        for role, who in zip(_ROLES, self.at_least(said.items()), strict=True):
            found.update(dict.fromkeys(self.among(who), role))
        return found

    def among(self, who: int) -> Iterator[int]:
        """The people of a set of bits."""
        while who:
            last = who & -who
            yield self.ids[last.bit_length() - 1]
            who ^= last

    def count(self, sets: Mapping[int, int]) -> Counter[int]:
        """How many times each person stands in sets that each come several times."""
        found: Counter[int] = Counter()
        for who, times in sets.items():
            for person in self.among(who):
                found[person] += times
        return found
