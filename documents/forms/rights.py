"""What people choose when they give a right."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.access import visible_people, visible_teams
from accounts.actor import Actor
from accounts.models import Person, Team
from documents.enums import Role

# Best said as what the person will be able to do; "none" last, as the exception that it is.
ROLE_CHOICES = [
    (int(Role.READER), "peut lire"),
    (int(Role.COMMENTER), "peut lire et commenter"),
    (int(Role.EDITOR), "peut déposer et modifier"),
    (int(Role.MANAGER), "peut tout, et gère les droits"),
    (int(Role.NONE), "n’y a pas accès"),
]


def value_of(principal: Person | Team) -> str:
    """How a form names a person or a team: "equipe:<uid>", "personne:<uid>"."""
    kind = "equipe" if isinstance(principal, Team) else "personne"
    return f"{kind}:{principal.uid}"


class NameFilterForm(forms.Form):
    """Part of a name, in a long list."""

    nom = forms.CharField(label="Chercher une personne ou une équipe", required=False)


class RightForm(forms.Form):
    """A person or a team of the organisation, and what they may do. Teams come first."""

    who = forms.ChoiceField(label="Équipe ou personne")
    role = forms.TypedChoiceField(
        label="Droit", choices=ROLE_CHOICES, coerce=lambda value: Role(int(value))
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = list(visible_teams(actor).order_by("label"))
        people = list(visible_people(actor).order_by("family_name", "given_name", "pk"))
        everybody: list[Person | Team] = [*teams, *people]
        self._known = {value_of(principal): principal for principal in everybody}
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("", "Choisir…"),
            ("Équipes", [(value_of(team), team.label) for team in teams]),
            ("Personnes", [(value_of(person), person.full_name) for person in people]),
        ]

    @property
    def principal(self) -> Person | Team:
        """The person or team chosen, once valid."""
        return self._known[self.cleaned_data["who"]]
