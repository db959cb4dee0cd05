"""Messages saved as .eml, with the standard library: headers, body, names of attachments."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from itertools import islice

from documents.extraction.readers import Blob, Found, Request, Source, Unreadable, page, page_count
from documents.extraction.readers.plain import decode

_HEADERS = (
    ("Subject", "Objet"),
    ("From", "De"),
    ("To", "À"),
    ("Cc", "Copie"),
    ("Date", "Date"),
)
_MAX_PARTS = 500
_MESSAGE = "message/rfc822"
_PART = 4 * 1024 * 1024


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """One page: headers, body, names of the attachments."""
    message = email.message_from_bytes(source.whole(), policy=email.policy.default)
    lines = [f"{french} : {_header(message, name)}" for name, french in _HEADERS if name in message]
    lines += ["", *_bodies(message)]
    names = [_file_name(part) for part in _attached(message)]
    if names:
        lines += ["", listed(names)]
    yield page_count(1)
    text = "\n".join(lines).strip()
    if text:
        yield page(1, text)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message[name]).split())
    except Exception:  # noqa: BLE001 - the header parser raises many kinds on hostile headers
        return ""


def attached(source: Source, request: Request) -> Iterator[Found | Blob]:
    """One attached file: its name, then its bytes."""
    message = email.message_from_bytes(source.whole(), policy=email.policy.default)
    part = next(islice(_attached(message), request.options["rank"] - 1, None), None)
    if part is None:
        raise Unreadable("no_such_piece")
    if part.get_content_type() == _MESSAGE:
        yield from handed(_file_name(part), _whole(part))
        return
    content = part.get_payload(decode=True)
    yield from handed(_file_name(part), content if isinstance(content, bytes) else b"")


def handed(name: str, content: bytes) -> Iterator[Found | Blob]:
    """An attached file as it is handed over: its name ("" when it has none), its bytes in parts."""
    yield {"kind": "name", "text": name}
    for start in range(0, len(content), _PART):
        yield Blob("application/octet-stream", content[start : start + _PART], {"part": 1})


def listed(names: Sequence[str]) -> str:
    """The line that names the attached files, in their order: ", " stands between two of them
    only (`documents.rules.mail_page` takes it apart)."""
    shown = (
        " ".join((name or "sans nom").split()).replace(", ", ",\N{NO-BREAK SPACE}")
        for name in names
    )
    return "Pièces jointes : " + ", ".join(shown)


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that are not made of others; those of messages attached stand in their place."""
    for part in islice(message.walk(), _MAX_PARTS):
        if not part.is_multipart():
            yield part


def _is_attached(part: EmailMessage) -> bool:
    return bool(part.get_filename()) or part.get_content_disposition() == "attachment"


def _attached(message: EmailMessage) -> Iterator[EmailMessage]:
    """Every file attached, those of messages attached too; then these messages, each whole."""
    yield from filter(_is_attached, _leaves(message))
    for part in islice(message.walk(), _MAX_PARTS):
        if part.get_content_type() == _MESSAGE and part.is_multipart():
            yield part  # last: the ranks of the others stay those of messages read earlier


def _inner(part: EmailMessage) -> EmailMessage:
    """The message that an attached one holds."""
    inside = part.get_payload()
    if isinstance(inside, list) and inside and isinstance(inside[0], EmailMessage):
        return inside[0]
    raise Unreadable("damaged")


def _whole(part: EmailMessage) -> bytes:
    """An attached message as a file of its own, its headers as they were written."""
    try:
        return _inner(part).as_bytes(policy=email.policy.SMTP.clone(refold_source="none"))
    except (ValueError, LookupError, TypeError, AttributeError):
        raise Unreadable("damaged") from None  # what the library says of hostile headers


def _file_name(part: EmailMessage) -> str:
    """The name of an attached file; of an attached message without one, what it is about."""
    name = " ".join((part.get_filename() or "").split())
    if name or part.get_content_type() != _MESSAGE:
        return name
    about = _header(_inner(part), "Subject")[:100].strip()
    return f"{about or 'Message joint'}.eml"


def _bodies(message: EmailMessage) -> list[str]:
    plain: list[str] = []
    html: list[str] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if _is_attached(part) or kind not in {"text/plain", "text/html"}:
            continue
        payload = part.get_payload(decode=True)
        charset = part.get_content_charset() or ""
        text = decode(payload if isinstance(payload, bytes) else b"", charset)
        (plain if kind == "text/plain" else html).append(text)
    if not any(text.strip() for text in plain) and html:
        from documents.extraction.readers.office import html_text

        plain = [html_text(text) for text in html]
    return [text.strip() for text in plain]
