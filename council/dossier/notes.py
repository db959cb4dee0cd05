"""The note de synthèse of a whole session as one PDF: what each point is about (L2121-12)."""

from __future__ import annotations

from council.dossier import french
from council.dossier.data import Dossier
from council.dossier.french import typeset as t
from council.dossier.letters import body_with_article, letterhead_data, session_when
from council.dossier.typeset import typeset_pdf
from council.dossier.written import blocks


def notes_pdf(dossier: Dossier) -> bytes:
    """Each point that has one, with its number. Annexes are not in it."""
    when = session_when(dossier)
    data = {
        "letterhead": letterhead_data(dossier.letterhead),
        "title": t(f"Note de synthèse {french.of(body_with_article(dossier))}, {when}"),
        "heading": "Note de synthèse",
        "meeting": t(f"{dossier.session.assembly}, {when}"),
        "points": [
            {"title": t(f"{point.number}. {point.title}"), "blocks": blocks(point.summary)}
            for point in dossier.points
            if point.summary.strip()
        ],
    }
    return typeset_pdf("notes", data, at=dossier.frozen_at)
