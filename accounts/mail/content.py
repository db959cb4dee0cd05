"""What a message holds, and how it becomes bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.enums import NoticeClass
from accounts.models import Mail

MASK = "…"
# No-break spaces stay: "2 nouvelles" holds together.
_BREAKS = re.compile(r"[ \t\r\n\f\v]+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of the message. `parameters` go to its type: `{"method": "REQUEST"}` for an .ics."""

    name: str
    content: bytes
    media_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailContent:
    """One message as its reader will see it.

    `subject` need not name the person: the hand-over puts their name first. `masks` are the
    secrets (personal links) that the stored copy must not hold.
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    masks: tuple[str, ...] = ()

    def masked_text(self) -> str:
        """The text as kept for proof, each secret replaced."""
        kept = self.text
        for secret in self.masks:
            kept = kept.replace(secret, MASK)
        return kept


def mail_body(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Text and HTML of `email/<template>.txt` and `.html`, the latter inside the mail layout."""
    context = {"site": settings.SITE_ADDRESS, **context}
    text = render_to_string(f"email/{template}.txt", context)
    html = render_to_string(f"email/{template}.html", context)
    return text.strip() + "\n", html


def named_subject(person_name: str, subject: str) -> str:
    """The person first: several may share the mailbox. One line, whatever the title holds."""
    flat = _BREAKS.sub(" ", subject).strip()
    return (flat if flat.startswith(person_name) else f"{person_name} — {flat}")[:300]


def sender_of(mail: Mail) -> str:
    """Whom the message comes from: the organisation's name, the platform's own address."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((mail.organisation.name if mail.organisation else name, address))


class _Message(EmailMultiAlternatives):
    """Django folds a long accented subject right after its name, which some readers show as a
    leading space: fold it as if its name were part of the line."""

    def message(self, **options: Any) -> Any:
        built = super().message(**options)
        built.replace_header("Subject", Header(self.subject, "utf-8", header_name="Subject"))
        return built


def message_of(
    mail: Mail, content: MailContent, *, unsubscribe: str = ""
) -> EmailMultiAlternatives:
    """The whole message. Its Message-ID is the row's, so that a second attempt is the same one."""
    headers = {
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if unsubscribe and mail.notice_class in {NoticeClass.DIRECT, NoticeClass.FOLLOWED}:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    reply_to = content.reply_to or (mail.organisation.email if mail.organisation else "")
    message = _Message(
        subject=named_subject(mail.person.full_name, content.subject),
        body=content.text,
        from_email=sender_of(mail),
        to=[formataddr((mail.person.full_name, mail.address))],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    if content.html:
        message.attach_alternative(content.html, "text/html")
    for attachment in content.attachments:
        message.attach(_part(attachment))
    return message


def _part(attachment: Attachment) -> MIMEBase:
    main, _, sub = attachment.media_type.partition("/")
    part = MIMEBase(main, sub or "octet-stream", **attachment.parameters)
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part
