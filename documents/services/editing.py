"""Opening one document in Word or LibreOffice: an address for one person and one document.

Office cannot always ask for a password, so the address itself lets in: its token is a keyed digest
of the row's uid, never stored. It lives two hours, each use renews it, a day at most; every request
asks again whether the person belongs here and may modify the document.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor, acting_at
from config.lib.access import require
from documents import audit
from documents.access import can_edit
from documents.models import Document, EditingLink
from documents.services.locking import reread
from documents.services.telling import tell

LIFE = timedelta(hours=2)
LONGEST = timedelta(hours=24)
_RENEW_EVERY = timedelta(minutes=5)
_PURPOSE = b"documents.editing-link.1"


@transaction.atomic
def open_link(*, actor: Actor, document: Document, now: datetime) -> EditingLink:
    """A link of one's own to a document one may modify; the running one if there is one."""
    document = reread(document, actor.organisation.pk)
    require(can_edit(actor, document))
    running = EditingLink.objects.filter(
        document=document,
        person=actor.person,
        ended_at=None,
        expires_at__gt=now,
        opened_at__gt=now - LONGEST + LIFE,
    )
    link = running.order_by("-opened_at").first()
    if link is None:
        link = EditingLink.objects.create(
            organisation=actor.organisation,
            person=actor.person,
            document=document,
            opened_at=now,
            expires_at=now + LIFE,
        )
        tell(actor, audit.EDITING_OPENED, document, now=now)
    return link


@transaction.atomic
def end_link(*, actor: Actor, document: Document, now: datetime) -> int:
    """Close the actor's own links to this document. Returns how many."""
    mine = EditingLink.objects.filter(
        document=document, person=actor.person, organisation=actor.organisation, ended_at=None
    )
    return mine.update(ended_at=now)


def running_link(actor: Actor, document: Document, now: datetime) -> EditingLink | None:
    """The actor's own link that still opens, if any."""
    return (
        EditingLink.objects.filter(
            document=document, person=actor.person, ended_at=None, expires_at__gt=now
        )
        .order_by("-opened_at")
        .first()
    )


def token_of(link: EditingLink) -> str:
    """What stands in the address. The same link always has the same."""
    raw = link.uid.bytes + _mac(link.uid)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _mac(uid: UUID) -> bytes:
    key = hmac.digest(settings.LINK_KEY.encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(key, uid.bytes, hashlib.sha256)[:20]


def admit_link(token: str, *, address: str, now: datetime) -> tuple[Actor, EditingLink] | None:
    """Who acts through this address, and on what; None when it opens nothing (any more)."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(raw) != 36:
        return None
    uid = UUID(bytes=raw[:16])
    if not hmac.compare_digest(raw[16:], _mac(uid)):
        return None
    link = (
        EditingLink.objects.select_related("person", "organisation")
        .filter(uid=uid, ended_at=None, expires_at__gt=now)
        .first()
    )
    if link is None:
        return None
    actor = acting_at(link.person, link.organisation.slug, now=now, address=address)
    if actor is None:
        return None
    renewed = min(now + LIFE, link.opened_at + LONGEST)
    if renewed - link.expires_at > _RENEW_EVERY:
        EditingLink.objects.filter(pk=link.pk).update(expires_at=renewed)
    return actor, link


def forget_links(*, now: datetime) -> int:
    """Those over for a month. Returns how many."""
    return EditingLink.objects.filter(expires_at__lt=now - timedelta(days=30)).delete()[0]
