"""The mayor's recorded agreement: nothing leaves without it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person
from config.lib.access import require
from config.work.services import emit
from council import audit
from council.access import can_agree, can_prepare_meeting
from council.enums import MeetingState
from council.law import agenda_findings, latest_moment
from council.models import MayorAgreement, Meeting
from council.rules import blocking
from council.services import agenda, telling
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal
from council.services.standing_in import acting_as, chair_or_stand_in


class NothingToAgree(Refusal):
    """Nobody asked, or the answer was given."""


class AgendaChanged(Refusal):
    """The agenda is no longer the one that was shown."""


class NoMayor(Refusal):
    """The body has no mayor or president in office."""


class NotReady(Refusal):
    """The law still wants something of this agenda."""


class AlreadySettled(Refusal):
    """The agenda is settled, the meeting convened or cancelled."""


@transaction.atomic
def ask_mayor(*, actor: Actor, meeting: Meeting, now: datetime) -> MayorAgreement:
    """Show the agenda as it is to the mayor. Asking again replaces the former question."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.state != MeetingState.PREPARATION:
        raise AlreadySettled("L’ordre du jour est déjà arrêté.")
    asked_of = chair_or_stand_in(locked, now)
    if asked_of is None:
        raise NoMayor(
            "Cette instance n’a ni maire ni président en exercice : enregistrez son mandat."
        )
    stopped = blocking(agenda_findings(locked, agenda.with_pieces(locked), now=now))
    if stopped:
        raise NotReady(stopped[0].message, stopped)
    current = agenda.current_agreement(locked)
    shown = agenda.digest(locked)
    if current is not None and current.agenda_digest == shown and current.agreed is not False:
        return current
    if current is not None:
        current.withdrawn_at = now
        current.save(update_fields=["withdrawn_at"])
    asked = MayorAgreement.objects.create(
        organisation=locked.organisation,
        meeting=locked,
        agenda_digest=shown,
        asked_by=actor.person,
        asked_at=now,
    )
    record(actor, audit.AGREEMENT_ASKED, locked, now=now, data={"digest": shown})
    _emit("council.agreement.asked", actor, locked, now, to=asked_of)
    telling.tell_mayor(actor, locked, asked_of, now=now, due=latest_moment(locked))
    return asked


@transaction.atomic
def give_agreement(*, actor: Actor, meeting: Meeting, shown: str, now: datetime) -> MayorAgreement:
    """The mayor agrees to the agenda whose digest is ``shown``: the one on their screen."""
    locked = lock_meeting(meeting)
    require(can_agree(actor, locked))
    asked = _waiting(locked)
    if asked.agreed:
        return asked
    if shown != asked.agenda_digest or shown != agenda.digest(locked):
        raise AgendaChanged(
            "L’ordre du jour a changé depuis que cette page s’est affichée. Relisez-le."
        )
    asked.agreed, asked.answered_by, asked.answered_at = True, actor.person, now
    asked.acting_as = acting_as(locked, actor.person, now)
    asked.save(update_fields=["agreed", "answered_by", "answered_at", "acting_as"])
    record(
        actor,
        audit.AGREEMENT_GIVEN,
        locked,
        now=now,
        data={"digest": shown, "instead": bool(asked.acting_as)},
    )
    _emit("council.agreement.given", actor, locked, now, to=asked.asked_by)
    telling.tell_answer(actor, locked, agreed=True, now=now)
    return asked


@transaction.atomic
def refuse_with_reason(
    *, actor: Actor, meeting: Meeting, reason: str, now: datetime
) -> MayorAgreement:
    """The mayor asks for changes, in a few words."""
    locked = lock_meeting(meeting)
    require(can_agree(actor, locked))
    asked = _waiting(locked)
    if not reason.strip():
        raise Missing("Dites en quelques mots ce qu’il faut changer.")
    if asked.agreed is not None:
        raise NothingToAgree("Vous avez déjà répondu à cette demande.")
    asked.agreed, asked.answered_by, asked.answered_at = False, actor.person, now
    asked.refusal_reason = reason.strip()
    asked.acting_as = acting_as(locked, actor.person, now)
    asked.save(
        update_fields=["agreed", "answered_by", "answered_at", "refusal_reason", "acting_as"]
    )
    record(actor, audit.AGREEMENT_REFUSED, locked, now=now)
    _emit("council.agreement.refused", actor, locked, now, to=asked.asked_by)
    telling.tell_answer(actor, locked, agreed=False, now=now)
    return asked


def _waiting(meeting: Meeting) -> MayorAgreement:
    if meeting.state != MeetingState.PREPARATION:
        raise AlreadySettled("L’ordre du jour est déjà arrêté.")
    asked = agenda.current_agreement(meeting)
    if asked is None:
        raise NothingToAgree("Aucun accord ne vous est demandé pour cette séance.")
    return asked


def _emit(name: str, actor: Actor, meeting: Meeting, now: datetime, *, to: Person) -> None:
    emit(
        name,
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"meeting": str(meeting.uid), "to": str(to.uid)},
    )
