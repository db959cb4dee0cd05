"""The follow-up of decisions: who must do what by when, how far they are, and reminders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.access import can_see_person, visible_teams
from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Organisation, Person, Team, TeamMembership
from accounts.notifications import notify, settle
from config.lib.access import require
from config.lib.clock import end_of_day, local_date
from config.work.services import emit
from council import alerts_following as alerts
from council import audit
from council.access_following import can_advance, can_entrust
from council.enums import FollowUpState
from council.models import Act, FollowUp
from council.services.acts.locking import lock_act
from council.services.refusals import Missing, Refusal
from council.workflow import FOLLOW_UP

#: Told a week before, the day itself, then once a week while it is late.
_BEFORE = (7, 0)


class NotOfHere(Refusal):
    """Who is in charge belongs to the organisation."""


class Impossible(Refusal):
    """Its state does not allow this."""


def lock_follow_up(one: FollowUp) -> FollowUp:
    """The row, held and read again, with what it is about."""
    return (
        FollowUp.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "act__register__assembly", "act__item__meeting", "person", "team", "organisation"
        )
        .get(pk=one.pk)
    )


@transaction.atomic
def entrust(
    *,
    actor: Actor,
    act: Act,
    what: str,
    due_on: date,
    now: datetime,
    person: Person | None = None,
    team: Team | None = None,
) -> FollowUp:
    """Give somebody what an adopted deliberation asks, with its last day. They are told."""
    locked = lock_act(act)
    require(can_entrust(actor, locked))
    words = _checked(actor, what, person, team)
    if due_on < actor.today:
        raise Impossible("Choisissez un jour à venir.")
    made = FollowUp.objects.create(
        organisation=actor.organisation,
        act=locked,
        what=words,
        person=person,
        team=team,
        due_on=due_on,
        given_by=actor.person,
        created_at=now,
        changed_at=now,
    )
    record(actor, audit.FOLLOW_UP_GIVEN, made, now=now, data={"act": str(locked.uid)})
    _tell_in_charge(actor, made, now)
    return made


@transaction.atomic
def change_follow_up(
    *,
    actor: Actor,
    follow_up: FollowUp,
    what: str,
    due_on: date,
    now: datetime,
    person: Person | None = None,
    team: Team | None = None,
) -> FollowUp:
    """Another wording, another day, somebody else. Whoever takes it up is told."""
    held = lock_follow_up(follow_up)
    require(can_entrust(actor, held.act))
    if not held.is_open:
        raise Impossible("Rouvrez d’abord cette suite.")
    before = (held.person_id, held.team_id)
    held.what = _checked(actor, what, person, team)
    held.due_on, held.person, held.team = due_on, person, team
    held.changed_at = now
    held.save(update_fields=["what", "due_on", "person", "team", "changed_at"])
    record(actor, audit.FOLLOW_UP_CHANGED, held, now=now)
    if before != (held.person_id, held.team_id):
        _tell_in_charge(actor, held, now)
    return held


@transaction.atomic
def advance(
    *,
    actor: Actor,
    follow_up: FollowUp,
    state: FollowUpState,
    now: datetime,
    reason: str = "",
    progress: str = "",
) -> FollowUp:
    """Say how far it is, in a state and a sentence; giving it up takes a reason, kept."""
    held = lock_follow_up(follow_up)
    require(can_advance(actor, held))
    if state != held.state and state not in FOLLOW_UP.moves[held.state].values():
        raise Impossible(
            f"Cette suite est « {held.get_state_display().lower()} » : ce n’est pas possible."
        )
    if state == FollowUpState.ABANDONED and not reason.strip():
        raise Missing("Dites pourquoi cette suite est abandonnée : toute l’assemblée le lira.")
    held.state = state
    held.reason = reason.strip() if state == FollowUpState.ABANDONED else ""
    held.progress = progress.strip()
    held.changed_at = now
    held.save(update_fields=["state", "reason", "progress", "changed_at"])
    record(actor, audit.FOLLOW_UP_MOVED, held, now=now, data={"state": state.value})
    if state in (FollowUpState.DONE, FollowUpState.ABANDONED):
        settle(
            alerts.FOLLOW_UP_GIVEN,
            alerts.FOLLOW_UP_DUE,
            about=held.uid,
            organisation=held.organisation,
            now=now,
        )
    emit(
        "council.follow_up.moved",
        organisation_id=held.organisation_id,
        actor_id=actor.person.pk,
        payload={"follow_up": str(held.uid), "state": state.value},
        now=now,
    )
    if held.given_by_id != actor.person.pk and not held.is_open:
        notify(
            alerts.FOLLOW_UP_SETTLED,
            organisation=held.organisation,
            recipients=[held.given_by],
            group_key=f"follow_up:{held.uid}",
            object_uid=held.uid,
            actor=actor,
            reason="parce que vous l’avez confiée",
            now=now,
        )
    return held


def people_in_charge(one: FollowUp, *, now: datetime) -> list[Person]:
    """The person, or those who are in the team today."""
    if one.person is not None:
        return [one.person]
    day = local_date(now, one.organisation.timezone)
    seats = TeamMembership.objects.current(day).filter(team=one.team_id).select_related("person")
    return [seat.person for seat in seats.order_by("pk")]


def remind(*, now: datetime) -> int:
    """Every night: what is due in a week, today, or late by whole weeks. Returns how many were
    told; done twice the same night, the inbox keeps one line and one mail leaves."""
    told = 0
    for organisation in Organisation.objects.filter(
        pk__in=FollowUp.objects.open().values("organisation")
    ).order_by("pk"):
        today = local_date(now, organisation.timezone)
        waiting = (
            FollowUp.objects.open()
            .filter(organisation=organisation, due_on__lte=today + timedelta(days=max(_BEFORE)))
            .select_related("organisation", "person", "team")
            .soonest_first()
        )
        for one in waiting:
            left = (one.due_on - today).days
            if left in _BEFORE or (left < 0 and left % 7 == 0):
                told += notify(
                    alerts.FOLLOW_UP_DUE,
                    organisation=organisation,
                    recipients=people_in_charge(one, now=now),
                    group_key=f"follow_up:due:{one.uid}:{today:%Y%m%d}",
                    object_uid=one.uid,
                    reason="parce que cette suite vous est confiée",
                    due=end_of_day(one.due_on, organisation.timezone),
                    now=now,
                )
    return told


def _checked(actor: Actor, what: str, person: Person | None, team: Team | None) -> str:
    words = " ".join(what.split())
    if not words:
        raise Missing("Dites ce qu’il faut faire.")
    if (person is None) == (team is None):
        raise Missing("Confiez la suite à une personne, ou à une équipe.")
    if person is not None and not can_see_person(actor, person):
        raise NotOfHere("Cette personne n’appartient pas à l’organisation.")
    if team is not None and not visible_teams(actor).filter(pk=team.pk).exists():
        raise NotOfHere("Cette équipe n’existe pas ici.")
    return words


def _tell_in_charge(actor: Actor, one: FollowUp, now: datetime) -> None:
    notify(
        alerts.FOLLOW_UP_GIVEN,
        organisation=actor.organisation,
        recipients=people_in_charge(one, now=now),
        group_key=f"follow_up:{one.uid}",
        object_uid=one.uid,
        actor=actor,
        reason="parce que cette suite vous est confiée",
        due=end_of_day(one.due_on, actor.organisation.timezone),
        now=now,
    )
