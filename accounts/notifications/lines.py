"""The inbox: one line per person and object, however many events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accounts.actor import Actor, actor_for
from accounts.enums import NoticeClass, Rhythm
from accounts.models import Notification, Organisation, Person, Preference
from accounts.notifications.registry import NoticeKind, notice_kinds
from accounts.notifications.slots import AGENT, ELECTED, next_sending

# The more pressing, the earlier.
PRESSING = [
    NoticeClass.SECURITY,
    NoticeClass.LEGAL,
    NoticeClass.ACTION,
    NoticeClass.DIRECT,
    NoticeClass.FOLLOWED,
    NoticeClass.AMBIENT,
]
_ACTORS_KEPT = 10


def rank(notice_class: str) -> int:
    """0 for the most pressing class."""
    return PRESSING.index(NoticeClass(notice_class))


def notify(
    kind: str,
    *,
    organisation: Organisation,
    recipients: Iterable[Person],
    group_key: str,
    now: datetime,
    actor: Actor | None = None,
    actor_uid: UUID | None = None,
    object_uid: UUID | None = None,
    payload: dict[str, Any] | None = None,
    reason: str = "",
    due: datetime | None = None,
    silent: bool = False,
) -> int:
    """Tell these people, in their inbox and later by mail. Returns how many were told.

    Never told: the one who did it (`actor`, or `actor_uid` when only the event is known), and
    whoever may not see the object now. `group_key` makes one line of several events
    ("document:comments:<uid>"). `reason` says why them: "parce que vous suivez ce dossier".
    `silent` (bulk imports) writes the line and sends no mail.
    """
    known = notice_kinds.get(kind)
    author = actor.person.uid if actor else actor_uid
    told = 0
    for person in {p.pk: p for p in recipients if p.uid != author}.values():
        reader = actor_for(person, organisation, now=now)
        if reader is None:
            continue
        line = Notification(
            organisation=organisation,
            person=person,
            kind=kind,
            group_key=group_key,
            object_uid=object_uid,
            payload=payload or {},
            actors=[str(author)] if author else [],
            notice_class=known.notice_class,
            reason=reason,
            first_at=now,
            last_at=now,
        )
        if line.uid not in known.resolve(reader, [line]):
            continue
        if known.mails and not silent:
            line.send_after = _sending_time(known, reader, now, due)
        _merge(line)
        told += 1
    return told


def _sending_time(
    known: NoticeKind, reader: Actor, now: datetime, due: datetime | None
) -> datetime | None:
    rhythm = (
        Preference.objects.filter(person=reader.person, organisation=reader.organisation)
        .values_list("rhythm", flat=True)
        .first()
    )
    return next_sending(
        known.notice_class,
        rhythm or Rhythm.DAILY,
        hours=ELECTED if reader.is_elected and not reader.is_agent else AGENT,
        timezone=reader.organisation.timezone,
        now=now,
        due=due,
    )


def _merge(new: Notification) -> None:
    """Insert the line, or add the event to the unread one about the same object."""
    for last_try in (False, False, True):
        with transaction.atomic():
            line = (
                Notification.objects.select_for_update(of=("self",), no_key=True)
                .filter(
                    organisation=new.organisation,
                    person=new.person,
                    group_key=new.group_key,
                    read_at=None,
                    cancelled_at=None,
                )
                .first()
            )
            if line is not None:
                _add(line, new)
                return
        try:
            with transaction.atomic():
                new.save(force_insert=True)
                return
        except IntegrityError:
            # Somebody inserted it between the two statements: then add to theirs.
            if last_try:
                raise


def _add(line: Notification, new: Notification) -> None:
    line.count += 1
    line.last_at = new.last_at
    line.actors = [*new.actors, *(a for a in line.actors if a not in new.actors)][:_ACTORS_KEPT]
    more_pressing = rank(new.notice_class) < rank(line.notice_class)
    if more_pressing or line.kind == new.kind:
        line.kind, line.payload, line.reason = new.kind, new.payload, new.reason
        line.object_uid = new.object_uid
    if more_pressing:
        line.notice_class = new.notice_class
    # Already written about and not yet looked at: no second mail, unless it became more pressing.
    if line.mailed_at is None or more_pressing:
        line.mailed_at = None
        line.send_after = min(
            (at for at in (line.send_after, new.send_after) if at is not None), default=None
        )
    line.save()


def seen(actor: Actor, object_uids: Sequence[UUID], *, now: datetime) -> int:
    """The actor has looked at these objects: their lines are read. Call it inside `trace()`."""
    return Notification.objects.filter(
        organisation=actor.organisation,
        person=actor.person,
        object_uid__in=list(object_uids),
        read_at=None,
        cancelled_at=None,
    ).update(read_at=now)


def unread_lines(actor: Actor) -> Exists:
    """Whether a line about each object of a list (its `uid`) waits to be read, for `annotate`."""
    return Exists(
        Notification.objects.filter(
            organisation=actor.organisation,
            person=actor.person,
            object_uid=OuterRef("uid"),
            read_at=None,
            cancelled_at=None,
        )
    )


def settle(*kinds: str, about: UUID, organisation: Organisation, now: datetime) -> int:
    """What these lines asked for is done, or asked no more: they are read, for all who were asked,
    and no mail speaks of it. `about` stands in their group key. Returns how many lines."""
    return Notification.objects.filter(
        organisation=organisation,
        kind__in=kinds,
        group_key__contains=str(about),
        read_at=None,
        cancelled_at=None,
    ).update(read_at=now)


def unread_count(person: Person, organisation: Organisation) -> int:
    """Lines not yet read in this organisation."""
    return Notification.objects.filter(
        organisation=organisation, person=person, read_at=None, cancelled_at=None
    ).count()
