"""The room: who is there, who presides, which pouvoirs live, whether the session sits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from config.lib.text import hour
from council.rules.chairing import Bench, check_chair
from council.rules.finding import refuse
from council.rules.proxies import (
    Delegation,
    ProxyFacts,
    check_delegation_proxy,
    check_proxy,
    who_sits,
)
from council.rules.quorum import Quorum, quorum_rule
from council.rules.session.facts import Fact, Frame, Kind, Point
from council.rules.session.state import Contradiction, Happening, PointState, Stay
from council.rules.session.voting import ACCOUNTS, MAYOR_ELECTION, Refused, stop
from council.rules.voters import Basis, PointSituation, proxies_in_effect, quorum_of

QUORUM, SESSION = "CGCT, art. L2121-17", "CGCT, art. L2121-10"
ALTERNATE = "CGCT, art. L5211-6"
#: Facts that hold from the opening, whenever they are written.
FROM_THE_START = (Kind.PRESENT, Kind.EXCUSED)
#: What may be noted before the session opens.
_BEFORE = (
    Kind.PRESENT,
    Kind.EXCUSED,
    Kind.ARRIVAL,
    Kind.DEPARTURE,
    Kind.SUBSTITUTE,
    Kind.PROXY,
    Kind.PROXY_ENDED,
    Kind.SECRETARY,
    Kind.RECUSAL,
    Kind.NOTE,
    Kind.OPENED,
    Kind.NO_QUORUM,
)
#: What goes on while the session is suspended.
_SUSPENDED = (
    Kind.PRESENT,
    Kind.EXCUSED,
    Kind.ARRIVAL,
    Kind.DEPARTURE,
    Kind.SUBSTITUTE,
    Kind.PROXY,
    Kind.PROXY_ENDED,
    Kind.RESUMED,
    Kind.RECUSAL,
    Kind.NOTE,
    Kind.CLOSED,
)


#: Who comes and who goes.
_MOVES = (Kind.ARRIVAL, Kind.DEPARTURE, Kind.SUBSTITUTE)
#: What the minutes tell in its place, beside the points themselves.
_TOLD = frozenset(
    {
        *_MOVES,
        Kind.OPENED,
        Kind.PROXY,
        Kind.PROXY_ENDED,
        Kind.CHAIR,
        Kind.SUSPENDED,
        Kind.DOORS_OPENED,
        Kind.CALLED,
    }
)


def no(code: str, message: str, citation: str = "", subject: str = "") -> Refused:
    """A refusal, to raise."""
    return Refused(refuse(code, message, citation, subject))


def _new(now: Mapping[str, str], was: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What is in the first and was not in the second, in its order."""
    return tuple(pair for pair in now.items() if was.get(pair[0]) != pair[1])


