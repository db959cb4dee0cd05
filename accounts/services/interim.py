"""The direction is suddenly away: the mayor names who stands in, until a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.access import visible_people
from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import Capacity, TeamKind
from accounts.heads import can_name_interim, heads_of
from accounts.models import Interim, Membership, Organisation, Person, Team, TeamMembership
from accounts.notifications import notify
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.clock import local_date
from config.work.services import emit

#: An interim is a matter of weeks; a longer absence is a nomination.
LONGEST = timedelta(days=92)
NAMED = "accounts.interim_named"
PROPOSED = "accounts.interim_proposed"


class CannotStandIn(Exception):
    """Not these dates, or not this person; the message says why, in French."""


@transaction.atomic
def name_interim(
    *,
    actor: Actor,
    person: Person,
    from_date: date,
    to_date: date,
    reason: str,
    now: datetime,
) -> Interim:
    """The mayor names at once. Raises Refused or CannotStandIn."""
    organisation = lock_organisation(actor.organisation)
    require(can_name_interim(actor))
    if not visible_people(actor).filter(pk=person.pk).exists():
        raise CannotStandIn("Cette personne n’appartient pas à l’organisation.")
    interim = _written(organisation, person, from_date, to_date, reason, actor.today, now)
    return _seat(actor, interim, now)


@transaction.atomic
def propose_interim(
    *,
    organisation: Organisation,
    person: Person,
    from_date: date,
    to_date: date,
    reason: str,
    now: datetime,
) -> Interim:
    """The host proposes, when nobody is left to manage; nothing counts before the mayor agrees."""
    organisation = lock_organisation(organisation)
    today = local_date(now, organisation.timezone)
    interim = _written(organisation, person, from_date, to_date, reason, today, now)
    record(None, audit.acts.INTERIM_PROPOSED, interim, now=now, organisation=organisation)
    notify(
        PROPOSED,
        organisation=organisation,
        recipients=heads_of(organisation),
        group_key=f"interim:{interim.uid}",
        now=now,
        object_uid=interim.uid,
        reason="parce que vous êtes à la tête de l’organisation",
    )
    return interim


@transaction.atomic
def agree(*, actor: Actor, interim: Interim, now: datetime) -> Interim:
    """The mayor agrees to what the host proposed. Raises Refused or CannotStandIn."""
    organisation = lock_organisation(actor.organisation)
    require(can_name_interim(actor))
    waiting = Interim.objects.select_for_update(of=("self",)).get(
        pk=interim.pk, organisation=organisation
    )
    if waiting.named_at or waiting.ended_at or waiting.to_date < actor.today:
        raise CannotStandIn("Cette proposition n’attend plus de réponse.")
    waiting.from_date = max(waiting.from_date, actor.today)
    return _seat(actor, waiting, now)


@transaction.atomic
def end_interim(*, actor: Actor, interim: Interim, now: datetime) -> None:
    """Stop it before its day: by the mayor, by the direction back at work, or by the person."""
    organisation = lock_organisation(actor.organisation)
    running = Interim.objects.select_for_update(of=("self",)).get(
        pk=interim.pk, organisation=organisation
    )
    if not (actor.is_dgs or running.person_id == actor.person.pk):
        require(can_name_interim(actor))
    if running.ended_at is not None:
        return
    seat = running.seat
    if seat is not None:
        last = actor.today - timedelta(days=1)
        if seat.from_date > last:
            running.seat = None
            running.save(update_fields=["seat"])
            seat.delete()
        elif seat.to_date is None or seat.to_date > last:
            seat.to_date = last
            seat.save(update_fields=["to_date"])
    running.ended_at = now
    running.save(update_fields=["ended_at"])
    record(actor, audit.acts.INTERIM_ENDED, running, now=now)


def _written(
    organisation: Organisation,
    person: Person,
    from_date: date,
    to_date: date,
    reason: str,
    today: date,
    now: datetime,
) -> Interim:
    if from_date < today or to_date < from_date:
        raise CannotStandIn("L’intérim commence aujourd’hui ou plus tard, et finit après.")
    if to_date - from_date > LONGEST:
        raise CannotStandIn("Un intérim dure trois mois au plus ; il peut être renouvelé.")
    if not reason.strip():
        raise CannotStandIn("Dites pourquoi, en quelques mots : « congé maladie ».")
    working = Membership.objects.filter(
        Q(to_date=None) | Q(to_date__gte=to_date),
        organisation=organisation,
        person=person,
        capacity=Capacity.AGENT,
        from_date__lte=from_date,
    )
    if not working.exists():
        raise CannotStandIn(
            f"{person.full_name} ne travaille pas ici pendant toute cette durée : "
            "l’intérim est assuré par un agent de l’organisation."
        )
    return Interim.objects.create(
        organisation=organisation,
        person=person,
        from_date=from_date,
        to_date=to_date,
        reason=reason.strip()[:200],
        proposed_at=now,
    )


def _seat(actor: Actor, interim: Interim, now: datetime) -> Interim:
    team = Team.objects.get(organisation=actor.organisation, kind=TeamKind.DGS)
    overlapping = TeamMembership.objects.filter(
        Q(to_date=None) | Q(to_date__gte=interim.from_date),
        team=team,
        person=interim.person,
        from_date__lte=interim.to_date,
    )
    if overlapping.exists():
        raise CannotStandIn(f"{interim.person.full_name} est déjà à la direction générale.")
    interim.seat = TeamMembership.objects.create(
        organisation=actor.organisation,
        team=team,
        person=interim.person,
        from_date=interim.from_date,
        to_date=interim.to_date,
    )
    interim.named_by, interim.named_at = actor.person, now
    interim.save(update_fields=["seat", "named_by", "named_at", "from_date"])
    record(
        actor,
        audit.acts.INTERIM_NAMED,
        interim,
        now=now,
        data={
            "person": str(interim.person.uid),
            "from": interim.from_date.isoformat(),
            "to": interim.to_date.isoformat(),
        },
    )
    emit(
        "accounts.team.changed",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"team": str(team.uid), "person": str(interim.person.uid)},
    )
    told = Person.objects.filter(
        Q(pk=interim.person_id)
        | Q(
            pk__in=TeamMembership.objects.filter(team=team)
            .filter(Q(to_date=None) | Q(to_date__gte=actor.today))
            .values("person")
        )
    ).order_by("pk")
    notify(
        NAMED,
        organisation=actor.organisation,
        recipients=told,
        group_key=f"interim:{interim.uid}",
        now=now,
        actor=actor,
        object_uid=interim.uid,
        reason="parce que vous êtes à la direction générale",
    )
    return interim
