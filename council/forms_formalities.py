"""What people type about the prefecture, publication and posting."""

from __future__ import annotations

from typing import Any

from django import forms

from council.enums import ActNature
from council.forms_acts import SUBJECTS
from council.models import Act, FormalitySettings
from council.models.formalities import TYPOLOGY
from council.services.acts.transmitting import Piece


class FormalitiesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the convention with the prefect says, and the mode of publication."""

    class Meta:
        model = FormalitySettings
        fields = [
            *("department", "arrondissement", "body_nature", "prefecture", "classification_on"),
            *("return_emails", "referent_name", "referent_phone", "referent_email"),
            *("publication_mode", "mode_decided_on", "mode_reference"),
        ]
        widgets = {
            "return_emails": forms.Textarea(attrs={"rows": 2}),
            "classification_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "mode_decided_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "department": "Trois signes : 003, 02A, 974.",
            "arrondissement": "Un chiffre. Il est dans la convention signée avec le préfet.",
            "body_nature": "Deux chiffres. Ils sont dans la même convention.",
            "prefecture": "PREF003 pour une préfecture, SPREF0032 pour une sous-préfecture.",
            "classification_on": "Date de la classification des actes donnée par la préfecture.",
            "return_emails": "Où la préfecture répond. Une adresse par ligne.",
            "publication_mode": "Une commune de moins de 3 500 habitants peut choisir l’affichage "
            "ou le papier, par une délibération. Sinon : en ligne.",
            "mode_decided_on": "Date de la délibération qui a choisi l’affichage ou le papier.",
            "mode_reference": "Son numéro.",
        }


class PrefectureForm(forms.Form):
    """What an act is for the State, and which pieces go with it."""

    subject_code = forms.ChoiceField(label="Matière", choices=SUBJECTS)
    nature = forms.TypedChoiceField(label="Nature", choices=ActNature.choices, coerce=int)
    typology = forms.CharField(
        label="Type du fichier de l’acte",
        max_length=5,
        validators=[TYPOLOGY],
        help_text="Selon la classification de la préfecture : 99_DE pour une délibération.",
    )

    def __init__(self, data: Any, *, act: Act, pieces: list[Piece]) -> None:
        super().__init__(
            data,
            initial={
                "subject_code": act.subject_code,
                "nature": act.nature_code,
                "typology": act.file_type,
            },
        )
        self.pieces = pieces
        for piece in pieces:
            self.fields[self._name(piece)] = forms.CharField(
                label=f"Annexe : {piece.title}",
                max_length=5,
                required=False,
                validators=[TYPOLOGY],
                initial=piece.typology,
                help_text="Son type, par exemple 99_AU. Vide : la pièce n’est pas envoyée.",
            )

    @staticmethod
    def _name(piece: Piece) -> str:
        return f"piece-{piece.version.uid}"

    def chosen(self) -> list[Piece]:
        """Each piece with the type that was typed."""
        return [
            Piece(one.version, one.title, self.cleaned_data[self._name(one)]) for one in self.pieces
        ]
