"""Advice on a point, from a commission or a service: asked with a date, recorded, released."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person, Team, TeamMembership
from config.lib.access import require
from config.lib.clock import local_date
from council import audit
from council.access import can_prepare
from council.access_preparing import can_ask_advice, can_record_advice
from council.enums import ItemState, Opinion
from council.models import Advice, AgendaItem, Assembly
from council.services import agenda, telling
from council.services.locking import lock_item
from council.services.refusals import Missing, Refusal
from council.workflow import ADVICE


class AlreadyAsked(Refusal):
    """They were asked already."""


class NotGiven(Refusal):
    """There is nothing to release."""


class AlreadySent(Refusal):
    """The members have the point in hand as it was."""


@transaction.atomic
def ask_advice(
    *,
    actor: Actor,
    item: AgendaItem,
    due_on: date,
    now: datetime,
    body: Assembly | None = None,
    team: Team | None = None,
) -> Advice:
    """Ask a commission, or a service, what it thinks, by a day. Whoever answers for it is told."""
    locked = lock_item(item)
    require(can_ask_advice(actor, locked))
    if (body is None) == (team is None):
        raise Missing("Choisissez une commission ou un service.")
    if due_on < actor.today:
        raise Missing("Donnez une date à venir.")
    if Advice.objects.filter(item=locked, body=body, team=team).exists():
        raise AlreadyAsked("Cet avis est déjà demandé.")
    made = Advice.objects.create(
        organisation=actor.organisation,
        item=locked,
        body=body,
        team=team,
        due_on=due_on,
        asked_by=actor.person,
        asked_at=now,
    )
    record(actor, audit.ADVICE_ASKED, locked, now=now, data={"due": due_on.isoformat()})
    telling.tell_advisers(actor, made, _advisers(made, now), now=now)
    return made


@transaction.atomic
def record_advice(
    *,
    actor: Actor,
    advice: Advice,
    opinion: Opinion,
    words: str,
    given_on: date,
    now: datetime,
) -> Advice:
    """Write down the opinion and its words. Recorded again while it is not released, it replaces
    the former one; released, it changes no more."""
    locked = lock_item(advice.item)
    row = Advice.objects.get(pk=advice.pk, item=locked)
    require(can_record_advice(actor, row))
    if not ADVICE.allows(row.state, "record"):
        raise AlreadySent("Cet avis est communiqué : il ne change plus.")
    if given_on > actor.today:
        raise Missing("Un avis ne peut pas être daté de demain ou plus tard.")
    if opinion != Opinion.FAVOURABLE and not words.strip():
        raise Missing("Dites en quelques mots la réserve ou le motif.")
    row.opinion, row.words, row.given_on = opinion, words.strip(), given_on
    row.recorded_by = actor.person
    row.save()
    record(actor, audit.ADVICE_RECORDED, locked, now=now, data={"opinion": opinion})
    telling.advice_recorded(row, now=now)
    return row


@transaction.atomic
def release_advice(*, actor: Actor, advice: Advice, now: datetime) -> Advice:
    """Show the advice to the members: from then on it is printed with the point. The mayor agreed
    to an agenda without it: the agreement is asked again. Not once the convocation has left."""
    locked = lock_item(advice.item)
    row = Advice.objects.get(pk=advice.pk, item=locked)
    require(can_prepare(actor, locked.assembly))
    if row.released_at is not None:
        return row
    if not ADVICE.allows(row.state, "release"):
        raise NotGiven("Cet avis n’est pas encore rendu.")
    if locked.meeting is not None and locked.state == ItemState.FROZEN:
        raise AlreadySent("L’ordre du jour est arrêté : rouvrez-le pour y joindre cet avis.")
    row.released_at = now
    row.save(update_fields=["released_at"])
    if locked.meeting is not None and locked.state == ItemState.LISTED:
        agenda.withdraw_agreement(actor, locked.meeting, now)
    record(actor, audit.ADVICE_RELEASED, locked, now=now)
    return row


def released(item: AgendaItem) -> list[Advice]:
    """What the members read of the advice on a point, in the order it was given."""
    rows = Advice.objects.filter(item=item, released_at__isnull=False)
    return list(rows.select_related("body", "team").order_by(F("given_on"), "pk"))


def _advisers(advice: Advice, now: datetime) -> list[Person]:
    """Who answers: the team asked, or those who prepare the body asked."""
    if advice.body is not None:
        return telling.preparers(advice.body, now)
    today = local_date(now, advice.organisation.timezone)
    members = TeamMembership.objects.filter(team=advice.team_id).current(today)
    return list(Person.objects.filter(pk__in=members.values("person")).order_by("pk"))
