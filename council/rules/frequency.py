"""How often a council meets, and who may ask that it does (R-CONV-12, R-CONV-13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from council.rules.finding import Finding, Severity, refuse, warn
from council.rules.policy import MEDIUM, Body
from council.rules.wording import day_in_words


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
                f"Le conseil ne s’est pas encore réuni au {quarter} : il se réunit au moins une "
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


#: Days given to convene the meeting that was asked for.
REQUEST_DAYS = 30


def must_meet_quarterly(body: Body) -> bool:
    """Councils, intermunicipal councils and CCAS boards; no text for the others (R-CONV-12)."""
    return body in (
        Body.MUNICIPAL_COUNCIL,
        Body.COMMUNITY_COUNCIL,
        Body.SYNDICATE_COMMITTEE,
        Body.CCAS_BOARD,
    )


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """A request that the body meet (CGCT, art. L2121-9).

    ``asking`` counts the members who sign. ``shortened_to``: days that the prefect gives instead of
    thirty.
    """

    received_on: date
    asking: int
    members: int
    reason: str
    agenda: str
    by_the_prefect: bool = False
    shortened_to: int | None = None


def request_due(request: MeetingRequest, *, local_law: bool = False) -> date | None:
    """The last day for the meeting; none in the text of Alsace-Moselle (R-CONV-16)."""
    if request.shortened_to is not None:
        return request.received_on + timedelta(days=request.shortened_to)
    if local_law and not request.by_the_prefect:
        return None
    return request.received_on + timedelta(days=REQUEST_DAYS)


def check_request(
    request: MeetingRequest,
    body: Body,
    population: int,
    *,
    today: date,
    local_law: bool = False,
    meets_on: date | None = None,
) -> list[Finding]:
    """Whether the mayor must convene, and by when."""
    text = "CGCT, art. L2541-2" if local_law else "CGCT, art. L2121-9"
    needs = request_needs(body, population, request.members, local_law=local_law)
    if not request.by_the_prefect and request.asking < needs:
        return [
            refuse(
                "R-CONV-13",
                f"Demande non recevable : {request.asking} membres la signent, il en faut {needs}.",
                text,
            )
        ]
    if not request.reason.strip() or not request.agenda.strip():
        return [
            refuse(
                "R-CONV-13",
                "La demande doit dire ses motifs et les questions à traiter.",
                text,
            )
        ]
    due = request_due(request, local_law=local_law)
    if due is None or (meets_on is not None and meets_on <= due):
        return []
    late = today > due or meets_on is not None
    return [
        warn(
            "R-CONV-13",
            f"La séance demandée devait se tenir au plus tard {day_in_words(due, today)}."
            if late
            else f"La séance demandée est à tenir au plus tard {day_in_words(due, today)}.",
            text,
        )
    ]
