"""Who gains and who loses before people or teams change. The apps that give rights say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TypeAlias

from django.db.models import Q

from accounts.actor import Actor
from accounts.models import Membership, Person, Team
from config.lib.registry import Registry
from config.lib.text import join_french, plural, sort_key

MOST_PEOPLE = 30
MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that one person would gain or lose: "« Budget » (n’y a pas accès → peut lire)"."""

    person: Person
    gains: bool
    words: str


# Who would join (or leave) a team, and from what day.
TeamSource: TypeAlias = Callable[[Actor, Team, Sequence[Person], bool, date], Iterable[Consequence]]
# Who would no longer belong to the organisation, from what day.
DepartureSource: TypeAlias = Callable[[Actor, Person, date], Iterable[Consequence]]
team_sources: Registry[TeamSource] = Registry("consequences of teams")
departure_sources: Registry[DepartureSource] = Registry("consequences of departures")


@dataclass(frozen=True, slots=True)
class Effect:
    """What to show before a change: one line per person who gains, and who loses."""

    gains: list[tuple[str, str]]
    losses: list[tuple[str, str]]

    @property
    def sentences(self) -> list[str]:
        """The same as plain sentences, for pages without lists."""
        if not self.gains and not self.losses:
            return ["Personne ne gagne ni ne perd d’accès."]
        return [f"{who} gagne : {what}." for who, what in self.gains] + [
            f"{who} perd : {what}." for who, what in self.losses
        ]


def effect_of_team(
    actor: Actor, team: Team, people: Sequence[Person], *, joining: bool, day: date
) -> Effect:
    """Before people join a team, or leave it, on a day."""
    found = [
        consequence
        for _, source in team_sources.items()
        for consequence in source(actor, team, people, joining, day)
    ]
    return _effect(found)


def effect_of_departure(actor: Actor, person: Person, *, day: date) -> Effect:
    """Before somebody stops belonging to the organisation; `day` is the first without them."""
    found = [
        consequence
        for _, source in departure_sources.items()
        for consequence in source(actor, person, day)
    ]
    return _effect(found)


def effect_of_end(actor: Actor, membership: Membership, *, last_day: date) -> Effect:
    """Before a membership ends: nothing is lost by who still belongs in another capacity."""
    others = Membership.objects.filter(
        Q(to_date=None) | Q(to_date__gt=last_day),
        organisation=actor.organisation,
        person=membership.person,
    ).exclude(pk=membership.pk)
    if others.exists():
        return Effect([], [])
    return effect_of_departure(actor, membership.person, day=last_day + timedelta(days=1))


def _effect(found: list[Consequence]) -> Effect:
    return Effect(
        gains=_lines([c for c in found if c.gains]),
        losses=_lines([c for c in found if not c.gains]),
    )


def _lines(found: list[Consequence]) -> list[tuple[str, str]]:
    ordered = sorted(found, key=lambda c: (sort_key(c.person.family_name), c.person.pk))
    lines = []
    for _, group in groupby(ordered, key=lambda c: c.person.pk):
        mine = list(group)
        words = [c.words for c in mine[:MOST_PLACES]]
        if len(mine) > MOST_PLACES:
            words.append(f"{len(mine) - MOST_PLACES} autres endroits")
        lines.append((mine[0].person.full_name, join_french(words)))
    if len(lines) > MOST_PEOPLE:
        more = plural(len(lines) - MOST_PEOPLE, "autre personne", "autres personnes")
        lines = [*lines[:MOST_PEOPLE], (more, "de même")]
    return lines
