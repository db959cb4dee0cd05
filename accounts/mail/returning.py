"""Where what comes back of a message returns: an address that says which message it was.

    retours+<26 signs of the message's id><16 signs of HMAC>@mairie.fr

Nobody who did not receive the message can make that address: a report sent to it is about this
message. Nothing is stored; the key is derived from LINK_KEY.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

_PURPOSE = b"parvis.accounts.return-address.1"
_ID_SIGNS, _MAC_BYTES = 26, 10
_SIGNS = _ID_SIGNS + 16
#: The longest part before the @ (RFC 5321 §4.5.3.1.1).
_LONGEST_LOCAL = 64


def return_address(uid: UUID) -> str:
    """The envelope's sender for that message; "" when the host set no address for returns."""
    local, _, domain = settings.RETURNS_ADDRESS.partition("@")
    if not domain or len(local) + 1 + _SIGNS > _LONGEST_LOCAL:
        return ""
    return f"{local}+{_base32(uid.bytes)}{_base32(_mac(uid))}@{domain}"


def returned_uid(addresses: Iterable[str]) -> UUID | None:
    """The message that one of these addresses was made for; None when none is ours."""
    local, _, domain = settings.RETURNS_ADDRESS.casefold().partition("@")
    if not domain:
        return None
    for address in addresses:
        name, _, where = address.casefold().rpartition("@")
        word = name.removeprefix(f"{local}+")
        if where != domain or word == name or len(word) != _SIGNS:
            continue
        try:
            uid = UUID(bytes=base64.b32decode(word[:_ID_SIGNS].upper() + "======"))
        except (binascii.Error, ValueError):
            continue
        if hmac.compare_digest(word[_ID_SIGNS:].encode(), _base32(_mac(uid)).encode()):
            return uid
    return None


def carries_a_word(addresses: Iterable[str]) -> bool:
    """Whether one of these is the address for returns with a word in it, right or wrong."""
    local, _, domain = settings.RETURNS_ADDRESS.casefold().partition("@")
    return bool(domain) and any(
        one.casefold().startswith(f"{local}+") and one.casefold().endswith(f"@{domain}")
        for one in addresses
    )


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode("ascii").rstrip("=").lower()


def _mac(uid: UUID) -> bytes:
    key = hmac.digest(settings.LINK_KEY.encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(key, uid.bytes, hashlib.sha256)[:_MAC_BYTES]
