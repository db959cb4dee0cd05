"""Whether a mail really comes from the address that it shows, as our own mail server found.

Pure. Anybody may write any `From:`; the receiving server checks SPF, DKIM and DMARC and says what
it found in an `Authentication-Results` header (RFC 8601). A sender can write such a header too, so
only the topmost one is read, and only when it bears the name of the trusted server.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*([a-z0-9-]+)(?:/\d+)?\s*=\s*([a-z]+)", re.I)
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9_-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.I)
_LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Found:
    """One method's result: "dkim", "pass", {"header.d": "mairie.fr"}."""

    method: str
    result: str
    properties: dict[str, str]


def read_results(value: str) -> tuple[str, list[Found]]:
    """The server's name and what it found; an empty name for a header that cannot be read."""
    text = " ".join(value.split())[:_LONGEST]
    for _ in range(8):
        text, changed = _COMMENT.subn(" ", text)
        if not changed:
            break
    head, *clauses = text.split(";")
    words = head.split()
    found = []
    for clause in clauses:
        match = _RESULT.match(clause)
        if match:
            properties = {
                name.casefold(): said.strip('"').casefold()
                for name, said in _PROPERTY.findall(clause[match.end() :])
            }
            found.append(Found(match[1].casefold(), match[2].casefold(), properties))
    return (words[0].casefold() if words else ""), found


def is_proved(headers: Sequence[str], *, server: str, address: str) -> bool:
    """Whether the trusted server vouches for the domain of this address.

    `headers`: the Authentication-Results of the message from the top down. DMARC, or DKIM or SPF
    for the very domain (or one that contains it). An ARC chain alone proves the way, not the
    author: it counts only through the DMARC result that the server draws from it.
    """
    domain = address.rpartition("@")[2].casefold()
    if not headers or not server or not domain:
        return False
    name, found = read_results(headers[0])
    if name != server.casefold():
        return False
    return any(_vouches(one, domain) for one in found)


def _vouches(one: Found, domain: str) -> bool:
    if one.result != "pass":
        return False
    said = one.properties
    if one.method == "dmarc":
        return said.get("header.from", "") == domain
    if one.method == "dkim":
        signer = said.get("header.d") or said.get("header.i", "").rpartition("@")[2]
        return _covers(signer, domain)
    if one.method == "spf":
        return _covers(said.get("smtp.mailfrom", "").rpartition("@")[2], domain)
    return False


def _covers(signer: str, domain: str) -> bool:
    """The same domain, or a parent of it; a bare ending (`fr`) covers nothing."""
    signer = signer.strip(".").casefold()
    if "." not in signer:
        return False
    return domain == signer or domain.endswith(f".{signer}")
