"""Personal links: a token says which convocation it opens, and proves that we made it.

    payload = convocation uid (16 bytes) · generation (2) · last day of validity (2)
    token   = base64url(payload · HMAC-SHA-256(key, payload) cut to 20 bytes)

Nothing is stored: the key is derived from LINK_KEY. A link is revoked by giving its convocation
another generation. This module knows no model, so that logs may be masked from the start.
"""

import base64
import binascii
import hashlib
import hmac
import logging
import re
import struct
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings

_PURPOSE = b"parvis.council.personal-link.1"
_EPOCH = date(2020, 1, 1)
_MAC_BYTES = 20
_PAYLOAD = struct.Struct(">16sHH")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{54}")
_LAST_DAY = 0xFFFF

#: Where personal links live; what follows is secret, and never reaches a log.
PREFIX = "/dossier/lien/"
_IN_TEXT = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{6,}")


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says. `last_day` is a date on the town hall's wall, that day included."""

    convocation: UUID
    generation: int
    last_day: date


def mint(link: Link) -> str:
    """The token of that link. The same link always has the same token."""
    days = min(max((link.last_day - _EPOCH).days, 0), _LAST_DAY)
    payload = _PAYLOAD.pack(link.convocation.bytes, link.generation & 0xFFFF, days)
    return base64.urlsafe_b64encode(payload + _mac(payload)).rstrip(b"=").decode("ascii")


def read(token: str) -> Link | None:
    """What the token says, or None when it was cut, changed or made up. Constant time."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    payload, mac = raw[: _PAYLOAD.size], raw[_PAYLOAD.size :]
    if not hmac.compare_digest(mac, _mac(payload)):
        return None
    uid, generation, days = _PAYLOAD.unpack(payload)
    link = Link(UUID(bytes=uid), generation, _EPOCH + timedelta(days=days))
    # Of the few ways to write the last bits in base64, only ours is taken.
    return link if hmac.compare_digest(mint(link), token) else None


def _mac(payload: bytes) -> bytes:
    key = hmac.digest(settings.LINK_KEY.encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(key, payload, hashlib.sha256)[:_MAC_BYTES]


def mask(text: str) -> str:
    """The text without any token of a personal link."""
    return _IN_TEXT.sub(f"{PREFIX}…", text)


class MaskTokens(logging.Filter):
    """A logging filter: the address of a personal link is written without its token."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if PREFIX in message:
            record.msg, record.args = mask(message), ()
        return True
