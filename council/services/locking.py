"""Locks of the council: the meeting first, then its points in the order of their ids."""

from __future__ import annotations

from council.models import AgendaItem, Assembly, Convocation, Meeting


def lock_assembly(assembly: Assembly) -> Assembly:
    """The body, held until the end of the transaction and read again."""
    return Assembly.objects.select_for_update(of=("self",), no_key=True).get(pk=assembly.pk)


def lock_meeting(meeting: Meeting) -> Meeting:
    """The meeting, held and read again, with its body and organisation."""
    return (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("assembly", "organisation")
        .get(pk=meeting.pk)
    )


def lock_item(item: AgendaItem) -> AgendaItem:
    """The point, held and read again. Its meeting, when it has one, is held before it."""
    meeting_id = AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=item.pk)
    if meeting_id is not None:
        Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting_id)
    return (
        AgendaItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("assembly", "meeting", "organisation")
        .get(pk=item.pk)
    )


def lock_convocation(convocation: Convocation) -> Convocation:
    """The convocation, held and read again, with what it is about."""
    return (
        Convocation.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "meeting__assembly__organisation",
            "meeting__organisation",
            "person",
            "edition__meeting__assembly__organisation",
            "mandate",
        )
        .get(pk=convocation.pk)
    )
