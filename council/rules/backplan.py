"""The weeks before and after a meeting, as dates that nobody has to reckon.

Advice, not law: only the sending (R-CONV-04, R-CONV-05) and the list (R-DOC-01) have legal days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from council.rules.afterwards import list_due
from council.rules.notice import Notice, latest_sending_day


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step. ``legal``: the law gives this day; otherwise it is a good habit."""

    code: str
    label: str
    on: date
    legal: bool = False


#: Days before the last sending day, by step; a body may replace them.
HABITS: tuple[tuple[str, str, int], ...] = (
    ("drafts", "Projets de délibération prêts", 7),
    ("visa", "Avis juridique et financier rendus", 4),
    ("freeze", "Ordre du jour figé, dossier généré", 2),
    ("agreement", "Accord du maire", 1),
)


def back_planning(
    meets_on: date, notice: Notice, *, habits: tuple[tuple[str, str, int], ...] = HABITS
) -> list[Milestone]:
    """From the drafts to the list of deliberations, in order."""
    last = latest_sending_day(meets_on, notice)
    before = [Milestone(code, label, last - timedelta(days=n)) for code, label, n in habits]
    return sorted(
        [
            *before,
            Milestone("sending", "Envoi des convocations, affichage", last, legal=notice.days > 0),
            Milestone("session", "Séance", meets_on),
            Milestone(
                "extracts",
                "Extraits, occultation, @ctes, publication",
                meets_on + timedelta(days=3),
            ),
            Milestone(
                "list",
                "Liste des délibérations affichée et en ligne",
                list_due(meets_on),
                legal=True,
            ),
        ],
        key=lambda step: step.on,
    )
