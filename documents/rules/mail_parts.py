"""What is in a mail: who, what about, which files; and which mails nobody wrote.

Pure, with the standard library. Hostile by nature: every count and length is bounded, and whatever
the bytes, it answers.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

MOST_FILES = 40
_MOST_PARTS = 300
_LONGEST_BODY = 20_000
# Below, an image inside the text is a logo, a signature, an icon of a social network.
_ORNAMENT = 100 * 1024
_ORNAMENT_NAME = re.compile(
    r"^(?:image|img|outlook-|logo|signature)[-_a-z]*\d*\.(?:png|jpe?g|gif)$", re.I
)
_LEFT_OUT = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
        "message/delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
    }
)
_ENDINGS = {
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/heic": "heic",
    "text/plain": "txt", "text/html": "html", "text/calendar": "ics", "application/zip": "zip",
    "application/xml": "xml", "text/xml": "xml",
}  # fmt: skip
_WHERE_SENT = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_FORWARDED = re.compile(
    r"^[ >*]*(?:de|from|exp[ée]diteur)[ *]*:[ *]*(.{3,200}?)[ *]*$", re.I | re.M
)
_SUBJECT_MARKS = re.compile(r"^(?:\s*(?:re|tr|fw|fwd|r[ée]f)\s*:)+\s*", re.I)


@dataclass(frozen=True, slots=True)
class MailFile:
    """One attached file."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it matters to us. `key` is its identity for ever: its Message-ID, or its bytes."""

    key: str
    sender_address: str
    sender_name: str
    senders: int
    subject: str
    body: str
    files: tuple[MailFile, ...]
    sent_to: tuple[str, ...]
    proofs: tuple[str, ...]
    automatic: bool
    author_name: str = ""
    author_address: str = ""
    left_out: int = 0


@dataclass(slots=True)
class _Reading:
    files: list[MailFile] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    left_out: int = 0
    inner: EmailMessage | None = None


def read_mail(raw: bytes) -> Mail:
    """Understand a mail. Never raises on its content."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    reading = _Reading()
    cids = _mentioned(message)
    for rank, part in enumerate(_parts(message)):
        if rank >= _MOST_PARTS:
            reading.left_out += 1
            break
        _take(reading, part, cids)
    senders = _addresses(message, "From")
    body = "\n\n".join(text.strip() for text in reading.plain if text.strip())
    if not body and reading.html:
        body = _without_tags("\n".join(reading.html))
    body = body[:_LONGEST_BODY]
    author = _author(reading.inner, body)
    return Mail(
        key=_key(message, raw),
        sender_address=senders[0][1].casefold() if senders else "",
        sender_name=senders[0][0][:200] if senders else "",
        senders=len(senders),
        subject=_SUBJECT_MARKS.sub("", _header(message, "Subject"))[:300],
        body=body,
        files=tuple(reading.files[:MOST_FILES]),
        sent_to=_sent_to(message),
        proofs=tuple(_all(message, "Authentication-Results"))[:5],
        automatic=_is_automatic(message),
        author_name=author[0][:200],
        author_address=author[1][:254].casefold(),
        left_out=reading.left_out + max(0, len(reading.files) - MOST_FILES),
    )


def words_sent_to(mail: Mail, address: str) -> list[str]:
    """The secret words of `classer+<word>@mairie.fr` among those whom this mail was sent to."""
    local, _, domain = address.casefold().partition("@")
    found: dict[str, None] = {}
    for one in mail.sent_to:
        name, _, where = one.casefold().rpartition("@")
        if where == domain and name.startswith(f"{local}+"):
            found[name[len(local) + 1 :]] = None
    return list(found)[:5]


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The leaves, a forwarded message being one: what is inside belongs to it."""
    waiting: list[EmailMessage] = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart":
            inside = part.get_payload()
            waiting[:0] = (
                [p for p in inside if isinstance(p, EmailMessage)]
                if isinstance(inside, list)
                else []
            )
            continue
        yield part


def _take(reading: _Reading, part: EmailMessage, cids: frozenset[str]) -> None:
    kind = part.get_content_type()
    name = _file_name(part)
    if kind == "message/rfc822":
        _take_forwarded(reading, part)
        return
    if kind in _LEFT_OUT:
        return
    attached = part.get_content_disposition() == "attachment"
    content = _bytes(part)
    if kind in {"text/plain", "text/html"} and not attached and not name:
        text = _text(part, content)
        (reading.plain if kind == "text/plain" else reading.html).append(text[:200_000])
        return
    if not content or _is_ornament(part, kind, name, content, cids, attached):
        return
    ending = _ENDINGS.get(kind, "bin")
    reading.files.append(
        MailFile(name or f"Pièce jointe {len(reading.files) + 1}.{ending}", content)
    )


