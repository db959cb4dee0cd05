"""Decisions of the mayor reported to the council (L2122-23)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from council.dossier import french
from council.enums import ActKind, ItemKind, ItemState
from council.models import Act, AgendaItem, Meeting
from council.services import items
from council.services.items import ItemContent
from council.services.locking import lock_meeting
from council.services.refusals import Refusal

TITLE = "Compte rendu des décisions du maire prises par délégation"


class NothingToReport(Refusal):
    """Every decision was reported."""


def decisions_to_report(meeting: Meeting) -> QuerySet[Act]:
    """Signed decisions that no session heard of yet, up to the day of this one."""
    return (
        Act.objects.filter(
            organisation=meeting.organisation_id,
            kind=ActKind.DECISION,
            reported_in=None,
            signed_on__lte=meeting.local_day,
        )
        .signed()
        .select_related("register")
        .order_by("signed_on", "number", "pk")
    )


def report_text(meeting: Meeting) -> str:
    """One line a decision. What names people is said by its number alone."""
    return "\n".join(
        f"- n° {act.reference} du {french.long_date(act.dated, with_day=False)} : "
        f"{'décision individuelle' if act.nominative else act.title}"
        for act in decisions_to_report(meeting)
        if act.dated
    )


@transaction.atomic
def put_on_the_agenda(*, actor: Actor, meeting: Meeting, now: datetime) -> AgendaItem:
    """List the report on the agenda, or bring the one that is there up to date."""
    locked = lock_meeting(meeting)
    text = report_text(locked)
    if not text:
        raise NothingToReport("Toutes les décisions du maire ont été rapportées au conseil.")
    content = ItemContent(title=TITLE, kind=ItemKind.DECISIONS_REPORT, summary=text)
    known = (
        AgendaItem.objects.filter(meeting=locked, kind=ItemKind.DECISIONS_REPORT)
        .exclude(state__in=[ItemState.WITHDRAWN, ItemState.ABANDONED])
        .first()
    )
    if known is not None:
        return items.edit_item(actor=actor, item=known, content=content, now=now)
    made = items.draft_item_from_documents(
        actor=actor, assembly=locked.assembly, content=content, now=now
    )
    return items.list_item(actor=actor, item=made, meeting=locked, now=now)


def mark_reported(meeting: Meeting) -> int:
    """The session heard its report: these decisions will not be reported again.

    Called under the lock of the meeting, once it is over."""
    heard = AgendaItem.objects.filter(
        meeting=meeting, kind=ItemKind.DECISIONS_REPORT, state=ItemState.NOTED
    )
    if not heard.exists():
        return 0
    rows = decisions_to_report(meeting).values_list("pk", flat=True)
    return Act.objects.filter(pk__in=list(rows)).update(reported_in=meeting)
