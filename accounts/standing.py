"""« Où en est la commune »: for whoever takes over, on one page. Each app says its part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from accounts.actor import Actor
from config.lib.registry import Registry


class Chapter(Enum):
    """The three questions of somebody who arrives, in their order."""

    NEXT = "Les prochaines échéances"
    WAITING = "Ce qui attend"
    WHERE = "Où sont les choses"


@dataclass(frozen=True, slots=True)
class Act:
    """The one button of a line: what it says, and what it posts."""

    label: str
    action: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a sentence, where it leads, and by when."""

    chapter: Chapter
    title: str
    href: str = ""
    detail: str = ""
    due: datetime | None = None
    late: bool = False
    icon: str = "circle"
    act: Act | None = None


standing_sources: Registry[Callable[[Actor, datetime], Iterable[Fact]]] = Registry("standing")


def standing_of(actor: Actor, now: datetime) -> dict[Chapter, list[Fact]]:
    """What is so today, by chapter; what has a date first, the nearest before."""
    found: dict[Chapter, list[Fact]] = {chapter: [] for chapter in Chapter}
    for _, source in standing_sources.items():
        for fact in source(actor, now):
            found[fact.chapter].append(fact)
    for facts in found.values():
        facts.sort(key=lambda f: (f.due is None, f.due.timestamp() if f.due else 0.0))
    return found
