"""Deadlines of documents in the agenda of those who look after them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.actor import Actor
from accounts.calendar import CalendarEntry, calendar_sources
from config.lib.clock import local_date, start_of_day
from documents.access.deadlines import followed_deadlines


def deadlines(actor: Actor, start: datetime, end: datetime) -> Iterable[CalendarEntry]:
    """What waits, on the documents that the actor may edit or by their name; a whole day each."""
    zone = actor.organisation.timezone
    rows = (
        followed_deadlines(actor)
        .filter(done_at=None, due__gte=local_date(start, zone), due__lte=local_date(end, zone))
        .select_related("document")
        .order_by("due", "pk")
    )
    for one in rows:
        at = start_of_day(one.due, zone)
        if start <= at < end:
            yield CalendarEntry(
                at=at,
                all_day=True,
                title=f"Échéance : {one.label}",
                place=one.document.title,
                href=reverse(
                    "documents:document-deadlines",
                    args=[actor.organisation.slug, one.document.uid],
                ),
                icon="calendar",
            )


calendar_sources.register("documents.deadlines", deadlines)
