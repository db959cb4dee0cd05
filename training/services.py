"""Learning: open a module, read, answer, and be recognised for the real thing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from config.lib.access import require
from training.access import can_learn
from training.enums import StepKind
from training.models import Enrolment, StepDone
from training.modules import Choice, Module, Step, modules


class NotAChoice(ValueError):
    """The answer is none of the choices offered."""


@transaction.atomic
def start(*, actor: Actor, module: Module, now: datetime) -> Enrolment:
    """Open a module; opening it again goes on where one was."""
    require(can_learn(actor))
    enrolment, _ = Enrolment.objects.get_or_create(
        person=actor.person,
        organisation=actor.organisation,
        module=module.slug,
        defaults={"started_at": now},
    )
    return enrolment


@transaction.atomic
def read(*, actor: Actor, module: Module, step: Step, now: datetime) -> None:
    """A text was read."""
    _done(start(actor=actor, module=module, now=now), module, step, now=now)


@transaction.atomic
def answer(*, actor: Actor, module: Module, step: Step, choice: int, now: datetime) -> Choice:
    """Answer a question and get the feedback. A wrong answer may be tried again, without limit.

    Raises NotAChoice.
    """
    if step.kind != StepKind.QUESTION or not 0 <= choice < len(step.choices):
        raise NotAChoice(choice)
    chosen = step.choices[choice]
    enrolment = start(actor=actor, module=module, now=now)
    _done(enrolment, module, step, now=now, choice=choice, right=chosen.right)
    return chosen


def recognise(*, person_id: int, organisation_id: int, event: str, now: datetime) -> int:
    """A real event happened: tick the challenges that it proves. Returns how many.

    Only modules that the person has opened count: nobody is enrolled behind their back.
    """
    ticked = 0
    for module in modules().values():
        if event not in module.events:
            continue
        enrolment = Enrolment.objects.filter(
            person_id=person_id, organisation_id=organisation_id, module=module.slug
        ).first()
        if enrolment is None:
            continue
        for step in module.steps:
            if event in step.events:
                _done(enrolment, module, step, now=now)
                ticked += 1
    return ticked


@transaction.atomic
def _done(
    enrolment: Enrolment,
    module: Module,
    step: Step,
    *,
    now: datetime,
    choice: int | None = None,
    right: bool = True,
) -> None:
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    StepDone.objects.update_or_create(
        enrolment=enrolment,
        step=step.key,
        defaults={"choice": choice, "right": right},
        create_defaults={
            "choice": choice,
            "right": right,
            "done_at": now,
            "organisation_id": enrolment.organisation_id,
        },
    )
    finished = set(
        StepDone.objects.filter(enrolment=enrolment, right=True).values_list("step", flat=True)
    )
    if enrolment.finished_at is None and all(s.key in finished for s in module.steps):
        Enrolment.objects.filter(pk=enrolment.pk).update(finished_at=now)
