"""What people type about advice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from accounts.models import Team
from council.enums import Opinion
from council.forms_acts import day_field
from council.models import Advice, Assembly


class AskAdviceForm(forms.Form):
    """Whose advice, and by which day."""

    asked_of = forms.ChoiceField(label="Qui consulter")
    due_on = day_field("Avis attendu le")

    def __init__(self, data: Any, *, bodies: Sequence[Assembly], teams: Sequence[Team]) -> None:
        super().__init__(data)
        self.bodies = {f"body:{one.uid}": one for one in bodies}
        self.teams = {f"team:{one.uid}": one for one in teams}
        self.fields["asked_of"].choices = [  # type: ignore[attr-defined]
            ("Instances", [(key, one.name) for key, one in self.bodies.items()]),
            ("Équipes", [(key, one.label) for key, one in self.teams.items()]),
        ]

    def asked(self) -> tuple[Assembly | None, Team | None]:
        """The commission or the team that was chosen."""
        key = self.cleaned_data["asked_of"]
        return self.bodies.get(key), self.teams.get(key)


class OpinionForm(forms.Form):
    """What they think."""

    opinion = forms.ChoiceField(label="Avis", choices=Opinion.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="En quelques mots",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qui sera imprimé avec le point, une fois l’avis communiqué aux membres.",
    )
    given_on = day_field("Rendu le")

    def __init__(self, data: Any, *, advice: Advice, today: date) -> None:
        initial = {
            "opinion": advice.opinion,
            "words": advice.words,
            "given_on": advice.given_on or today,
        }
        super().__init__(data, initial=initial)
