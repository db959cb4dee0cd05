"""How often a council meets, and who may ask that it does (R-CONV-12, R-CONV-13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from council.rules.finding import Finding, Severity
from council.rules.policy import MEDIUM, Body


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A civil quarter."""

    year: int
    n: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter of that day."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    def next(self) -> Quarter:
        """The one after."""
        return Quarter(self.year + 1, 1) if self.n == 4 else Quarter(self.year, self.n + 1)

    def __str__(self) -> str:
        ordinal = "1er" if self.n == 1 else f"{self.n}e"
        return f"{ordinal} trimestre {self.year}"


def missing_quarters(meetings: Iterable[date], *, since: date, until: date) -> list[Quarter]:
    """The quarters without a meeting, both ends included (TA Versailles: one per period)."""
    held = {Quarter.of(day) for day in meetings}
    quarter, last, missing = Quarter.of(since), Quarter.of(until), []
    while quarter <= last:
        if quarter not in held:
            missing.append(quarter)
        quarter = quarter.next()
    return missing


def check_frequency(meetings: Iterable[date], *, since: date, today: date) -> list[Finding]:
    """One alert per quarter gone by without a meeting; a warning from its third month."""
    known = list(meetings)
    findings = []
    for quarter in missing_quarters(known, since=since, until=today):
        current = quarter == Quarter.of(today)
        if current and today.month % 3 != 0:
            continue
        findings.append(
            Finding(
                "R-CONV-12",
                Severity.WARNING,
                f"Le conseil ne s’est pas encore réuni au {quarter} : il se réunit au moins une "
                "fois par trimestre."
                if current
                else f"Le conseil ne s’est pas réuni au {quarter}.",
                "CGCT, art. L2121-7",
            )
        )
    return findings


def request_needs(body: Body, population: int, members: int, *, local_law: bool = False) -> int:
    """How many members must sign a request for a meeting (R-CONV-13).

    A third from 1,000 inhabitants on (in EPCI whatever the size, and in Alsace-Moselle), the
    majority below, and in a CCAS.
    """
    by_third = (
        body in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE)
        or local_law
        or (body is Body.MUNICIPAL_COUNCIL and population >= MEDIUM)
    )
    return -(-members // 3) if by_third else members // 2 + 1


def request_is_valid(
    body: Body, population: int, *, members: int, asking: int, local_law: bool = False
) -> bool:
    """T-CONV-42: 6 of 19 is not a third."""
    return asking >= request_needs(body, population, members, local_law=local_law)
