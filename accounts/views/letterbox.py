"""`/_courriels/`: the messages that were not sent, on a developer's machine only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache

from config.lib import clock
from config.lib.htmx import render_page
from config.lib.http import read_view
from config.lib.text import human_datetime

_SEPARATOR = b"\n" + b"-" * 79 + b"\n"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it would have left."""

    number: str
    to: str
    subject: str
    date: str
    text: SafeString
    html: str
    attachments: tuple[tuple[int, str], ...]
    message: EmailMessage


def _letters() -> list[Letter]:
    """The latest first. The file backend writes one file per process, one part per message."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", "") or "/nonexistent")
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    letters = []
    for file in files[:_MOST]:
        parts = [part for part in file.read_bytes().split(_SEPARATOR) if part.strip()]
        letters += [
            _letter(f"{file.stem}.{index}", part)
            for index, part in reversed(list(enumerate(parts)))
        ]
    return letters[:_MOST]


def _letter(number: str, raw: bytes) -> Letter:
    message = message_from_bytes(raw, policy=policy.default)
    plain = message.get_body(("plain",))
    rich = message.get_body(("html",))
    files = tuple(
        (index, part.get_filename() or "pièce jointe")
        for index, part in enumerate(message.iter_attachments())
    )
    text = urlize(plain.get_content() if plain else "", nofollow=False, autoescape=True)
    return Letter(
        number=number,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=_said(message["Date"].datetime),
        text=mark_safe(text),  # noqa: S308 - urlize escaped it
        html=rich.get_content() if rich else "",
        attachments=files,
        message=message,
    )


def _said(at: datetime) -> str:
    # « -0000 », which Django writes, is read without a zone: it is universal time.
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return human_datetime(aware, clock.now(), settings.TIME_ZONE)


def _one(number: str) -> Letter:
    for letter in _letters():
        if letter.number == number:
            return letter
    raise Http404


@login_not_required
@never_cache
@read_view
def sent(request: HttpRequest) -> HttpResponse:
    """Every message, with its links."""
    return render_page(request, "accounts/letterbox.html", {"letters": _letters()})


@login_not_required
@never_cache
@read_view
def rich(request: HttpRequest, number: str) -> HttpResponse:
    """One message as a mail programme shows it."""
    return HttpResponse(_one(number).html)


@login_not_required
@never_cache
@read_view
def attachment(request: HttpRequest, number: str, index: int) -> HttpResponse:
    """One attachment."""
    for position, part in enumerate(_one(number).message.iter_attachments()):
        if position == index:
            content = part.get_payload(decode=True)
            response = HttpResponse(content, content_type=part.get_content_type())
            name = (part.get_filename() or "piece").replace('"', "")
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
    raise Http404
