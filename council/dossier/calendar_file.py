"""The session as a calendar file, to add to a telephone.

Published, not an invitation: calendars must not answer by themselves, the answer is given in the
dossier. The file carries no personal link: calendars are shared, synchronised and printed.
"""

from datetime import datetime, timedelta

from council.dossier import letters
from council.dossier.data import Dossier

PRODUCT = "-//Parvis//Seance//FR"


def session_ics(dossier: Dossier, *, host: str, at: datetime, cancelled: bool = False) -> bytes:
    """An iCalendar file with the commune's own time zone inside.

    The identifier is the session's, the sequence is the edition: a second convocation moves the
    entry instead of adding one.
    """
    from icalendar import Alarm, Calendar, Event  # not carried by processes that make none

    session = dossier.session
    start = session.starts_at.astimezone(session.zone)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"seance-{session.uid}@{host}")
    event.add("sequence", dossier.edition - 1 + (1 if cancelled else 0))
    event.add("dtstamp", at)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=session.minutes))
    event.add("summary", f"{session.assembly} — {dossier.letterhead.organisation}")
    place = ", ".join(one for one in (session.place, session.place_address) if one)
    event.add("location", place)
    event.add("description", _description(dossier))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{session.assembly} : demain")
        alarm.add("trigger", timedelta(days=-1))
        event.add_component(alarm)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _description(dossier: Dossier) -> str:
    lines = ["Ordre du jour :"]
    lines += [f"{one.number}. {one.title}" for one in dossier.points]
    lines += ["", f"Le {letters.session_when(dossier)}, {letters.session_place(dossier)}."]
    lines.append("Le dossier s’ouvre avec le lien de votre courriel de convocation.")
    if dossier.letterhead.phone:
        lines.append(f"Mairie : {dossier.letterhead.phone}")
    return "\n".join(lines)
