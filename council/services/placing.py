"""The order of an open agenda: a point goes to a rank, or under a heading."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_prepare
from council.enums import ItemState, Matter
from council.models import AgendaItem, AgendaSection
from council.services import agenda
from council.services.items import NotNow
from council.services.locking import lock_item
from council.services.pieces import check_open
from council.services.refusals import Missing


@transaction.atomic
def move_item(*, actor: Actor, item: AgendaItem, rank: int, now: datetime) -> AgendaItem:
    """Put a listed point at a rank (1 is first); the others make room. It goes under the heading
    of the point whose rank it takes.

    « Approbation de l’urgence » stays first whatever is asked.
    """
    locked, points = _listed(actor, item)
    if locked.matter != Matter.URGENCY:
        locked.section = points[min(max(rank, 1), len(points)) - 1].section
    return _put(actor, locked, points, rank, now)


@transaction.atomic
def place_item(
    *, actor: Actor, item: AgendaItem, section: AgendaSection | None, rank: int, now: datetime
) -> AgendaItem:
    """Put a listed point under a heading (None: before the first), at a rank of the whole agenda
    or as near as that heading allows."""
    locked, points = _listed(actor, item)
    if section is not None and (
        section.assembly_id != locked.assembly_id or section.removed_at is not None
    ):
        raise Missing("Cette rubrique n’est plus dans le modèle.")
    if locked.matter != Matter.URGENCY:
        locked.section = section
    return _put(actor, locked, points, rank, now)


def _listed(actor: Actor, item: AgendaItem) -> tuple[AgendaItem, list[AgendaItem]]:
    """The point, held, and the agenda that it is on."""
    locked = lock_item(item)
    require(can_prepare(actor, locked.assembly))
    check_open(locked)
    if locked.meeting is None or locked.state != ItemState.LISTED:
        raise NotNow("Ce point n’est pas à l’ordre du jour.")
    return locked, list(agenda.listed(locked.meeting))


def _put(
    actor: Actor, locked: AgendaItem, points: list[AgendaItem], rank: int, now: datetime
) -> AgendaItem:
    before = locked.position
    others = [one for one in points if one.pk != locked.pk]
    first = 2 if others and others[0].matter == Matter.URGENCY else 1
    rank = 1 if locked.matter == Matter.URGENCY else max(rank, first)
    agenda.renumber_positions(agenda.among(others, locked, rank))
    locked.save(update_fields=["section"])
    if locked.position != before:
        record(
            actor, audit.ITEM_MOVED, locked, now=now, data={"from": before, "to": locked.position}
        )
    return locked
