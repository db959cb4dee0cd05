"""What people type at a general renewal."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Person
from council.forms import MeetingForm
from council.forms_acts import day_field
from council.models import Mandate
from council.rules.renewal import Offices


class RenewalForm(forms.Form):
    """The round at which the council was complete."""

    complete_on = day_field(
        "Conseil élu au complet le", help_text="Le premier ou le second tour, selon le cas."
    )

    def __init__(self, *args: Any, by_itself: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_itself:
            self.fields["complete_on"].label = "Nouveaux membres installés le"
            self.fields["complete_on"].help_text = (
                "Le jour de la première séance de la nouvelle instance. Les membres sortants "
                "siègent jusqu’à la veille."
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

    def __init__(
        self,
        data: Any = None,
        *,
        seats: list[Mandate],
        offices: Offices,
        elected: list[Person],
        **kwargs: Any,
    ) -> None:
        places = ["mayor", *(f"deputy_{n}" for n in range(1, offices.most + 1))]
        told = {name: str(one.uid) for name, one in zip(places, elected, strict=False)}
        super().__init__(data, initial=told | kwargs.pop("initial", {}), **kwargs)
        self.people = {str(one.person.uid): one.person for one in seats}
        names = [(str(one.person.uid), one.person.full_name) for one in seats]
        self.fields["mayor"] = forms.ChoiceField(
            label=offices.head, choices=[("", "Choisir"), *names], required=True
        )
        for place in range(1, offices.most + 1):
            self.fields[f"deputy_{place}"] = forms.ChoiceField(
                label=f"{place}{'er' if place == 1 else 'e'} {offices.second}",
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
