"""Quorum (R-QUO-01 to R-QUO-07). CGCT, art. L2121-17."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from council.rules.wording import plural

#: Number of councillors by population (L2121-2): below each bound.
_LEGAL_MEMBERS = (
    (100, 7),
    (500, 11),
    (1_500, 15),
    (2_500, 19),
    (3_500, 23),
    (5_000, 27),
    (10_000, 29),
    (20_000, 33),
    (30_000, 35),
    (40_000, 39),
    (50_000, 43),
    (60_000, 45),
    (80_000, 49),
    (100_000, 53),
    (150_000, 55),
    (200_000, 59),
    (250_000, 61),
    (300_000, 65),
)
#: Deemed complete (L2121-2-1, law 2025-444): below each bound.
_DEEMED_COMPLETE = ((100, 5), (500, 9), (1_000, 13))
_LARGEST = 69


def legal_members(population: int) -> int:
    """The statutory number of councillors; Paris, Lyon, Marseille have rules of their own."""
    return next((n for bound, n in _LEGAL_MEMBERS if population < bound), _LARGEST)


def deemed_complete_from(population: int) -> int:
    """From how many members a small council counts as complete."""
    return next(
        (n for bound, n in _DEEMED_COMPLETE if population < bound), legal_members(population)
    )


def quorum(in_office: int) -> int:
    """More than half of the members in office (11 → 6, 8 → 5)."""
    return in_office // 2 + 1


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who counts for one point.

    ``interested``: present but personally interested, not counted as present.
    ``represent_the_body`` (L1111-6 II): they leave both sides of the count.
    ``mayor_withdraws``: vote on the accounts. ``carried_over``: convened a second time.
    """

    in_office: int
    present: int
    proxies: int = 0
    interested: int = 0
    represent_the_body: int = 0
    mayor_withdraws: bool = False
    carried_over: bool = False


@dataclass(frozen=True, slots=True)
class Quorum:
    """The count for one point: needed, counted, and how many may vote."""

    needed: int
    counted: int
    voters: int
    waived: bool

    @property
    def reached(self) -> bool:
        """Whether the body may decide this point."""
        return self.waived or self.counted >= self.needed

    @property
    def sentence(self) -> str:
        """« Quorum atteint : 12 présents pour 10 nécessaires. »"""
        present = plural(self.counted, "présent", "présents")
        if self.waived:
            return f"{present} : aucun quorum n’est exigé pour ce point, déjà convoqué une fois."
        state = "Quorum atteint" if self.reached else "Le quorum n’est pas atteint"
        return f"{state} : {present} pour {self.needed} nécessaires."


def count(facts: Attendance) -> Quorum:
    """Proxies never count for the quorum; they count among the voters."""
    out = facts.interested + facts.represent_the_body + (1 if facts.mayor_withdraws else 0)
    counted = facts.present - out
    return Quorum(
        needed=quorum(facts.in_office - facts.represent_the_body),
        counted=counted,
        voters=counted + facts.proxies,
        waived=facts.carried_over,
    )


def earliest_second_meeting(sent_on: date) -> date:
    """Three clear days after the new convocations (CE 16 June 1997, Pfister; T-QUO-18)."""
    return sent_on + timedelta(days=4)


def waiver_applies(*, sent_on: date, meets_on: date) -> bool:
    """Whether a second convocation frees from the quorum: never a shortened one (T-QUO-22)."""
    return meets_on >= earliest_second_meeting(sent_on)
