"""Preparing a change: nothing here reaches a member, nor touches what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_prepare_meeting
from council.enums import ItemKind, ItemState, Matter, MeetingState
from council.models import AgendaItem, Amendment, MayorAgreement, Meeting
from council.services import items
from council.services.amending.comparing import in_preparation
from council.services.copies import content_fields
from council.services.locking import lock_item, lock_meeting
from council.services.pieces import copy_pieces
from council.services.refusals import Missing, Refusal
from council.workflow import ITEM


class NotConvened(Refusal):
    """Only a meeting convened, and not begun, is changed this way."""


class NotInPreparation(Refusal):
    """This change was sent or given up."""


class NotOnTheAgenda(Refusal):
    """The point is not one that the members were sent."""


@transaction.atomic
def open_amendment(*, actor: Actor, meeting: Meeting, now: datetime) -> Amendment:
    """Begin to prepare a change; the one in preparation when there is one."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    check_changeable(locked, now)
    known = in_preparation(locked)
    if known is not None:
        return known
    made = Amendment.objects.create(
        organisation=locked.organisation,
        meeting=locked,
        created_by=actor.person,
        created_at=now,
    )
    record(actor, audit.AMENDMENT_OPENED, locked, now=now)
    return made


@transaction.atomic
def set_setting(
    *,
    actor: Actor,
    amendment: Amendment,
    starts_at: datetime,
    place: str,
    minor_reason: str = "",
    urgency_reason: str = "",
    now: datetime,
) -> Amendment:
    """Another hour or place, or the one convened again; why it is minor, or urgent."""
    locked = lock_amendment(actor, amendment, now)
    if not place.strip():
        raise Missing("Dites où la séance se tiendra.")
    if starts_at <= now:
        raise Refusal("Choisissez une date à venir.")
    meeting = locked.meeting
    locked.starts_at = starts_at if starts_at != meeting.starts_at else None
    locked.place = place.strip() if place.strip() != meeting.place else ""
    locked.minor_reason, locked.urgency_reason = minor_reason.strip(), urgency_reason.strip()
    locked.save(update_fields=["starts_at", "place", "minor_reason", "urgency_reason"])
    _follow_urgency(actor, locked, now)
    record(actor, audit.AMENDMENT_CHANGED, meeting, now=now)
    return locked


@transaction.atomic
def write_anew(
    *, actor: Actor, amendment: Amendment, item: AgendaItem, now: datetime
) -> AgendaItem:
    """A copy of a point that was sent, to write its new wording and join its new files.

    Written twice, it is the same copy. Its pieces take the versions that their documents have when
    the change leaves.
    """
    locked = lock_amendment(actor, amendment, now)
    sent = lock_item(item)
    if sent.meeting_id != locked.meeting_id or sent.state != ItemState.FROZEN:
        raise NotOnTheAgenda("Ce point n’est pas dans le dossier envoyé.")
    known = AgendaItem.objects.filter(amendment=locked, amends=sent).first()
    if known is not None and known.state == ItemState.READY:
        return known
    made = known or AgendaItem(
        organisation=sent.organisation,
        assembly=sent.assembly,
        amendment=locked,
        amends=sent,
        created_by=actor.person,
        created_at=now,
    )
    made.state, made.position, made.changed_at = ItemState.READY, sent.position, now
    for name in content_fields():
        setattr(made, name, getattr(sent, name))
    made.save()
    made.pieces.all().delete()
    copy_pieces(sent, made, by=actor.person, now=now)
    record(actor, audit.AMENDMENT_CHANGED, sent, now=now)
    return made


@transaction.atomic
def add_points(
    *, actor: Actor, amendment: Amendment, points: Sequence[AgendaItem], now: datetime
) -> list[AgendaItem]:
    """Points of the pool that join the agenda when the change leaves, after those that were sent.

    A draft is marked ready on the way, as on an agenda in preparation.
    """
    locked = lock_amendment(actor, amendment, now)
    last = AgendaItem.objects.filter(meeting=locked.meeting).count()
    last += AgendaItem.objects.filter(amendment=locked).count()
    added = []
    for rank, point in enumerate(points, start=last + 1):
        item = lock_item(point)
        if item.assembly_id != locked.meeting.assembly_id:
            raise Refusal("Ce point est celui d’une autre instance.")
        if item.amendment_id == locked.pk:
            continue
        if item.amendment_id is not None or not (
            item.state == ItemState.READY or ITEM.allows(item.state, "mark_ready")
        ):
            raise items.NotNow(f"Le point « {item.title} » n’attend pas de place.")
        if item.state != ItemState.READY:
            item.state = ITEM.next(ItemState(item.state), "mark_ready")
        item.amendment, item.meeting, item.position = locked, None, rank
        item.changed_at = now
        item.save(update_fields=["state", "amendment", "meeting", "position", "changed_at"])
        record(actor, audit.AMENDMENT_CHANGED, item, now=now)
        added.append(item)
    return added


