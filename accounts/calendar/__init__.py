"""The agenda of a person: every app declares its dated things in its own `calendar.py`."""

from accounts.calendar.registry import (
    CalendarEntry,
    CalendarSource,
    calendar_sources,
    entries_between,
)

__all__ = ["CalendarEntry", "CalendarSource", "calendar_sources", "entries_between"]
