"""An hour of the minutes: the night the clocks go back, one hour is read twice."""

from __future__ import annotations

from datetime import datetime

from config.lib.text import hour

_SIDES = ("heure d’été", "heure d’hiver")


def side_of(at: datetime) -> str:
    """« heure d’été » or « heure d’hiver » when that local hour comes twice that night, else ""."""
    twice = at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
    # An hour that the clocks jumped over has two offsets too: no instant reads it.
    return _SIDES[at.fold] if twice else ""


def told_hour(at: datetime) -> str:
    """20 h 05; « 2 h 30 (heure d’hiver) » when that hour comes twice that night. Local."""
    side = side_of(at)
    return f"{hour(at)} ({side})" if side else hour(at)
