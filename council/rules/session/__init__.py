"""A sitting folded from its dated facts: presences, pouvoirs, quorum, ballots, what each decided.

Entries in, state out, nothing else: what is typed live and what is copied afterwards from a sheet
of paper give the same sitting. A fact that cannot be is left out, with the reason in French.
"""

from council.rules.session.facts import BallotFacts, Fact, Frame, Kind, Point, Verb
from council.rules.session.fold import fold, may_add
from council.rules.session.state import (
    BallotResult,
    Contradiction,
    PointState,
    Session,
    Stay,
)

__all__ = [
    "BallotFacts",
    "BallotResult",
    "Contradiction",
    "Fact",
    "Frame",
    "Kind",
    "Point",
    "PointState",
    "Session",
    "Stay",
    "Verb",
    "fold",
    "may_add",
]
