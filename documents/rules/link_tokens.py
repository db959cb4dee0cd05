"""The secret of a link towards the outside: which link it is, and the proof that we made it.

    token = base64url(uid (16 bytes) · HMAC-SHA-256(key, uid) cut to 20 bytes), 48 characters

Nothing secret is stored, so a leaked copy of the database opens nothing, and the address can be
shown again to its author. Cutting a link is a matter of its row. No model here, so that logs may
be masked from the start.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
from uuid import UUID

from django.conf import settings

_PURPOSE = b"parvis.documents.outside-link.1"
_MAC_BYTES = 20
_TOKEN = re.compile(r"[A-Za-z0-9_-]{48}")

#: Where these links live; what follows is secret, and never reaches a log.
PREFIXES = ("/partage/", "/depot/")
_IN_TEXT = re.compile(r"(/partage/|/depot/)[A-Za-z0-9_-]{6,}")


def mint(uid: UUID) -> str:
    """The token of that link, the same each time."""
    return base64.urlsafe_b64encode(uid.bytes + _mac(uid)).decode("ascii")


def read(token: str) -> UUID | None:
    """Which link a token is for, or None when it was cut, changed or made up. Constant time."""
    if not _TOKEN.fullmatch(token):
        return None
    raw = base64.urlsafe_b64decode(token)
    uid = UUID(bytes=raw[:16])
    return uid if hmac.compare_digest(raw[16:], _mac(uid)) else None


def _mac(uid: UUID) -> bytes:
    key = hmac.digest(settings.LINK_KEY.encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(key, uid.bytes, hashlib.sha256)[:_MAC_BYTES]


def mask(text: str) -> str:
    """The text without any token."""
    return _IN_TEXT.sub(r"\1…", text)


class MaskTokens(logging.Filter):
    """A logging filter: these addresses are written without their token."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if any(prefix in message for prefix in PREFIXES):
            record.msg, record.args = mask(message), ()
        return True
