"""A session that is over, for the tests of what follows it."""

from __future__ import annotations

import datetime as dt

from council.enums import ItemState
from council.models import AgendaItem, Meeting
from council.services import convening
from tests.council.stage import NOV_30, NOW, Stage

#: The morning after the session of Monday 30 November 2026.
AFTER = dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC)
TODAY = AFTER.date()


def held(
    stage: Stage,
    titles: tuple[str, ...] = ("Tarifs de la cantine", "Chemin des Vignes"),
    *,
    starts_at: dt.datetime = NOV_30,
    outcome: str = ItemState.ADOPTED,
    **content: object,
) -> Meeting:
    """A session adjourned an hour after it opened, its points decided."""
    meeting = stage.meeting(starts_at=starts_at)
    for title in titles:
        stage.item(
            title,
            meeting=meeting,
            proposed_text=f"Le conseil décide : {title.lower()}.",
            **content,
        )
    meeting = stage.frozen(meeting)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    Meeting.objects.filter(pk=meeting.pk).update(
        opened_at=starts_at, adjourned_at=starts_at + dt.timedelta(hours=1)
    )
    AgendaItem.objects.filter(meeting=meeting).update(state=outcome)
    return Meeting.objects.get(pk=meeting.pk)
