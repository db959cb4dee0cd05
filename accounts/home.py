"""What the home page shows. Each app fills it from its own `home.py`; this one only gathers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from config.lib.registry import Registry

MOST_EXPECTED = 7
MOST_RECENT = 8
MOST_PLACES = 8


@dataclass(frozen=True, slots=True)
class Expected:
    """Something the actor must do: "Relire le projet de procès-verbal", and until when."""

    title: str
    href: str
    due: datetime | None = None
    detail: str = ""
    icon: str = "circle"
    late: bool = False


@dataclass(frozen=True, slots=True)
class Recent:
    """Something the actor worked on or may want to see again."""

    title: str
    href: str
    at: datetime
    detail: str = ""
    icon: str = "file"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or a meeting the actor goes to often."""

    title: str
    href: str
    detail: str = ""
    icon: str = "folder"


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a person is awaited at, a meeting, with its one big button. Before all the rest.

    `action` is posted to by the button; `href` is where more is said, and answered.
    """

    title: str
    when: str
    place: str
    soon: str
    button: str
    action: str
    href: str
    answer: str = ""
    question: str = ""


ahead_sources: Registry[Callable[[Actor, datetime], Iterable[Ahead]]] = Registry("ahead")
expected_sources: Registry[Callable[[Actor, datetime], Iterable[Expected]]] = Registry("expected")
# The other way round: what the actor waits for from others.
awaited_sources: Registry[Callable[[Actor, datetime], Iterable[Expected]]] = Registry("awaited")
recent_sources: Registry[Callable[[Actor, datetime], Iterable[Recent]]] = Registry("recent")
place_sources: Registry[Callable[[Actor, datetime], Iterable[Place]]] = Registry("places")


def ahead_of(actor: Actor, now: datetime) -> list[Ahead]:
    """In the order that each source gives."""
    return [item for _, source in ahead_sources.items() for item in source(actor, now)]


def expected_of(actor: Actor, now: datetime) -> tuple[list[Expected], int]:
    """The most pressing things to do, and how many more there are."""
    every = [item for _, source in expected_sources.items() for item in source(actor, now)]
    every.sort(key=lambda item: (item.due is None, item.due.timestamp() if item.due else 0.0))
    return every[:MOST_EXPECTED], max(0, len(every) - MOST_EXPECTED)


def awaited_of(actor: Actor, now: datetime) -> list[Expected]:
    """What others are to give the actor, the earliest first."""
    every = [item for _, source in awaited_sources.items() for item in source(actor, now)]
    every.sort(key=lambda item: (item.due is None, item.due.timestamp() if item.due else 0.0))
    return every[:MOST_EXPECTED]


def recent_of(actor: Actor, now: datetime) -> list[Recent]:
    """The latest first."""
    every = [item for _, source in recent_sources.items() for item in source(actor, now)]
    return sorted(every, key=lambda item: item.at, reverse=True)[:MOST_RECENT]


def places_of(actor: Actor, now: datetime) -> list[Place]:
    """In the order that each source gives."""
    return [item for _, source in place_sources.items() for item in source(actor, now)][
        :MOST_PLACES
    ]
