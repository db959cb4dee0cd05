"""What a point still lacks before it is listed, in words (R-CONV-05, R-ACT-01, L1612-2).

An aid to whoever writes it: only the law's own findings (``agenda.check_agenda``) stop an agenda.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from council.rules.agenda import ICPE, MINUTES, URGENCY, VOTABLE
from council.rules.nomenclature import MATTERS, level_two

#: Subjects whose vote bears on a budgetary document, which is annexed to the deliberation.
_WITH_A_BUDGET = frozenset({"budget", "accounts"})
_BUDGETARY = "7.1"
_BUDGETS = frozenset({"budget", "annexe"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A point as it stands. ``subject_code`` is the @ctes matter, ``pieces`` says
    what each of its pieces is (``PieceNature``), ``told_budget`` whether its effect on the budget
    was told, even « aucun »."""

    kind: str
    matter: str = "ordinary"
    subject_code: str = ""
    told_budget: bool = False
    has_note: bool = False
    equivalent_document: bool = False
    has_text: bool = False
    pieces: tuple[str, ...] = ()


def missing(draft: Draft, *, note_required: bool) -> tuple[str, ...]:
    """What it lacks, each with its article; nothing for a point that carries no vote, nor for
    those that the law asks by itself (urgency, minutes)."""
    if draft.kind not in VOTABLE or draft.matter in (URGENCY, MINUTES):
        return ()
    lacks = []
    if draft.subject_code not in MATTERS:
        lacks.append("la matière")
    note_owed = note_required or draft.matter == ICPE
    replaced = draft.equivalent_document and bool(draft.pieces)
    if note_owed and not draft.has_note and not replaced:
        lacks.append("la note de synthèse")
    if not draft.has_text and not draft.pieces:
        lacks.append("le projet de délibération")
    if draft.kind == "deliberation" and not draft.told_budget:
        lacks.append("l’effet sur le budget")
    budgetary = draft.matter in _WITH_A_BUDGET or level_two(draft.subject_code) == _BUDGETARY
    # A piece of which nobody said what it is may be the budget; a plan is not.
    if budgetary and not _BUDGETS.intersection(draft.pieces):
        lacks.append("une annexe budgétaire")
    return tuple(lacks)


def in_words(lacks: Sequence[str], to_review: int = 0, blanks: int = 0) -> str:
    """« Il manque : la matière, une annexe budgétaire. Il reste 3 passages à revoir. », or nothing
    when all is there. ``to_review`` counts what was taken from a former year, ``blanks`` the
    « … » of a model (``review``)."""
    said = [f"Il manque\u00a0: {', '.join(lacks)}."] if lacks else []
    if to_review:
        said.append(f"Il reste {to_review} passage{'s' if to_review > 1 else ''} à revoir.")
    if blanks:
        said.append(f"Il reste {blanks} «\u00a0…\u00a0» à remplir.")
    return " ".join(said)
