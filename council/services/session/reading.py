"""From rows to the facts that the rules fold, and the sitting that comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Person
from council.enums import (
    CHAIRS,
    Capacity,
    EntryKind,
    Function,
    ItemState,
    ProxyState,
)
from council.models import AgendaItem, BallotVoice, Mandate, Meeting, Proxy, SessionEntry
from council.rules.again import SecondConvocation, free_of_quorum
from council.rules.policy import Body
from council.rules.session import BallotFacts, Fact, Frame, Kind, Point, Session, Verb
from council.rules.session.facts import About
from council.rules.session.fold import Folding
from council.rules.votes import Ballot as Mode
from council.rules.votes import Choice
from council.rules.wording import Gender, Named

#: Why a pouvoir given before the session ended in it: the fold knows it and replays it.
REPLACED, REVOKED, PRESENT = "remplacé en séance", "révoqué en séance", "présent en séance"
ENDED_IN_SESSION = (REPLACED, REVOKED, PRESENT)
_NOT_CALLED = (
    ItemState.DRAFT,
    ItemState.PROPOSED,
    ItemState.RETURNED,
    ItemState.READY,
    ItemState.ABANDONED,
)
#: How a stored direction is said by the rules.
CHOICES = {
    "for": Choice.FOR,
    "against": Choice.AGAINST,
    "abstention": Choice.ABSTAINS,
    "not_voting": Choice.NOT_VOTING,
}
DIRECTIONS = {choice: direction for direction, choice in CHOICES.items()}


def ref_of(row: Person | AgendaItem) -> str:
    """How the rules name a person or a point."""
    return str(row.uid)


def named(person: Person) -> Named:
    """Somebody in a sentence."""
    return Named(person.full_name, Gender(person.gender))


@dataclass(frozen=True)
class Sitting:
    """A meeting with everything entered of it, folded. People and points by their reference.

    ``last_n``: the number of the entry just written in this transaction, the meeting held since;
    None for a sitting that was only read.
    """

    meeting: Meeting
    rehearsal: bool
    frame: Frame
    entries: tuple[SessionEntry, ...]
    facts: tuple[Fact, ...]
    session: Session
    people: dict[str, Person] = field(default_factory=dict)
    mandates: dict[str, Mandate] = field(default_factory=dict)
    items: dict[str, AgendaItem] = field(default_factory=dict)
    doubtful: tuple[Proxy, ...] = ()
    folding: Folding | None = None
    last_n: int | None = None

    def entry(self, n: int) -> SessionEntry:
        """The entry of that number."""
        return next(entry for entry in self.entries if entry.n == n)

    def name(self, ref: str) -> Named:
        """Somebody in a sentence."""
        return self.frame.names.get(ref, Named(ref))


def sitting_of(meeting: Meeting, *, rehearsal: bool = False) -> Sitting:
    """What was entered of this meeting (or of its rehearsal), and what it tells. Seven queries."""
    entries = list(
        SessionEntry.objects.filter(meeting=meeting, rehearsal=rehearsal)
        .standing()
        .in_order()
        .select_related("ballot")
        .prefetch_related("ballot__choices", "ballot__voices")
    )
    mandates = list(
        Mandate.objects.filter(assembly=meeting.assembly_id)
        .current(meeting.local_day)
        .select_related("person")
        .in_order_of_the_tableau()
    )
    items = _items(meeting)
    _join(meeting, entries, {m.person_id: m.person for m in mandates}, {i.pk: i for i in items})
    proxies = list(
        Proxy.objects.filter(meeting=meeting, in_session=False)
        .filter(
            Q(state__in=[ProxyState.CONFIRMED, ProxyState.TO_CONFIRM])
            | Q(end_reason__in=ENDED_IN_SESSION)
        )
        .select_related("giver", "holder")
        .order_by("given_at", "pk")
    )
    frame = _frame(meeting, mandates, items, proxies, rehearsal=rehearsal)
    facts = tuple(fact_of(entry) for entry in entries)
    folding = Folding(frame, facts)
    return Sitting(
        meeting=meeting,
        rehearsal=rehearsal,
        frame=frame,
        entries=tuple(entries),
        facts=facts,
        session=folding.session,
        folding=folding,
        people={ref_of(one.person): one.person for one in mandates},
        mandates={ref_of(one.person): one for one in mandates},
        items={ref_of(item): item for item in items},
        doubtful=tuple(one for one in proxies if one.state == ProxyState.TO_CONFIRM),
    )


def _join(
    meeting: Meeting,
    entries: Sequence[SessionEntry],
    people: dict[int, Person],
    items: dict[int, AgendaItem],
) -> None:
    """Give the entries their people and points, read once instead of once per entry: a long session
    has hundreds of entries about the same thirty people and forty points."""
    voices = [
        voice for entry in entries if has_ballot(entry) for voice in entry.ballot.voices.all()
    ]
    wanted = {e.person_id for e in entries} | {e.recorded_by_id for e in entries}
    wanted |= {voice.person_id for voice in voices}
    people |= Person.objects.in_bulk([pk for pk in wanted if pk is not None and pk not in people])
    gone = {e.item_id for e in entries if e.item_id is not None and e.item_id not in items}
    if gone:
        items |= AgendaItem.objects.in_bulk(gone)
    for entry in entries:
        entry.meeting = meeting
        entry.recorded_by = people[entry.recorded_by_id]
        if entry.person_id is not None:
            entry.person = people[entry.person_id]
        if entry.item_id is not None:
            entry.item = items[entry.item_id]
    for voice in voices:
        voice.person = people[voice.person_id]


def has_ballot(entry: SessionEntry) -> bool:
    """Whether the entry is a vote, its row read with it."""
    return entry.kind == EntryKind.BALLOT


def _items(meeting: Meeting) -> list[AgendaItem]:
    """The points that the session calls: those of its agenda, and those that it set aside itself.

    A point withdrawn before the session is not among them.
    """
    told = SessionEntry.objects.filter(
        item=OuterRef("pk"), kind=EntryKind.OUTCOME, meeting=meeting
    ).standing()
    return list(
        AgendaItem.objects.filter(meeting=meeting)
        .exclude(state__in=_NOT_CALLED)
        .filter(~Q(state=ItemState.WITHDRAWN) | Exists(told))
        .select_related("rapporteur", "postponed_from", "hurried_by")
        .order_by("position", "pk")
    )


def _frame(
    meeting: Meeting,
    mandates: Sequence[Mandate],
    items: Sequence[AgendaItem],
    proxies: Sequence[Proxy],
    *,
    rehearsal: bool,
) -> Frame:
    voting = [m for m in mandates if m.voice == "deliberative" and m.capacity != Capacity.ALTERNATE]
    members = tuple(ref_of(m.person) for m in voting)
    freed = _freed(meeting, items)
    return Frame(
        body=Body(meeting.assembly.kind),
        members=members,
        others=tuple(ref_of(m.person) for m in mandates if ref_of(m.person) not in members),
        points=tuple(_point(item, freed) for item in items),
        mayor=next((ref_of(m.person) for m in voting if m.function in CHAIRS), ""),
        deputies=tuple(
            ref_of(m.person)
            for m in voting
            if m.function in (Function.DEPUTY, Function.VICE_PRESIDENT)
        ),
        names={ref_of(m.person): named(m.person) for m in mandates},
        proxies={
            ref_of(one.giver): ref_of(one.holder)
            for one in proxies
            if one.state != ProxyState.TO_CONFIRM
        },
        alternates=_alternates(mandates, members),
        local_law=meeting.assembly.local_law,
        not_before=None if rehearsal else meeting.starts_at,
        timezone=meeting.timezone,
        mid_session_proxies=meeting.assembly.proxies_in_session,
        urgent=meeting.is_urgent,
    )


def _alternates(mandates: Sequence[Mandate], members: Sequence[str]) -> dict[str, str]:
    """Who may sit for whom; a titular who left office has no seat to take any more."""
    holders = {m.pk: ref_of(m.person) for m in mandates if ref_of(m.person) in members}
    return {
        ref_of(m.person): holders[m.stands_in_for_id] if m.stands_in_for_id else ""
        for m in mandates
        if m.capacity == Capacity.ALTERNATE
        and m.voice == "deliberative"
        and (m.stands_in_for_id is None or m.stands_in_for_id in holders)
    }


def _point(item: AgendaItem, freed: frozenset[str]) -> Point:
    ref = ref_of(item)
    return Point(
        ref=ref,
        title=item.title,
        number=item.number,
        kind=item.kind,
        matter=item.matter,
        needs_no_quorum=ref in freed,
        hurried_by=ref_of(item.hurried_by) if item.hurried_by else "",
    )


def _freed(meeting: Meeting, items: Sequence[AgendaItem]) -> frozenset[str]:
    """R-QUO-05: the points carried over from the meeting that missed its quorum."""
    first = meeting.again_after
    if first is None or meeting.convened_at is None:
        return frozenset()
    refs = tuple(ref_of(item) for item in items)
    carried = frozenset(
        ref_of(item)
        for item in items
        if item.postponed_from is not None and item.postponed_from.meeting_id == first.pk
    )
    return free_of_quorum(
        SecondConvocation(
            first_regular=True,
            sent_on=meeting.convened_at.astimezone(meeting.tz).date(),
            meets_on=meeting.local_day,
            first_items=carried,
            items=refs,
            local_law=meeting.assembly.local_law,
            no_quorum_seen=first.quorum_missed_at is not None,
        )
    )


def fact_of(entry: SessionEntry) -> Fact:
    """A row as the rules read it."""
    data = entry.data
    return Fact(
        n=entry.n,
        kind=Kind(entry.kind),
        at=entry.at,
        person=ref_of(entry.person) if entry.person else "",
        item=ref_of(entry.item) if entry.item else "",
        holder=data.get("holder", ""),
        basis=data.get("basis", ""),
        verb=Verb(data["outcome"]) if data.get("outcome") else None,
        ballot=_ballot_of(entry) if entry.kind == EntryKind.BALLOT else None,
    )


def _ballot_of(entry: SessionEntry) -> BallotFacts:
    row, typed = entry.ballot, dict(entry.data.get("ballot", {}))
    chair: Any = typed.pop("chair_choice", None)
    return BallotFacts(
        about=About(row.about),
        mode=Mode(row.mode),
        question=row.question,
        round=row.round,
        voices={ref_of(v.person): CHOICES[v.direction] for v in _voices(row.voices.all())},
        choices={c.label: c.votes for c in sorted(row.choices.all(), key=lambda c: c.position)},
        chair_choice=CHOICES[chair] if chair else None,
        **typed,
    )


def _voices(voices: Any) -> list[BallotVoice]:
    return list(voices)
