"""Votes as the secretary enters them, and what follows at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction

from council.enums import EntryKind, Matter
from council.models import AgendaItem, Ballot, SessionEntry
from council.rules.session import BallotFacts, Verb
from council.rules.session.facts import About
from council.services.locking import lock_meeting
from council.services.session.reading import DIRECTIONS, Sitting, ref_of, sitting_of
from council.services.session.recording import Impossible, Pen, write, write_on
from council.services.session.rewording import changes_of


def _typed(ballot: BallotFacts) -> dict[str, object]:
    """What was typed and is neither a voice nor a candidate: kept as it was, with the entry."""
    kept: dict[str, object] = {
        name: getattr(ballot, name)
        for name in (
            *("in_favour", "against", "abstentions", "not_voting", "blank", "void"),
            *("at_once", "eldest", "asking_public", "asking_secret", "asking_doors"),
            "asked_by_chair",
        )
    }
    if ballot.chair_choice is not None:
        kept["chair_choice"] = DIRECTIONS[ballot.chair_choice]
    return {name: value for name, value in kept.items() if value not in (None, "")}


@transaction.atomic
def record_ballot(
    *,
    pen: Pen,
    ballot: BallotFacts,
    item: AgendaItem | None = None,
    amended: bool = False,
    text: str = "",
    former: str = "",
    wording: str = "",
    decide: bool = True,
) -> SessionEntry:
    """One vote. On a point itself, what it decides is noted at once; ``amended`` when the text was
    changed in session (``text`` tells how), which an amendment adopted says by itself. ``former``
    and ``wording``: the words of the text that go, and those that come. A nomination is decided
    once every seat is filled.
    """
    if item is not None and item.matter == Matter.URGENCY and ballot.about is About.ITEM:
        return vote_urgency(pen=pen, item=item, ballot=ballot)
    words = {
        name: said for name, said in (("former", former), ("wording", wording)) if said.strip()
    }
    own = words if ballot.about is About.AMENDMENT else {}
    entry, told = write_on(
        pen, EntryKind.BALLOT, item=item, data={"ballot": _typed(ballot), **own}, ballot=ballot
    )
    if ballot.about is About.ITEM and decide and item is not None:
        carried = _carried(entry, told)
        changed = amended or _was_amended(item, told)
        verb = (Verb.ADOPT_AMENDED if changed else Verb.ADOPT) if carried else Verb.REJECT
        _follow(pen, entry, item, verb, text=text, words=words if carried else {}, told=told)
    return entry


def _carried(entry: SessionEntry, told: Sitting | None) -> bool:
    """What the vote just entered decided; ``told`` is None for an entry that was known."""
    if told is None:
        return bool(Ballot.objects.get(entry=entry).carried)
    return any(
        bool(vote.carried)
        for point in told.session.points.values()
        for vote in point.ballots
        if vote.n == entry.n
    )


def _was_amended(item: AgendaItem, told: Sitting | None) -> bool:
    """Whether an amendment of this point was adopted before its text was voted."""
    if told is None:
        return bool(changes_of(item))
    point = told.session.points[ref_of(item)]
    return any(vote.carried and vote.facts.about is About.AMENDMENT for vote in point.ballots)


@transaction.atomic
def vote_urgency(*, pen: Pen, item: AgendaItem, ballot: BallotFacts) -> SessionEntry:
    """R-CONV-06: the council decides on the urgency first. Refused, the points that came with it
    are put off by themselves: all of them, or those of a complementary convocation."""
    lock_meeting(pen.meeting)
    if item.matter != Matter.URGENCY:
        raise Impossible("Ce point n’est pas l’approbation de l’urgence.")
    entry = write(pen, EntryKind.BALLOT, item=item, data={"ballot": _typed(ballot)}, ballot=ballot)
    carried = Ballot.objects.get(entry=entry).carried
    _follow(pen, entry, item, Verb.ADOPT if carried else Verb.REJECT)
    if not carried:
        now = sitting_of(pen.meeting, rehearsal=pen.rehearsal)
        for point in now.frame.hurried(ref_of(item)):
            if now.session.points[point.ref].verb is None:
                other = now.items[point.ref]
                _follow(pen, entry, other, Verb.POSTPONE, reason="Urgence non approuvée.")
    return entry


def vote_huis_clos(
    *, pen: Pen, ballot: BallotFacts, item: AgendaItem | None = None
) -> SessionEntry:
    """R-VOT-09: without debate, by the majority of the members present or represented."""
    told = replace(ballot, about=About.CLOSED_DOORS)
    return record_ballot(pen=pen, ballot=told, item=item)


def _follow(
    pen: Pen,
    entry: SessionEntry,
    item: AgendaItem,
    verb: Verb,
    *,
    reason: str = "",
    text: str = "",
    words: Mapping[str, str] | None = None,
    told: Sitting | None = None,
) -> None:
    data = {"outcome": verb.value, "with": str(entry.uid), "reason": reason, "text": text.strip()}
    data |= words or {}
    write_on(
        pen.then(f"{verb.value}:{item.uid}"),
        EntryKind.OUTCOME,
        item=item,
        data={name: value for name, value in data.items() if value},
        told=told,
    )
