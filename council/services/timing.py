"""The legal clock of a meeting, as every page says it: one function, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from council.enums import Channel, ConvocationState
from council.law import notice_of, ordinary_notice_of, urgent_notice_of
from council.models import AgendaItem, Convocation, Meeting
from council.rules.legal_clock import Announced, ClockFacts, LegalClock, legal_clock
from council.services import addressing, agenda

_WAITING = (ConvocationState.TO_SEND,)


def clock_for(
    meeting: Meeting,
    *,
    now: datetime,
    items: Iterable[AgendaItem] | None = None,
    convocations: Iterable[Convocation] | None = None,
) -> LegalClock | None:
    """What must be sent by when for this meeting; None once it began, or was cancelled.

    ``items`` and ``convocations`` may be given by whoever has read them already.
    """
    if meeting.cancelled_at or meeting.opened_at or meeting.starts_at <= now:
        return None
    points = agenda.listed(meeting) if items is None else items
    mails, papers, sent_at = _parcel(meeting, convocations, now)
    return legal_clock(
        ClockFacts(
            now=now,
            starts_at=meeting.starts_at,
            timezone=meeting.timezone,
            notice=notice_of(meeting),
            ordinary=ordinary_notice_of(meeting),
            urgent_notice=None if meeting.is_urgent else urgent_notice_of(meeting),
            sent_at=sent_at,
            mails=mails,
            papers=papers,
            items=tuple(_announced(item) for item in points),
        )
    )


def _announced(item: AgendaItem) -> Announced:
    return Announced(
        ref=str(item.uid),
        name=f"Point {item.number}, {item.title}" if item.number else item.title,
        matter=item.matter,
        obligation=item.obligation,
        due_on=item.due_on,
    )


def _parcel(
    meeting: Meeting, convocations: Iterable[Convocation] | None, now: datetime
) -> tuple[int, int, datetime | None]:
    """How many mails and papers have still to leave, and when the last of the others left."""
    if meeting.convened_at is None:
        channels = [one.channel for one in addressing.recipients(meeting, now=now)]
        return channels.count(Channel.EMAIL), channels.count(Channel.PAPER), None
    rows = list(
        Convocation.objects.filter(meeting=meeting).order_by("pk")
        if convocations is None
        else convocations
    )
    waiting = [Channel(one.channel) for one in rows if one.state in _WAITING]
    left = [one.handed_over_at for one in rows if one.handed_over_at is not None]
    last = max(left, default=meeting.convened_at)
    return waiting.count(Channel.EMAIL), waiting.count(Channel.PAPER), last
