"""One entry more, or one entry less: the only two ways in which a sitting changes.

Lock the meeting, then check the right, then fold everything with the new fact: what would be
impossible is refused with its reason. The same key twice is one entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person
from config.lib.access import require
from council import audit
from council.access import can_record
from council.enums import BallotMode, EntryKind, MeetingState
from council.models import (
    Act,
    AgendaItem,
    Ballot,
    BallotChoice,
    BallotVoice,
    Meeting,
    SessionEntry,
)
from council.rules import Finding
from council.rules.session import BallotFacts, Fact, Kind, fold
from council.rules.session.fold import Folding
from council.rules.wording.hours import told_hour
from council.services.locking import lock_meeting
from council.services.refusals import Refusal
from council.services.session.projecting import project
from council.services.session.reading import DIRECTIONS, Sitting, fact_of, sitting_of

#: A clock may run a little fast; an entry is not of tomorrow.
_FAST = timedelta(minutes=2)
_ENTERED_IN = (
    MeetingState.CONVENED,
    MeetingState.OPEN,
    MeetingState.NO_QUORUM,
    MeetingState.ADJOURNED,
)


class SessionShut(Refusal):
    """Nothing is entered any more, or not yet."""


class Impossible(Refusal):
    """What was entered cannot be; the message says why."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes, where, at which legal hour. ``key`` is chosen by the laptop, once per entry."""

    actor: Actor
    meeting: Meeting
    key: UUID
    at: datetime
    now: datetime
    rehearsal: bool = False

    def then(self, what: str) -> Pen:
        """The pen of what follows from the entry: the same key gives the same following key."""
        return replace(self, key=uuid5(self.key, what))


def write(pen: Pen, kind: EntryKind, **what: Any) -> SessionEntry:
    """Enter one fact. Entered before with the same key, it is given back as it is."""
    return write_on(pen, kind, **what)[0]


@transaction.atomic
def write_on(
    pen: Pen,
    kind: EntryKind,
    *,
    person: Person | None = None,
    item: AgendaItem | None = None,
    data: Mapping[str, Any] | None = None,
    ballot: BallotFacts | None = None,
    told: Sitting | None = None,
) -> tuple[SessionEntry, Sitting | None]:
    """Enter one fact, and give the sitting as it is then (None for an entry that was known).

    ``told``: the sitting as the caller read it in this transaction, the meeting held since.
    """
    if told is not None and told.last_n is not None:
        # It follows from the entry just written: all this was looked at for that one.
        meeting, n = told.meeting, told.last_n + 1
    else:
        meeting = lock_meeting(pen.meeting)
        require(can_record(pen.actor, meeting))
        known = SessionEntry.objects.filter(client_key=pen.key).first()
        if known is not None:
            if known.meeting_id != meeting.pk or known.rehearsal != pen.rehearsal:
                raise Impossible("Cette saisie est celle d’une autre séance.")
            return known, None
        check_open(meeting, rehearsal=pen.rehearsal)
        if not pen.rehearsal and pen.at > pen.now + _FAST:
            raise Impossible("Cette heure n’est pas encore passée.")
        last = (
            SessionEntry.objects.filter(meeting=meeting, rehearsal=pen.rehearsal)
            .order_by("-n")
            .values_list("n", flat=True)
            .first()
        )
        n = (last or 0) + 1
    before = told or sitting_of(meeting, rehearsal=pen.rehearsal)
    entry = SessionEntry(
        organisation=meeting.organisation,
        meeting=meeting,
        n=n,
        kind=kind,
        at=pen.at,
        recorded_at=pen.now,
        recorded_by=pen.actor.person,
        person=person,
        item=item,
        data=dict(data or {}),
        client_key=pen.key,
        rehearsal=pen.rehearsal,
    )
    fact = replace(_fact(entry), ballot=ballot)
    facts = (*before.facts, fact)
    folding = before.folding or Folding(before.frame, before.facts)
    session = folding.add(fact)
    refuse_contradictions(before, session.contradictions, own=entry.n)
    entry.save()
    if ballot is not None:
        _keep_ballot(entry, ballot, before)
    after = replace(
        before,
        entries=(*before.entries, entry),
        facts=facts,
        session=session,
        folding=folding,
        last_n=n,
    )
    project(after, before, actor=pen.actor, now=pen.now)
    if not pen.rehearsal:
        record(
            pen.actor,
            audit.SESSION_ENTERED,
            meeting,
            now=pen.now,
            data={"entry": str(entry.uid), "kind": entry.kind, "n": entry.n},
        )
    return entry, after


def _fact(entry: SessionEntry) -> Fact:
    """The fact of a row not saved yet, its ballot left aside."""
    kind = entry.kind
    if kind != EntryKind.BALLOT:
        return fact_of(entry)
    entry.kind = EntryKind.NOTE
    fact = fact_of(entry)
    entry.kind = kind
    return replace(fact, kind=Kind.BALLOT)


