"""What people type about the rights of members: pieces asked for, oral questions."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Person
from council.forms import ByUid
from council.models import AgendaItem, Mandate, Meeting
from documents.models import Document


class AskPieceForm(forms.Form):
    """Which piece, about which point."""

    item = ByUid(
        queryset=AgendaItem.objects.none(),
        label="Sur quel point ?",
        required=False,
        empty_label="Aucun en particulier",
    )
    what = forms.CharField(
        label="Quelle pièce voulez-vous lire ?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Par exemple : « le devis de l’entreprise » ou « le plan avant travaux ».",
    )

    def __init__(self, data: Any, *, items: Any) -> None:
        super().__init__(data)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]


class AskQuestionForm(forms.Form):
    """An oral question, in writing first."""

    subject = forms.CharField(label="Sujet, en quelques mots", max_length=200)
    text = forms.CharField(
        label="Votre question", max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


def _members(meeting: Meeting) -> Any:
    seats = Mandate.objects.filter(assembly=meeting.assembly_id).current(meeting.local_day)
    people = Person.objects.filter(pk__in=seats.values("person"))
    return people.order_by("family_name", "given_name", "pk")


class NotePieceForm(AskPieceForm):
    """The same, noted by the town hall for a member."""

    person = ByUid(queryset=Person.objects.none(), label="Demandée par", empty_label="Choisir")
    field_order = ("person", "item", "what")

    def __init__(self, data: Any, *, items: Any, meeting: Meeting) -> None:
        super().__init__(data, items=items)
        self.fields["person"].queryset = _members(meeting)  # type: ignore[attr-defined]


class NoteQuestionForm(AskQuestionForm):
    """The same, noted by the town hall for a member."""

    person = ByUid(queryset=Person.objects.none(), label="Posée par", empty_label="Choisir")
    field_order = ("person", "subject", "text")

    def __init__(self, data: Any, *, meeting: Meeting) -> None:
        super().__init__(data)
        self.fields["person"].queryset = _members(meeting)  # type: ignore[attr-defined]


class GiveForm(forms.Form):
    """The piece, or the explanation: every member has it at once."""

    document = ByUid(
        queryset=Document.objects.none(),
        label="La pièce",
        required=False,
        empty_label="Choisissez un document",
    )
    file = forms.FileField(
        label="Ou un fichier", required=False, help_text="Il est rangé avec les pièces du point."
    )
    words = forms.CharField(
        label="Un mot d’explication",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any, files: Any = None, *, documents: Any) -> None:
        super().__init__(data, files)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]


class SettleQuestionForm(forms.Form):
    """What becomes of an oral question."""

    answer = forms.ChoiceField(
        label="Que devient cette question ?",
        widget=forms.RadioSelect,
        choices=[
            ("accept", "La mettre à la fin de l’ordre du jour"),
            ("put_off", "La renvoyer à la séance suivante"),
            ("refuse", "La refuser, en disant pourquoi"),
        ],
    )
    reason = forms.CharField(
        label="Pourquoi",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Nécessaire pour un refus ; le membre la lit.",
    )
