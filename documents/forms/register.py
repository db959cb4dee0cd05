"""What people write in the register of the post."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.access import visible_people, visible_teams
from accounts.actor import Actor
from config.lib.text import clean_name
from documents.enums import MailDirection
from documents.models import MailEntry
from documents.services.registering import Line

_DAY = {"type": "date"}


class EntryForm(forms.Form):
    """One line: from or to whom, about what, who answers and by when."""

    direction = forms.ChoiceField(
        label="Sens",
        widget=forms.RadioSelect,
        choices=[
            (MailDirection.INCOMING, "Courrier arrivé"),
            (MailDirection.OUTGOING, "Courrier au départ"),
        ],
    )
    day = forms.DateField(label="Date", widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    correspondent = forms.CharField(label="Expéditeur ou destinataire", max_length=200)
    subject = forms.CharField(label="Objet", max_length=300)
    person = forms.ModelChoiceField(
        label="Pour la personne",
        queryset=None,
        to_field_name="uid",
        required=False,
        empty_label="Aucune en particulier",
    )
    team = forms.ModelChoiceField(
        label="Pour l’équipe",
        queryset=None,
        to_field_name="uid",
        required=False,
        empty_label="Aucune équipe",
    )
    reply_due = forms.DateField(
        label="Réponse attendue avant le",
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text="Un rappel part trois jours avant, le jour même, puis chaque semaine.",
    )
    answers = forms.ModelChoiceField(
        label="Répond au courrier arrivé",
        queryset=None,
        to_field_name="uid",
        required=False,
        empty_label="Aucun",
        help_text="Il sera noté comme traité.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        actor: Actor,
        waiting: Any = None,
        fixed: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        people, teams = visible_people(actor), visible_teams(actor)
        self.fields["person"].queryset = people.order_by("family_name", "given_name", "pk")
        self.fields["team"].queryset = teams.order_by("label")
        if waiting is None:
            waiting = MailEntry.objects.none()
        self.fields["answers"].queryset = waiting
        self.fields["answers"].label_from_instance = lambda entry: (
            f"{entry.reference}, {entry.correspondent} : {entry.subject}"[:90]
        )
        if fixed:
            del self.fields["direction"], self.fields["answers"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("person") and values.get("team"):
            self.add_error("team", "Choisissez une personne ou une équipe, pas les deux.")
        return values

    def clean_correspondent(self) -> str:
        return self._said("correspondent")

    def clean_subject(self) -> str:
        return self._said("subject")

    def _said(self, name: str) -> str:
        words = clean_name(self.cleaned_data[name])
        if not words:
            raise forms.ValidationError("Quelques mots sont nécessaires ici.")
        return words

    def line(self) -> Line:
        """What was written, for the service."""
        values = self.cleaned_data
        return Line(
            day=values["day"],
            correspondent=values["correspondent"],
            subject=values["subject"],
            person=values["person"],
            team=values["team"],
            reply_due=values["reply_due"],
        )
