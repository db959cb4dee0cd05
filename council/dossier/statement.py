"""A page of a few sentences to be signed, and the notice posted at the door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.dossier.act_paper import Hand
from council.dossier.data import Letterhead
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.session_papers import SittingWords
from council.dossier.typeset import typeset_pdf


def statement_pdf(
    letterhead: Letterhead,
    heading: str,
    sub: str,
    paragraphs: Sequence[str],
    hands: Sequence[Hand],
    *,
    at: datetime,
) -> bytes:
    """One page: what opens or closes a register, a certificate."""
    data = {
        "letterhead": letterhead_data(letterhead),
        "title": t(f"{heading} {sub}"),
        "heading": t(heading),
        "sub": t(sub),
        "paragraphs": [t(one) for one in paragraphs],
        "hands": [{"title": t(hand.title), "name": t(hand.name)} for hand in hands],
    }
    return typeset_pdf("statement", data, at=at)


def poster_pdf(
    letterhead: Letterhead,
    sitting: SittingWords,
    points: Sequence[tuple[int, str]],
    hand: Hand,
    *,
    at: datetime,
) -> bytes:
    """The notice of a session for the door (R2121-7): when, where, its agenda as the public may
    read it."""
    data = {
        "letterhead": letterhead_data(letterhead),
        "title": t(f"Avis de séance {sitting.of_assembly}, {sitting.when}"),
        "heading": t(f"Séance {sitting.of_assembly}"),
        "when": sitting.when,
        "place": t(sitting.place),
        "rows": [{"number": str(number), "title": t(title)} for number, title in points],
        "open": "La séance est publique, sauf pour les points examinés à huis clos.",
        "hand": {"title": t(hand.title), "name": t(hand.name)},
        "posted": t("Affiché le ………………… Retiré le …………………"),
    }
    return typeset_pdf("poster", data, at=at)
