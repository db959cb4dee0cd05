"""What the secretary's one screen shows: the point, the room, the agenda, the journal."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

from django.urls import reverse

from config.lib.text import hour, plural
from council.enums import EntryKind
from council.models import AnnouncedWithdrawal, Meeting, SessionEntry
from council.rules.session import PointState, Verb
from council.rules.session.fold import VOTABLE
from council.rules.voters import proxies_in_effect, votes_of
from council.rules.wording import agreed
from council.services.session import words
from council.services.session.reading import Sitting, ref_of
from council.services.session.recording import label_of
from council.views.session_entry import CANDIDATES

LATEST = 15
_OUTCOMES = {
    Verb.ADOPT: ("Adopté", "success"),
    Verb.ADOPT_AMENDED: ("Adopté modifié", "success"),
    Verb.REJECT: ("Rejeté", "danger"),
    Verb.ADJOURN: ("Ajourné", "warn"),
    Verb.WITHDRAW: ("Retiré", "warn"),
    Verb.POSTPONE: ("Reporté", "warn"),
    Verb.NOTE: ("Pris acte", "info"),
}


class Fresh:
    """A new key each time that a template writes it: a form sent twice is one entry."""

    def __str__(self) -> str:
        return str(uuid4())


def screen(told: Sitting, *, org: str, late: bool) -> dict[str, Any]:
    """The whole screen."""
    session, meeting = told.session, told.meeting
    current = session.current or last_decided(told)
    order = list(told.items)
    return {
        "meeting": meeting,
        "org": org,
        "rehearsal": told.rehearsal,
        "late": _hour_typed(told) if late else "",
        "fresh": Fresh(),
        "enter_url": reverse("council:session-enter", args=[org, meeting.uid]),
        "is_open": session.is_open,
        "is_over": session.is_over,
        "opened": hour(session.opened_at.astimezone(meeting.tz)) if session.opened_at else "",
        "closed": hour(session.closed_at.astimezone(meeting.tz)) if session.closed_at else "",
        "no_quorum": session.quorum_missed_at is not None,
        "suspended": session.suspended_at is not None,
        "doors_closed": session.doors_closed,
        "quorum": session.quorum.sentence,
        "quorum_reached": session.quorum.reached,
        "chair": told.name(session.chair).name if session.chair else "",
        "secretaries": ", ".join(told.name(ref).name for ref in session.secretaries),
        "point": point_of(told, current) if current else None,
        "point_ref": session.current,
        "announced": _announced(told, session.current) if session.current else [],
        **_vote_on(told, order),
        "next": next_of(told, order, current),
        "points": [_line(told, ref) for ref in order],
        "left": sum(1 for ref in order if session.points[ref].verb is None),
        "people": people_of(told),
        "awaited": _awaited(told),
        "alternates": [{"ref": ref, "name": told.name(ref).name} for ref in told.frame.alternates],
        "titulars": [
            {"ref": ref, "name": told.name(ref).name}
            for ref in told.frame.members
            if told.frame.alternates
        ],
        "voters": _voters(told),
        "candidates": range(1, CANDIDATES + 1),
        "doubtful": [
            {
                "words": f"{one.giver.full_name} → {one.holder.full_name}",
                "url": reverse("council:proxy-confirm", args=[org, one.uid]),
            }
            for one in told.doubtful
        ],
        "journal": journal_of(told),
    }


def _hour_typed(told: Sitting) -> str:
    """Typed afterwards: the hour that a form begins with, that of the last fact."""
    last = max(told.entries, key=lambda entry: entry.n, default=None)
    at = last.at if last else told.meeting.starts_at
    return at.astimezone(told.meeting.tz).strftime("%H:%M")


def _announced(told: Sitting, ref: str) -> list[dict[str, str]]:
    """Who announced to whoever records that they would take no part in this point, and is not
    withdrawn yet. The page is only ever shown to those who record."""
    point, item = told.session.points.get(ref), told.items.get(ref)
    if point is None or item is None or point.verb is not None:
        return []
    rows = AnnouncedWithdrawal.objects.filter(item=item).select_related("person")
    return [
        {
            "ref": ref_of(row.person),
            "name": told.name(ref_of(row.person)).name,
            "basis": row.basis,
            "why": row.get_basis_display(),
        }
        for row in rows.order_by("announced_at", "pk")
        if ref_of(row.person) not in point.withdrawn and ref_of(row.person) in told.people
    ]


def _vote_on(told: Sitting, order: list[str]) -> dict[str, Any]:
    """What the vote forms speak of: the current point, else, folded away, the one to come (the
    script needs them where the network is gone)."""
    current = told.session.current
    point = told.session.points.get(current)
    item = told.items.get(current)
    may = bool(item and point and item.kind in VOTABLE and not point.vote and not point.verb)
    following = next_of(told, order, current)
    ref = current if may else following["ref"] if following else ""
    return {
        "vote_ref": ref,
        "vote_open": may,
        "vote_nomination": bool(may and item and item.matter in ("nomination", "mayor_election")),
    }


def last_decided(told: Sitting) -> str:
    """The point just decided stays on the screen until the next one is called."""
    decided = [point for point in told.session.points.values() if point.verb and point.called_at]
    return max(decided, key=lambda point: point.decided_n).ref if decided else ""


def next_of(told: Sitting, order: list[str], current: str) -> dict[str, Any] | None:
    """The first point not decided after the current one, then from the start."""
    place = order.index(current) + 1 if current in order else 0
    for ref in (*order[place:], *order[:place]):
        if ref != current and told.session.points[ref].verb is None:
            return _line(told, ref)
    return None


def _line(told: Sitting, ref: str) -> dict[str, Any]:
    item, point = told.items[ref], told.session.points[ref]
    outcome, tone = _OUTCOMES.get(point.verb, ("", "neutral")) if point.verb else ("", "neutral")
    return {
        "ref": ref,
        "number": item.number or "",
        "title": item.title,
        "outcome": outcome,
        "tone": tone,
        "current": ref == told.session.current,
        "votable": item.kind in VOTABLE,
        "sentence": _sentence(told, point),
    }


def _sentence(told: Sitting, point: PointState) -> str:
    return " ".join(words.ballot_sentence(told, vote) for vote in point.ballots)


def point_of(told: Sitting, ref: str) -> dict[str, Any]:
    """The point under discussion, written large."""
    item, point = told.items[ref], told.session.points[ref]
    return _line(told, ref) | {
        "kind": item.get_kind_display(),
        "matter": item.matter,
        "rapporteur": item.rapporteur.full_name if item.rapporteur else "",
        "quorum": point.quorum.sentence if point.quorum else "",
        "quorum_reached": point.quorum.reached if point.quorum else True,
        "voted": point.vote is not None,
        "withdrawn": [one.name for one in words.people(told, point.withdrawn)],
        "nomination": item.matter in ("nomination", "mayor_election"),
    }


def people_of(told: Sitting) -> list[dict[str, Any]]:
    """The grid of names, in the order of the tableau: who is there, who speaks for whom."""
    session = told.session
    speaks = proxies_in_effect(session.seats)
    given = {**session.proxies, **session.waiting}
    roles = _roles(told)
    rows = []
    for ref in (*told.frame.members, *told.frame.others):
        here = ref in session.present
        details = roles.get(ref, [])
        if not here and ref in given:
            holder = told.name(given[ref]).name
            details.append(
                f"pouvoir à {holder}" + ("" if ref in speaks else " (non exercé maintenant)")
            )
        if not here and ref in session.excused:
            details.append(agreed("excusé", [told.name(ref)]))
        before = session.opened_at is None
        word = "présent" if here else "représenté" if ref in speaks else "absent"
        rows.append(
            {
                "ref": ref,
                "name": told.name(ref).name,
                "state": "present" if here else "represented" if ref in speaks else "absent",
                "where": ", ".join([agreed(word, [told.name(ref)]), *details]),
                "kind": EntryKind.DEPARTURE.value
                if here
                else (EntryKind.PRESENT if before else EntryKind.ARRIVAL).value,
                "on": (EntryKind.PRESENT if before else EntryKind.ARRIVAL).value,
                "has_proxy": ref in given,
            }
        )
    return rows


def _awaited(told: Sitting) -> list[str]:
    """Before the opening: who is expected and not noted yet, so that the roll call may begin with
    all of them. Who is excused, gave a pouvoir or only stands in is noted by name."""
    session = told.session
    if session.opened_at is not None or session.quorum_missed_at is not None:
        return []
    given = {**session.proxies, **session.waiting}
    away = session.present | session.excused | given.keys() | told.frame.alternates.keys()
    refs = [ref for ref in (*told.frame.members, *told.frame.others) if ref not in away]
    return refs if len(refs) > 1 else []


def _roles(told: Sitting) -> dict[str, list[str]]:
    """What people are in this session, beside being there."""
    session = told.session
    roles: dict[str, list[str]] = {ref: [] for ref in told.people}
    if session.chair:
        roles[session.chair].append("préside")
    for ref in session.secretaries:
        roles[ref].append("secrétaire")
    for ref, own in told.frame.alternates.items():
        if ref not in session.seats.stand_ins:
            whose = f" de {told.name(own).name}" if own else ""
            roles[ref].append(agreed("suppléant", [told.name(ref)]) + whose)
    for ref, titular in session.seats.stand_ins.items():
        roles[ref].append(f"siège pour {told.name(titular).name}")
        by = told.name(ref).name
        roles[titular].append(f"{agreed('suppléé', [told.name(titular)])} par {by}")
    for ref in session.seats.withdrawn:
        roles[ref].append("ne prend pas part")
    for giver, holder in {**session.proxies, **session.waiting}.items():
        if holder in session.present:
            roles[holder].append(f"a le pouvoir de {told.name(giver).name}")
    return roles


def _voters(told: Sitting) -> list[dict[str, str]]:
    """Whose voices may be given now."""
    voices = votes_of(told.session.seats)
    return [
        {
            "ref": ref,
            "name": told.name(ref).name
            + (f" (par {told.name(voices[ref]).name})" if voices[ref] != ref else ""),
        }
        for ref in (*told.frame.members, *told.frame.others)
        if ref in voices
    ]


def journal_of(told: Sitting) -> list[dict[str, Any]]:
    """The latest entries first; each may be taken back."""
    together = Counter(entry.data["with"] for entry in told.entries if _with_others(entry))
    shown = (entry for entry in told.entries if not _with_others(entry))
    latest = sorted(shown, key=lambda entry: -entry.n)[:LATEST]
    last = next((entry for entry in latest if not entry.data.get("with")), None)
    return [_told(entry, together[str(entry.uid)]) | {"last": entry is last} for entry in latest]


def _with_others(entry: SessionEntry) -> bool:
    """One of those noted present at once: the first of them speaks for all."""
    return entry.kind == EntryKind.PRESENT and bool(entry.data.get("with"))


def _told(entry: SessionEntry, others: int) -> dict[str, Any]:
    extra = str(entry.data.get("text") or entry.data.get("reason") or "")
    if others:
        extra = f"et {plural(others, 'autre personne', 'autres personnes')}"
    return {
        "uid": str(entry.uid),
        "words": label_of(entry),
        "extra": extra[:140],
        "follows": bool(entry.data.get("with")),
        "by": entry.recorded_by.full_name,
    }


def saved_at(meeting: Meeting, entry: SessionEntry) -> str:
    """20:14:03, as the line of the screen says it."""
    return entry.recorded_at.astimezone(meeting.tz).strftime("%H:%M:%S")
