"""What the facts of a session say in its minutes, section by section (R-DOC-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from council.enums import EntryKind, ItemState, Matter
from council.models import AgendaItem, Meeting
from council.rules.result import ItemResult
from council.rules.session import Kind
from council.rules.voters import quorum_of
from council.rules.wording.events import (
    closing_sentence,
    no_quorum_sentence,
    secretary_sentence,
    suspension_sentence,
    urgency_refused_sentence,
    withdrawal_sentence,
)
from council.rules.wording.happenings import happening_sentence
from council.rules.wording.hours import told_hour
from council.rules.wording.people import Named
from council.rules.wording.results import minutes_of_attendance
from council.services.acts.results import results
from council.services.session.reading import ref_of, sitting_of
from council.services.session.words import ballot_sentence, people, with_titular

if TYPE_CHECKING:
    from council.services.session.reading import Sitting

OPENING, CLOSING = "opening", "closing"
#: Between what comes before the discussion and what comes after it, in the facts of a section.
DISCUSSION = "\n---\n"


#: What becomes of a point without a vote is said with its reason.
_WITH_A_REASON = (ItemState.WITHDRAWN, ItemState.POSTPONED, ItemState.ADJOURNED)
_NEVER_LISTED = (
    ItemState.DRAFT,
    ItemState.PROPOSED,
    ItemState.RETURNED,
    ItemState.READY,
    ItemState.ABANDONED,
)


@dataclass(frozen=True, slots=True)
class Told:
    """One section as the facts give it."""

    part: str
    heading: str
    facts: str
    item: AgendaItem | None = None


def tell_session(meeting: Meeting) -> list[Told]:
    """Every section of the minutes of this session, in order."""
    sitting = sitting_of(meeting)
    known = results(meeting)
    items = list(
        AgendaItem.objects.filter(meeting=meeting)
        .exclude(state__in=_NEVER_LISTED)
        .select_related("rapporteur")
        .order_by("number", "position", "pk")
    )
    sections = [Told(OPENING, "Ouverture de la séance", _opening(sitting, meeting))]
    for item in items:
        heading = f"{item.number or item.position}. {item.title}"
        facts = _point(sitting, item, known.get(item.pk))
        sections.append(Told("", heading[:420], facts, item))
    sections.append(Told(CLOSING, "Fin de la séance", _closing(sitting, meeting)))
    return sections


def _local(at: datetime, meeting: Meeting) -> datetime:
    return at.astimezone(meeting.tz)


def _opening(sitting: Sitting, meeting: Meeting) -> str:
    session, frame = sitting.session, sitting.frame
    lines = []
    opened = session.opened_at or meeting.opened_at
    if opened is not None:
        chair = session.chairs[0][1] if session.chairs else ""
        under = f", sous la présidence de {sitting.name(chair).titled}" if chair else ""
        lines.append(f"La séance est ouverte à {told_hour(_local(opened, meeting))}{under}.")
        there = frozenset(
            ref for ref, stays in session.stays.items() if stays and stays[0].arrived is None
        )
        counted = quorum_of(session.opening) if session.opening else session.quorum
        given = session.opening.proxies if session.opening else frame.proxies
        stand_ins = session.opening.stand_ins if session.opening else {}
        replaced = set(stand_ins.values())
        givers = [ref for ref in frame.members if ref in given and ref not in there | replaced]
        away = [ref for ref in frame.members if ref not in there | replaced | set(givers)]
        if session.stays:
            lines += minutes_of_attendance(
                [
                    Named(with_titular(sitting, ref, stand_ins), sitting.name(ref).gender)
                    for ref in (*frame.members, *frame.others)
                    if ref in there
                ],
                [(sitting.name(ref), sitting.name(given[ref])) for ref in givers],
                people(sitting, (ref for ref in away if ref not in session.excused)),
                people(sitting, (ref for ref in away if ref in session.excused)),
            )
            lines.append(f"Membres en exercice : {len(frame.members)}. {counted.sentence}")
    elif session.quorum_missed_at is not None:
        counted = session.quorum
        lines.append(no_quorum_sentence(meeting.local_start, counted.counted, counted.needed))
    if session.secretaries:
        lines.append(secretary_sentence([sitting.name(ref) for ref in session.secretaries]))
    lines += _happenings(sitting, "", decided=False)
    lines += _notes(sitting, None)
    return "\n".join(lines)


def _point(
    sitting: Sitting,
    item: AgendaItem,
    result: ItemResult | None,
) -> str:
    before: list[str] = []
    if item.rapporteur is not None:
        before.append(f"Rapporteur : {item.rapporteur.full_name}.")
    if item.closed_doors:
        before.append("Ce point est examiné à huis clos.")
    state = sitting.session.points.get(str(item.uid))
    if state is not None:
        for ref, basis in state.withdrawn.items():
            before.append(withdrawal_sentence([sitting.name(ref)], basis))
        if state.quorum is not None:
            before.append(state.quorum.sentence)
    before += _happenings(sitting, ref_of(item), decided=False)
    before += _notes(sitting, item)
    if item.summary:
        before.append(item.summary)
    after = _decision(result) if result else []
    if item.state == ItemState.AMENDED:
        after += _rewritten(sitting, item)
    if item.state_reason and item.state in _WITH_A_REASON:
        after.append(f"Motif : {item.state_reason}")
    if item.matter == Matter.URGENCY and item.state == ItemState.REJECTED:
        fallen = [sitting.items[point.ref] for point in sitting.frame.hurried(ref_of(item))]
        after.append(urgency_refused_sentence([one.number or one.position for one in fallen]))
    after += _happenings(sitting, ref_of(item), decided=True)
    return "\n".join(before) + DISCUSSION + "\n".join(after)


def _decision(result: ItemResult) -> list[str]:
    """The result, and the names that its sentence leaves out."""
    told = [result.sentence] if result.sentence else []
    for words, names in (
        ("Pour", result.in_favour_names),
        ("Contre", result.against_names),
        ("Abstention", result.abstaining_names),
    ):
        if names and not all(name in result.sentence for name in names):
            told.append(f"{words} : {', '.join(names)}.")
    return told


def _happenings(sitting: Sitting, item: str, *, decided: bool) -> list[str]:
    """Who came and left, which pouvoirs counted, who presided: in order, while that point was the
    last one called (none: before the first), before its decision or after it."""
    session, meeting = sitting.session, sitting.meeting
    until = dict(session.suspensions)
    apart = {vote.n: vote for vote in session.votes_apart}
    told = []
    for one in session.happenings:
        if one.item != item or one.decided is not decided:
            continue
        if one.kind is Kind.SUSPENDED:
            back = until.get(one.at)
            local = _local(back, meeting) if back else None
            told.append(suspension_sentence(_local(one.at, meeting), local))
        elif one.n in apart:
            told.append(ballot_sentence(sitting, apart[one.n]))
        else:
            told.append(happening_sentence(one, sitting.name, _local(one.at, meeting)))
    return [words for words in told if words]


def _notes(sitting: Sitting, item: AgendaItem | None) -> list[str]:
    """The notes that the secretary typed in session, where they were typed."""
    kept = []
    for entry in sitting.entries:
        if entry.kind != EntryKind.NOTE:
            continue
        mine = entry.item_id == item.pk if item is not None else entry.item_id is None
        text = str(entry.data.get("text") or entry.data.get("note") or "").strip()
        if mine and text:
            kept.append(text)
    return kept


def _rewritten(sitting: Sitting, item: AgendaItem) -> list[str]:
    """What the secretary typed that was changed in the text adopted."""
    return [
        f"Ce qui a été modifié\u00a0: {entry.data['text']}"
        for entry in sitting.entries
        if entry.kind == EntryKind.OUTCOME and entry.item_id == item.pk and entry.data.get("text")
    ]


def _closing(sitting: Sitting, meeting: Meeting) -> str:
    closed = sitting.session.closed_at or meeting.adjourned_at
    return closing_sentence(_local(closed, meeting)) if closed else ""
