"""A message as a page lays it out, from the words that were read of its file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NAMES = {
    "Objet": "subject",
    "De": "sender",
    "Adresse": "address",
    "À": "to",
    "Copie": "copy",
    "Date": "date",
}
_ATTACHED = "Pièces jointes : "


@dataclass(frozen=True, slots=True)
class MailPage:
    """What is known of a message; "" for what it does not say. `sent_at` has a time zone, or is
    None: then `date` is what was written."""

    subject: str = ""
    sender: str = ""
    to: str = ""
    copy: str = ""
    date: str = ""
    sent_at: datetime | None = None
    body: str = ""
    attachments: tuple[str, ...] = ()


def mail_page(text: str) -> MailPage | None:
    """The message of which `text` was read (headers, an empty line, body, names of the pieces);
    None when it does not begin with a header."""
    head, _, rest = text.partition("\n\n")
    known: dict[str, str] = {}
    for line in head.splitlines():
        name, colon, value = line.partition(" : ")
        if not colon or name not in _NAMES:
            return None
        known.setdefault(_NAMES[name], value.strip())
    if not known:
        return None
    body, attachments = _without_attachments(rest)
    sender, address = known.get("sender", ""), known.get("address", "")
    if address and address not in sender:
        sender = f"{sender} <{address}>" if sender else address
    return MailPage(
        subject=known.get("subject", ""),
        sender=sender,
        to=known.get("to", ""),
        copy=known.get("copy", ""),
        date=known.get("date", ""),
        sent_at=_instant(known.get("date", "")),
        body=body.strip(),
        attachments=attachments,
    )


def _without_attachments(rest: str) -> tuple[str, tuple[str, ...]]:
    body, line, names = rest.rpartition(_ATTACHED)
    if not line or "\n" in names.strip() or (body and not body.endswith("\n")):
        return rest, ()
    return body, tuple(name for name in names.strip().split(", ") if name)


def _instant(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # "-0000": written without a zone, in universal time (RFC 5322, 3.3).
    return found if found.tzinfo else found.replace(tzinfo=UTC)
