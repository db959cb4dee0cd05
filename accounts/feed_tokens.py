"""The secret part of the address of an agenda.

    token = base64url(feed id (16) · HMAC-SHA-256(key, id · generation)[:20])

Whoever has it reads an agenda and nothing else; only the page of its owner shows it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import re
from uuid import UUID

from django.conf import settings

_PURPOSE = b"parvis.accounts.calendar-feed.1"
_ID, _MAC = 16, 20
_TOKEN = re.compile(r"[A-Za-z0-9_-]{48}")

#: Where the agendas live; what follows is secret, and never reaches a log.
PREFIX = "/agenda/"
_IN_TEXT = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{40,}")


def mint(feed: UUID, generation: int) -> str:
    """The token of that feed. The same generation always has the same token."""
    raw = feed.bytes + _mac(feed, generation)
    return base64.urlsafe_b64encode(raw).decode("ascii")


def feed_in(token: str) -> UUID | None:
    """Which feed a token speaks of, to be compared with what `mint` gives for it."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(token)[:_ID])
    except (binascii.Error, ValueError):
        return None


def _mac(feed: UUID, generation: int) -> bytes:
    key = hmac.digest(settings.LINK_KEY.encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(key, feed.bytes + generation.to_bytes(4, "big"), hashlib.sha256)[:_MAC]


def mask(text: str) -> str:
    """The text without any token of an agenda."""
    return _IN_TEXT.sub(f"{PREFIX}…", text)


class MaskTokens(logging.Filter):
    """A logging filter: the address of an agenda is written without its token."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if PREFIX in message:
            record.msg, record.args = mask(message), ()
        return True
