"""What comes back of a convocation: a bounce, a delay, a confirmed delivery (R-CONV-08).

A bounce is no sending: the convocation is to be sent again or given by hand, and somebody is to be
called. A delay is no bounce: the server goes on trying.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.mail.reports import Action, Fate, why_returned
from accounts.models import Mail, Organisation
from accounts.services import returns
from config.lib.access import require
from council import audit
from council.access import can_settle_bodies
from council.enums import Channel, ConvocationState, FactKind
from council.models import Convocation, ReturnHook
from council.services import sending_facts, telling
from council.services.locking import lock_convocation
from council.services.refusals import Refusal
from council.workflow import CONVOCATION

_KINDS = {
    Action.FAILED: FactKind.RETURNED,
    Action.DELAYED: FactKind.DELAYED,
    Action.DELIVERED: FactKind.DELIVERED,
}
#: A report is a few kilobytes; what returns the whole message may be larger than its dossier.
LARGEST_REPORT = 512 * 1024
#: Reports that one organisation may post in a minute.
MOST_PER_MINUTE = 120
#: How far the sender's clock may be from ours.
CLOCKS = timedelta(minutes=5)
_PURPOSE = b"parvis.council.return-hook.1"


class NotSigned(Refusal):
    """The report does not bear the organisation's signature."""


class TooMany(Refusal):
    """Too many reports at once."""


def note_return(mail: Mail, fate: Fate, now: datetime) -> None:
    """What a mail server reports of one convocation's message, or of a copy of it."""
    kind = _KINDS.get(fate.action)
    if kind is None:
        return
    convocation = lock_convocation(Convocation.objects.get(uid=mail.payload["convocation"]))
    words = why_returned(fate.status) if kind is FactKind.RETURNED else ""
    fact = sending_facts.note(
        convocation,
        kind,
        at=now,
        mail=mail,
        address=mail.address,
        code=fate.status,
        words=" ".join(part for part in (words, fate.words) if part),
    )
    if fact is None or convocation.channel != Channel.EMAIL:
        return
    if convocation.message_id != mail.message_id:
        return  # a copy, or an attempt that another one replaced: the fact is enough
    if kind is FactKind.RETURNED:
        _came_back(convocation, words, now)
    elif kind is FactKind.DELIVERED and CONVOCATION.allows(convocation.state, "deliver"):
        convocation.state, convocation.delivered_at = ConvocationState.DELIVERED, now
        convocation.save(update_fields=["state", "delivered_at"])


def _came_back(convocation: Convocation, words: str, now: datetime) -> None:
    """Nobody has it, unless they opened it all the same."""
    if convocation.opened_at is not None or not CONVOCATION.allows(convocation.state, "fail"):
        return
    convocation.state = ConvocationState.FAILED
    convocation.failed_at, convocation.failure = now, words
    convocation.save(update_fields=["state", "failed_at", "failure"])
    record(
        None,
        audit.CONVOCATION_RETURNED,
        convocation,
        now=now,
        organisation=convocation.organisation,
        data={"words": words[:100]},
    )
    if convocation.meeting.cancelled_at is None and convocation.meeting.starts_at > now:
        telling.tell_trouble(convocation.meeting, now=now)


# --- reports posted by a mail provider -------------------------------------------------------


def secret_of(hook: ReturnHook) -> str:
    """The secret that signs what is posted; derived, never stored."""
    key = hmac.digest(settings.LINK_KEY.encode(), _PURPOSE, hashlib.sha256)
    said = hook.organisation.uid.bytes + hook.generation.to_bytes(4, "big")
    made = hmac.digest(key, said, hashlib.sha256)
    return base64.urlsafe_b64encode(made[:30]).decode("ascii")


@transaction.atomic
def open_hook(*, actor: Actor, now: datetime) -> ReturnHook:
    """Give the organisation an address for reports, or a new secret for the one it has."""
    require(can_settle_bodies(actor))
    hook = (
        ReturnHook.objects.select_for_update(of=("self",), no_key=True)
        .filter(organisation=actor.organisation)
        .first()
    )
    if hook is None:
        hook = ReturnHook(organisation=actor.organisation, generation=1 + secrets.randbelow(2**20))
    else:
        hook.generation += 1
    hook.opened_at, hook.opened_by, hook.closed_at = now, actor.person, None
    hook.save()
    record(actor, audit.RETURNS_OPENED, actor.organisation, now=now, label=False)
    return hook


@transaction.atomic
def close_hook(*, actor: Actor, now: datetime) -> None:
    """Take reports from nobody any more."""
    require(can_settle_bodies(actor))
    ReturnHook.objects.filter(organisation=actor.organisation, closed_at=None).update(closed_at=now)
    record(actor, audit.RETURNS_CLOSED, actor.organisation, now=now, label=False)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA-256 of « stamp.body », in hexadecimal."""
    return hmac.digest(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hex()


def take_posted(
    *, organisation: Organisation, body: bytes, stamp: str, signed: str, now: datetime
) -> str:
    """One report posted to an organisation's address. Raises NotSigned or TooMany.

    The signature is compared in constant time, whether the organisation has an address or not.
    """
    if not _may_post(organisation):
        raise TooMany("Trop de rapports à la fois : recommencez dans une minute.")
    hook = ReturnHook.objects.filter(organisation=organisation, closed_at=None).first()
    secret = secret_of(hook) if hook is not None else secrets.token_hex(16)
    recent = stamp.isdigit() and len(stamp) < 12 and _is_near(int(stamp), now)
    right = hmac.compare_digest(signature(secret, stamp, body), signed.lower())
    if hook is None or not right or not recent:
        raise NotSigned("Ce rapport n’est pas signé par cette organisation.")
    return returns.take_report(body, now=now, organisation=organisation)


def _is_near(stamp: int, now: datetime) -> bool:
    return abs(now.timestamp() - stamp) <= CLOCKS.total_seconds()


def _may_post(organisation: Organisation) -> bool:
    key = f"council.returns:{organisation.pk}"
    if cache.add(key, 1, timeout=60):
        return True
    try:
        return bool(cache.incr(key) <= MOST_PER_MINUTE)
    except ValueError:  # it expired between the two calls
        return True
