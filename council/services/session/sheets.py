"""The paper twin of the screen: attendance and votes, to be typed afterwards with their hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from config.lib.text import hour, long_date
from council.dossier.french import typeset
from council.dossier.letters import letterhead_data
from council.dossier.typeset import typeset_pdf
from council.papers import letterhead_of
from council.rules.quorum import quorum
from council.rules.session.fold import VOTABLE
from council.rules.wording import agreed
from council.services.session.reading import Sitting


def sheets_data(told: Sitting) -> dict[str, Any]:
    """What the sheets say. The pouvoirs known now are printed in their column."""
    meeting = told.meeting
    local = meeting.local_start
    given = {**told.session.proxies, **told.session.waiting}
    order = (*told.frame.members, *told.frame.others)
    return {
        "letterhead": letterhead_data(letterhead_of(meeting.assembly)),
        "title": typeset(f"Feuilles de séance, {meeting.assembly.name}, {long_date(local)}"),
        "heading": meeting.assembly.name,
        "when": f"{long_date(local)}, {hour(local)}",
        "place": meeting.place,
        "needed": quorum(len(told.frame.members)),
        "in-office": len(told.frame.members),
        "people": [
            {
                "number": number,
                "name": told.name(ref).name,
                "note": _note(told, ref),
                "proxy": told.name(given[ref]).name if ref in given else "",
            }
            for number, ref in enumerate(order, start=1)
        ],
        "points": [
            {
                "number": str(item.number or ""),
                "title": typeset(item.title),
                "closed": item.closed_doors,
                "votable": item.kind in VOTABLE,
            }
            for item in told.items.values()
        ],
    }


def _note(told: Sitting, ref: str) -> str:
    """Under the name of an alternate: whose seat they take."""
    titular = told.frame.alternates.get(ref)
    if titular is None:
        return ""
    role = agreed("suppléant", [told.name(ref)])
    if titular:
        return f"{role} de {told.name(titular).name}"
    return f"{role}, à la place de : ………………………………"


def sheets_pdf(told: Sitting, *, now: datetime) -> bytes:
    """The sheets, in a tagged PDF."""
    return typeset_pdf("sheets", sheets_data(told), at=now)
