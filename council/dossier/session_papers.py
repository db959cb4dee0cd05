"""What a session leaves beside its acts: the list of deliberations, the minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.dossier import french
from council.dossier.act_paper import Hand
from council.dossier.data import Letterhead
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.typeset import typeset_pdf
from council.dossier.written import blocks

LIST_LAW = (
    "Liste des délibérations examinées, affichée à la mairie et mise en ligne dans la semaine qui "
    "suit la séance (article L. 2121-25 du code général des collectivités territoriales)."
)


@dataclass(frozen=True, slots=True)
class SittingWords:
    """Which session: ``starts_at`` on the town hall's clock."""

    of_assembly: str
    starts_at: datetime
    place: str

    @property
    def when(self) -> str:
        """« Lundi 30 novembre 2026 à 20 heures »"""
        words = f"{french.long_date(self.starts_at.date())} à {french.hour(self.starts_at)}"
        return t(words[:1].upper() + words[1:])


@dataclass(frozen=True, slots=True)
class ListRow:
    """One deliberation examined."""

    number: int
    title: str
    reference: str
    outcome: str


@dataclass(frozen=True, slots=True)
class MinutesPart:
    """One section: what the facts say before and after, and what was said."""

    heading: str
    before: str
    words: str
    after: str


def list_pdf(
    letterhead: Letterhead,
    sitting: SittingWords,
    rows: Sequence[ListRow],
    *,
    at: datetime,
    mention: str = "",
) -> bytes:
    """The list, approved and rejected alike (R-DOC-01). ``mention`` is added to its footing."""
    data = {
        "letterhead": letterhead_data(letterhead),
        "title": t(f"Liste des délibérations {sitting.of_assembly}, {sitting.when}"),
        "heading": "Liste des délibérations examinées",
        "when": sitting.when,
        "place": t(sitting.place),
        "rows": [
            {
                "number": str(row.number),
                "title": t(row.title),
                "reference": t(f"Délibération n° {row.reference}") if row.reference else "",
                "outcome": t(row.outcome),
            }
            for row in rows
        ],
        "legal": t(f"{LIST_LAW} {mention}".strip()),
        "posted": t("Affichée le ………………… Retirée le …………………"),
    }
    return typeset_pdf("list", data, at=at)


def minutes_pdf(
    letterhead: Letterhead,
    sitting: SittingWords,
    parts: Sequence[MinutesPart],
    hands: Sequence[Hand],
    *,
    approved: str,
    at: datetime,
) -> bytes:
    """The minutes; ``approved`` is the sentence of their approval, empty while a draft."""
    title = t(f"Procès-verbal de la séance {sitting.of_assembly} du {sitting.when.lower()}")
    data = {
        "letterhead": letterhead_data(letterhead),
        "title": title,
        "heading": "Procès-verbal",
        "when": sitting.when,
        "place": t(sitting.place),
        "draft": not approved,
        "sections": [
            {
                "heading": t(part.heading),
                "before": blocks(part.before),
                "words": blocks(part.words),
                "after": blocks(part.after),
            }
            for part in parts
        ],
        "approved": t(approved),
        "hands": [{"title": t(hand.title), "name": t(hand.name)} for hand in hands],
    }
    return typeset_pdf("minutes", data, at=at)


def closing_pdf(
    letterhead: Letterhead,
    sitting: SittingWords,
    lines: Sequence[tuple[str, str]],
    hands: Sequence[Hand],
    *,
    at: datetime,
) -> bytes:
    """The closing sheet of the register for one session (R-DOC-04): the numbers recalled, the
    members present, room for both signatures of hand. ``lines``: heading and text."""
    data = {
        "letterhead": letterhead_data(letterhead),
        "title": t(f"Feuillet de clôture {sitting.of_assembly}, {sitting.when}"),
        "heading": "Feuillet de clôture",
        "when": sitting.when,
        "place": t(sitting.place),
        "draft": False,
        "sections": [
            {"heading": t(heading), "before": blocks(text), "words": [], "after": []}
            for heading, text in lines
        ],
        "approved": "",
        "hands": [{"title": t(hand.title), "name": t(hand.name)} for hand in hands],
    }
    return typeset_pdf("minutes", data, at=at)
