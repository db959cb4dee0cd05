"""What comes out: the sitting as its facts tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from council.rules.finding import Finding
from council.rules.nominations import Election, Round
from council.rules.quorum import Quorum
from council.rules.session.facts import BallotFacts, Kind, Verb
from council.rules.voters import Basis, PointSituation
from council.rules.votes import Choice, Counts, Outcome


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fact that cannot be, and why."""

    n: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Stay:
    """One time in the room. ``arrived`` is None for who was there from the opening."""

    arrived: datetime | None
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the minutes tell in its place, once the session is open.

    ``item``: the point called last (empty before the first), ``decided`` when it was already.
    ``begun`` and ``stopped``: pouvoirs (giver, holder) that count from now on, or no more.
    ``seated`` and ``unseated``: alternates with the titular whose seat they take or give back.
    ``quorum``: its count, when it is lost or found again.
    """

    n: int
    kind: Kind
    at: datetime
    item: str = ""
    decided: bool = False
    person: str = ""
    holder: str = ""
    begun: tuple[tuple[str, str], ...] = ()
    stopped: tuple[tuple[str, str], ...] = ()
    seated: tuple[tuple[str, str], ...] = ()
    unseated: tuple[tuple[str, str], ...] = ()
    former_chair: str = ""
    for_the_point: bool = False
    quorum: Quorum | None = None


@dataclass(frozen=True, slots=True)
class BallotResult:
    """A vote and what it decides.

    ``voters``: whose voice, and who casts it. ``choices``: each voice by name (a show of hands: the
    exceptions; secret: none). A nomination has an ``election``, the others an ``outcome``.
    """

    n: int
    at: datetime
    item: str
    facts: BallotFacts
    situation: PointSituation
    voters: Mapping[str, str]
    counts: Counts
    choices: Mapping[str, Choice]
    chair: str
    carried: bool | None
    outcome: Outcome | None = None
    election: Election | None = None
    rounds: tuple[Round, ...] = ()


@dataclass(frozen=True, slots=True)
class PointState:
    """One point. ``seats`` is the situation of its decision (before: of its call)."""

    ref: str
    called_at: datetime | None = None
    quorum: Quorum | None = None
    seats: PointSituation | None = None
    withdrawn: Mapping[str, Basis] = field(default_factory=dict)
    ballots: tuple[BallotResult, ...] = ()
    verb: Verb | None = None
    decided_at: datetime | None = None
    decided_n: int = 0
    chair: str = ""
    closed_doors: bool = False

    @property
    def vote(self) -> BallotResult | None:
        """The vote on the point itself."""
        return next((b for b in self.ballots if b.facts.about.value == "item"), None)


@dataclass(frozen=True, slots=True)
class Session:
    """The sitting now. ``votes_apart`` are on no point (closed doors, chair). ``seats`` is the
    situation of the current point, or of one that would be called at this instant; ``opening`` that
    of the opening."""

    opened_at: datetime | None
    quorum_missed_at: datetime | None
    closed_at: datetime | None
    suspended_at: datetime | None
    suspensions: tuple[tuple[datetime, datetime | None], ...]
    chair: str
    regular_chair: str
    chairs: tuple[tuple[datetime, str, str], ...]
    secretaries: tuple[str, ...]
    excused: frozenset[str]
    stays: Mapping[str, tuple[Stay, ...]]
    seats: PointSituation
    opening: PointSituation | None
    quorum: Quorum
    proxies: Mapping[str, str]
    waiting: Mapping[str, str]
    lapsed: Mapping[str, str]
    current: str
    doors_closed: bool
    points: Mapping[str, PointState]
    votes_apart: tuple[BallotResult, ...]
    contradictions: tuple[Contradiction, ...]
    happenings: tuple[Happening, ...] = ()

    @property
    def is_open(self) -> bool:
        """Opened, and not yet over."""
        return self.opened_at is not None and self.closed_at is None

    @property
    def is_over(self) -> bool:
        """Closed, or never opened for lack of quorum."""
        return self.closed_at is not None or self.quorum_missed_at is not None

    @property
    def present(self) -> frozenset[str]:
        """Who is in the room, members without a voice included."""
        return frozenset(p for p, stays in self.stays.items() if stays and stays[-1].left is None)
