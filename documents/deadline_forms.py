"""What people write of a deadline."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Person
from config.lib.text import clean_name
from documents.enums import DeadlineKind
from documents.models import Deadline
from documents.services.deadlines import MOST_REMINDER_DAYS, REMINDER_DAYS, Terms


class DeadlineForm(forms.Form):
    """What is due, when, who looks after it, and how long before they are reminded."""

    label = forms.CharField(
        label="Quelle échéance ?",
        max_length=200,
        help_text="« Fin du contrat de maintenance », « Demander le solde de la DETR ».",
    )
    kind = forms.ChoiceField(
        label="Genre",
        choices=[(kind.value, kind.label.capitalize()) for kind in DeadlineKind],
        initial=DeadlineKind.CONTRACT,
    )
    due = forms.DateField(
        label="Le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    remind_days = forms.IntegerField(
        label="Rappel, en jours avant",
        min_value=0,
        max_value=MOST_REMINDER_DAYS,
        initial=REMINDER_DAYS,
        help_text="Un second rappel part le lendemain de l’échéance, si elle n’est pas notée comme "
        "faite.",
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label="Suivie par",
        to_field_name="uid",
        required=False,
        empty_label="La personne responsable du document",
        help_text="Parmi les personnes qui peuvent lire le document.",
    )
    note = forms.CharField(
        label="Remarque",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qu’il faudra faire, le préavis, la personne à appeler.",
    )

    def __init__(self, data: Any = None, *, people: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def clean_label(self) -> str:
        words = clean_name(self.cleaned_data["label"])
        if not words:
            raise forms.ValidationError("Quelques mots sont nécessaires ici.")
        return words

    def terms(self) -> Terms:
        """What was written, for the service."""
        values = self.cleaned_data
        return Terms(
            kind=DeadlineKind(values["kind"]),
            label=values["label"],
            due=values["due"],
            owner=values["owner"],
            remind_days=values["remind_days"],
            note=values["note"],
        )


def values_of(deadline: Deadline) -> dict[str, Any]:
    """What a form starts from, to write a deadline anew."""
    return {
        "label": deadline.label,
        "kind": deadline.kind,
        "due": deadline.due,
        "remind_days": deadline.remind_days,
        "owner": deadline.owner.uid if deadline.owner else None,
        "note": deadline.note,
    }