@transaction.atomic
def leave_out(*, actor: Actor, amendment: Amendment, item: AgendaItem, now: datetime) -> None:
    """Take a point out of the change: an added one goes back to the pool, a new wording is
    forgotten."""
    locked = lock_amendment(actor, amendment, now)
    held = lock_item(item)
    if held.amendment_id != locked.pk:
        raise NotOnTheAgenda("Ce point n’est pas dans ce modificatif.")
    if held.matter == Matter.URGENCY:
        raise items.NotNow("Ce point s’en va quand vous renoncez à l’urgence.")
    _release(held, now)
    record(actor, audit.AMENDMENT_CHANGED, held, now=now)


@transaction.atomic
def abandon(*, actor: Actor, amendment: Amendment, now: datetime) -> Amendment:
    """Give the change up: the members keep what they were sent, added points wait again."""
    meeting = lock_meeting(amendment.meeting)
    require(can_prepare_meeting(actor, meeting))
    locked = _open_row(amendment)
    locked.abandoned_at = now
    locked.save(update_fields=["abandoned_at"])
    let_go(locked, now)
    record(actor, audit.AMENDMENT_ABANDONED, meeting, now=now)
    return locked


def let_go(amendment: Amendment, now: datetime) -> None:
    """Nothing of this change waits any more. Its meeting is locked by the caller."""
    for item in AgendaItem.objects.filter(amendment=amendment).order_by("pk"):
        _release(item, now)
    MayorAgreement.objects.filter(amendment=amendment, withdrawn_at=None).update(withdrawn_at=now)


def lock_amendment(actor: Actor, amendment: Amendment, now: datetime) -> Amendment:
    """The meeting first, then the change itself, both as they are now; the right asked again."""
    meeting = lock_meeting(amendment.meeting)
    require(can_prepare_meeting(actor, meeting))
    locked = _open_row(amendment)
    check_changeable(meeting, now)
    locked.meeting = meeting
    return locked


def check_changeable(meeting: Meeting, now: datetime) -> None:
    """Raises NotConvened."""
    if meeting.state != MeetingState.CONVENED:
        raise NotConvened("Seule une séance convoquée, et qui n’a pas commencé, se modifie ainsi.")
    if meeting.starts_at <= now:
        raise NotConvened("L’heure de la séance est passée : rien ne se change plus.")


def _open_row(amendment: Amendment) -> Amendment:
    locked = Amendment.objects.select_for_update(of=("self",), no_key=True).get(pk=amendment.pk)
    if not locked.is_open:
        raise NotInPreparation("Ce modificatif est déjà parti, ou abandonné.")
    return locked


def _release(item: AgendaItem, now: datetime) -> None:
    if item.amends_id is not None or item.matter == Matter.URGENCY:
        if item.state != ItemState.ABANDONED:
            item.state = ITEM.next(ITEM.next(ItemState.READY, "take_back"), "abandon")
    else:
        item.amendment = None
        item.position = 0
    item.changed_at = now
    item.save(update_fields=["state", "amendment", "position", "changed_at"])


def _follow_urgency(actor: Actor, amendment: Amendment, now: datetime) -> None:
    """R-CONV-06: points added in urgency come with the vote on it, before all else."""
    known = AgendaItem.objects.filter(
        amendment=amendment, amends=None, matter=Matter.URGENCY, state=ItemState.READY
    )
    if not amendment.urgency_reason:
        for item in known.order_by("pk"):
            _release(item, now)
    elif not known.update(summary=amendment.urgency_reason, changed_at=now):
        AgendaItem.objects.create(
            organisation=amendment.organisation,
            assembly=amendment.meeting.assembly,
            amendment=amendment,
            state=ItemState.READY,
            kind=ItemKind.DELIBERATION,
            matter=Matter.URGENCY,
            title="Approbation de l’urgence des points ajoutés",
            summary=amendment.urgency_reason,
            created_by=actor.person,
            created_at=now,
            changed_at=now,
        )
