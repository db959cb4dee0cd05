"""What the search page reads in its address. A filter that makes no sense is no filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from documents.search.query import MAX_LENGTH


class SearchForm(forms.Form):
    """The question and its filters; all of it comes from the address, so all is optional."""

    q = forms.CharField(label="Rechercher", max_length=MAX_LENGTH, required=False, strip=False)
    dossier = forms.UUIDField(required=False, widget=forms.HiddenInput)
    type = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    par = forms.UUIDField(required=False, widget=forms.HiddenInput)
    nature = forms.ChoiceField(label="Type de document", required=False)
    etiquette = forms.ChoiceField(label="Étiquette", required=False)
    depuis = forms.DateField(
        label="Modifié depuis le",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": "Écrivez une date comme 12/03/2026."},
    )
    jusqua = forms.DateField(
        label="Jusqu’au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": "Écrivez une date comme 12/03/2026."},
    )

    sans = forms.CharField(label="Sans les mots", max_length=MAX_LENGTH, required=False)
    titre = forms.BooleanField(label="Dans le nom du document seulement", required=False)

    def offer(self, natures: Sequence[tuple[str, str]], tags: Sequence[tuple[str, str]]) -> None:
        """The types and tags of the organisation, as (identifier, name)."""
        for name, choices in (("nature", natures), ("etiquette", tags)):
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = [("", "Indifférent"), *choices]

    def offered(self, name: str) -> list[tuple[str, str]]:
        """The types or the tags that may be chosen, as (identifier, name)."""
        choices = cast("forms.ChoiceField", self.fields[name]).choices
        return [(str(key), str(label)) for key, label in cast("Any", choices) if key]

    def named(self, name: str) -> str:
        """What the chosen type or tag is called."""
        return dict(self.offered(name)).get(str(self.understood(name) or ""), "")

    def understood(self, name: str) -> Any:
        """The value of a filter, or None when it is absent or cannot be read."""
        self.is_valid()
        return self.cleaned_data.get(name) or None
