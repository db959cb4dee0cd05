"""The fold itself: facts in their legal order, each taken or refused with its reason.

R-QUO-04: the quorum is judged at the opening, then each time a point is put to discussion; leaving
during a point does not void its vote. R-PRO-05: presence ends the pouvoir that one gave, for the
rest of the sitting; a pouvoir held by somebody who left is not exercised. T-PRO-05: one handed over
while a point is discussed counts from the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from council.rules.agenda import ItemFacts, check_vote
from council.rules.finding import Finding
from council.rules.quorum import Quorum
from council.rules.session.facts import About, Fact, Frame, Kind, Point, Verb
from council.rules.session.room import FROM_THE_START, QUORUM, SESSION, Room, no
from council.rules.session.state import BallotResult, PointState, Session
from council.rules.session.voting import MAYOR_ELECTION, Scene, settle, stop
from council.rules.voters import Basis, quorum_of

VOTABLE = frozenset({"deliberation", "wish"})
_ON_A_POINT = (About.ITEM, About.AMENDMENT, About.NOMINATION, About.SECRECY_WAIVER)
_WITHOUT_VOTE = (Verb.ADJOURN, Verb.WITHDRAW, Verb.POSTPONE)


def fold(frame: Frame, facts: Iterable[Fact]) -> Session:
    """The sitting that these facts tell. Impossible facts are left out, each with its reason."""
    return Folding(frame, facts).session


class Folding:
    """A sitting folded, that takes one fact more without beginning again when it comes last.

    The same as folding everything: facts are taken one after the other in their legal order.
    """

    def __init__(self, frame: Frame, facts: Iterable[Fact]) -> None:
        self.frame = frame
        self.facts = sorted(facts, key=_legal_order)
        self.session = self._whole()

    def _whole(self) -> Session:
        self._state = _Fold(self.frame)
        for fact in self.facts:
            self._state.take(fact)
        return self._state.told()

    def add(self, fact: Fact) -> Session:
        """The sitting with that fact in its place. What was told before stays as it was."""
        last = not self.facts or _legal_order(self.facts[-1]) < _legal_order(fact)
        self.facts = sorted([*self.facts, fact], key=_legal_order)
        if last:
            self._state.take(fact)
            self.session = self._state.told()
        else:
            self.session = self._whole()
        return self.session


def may_add(frame: Frame, facts: Sequence[Fact], new: Fact) -> Finding | None:
    """Why that fact cannot join the others; None when it can.

    It may be impossible itself, or make a fact entered before it impossible.
    """
    former = {c.n for c in fold(frame, facts).contradictions}
    after = fold(frame, [*facts, new]).contradictions
    own = next((c.finding for c in after if c.n == new.n), None)
    return own or next((c.finding for c in after if c.n not in former), None)


def _legal_order(fact: Fact) -> tuple[bool, datetime, int]:
    # In UTC: of two local datetimes the wall decides, and one hour may be read twice.
    return (fact.kind not in FROM_THE_START, fact.at.astimezone(UTC), fact.n)


class _Fold(Room):
    """The room, and what is said of each point."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.called: dict[str, frozenset[str]] = {}
        self.waived: set[str] = set()
        self.votes_apart: list[BallotResult] = []
        self.handlers |= {
            Kind.CALLED: self.calls,
            Kind.RECUSAL: self.withdraws,
            Kind.BALLOT: self.votes,
            Kind.OUTCOME: self.decides,
        }

    def withdraws(self, fact: Fact) -> None:
        person, point = self.somebody(fact.person), self.on_agenda(fact.item)
        now = self.points[point.ref]
        if now.vote is not None or now.verb is not None:
            raise no(
                "R-VOT-11",
                "Le vote de ce point est déjà enregistré : annulez-le, puis notez qui n’y prend "
                "pas part.",
                "CGCT, art. L2131-11",
            )
        basis = Basis(fact.basis or Basis.PERSONAL.value)
        self.points[point.ref] = replace(now, withdrawn={**now.withdrawn, person: basis})
        self.count_quorum(point)

    def count_quorum(self, point: Point) -> Quorum | None:
        """The quorum of a point called: those of the call, less who withdrew since."""
        room = self.called.get(point.ref)
        if room is None:
            return None
        counted = quorum_of(self.situation(point, room))
        self.points[point.ref] = replace(self.points[point.ref], quorum=counted)
        return counted

    def calls(self, fact: Fact) -> None:
        point = self.on_agenda(fact.item)
        now = self.points[point.ref]
        if now.verb is not None:
            raise no("R-AGE-01", "Ce point est déjà décidé : annulez sa décision pour y revenir.")
        self.check_urgency(point)
        found = quorum_of(self.situation(point))
        if point.kind in VOTABLE and point.matter != MAYOR_ELECTION and not found.reached:
            raise no(
                "R-QUO-04",
                f"{found.sentence} Ce point ne peut pas être mis en discussion.",
                QUORUM,
                point.ref,
            )
        # Only now: what is refused leaves no trace. Pouvoirs that waited for this point count.
        self.leave_point()
        counted = quorum_of(self.situation(point))
        self.current = point.ref
        self.called[point.ref] = self.here()
        self.last_called = point.ref
        self.points[point.ref] = replace(
            now, called_at=now.called_at or fact.at, quorum=counted, seats=self.situation(point)
        )

    def check_urgency(self, point: Point) -> None:
        """R-CONV-06: the council decides on the urgency before what came with it."""
        told = self.frame.urgency_of(point)
        if told is None:
            return
        decided = self.points[told.ref].verb
        if decided is None:
            raise no(
                "R-CONV-06",
                "Le conseil se prononce d’abord sur l’urgence.",
                "CGCT, art. L2121-11 et L2121-12",
                point.ref,
            )
        if decided is Verb.REJECT:
            raise no(
                "R-CONV-06",
                "Le conseil a refusé l’urgence : ce point est reporté à une prochaine séance.",
                "CGCT, art. L2121-11 et L2121-12",
                point.ref,
            )

    def votes(self, fact: Fact) -> None:
        ballot = fact.ballot
        if ballot is None:
            raise no("R-VOT-01", "Il manque le compte des voix.")
        point = self.on_agenda(fact.item) if fact.item else None
        if ballot.about in _ON_A_POINT:
            if point is None:
                raise no("R-AGE-01", "Dites quel point est mis aux voix.", SESSION)
            self.check_votable(point, ballot.about)
        self.check_presided(point, ballot.about)
        situation = self.situation(point)
        told: dict[str, Any] = settle(
            ballot,
            Scene(
                body=self.frame.body,
                situation=situation,
                chair=self.chair(),
                mayor=self.frame.mayor,
                point=point,
                before=self.points[point.ref].ballots if point else (),
                secrecy_waived=bool(point and point.ref in self.waived),
            ),
        )
        result = BallotResult(
            n=fact.n,
            at=fact.at,
            item=fact.item,
            facts=ballot,
            situation=situation,
            chair=self.chair(),
            **told,
        )
        self.keep(result, point)

    def check_presided(self, point: Point | None, about: About) -> None:
        """Somebody presides, who takes part in the point. The chair's own election needs nobody."""
        if about is About.CHAIR or (point and point.matter == MAYOR_ELECTION):
            return
        chair = self.chair()
        if not chair:
            raise no("R-AGE-07", "La présidence est vacante : dites qui préside.", SESSION)
        if point and chair in self.points[point.ref].withdrawn:
            raise no(
                "R-VOT-11",
                "La personne qui préside ne prend pas part à ce point : dites qui la remplace.",
                "CGCT, art. L2131-11",
            )

    def keep(self, result: BallotResult, point: Point | None) -> None:
        """The vote joins its point; it may close the doors or lift the secrecy of the next ones."""
        if result.facts.about is About.CLOSED_DOORS and result.carried:
            self.doors_closed = True
        if point is None:
            self.votes_apart.append(result)
            return
        if result.facts.about is About.SECRECY_WAIVER and result.carried:
            self.waived.add(point.ref)
        now = self.points[point.ref]
        self.points[point.ref] = replace(
            now,
            ballots=(*now.ballots, result),
            seats=result.situation,
            chair=result.chair,
            closed_doors=self.doors_closed,
        )

    def check_votable(self, point: Point, about: About) -> None:
        now = self.points[point.ref]
        stop(check_vote(ItemFacts(point.ref, point.title, point.kind, point.matter)))
        if now.verb is not None:
            raise no("R-VOT-01", "Ce point est déjà décidé : annulez sa décision d’abord.")
        if self.current != point.ref:
            raise no("R-QUO-04", "Appelez ce point avant de le mettre aux voix.", QUORUM)
        if about is About.ITEM and now.vote is not None:
            raise no("R-VOT-01", "Le vote de ce point est déjà enregistré : annulez-le d’abord.")
        at_the_vote = point.matter == MAYOR_ELECTION
        counted = quorum_of(self.situation(point)) if at_the_vote else self.count_quorum(point)
        if counted is not None and not counted.reached:
            raise no("R-QUO-06", counted.sentence, QUORUM, point.ref)

    def decides(self, fact: Fact) -> None:
        point, verb = self.on_agenda(fact.item), fact.verb
        if verb is None:
            raise no("R-VOT-01", "Dites ce qui est décidé sur ce point.")
        now = self.points[point.ref]
        if now.verb is not None:
            raise no("R-VOT-01", "Ce point est déjà décidé : annulez sa décision d’abord.")
        if verb not in _WITHOUT_VOTE:
            if now.called_at is None:
                raise no("R-QUO-04", "Appelez ce point avant de dire ce qui est décidé.", QUORUM)
            self.check_result(point, now, verb)
        self.points[point.ref] = replace(
            now,
            verb=verb,
            decided_at=fact.at,
            decided_n=fact.n,
            seats=now.seats if now.ballots else self.situation(point),
            chair=now.chair or self.chair(),
            closed_doors=now.closed_doors or self.doors_closed,
        )
        if self.current == point.ref:
            self.leave_point()

    def check_result(self, point: Point, now: PointState, verb: Verb) -> None:
        """What is decided is what was voted."""
        vote = now.vote
        elected = [b for b in now.ballots if b.election and b.election.is_over]
        if verb is Verb.NOTE:
            if vote is not None and not vote.carried:
                raise no("R-VOT-01", "Le vote a rejeté ce point.")
            return
        if vote is None and not (elected and verb is Verb.ADOPT):
            raise no("R-VOT-01", "Ce point n’a pas été voté : enregistrez d’abord le vote.")
        if vote is not None and bool(vote.carried) is (verb is Verb.REJECT):
            raise no(
                "R-VOT-01",
                "Le vote a adopté ce point." if vote.carried else "Le vote a rejeté ce point.",
            )

    def told(self) -> Session:
        point = self.frame.point(self.current) if self.current else None
        situation = self.situation(point)
        return Session(
            opened_at=self.opened_at,
            quorum_missed_at=self.missed_at,
            closed_at=self.closed_at,
            suspended_at=self.suspended_at,
            suspensions=tuple(self.suspensions),
            chair=self.chair(),
            regular_chair=self.regular_chair,
            chairs=tuple(self.chairs),
            secretaries=tuple(self.secretaries),
            excused=frozenset(self.excused),
            stays={person: tuple(stays) for person, stays in self.stays.items()},
            seats=situation,
            opening=self.opening,
            quorum=quorum_of(self.situation()),
            proxies=dict(self.proxies),
            waiting=dict(self.waiting),
            lapsed=dict(self.lapsed),
            current=self.current,
            doors_closed=self.doors_closed,
            points=dict(self.points),
            votes_apart=tuple(self.votes_apart),
            contradictions=tuple(self.contradictions),
            happenings=tuple(self.happenings),
        )
