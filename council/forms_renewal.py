"""What people type at a general renewal."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Person
from council.forms import MeetingForm
from council.forms_acts import day_field
from council.models import Mandate


class RenewalForm(forms.Form):
    """The round at which the council was complete."""

    complete_on = day_field(
        "Conseil élu au complet le", help_text="Le premier ou le second tour, selon le cas."
    )


class ElectedForm(forms.Form):
    """The lists of that election."""

    file = forms.FileField(label="Les listes et les élus (fichier CSV)")


class InstallationForm(MeetingForm):
    """When, where, and to what the commune belongs."""

    has_ccas = forms.BooleanField(label="La commune a un CCAS", required=False)
    outside = forms.CharField(
        label="Syndicats et organismes où la commune nomme des délégués",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Un par ligne : chacun aura son point.",
    )

    def bodies(self) -> list[str]:
        """The lines that name somebody."""
        lines = [" ".join(one.split())[:120] for one in self.cleaned_data["outside"].splitlines()]
        return [one for one in lines if one]


class ExecutiveForm(forms.Form):
    """The mayor, and the deputies in their order."""

    elected_on = day_field("Élus le", help_text="Le jour de la séance d’installation.")

    def __init__(self, data: Any = None, *, seats: list[Mandate], most: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = {str(one.person.uid): one.person for one in seats}
        names = [(str(one.person.uid), one.person.full_name) for one in seats]
        self.fields["mayor"] = forms.ChoiceField(
            label="Maire", choices=[("", "Choisir"), *names], required=True
        )
        for place in range(1, most + 1):
            self.fields[f"deputy_{place}"] = forms.ChoiceField(
                label="1er adjoint" if place == 1 else f"{place}e adjoint",
                choices=[("", "Personne"), *names],
                required=place == 1,
            )

    def mayor(self) -> Person:
        """Who was elected mayor."""
        return self.people[self.cleaned_data["mayor"]]

    def deputies(self) -> list[Person]:
        """The deputies, in the order of their election."""
        told = [value for name, value in self.cleaned_data.items() if name.startswith("deputy_")]
        return [self.people[one] for one in told if one]
