"""The only way out: one `Mail` row per message and person, rendered when it is handed over.

`queue_mail()` writes the row and its job in the caller's transaction; each app declares its kinds
in `notifications.py` with `mail_kind()`.
"""

from accounts.mail.content import Attachment, MailContent, mail_body
from accounts.mail.registry import MailKind, mail_kind, mail_kinds
from accounts.mail.writing import HAND_OVER, queue_mail

__all__ = [
    "HAND_OVER",
    "Attachment",
    "MailContent",
    "MailKind",
    "mail_body",
    "mail_kind",
    "mail_kinds",
    "queue_mail",
]
