"""Points that come back at each meeting, put on its agenda when it is made.

They are ordinary points: moved, taken off, abandoned like the others.
"""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from accounts.audit import record
from council import audit
from council.enums import AssemblyKind, ItemKind, ItemState, Matter, Recurring
from council.models import AgendaItem, Meeting
from council.services import agenda
from council.services.acts import reporting

#: Bodies whose minutes are approved at the next meeting (R-DOC-02).
WITH_MINUTES = (AssemblyKind.MUNICIPAL_COUNCIL, AssemblyKind.COMMUNITY_COUNCIL)
#: Bodies to which the decisions taken by delegation are reported (L2122-23).
WITH_DECISIONS = (AssemblyKind.MUNICIPAL_COUNCIL,)


def list_recurring(actor: Actor, meeting: Meeting, now: datetime) -> list[AgendaItem]:
    """The approval of the former minutes, then the report of decisions not yet reported.

    Expects the meeting to be new and its caller to have asked for the right to prepare it.
    """
    made = []
    before = _before(meeting)
    if meeting.assembly.kind in WITH_MINUTES and before is not None:
        made.append(_list_minutes(actor, meeting, before, now))
    if meeting.assembly.kind in WITH_DECISIONS and reporting.decisions_to_report(meeting).exists():
        report = reporting.put_on_the_agenda(actor=actor, meeting=meeting, now=now)
        report.recurring = Recurring.DECISIONS
        report.save(update_fields=["recurring"])
        made.append(report)
    return made


def _before(meeting: Meeting) -> Meeting | None:
    """T-DEAD-07: the meeting whose minutes are approved at this one."""
    return (
        Meeting.objects.filter(
            assembly=meeting.assembly, starts_at__lt=meeting.starts_at, convened_at__isnull=False
        )
        .alive()
        .order_by("-starts_at", "-pk")
        .first()
    )


def _list_minutes(actor: Actor, meeting: Meeting, before: Meeting, now: datetime) -> AgendaItem:
    item = AgendaItem.objects.create(
        organisation=actor.organisation,
        assembly=meeting.assembly,
        meeting=meeting,
        state=ItemState.LISTED,
        recurring=Recurring.MINUTES,
        kind=ItemKind.DELIBERATION,
        matter=Matter.MINUTES,
        title=f"Approbation du procès-verbal de la séance du {agenda.long_day(before)}",
        position=1,
        created_by=actor.person,
        created_at=now,
        changed_at=now,
    )
    record(actor, audit.ITEM_LISTED, item, now=now)
    return item
