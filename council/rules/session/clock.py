"""Hours typed from memory: « 0 h 20 » of a sitting that began at 20 h is of the next day.

Wall clocks of the town hall, never ``n × 24 h``: a sitting may pass midnight, and the night on
which the clocks change.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.lib.text import hour

#: A sitting is written down from six hours before the hour convened to eighteen hours after.
BEFORE, AFTER = timedelta(hours=6), timedelta(hours=18)


class NoSuchHour(ValueError):
    """That hour is not one of this sitting; the message says why, in French."""


def instant_of(
    typed: time, *, starts_at: datetime, timezone: str, after: datetime | None = None
) -> datetime:
    """The instant meant by an hour read on the wall, during a sitting convened at ``starts_at``.

    Where the hour is read twice (clocks put back), the first one that follows ``after``, the hour
    of the entry before. Raises NoSuchHour when the clocks jumped over it.
    """
    zone = ZoneInfo(timezone)
    # In UTC: adding hours to a local datetime would count on the wall, not in time.
    starts_at = starts_at.astimezone(UTC)
    first_day = (starts_at - BEFORE).astimezone(zone).date()
    found: list[datetime] = []
    skipped = False
    for days in range(3):
        day = first_day + timedelta(days=days)
        for side in (0, 1):
            wall = datetime.combine(day, typed.replace(fold=side), tzinfo=zone)
            at = wall.astimezone(UTC)
            if not starts_at - BEFORE <= at < starts_at + AFTER:
                continue
            if at.astimezone(zone).replace(fold=0) != wall.replace(fold=0):
                skipped = True
            elif at not in found:
                found.append(at)
    if not found:
        moment = hour(datetime.combine(first_day, typed))
        raise NoSuchHour(
            f"{moment} n’existe pas cette nuit-là : les horloges ont avancé d’une heure."
            if skipped
            else f"{moment} n’est pas une heure de cette séance."
        )
    return next((at for at in found if after is None or at >= after), found[0])
