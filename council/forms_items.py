"""What people type about the text of points and the sentences of the commune."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.actor import Actor
from council.enums import BudgetImpact, ItemKind, Matter, SnippetKind
from council.forms import OWN_MATTERS, SUBJECTS, ByUid, MeetingChoice
from council.forms_text import TextField
from council.models import AgendaItem, Meeting, PointTemplate, Snippet
from council.services.acts.places import folder_of_item
from council.services.items import ItemContent
from council.services.snippets import SnippetContent
from documents.access.arrivals import editable_folders
from documents.models import Document, Folder


class TextFileForm(forms.Form):
    """One's own text, and where it is filed."""

    file = forms.FileField(label="Votre document", help_text="Word (.docx) ou LibreOffice (.odt).")
    folder = ByUid(queryset=Folder.objects.none(), label="Rangé dans", empty_label=None)

    def __init__(self, data: Any, files: Any, *, actor: Actor, item: AgendaItem) -> None:
        beside = folder_of_item(actor, item)
        super().__init__(data, files, initial={"folder": beside.uid if beside else None})
        folders = editable_folders(actor).order_by("path")
        self.fields["folder"].queryset = folders  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """A model of point: what a point says, but who reports, the heading and the budget."""

    name = forms.CharField(
        label="Nom du modèle", max_length=120, help_text="« Subvention », « Convention »…"
    )
    title = forms.CharField(label="Objet du point", max_length=400)
    kind = forms.ChoiceField(label="Nature", choices=ItemKind.choices)
    matter = forms.ChoiceField(label="Sujet", choices=OWN_MATTERS)
    summary = forms.CharField(
        label="Note de synthèse", required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    proposed_text = TextField(label="Projet de délibération", required=False)
    subject_code = forms.ChoiceField(label="Matière", choices=SUBJECTS, required=False)
    budget_impact = forms.ChoiceField(
        label="Effet sur le budget",
        choices=[("", "À préciser"), *BudgetImpact.choices],
        required=False,
    )
    closed_doors = forms.BooleanField(label="Huis clos demandé", required=False)

    def __init__(self, data: Any, *, like: AgendaItem | PointTemplate | None = None) -> None:
        initial = {}
        if like is not None:
            same = [name for name in self.base_fields if name != "name"]
            initial = {name: getattr(like, name) for name in same}
            initial["name"] = like.name if isinstance(like, PointTemplate) else like.title[:120]
        super().__init__(data, initial=initial)

    def content(self) -> ItemContent:
        """What was written."""
        data = self.cleaned_data
        return ItemContent(
            title=data["title"],
            kind=ItemKind(data["kind"]),
            matter=Matter(data["matter"]),
            summary=data["summary"],
            proposed_text=data["proposed_text"],
            subject_code=data["subject_code"],
            budget_impact=BudgetImpact(data["budget_impact"]) if data["budget_impact"] else None,
            closed_doors=data["closed_doors"],
        )


class SnippetForm(forms.Form):
    """A sentence that comes back."""

    kind = forms.ChoiceField(label="Nature", choices=SnippetKind.choices)
    title = forms.CharField(
        label="Nom",
        max_length=120,
        help_text="Ce que dira le bouton : « Code général », « Budget ».",
    )
    text = TextField(label="Texte", rows=6)

    def __init__(self, data: Any, *, snippet: Snippet | None = None) -> None:
        initial = (
            {"kind": snippet.kind, "title": snippet.title, "text": snippet.text} if snippet else {}
        )
        super().__init__(data, initial=initial)

    def content(self) -> SnippetContent:
        """What was written."""
        data = self.cleaned_data
        return SnippetContent(SnippetKind(data["kind"]), data["title"], data["text"])


class FindFormerForm(forms.Form):
    """Which past deliberation."""

    q = forms.CharField(label="Mots", required=False, max_length=120)
    annee = forms.ChoiceField(label="Année", required=False)

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data)
        told = [(str(year), str(year)) for year in years]
        self.fields["annee"].choices = [("", "Toutes"), *told]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[str, int]:
        """Words and year; nothing and 0 when none is given, or what is given is not offered."""
        if not (self.is_bound and self.is_valid()):
            return "", 0
        return self.cleaned_data["q"], int(self.cleaned_data["annee"] or 0)


class ResumeForm(forms.Form):
    """Which annexes come back, and for which meeting."""

    pieces = forms.ModelMultipleChoiceField(
        queryset=Document.objects.none(),
        to_field_name="uid",
        label="Annexes à reprendre",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Elles restent dans leur dossier : cochez celles qui valent encore.",
    )
    meeting = MeetingChoice(
        queryset=Meeting.objects.none(),
        label="Séance visée",
        required=False,
        empty_label="La prochaine qui aura de la place",
    )

    def __init__(
        self, data: Any, *, pieces: QuerySet[Document], meetings: QuerySet[Meeting]
    ) -> None:
        super().__init__(data)
        self.fields["pieces"].queryset = pieces  # type: ignore[attr-defined]
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]
        if not pieces.exists():
            del self.fields["pieces"]
