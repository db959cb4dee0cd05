"""The only reader of the clock. Everything else receives `now`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """This instant, aware, in UTC."""
    return timezone.now()


def zone(name: str) -> ZoneInfo:
    """The time zone of an organisation, by its IANA name."""
    return ZoneInfo(name)


def local_date(at: datetime, tz: tzinfo | str) -> date:
    """The calendar date that this instant has on the town hall's wall."""
    return at.astimezone(ZoneInfo(tz) if isinstance(tz, str) else tz).date()


def start_of_day(day: date, tz: tzinfo | str) -> datetime:
    """The first instant of a local day. Works on days of 23 and 25 hours too."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(tz) if isinstance(tz, str) else tz)


def end_of_day(day: date, tz: tzinfo | str) -> datetime:
    """The last whole second of a local day: 23:59:59."""
    return start_of_day(day + timedelta(days=1), tz) - timedelta(seconds=1)
