"""The words of the portal about a meeting: when it is, how soon, and what one answered."""

from __future__ import annotations

from datetime import datetime

from config.lib.clock import local_date
from config.lib.text import day_name, hour, long_date
from council.enums import Intent
from council.models import Meeting
from council.services import answering


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


def answer_words(standing: answering.Standing) -> str:
    """The present answer as a sentence; "" while there is none."""
    if standing.proxy is not None:
        words = f"Vous avez donné pouvoir à {standing.proxy.holder.full_name}."
        if standing.proxy.state == "to_confirm":
            words += " La mairie va le confirmer avec vous."
        return words
    return (
        {
            Intent.PRESENT: "Vous avez répondu que vous serez là.",
            Intent.ABSENT: "Vous avez répondu que vous ne serez pas là.",
        }.get(Intent(standing.intent), "")
        if standing.intent
        else ""
    )
