"""Queueing a message in the transaction of its cause."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.enums import NoticeClass
from accounts.mail.registry import mail_kinds
from accounts.models import Mail, Organisation, Person
from config.work.services import enqueue

HAND_OVER = "accounts.mail.hand_over"


def queue_mail(
    kind: str,
    *,
    person: Person,
    organisation: Organisation | None,
    payload: dict[str, Any],
    notice_class: NoticeClass | str,
    now: datetime,
    not_after: datetime | None = None,
    at: datetime | None = None,
    dedupe: str = "",
) -> Mail:
    """Write one message for one person, and the job that hands it over once this commits.

    `payload` holds ids and codes only: the message is rendered, with the address of that moment,
    when it leaves. It is not sent before `at`, nor after `not_after`. With `dedupe`, a second
    call for the same kind and key returns the first message.
    """
    mail_kinds.get(kind)
    uid = uuid.uuid4()
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    try:
        with transaction.atomic():
            mail = Mail.objects.create(
                uid=uid,
                organisation=organisation,
                person=person,
                kind=kind,
                payload=payload,
                notice_class=notice_class,
                message_id=f"<{uid}@{host}>",
                dedupe_key=dedupe or None,
                not_after=not_after,
                queued_at=now,
            )
    except IntegrityError:
        known = Mail.objects.filter(kind=kind, dedupe_key=dedupe).first() if dedupe else None
        if known is None:
            raise
        return known
    enqueue(
        HAND_OVER,
        payload={"mail": mail.pk},
        now=now,
        organisation_id=organisation.pk if organisation else None,
        dedupe=str(mail.pk),
        at=at,
    )
    return mail
