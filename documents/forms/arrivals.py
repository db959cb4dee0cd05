"""What people choose about what arrives."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from accounts.actor import Actor
from accounts.models import Team
from config.lib.text import clean_name
from documents.rules.clues import redated
from documents.services.suggesting import Place, Suggestion


class SortForm(forms.Form):
    """Where an arrival goes, under what name. Filled with what was understood of it."""

    folder = forms.ChoiceField(
        label="Dossier",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un dossier.",
            "invalid_choice": "Choisissez un dossier où vous pouvez déposer.",
        },
    )
    name = forms.CharField(label="Nom", max_length=250)
    day = forms.DateField(
        label="Date du document",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Elle finit le nom, pour que les documents se rangent dans l’ordre du temps.",
    )
    together = forms.BooleanField(label="", required=False)
    register = forms.BooleanField(label="Inscrire au registre du courrier arrivé", required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        suggestion: Suggestion,
        places: list[Place],
        others: int,
        **options: Any,
    ) -> None:
        self.proposed_day: date = suggestion.day
        initial = {
            "folder": str(places[0].folder.uid) if places else "",
            "name": suggestion.name,
            "day": suggestion.day,
        }
        super().__init__(data, initial=initial, **options)
        self.fields["folder"].choices = [(str(place.folder.uid), _label(place)) for place in places]
        if others:
            words = "l’autre fichier" if others == 1 else f"les {others} autres fichiers"
            self.fields["together"].label = f"Classer aussi {words} de ce pli dans ce dossier"
        else:
            del self.fields["together"]

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name.strip("."):
            raise forms.ValidationError("Donnez un nom qui se lit.")
        return name

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("name") and values.get("day"):
            # Changing the date alone is enough: the name follows it.
            values["name"] = redated(values["name"], before=self.proposed_day, after=values["day"])
        return values


def _label(place: Place) -> str:
    return f"{place.path}, {place.because}" if place.because else place.path


class BulkForm(forms.Form):
    """Several arrivals at once: each to its own proposal, or all to one folder."""

    folder = forms.ChoiceField(label="Où", required=False)

    def __init__(self, data: Any = None, *, places: list[Place], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["folder"].choices = [
            ("", "Chacun à sa proposition"),
            *((str(place.folder.uid), place.path) for place in places),
        ]


class BinForm(forms.Form):
    """Which team empties the bin."""

    team = forms.ModelChoiceField(
        label="Équipe qui classe avec la direction générale",
        queryset=Team.objects.none(),
        required=False,
        empty_label="La direction générale seule",
    )

    def __init__(self, data: Any = None, *, actor: Actor, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["team"].queryset = Team.objects.filter(
            organisation=actor.organisation, archived_at=None
        ).order_by("label")


class PhotosForm(forms.Form):
    """What the pages photographed will be called. The pictures themselves come beside it."""

    name = forms.CharField(
        label="Nom du document",
        max_length=200,
        required=False,
        help_text="Sans nom, il s’appellera « Photo » et la date du jour.",
    )
