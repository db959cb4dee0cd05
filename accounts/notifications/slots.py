"""When a line may become a mail: the hours of the one who receives decide.

Pure: dates in, date out. Local hours are kept on the days when the clocks change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.enums import NoticeClass, Rhythm

# Time to take back a comment posted by mistake; also groups what comes in a burst.
GRACE = timedelta(minutes=10)
_WEEKDAYS = frozenset(range(5))
_ALL_BUT_SUNDAY = frozenset(range(6))


@dataclass(frozen=True, slots=True)
class Hours:
    """The slots of one sort of reader. Days count from Monday, 0."""

    days: frozenset[int]
    opens: time
    closes: time
    daily: time
    weekly_day: int
    weekly: time


AGENT = Hours(_WEEKDAYS, time(8, 30), time(17, 30), time(8, 30), 0, time(8, 30))
ELECTED = Hours(_ALL_BUT_SUNDAY, time(8), time(21), time(12, 30), 3, time(18))


def next_sending(
    notice_class: str,
    rhythm: str,
    *,
    hours: Hours,
    timezone: str,
    now: datetime,
    due: datetime | None = None,
) -> datetime | None:
    """The instant from which the line may be mailed; None when it never is.

    Security and legal news are never held. What must be done soon waits for the reader's day to
    open, unless it would be too late (`due`). The rest follows the rhythm that they chose.
    """
    if notice_class in {NoticeClass.SECURITY, NoticeClass.LEGAL}:
        return now
    if notice_class == NoticeClass.AMBIENT:
        return None
    local = (now + GRACE).astimezone(ZoneInfo(timezone))
    if notice_class == NoticeClass.ACTION:
        opening = _next_open(local, hours)
        return now if due is not None and due < opening else opening
    if rhythm == Rhythm.NEVER:
        return None
    if rhythm == Rhythm.AT_ONCE:
        return now + GRACE
    if rhythm == Rhythm.WEEKLY:
        return _next_at(local, hours.weekly, frozenset({hours.weekly_day}))
    return _next_at(local, hours.daily, hours.days)


def _next_open(local: datetime, hours: Hours) -> datetime:
    if local.weekday() in hours.days and hours.opens <= local.time() < hours.closes:
        return local
    return _next_at(local, hours.opens, hours.days)


def _next_at(local: datetime, at: time, days: frozenset[int]) -> datetime:
    """The next time the wall clock shows `at` on one of these days."""
    for ahead in range(9):
        day = local.date() + timedelta(days=ahead)
        moment = datetime.combine(day, at, tzinfo=local.tzinfo)
        if day.weekday() in days and moment >= local:
            return moment
    raise ValueError("no day of the week is open")
