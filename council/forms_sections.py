"""What people type about the headings of an agenda."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from council.models import AgendaSection
from council.rules.nomenclature import DOMAINS
from council.services.sections import SectionContent

_DOMAINS = ", ".join(f"{n} {words.lower()}" for n, words in DOMAINS.items())


class SectionForm(forms.Form):
    """A heading: its name, and what goes there by itself."""

    title = forms.CharField(label="Nom de la rubrique", max_length=120)
    codes = forms.CharField(
        label="Matières qui y vont d’elles-mêmes",
        required=False,
        max_length=120,
        help_text=f"Codes @ctes, à un ou deux niveaux : « 7, 8.1 ». {_DOMAINS.capitalize()}.",
    )
    takes_questions = forms.BooleanField(
        label="Les questions orales, vœux et informations y vont aussi", required=False
    )

    def __init__(self, data: Any, *, section: AgendaSection | None = None) -> None:
        initial = (
            {
                "title": section.title,
                "codes": ", ".join(section.codes),
                "takes_questions": section.takes_questions,
            }
            if section
            else {}
        )
        super().__init__(data, initial=initial)

    def content(self) -> SectionContent:
        """What was written; codes are separated by commas, semicolons or blanks."""
        data = self.cleaned_data
        codes = dict.fromkeys(re.findall(r"[^\s,;]+", data["codes"]))
        return SectionContent(
            data["title"], tuple(code.strip(".") for code in codes), data["takes_questions"]
        )
