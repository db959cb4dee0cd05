"""Reading the platform's mailbox: each message once, in order, whatever is killed when.

What became of a message is written in the transaction of what it brought; a worker that dies
before it commits leaves a message that the next one reads again, one that dies after leaves a
message already known. Messages stay in the mailbox, marked as read: it is the proof, and the
host's to empty.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from config.lib.env import Mailbox
from config.work.registry import Retry
from config.work.services import enqueue
from documents.models import FetchedMail
from documents.services.mail_arriving import take_mail

FETCH = "documents.mail.fetch"
#: Messages dealt with in one turn; the rest waits a minute.
_MOST = 200
_TIMEOUT = 30  # seconds without a word from the server
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
log = logging.getLogger(__name__)


def plan_fetch(*, now: datetime) -> None:
    """Every minute: ask for a visit, unless one already waits or no mailbox is set."""
    if settings.IMAP_MAILBOX is not None and _is_awaited():
        enqueue(FETCH, payload={}, now=now, dedupe="mailbox")


def _is_awaited() -> bool:
    """Something comes to the mailbox: papers to file, or reports on the messages that we sent."""
    return bool(settings.ARRIVALS_ADDRESS or settings.RETURNS_ADDRESS)


def fetch(*, now: datetime, heartbeat: Callable[[], None]) -> int:
    """Deal with the new messages. Returns how many. Raises Retry when the server is away."""
    box: Mailbox | None = settings.IMAP_MAILBOX
    if box is None or not _is_awaited():
        return 0
    try:
        with _opened(box) as connection:
            return _fetch(connection, box, now, heartbeat)
    except (OSError, imaplib.IMAP4.error) as broken:
        # The message may hold the server's words, never the password.
        raise Retry(f"La boîte aux lettres ne répond pas : {broken}"[:300]) from broken


@contextmanager
def _opened(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    connection: imaplib.IMAP4
    trusted = ssl.create_default_context()
    if box.tls:
        connection = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=trusted, timeout=_TIMEOUT)
    else:
        connection = imaplib.IMAP4(box.host, box.port, timeout=_TIMEOUT)
    try:
        if not box.tls and box.host not in _LOCAL:
            connection.starttls(ssl_context=trusted)
        connection.login(box.user, box.password)
        yield connection
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()


def _fetch(
    connection: imaplib.IMAP4, box: Mailbox, now: datetime, heartbeat: Callable[[], None]
) -> int:
    quoted = '"' + box.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, _ = connection.select(quoted)
    if status != "OK":
        raise imaplib.IMAP4.error(f"no folder {box.folder}")
    validity = _uid_validity(connection)
    known = FetchedMail.objects.filter(mailbox=box.name, uid_validity=validity)
    last = known.aggregate(last=Max("message_number"))["last"] or 0
    done = 0
    for number in _new_numbers(connection, last)[:_MOST]:
        heartbeat()
        raw, whole = _message(connection, number)
        if raw is None:
            continue  # erased meanwhile by somebody else
        outcome = take_mail(
            raw=raw, whole=whole, mailbox=box.name, uid_validity=validity, number=number, now=now
        )
        log.info("mail %s of %s: %s", number, box.host, outcome)
        with suppress(imaplib.IMAP4.error):
            connection.uid("STORE", str(number), "+FLAGS", r"(\Seen)")
        done += 1
    return done


def _uid_validity(connection: imaplib.IMAP4) -> int:
    _, data = connection.response("UIDVALIDITY")
    said = data[0] if data else None
    return int(said) if isinstance(said, bytes) and said.isdigit() else 0


def _new_numbers(connection: imaplib.IMAP4, last: int) -> list[int]:
    _, data = connection.uid("SEARCH", "UID", f"{last + 1}:*")
    found = [int(word) for word in (data[0] or b"").split()] if data else []
    # `n:*` always answers the last message, even when it is below n (RFC 9051 §6.4.9).
    return sorted(number for number in found if number > last)


def _message(connection: imaplib.IMAP4, number: int) -> tuple[bytes | None, bool]:
    """The bytes of a message; of one that is too large, its headers only, and False."""
    _, data = connection.uid("FETCH", str(number), "(RFC822.SIZE)")
    said = b" ".join(part for part in data if isinstance(part, bytes))
    size = re.search(rb"RFC822\.SIZE (\d+)", said)
    whole = size is None or int(size[1]) <= settings.IMAP_MAX_MESSAGE_BYTES
    _, data = connection.uid(
        "FETCH", str(number), "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])"
    )
    for part in data:
        if isinstance(part, tuple) and len(part) > 1 and isinstance(part[1], bytes):
            return part[1], whole
    return None, whole
