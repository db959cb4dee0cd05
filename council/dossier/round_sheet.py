"""The sheet that goes round with the dossiers on paper, and that each member signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.dossier.data import Letterhead
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.typeset import typeset_pdf


@dataclass(frozen=True, slots=True)
class Stop:
    """One line of the round sheet."""

    number: int
    name: str
    address: tuple[str, ...]
    phone: str
    given: str = ""


def sheet_pdf(
    letterhead: Letterhead,
    *,
    heading: str,
    when: str,
    limit: str,
    stops: Sequence[Stop],
    at: datetime,
) -> bytes:
    """The round sheet: who, where, and room for the day, the hour and the signature."""
    data = {
        "letterhead": letterhead_data(letterhead),
        "title": t(f"Feuille de tournée, {heading}, {when}"),
        "heading": t(heading),
        "when": t(when),
        "limit": t(limit),
        "stops": [
            {
                "number": str(one.number),
                "name": t(one.name),
                "address": [t(line) for line in one.address],
                "phone": t(one.phone),
                "given": t(one.given),
            }
            for one in stops
        ],
    }
    return typeset_pdf("round", data, at=at)
