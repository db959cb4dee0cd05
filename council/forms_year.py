"""What people say of the year of a body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from council.models import Assembly
from council.services.obligations import Services


class ServicesForm(forms.Form):
    """What a body runs itself."""

    eau = forms.BooleanField(label="Service d’eau ou d’assainissement", required=False)
    delegation = forms.BooleanField(label="Service public délégué", required=False)
    sejour = forms.BooleanField(label="Taxe de séjour", required=False)

    def __init__(self, said: Services) -> None:
        super().__init__(
            initial={"eau": said.water, "delegation": said.delegation, "sejour": said.visitor_tax}
        )


class YearForm(forms.Form):
    """Whose year, and which one: it chooses what the page shows."""

    instance = forms.ChoiceField(label="Instance")
    annee = forms.ChoiceField(label="Année")

    def __init__(
        self, *, bodies: Sequence[Assembly], years: Sequence[int], initial: dict[str, Any]
    ) -> None:
        super().__init__(initial=initial)
        self.fields["instance"].choices = [(str(b.uid), b.name) for b in bodies]  # type: ignore[attr-defined]
        self.fields["annee"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