class Room:
    """The state while the facts pass: people and the session itself. Points are in ``Fold``."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.members = frozenset(frame.members)
        self.known = self.members | frozenset(frame.others)
        self.zone = ZoneInfo(frame.timezone)
        self.stays: dict[str, list[Stay]] = {}
        self.excused: set[str] = set()
        self.proxies: dict[str, str] = dict(frame.proxies)
        self.alternates: dict[str, str] = dict(frame.alternates)
        self.waiting: dict[str, str] = {}
        self.lapsed: dict[str, str] = {}
        self.opened_at: datetime | None = None
        self.opening: PointSituation | None = None
        self.missed_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.suspended_at: datetime | None = None
        self.suspensions: list[tuple[datetime, datetime | None]] = []
        self.regular_chair = ""
        self.point_chair: dict[str, str] = {}
        self.chairs: list[tuple[datetime, str, str]] = []
        self.secretaries: list[str] = []
        self.current = ""
        self.doors_closed = False
        self.points = {point.ref: PointState(point.ref) for point in frame.points}
        self.contradictions: list[Contradiction] = []
        self.happenings: list[Happening] = []
        self.seen: tuple[PointSituation, dict[str, str], Quorum] | None = None
        self.last_called = ""
        self.former_chair = ""
        self.handlers: dict[Kind, Callable[[Fact], None]] = {
            Kind.PRESENT: self.arrives,
            Kind.ARRIVAL: self.arrives,
            Kind.EXCUSED: self.excuses,
            Kind.DEPARTURE: self.leaves,
            Kind.OPENED: self.opens,
            Kind.NO_QUORUM: self.misses_quorum,
            Kind.CLOSED: self.closes,
            Kind.CHAIR: self.changes_chair,
            Kind.SECRETARY: self.names_secretary,
            Kind.SUBSTITUTE: self.replaces,
            Kind.PROXY: self.gives_proxy,
            Kind.PROXY_ENDED: self.ends_proxy,
            Kind.SUSPENDED: self.suspends,
            Kind.RESUMED: self.resumes,
            Kind.DOORS_OPENED: self.opens_doors,
            Kind.NOTE: self.notes,
        }

    # --- the frame of every fact -------------------------------------------------------------

    def take(self, fact: Fact) -> None:
        try:
            self.check_moment(fact)
            self.handlers[fact.kind](fact)
            self.tell(fact)
        except Refused as refused:
            self.contradictions.append(Contradiction(fact.n, refused.finding))

    def tell(self, fact: Fact) -> None:
        """What this fact changed in the room, for the minutes."""
        told = fact.kind in _TOLD or (fact.kind is Kind.BALLOT and not fact.item)
        if self.opened_at is None or not told:
            return
        situation = self.situation()
        seen = (situation, proxies_in_effect(situation), quorum_of(situation))
        former, self.seen = self.seen, seen
        if former is None:
            return
        (was, before, then), (now, after, counted) = former, seen
        lost = counted.reached is not then.reached and fact.kind in _MOVES
        one = Happening(
            n=fact.n,
            kind=fact.kind,
            at=fact.at,
            item=self.last_called,
            decided=bool(self.last_called) and self.points[self.last_called].verb is not None,
            person=fact.person,
            holder=fact.holder,
            begun=_new(after, before),
            stopped=_new(before, after),
            seated=_new(now.stand_ins, was.stand_ins),
            unseated=_new(was.stand_ins, now.stand_ins),
            former_chair=self.former_chair if fact.kind is Kind.CHAIR else "",
            for_the_point=bool(fact.item),
            quorum=counted if lost else None,
        )
        if fact.kind is not Kind.CALLED or one.begun:
            self.happenings.append(one)

    def check_moment(self, fact: Fact) -> None:
        """Nothing after the end, little before the opening or during a suspension."""
        if self.missed_at is not None:
            raise no("R-QUO-05", "La séance n’a pas pu s’ouvrir, faute de quorum.", QUORUM)
        if fact.kind in FROM_THE_START:
            return
        if self.closed_at is not None:
            raise no(
                "R-CONV-10",
                f"La séance est levée depuis {self.clock(self.closed_at)} : notez l’heure juste, "
                "ou annulez la levée.",
                SESSION,
            )
        if self.opened_at is None and fact.kind not in _BEFORE:
            raise no("R-QUO-04", "La séance n’est pas encore ouverte à cette heure.", QUORUM)
        if self.suspended_at is not None and fact.kind not in _SUSPENDED:
            raise no("R-QUO-04", "La séance est suspendue : reprenez-la d’abord.", QUORUM)

    def clock(self, at: datetime) -> str:
        return hour(at.astimezone(self.zone))

    def here(self) -> frozenset[str]:
        return frozenset(p for p, stays in self.stays.items() if stays[-1].left is None)

    def somebody(self, person: str) -> str:
        if person not in self.known:
            raise no("R-PRO-02", "Cette personne ne siège pas dans cette instance.", "", person)
        return person

    def on_agenda(self, ref: str) -> Point:
        point = self.frame.point(ref)
        if point is None:
            raise no("R-AGE-01", "Ce point n’est pas à l’ordre du jour.", SESSION, ref)
        return point

    def chair(self) -> str:
        """Who presides now; empty when the seat is vacant."""
        who = self.point_chair.get(self.current, "") or self.regular_chair
        return who if who in self.here() else ""

    def situation(
        self, point: Point | None = None, present: frozenset[str] | None = None
    ) -> PointSituation:
        """Who counts now, for that point when one is given."""
        withdrawn = dict(self.points[point.ref].withdrawn) if point else {}
        if point and point.matter == ACCOUNTS and self.frame.mayor in self.members:
            withdrawn.setdefault(self.frame.mayor, Basis.ACCOUNTS)
        room = self.here() if present is None else present
        stand_ins = self.stand_ins(room)
        seats = self.members.difference(stand_ins.values()) | stand_ins.keys()
        return PointSituation(
            in_office=seats,
            present=room & seats,
            proxies=dict(self.proxies),
            stand_ins=stand_ins,
            withdrawn=withdrawn,
            carried_over=bool(point and point.needs_no_quorum),
            local_law=self.frame.local_law,
            rule=quorum_rule(self.frame.body),
        )

    def stand_ins(self, room: frozenset[str]) -> dict[str, str]:
        """R-EPCI-04: the alternates who hold a seat among those in the room, each with the titular
        replaced. Whoever comes back takes their seat again."""
        told: dict[str, str] = {}
        for alternate, titular in self.alternates.items():
            if titular not in self.members or titular in told.values():
                continue
            if who_sits(self.delegation(titular, alternate, room)) == alternate:
                told[alternate] = titular
        return told

    @staticmethod
    def delegation(titular: str, alternate: str, room: frozenset[str]) -> Delegation:
        return Delegation(titular, titular in room, alternate, alternate in room)

    # --- people ------------------------------------------------------------------------------

    def arrives(self, fact: Fact) -> None:
        person = self.somebody(fact.person)
        stays = self.stays.setdefault(person, [])
        if stays and stays[-1].left is None:
            raise no("R-QUO-04", f"{self.frame.named(person)} : déjà dans la salle.", QUORUM)
        late = fact.kind in (Kind.ARRIVAL, Kind.SUBSTITUTE) and self.opened_at is not None
        stays.append(Stay(fact.at if late or len(stays) else None))
        self.excused.discard(person)
        for place in (self.proxies, self.waiting):
            if person in place:
                self.lapsed[person] = place.pop(person)

    def excuses(self, fact: Fact) -> None:
        person = self.somebody(fact.person)
        if person in self.here():
            raise no("R-DOC-02", f"{self.frame.named(person)} est dans la salle.", "", person)
        self.excused.add(person)

    def leaves(self, fact: Fact) -> None:
        person = self.somebody(fact.person)
        if person not in self.here():
            raise no(
                "R-QUO-04",
                f"{self.frame.named(person)} n’est pas dans la salle à {self.clock(fact.at)}.",
                QUORUM,
            )
        self.stays[person][-1] = replace(self.stays[person][-1], left=fact.at)

    def replaces(self, fact: Fact) -> None:
        """An alternate sits for a titular who is away; they come in when they were not there."""
        alternate, titular = self.somebody(fact.person), fact.holder
        name = self.frame.named
        if alternate not in self.frame.alternates:
            raise no("R-EPCI-04", f"{name(alternate)} ne supplée personne ici.", ALTERNATE)
        own = self.frame.alternates[alternate]
        if titular not in self.members or (own and own != titular):
            raise no(
                "R-EPCI-04",
                f"{name(alternate)} supplée {name(own)}, personne d’autre."
                if own
                else "Dites quel titulaire est remplacé.",
                ALTERNATE,
            )
        room = self.here()
        if titular in room:
            raise no("R-EPCI-04", f"{name(titular)} est dans la salle et siège.", ALTERNATE)
        by = next((a for a, t in self.stand_ins(room).items() if t == titular), alternate)
        if by != alternate:
            raise no("R-EPCI-04", f"{name(titular)} : {name(by)} y supplée déjà.", ALTERNATE)
        if alternate not in room:
            self.arrives(fact)
        self.alternates[alternate] = titular

    def gives_proxy(self, fact: Fact) -> None:
        giver, holder = self.somebody(fact.person), fact.holder
        room = self.here()
        for alternate, titular in self.stand_ins(room).items():
            if titular == giver:
                stop(check_delegation_proxy(self.delegation(titular, alternate, room)))
        stop(
            check_proxy(
                ProxyFacts(
                    giver=giver,
                    holder=holder,
                    members=self.members,
                    live={**self.proxies, **self.waiting},
                    session_open=self.opened_at is not None,
                    allowed_during_session=self.frame.mid_session_proxies,
                    body=self.frame.body,
                )
            )
        )
        self.proxies.pop(giver, None)
        self.waiting.pop(giver, None)
        self.lapsed.pop(giver, None)
        (self.waiting if self.current else self.proxies)[giver] = holder

    def ends_proxy(self, fact: Fact) -> None:
        held = self.proxies.pop(fact.person, "") or self.waiting.pop(fact.person, "")
        if not held:
            raise no(
                "R-PRO-01", f"{self.frame.named(fact.person)} n’a pas de pouvoir en cours.", SESSION
            )

    def names_secretary(self, fact: Fact) -> None:
        person = self.somebody(fact.person)
        if person not in self.here():
            raise no(
                "R-AGE-07",
                "Le secrétaire de séance est un membre présent ; un agent peut l’assister.",
                "CGCT, art. L2121-15",
            )
        if person not in self.secretaries:
            self.secretaries.append(person)

    # --- the session -------------------------------------------------------------------------

    def opens(self, fact: Fact) -> None:
        if self.opened_at is not None:
            raise no("R-QUO-04", "La séance est déjà ouverte.", QUORUM)
        due = self.frame.not_before
        if due is not None and fact.at < due:
            raise no(
                "R-CONV-10",
                f"La séance est convoquée pour {self.clock(due)} : elle ne s’ouvre pas avant.",
                SESSION,
            )
        chair = fact.person or self.frame.mayor
        if chair not in self.here():
            raise no("R-AGE-07", "Dites qui préside, parmi les membres présents.", QUORUM)
        counted = quorum_of(self.situation())
        freed = any(point.needs_no_quorum for point in self.frame.points)
        if not counted.reached and not freed:
            raise no("R-QUO-04", counted.sentence, QUORUM)
        self.opened_at = fact.at
        self.opening = self.situation()
        self.regular_chair = chair
        self.chairs.append((fact.at, chair, ""))

    def misses_quorum(self, fact: Fact) -> None:
        if self.opened_at is not None:
            raise no(
                "R-QUO-05",
                "La séance est ouverte : ajournez les points qui ne peuvent pas être décidés.",
                QUORUM,
            )
        counted = quorum_of(self.situation())
        if counted.reached:
            raise no("R-QUO-05", counted.sentence, QUORUM)
        self.missed_at = fact.at

    def closes(self, fact: Fact) -> None:
        if self.suspended_at is not None:
            self.suspensions[-1] = (self.suspended_at, None)
        self.closed_at, self.suspended_at = fact.at, None
        self.leave_point()

    def suspends(self, fact: Fact) -> None:
        self.suspended_at = fact.at
        self.suspensions.append((fact.at, None))

    def resumes(self, fact: Fact) -> None:
        if self.suspended_at is None:
            raise no("R-QUO-04", "La séance n’est pas suspendue.", QUORUM)
        self.suspensions[-1] = (self.suspended_at, fact.at)
        self.suspended_at = None

    def opens_doors(self, fact: Fact) -> None:
        if not self.doors_closed:
            raise no("R-VOT-09", "La séance est publique.", "CGCT, art. L2121-18")
        self.doors_closed = False

    def changes_chair(self, fact: Fact) -> None:
        person = self.somebody(fact.person)
        point = self.on_agenda(fact.item) if fact.item else None
        stop(
            check_chair(
                Bench(
                    mayor=self.frame.mayor,
                    deputies=self.frame.deputies,
                    councillors=self.frame.members,
                    # Nobody's age is known here: the secretary says who the eldest is.
                    eldest_first=(person,),
                    present=self.here(),
                ),
                person,
                mayor_election=bool(point and point.matter == MAYOR_ELECTION),
                accounts=bool(point and point.matter == ACCOUNTS),
                withdrawn=frozenset(self.points[point.ref].withdrawn) if point else frozenset(),
            )
        )
        self.former_chair = self.chair()
        if point:
            self.point_chair[point.ref] = person
        else:
            self.regular_chair = person
        self.chairs.append((fact.at, person, fact.item))

    def notes(self, fact: Fact) -> None:
        """Words for the minutes change nothing here."""

    def leave_point(self) -> None:
        self.current = ""
        self.proxies |= self.waiting
        self.waiting.clear()
