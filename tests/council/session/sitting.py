"""A council of nineteen for the tests of the fold: facts in one line each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from council.rules.policy import Body
from council.rules.session import BallotFacts, Fact, Frame, Kind, Point, Session, Verb, fold
from council.rules.session.facts import About
from council.rules.votes import Ballot, Choice

PARIS = ZoneInfo("Europe/Paris")
START = dt.datetime(2026, 11, 30, 20, 0, tzinfo=PARIS)
FOR, AGAINST = Choice.FOR, Choice.AGAINST
ABSTAINS, NOT_VOTING = Choice.ABSTAINS, Choice.NOT_VOTING


def people(count: int) -> tuple[str, ...]:
    """m1 is the mayor."""
    return tuple(f"m{n}" for n in range(1, count + 1))


def frame(count: int = 19, **more: object) -> Frame:
    base = Frame(
        body=Body.MUNICIPAL_COUNCIL,
        members=people(count),
        mayor="m1",
        deputies=("m2", "m3"),
        points=(
            Point("a", "Tarifs", 1),
            Point("b", "Chemin", 2),
            Point("c", "Compte", 3, matter="accounts"),
            Point("i", "Information", 4, kind="information"),
            Point("n", "Délégué", 5, matter="nomination"),
        ),
        not_before=START,
    )
    return replace(base, **more)  # type: ignore[arg-type]


class Script:
    """Facts one after the other, a minute apart unless said; `told()` folds them."""

    def __init__(self, where: Frame | None = None) -> None:
        self.frame = where or frame()
        self.facts: list[Fact] = []
        self.at = START - dt.timedelta(minutes=30)

    def add(self, kind: Kind, *, at: dt.datetime | None = None, **more: object) -> Script:
        self.at = at or self.at + dt.timedelta(minutes=1)
        self.facts.append(Fact(len(self.facts) + 1, kind, self.at, **more))  # type: ignore[arg-type]
        return self

    def roll(self, *who: str) -> Script:
        for person in who:
            self.add(Kind.PRESENT, at=self.at, person=person)
        return self

    def opened(self, *who: str, chair: str = "") -> Script:
        return self.roll(*who).add(Kind.OPENED, at=START, person=chair)

    def arrives(self, person: str, **more: object) -> Script:
        return self.add(Kind.ARRIVAL, person=person, **more)

    def leaves(self, person: str, **more: object) -> Script:
        return self.add(Kind.DEPARTURE, person=person, **more)

    def proxy(self, giver: str, holder: str, **more: object) -> Script:
        return self.add(Kind.PROXY, person=giver, holder=holder, **more)

    def call(self, item: str) -> Script:
        return self.add(Kind.CALLED, item=item)

    def out(self, person: str, item: str, basis: str = "interet_personnel") -> Script:
        return self.add(Kind.RECUSAL, person=person, item=item, basis=basis)

    def vote(self, item: str = "", **voices: object) -> Script:
        return self.add(Kind.BALLOT, item=item, ballot=BallotFacts(**voices))  # type: ignore[arg-type]

    def decide(self, item: str, verb: Verb = Verb.ADOPT) -> Script:
        return self.add(Kind.OUTCOME, item=item, verb=verb)

    def told(self) -> Session:
        return fold(self.frame, self.facts)

    def reasons(self) -> list[str]:
        return [c.finding.message for c in self.told().contradictions]


__all__ = ["About", "Ballot", "Script", "frame", "people"]
