"""Messages saved as .eml, with the standard library: headers, body, names of attachments."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from documents.extraction.readers import Blob, Found, Request, Source, page, page_count
from documents.extraction.readers.plain import decode

_HEADERS = (
    ("Subject", "Objet"),
    ("From", "De"),
    ("To", "À"),
    ("Cc", "Copie"),
    ("Date", "Date"),
)
_MAX_PARTS = 500


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """One page: headers, body, names of the attachments."""
    message = email.message_from_bytes(source.whole(), policy=email.policy.default)
    lines = [f"{french} : {_header(message, name)}" for name, french in _HEADERS if name in message]
    bodies, attachments = _parts(message)
    lines += ["", *bodies]
    if attachments:
        lines += ["", "Pièces jointes : " + ", ".join(attachments)]
    yield page_count(1)
    text = "\n".join(lines).strip()
    if text:
        yield page(1, text)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message[name]).split())
    except Exception:  # noqa: BLE001 - the header parser raises many kinds on hostile headers
        return ""


def _parts(message: EmailMessage) -> tuple[list[str], list[str]]:
    plain: list[str] = []
    html: list[str] = []
    names: list[str] = []
    for rank, part in enumerate(message.walk()):
        if rank >= _MAX_PARTS:
            break
        if part.is_multipart():
            continue
        name = part.get_filename()
        kind = part.get_content_type()
        if name or part.get_content_disposition() == "attachment":
            names.append(" ".join((name or "sans nom").split()))
        elif kind in {"text/plain", "text/html"}:
            payload = part.get_payload(decode=True)
            charset = part.get_content_charset() or ""
            text = decode(payload if isinstance(payload, bytes) else b"", charset)
            (plain if kind == "text/plain" else html).append(text)
    if not any(text.strip() for text in plain) and html:
        from documents.extraction.readers.office import html_text

        plain = [html_text(text) for text in html]
    return [text.strip() for text in plain], names
