"""« J’ai bien reçu mon dossier »: a member's receipt, and what they choose to declare in it.

Reading is private: nothing of it is known to anybody, unless the member says so here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.audit import record
from config.lib.access import require
from config.lib.clock import local_date
from council import audit
from council.access import can_open_dossier
from council.enums import FactKind
from council.models import Convocation, EditionPiece, SendingFact
from council.services import sending_facts
from council.services.locking import lock_convocation


def receipt_of(convocation: Convocation) -> SendingFact | None:
    """The receipt already given for this dossier."""
    return SendingFact.objects.filter(convocation=convocation, kind=FactKind.RECEIPT).first()


@transaction.atomic
def acknowledge(
    *, convocation: Convocation, declared: Collection[UUID], now: datetime
) -> SendingFact:
    """Note the member's own receipt, once, with the documents that they declare as opened."""
    held = lock_convocation(convocation)
    today = local_date(now, held.meeting.timezone)
    require(can_open_dossier(held.person, held.edition, today=today))
    known = receipt_of(held)
    if known is not None:
        return known
    pieces = EditionPiece.objects.filter(edition=held.edition, uid__in=list(declared))
    fact = sending_facts.note(
        held,
        FactKind.RECEIPT,
        at=now,
        by=held.person,
        pieces=[str(uid) for uid in pieces.order_by("position").values_list("uid", flat=True)],
    )
    if fact is None:
        raise RuntimeError("a receipt was written under our lock")
    record(
        None,
        audit.RECEIPT_GIVEN,
        held,
        now=now,
        organisation=held.organisation,
        actor_uid=held.person.uid,
        label=False,
    )
    return fact
