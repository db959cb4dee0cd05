"""Meetings: when and where, urgency, cancelling."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.work.services import emit
from council import audit
from council.access import can_prepare, can_prepare_meeting
from council.enums import ItemKind, ItemState, Matter, MeetingState
from council.law import urgent_notice_of
from council.models import AgendaItem, Amendment, Assembly, Meeting
from council.rules import blocking
from council.rules.agenda import Setting, check_change
from council.rules.convocation import check_cancellation
from council.services import agenda, points_again, recurring, telling
from council.services.amending import preparing
from council.services.locking import lock_assembly, lock_meeting
from council.services.refusals import Missing, Refusal
from council.workflow import MEETING


class InThePast(Refusal):
    """A meeting is planned in the future."""


class NeedsNewConvocation(Refusal):
    """The convocation has left: this change demands another one."""


class NotUrgent(Refusal):
    """No text allows this body to shorten its delay."""


class TooFarGone(Refusal):
    """The meeting has been held, or was cancelled."""


@transaction.atomic
def create_meeting(
    *, actor: Actor, assembly: Assembly, starts_at: datetime, place: str, now: datetime
) -> Meeting:
    """Plan a meeting. What comes back each time is listed by itself, the former minutes first."""
    locked = lock_assembly(assembly)
    require(can_prepare(actor, locked))
    if starts_at <= now:
        raise InThePast("Choisissez une date à venir.")
    if not place.strip():
        raise Missing("Dites où la séance se tiendra.")
    meeting = Meeting.objects.create(
        organisation=actor.organisation,
        assembly=locked,
        starts_at=starts_at,
        place=place.strip(),
        timezone=actor.organisation.timezone,
        created_by=actor.person,
        created_at=now,
    )
    record(actor, audit.MEETING_CREATED, meeting, now=now)
    recurring.list_recurring(actor, meeting, now)
    emit(
        "council.meeting.created",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"meeting": str(meeting.uid)},
    )
    return meeting


@transaction.atomic
def change_meeting(
    *,
    actor: Actor,
    meeting: Meeting,
    starts_at: datetime,
    place: str,
    now: datetime,
) -> Meeting:
    """Change date, hour or place before the convocation; afterwards, that is a modificatif."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.opened_at or locked.cancelled_at:
        raise TooFarGone("Cette séance ne se déplace plus.")
    if starts_at <= now:
        raise InThePast("Choisissez une date à venir.")
    if not place.strip():
        raise Missing("Dites où la séance se tiendra.")
    before = Setting(locked.local_start, locked.place)
    after = Setting(starts_at.astimezone(locked.tz), place.strip())
    if before == after:
        return locked
    if locked.convened_at:
        raise NeedsNewConvocation(
            "La convocation est partie : préparez un modificatif, que chaque membre recevra.",
            check_change(before, after),
        )
    # What the mayor agreed to named another day or place.
    agenda.withdraw_agreement(actor, locked, now)
    agenda.reopen(locked, now)
    locked.starts_at, locked.place = starts_at, place.strip()
    locked.save(update_fields=["starts_at", "place"])
    record(
        actor,
        audit.MEETING_CHANGED,
        locked,
        now=now,
        data={
            "before": before.starts_at.isoformat(),
            "after": after.starts_at.isoformat(),
        },
    )
    emit(
        "council.meeting.changed",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"meeting": str(locked.uid)},
    )
    return locked


