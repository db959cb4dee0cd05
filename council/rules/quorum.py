"""How many must be there (R-QUO-01, R-QUO-02, R-QUO-03, R-QUO-06, R-QUO-07, R-QUO-08).

CGCT, art. L2121-2, L2121-2-1, L2121-17, L2131-11, L2541-4; CASF, art. R123-17. Who is counted, name
by name, is in ``council.rules.voters``; meeting again without quorum, in ``council.rules.again``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from council.rules.policy import Body
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


class QuorumRule(Enum):
    """What a body needs to decide."""

    MAJORITY = "majority"
    NONE = "none"


def quorum_rule(body: Body) -> QuorumRule:
    """Municipal commissions and bureaus have none in the law (CGCT, art. L2121-22).

    All others the majority; a tender commission counts its voting members (CGCT, art. L1411-5).
    """
    return QuorumRule.NONE if body in (Body.COMMISSION, Body.BUREAU) else QuorumRule.MAJORITY


def in_office_of(legal: int, vacancies: int) -> int:
    """R-QUO-03: the legal number less the seats left vacant.

    Raises ValueError when there are more vacancies than seats.
    """
    if not 0 <= vacancies <= legal:
        raise ValueError("more vacancies than seats")
    return legal - vacancies


class Waiver(Enum):
    """Why no quorum is needed for a point."""

    CARRIED_OVER = "carried_over"
    PREVENTED = "prevented"
    NO_RULE = "no_rule"


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who counts for one point.

    ``present`` are those in the room, the withdrawn ones included. ``interested``: present but
    personally interested, not counted as present. ``represent_the_body`` (L1111-6 II): present,
    they leave both sides of the count; ``represent_absent``: the same, absent, who leave the
    denominator alone. ``mayor_withdraws``: vote on the accounts. ``carried_over``: convened a
    second time. ``prevented``: members in office kept away by an interest, present or not, for the
    exception of Alsace-Moselle (``local_law``).
    """

    in_office: int
    present: int
    proxies: int = 0
    interested: int = 0
    represent_the_body: int = 0
    mayor_withdraws: bool = False
    carried_over: bool = False
    represent_absent: int = 0
    prevented: int = 0
    local_law: bool = False
    rule: QuorumRule = QuorumRule.MAJORITY


@dataclass(frozen=True, slots=True)
class Quorum:
    """The count for one point: needed, counted, and how many may vote."""

    needed: int
    counted: int
    voters: int
    waived: bool
    waiver: Waiver | None = None

    @property
    def reached(self) -> bool:
        """Whether the body may decide this point."""
        return self.waived or self.counted >= self.needed

    @property
    def sentence(self) -> str:
        """« Quorum atteint : 12 présents pour 10 nécessaires. »"""
        present = plural(self.counted, "présent", "présents")
        if self.waived:
            return f"{present} : {_WAIVED[self.waiver]}."
        state = "Quorum atteint" if self.reached else "Le quorum n’est pas atteint"
        needed = "nécessaire" if self.needed < 2 else "nécessaires"
        return f"{state} : {present} pour {self.needed} {needed}."


_WAIVED = {
    None: "aucun quorum n’est exigé pour ce point, déjà convoqué une fois",
    Waiver.CARRIED_OVER: "aucun quorum n’est exigé pour ce point, déjà convoqué une fois",
    Waiver.PREVENTED: "aucun quorum n’est exigé, la moitié des membres au moins étant empêchée",
    Waiver.NO_RULE: "aucun quorum n’est exigé de cette instance",
}


def count(facts: Attendance) -> Quorum:
    """Proxies never count for the quorum (R-QUO-02); they count among the voters.

    Interest (R-QUO-06) and the mayor's withdrawal for the accounts (R-QUO-07) lower who is
    counted, never what is needed; L1111-6 lowers both.
    """
    out = facts.interested + facts.represent_the_body + (1 if facts.mayor_withdraws else 0)
    counted = facts.present - out
    waiver = _waiver(facts)
    return Quorum(
        needed=quorum(facts.in_office - facts.represent_the_body - facts.represent_absent),
        counted=counted,
        voters=counted + facts.proxies,
        waived=waiver is not None,
        waiver=waiver,
    )


def _waiver(facts: Attendance) -> Waiver | None:
    if facts.rule is QuorumRule.NONE:
        return Waiver.NO_RULE
    if facts.carried_over:
        return Waiver.CARRIED_OVER
    # R-QUO-08: half or more of the members prevented (L2541-4).
    if facts.local_law and facts.prevented and 2 * facts.prevented >= facts.in_office:
        return Waiver.PREVENTED
    return None
