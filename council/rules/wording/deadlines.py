"""Dates and delays as people say them in a town hall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.lib.text import DAYS, MONTHS, NBSP, day_number, join_french


def plural(count: int, one: str, many: str) -> str:
    """1 jour franc, 3 jours francs."""
    return f"{count}{NBSP}{one if abs(count) < 2 else many}"


def day_in_words(day: date, today: date | None = None) -> str:
    """jeudi 26 novembre; the year only when it is not today's."""
    words = f"{DAYS[day.weekday()]} {day_number(day.day)} {MONTHS[day.month - 1]}"
    if today is not None and day.year != today.year:
        return f"{words} {day.year}"
    return words


def days_in_words(days: Sequence[date]) -> str:
    """vendredi 27, samedi 28 et dimanche 29 novembre: the month once when it is the same."""
    return join_french(
        [
            f"{DAYS[day.weekday()]} {day_number(day.day)}"
            if after is not None and after.month == day.month
            else day_in_words(day)
            for day, after in zip(days, [*days[1:], None], strict=True)
        ]
    )


def moment_in_words(at: datetime, today: date | None = None) -> str:
    """jeudi 26 novembre, 23 h 59."""
    return f"{day_in_words(at.date(), today)}, {at.hour}{NBSP}h{NBSP}{at.minute:02d}"


def clear_days_in_words(days: int) -> str:
    """1 jour franc, aucun jour franc."""
    return plural(days, "jour franc", "jours francs") if days else "aucun jour franc"


def parcel_in_words(mails: int, papers: int) -> str:
    """17 courriels et 2 dossiers papier."""
    parts = []
    if mails:
        parts.append(plural(mails, "courriel", "courriels"))
    if papers:
        parts.append(plural(papers, "dossier papier", "dossiers papier"))
    return join_french(parts)


def deadline_words(
    *, latest: datetime, now: datetime, timezone: str, mails: int, papers: int
) -> tuple[str, str]:
    """The legal clock at this instant, for what has not left yet: the sentence, and what is left
    (empty once it is past)."""
    zone = ZoneInfo(timezone)
    local_now, local_latest = now.astimezone(zone), latest.astimezone(zone)
    moment = moment_in_words(local_latest, local_now.date())
    if local_now > local_latest:
        return f"Le délai est passé : tout devait partir au plus tard {moment}.", ""
    parcel = parcel_in_words(mails, papers)
    what = f" : {parcel}" if parcel else ""
    left = remaining_sentence(now, latest, timezone)
    return f"Tout doit partir au plus tard {moment}{what}.", left


def deadline_sentence(
    *, latest: datetime, now: datetime, timezone: str, mails: int, papers: int
) -> str:
    """The same in one breath.

    « Tout doit partir au plus tard jeudi 26 novembre, 23 h 59 : 17 courriels et 2 dossiers
    papier. Il vous reste 2 jours. »
    """
    words = deadline_words(latest=latest, now=now, timezone=timezone, mails=mails, papers=papers)
    return " ".join(part for part in words if part)


def remaining_sentence(now: datetime, latest: datetime, timezone: str) -> str:
    """What is left, in whole days of the calendar, then in hours on the last day."""
    zone = ZoneInfo(timezone)
    local_now, local_latest = now.astimezone(zone), latest.astimezone(zone)
    days = (local_latest.date() - local_now.date()).days
    if days >= 2:
        return f"Il vous reste {plural(days, 'jour', 'jours')}."
    if days == 1:
        return "C’est demain."
    # In time, not on the wall: two local datetimes are subtracted as they are read.
    left = latest.astimezone(UTC) - now.astimezone(UTC)
    if left >= timedelta(hours=1):
        hours = int(left.total_seconds() // 3600)
        return f"C’est aujourd’hui : il vous reste {plural(hours, 'heure', 'heures')}."
    minutes = max(1, int(left.total_seconds() // 60))
    return f"C’est maintenant : il vous reste {plural(minutes, 'minute', 'minutes')}."
