"""A meeting that may be held, and a hand that writes in it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

from accounts.models import Person
from council.models import AgendaItem, Meeting, SessionEntry
from council.rules.session import BallotFacts, Verb
from council.services.session import Pen, Sitting, room, sitting, sitting_of, voting
from tests.council.stage import NOV_30, NOW, Stage

#: The evening itself.
EVENING = NOV_30


def convened(stage: Stage, *titles: str, **more: object) -> Meeting:
    """A convened meeting with these points (two when none is given)."""
    meeting = stage.meeting()
    for title in titles or ("Tarifs de la cantine", "Chemin des Vignes"):
        stage.item(title, meeting=meeting, **more)
    stage.frozen(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(convened_at=NOW)
    return Meeting.objects.get(pk=meeting.pk)


class Live:
    """Each verb writes a minute after the one before."""

    def __init__(
        self, stage: Stage, meeting: Meeting, *, by: Person | None = None, rehearsal: bool = False
    ) -> None:
        self.stage, self.meeting, self.rehearsal = stage, meeting, rehearsal
        self.by = by or stage.dgs_person
        self.at = EVENING - dt.timedelta(minutes=10)

    def pen(self, *, key: UUID | None = None, at: dt.datetime | None = None) -> Pen:
        self.at = at or self.at + dt.timedelta(minutes=1)
        return Pen(
            actor=self.stage.actor(self.by, now=self.at),
            meeting=self.meeting,
            key=key or uuid4(),
            at=self.at,
            now=self.at,
            rehearsal=self.rehearsal,
        )

    def roll(self, *people: Person) -> Live:
        for person in people or self.stage.members:
            room.record_presence(pen=self.pen(at=self.at), person=person)
        return self

    def open(self, chair: Person | None = None) -> Live:
        sitting.open_session(pen=self.pen(at=max(self.at, EVENING)), chair=chair)
        return self

    def call(self, item: AgendaItem) -> Live:
        sitting.call_item(pen=self.pen(), item=item)
        return self

    def vote(self, item: AgendaItem | None = None, **ballot: object) -> SessionEntry:
        decide = bool(ballot.pop("decide", True))
        return voting.record_ballot(
            pen=self.pen(),
            ballot=BallotFacts(**ballot),
            item=item,
            decide=decide,  # type: ignore[arg-type]
        )

    def decide(self, item: AgendaItem, verb: Verb, reason: str = "") -> SessionEntry:
        return sitting.decide_item(pen=self.pen(), item=item, verb=verb, reason=reason)

    def arrives(self, person: Person) -> SessionEntry:
        return room.record_arrival(pen=self.pen(), person=person)

    def leaves(self, person: Person) -> SessionEntry:
        return room.record_departure(pen=self.pen(), person=person)

    def close(self, **more: bool) -> SessionEntry:
        return sitting.close_session(pen=self.pen(), **more)

    def told(self) -> Sitting:
        meeting = Meeting.objects.select_related("assembly", "again_after").get(pk=self.meeting.pk)
        return sitting_of(meeting, rehearsal=self.rehearsal)

    @property
    def items(self) -> list[AgendaItem]:
        return list(AgendaItem.objects.filter(meeting=self.meeting).order_by("position", "pk"))
