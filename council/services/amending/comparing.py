"""The dossier as a change would make it, beside the one that was sent. Reading only."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from council import papers
from council.dossier.data import Dossier
from council.dossier.differences import Line, differences
from council.dossier.manifest import Manifest, read_manifest
from council.enums import ItemKind, ItemState, Matter
from council.law import ordinary_notice_of, policy_of, urgent_notice_of
from council.models import (
    AgendaItem,
    AgendaItemDocument,
    Amendment,
    Counter,
    DossierEdition,
    Meeting,
)
from council.rules.agenda import Setting
from council.rules.amending import Verdict, judge
from council.rules.changes import Sent, SentItem
from council.services import agenda, convening, numbering
from council.services.copies import content_fields
from documents.access import is_trashed


@dataclass(slots=True)
class Draft:
    """What would leave now: points with their pieces pinned to the versions of now.

    ``origins`` gives, for each point in order, the row whose words it takes; ``gone`` names the
    pieces that are in the trash.
    """

    meeting: Meeting
    items: list[AgendaItem]
    pieces: list[AgendaItemDocument]
    fresh: list[AgendaItem]
    gone: list[str] = field(default_factory=list)

    def manifest(self, *, edition: int, at: datetime, urgency_reason: str = "") -> Manifest:
        """Everything that the papers would say."""
        return papers.freeze(
            self.meeting,
            self.items,
            self.pieces,
            edition=edition,
            at=at,
            urgency_reason=urgency_reason,
        )


def in_preparation(meeting: Meeting) -> Amendment | None:
    """The change being prepared for this meeting, if one is."""
    return Amendment.objects.filter(meeting=meeting).open().select_related("meeting").first()


def last_edition(meeting: Meeting) -> DossierEdition:
    """What the members have in hand."""
    return DossierEdition.objects.filter(meeting=meeting).latest("n")


def draft_of(amendment: Amendment) -> Draft:
    """The points as sent, those written anew in their new words, then those added."""
    meeting = copy.copy(amendment.meeting)
    meeting.starts_at = amendment.starts_at or meeting.starts_at
    meeting.place = amendment.place or meeting.place
    waiting = list(
        AgendaItem.objects.filter(amendment=amendment, state=ItemState.READY)
        .select_related("rapporteur", "amends", "section")
        .order_by("position", "pk")
    )
    anew = {one.amends_id: one for one in waiting if one.amends_id is not None}
    fresh = [one for one in waiting if one.amends_id is None]
    sent = list(agenda.listed(meeting).select_related("rapporteur", "section"))
    rows = list(
        AgendaItemDocument.objects.filter(item__in=[*sent, *waiting])
        .select_related("document__current_version", "document__folder", "pinned_version", "item")
        .order_by("position", "pk")
    )
    by_item: dict[int, list[AgendaItemDocument]] = {}
    for row in rows:
        by_item.setdefault(row.item_id, []).append(row)
    draft = Draft(meeting, [], [], fresh)
    for item in sent:
        wording = anew.get(item.pk)
        draft.items.append(_worded(item, wording))
        source = item if wording is None else wording
        _take(draft, item, by_item.get(source.pk, []), pinned=wording is None)
    first = _next_number(meeting)
    for number, item in enumerate(fresh, start=first):
        told = copy.copy(item)
        told.number = number
        if item.matter == Matter.URGENCY:
            draft.items.insert(0, told)
        else:
            draft.items = agenda.inserted(draft.items, told)
        _take(draft, told, by_item.get(item.pk, []), pinned=False)
    order = {item.pk: rank for rank, item in enumerate(draft.items)}
    draft.pieces.sort(key=lambda piece: (order[piece.item_id], piece.position))
    return draft


def _worded(item: AgendaItem, wording: AgendaItem | None) -> AgendaItem:
    if wording is None:
        return item
    told = copy.copy(item)
    for name in content_fields():
        setattr(told, name, getattr(wording, name))
    told.rapporteur = wording.rapporteur
    return told


def _take(
    draft: Draft, item: AgendaItem, rows: Sequence[AgendaItemDocument], *, pinned: bool
) -> None:
    for row in rows:
        told = copy.copy(row)
        told.item = item
        if not pinned:
            version = row.document.current_version
            if version is None or is_trashed(row.document):
                draft.gone.append(row.document.title)
                continue
            told.pinned_version = version
            told.label = row.document.title
        draft.pieces.append(told)


def _next_number(meeting: Meeting) -> int:
    """The number that the next point would take. Told, not given."""
    counter = Counter.objects.filter(
        organisation=meeting.organisation_id, name=numbering.item_numbers(meeting)
    ).first()
    return counter.last + 1 if counter else 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """A change as it stands: what was sent, what would leave, what differs, what the law says."""

    before: Dossier
    after: Dossier
    lines: list[Line]
    verdict: Verdict
    digest: str
    edition: int
    gone: tuple[str, ...]


def compare(amendment: Amendment, *, now: datetime) -> Comparison:
    """What this change would do if it left now."""
    sent = last_edition(amendment.meeting)
    draft = draft_of(amendment)
    number = convening.next_edition(amendment.meeting)
    # Dated by what was agreed to, not by the moment of looking: the digest is that of the words.
    frozen = draft.manifest(
        edition=number, at=amendment.created_at, urgency_reason=amendment.urgency_reason
    )
    before, after = read_manifest(sent.manifest), read_manifest(frozen.content)
    meeting = draft.meeting
    verdict = judge(
        _as_sent(before),
        _as_sent(after),
        now=now,
        notice=ordinary_notice_of(amendment.meeting),
        urgent=urgent_notice_of(amendment.meeting),
        policy=policy_of(meeting),
        minor_reason=amendment.minor_reason,
        urgency_reason=amendment.urgency_reason,
    )
    return Comparison(
        before,
        after,
        differences(before, after),
        verdict,
        frozen.sha256,
        number,
        tuple(draft.gone),
    )


def _as_sent(dossier: Dossier) -> Sent:
    """A dossier as the rules see it. Only what carries a vote matters of a point's kind."""
    return Sent(
        Setting(dossier.session.local_start, dossier.session.place),
        tuple(
            SentItem(
                ref=point.uid,
                title=point.title,
                kind=ItemKind.INFORMATION if point.for_information else ItemKind.DELIBERATION,
                text=f"{point.summary}\n\n{point.proposed_text}",
                pieces={
                    f"{piece.title} {rank}": piece.sha256 for rank, piece in enumerate(point.pieces)
                },
            )
            for point in dossier.points
            if point.number
        ),
    )
