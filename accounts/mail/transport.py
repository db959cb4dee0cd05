"""Handing a message to a mail server, so that we always know whether it may have left.

The moment that matters is between "354, send the body" and the server's answer: before it nothing
has left, after it the answer tells. `before_body` is called then, and only then.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

_SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class TryLater(Exception):
    """Nothing has left; the server is absent or asks to come back."""


class Refused(Exception):
    """The server said no for good (5xx)."""


class Unknown(Exception):
    """The body was sent and no answer came: the message may have left."""


def deliver(
    message: EmailMultiAlternatives, *, before_body: Callable[[], None], returns_to: str = ""
) -> str:
    """Hand over one message. Returns the server's words of acceptance ("250 2.0.0 Ok…").

    `returns_to` is the envelope's sender, where reports come back; the From: address otherwise.

    Raises TryLater, Refused or Unknown. What `before_body` raises goes through, the body unsent.
    """
    if settings.EMAIL_BACKEND != _SMTP_BACKEND:
        before_body()
        message.send()
        return "gardé sur cette machine"
    return _smtp(message, before_body, returns_to)


def _words(code: int, answer: bytes) -> str:
    return f"{code} {answer.decode('utf-8', 'replace')}"[:2000]


def _sort(code: int, answer: bytes) -> TryLater | Refused:
    words = _words(code, answer)
    return Refused(words) if 500 <= code < 600 else TryLater(words)


def _connect() -> smtplib.SMTP:
    secure = ssl.create_default_context()
    timeout = settings.EMAIL_TIMEOUT
    server: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        server = smtplib.SMTP_SSL(
            settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout, context=secure
        )
    else:
        server = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout)
    try:
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=secure)
            server.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        server.close()
        raise
    return server


def _smtp(message: EmailMultiAlternatives, before_body: Callable[[], None], returns_to: str) -> str:
    body = message.message().as_bytes(linesep="\r\n")
    sender, recipient = (
        parseaddr(sanitize_address(who, "utf-8"))[1] for who in (message.from_email, message.to[0])
    )
    try:
        server = _connect()
    except (OSError, smtplib.SMTPException) as absent:
        # A wrong password or an expired certificate is ours to repair: the message waits.
        raise TryLater(f"{type(absent).__name__}: {absent}"[:2000]) from absent
    try:
        try:
            _agree(server.mail(returns_to or sender), {250})
            _agree(server.rcpt(recipient), {250, 251})
            _agree(server.docmd("DATA"), {354})
        except (OSError, smtplib.SMTPException) as lost:
            raise TryLater(f"{type(lost).__name__}: {lost}"[:2000]) from lost
        before_body()
        try:
            server.send(_dotted(body))
            code, answer = server.getreply()
        except (OSError, smtplib.SMTPException) as silent:
            raise Unknown(f"{type(silent).__name__}: {silent}"[:2000]) from silent
        if not 200 <= code < 300:
            raise _sort(code, answer)
        return _words(code, answer)
    finally:
        _leave(server)


def _agree(reply: tuple[int, bytes], wanted: set[int]) -> None:
    if reply[0] not in wanted:
        raise _sort(*reply)


def _dotted(body: bytes) -> bytes:
    """The body as it travels: leading dots doubled, a lone dot at the end."""
    lines = b"\r\n".join(
        b"." + line if line.startswith(b".") else line
        for line in body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    )
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
