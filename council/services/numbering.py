"""Gapless numbers: a counter row under lock, never a sequence."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Organisation
from council.models import Counter, Meeting


def take(*, organisation: Organisation, name: str, count: int = 1) -> range:
    """The next numbers under this name, never to be given again (unless the caller rolls back)."""
    with transaction.atomic():
        Counter.objects.get_or_create(organisation=organisation, name=name)
        counter = Counter.objects.select_for_update(of=("self",)).get(
            organisation=organisation, name=name
        )
        first = counter.last + 1
        counter.last += count
        counter.save(update_fields=["last"])
    return range(first, first + count)


def item_numbers(meeting: Meeting) -> str:
    """The counter of the points of one meeting."""
    return f"point:{meeting.uid}"
