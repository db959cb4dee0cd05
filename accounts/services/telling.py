"""Turning inbox lines into mails: grouped by person, checked again, never empty."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from accounts.actor import actor_for
from accounts.mail import queue_mail
from accounts.models import Mail, Notification, Person
from accounts.notifications.lines import rank
from accounts.notifications.messages import DIGEST
from accounts.notifications.reading import shown_lines


def flush(*, now: datetime) -> int:
    """Mail every line that is due: one message per person, all organisations together.

    Returns how many messages were queued. May be interrupted anywhere: a line is marked in the
    same transaction as its message.
    """
    due = Notification.objects.filter(
        send_after__lte=now, mailed_at=None, read_at=None, cancelled_at=None
    )
    people = list(due.order_by("person_id").values_list("person_id", flat=True).distinct())
    return sum(_flush_person(person_id, now) is not None for person_id in people)


@transaction.atomic
def _flush_person(person_id: int, now: datetime) -> Mail | None:
    lines = list(
        Notification.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(
            person_id=person_id,
            send_after__lte=now,
            mailed_at=None,
            read_at=None,
            cancelled_at=None,
        )
        .select_related("organisation")
        .order_by("organisation_id", "pk")
    )
    if not lines:
        return None
    person = Person.objects.get(pk=person_id)
    by_place: dict[int, list[Notification]] = defaultdict(list)
    for line in lines:
        by_place[line.organisation_id].append(line)
    kept: list[Notification] = []
    for members in by_place.values():
        reader = actor_for(person, members[0].organisation, now=now)
        visible = {s.uid for s in shown_lines(reader, members)} if reader else set()
        kept += [line for line in members if line.uid in visible]
    Notification.objects.filter(pk__in={n.pk for n in lines} - {n.pk for n in kept}).update(
        cancelled_at=now
    )
    mine = Notification.objects.filter(pk__in=[n.pk for n in kept])
    if not kept:
        return None
    if not person.email:
        mine.update(send_after=None)
        return None
    mine.update(mailed_at=now)
    places = {n.organisation_id: n.organisation for n in kept}
    return queue_mail(
        DIGEST,
        person=person,
        organisation=next(iter(places.values())) if len(places) == 1 else None,
        payload={"lines": [str(n.uid) for n in kept]},
        notice_class=min((n.notice_class for n in kept), key=rank),
        now=now,
    )
