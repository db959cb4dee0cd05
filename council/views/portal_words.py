"""The words of the portal about a meeting: when it is, and how soon."""

from __future__ import annotations

from datetime import datetime

from config.lib.clock import local_date
from config.lib.text import day_name, hour, long_date
from council.models import Meeting


def french_day_of(meeting: Meeting) -> str:
    """lundi 30 novembre 2026."""
    return long_date(meeting.local_start)


def day_and_hour(meeting: Meeting) -> str:
    """lundi 30 novembre, 20 h 00."""
    start = meeting.local_start
    return f"{day_name(start)}, {hour(start)}"


def how_soon(meeting: Meeting, *, now: datetime) -> str:
    """dans 4 jours, demain, aujourd’hui; then hier, il y a 3 jours."""
    days = (meeting.local_day - local_date(now, meeting.timezone)).days
    match days:
        case 0:
            return "aujourd’hui"
        case 1:
            return "demain"
        case -1:
            return "hier"
    return f"dans {days} jours" if days > 0 else f"il y a {-days} jours"
