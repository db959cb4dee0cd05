"""What people type about the prefecture, publication and posting."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from council.enums import ActNature
from council.forms_acts import SUBJECTS, day_field
from council.models import Act, FormalitySettings, Posting
from council.models.formalities import TYPOLOGY
from council.services.acts.passages import Choices, Reading
from council.services.acts.posting import PostingDates
from council.services.acts.transmitting import Piece


class FormalitiesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the convention with the prefect says, and the mode of publication."""

    class Meta:
        model = FormalitySettings
        fields = [
            *("department", "arrondissement", "body_nature", "prefecture", "classification_on"),
            *("return_emails", "referent_name", "referent_phone", "referent_email"),
            *("current_population", "publication_mode", "mode_decided_on", "mode_reference"),
        ]
        widgets = {
            "return_emails": forms.Textarea(attrs={"rows": 2}),
            "classification_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "mode_decided_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "department": "Trois signes : 003, 02A, 974.",
            "arrondissement": "Un chiffre. Il est dans la convention signée avec le préfet.",
            "body_nature": "Deux chiffres. Ils sont dans la même convention.",
            "prefecture": "PREF003 pour une préfecture, SPREF0032 pour une sous-préfecture.",
            "classification_on": "Date de la classification des actes donnée par la préfecture.",
            "return_emails": "Où la préfecture répond. Une adresse par ligne.",
            "current_population": "Si elle a changé depuis les élections. Elle compte pour le "
            "mode de publication, pas pour les délais de convocation.",
            "publication_mode": "Une commune de moins de 3 500 habitants peut choisir l’affichage "
            "ou le papier, par une délibération. Sinon : en ligne.",
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
        help_text="Selon la classification de la préfecture : 99_DE pour une délibération.",
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
                label=f"Annexe : {piece.title}",
                max_length=5,
                required=False,
                validators=[TYPOLOGY],
                initial=piece.typology,
                help_text="Son type, par exemple 99_AU. Vide : la pièce n’est pas envoyée.",
            )

    @staticmethod
    def _name(piece: Piece) -> str:
        return f"piece-{piece.version.uid}"

    def chosen(self) -> list[Piece]:
        """Each piece with the type that was typed."""
        return [
            Piece(one.version, one.title, self.cleaned_data[self._name(one)]) for one in self.pieces
        ]


class PostingForm(forms.Form):
    """From when to when a notice is at the door."""

    posted_on = day_field("Affiché le")
    removed_on = day_field("Retiré le", required=False)
    by = forms.CharField(label="Affiché par", max_length=120)
    place = forms.CharField(label="Lieu", max_length=120, initial="à la porte de la mairie")

    def __init__(
        self, data: Any, *, kept: Posting | None, by: str, today: date, prefix: str | None = None
    ) -> None:
        initial: dict[str, Any] = {"by": by, "posted_on": today}
        if kept is not None:
            initial = {
                name: getattr(kept, name) for name in ("posted_on", "removed_on", "by", "place")
            }
        super().__init__(data, initial=initial, prefix=prefix)

    def dates(self) -> PostingDates:
        """What was typed."""
        return PostingDates(**self.cleaned_data)


class RedactionForm(forms.Form):
    """One decision for each passage, and other words to hide."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, reading: Reading) -> None:
        super().__init__(data, initial={"shown": reading.sha256})
        self.reading = reading
        for one in reading.passages:
            before, words, after = one.around
            times = f", {len(one.places)} fois" if len(one.places) > 1 else ""
            self.fields[one.key] = forms.ChoiceField(
                label=f"« {one.words} » : {one.why}{times}",
                choices=[("hide", "Cacher"), ("keep", "Laisser")],
                widget=forms.RadioSelect,
                help_text=f"{before}{words}{after}",
            )
        self.fields["others"] = forms.CharField(
            label="Autres passages à cacher",
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Un passage par ligne, recopié du texte. Il est caché partout où il est.",
        )

    def choices(self) -> Choices:
        """What was decided."""
        chosen = {one.key: self.cleaned_data[one.key] for one in self.reading.passages}
        return Choices(
            hide=frozenset(key for key, value in chosen.items() if value == "hide"),
            keep=frozenset(key for key, value in chosen.items() if value == "keep"),
            others=self.cleaned_data["others"].splitlines(),
        )
