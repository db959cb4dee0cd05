"""Where dated things come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from config.lib.registry import Registry


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One dated thing that the actor may see. `all_day` for a deadline without an hour."""

    at: datetime
    title: str
    href: str = ""
    end: datetime | None = None
    place: str = ""
    detail: str = ""
    icon: str = "calendar"
    all_day: bool = False
    # What names it for ever in a calendar program: « seance-<uid> ».
    key: str = ""


# (actor, from, to) → what happens from `from` included to `to` excluded.
CalendarSource = Callable[[Actor, datetime, datetime], Iterable[CalendarEntry]]

calendar_sources: Registry[CalendarSource] = Registry("calendar sources")


def entries_between(actor: Actor, start: datetime, end: datetime) -> list[CalendarEntry]:
    """Everything between two instants, in order."""
    every = [e for _, source in calendar_sources.items() for e in source(actor, start, end)]
    return sorted(every, key=lambda entry: (entry.at, entry.title))
