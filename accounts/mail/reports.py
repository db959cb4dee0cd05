"""What a mail server says afterwards of a message: delivery reports (RFC 3464, RFC 6522).

Pure, with the standard library. Hostile by nature: anybody may send one. Every count and length is
bounded, and whatever the bytes, it answers; whom a report is believed about is decided elsewhere.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from enum import StrEnum

_MOST_RECIPIENTS = 50
_MOST_PARTS = 20
_LONGEST_WORDS = 400
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_TYPED = re.compile(r"^\s*[A-Za-z0-9-]+\s*;\s*")
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{3,200}>)", re.I | re.M)
_WHERE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


class Action(StrEnum):
    """What became of the message for one recipient (RFC 3464 §2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Fate:
    """One recipient's line of a report. ``status``: « 5.1.1 », or empty."""

    recipient: str
    action: Action
    status: str
    words: str

    @property
    def is_final(self) -> bool:
        """Nothing more will be tried. A « failed » that carries a temporary code counts: the
        server gave up; a « delayed » never does, whatever its code."""
        return self.action is Action.FAILED


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: whom it was sent to, the message that it returns, each recipient's fate."""

    sent_to: tuple[str, ...]
    message_id: str
    fates: tuple[Fate, ...]


def read_report(raw: bytes) -> Report | None:
    """The report that these bytes are, or None when they are anything else. Never raises."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    if str(message.get_param("report-type", "")).casefold() != "delivery-status":
        return None
    parts = message.get_payload()
    if not isinstance(parts, list):
        return None
    fates: list[Fate] = []
    message_id = ""
    for part in parts[:_MOST_PARTS]:
        if not isinstance(part, EmailMessage):
            continue
        kind = part.get_content_type()
        if kind == "message/delivery-status" and not fates:
            fates = _fates(part)
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            message_id = message_id or _message_id(part)
    if not fates:
        return None
    return Report(_sent_to(message), message_id, tuple(fates))


def why_returned(status: str) -> str:
    """A returned message's enhanced code (RFC 3463) in words for the town hall."""
    if status.startswith(("5.1.", "4.1.")):
        return "Adresse refusée : elle n’existe pas, ou plus."
    if status in ("5.2.2", "4.2.2"):
        return "Boîte pleine : le message n’y est pas entré."
    if status.startswith(("5.2.", "4.2.")):
        return "Boîte fermée : le message n’y est pas entré."
    if status.startswith("5.7."):
        return "Message refusé par les règles de son serveur de courriel."
    return "Message revenu : son serveur de courriel ne l’a pas remis."


def _fates(part: EmailMessage) -> list[Fate]:
    groups = part.get_payload()
    found: list[Fate] = []
    # The first group is about the message, each of the others about one recipient.
    for group in groups[: _MOST_RECIPIENTS + 1] if isinstance(groups, list) else ():
        if not isinstance(group, Message):
            continue
        action = _field(group, "Action").casefold()
        recipient = _field(group, "Original-Recipient") or _field(group, "Final-Recipient")
        if action not in list(Action) or not recipient:
            continue
        status = _STATUS.search(_field(group, "Status"))
        words = _TYPED.sub("", _field(group, "Diagnostic-Code"))
        found.append(
            Fate(
                _TYPED.sub("", recipient)[:254].casefold(),
                Action(action),
                status[1] if status else "",
                words[:_LONGEST_WORDS],
            )
        )
    return found


def _field(group: Message, name: str) -> str:
    try:
        return " ".join(str(group.get(name, "")).split())
    except (ValueError, TypeError, IndexError, AttributeError):
        return ""  # a header that the standard library itself cannot read


def _message_id(part: EmailMessage) -> str:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if isinstance(inner, Message):
        said = _field(inner, "Message-ID")
        if said:
            return said[:200]
    text = payload if isinstance(payload, str) else str(inner or "")
    found = _MESSAGE_ID.search(text[:20_000])
    return found[1] if found else ""


def _sent_to(message: EmailMessage) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _WHERE:
        for value in message.get_all(name, [])[:5]:
            for address in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", str(value)[:2000])[:5]:
                found[address.casefold()] = None
    return tuple(found)
