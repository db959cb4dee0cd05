"""Writing down what happens to a convocation on its way, each thing once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.enums import MailState
from accounts.models import Mail, Person
from council.enums import FactKind
from council.models import Convocation, SendingFact


def note(
    convocation: Convocation,
    kind: FactKind,
    *,
    at: datetime,
    mail: Mail | None = None,
    by: Person | None = None,
    address: str = "",
    code: str = "",
    words: str = "",
    outcome: str = "",
    pieces: list[str] | None = None,
) -> SendingFact | None:
    """The fact written; None when it was known already. The convocation is held by the caller."""
    try:
        with transaction.atomic():
            return SendingFact.objects.create(
                organisation=convocation.organisation,
                convocation=convocation,
                kind=kind,
                at=at,
                by=by,
                mail=mail.uid if mail else None,
                address=address[:300],
                code=code[:20],
                words=words[:500],
                outcome=outcome,
                pieces=pieces or [],
            )
    except IntegrityError:
        return None


def settle(mail: Mail, kind: FactKind, now: datetime) -> None:
    """What became of a copy or a reminder."""
    SendingFact.objects.filter(mail=mail.uid, kind=kind).update(
        settled_at=mail.handed_over_at or now,
        outcome=MailState(mail.state).value,
        address=mail.address,
        words=(mail.response if mail.state == MailState.ACCEPTED else mail.error)[:500],
    )
