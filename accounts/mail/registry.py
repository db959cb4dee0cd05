"""Which messages exist: each kind has its renderer and, at need, a last check and a follow-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.mail.content import MailContent
from accounts.mail.reports import Fate
from accounts.models import Mail
from config.lib.registry import Registry

Render = Callable[[Mail, datetime], MailContent]
Check = Callable[[Mail, datetime], str]
Settled = Callable[[Mail, datetime], None]
Returned = Callable[[Mail, Fate, datetime], None]


@dataclass(frozen=True, slots=True)
class MailKind:
    """`check` answers "" to go on, or the French reason why the message must not leave any more
    (rights withdrawn, legal delay passed). `settled` is called in the transaction that fixes the
    outcome: `mail.state` is then accepted, failed, uncertain or cancelled, and `mail.response`
    holds what the server said. An uncertain one may later be settled again as accepted.
    `returned` is called, in a transaction, with what a mail server reports afterwards; a kind that
    has one leaves with an address of its own for what comes back."""

    kind: str
    render: Render
    check: Check | None = None
    settled: Settled | None = None
    returned: Returned | None = None


mail_kinds: Registry[MailKind] = Registry("mail kinds")


def mail_kind(
    kind: str,
    *,
    render: Render,
    check: Check | None = None,
    settled: Settled | None = None,
    returned: Returned | None = None,
) -> MailKind:
    """Declare a message, in the `notifications.py` of the app that it belongs to."""
    return mail_kinds.register(kind, MailKind(kind, render, check, settled, returned))
