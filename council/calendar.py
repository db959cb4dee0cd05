"""The council in everybody's agenda: meetings, and for those who prepare, the last day to send."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.actor import Actor
from accounts.calendar import CalendarEntry, calendar_sources
from council.access import prepared_meetings, visible_meetings
from council.law import latest_moment

#: A meeting is shown as lasting two hours and a half; nobody knows better beforehand.
USUAL_LENGTH = timedelta(minutes=150)
#: The last day to send comes at most this long before the meeting.
LONGEST_NOTICE = timedelta(days=40)


def meetings(actor: Actor, start: datetime, end: datetime) -> Iterable[CalendarEntry]:
    """Meetings that the actor may see."""
    org = actor.organisation.slug
    rows = (
        visible_meetings(actor)
        .alive()
        .filter(starts_at__gte=start, starts_at__lt=end)
        .select_related("assembly")
        .order_by("starts_at", "pk")
    )
    for meeting in rows:
        yield CalendarEntry(
            at=meeting.starts_at,
            end=meeting.starts_at + USUAL_LENGTH,
            title=meeting.assembly.name,
            place=meeting.place,
            detail=meeting.state.label,
            key=f"seance-{meeting.uid}",
            href=reverse("council:meeting-detail", args=[org, meeting.uid]),
            icon="landmark",
        )


def deadlines(actor: Actor, start: datetime, end: datetime) -> Iterable[CalendarEntry]:
    """The last moment to send the convocations that have not left."""
    org = actor.organisation.slug
    rows = (
        prepared_meetings(actor)
        .in_preparation()
        .filter(starts_at__gte=start, starts_at__lt=end + LONGEST_NOTICE)
        .select_related("assembly__organisation")
        .order_by("starts_at", "pk")
    )
    for meeting in rows:
        latest = latest_moment(meeting)
        if start <= latest < end and latest < meeting.starts_at:
            yield CalendarEntry(
                at=latest,
                title=f"Dernier jour pour convoquer : {meeting.assembly.name}",
                key=f"convoquer-{meeting.uid}",
                href=reverse("council:meeting-detail", args=[org, meeting.uid]),
                icon="send",
            )


calendar_sources.register("council.meetings", meetings)
calendar_sources.register("council.deadlines", deadlines)
