"""What people type about mandates, vacancies and elections."""

from __future__ import annotations

from typing import Any

from django import forms

from council.enums import EndReason
from council.forms_acts import day_field
from council.models import Mandate
from council.rules.mandates import Post
from council.services.ending import EndingFacts, post_of

HEADS = (Post.MAYOR, Post.DEPUTY, Post.COMMUNITY_OFFICER)
REASONS = [
    (EndReason.RESIGNATION, "Démission"),
    (EndReason.DEATH, "Décès"),
    (EndReason.ANNULMENT, "Élection annulée"),
]


class EndForm(forms.Form):
    """Why, and the day that the law counts. For a mayor or a deputy, what the prefect answered."""

    reason = forms.ChoiceField(label="Que s’est-il passé ?", choices=REASONS)
    received_on = day_field(
        "Le",
        help_text="Le jour où le maire (le président) a reçu la lettre, le jour du décès, ou celui "
        "du jugement.",
    )
    signed = forms.BooleanField(
        label="La lettre est écrite, signée et sans équivoque", required=False
    )
    accepted_on = day_field(
        "Acceptée par le préfet le",
        required=False,
        help_text="La démission d’un maire ou d’un adjoint s’adresse au préfet : elle est "
        "définitive quand il l’accepte.",
    )
    renewed_on = day_field(
        "Ou renouvelée le",
        required=False,
        help_text="Sans réponse du préfet, une seconde lettre la rend définitive un mois après.",
    )
    function_only = forms.BooleanField(
        label="Reste au conseil, sans cette fonction", required=False
    )

    def __init__(self, data: Any, *, mandate: Mandate) -> None:
        super().__init__(data)
        self.head = post_of(mandate) in HEADS
        if not self.head:
            for name in ("accepted_on", "renewed_on", "function_only"):
                del self.fields[name]
            self.fields["received_on"].help_text = (
                "Le jour où le maire (le président) a reçu la lettre : elle est définitive ce jour-"
                "là. Pour un décès, ce jour ; pour une annulation, celui du jugement."
            )

    def facts(self) -> EndingFacts:
        """What the service wants."""
        data = self.cleaned_data
        return EndingFacts(
            reason=EndReason(data["reason"]),
            received_on=data["received_on"],
            signed=data["signed"],
            accepted_on=data.get("accepted_on"),
            renewed_on=data.get("renewed_on"),
            function_only=bool(data.get("function_only")),
        )


class ListsForm(forms.Form):
    """The lists of an election, as a CSV file."""

    election_on = day_field("Scrutin du", help_text="Le tour où le conseil a été élu au complet.")
    file = forms.FileField(label="Les listes (fichier CSV)")
