"""Words that only their author's pages can read: sealed before they reach the database.

    key   = HMAC-SHA-256(HMAC-SHA-256(LINK_KEY, purpose), person)
    bytes = version (1) · nonce (12) · AES-256-GCM(text), bound to the row

Nothing readable is in a table, a dump, a backup or the page of a database tool. Whoever runs the
server holds its key too: this keeps words away from eyes, not from somebody set on reading them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

from django.conf import settings

_PURPOSE = b"parvis.council.private-note.1"
_VERSION = b"\x01"
_NONCE = 12


class Unreadable(Exception):
    """Sealed with another key, or changed since."""


def seal(text: str, *, person: UUID, row: UUID) -> bytes:
    """The bytes to keep. Sealing the same words twice gives different bytes."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # only where notes are read

    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(_key(person)).encrypt(nonce, text.encode(), row.bytes)


def unseal(content: bytes, *, person: UUID, row: UUID) -> str:
    """The words again. Raises Unreadable."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    content = bytes(content)
    if content[:1] != _VERSION or len(content) < 1 + _NONCE:
        raise Unreadable
    nonce, kept = content[1 : 1 + _NONCE], content[1 + _NONCE :]
    try:
        return AESGCM(_key(person)).decrypt(nonce, kept, row.bytes).decode()
    except InvalidTag as wrong:
        raise Unreadable from wrong


def _key(person: UUID) -> bytes:
    own = hmac.digest(settings.LINK_KEY.encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(own, person.bytes, hashlib.sha256)
