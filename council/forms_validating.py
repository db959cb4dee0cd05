"""What people type about the steps of validation, absences and the mayor's replacement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from accounts.actor import Actor
from accounts.models import Membership, Person, Team
from council.enums import Function, ReplacementReason
from council.forms import ByUid
from council.forms_acts import day_field
from council.models import Assembly, Mandate, ValidationStep
from council.services.validating import StepContent

#: Steps that a page offers; more would be a circuit nobody follows.
MOST_STEPS = 4


class StepsForm(forms.Form):
    """The steps in order; an empty name is no step."""

    def __init__(self, data: Any, *, assembly: Assembly, teams: Sequence[Team]) -> None:
        known = list(ValidationStep.objects.filter(assembly=assembly).order_by("position"))
        super().__init__(data)
        self.teams = {str(team.uid): team for team in teams}
        choices = [
            ("", "Choisissez"),
            ("Équipes", [(f"team:{uid}", team.label) for uid, team in self.teams.items()]),
            ("Fonctions", [(f"function:{one.value}", one.label) for one in Function]),
        ]
        for place in range(1, MOST_STEPS + 1):
            step = known[place - 1] if place <= len(known) else None
            self.fields[f"name{place}"] = forms.CharField(
                label=f"Étape {place}",
                max_length=80,
                required=False,
                initial=step.name if step else "",
            )
            self.fields[f"who{place}"] = forms.ChoiceField(
                label="Qui valide", choices=choices, required=False, initial=_held(step)
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for place in range(1, MOST_STEPS + 1):
            if bool(data.get(f"name{place}")) != bool(data.get(f"who{place}")):
                self.add_error(f"who{place}", "Donnez un nom à l’étape, et dites qui valide.")
        return data

    def content(self) -> list[StepContent]:
        """The steps that were named."""
        made = []
        for place in range(1, MOST_STEPS + 1):
            name, who = self.cleaned_data[f"name{place}"], self.cleaned_data[f"who{place}"]
            if not name:
                continue
            sort, _, value = who.partition(":")
            made.append(
                StepContent(name, team=self.teams[value])
                if sort == "team"
                else StepContent(name, function=Function(value))
            )
        return made


def _held(step: ValidationStep | None) -> str:
    if step is None:
        return ""
    return f"team:{step.team.uid}" if step.team else f"function:{step.function}"


class NamedPerson(ByUid):
    """A person told by their full name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class AbsenceForm(forms.Form):
    """Who validates in one's place, and from when to when."""

    replacement = NamedPerson(
        queryset=Person.objects.none(), label="Qui valide à votre place", empty_label=None
    )
    from_date = day_field("Du")
    to_date = day_field("Au")

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, initial={"from_date": actor.today})
        here = Membership.objects.filter(organisation=actor.organisation).current(actor.today)
        people = Person.objects.filter(pk__in=here.values("person")).exclude(pk=actor.person.pk)
        self.fields["replacement"].queryset = people.order_by(  # type: ignore[attr-defined]
            "family_name", "given_name", "pk"
        )


class SeatChoice(ByUid):
    """A mandate told by its person and function."""

    def label_from_instance(self, obj: Any) -> str:
        function = obj.function_label or obj.get_function_display()
        return f"{obj.person.full_name} ({function.lower()})"


class ReplacementForm(forms.Form):
    """Who acts for the mayor, why, and from when to when."""

    by = SeatChoice(
        queryset=Mandate.objects.none(),
        label="Remplacé par",
        empty_label=None,
        help_text="Dans l’ordre de la loi (article L2122-17) : le premier adjoint d’abord.",
    )
    reason = forms.ChoiceField(label="Motif", choices=ReplacementReason.choices)
    words = forms.CharField(
        label="Précision",
        required=False,
        max_length=300,
        help_text="Si ce n’est pas le premier dans l’ordre : pourquoi ceux d’avant ne le peuvent.",
    )
    from_date = day_field("Du")
    to_date = day_field("Au", required=False, help_text="Vide : jusqu’au retour du maire.")

    def __init__(self, data: Any, *, seats: Sequence[Mandate], today: date) -> None:
        super().__init__(data, initial={"from_date": today})
        field = self.fields["by"]
        field.queryset = Mandate.objects.filter(  # type: ignore[attr-defined]
            pk__in=[seat.pk for seat in seats]
        ).select_related("person")
        self.order = {seat.pk: place for place, seat in enumerate(seats)}
        field.choices = [  # type: ignore[attr-defined]
            (str(seat.uid), field.label_from_instance(seat))  # type: ignore[attr-defined]
            for seat in seats
        ]
