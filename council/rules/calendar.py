"""Months and days of the civil calendar, as deadlines count them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of the month when it is shorter."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int, *, local_law: bool = False) -> frozenset[date]:
    """The public holidays (code du travail, art. L3133-1; L3134-13 in Alsace-Moselle)."""
    sunday = easter(year)
    days = {
        *(date(year, 1, 1), date(year, 5, 1), date(year, 5, 8), date(year, 7, 14)),
        *(date(year, 8, 15), date(year, 11, 1), date(year, 11, 11), date(year, 12, 25)),
        *(sunday + timedelta(days=n) for n in (1, 39, 50)),
    }
    if local_law:
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    return frozenset(days)


def next_working_day(day: date, *, local_law: bool = False) -> date:
    """That day, or the first one after it that is neither a weekend nor a holiday.

    For appeals alone: the delays of convocations are never extended (R-CONV-07).
    """
    while day.weekday() >= 5 or day in public_holidays(day.year, local_law=local_law):
        day += timedelta(days=1)
    return day
