"""What goes in: the frame of a sitting (who, which points) and its dated facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from council.rules.policy import Body
from council.rules.votes import Ballot, Choice
from council.rules.wording import Named

URGENCY = "urgency"


class Kind(Enum):
    """One sort of fact; the values are those of ``council.enums.EntryKind``."""

    PRESENT = "present"
    EXCUSED = "excused"
    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    OPENED = "opened"
    NO_QUORUM = "no_quorum"
    CLOSED = "closed"
    CHAIR = "chair"
    SECRETARY = "secretary"
    SUBSTITUTE = "substitute"
    PROXY = "proxy"
    PROXY_ENDED = "proxy_ended"
    CALLED = "called"
    RECUSAL = "recusal"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    DOORS_OPENED = "doors_opened"
    BALLOT = "ballot"
    OUTCOME = "outcome"
    NOTE = "note"


class About(Enum):
    """What is put to the vote; the values are those of ``council.enums.BallotAbout``."""

    ITEM = "item"
    AMENDMENT = "amendment"
    CLOSED_DOORS = "closed_doors"
    SECRECY_WAIVER = "secrecy_waiver"
    CHAIR = "chair"
    NOMINATION = "nomination"


class Verb(Enum):
    """What becomes of a point; the values are verbs of ``council.workflow.ITEM``."""

    ADOPT = "adopt"
    ADOPT_AMENDED = "adopt_amended"
    REJECT = "reject"
    ADJOURN = "adjourn"
    WITHDRAW = "withdraw"
    POSTPONE = "postpone"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda. ``kind`` and ``matter`` are those of ``council.enums``.

    ``hurried_by``: the vote on the urgency that brought it after the convocation.
    """

    ref: str
    title: str
    number: int | None = None
    kind: str = "deliberation"
    matter: str = "ordinary"
    needs_no_quorum: bool = False
    hurried_by: str = ""


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """A vote as it was entered. People are references.

    ``voices``: the exceptions of a show of hands, all the voices of a roll call, nothing in a
    secret ballot. In a show of hands ``against``, ``abstentions`` and ``not_voting`` may be counted
    without names (None: as many as the names), and all the others are in favour. A secret ballot
    has its totals. ``choices``: the votes of each candidate; ``at_once``: as many candidates as
    seats, the nomination takes effect without a vote. ``chair_choice``: how the chair voted, when
    a tie was counted without names. ``eldest``: the oldest of those whom a third round ties.
    """

    about: About = About.ITEM
    mode: Ballot = Ballot.ORDINARY
    question: str = ""
    round: int = 1
    voices: Mapping[str, Choice] = field(default_factory=dict)
    in_favour: int | None = None
    against: int | None = None
    abstentions: int | None = None
    not_voting: int | None = None
    blank: int = 0
    void: int = 0
    choices: Mapping[str, int] = field(default_factory=dict)
    at_once: bool = False
    chair_choice: Choice | None = None
    eldest: str = ""
    asking_public: int = 0
    asking_secret: int = 0
    asking_doors: int = 0
    asked_by_chair: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry. ``at`` is the legal hour; ``n`` the order of recording, which settles ties."""

    n: int
    kind: Kind
    at: datetime
    person: str = ""
    item: str = ""
    holder: str = ""
    basis: str = ""
    verb: Verb | None = None
    ballot: BallotFacts | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known before the first fact.

    ``members`` vote, in the order of the tableau; ``others`` sit without a voice. ``proxies`` are
    the pouvoirs confirmed before the sitting, giver to holder. ``alternates``, among ``others``,
    take the seat of their titular when that one is away: alternate to titular, empty where any
    titular may be replaced. ``not_before`` is the hour written in the convocation (None in a
    rehearsal).
    """

    body: Body
    members: tuple[str, ...]
    points: tuple[Point, ...]
    mayor: str = ""
    deputies: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    names: Mapping[str, Named] = field(default_factory=dict)
    proxies: Mapping[str, str] = field(default_factory=dict)
    alternates: Mapping[str, str] = field(default_factory=dict)
    local_law: bool = False
    not_before: datetime | None = None
    timezone: str = "Europe/Paris"
    mid_session_proxies: bool = True
    urgent: bool = False

    def named(self, person: str) -> str:
        """The name in a sentence."""
        known = self.names.get(person)
        return known.titled if known else person

    def urgency_of(self, point: Point) -> Point | None:
        """R-CONV-06: the vote that must come before that point, when it came in urgency: that of
        its own complementary convocation, or of the whole meeting."""
        if point.matter == URGENCY:
            return None
        if point.hurried_by:
            return self.point(point.hurried_by)
        if not self.urgent:
            return None
        partial = {one.hurried_by for one in self.points}
        whole = (p for p in self.points if p.matter == URGENCY and p.ref not in partial)
        return next(whole, None)

    def hurried(self, urgency: str) -> tuple[Point, ...]:
        """The points that fall with that vote when the urgency is refused."""
        told = ((point, self.urgency_of(point)) for point in self.points)
        return tuple(point for point, vote in told if vote is not None and vote.ref == urgency)

    def point(self, ref: str) -> Point | None:
        """The point of that reference."""
        return next((point for point in self.points if point.ref == ref), None)
