"""What people type about folders and documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q

from accounts.models import Organisation, Person
from config.lib.text import clean_name
from documents.enums import Advice, CommentReaders, Keeping
from documents.models import Document, DocumentType, Tag, Template


class NameForm(forms.Form):
    """A name for a folder or a document."""

    name = forms.CharField(label="Nom", max_length=200)

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Donnez un nom qui se lit.")
        return name


class MultipleFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ReasonForm(forms.Form):
    """A new version of one document."""

    file = forms.FileField(label="Fichier", allow_empty_file=True)
    reason = forms.CharField(
        label="Ce qui change",
        max_length=300,
        required=False,
        help_text="Quelques mots pour vos collègues : « article 3 corrigé ».",
    )


class NameTakenForm(forms.Form):
    """Files whose names are taken: one answer for all of them."""

    choice = forms.ChoiceField(
        label="Que faire de ces fichiers ?",
        choices=[
            ("version", "En faire de nouvelles versions des documents qui sont ici"),
            ("both", "Garder les deux : « budget.pdf » et « budget (2).pdf »"),
        ],
        initial="version",
        widget=forms.RadioSelect,
    )


class CommentForm(forms.Form):
    """A remark on a document, or on one of its pages."""

    text = forms.CharField(
        label="Votre commentaire",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Pour prévenir quelqu’un, écrivez @ puis son prénom et son nom : @Nadia Morel.",
    )
    page = forms.IntegerField(
        label="Sur la page",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="Laissez vide pour parler de tout le document.",
    )


class ReplyForm(forms.Form):
    """An answer in a thread, or one's own words changed."""

    text = forms.CharField(
        label="Votre texte", max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CommentReadersForm(forms.Form):
    """Who sees the comments below a folder."""

    readers = forms.ChoiceField(
        label="Qui voit les commentaires et les avis",
        choices=CommentReaders.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="Vaut pour ce dossier et tout ce qu’il contient, sauf là où un dossier plus bas "
        "dit autre chose.",
    )


class OpinionForm(forms.Form):
    """A question to a person or a team, and until when."""

    who = forms.ChoiceField(label="À qui")
    question = forms.CharField(
        label="Votre question",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une question précise reçoit une réponse plus vite.",
    )
    due = forms.DateField(label="Pour le", widget=forms.DateInput(attrs={"type": "date"}))


class AdviceForm(forms.Form):
    """The answer to a question."""

    advice = forms.ChoiceField(label="Votre avis", choices=Advice.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Pourquoi",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Nécessaire pour un avis réservé ou défavorable.",
    )


class ReserveForm(forms.Form):
    """For how long a document is set aside."""

    DURATIONS = (
        ("2h", "Deux heures"),
        ("evening", "Jusqu’à ce soir, 19 h"),
        ("3d", "Trois jours"),
        ("7d", "Une semaine"),
    )

    duration = forms.ChoiceField(
        label="Pour combien de temps ?",
        choices=DURATIONS,
        initial="2h",
        widget=forms.RadioSelect,
        help_text="La réservation s’arrête d’elle-même. Vous pouvez rendre le document avant.",
    )

    def until(self, now: datetime, timezone: str) -> datetime:
        """The end that was chosen; "this evening" said in the evening lasts two hours."""
        chosen = self.cleaned_data["duration"]
        if chosen == "evening":
            evening = now.astimezone(ZoneInfo(timezone)).replace(
                hour=19, minute=0, second=0, microsecond=0
            )
            return evening if evening > now + timedelta(minutes=30) else now + timedelta(hours=2)
        days = {"3d": 3, "7d": 7}.get(chosen)
        return now + (timedelta(days=days) if days else timedelta(hours=2))


class KeepingForm(forms.Form):
    """What becomes of what is thrown away from a folder."""

    keeping = forms.ChoiceField(
        label="Ce que devient ce qu’on y met à la corbeille",
        required=False,
        choices=[
            ("", "Comme le dossier au-dessus"),
            (Keeping.ARCHIVES, "À garder pour toujours : actes, registres, dossiers d’archives"),
            (Keeping.ON_VISA, "Effacé sur bordereau, après le visa des archives départementales"),
            (Keeping.WORKING, "Documents de travail : effacés d’eux-mêmes après 30 jours"),
        ],
        widget=forms.RadioSelect,
    )


class VisaForm(forms.Form):
    """The visa as the archives wrote it."""

    reference = forms.CharField(label="Référence du visa", max_length=120)
    day = forms.DateField(label="Date du visa", widget=forms.DateInput(attrs={"type": "date"}))


class LabelsForm(forms.Form):
    """The type and the tags of one document, among those that the organisation offers."""

    type = forms.ModelChoiceField(
        DocumentType.objects.none(), label="Type", required=False, empty_label="Aucun"
    )
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(),
        label="Étiquettes",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        here = list(document.tags.order_by("sort_label", "id"))
        super().__init__(*args, initial={"type": document.type_id, "tags": here}, **kwargs)
        _offer(self, "type", DocumentType, document.organisation, [document.type_id])
        _offer(self, "tags", Tag, document.organisation, [tag.pk for tag in here])


class BulkLabelForm(forms.Form):
    """A type and tags for several documents; what is left empty stays as it is."""

    type = forms.ModelChoiceField(
        DocumentType.objects.none(), label="Type", required=False, empty_label="Ne pas changer"
    )
    add = forms.ModelMultipleChoiceField(
        Tag.objects.none(),
        label="Étiquettes à mettre",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    remove = forms.ModelMultipleChoiceField(
        Tag.objects.none(),
        label="Étiquettes à enlever",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "type", DocumentType, organisation)
        _offer(self, "add", Tag, organisation)
        ours = Tag.objects.filter(organisation=organisation)
        self.fields["remove"].queryset = ours.in_french_order()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        both = set(data.get("add") or ()) & set(data.get("remove") or ())
        if both:
            names = ", ".join(sorted(f"« {tag.label} »" for tag in both))
            raise forms.ValidationError(f"À mettre ou à enlever ? Choisissez pour {names}.")
        return data


def _offer(
    form: forms.Form,
    name: str,
    kind: type[DocumentType] | type[Tag],
    organisation: Organisation,
    kept: Sequence[int | None] = (),
) -> None:
    """The labels that may be chosen: those offered, and those already there."""
    ours = kind.objects.filter(organisation=organisation)
    offered = ours.filter(Q(retired=False) | Q(pk__in=[pk for pk in kept if pk]))
    form.fields[name].queryset = offered.in_french_order()  # type: ignore[attr-defined]
    if not offered.exists():
        form.fields[
            name
        ].help_text = (
            "Il n’y en a pas encore : la direction générale les crée dans l’administration."
        )


class OwnerForm(forms.Form):
    """Who answers for a document."""

    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label="Responsable",
        help_text="Parmi les personnes qui peuvent le modifier.",
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class StartForm(forms.Form):
    """From which template, and under what name."""

    template = forms.ModelChoiceField(
        Template.objects.none(), label="Modèle", widget=forms.RadioSelect, empty_label=None
    )
    name = forms.CharField(label="Nom", max_length=200)

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
