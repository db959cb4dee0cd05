"""The register: order numbers, feuillets, tables, binding (R-DOC-04). CGCT, art. R2121-9, L2121-23.

Paper is compulsory and signed by hand; what is digital completes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from council.rules.finding import Finding, inform, refuse, warn
from council.rules.policy import MEDIUM
from council.rules.wording import day_in_words, plural

CITATION = "CGCT, art. R2121-9"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of the register. ``order`` is its number within the session, ``number`` its number
    in the year."""

    ref: str
    number: str
    order: int
    session_on: date
    title: str
    matter: str = ""
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """One feuillet: its number, and what it carries (an act's ref, or empty for the closing)."""

    number: int
    entry: str
    page: int


def paginate(entries: Sequence[Entry], *, after: int = 0, closing_pages: int = 1) -> list[Sheet]:
    """The feuillets of one session, after number ``after``: each act on its own, then the closing
    sheet. No number is left out nor given twice."""
    carried = [(entry.ref, page) for entry in entries for page in range(1, entry.pages + 1)]
    carried += [("", page) for page in range(1, closing_pages + 1)]
    return [Sheet(after + n, ref, page) for n, (ref, page) in enumerate(carried, start=1)]


def check_sheets(numbers: Iterable[int], *, first: int = 1) -> list[Finding]:
    """Numbers follow one another without a gap or a double."""
    return _check_run(list(numbers), first, "feuillet", "feuillets")


def check_order_numbers(entries: Sequence[Entry]) -> list[Finding]:
    """Within a session, acts are numbered 1, 2, 3…, in the order of the sitting."""
    found: list[Finding] = []
    by_session: dict[date, list[int]] = defaultdict(list)
    for entry in entries:
        by_session[entry.session_on].append(entry.order)
    for session_on, orders in sorted(by_session.items()):
        found += _check_run(
            orders, 1, "numéro d’ordre", "numéros d’ordre", f"{day_in_words(session_on)}"
        )
    return found


def check_year_numbers(serials: Iterable[int]) -> list[Finding]:
    """The acts of a year, from 1 on."""
    return _check_run(list(serials), 1, "numéro", "numéros")


def _check_run(
    numbers: Sequence[int], first: int, one: str, many: str, subject: str = ""
) -> list[Finding]:
    if not numbers:
        return []
    seen = set(numbers)
    missing = [n for n in range(first, max(numbers) + 1) if n not in seen]
    doubled = sorted({n for n in numbers if numbers.count(n) > 1})
    before = [n for n in sorted(seen) if n < first]
    found = []
    for wrong, word in ((missing, "manque"), (doubled, "double"), (before, "hors suite")):
        if wrong:
            told = plural(len(wrong), one, many)
            said = {"manque": "manquants", "double": "en double", "hors suite": "hors suite"}[word]
            if word == "manque" and len(wrong) == 1:
                said = "manquant"
            listed = ", ".join(str(n) for n in wrong[:10]) + ("…" if len(wrong) > 10 else "")
            found.append(refuse("R-DOC-04", f"{told} {said} : {listed}.", CITATION, subject))
    return found


def check_dates(entries: Sequence[Entry]) -> list[Finding]:
    """Acts are entered in the order of dates."""
    return [
        refuse(
            "R-DOC-04",
            f"L’acte {after.number} est inscrit après un acte plus récent.",
            CITATION,
            after.ref,
        )
        for before, after in pairwise(entries)
        if after.session_on < before.session_on
    ]


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing sheet: the numbers recalled, the members present, two signatures."""

    numbers: tuple[str, ...]
    present: tuple[str, ...]
    signed_by_mayor: bool
    signed_by_secretary: bool


def closing_sentence(session_on: date, entries: Sequence[Entry]) -> str:
    """« La séance du lundi 30 novembre 2026 comporte 3 délibérations, numérotées… »"""
    count = plural(len(entries), "délibération", "délibérations")
    numbered = "numérotée" if len(entries) == 1 else "numérotées"
    numbers = ", ".join(entry.number for entry in entries)
    return (
        f"La séance du {day_in_words(session_on)} {session_on.year} comporte {count}, {numbered} "
        f"{numbers}."
    )


def check_closing(
    closing: Closing, entries: Sequence[Entry], present: Iterable[str]
) -> list[Finding]:
    """What the closing sheet must recall; both signatures are of hand, on paper."""
    found: list[Finding] = []
    if list(closing.numbers) != [entry.number for entry in entries]:
        found.append(
            refuse(
                "R-DOC-04",
                "Le feuillet de clôture rappelle les numéros de toutes les délibérations.",
                CITATION,
            )
        )
    if set(closing.present) != set(present):
        found.append(
            refuse("R-DOC-04", "Le feuillet de clôture nomme les membres présents.", CITATION)
        )
    if not (closing.signed_by_mayor and closing.signed_by_secretary):
        found.append(
            warn(
                "R-DOC-04",
                "Le maire et le secrétaire signent à la main le registre papier, même si les actes "
                "sont signés électroniquement.",
                CITATION,
            )
        )
    return found


def table_by_date(entries: Iterable[Entry]) -> list[Entry]:
    """The yearly table by date."""
    return sorted(entries, key=lambda entry: (entry.session_on, entry.order))


def table_by_subject(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The yearly table by subject: matters in their natural order, the unsorted ones last."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in table_by_date(entries):
        groups[entry.matter].append(entry)
    natural = sorted(
        groups, key=lambda code: (code == "", [int(p) for p in code.split(".") if p.isdigit()])
    )
    return {code: groups[code] for code in natural}


def binding_due(year: int, population: int) -> date:
    """Loose sheets are bound at the end of the year at the latest; every five years under 1,000
    inhabitants (the caller counts from the year of the first sheet)."""
    return date(year + (4 if population < MEDIUM else 0), 12, 31)


def check_binding(
    *, first_year: int, population: int, today: date, bound_on: date | None
) -> list[Finding]:
    """Sewn or bound, never glued, on permanent paper."""
    due = binding_due(first_year, population)
    if bound_on is not None and bound_on <= due:
        return []
    if bound_on is None and today <= due:
        months_left = (due.year - today.year) * 12 + due.month - today.month
        if months_left > 1:
            return []
        return [
            inform(
                "R-DOC-04",
                f"Faites relier les feuillets avant le {day_in_words(due, today)} : papier "
                "permanent, encre stable, jamais de colle.",
                CITATION,
            )
        ]
    return [warn("R-DOC-04", "Les feuillets devaient être reliés à la fin de l’année.", CITATION)]