@transaction.atomic
def declare_urgency(*, actor: Actor, meeting: Meeting, reason: str, now: datetime) -> Meeting:
    """Shorten the delay, with a reason (R-CONV-06).

    « Approbation de l’urgence » becomes the first point, and a frozen agenda is opened again: the
    mayor agreed to another one.
    """
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.convened_at or locked.cancelled_at:
        raise TooFarGone("La séance est déjà convoquée : l’urgence ne se déclare plus.")
    if not reason.strip():
        raise Missing("Dites pourquoi il est urgent de se réunir : le conseil en jugera.")
    if urgent_notice_of(locked) is None:
        raise NotUrgent("Aucun texte ne permet à cette instance de se réunir en urgence.")
    agenda.withdraw_agreement(actor, locked, now)
    agenda.reopen(locked, now)
    locked.urgent_at, locked.urgency_reason = now, reason.strip()
    locked.save(update_fields=["urgent_at", "urgency_reason"])
    if not agenda.listed(locked).filter(matter=Matter.URGENCY).exists():
        item = AgendaItem.objects.create(
            organisation=locked.organisation,
            assembly=locked.assembly,
            meeting=locked,
            state=ItemState.LISTED,
            kind=ItemKind.DELIBERATION,
            matter=Matter.URGENCY,
            title="Approbation de l’urgence",
            summary=reason.strip(),
            created_by=actor.person,
            created_at=now,
            changed_at=now,
        )
        agenda.place_first(locked, item)
    record(actor, audit.URGENCY_DECLARED, locked, now=now)
    return locked


@transaction.atomic
def give_up_urgency(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """The meeting is ordinary again; its first point goes."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.convened_at or locked.cancelled_at:
        raise TooFarGone("La séance est convoquée en urgence : le conseil en décidera.")
    if not locked.is_urgent:
        return locked
    agenda.withdraw_agreement(actor, locked, now)
    agenda.reopen(locked, now)
    locked.urgent_at, locked.urgency_reason = None, ""
    locked.save(update_fields=["urgent_at", "urgency_reason"])
    AgendaItem.objects.filter(meeting=locked, matter=Matter.URGENCY, state=ItemState.LISTED).update(
        state=ItemState.WITHDRAWN, state_reason="La séance n’est plus urgente.", changed_at=now
    )
    record(actor, audit.URGENCY_LIFTED, locked, now=now)
    return locked


@transaction.atomic
def cancel_meeting(
    *,
    actor: Actor,
    meeting: Meeting,
    reason: str,
    now: datetime,
    decided_by_mayor: bool = False,
) -> Meeting:
    """Cancel, up to the hour of the meeting (R-CONV-10). Convened members are told by mail; those
    on paper get a letter to carry. The agenda waits again, in its order.

    Once convened, the mayor cancels: ``decided_by_mayor`` says that they did, and is kept.
    """
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if not reason.strip():
        raise Missing("Dites pourquoi la séance est annulée.")
    if not MEETING.allows(locked.state, "cancel"):
        raise TooFarGone("Cette séance ne s’annule plus.")
    stopped = blocking(
        check_cancellation(
            now=now,
            starts_at=locked.starts_at,
            by_the_mayor=decided_by_mayor or locked.convened_at is None,
        )
    )
    if stopped:
        raise TooFarGone(stopped[0].message, stopped)
    locked.cancelled_at, locked.cancel_reason = now, reason.strip()
    locked.save(update_fields=["cancelled_at", "cancel_reason"])
    agenda.withdraw_agreement(actor, locked, now)
    for amendment in Amendment.objects.filter(meeting=locked).open().order_by("pk"):
        amendment.abandoned_at = now
        amendment.save(update_fields=["abandoned_at"])
        preparing.let_go(amendment, now)
    waiting = points_again.back_to_the_pool(actor=actor, meeting=locked, now=now)
    record(
        actor,
        audit.MEETING_CANCELLED,
        locked,
        now=now,
        data={"by_mayor": decided_by_mayor, "points": len(waiting)},
    )
    if locked.convened_at:
        telling.write_cancelled(locked, now=now)
    emit(
        "council.meeting.cancelled",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"meeting": str(locked.uid), "convened": locked.convened_at is not None},
    )
    return locked


def is_open(meeting: Meeting) -> bool:
    """Whether the agenda may still be worked on."""
    return meeting.state == MeetingState.PREPARATION
