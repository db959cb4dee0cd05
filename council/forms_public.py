"""What anybody may ask of the acts put online."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

Choices = Sequence[tuple[str, str]]


class PublicSearchForm(forms.Form):
    """Words, year, theme and kind; what is not among the choices is said, and left aside."""

    q = forms.CharField(label="Mots de l’objet, ou numéro", required=False, max_length=200)
    annee = forms.ChoiceField(label="Année", required=False)
    theme = forms.ChoiceField(label="Thème", required=False)
    nature = forms.ChoiceField(label="Nature", required=False)

    def __init__(
        self, *args: Any, years: Choices, themes: Choices, kinds: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, every, choices in (
            ("annee", "Toutes", years),
            ("theme", "Tous", themes),
            ("nature", "Toutes", kinds),
        ):
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = [("", every), *choices]