def _take_forwarded(reading: _Reading, part: EmailMessage) -> None:
    """A mail attached to a mail: its files are what was meant, its author who wrote it."""
    inside = part.get_payload()
    inner = inside[0] if isinstance(inside, list) and inside else None
    if not isinstance(inner, EmailMessage) or reading.inner is not None:
        reading.left_out += 1
        return
    reading.inner = inner
    cids = _mentioned(inner)
    for rank, one in enumerate(_parts(inner)):
        if rank >= _MOST_PARTS:
            break
        if one.get_content_type() != "message/rfc822":
            _take(reading, one, cids)
        else:
            reading.left_out += 1


def _is_ornament(
    part: EmailMessage,
    kind: str,
    name: str,
    content: bytes,
    cids: frozenset[str],
    attached: bool,
) -> bool:
    """A picture that belongs to the text: small, and shown in it or named as mail programs do."""
    if not kind.startswith("image/") or len(content) >= _ORNAMENT:
        return False
    cid = _header(part, "Content-ID").strip("<> ")
    if cid and cid in cids:
        return True
    return not attached or (bool(_ORNAMENT_NAME.match(name)) and bool(cid))


def _mentioned(message: EmailMessage) -> frozenset[str]:
    """The pictures that the HTML text shows."""
    found: set[str] = set()
    for rank, part in enumerate(_parts(message)):
        if rank >= _MOST_PARTS:
            break
        if part.get_content_type() == "text/html":
            html = _text(part, _bytes(part))[:500_000]
            found.update(re.findall(r"cid:([^\"'\s>)]{1,200})", html))
    return frozenset(found)


def _file_name(part: EmailMessage) -> str:
    try:
        return " ".join((part.get_filename() or "").split())[:250]
    except Exception:  # noqa: BLE001 - the header parser raises many kinds on hostile headers
        return ""


def _bytes(part: EmailMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - the same for a broken encoding
        return b""
    return content if isinstance(content, bytes) else b""


def _text(part: EmailMessage, content: bytes) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _without_tags(html: str) -> str:
    text = re.sub(r"(?is)<(script|style)\b.{0,50000}?</\1>", " ", html[:200_000])
    text = re.sub(r"(?i)<(?:br|/p|/div|/tr)\b[^>]{0,200}>", "\n", text)
    text = re.sub(r"<[^>]{0,2000}>", " ", text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _header(message: EmailMessage, name: str) -> str:
    values = _all(message, name)
    return values[0] if values else ""


def _all(message: EmailMessage, name: str) -> list[str]:
    try:
        return [" ".join(str(value).split()) for value in message.get_all(name) or []]
    except Exception:  # noqa: BLE001 - as above
        return []


def _addresses(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    found = getaddresses(_all(message, name))
    return [(who, address) for who, address in found if "@" in address][:50]


def _sent_to(message: EmailMessage) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _WHERE_SENT:
        for _, address in _addresses(message, name):
            found[address] = None
    return tuple(found)[:100]


def _key(message: EmailMessage, raw: bytes) -> str:
    said = _header(message, "Message-ID").encode("utf-8", "replace")
    return hashlib.sha256(said or raw).hexdigest()


def _is_automatic(message: EmailMessage) -> bool:
    """Answers of machines, bounces, our own mails coming back: filing them would make loops."""
    submitted = _header(message, "Auto-Submitted").casefold()
    if submitted and not submitted.startswith("no"):
        return True
    if message.get_content_type() == "multipart/report":
        return True
    if _header(message, "Return-Path").strip() == "<>" or _header(message, "X-Failed-Recipients"):
        return True
    if _header(message, "X-Auto-Response-Suppress").casefold() in {"all", "oof"} and (
        "auto" in _header(message, "Subject").casefold()
    ):
        return True
    return _header(message, "Precedence").casefold() in {"bulk", "junk", "auto_reply"} and bool(
        _header(message, "X-Autoreply") or _header(message, "X-Autorespond")
    )


def _author(inner: EmailMessage | None, body: str) -> tuple[str, str]:
    """Who wrote what a colleague forwards: the attached mail's, or the line « De : » below."""
    if inner is not None:
        found = _addresses(inner, "From")
        return found[0] if found else ("", "")
    match = _FORWARDED.search(body[:6000])
    if match is None:
        return "", ""
    name, address = parseaddr(match[1].replace("mailto:", "").replace("[", "<").replace("]", ">"))
    if "@" not in address:
        return match[1].strip()[:200], ""
    return name, address
