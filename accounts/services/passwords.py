"""Passwords: forgotten, chosen, changed. Always by the person, never for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.audit import record
from accounts.enums import NoticeClass
from accounts.links import Purpose
from accounts.mail import queue_mail
from accounts.models import Mail, Person
from accounts.notifications.messages import RESET
from accounts.services.sessions import close_others

MOST_PER_HOUR = 4


@transaction.atomic
def ask_reset(who: str, *, now: datetime) -> int:
    """Send a link to whoever has this identifier or this address. Returns how many messages.

    Several people may share a mailbox: each receives their own, which names them first. The
    caller says the same thing to the asker whatever the answer is.
    """
    wanted = who.strip()
    if not wanted:
        return 0
    people = (
        Person.objects.filter(Q(identifier__iexact=wanted) | Q(email__iexact=wanted))
        .filter(is_active=True, identifier__isnull=False)
        .exclude(email="")
        .order_by("pk")[:10]
    )
    sent = 0
    for person in people:
        lately = Mail.objects.filter(
            person=person, kind=RESET, queued_at__gt=now - timedelta(hours=1)
        ).count()
        if lately >= MOST_PER_HOUR:
            continue
        queue_mail(
            RESET,
            person=person,
            organisation=None,
            payload={},
            notice_class=NoticeClass.SECURITY,
            now=now,
            not_after=now + timedelta(hours=3),
        )
        record(None, audit.acts.PASSWORD_RESET_ASKED, person, now=now, actor_uid=person.uid)
        sent += 1
    return sent


@transaction.atomic
def set_password(
    *, person: Person, password: str, purpose: Purpose | None, kept_key: str | None, now: datetime
) -> Person:
    """The person chooses a password; their other sessions close.

    With `purpose`, they came by a link from their mailbox: their mail reaches them.
    """
    mine = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    mine.set_password(password)
    fields = ["password"]
    if purpose is not None and mine.email and mine.email_confirmed_at is None:
        mine.email_confirmed_at = now
        fields.append("email_confirmed_at")
    mine.save(update_fields=fields)
    close_others(person=mine, kept_key=kept_key, now=now)
    record(None, audit.acts.PASSWORD_CHANGED, mine, now=now, actor_uid=mine.uid)
    return mine


@transaction.atomic
def change_own_card(*, person: Person, email: str, phone: str, now: datetime) -> Person:
    """The person changes how they are reached. A new address must be confirmed again."""
    mine = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if email.strip() != mine.email:
        mine.email = email.strip()
        mine.email_confirmed_at = None
    mine.phone = phone.strip()
    mine.full_clean()
    mine.save(update_fields=["email", "email_confirmed_at", "phone"])
    record(None, audit.acts.PERSON_CHANGED, mine, now=now, actor_uid=mine.uid)
    return mine
