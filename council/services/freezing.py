"""Settling the agenda: numbers are given, versions are pinned; and opening it again, audited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.work.services import emit
from council import audit
from council.access import can_prepare_meeting
from council.enums import ItemState, MeetingState
from council.law import agenda_findings
from council.models import AgendaItem, AgendaItemDocument, Meeting
from council.rules import blocking
from council.services import agenda, numbering, public_titles
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal
from council.workflow import ITEM
from documents.access import is_trashed
from documents.services.holds import hold


class NotAgreed(Refusal):
    """The mayor has not agreed to this very agenda."""


class NotComplete(Refusal):
    """The law still wants something of this agenda."""


class AlreadySettled(Refusal):
    """The agenda is settled."""


class AlreadySent(Refusal):
    """The convocation has left: the agenda is what the members have in hand."""


class NotSettled(Refusal):
    """The agenda is open."""


class PieceGone(Refusal):
    """A piece is in the trash or has no file."""


@transaction.atomic
def freeze_agenda(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Settle the agenda that the mayor agreed to.

    New points take the next numbers in their order; those that had one keep it; a number is never
    given twice in a meeting. Each piece is pinned to the version that it has now.
    """
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.state != MeetingState.PREPARATION:
        raise AlreadySettled("L’ordre du jour est déjà arrêté.")
    if not agenda.agreement_stands(locked):
        raise NotAgreed("L’ordre du jour attend l’accord du maire.")
    stopped = blocking(agenda_findings(locked, agenda.with_pieces(locked), now=now))
    if stopped:
        raise NotComplete(stopped[0].message, stopped)
    items = list(agenda.listed(locked).select_for_update(of=("self",), no_key=True))
    _number(locked, items, now)
    _pin(locked, items, now)
    public_titles.hide_in_titles(locked)
    locked.agenda_frozen_at = now
    locked.save(update_fields=["agenda_frozen_at"])
    record(actor, audit.AGENDA_FROZEN, locked, now=now, data={"items": len(items)})
    emit(
        "council.agenda.frozen",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"meeting": str(locked.uid)},
    )
    return locked


@transaction.atomic
def unfreeze_agenda(*, actor: Actor, meeting: Meeting, reason: str, now: datetime) -> Meeting:
    """Open a settled agenda again, before it was sent. The mayor's agreement no longer holds."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if not reason.strip():
        raise Missing("Dites pourquoi l’ordre du jour est rouvert.")
    if locked.convened_at or locked.cancelled_at:
        raise AlreadySent("La convocation est partie : l’ordre du jour ne se rouvre plus.")
    if not agenda.reopen(locked, now):
        raise NotSettled("L’ordre du jour n’est pas arrêté.")
    agenda.withdraw_agreement(actor, locked, now)
    record(actor, audit.AGENDA_UNFROZEN, locked, now=now, data={"reason": reason.strip()})
    return locked


def _number(meeting: Meeting, items: list[AgendaItem], now: datetime) -> None:
    fresh = [item for item in items if item.number is None]
    numbers = numbering.take(
        organisation=meeting.organisation,
        name=numbering.item_numbers(meeting),
        count=len(fresh),
    )
    for item, number in zip(fresh, numbers, strict=True):
        item.number = number
    for item in items:
        item.state = ITEM.next(ItemState(item.state), "freeze")
        item.heading = item.section_title
        item.changed_at = now
    AgendaItem.objects.bulk_update(items, ["number", "state", "heading", "changed_at"])


def _pin(meeting: Meeting, items: list[AgendaItem], now: datetime) -> None:
    pieces = list(
        AgendaItemDocument.objects.filter(item__in=items)
        .select_related("document__current_version", "document__folder", "item")
        .order_by("item__position", "position", "pk")
    )
    for piece in pieces:
        version = piece.document.current_version
        if version is None or is_trashed(piece.document):
            raise PieceGone(
                f"Une pièce du point « {piece.item.title} » est dans la corbeille : "
                "restaurez-la ou ôtez-la."
            )
        piece.pinned_version = version
        piece.label = piece.document.title
        hold(version, f"Ordre du jour : {meeting}", holder_uid=meeting.uid, now=now)
    AgendaItemDocument.objects.bulk_update(pieces, ["pinned_version", "label"])
