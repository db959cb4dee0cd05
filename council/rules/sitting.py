"""A sitting replayed from what happened: who was there, and which pouvoirs counted, at each point.

R-QUO-04: the quorum is judged at the opening, then each time a point is put to discussion; a
departure during a point does not void its vote. R-PRO-05: presence revokes a pouvoir for the rest
of the sitting; a holder who leaves does not pass it on. CGCT, art. L2121-17 and L2121-20.

The order of the events is what counts, not their hour: a sitting typed in afterwards gives the
same result as one followed live.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from council.rules.finding import Finding, refuse
from council.rules.quorum import quorum

QUORUM, PROXY, SESSION = "CGCT, art. L2121-17", "CGCT, art. L2121-20", "CGCT, art. L2121-10"


class Step(Enum):
    """One thing that happens in a sitting."""

    OPENS = "opens"
    ARRIVES = "arrives"
    LEAVES = "leaves"
    CALLED = "called"
    VOTED = "voted"
    PROXY_GIVEN = "proxy_given"
    PROXY_REVOKED = "proxy_revoked"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened. ``person`` moves or gives a pouvoir to ``holder``; ``item`` is called or
    voted. Opaque references."""

    step: Step
    person: str = ""
    item: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Seats:
    """Who is in the room, and which pouvoirs live (giver to holder)."""

    present: frozenset[str] = frozenset()
    proxies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PointSeats:
    """A point: the seats when it was put to discussion (its quorum) and at its vote (its
    voices)."""

    item: str
    called: Seats
    voted: Seats


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the events tell."""

    points: tuple[PointSeats, ...]
    seats: Seats
    is_open: bool
    is_closed: bool
    is_suspended: bool
    lapsed: frozenset[str]

    def point(self, item: str) -> PointSeats | None:
        """The seats of that point; None while it has not been called. The last call wins."""
        return next((p for p in reversed(self.points) if p.item == item), None)


class _Replay:
    """The state while the events pass."""

    def __init__(self, given_before: Mapping[str, str]) -> None:
        self.present: set[str] = set()
        self.proxies: dict[str, str] = {}
        # A pouvoir given while a point is discussed counts from the next one (T-PRO-05).
        self.waiting: dict[str, str] = {}
        self.lapsed: set[str] = set()
        self.points: list[PointSeats] = []
        self.current: str | None = None
        self.opened = self.closed = self.suspended = False
        for giver, holder in given_before.items():
            self.give(giver, holder)

    def give(self, giver: str, holder: str) -> None:
        self.proxies.pop(giver, None)
        self.waiting.pop(giver, None)
        (self.proxies if self.current is None else self.waiting)[giver] = holder

    def revoke(self, giver: str, *, lapsed: bool) -> None:
        had = giver in self.proxies or giver in self.waiting
        self.proxies.pop(giver, None)
        self.waiting.pop(giver, None)
        if had and lapsed:
            self.lapsed.add(giver)

    def seats(self) -> Seats:
        return Seats(frozenset(self.present), dict(self.proxies))

    def settle(self) -> None:
        """The vote of the current point has the seats of now, unless it was already taken."""
        if self.current is not None and self.points[-1].item == self.current:
            called = self.points[-1].called
            self.points[-1] = PointSeats(self.current, called, self.seats())
        self.current = None
        self.proxies |= self.waiting
        self.waiting.clear()

    def take(self, event: Event) -> None:
        step = event.step
        if step is Step.ARRIVES:
            self.present.add(event.person)
            self.revoke(event.person, lapsed=True)
        elif step is Step.LEAVES:
            self.present.discard(event.person)
        elif step is Step.PROXY_GIVEN:
            self.give(event.person, event.holder)
        elif step is Step.PROXY_REVOKED:
            self.revoke(event.person, lapsed=False)
        elif step is Step.CALLED:
            self.settle()
            self.current = event.item
            self.points.append(PointSeats(event.item, self.seats(), self.seats()))
        elif step in (Step.VOTED, Step.CLOSED):
            self.settle()
            self.closed = self.closed or step is Step.CLOSED
        else:
            self.opened = self.opened or step is Step.OPENS
            self.suspended = step is Step.SUSPENDED


def replay(events: Iterable[Event], *, given_before: Mapping[str, str] | None = None) -> Sitting:
    """What was so at each point. ``given_before``: the pouvoirs confirmed before the opening."""
    state = _Replay(given_before or {})
    for event in events:
        state.take(event)
    current = state.current
    points = list(state.points)
    if current is not None:
        points[-1] = PointSeats(current, points[-1].called, state.seats())
    return Sitting(
        points=tuple(points),
        seats=Seats(frozenset(state.present), {**state.proxies, **state.waiting}),
        is_open=state.opened,
        is_closed=state.closed,
        is_suspended=state.suspended,
        lapsed=frozenset(state.lapsed),
    )


def check_next(
    members: frozenset[str],
    events: Sequence[Event],
    event: Event,
    *,
    given_before: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Whether that may happen now: impossible moves are refused with their reason."""
    now = replay(events, given_before=given_before)
    if now.is_closed:
        return [
            refuse(
                "R-CONV-10",
                "La séance est levée : se réunir à nouveau demande une nouvelle convocation.",
                SESSION,
            )
        ]
    if event.person and event.person not in members:
        return [refuse("R-PRO-02", "Cette personne n’est pas membre en exercice.", PROXY)]
    check = _CHECKS.get(event.step)
    return check(members, now, event) if check else []


