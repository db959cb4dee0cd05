"""L2122-17: who acts for the mayor, in the order of the law, with the reason and the days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_prepare
from council.enums import Function, ReplacementReason, Voice
from council.models import Assembly, Mandate, MayorReplacement
from council.services import telling
from council.services.acts import signatories
from council.services.locking import lock_assembly
from council.services.refusals import Missing, Refusal

_RANK = {Function.DEPUTY: 0, Function.VICE_PRESIDENT: 0}


class OutOfOrder(Refusal):
    """Somebody comes before in the order of the law."""


class AlreadyReplaced(Refusal):
    """A replacement is recorded on these days."""


def in_order(assembly: Assembly, on: date) -> list[Mandate]:
    """Who may act for the chair, first come first: the deputies in the order of their election,
    failing which the councillors in the order of the tableau."""
    seats = (
        Mandate.objects.filter(assembly=assembly, voice=Voice.DELIBERATIVE)
        .current(on)
        .exclude(pk__in=Mandate.objects.chairing().values("pk"))
        .select_related("person")
        .in_order_of_the_tableau()
    )
    return sorted(seats, key=lambda seat: _RANK.get(Function(seat.function), 1))


@transaction.atomic
def replace_mayor(
    *,
    actor: Actor,
    assembly: Assembly,
    by: Mandate,
    reason: ReplacementReason,
    from_date: date,
    now: datetime,
    to_date: date | None = None,
    words: str = "",
) -> MayorReplacement:
    """Record who acts for the mayor. Somebody who is not the first in order is taken only with a
    word on why those before them are not (``words``). The mayor and the replacement are told."""
    body = lock_assembly(assembly)
    require(can_prepare(actor, body))
    order = in_order(body, from_date)
    if by.pk not in {seat.pk for seat in order}:
        raise Refusal("Le remplaçant est un membre en exercice de l’instance.")
    if to_date is not None and to_date < from_date:
        raise Missing("La fin du remplacement précède son début.")
    if order[0].pk != by.pk and not words.strip():
        raise OutOfOrder(
            f"La loi désigne d’abord {order[0].person.full_name} (article L2122-17). Dites "
            "pourquoi un autre remplace le maire."
        )
    if _overlapping(body, from_date, to_date).exists():
        raise AlreadyReplaced("Un remplacement est déjà noté à ces dates : mettez-y fin d’abord.")
    made = MayorReplacement.objects.create(
        organisation=body.organisation,
        assembly=body,
        by=by,
        reason=reason,
        words=" ".join(words.split())[:300],
        from_date=from_date,
        to_date=to_date,
        recorded_by=actor.person,
        recorded_at=now,
    )
    record(
        actor,
        audit.MAYOR_REPLACED,
        body,
        now=now,
        data={"by": str(by.person.uid), "reason": reason, "from": from_date.isoformat()},
    )
    telling.tell_replaced(actor, made, now=now)
    signatories.name_signer_again(actor, body, now)
    return made


@transaction.atomic
def end_replacement(*, actor: Actor, replacement: MayorReplacement, now: datetime) -> None:
    """The mayor is back today: the replacement ended yesterday, or never began."""
    body = lock_assembly(replacement.assembly)
    require(can_prepare(actor, body))
    row = MayorReplacement.objects.get(pk=replacement.pk, assembly=body)
    yesterday = actor.today - timedelta(days=1)
    record(actor, audit.MAYOR_BACK, body, now=now)
    if row.from_date > yesterday:
        row.delete()
    else:
        row.to_date = yesterday
        row.save(update_fields=["to_date"])
    signatories.name_signer_again(actor, body, now)


def _overlapping(
    body: Assembly, from_date: date, to_date: date | None
) -> QuerySet[MayorReplacement]:
    rows = MayorReplacement.objects.filter(assembly=body).exclude(to_date__lt=from_date)
    return rows if to_date is None else rows.filter(from_date__lte=to_date)
