"""What people type about the follow-up of decisions."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.access import visible_people, visible_teams
from accounts.actor import Actor
from council.enums import FollowUpState
from council.forms import ByUid
from council.forms_acts import day_field
from council.models import Assembly, FollowUp
from council.workflow import FOLLOW_UP


class EntrustForm(forms.Form):
    """Who must do what, by when."""

    what = forms.CharField(
        label="Ce qu’il faut faire",
        max_length=300,
        help_text="Un verbe et un objet : « Commander les bancs de l’école ».",
    )
    person = ByUid(queryset=None, label="Confié à", required=False, empty_label="Choisir")
    team = ByUid(queryset=None, label="Ou à une équipe", required=False, empty_label="Choisir")
    due_on = day_field("Avant le", help_text="Ce jour compris. Un rappel part une semaine avant.")

    def __init__(self, data: Any, *, actor: Actor, one: FollowUp | None = None) -> None:
        initial: dict[str, Any] = {}
        if one is not None:
            initial = {
                "what": one.what,
                "due_on": one.due_on,
                "person": one.person.uid if one.person else None,
                "team": one.team.uid if one.team else None,
            }
        super().__init__(data, initial=initial)
        people = visible_people(actor).order_by("family_name", "given_name", "pk")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["team"].queryset = visible_teams(actor).order_by("label", "pk")  # type: ignore[attr-defined]

    def terms(self) -> dict[str, Any]:
        """What the service wants."""
        return {name: self.cleaned_data[name] for name in ("what", "person", "team", "due_on")}


class AdvanceForm(forms.Form):
    """How far it is: a state, and a sentence that the assembly reads."""

    state = forms.ChoiceField(label="Où cela en est", widget=forms.RadioSelect)
    progress = forms.CharField(
        label="En une phrase",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Les membres de l’assemblée la lisent.",
    )
    reason = forms.CharField(
        label="Si c’est abandonné : pourquoi",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, *, one: FollowUp) -> None:
        super().__init__(data, initial={"state": one.state, "progress": one.progress})
        reached = {one.state, *FOLLOW_UP.moves[one.state].values()}
        choices = [choice for choice in FollowUpState.choices if choice[0] in reached]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]


class FollowUpFilterForm(forms.Form):
    """Which follow-ups to show."""

    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "À faire et en cours"),
            ("retard", "En retard"),
            *FollowUpState.choices,
            ("tout", "Toutes"),
        ],
    )
    instance = forms.ChoiceField(label="Instance", required=False)

    def __init__(self, data: Any, *, bodies: list[Assembly]) -> None:
        super().__init__(data)
        named = [(str(one.uid), one.name) for one in bodies]
        self.fields["instance"].choices = [("", "Toutes"), *named]  # type: ignore[attr-defined]

    def chosen(self, name: str) -> str:
        """What was chosen; nothing when it is not among the choices."""
        return str(self.cleaned_data.get(name) or "") if self.is_valid() else ""
