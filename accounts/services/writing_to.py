"""Making sure that a person can be written to, before it matters."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.audit import record
from accounts.enums import NoticeClass
from accounts.mail import queue_mail
from accounts.models import Mail, Organisation, Person
from accounts.notifications.messages import TEST_MESSAGE


def send_test_message(person: Person, organisation: Organisation, *, now: datetime) -> Mail | None:
    """Ask the person to confirm that our messages arrive. Once per address; None if no need."""
    if not person.email or person.email_confirmed_at is not None:
        return None
    return queue_mail(
        TEST_MESSAGE,
        person=person,
        organisation=organisation,
        payload={},
        notice_class=NoticeClass.SECURITY,
        now=now,
        dedupe=f"{person.uid}:{person.email}"[:200],
    )


@transaction.atomic
def confirm_email(person: Person, *, now: datetime) -> None:
    """The person pressed the button of the test message: their mail reaches them."""
    changed = Person.objects.filter(pk=person.pk, email_confirmed_at=None).update(
        email_confirmed_at=now
    )
    if changed:
        record(None, audit.acts.EMAIL_CONFIRMED, person, now=now, actor_uid=person.uid)
