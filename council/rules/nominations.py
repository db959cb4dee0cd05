"""Nominations in rounds (R-VOT-04). CGCT, art. L2121-21, L2122-7 and L2122-7-2.

Absolute majority of the votes cast in the first two rounds, relative in the third, the eldest on a
tie. A candidate may be a list: then the caller ranks the lists by their mean age.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from council.rules.finding import Finding, refuse
from council.rules.wording import plural

CITATION = "CGCT, art. L2121-21"
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Round:
    """One round: the votes of each candidate, the blank and void ballots."""

    votes: Mapping[str, int] = field(default_factory=dict)
    blank: int = 0
    void: int = 0

    @property
    def cast(self) -> int:
        """Suffrages exprimés."""
        return sum(self.votes.values())

    @property
    def ballots(self) -> int:
        """What was in the box."""
        return self.cast + self.blank + self.void

    @property
    def majority(self) -> int:
        """The absolute majority."""
        return self.cast // 2 + 1


class Grounds(Enum):
    """By what somebody is elected."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    ELDEST = "eldest"


@dataclass(frozen=True, slots=True)
class Election:
    """Where the election stands. ``elected`` is empty while another round is needed."""

    elected: str
    round: int
    grounds: Grounds | None
    tied: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether somebody is elected."""
        return bool(self.elected)


def election_of(rounds: Sequence[Round], *, eldest_first: Sequence[str]) -> Election:
    """Who is elected, and at which round.

    ``eldest_first`` ranks the candidates by age (lists: by their mean age). A third round without
    any vote cast elects nobody. Raises ValueError when a tie needs an age that is not given.
    """
    for number, one in enumerate(rounds[:ROUNDS], start=1):
        if not one.cast:
            continue
        best = max(one.votes.values())
        leaders = [candidate for candidate, votes in one.votes.items() if votes == best]
        if best >= one.majority:
            return Election(leaders[0], number, Grounds.ABSOLUTE)
        if number < ROUNDS:
            continue
        if len(leaders) == 1:
            return Election(leaders[0], number, Grounds.RELATIVE)
        return Election(_eldest(leaders, eldest_first), number, Grounds.ELDEST, tuple(leaders))
    return Election("", len(rounds), None)


def _eldest(leaders: Sequence[str], eldest_first: Sequence[str]) -> str:
    if not set(leaders) <= set(eldest_first):
        raise ValueError("the ages of the tied candidates must be known")
    return next(candidate for candidate in eldest_first if candidate in leaders)


def check_rounds(rounds: Sequence[Round], *, voices: int) -> list[Finding]:
    """Impossible rounds: a fourth one, one after the election, more ballots than voices."""
    found: list[Finding] = []
    if len(rounds) > ROUNDS:
        found.append(
            refuse("R-VOT-04", "Il n’y a pas de quatrième tour : le troisième décide.", CITATION)
        )
    for number, one in enumerate(rounds, start=1):
        name = "Premier" if number == 1 else "Deuxième" if number == 2 else "Troisième"
        if min([one.blank, one.void, *one.votes.values()]) < 0:
            found.append(
                refuse("R-VOT-04", "Un nombre de voix ne peut pas être négatif.", CITATION)
            )
        if one.ballots > voices:
            found.append(
                refuse(
                    "R-VOT-04",
                    f"{name} tour : {plural(one.ballots, 'bulletin', 'bulletins')} pour "
                    f"{plural(voices, 'votant', 'votants')}.",
                    CITATION,
                )
            )
        before = rounds[: number - 1]
        if any(r.cast and max(r.votes.values()) >= r.majority for r in before[: ROUNDS - 1]):
            found.append(
                refuse("R-VOT-04", f"{name} tour inutile : l’élection est acquise.", CITATION)
            )
    return found
