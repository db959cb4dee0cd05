"""A time-stamp on a proof by an authority of the host's choosing (RFC 3161); off by default.

The authority receives a digest, never a name. Its answer is verified before it is kept: over these
bytes, with our nonce, signed by a certificate of the chain that the host trusts.
"""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.error import URLError

from django.conf import settings

_LARGEST = 100_000
_TIMEOUT = 20


class Unreachable(Exception):
    """The authority does not answer: it is asked again later."""


class NotTrusted(Exception):
    """What came back is not a time-stamp of these bytes by that authority."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """``token``: the whole answer, as `openssl ts -verify -in` reads it."""

    token: bytes
    at: datetime
    authority: str


def is_on() -> bool:
    """Whether the host chose an authority."""
    return bool(settings.TSA_URL)


def ask(content: bytes) -> Stamp:
    """Have these bytes stamped now. Raises Unreachable or NotTrusted."""
    # Carried only by the process that stamps.
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    posted = urllib.request.Request(  # noqa: S310 - the scheme is checked when the host starts
        settings.TSA_URL,
        data=request.as_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(posted, timeout=_TIMEOUT) as answer:  # noqa: S310
            token: bytes = answer.read(_LARGEST)
    except (URLError, OSError) as away:
        raise Unreachable(f"L’autorité d’horodatage ne répond pas : {away}"[:300]) from away
    return read(token, content, nonce=request.nonce)


def read(token: bytes, content: bytes, *, nonce: int | None = None) -> Stamp:
    """The time-stamp that a token is, verified against these bytes. Raises NotTrusted."""
    from cryptography import x509
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        chain = x509.load_pem_x509_certificates(Path(settings.TSA_CERTIFICATES).read_bytes())
        response = decode_timestamp_response(token)
        verifier = VerifierBuilder(
            roots=[one for one in chain if one.issuer == one.subject],
            intermediates=[one for one in chain if one.issuer != one.subject],
            nonce=nonce,
        ).build()
        verifier.verify_message(response, content)
        told = response.tst_info
    except (VerificationError, ValueError, OSError) as wrong:
        raise NotTrusted(f"L’horodatage reçu n’est pas valable : {wrong}"[:300]) from wrong
    named = told.name.value.rfc4514_string() if isinstance(told.name, x509.DirectoryName) else ""
    return Stamp(token, told.gen_time, named[:200])
