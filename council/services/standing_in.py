"""Who answers for a body today: its chair, or who acts in their place (L2122-17)."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import Person
from config.lib.clock import local_date
from council.models import Assembly, Mandate, MayorReplacement, Meeting

_OF = {
    "absence": "en l’absence",
    "suspension": "pendant la suspension",
    "revocation": "après la révocation",
    "impediment": "en cas d’empêchement",
}


def replacement_on(assembly: Assembly, on: date) -> MayorReplacement | None:
    """Who acts for the chair that day, if anybody."""
    return (
        MayorReplacement.objects.filter(assembly=assembly)
        .current(on)
        .select_related("by__person")
        .order_by("-pk")
        .first()
    )


def chair_or_stand_in(meeting: Meeting, now: datetime) -> Person | None:
    """Who is asked to agree: the replacement while there is one, else the chair."""
    today = local_date(now, meeting.timezone)
    standing = replacement_on(meeting.assembly, today)
    if standing is not None:
        return standing.by.person
    chair = (
        Mandate.objects.filter(assembly=meeting.assembly_id)
        .current(today)
        .chairing()
        .select_related("person")
        .order_by("rank", "pk")
        .first()
    )
    return chair.person if chair else None


def acting_as(meeting: Meeting, person: Person, now: datetime) -> str:
    """In which quality somebody answers: « Paul Martin, adjoint·e, en l’absence du maire »; nothing
    for the chair."""
    standing = replacement_on(meeting.assembly, local_date(now, meeting.timezone))
    if standing is None or standing.by.person_id != person.pk:
        return ""
    quality = standing.by.function_label or standing.by.get_function_display().lower()
    return f"{person.full_name}, {quality}, {_OF[standing.reason]} du maire"
