"""Between « proposé » and « prêt » : the steps of a body, and who validates for somebody away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Membership, Person, Team
from accounts.services.locking import lock_organisation
from config.lib.access import require
from council import audit
from council.access import can_prepare, can_settle_bodies, can_validate
from council.enums import Function, ItemState, Verdict
from council.models import (
    Absence,
    AgendaItem,
    Assembly,
    ItemValidation,
    ValidationStep,
)
from council.services import items, steps, telling
from council.services.locking import lock_assembly, lock_item
from council.services.refusals import Missing, Refusal


class NoStepLeft(Refusal):
    """The point waits for nobody."""


class AlreadyAway(Refusal):
    """Somebody is named already on these days."""


class NotHere(Refusal):
    """The person named does not belong here."""


@dataclass(frozen=True, slots=True)
class StepContent:
    """A step as settled: its name, and who holds it (a team or a function, not both)."""

    name: str
    team: Team | None = None
    function: Function | None = None


@transaction.atomic
def settle_steps(
    *, actor: Actor, assembly: Assembly, content: Sequence[StepContent], now: datetime
) -> list[ValidationStep]:
    """Say which steps the points of a body go through, in order; none at all is a choice too.

    What was said already at a step that stays is kept; points that wait look for their next one.
    """
    body = lock_assembly(assembly)
    require(can_settle_bodies(actor))
    if body.organisation_id != actor.organisation.pk:
        raise Refusal("Cette instance n’existe pas ici.")
    for one in content:
        if not one.name.strip() or (one.team is None) == (one.function is None):
            raise Missing("Chaque étape a un nom, et une équipe ou une fonction.")
    made = []
    for position, one in enumerate(content, start=1):
        step, _ = ValidationStep.objects.update_or_create(
            assembly=body,
            position=position,
            defaults={
                "organisation": actor.organisation,
                "name": " ".join(one.name.split()),
                "team": one.team,
                "function": one.function or "",
            },
        )
        made.append(step)
    ValidationStep.objects.filter(assembly=body, position__gt=len(content)).delete()
    record(actor, audit.STEPS_SETTLED, body, now=now, data={"steps": len(content)})
    waiting = AgendaItem.objects.filter(assembly=body, state=ItemState.PROPOSED)
    for item in waiting.select_for_update(no_key=True).order_by("pk"):
        steps.wait_for_next(item)
    return made


@transaction.atomic
def validate_item(*, actor: Actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """Say yes at the step that the point waits for; after the last one it is ready."""
    locked = lock_item(item)
    require(can_validate(actor, locked))
    _say(actor, locked, Verdict.AGREED, "", now)
    record(actor, audit.ITEM_VALIDATED, locked, now=now)
    if steps.wait_for_next(locked) is None:
        return items.make_ready(actor, locked, now)
    telling.tell_validators(actor, locked, now=now)
    return locked


@transaction.atomic
def send_back(*, actor: Actor, item: AgendaItem, reason: str, now: datetime) -> AgendaItem:
    """Give the point back to its author, with the reason. It keeps its place; proposed again, it
    comes back to this step, those before it stay said."""
    locked = lock_item(item)
    require(can_validate(actor, locked))
    if not reason.strip():
        raise Missing("Dites à l’auteur ce qu’il doit reprendre.")
    _say(actor, locked, Verdict.RETURNED, reason.strip(), now)
    return items.give_back(actor, locked, reason.strip(), now)


@transaction.atomic
def skip_steps(*, actor: Actor, item: AgendaItem, reason: str, now: datetime) -> AgendaItem:
    """Go past what is left of the validation, because time is short: logged, with the reason."""
    locked = lock_item(item)
    require(can_prepare(actor, locked.assembly))
    if not reason.strip():
        raise Missing("Dites pourquoi ce point se passe de validation.")
    left = steps.steps_left(locked)
    if not left:
        raise NoStepLeft("Ce point n’attend aucune validation.")
    for step in left:
        locked.step = step
        _say(actor, locked, Verdict.SKIPPED, reason.strip(), now)
    locked.step = None
    locked.save(update_fields=["step"])
    record(actor, audit.ITEM_SKIPPED, locked, now=now, data={"reason": reason.strip()})
    return items.make_ready(actor, locked, now)


@transaction.atomic
def note_absence(
    *, actor: Actor, replacement: Person, from_date: date, to_date: date, now: datetime
) -> Absence:
    """Name who validates in one's place on these days, both included. It ends by itself."""
    organisation = lock_organisation(actor.organisation)
    if to_date < from_date or to_date < actor.today:
        raise Missing("Donnez un premier et un dernier jour, à venir.")
    if replacement.pk == actor.person.pk:
        raise NotHere("Nommez quelqu’un d’autre que vous.")
    here = Membership.objects.filter(organisation=organisation, person=replacement)
    if not here.current(actor.today).exists():
        raise NotHere("Cette personne n’appartient pas à la collectivité.")
    overlap = Absence.objects.filter(
        organisation=organisation,
        person=actor.person,
        from_date__lte=to_date,
        to_date__gte=from_date,
    )
    if overlap.exists():
        raise AlreadyAway("Vous avez déjà nommé quelqu’un à ces dates.")
    absence = Absence.objects.create(
        organisation=organisation,
        person=actor.person,
        replacement=replacement,
        from_date=from_date,
        to_date=to_date,
        created_at=now,
    )
    record(
        actor,
        audit.ABSENCE_NOTED,
        replacement,
        now=now,
        data={"from": from_date.isoformat(), "to": to_date.isoformat()},
    )
    return absence


@transaction.atomic
def end_absence(*, actor: Actor, absence: Absence, now: datetime) -> None:
    """Back before the day said: the replacement stops now. Only one's own."""
    lock_organisation(actor.organisation)
    mine = Absence.objects.get(pk=absence.pk, organisation=actor.organisation, person=actor.person)
    record(actor, audit.ABSENCE_ENDED, mine.replacement, now=now)
    mine.delete()


def _say(actor: Actor, item: AgendaItem, verdict: Verdict, reason: str, now: datetime) -> None:
    step = item.step
    if step is None:
        raise NoStepLeft("Ce point n’attend aucune validation.")
    ItemValidation.objects.create(
        organisation=actor.organisation,
        item=item,
        step=step,
        step_name=step.name,
        verdict=verdict,
        reason=reason,
        by=actor.person,
        in_place_of=None if verdict == Verdict.SKIPPED else _absent(actor, step),
        at=now,
    )
    telling.nothing_to_validate(item, now=now)


def _absent(actor: Actor, step: ValidationStep) -> Person | None:
    """In whose place the actor validates; nobody's when the step is their own."""
    people = steps.holders(step, actor.today)
    if actor.person.pk in people:
        return None
    away = (
        Absence.objects.filter(
            organisation=actor.organisation, replacement=actor.person, person__in=people
        )
        .current(actor.today)
        .select_related("person")
        .order_by("pk")
        .first()
    )
    return away.person if away else None
