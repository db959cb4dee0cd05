"""The steps of validation that a point still has before it. The caller holds the point."""

from __future__ import annotations

from datetime import date

from accounts.models import TeamMembership
from council.enums import Verdict
from council.models import AgendaItem, ItemValidation, Mandate, ValidationStep


def steps_left(item: AgendaItem) -> list[ValidationStep]:
    """The steps of its body where the last word is not yes, in order."""
    last: dict[int, str] = {}
    said = ItemValidation.objects.filter(item=item, step__isnull=False).order_by("pk")
    for step_id, verdict in said.values_list("step_id", "verdict"):
        last[step_id] = verdict
    steps = ValidationStep.objects.filter(assembly=item.assembly_id).order_by("position")
    return [step for step in steps if last.get(step.pk) not in (Verdict.AGREED, Verdict.SKIPPED)]


def wait_for_next(item: AgendaItem) -> ValidationStep | None:
    """Have the point wait for its next step; None when nothing is left."""
    item.step = next(iter(steps_left(item)), None)
    item.save(update_fields=["step"])
    return item.step


def holders(step: ValidationStep, on: date) -> set[int]:
    """The people who hold a step that day, by key; those who replace them apart."""
    if step.team_id is not None:
        members = TeamMembership.objects.filter(team=step.team_id, team__archived_at=None)
        return set(members.current(on).values_list("person", flat=True))
    seats = Mandate.objects.filter(assembly=step.assembly_id, function=step.function)
    return set(seats.current(on).values_list("person", flat=True))