def _moves(members: frozenset[str], now: Sitting, event: Event) -> list[Finding]:
    here = event.person in now.seats.present
    if event.step is Step.ARRIVES and here:
        return [refuse("R-QUO-04", "Cette personne est déjà présente.", QUORUM)]
    if event.step is Step.LEAVES and not here:
        return [refuse("R-QUO-04", "Cette personne n’est pas dans la salle.", QUORUM)]
    return []


def _opens(members: frozenset[str], now: Sitting, event: Event) -> list[Finding]:
    if now.is_open:
        return [refuse("R-QUO-04", "La séance est déjà ouverte.", QUORUM)]
    return []


def _works(members: frozenset[str], now: Sitting, event: Event) -> list[Finding]:
    if not now.is_open:
        return [refuse("R-QUO-04", "La séance n’est pas ouverte.", QUORUM)]
    if now.is_suspended:
        return [
            refuse("R-QUO-04", "La séance est suspendue : reprenez-la d’abord.", QUORUM, event.item)
        ]
    if event.step is Step.VOTED and now.point(event.item) is None:
        return [refuse("R-QUO-04", "Ce point n’a pas été mis en discussion.", QUORUM, event.item)]
    return []


def _resumes(members: frozenset[str], now: Sitting, event: Event) -> list[Finding]:
    if not now.is_suspended:
        return [refuse("R-QUO-04", "La séance n’est pas suspendue.", QUORUM)]
    return []


def _gives(members: frozenset[str], now: Sitting, event: Event) -> list[Finding]:
    """R-PRO-01: what the services check at length, kept here so that no move can escape it."""
    if event.holder not in members or event.holder == event.person:
        return [refuse("R-PRO-02", "Un pouvoir se donne à un autre membre en exercice.", PROXY)]
    if any(h == event.holder and g != event.person for g, h in now.seats.proxies.items()):
        return [
            refuse("R-PRO-01", "Cette personne a déjà reçu un pouvoir : un seul par membre.", PROXY)
        ]
    return []


_CHECKS = {
    Step.PROXY_GIVEN: _gives,
    Step.OPENS: _opens,
    Step.ARRIVES: _moves,
    Step.LEAVES: _moves,
    Step.CALLED: _works,
    Step.VOTED: _works,
    Step.SUSPENDED: _works,
    Step.RESUMED: _resumes,
}


@dataclass(frozen=True, slots=True)
class Opening:
    """When the sitting could open: late when the quorum came late (T-QUO-14)."""

    convened_at: datetime
    opens_at: datetime

    @property
    def is_late(self) -> bool:
        """Whether the minutes give both hours."""
        return self.opens_at > self.convened_at


def opening(
    *,
    convened_at: datetime,
    arrivals: Iterable[datetime],
    in_office: int,
    carried_over: bool = False,
) -> Opening | None:
    """The first instant at which enough members were there, never before the hour convened.

    ``carried_over``: a second convocation opens whatever the number present. None while there are
    not enough.
    """
    hours = sorted(arrivals)
    needed = 1 if carried_over else quorum(in_office)
    if len(hours) < needed:
        return None
    return Opening(convened_at, max(convened_at, hours[needed - 1]))
