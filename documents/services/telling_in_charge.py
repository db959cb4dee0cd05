"""Telling those in charge of a letter: when it is given to them, and before its reply is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.models import Organisation, Person, TeamMembership
from accounts.notifications import notify, settle
from config.lib.clock import end_of_day, local_date
from documents.models import MailEntry
from documents.notifications import MAIL_GIVEN, MAIL_REPLY_DUE

# Told three days before, the day itself, then once a week while it is late.
_BEFORE = (3, 0)


def people_in_charge(entry: MailEntry, *, now: datetime) -> list[Person]:
    """The person, or those who are in the team today."""
    if entry.person is not None:
        return [entry.person]
    if entry.team is None:
        return []
    day = local_date(now, entry.organisation.timezone)
    seats = TeamMembership.objects.current(day).filter(team=entry.team).select_related("person")
    return [seat.person for seat in seats.order_by("pk")]


def tell_in_charge(entry: MailEntry, *, now: datetime, author: Person) -> int:
    """A letter is now theirs. Returns how many were told."""
    return notify(
        MAIL_GIVEN,
        organisation=entry.organisation,
        recipients=people_in_charge(entry, now=now),
        group_key=f"mail:{entry.uid}",
        now=now,
        actor_uid=author.uid,
        object_uid=entry.uid,
        reason="parce que ce courrier vous est confié",
        due=_due(entry),
    )


def nothing_expected(entry: MailEntry, *, now: datetime) -> None:
    """The letter is dealt with: nobody is asked for anything."""
    settle(MAIL_GIVEN, MAIL_REPLY_DUE, about=entry.uid, organisation=entry.organisation, now=now)


def remind(*, now: datetime) -> int:
    """Every night: letters whose reply is due in three days, today, or late by whole weeks."""
    told = 0
    for organisation in Organisation.objects.order_by("pk"):
        today = local_date(now, organisation.timezone)
        waiting = (
            MailEntry.objects.filter(
                organisation=organisation,
                done_at=None,
                reply_due__isnull=False,
                reply_due__lte=today + timedelta(days=max(_BEFORE)),
            )
            .filter(Q(person__isnull=False) | Q(team__isnull=False))
            .select_related("organisation", "person", "team")
            .order_by(F("reply_due"), "pk")
        )
        for entry in waiting:
            assert entry.reply_due is not None  # noqa: S101 - filtered above
            left = (entry.reply_due - today).days
            if left in _BEFORE or (left < 0 and left % 7 == 0):
                told += notify(
                    MAIL_REPLY_DUE,
                    organisation=organisation,
                    recipients=people_in_charge(entry, now=now),
                    group_key=f"mail:due:{entry.uid}:{today:%Y%m%d}",
                    now=now,
                    object_uid=entry.uid,
                    reason="parce que vous devez y répondre",
                    due=_due(entry),
                )
    return told


def _due(entry: MailEntry) -> datetime | None:
    if entry.reply_due is None:
        return None
    return end_of_day(entry.reply_due, entry.organisation.timezone)