def check_open(meeting: Meeting, *, rehearsal: bool) -> None:
    """Whether anything may be entered. A rehearsal is before the session, the rest is before its
    papers are made."""
    if meeting.cancelled_at is not None:
        raise SessionShut("Cette séance est annulée.")
    if rehearsal:
        if meeting.opened_at is not None or meeting.quorum_missed_at is not None:
            raise SessionShut("La séance a commencé : on ne répète plus.")
        return
    if meeting.state not in _ENTERED_IN:
        raise SessionShut(
            "La séance s’ouvre une fois convoquée."
            if meeting.convened_at is None
            else "Le procès-verbal existe : la séance ne se corrige plus ici."
        )
    if Act.objects.filter(item__meeting=meeting).exists():
        raise SessionShut("Les délibérations sont faites : la séance ne se corrige plus ici.")


def refuse_contradictions(before: Sitting, found: Any, *, own: int = 0) -> None:
    """Refuse what is impossible, or what would make impossible something entered before."""
    former = {one.n for one in before.session.contradictions}
    fresh = [one for one in found if one.n not in former]
    mine = next((one.finding for one in fresh if one.n == own), None)
    if mine is not None:
        raise Impossible(mine.message, [mine])
    if fresh:
        finding: Finding = fresh[0].finding
        other = label_of(before.entry(fresh[0].n))
        raise Impossible(f"Cela contredit « {other} » : {finding.message}", [finding])


def label_of(entry: SessionEntry) -> str:
    """« Vote, point 3, 20 h 14 »."""
    parts = [entry.get_kind_display()]
    if entry.item is not None and entry.item.number:
        parts.append(f"point {entry.item.number}")
    if entry.person is not None:
        parts.append(entry.person.full_name)
    parts.append(told_hour(entry.at.astimezone(entry.meeting.tz)))
    return ", ".join(parts)


def _keep_ballot(entry: SessionEntry, ballot: BallotFacts, sitting: Sitting) -> None:
    """The vote's rows. A secret one has no voice by name, and the database refuses it."""
    row = Ballot.objects.create(
        organisation=entry.organisation,
        meeting=entry.meeting,
        entry=entry,
        item=entry.item,
        rehearsal=entry.rehearsal,
        about=ballot.about.value,
        mode=ballot.mode.value,
        round=ballot.round,
        question=ballot.question,
    )
    if row.mode != BallotMode.SECRET:
        BallotVoice.objects.bulk_create(
            BallotVoice(
                organisation=entry.organisation,
                ballot=row,
                person=sitting.people[ref],
                direction=DIRECTIONS[choice],
            )
            for ref, choice in ballot.voices.items()
        )
    BallotChoice.objects.bulk_create(
        BallotChoice(
            organisation=entry.organisation,
            ballot=row,
            position=position,
            label=label,
            person=next((p for p in sitting.people.values() if p.full_name == label), None),
            votes=votes,
        )
        for position, (label, votes) in enumerate(ballot.choices.items(), start=1)
    )


@transaction.atomic
def cancel_entry(*, actor: Actor, entry: SessionEntry, now: datetime) -> SessionEntry:
    """Take an entry back, with those that followed from it. It stays readable, crossed out.

    What was entered since and rests on it is cancelled first, by hand: the message says what.
    """
    meeting = lock_meeting(entry.meeting)
    require(can_record(actor, meeting))
    locked = SessionEntry.objects.select_related("item", "person").get(pk=entry.pk)
    if locked.cancelled_at is not None:
        return locked
    check_open(meeting, rehearsal=locked.rehearsal)
    before = sitting_of(meeting, rehearsal=locked.rehearsal)
    gone = [
        one
        for one in before.entries
        if one.pk == locked.pk or one.data.get("with") == str(locked.uid)
    ]
    numbers = {one.n for one in gone}
    facts = tuple(fact for fact in before.facts if fact.n not in numbers)
    session = fold(before.frame, facts)
    refuse_contradictions(before, session.contradictions)
    SessionEntry.objects.filter(pk__in=[one.pk for one in gone]).update(
        cancelled_at=now, cancelled_by=actor.person
    )
    after = replace(
        before,
        entries=tuple(one for one in before.entries if one.n not in numbers),
        facts=facts,
        session=session,
        folding=None,
    )
    project(after, before, actor=actor, now=now)
    if not locked.rehearsal:
        record(
            actor,
            audit.SESSION_CORRECTED,
            meeting,
            now=now,
            data={"entry": str(locked.uid), "kind": locked.kind, "n": locked.n},
        )
    locked.refresh_from_db()
    return locked
