"""The headings of an agenda: where a point goes by itself, and where it may stand.

No text imposes headings. What the law or custom puts first (the urgency, the former minutes, the
decisions taken by delegation) stands before them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from council.rules.agenda import MINUTES, URGENCY

QUESTION, REPORT = "oral_question", "decisions_report"
_BEFORE_ALL = (URGENCY, MINUTES)
_BESIDE = ("wish", "information")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the model: ``codes`` are @ctes matters of one level (« 7 ») or two (« 7.1 »)."""

    ref: str
    codes: tuple[str, ...] = ()
    takes_questions: bool = False


def heading_for(*, kind: str, matter: str, code: str, headings: Sequence[Heading]) -> str:
    """The heading to which a point goes when nobody chose one; « » before the first.

    The more exact matter wins (7.1 before 7), then the order of the model. An oral question that
    no heading asks for goes under the last one: it is called at the end.
    """
    if matter in _BEFORE_ALL or kind == REPORT or not headings:
        return ""
    asking = next((one.ref for one in headings if one.takes_questions), "")
    if kind == QUESTION:
        return asking or headings[-1].ref
    for wanted in (code, code.partition(".")[0]):
        found = next((one.ref for one in headings if wanted and wanted in one.codes), "")
        if found:
            return found
    return asking if kind in _BESIDE else ""


def span(order: Sequence[str], heading: str, ranks: Mapping[str, int]) -> tuple[int, int]:
    """Between which places of an agenda a point of this heading may be put, both included.

    ``order`` gives the heading of each point, « » for those before the first heading; ``ranks``
    the place of each heading in the model, from 1. The other points do not move.
    """
    same = [place for place, one in enumerate(order) if one == heading]
    if same:
        return same[0], same[-1] + 1
    rank = ranks.get(heading, 0)
    place = next((n for n, one in enumerate(order) if ranks.get(one, 0) > rank), len(order))
    return place, place
