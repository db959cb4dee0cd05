"""An agenda as a calendar program reads it (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.calendar.registry import CalendarEntry
from accounts.models import Organisation

PRODUCT = "-//Parvis//Agenda//FR"
#: How often a program is asked to come back.
EVERY = timedelta(hours=1)


def agenda_ics(
    organisation: Organisation, entries: Iterable[CalendarEntry], *, at: datetime
) -> bytes:
    """The entries, hours in the organisation's own time zone, days without an hour as days.

    An entry keeps its identifier as long as it has its `key`, else as long as it has its page and
    title; it carries a title, a place and the address of its page, which asks who one is.
    """
    from icalendar import Calendar, Event  # not carried by processes that make none

    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    zone = ZoneInfo(organisation.timezone)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{organisation.name}, mon agenda")
    calendar.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
    for entry in entries:
        event = Event()
        start = entry.at.astimezone(zone)
        event.add("uid", f"{entry.key or _digest(entry)}@{host}")
        event.add("dtstamp", at)
        event.add("dtstart", start.date() if entry.all_day else start)
        if entry.end is not None and not entry.all_day:
            event.add("dtend", entry.end.astimezone(zone))
        event.add("summary", f"{entry.title} ({entry.detail})" if entry.detail else entry.title)
        if entry.place:
            event.add("location", entry.place)
        if entry.href:
            event.add("url", f"{settings.SITE_ADDRESS.rstrip('/')}{entry.href}")
        event.add("transp", "OPAQUE" if entry.end is not None else "TRANSPARENT")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _digest(entry: CalendarEntry) -> str:
    return hashlib.sha256(f"{entry.href}\n{entry.title}".encode()).hexdigest()[:32]
