"""Days of a deadline, and how they are said. All days are those of the organisation's own wall."""

from __future__ import annotations

from datetime import date

from config.lib.text import MONTHS, day_number, plural


def same_day_next_year(day: date) -> date:
    """The same day a year later; 29 February becomes the last day of February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def day_in_words(day: date) -> str:
    """12 mars 2026; 1er mars 2026."""
    return f"{day_number(day.day)} {MONTHS[day.month - 1]} {day.year}"


def countdown(due: date, today: date) -> str:
    """ "dans 12 jours", "demain", "aujourd’hui", "en retard de 3 jours"."""
    left = (due - today).days
    if left < 0:
        return f"en retard de {plural(-left, 'jour')}"
    if left < 2:
        return ("aujourd’hui", "demain")[left]
    return f"dans {plural(left, 'jour')}"
