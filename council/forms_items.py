"""What people type about the text of points and the sentences of the commune."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.actor import Actor
from council.enums import SnippetKind
from council.forms import ByUid
from council.forms_text import TextField
from council.models import AgendaItem, Snippet
from council.services.acts.places import folder_of_item
from council.services.snippets import SnippetContent
from documents.access.arrivals import editable_folders
from documents.models import Folder


class TextFileForm(forms.Form):
    """One's own text, and where it is filed."""

    file = forms.FileField(label="Votre document", help_text="Word (.docx) ou LibreOffice (.odt).")
    folder = ByUid(queryset=Folder.objects.none(), label="Rangé dans", empty_label=None)

    def __init__(self, data: Any, files: Any, *, actor: Actor, item: AgendaItem) -> None:
        beside = folder_of_item(actor, item)
        super().__init__(data, files, initial={"folder": beside.uid if beside else None})
        folders = editable_folders(actor).order_by("path")
        self.fields["folder"].queryset = folders  # type: ignore[attr-defined]


class SnippetForm(forms.Form):
    """A sentence that comes back."""

    kind = forms.ChoiceField(label="Nature", choices=SnippetKind.choices)
    title = forms.CharField(
        label="Nom",
        max_length=120,
        help_text="Ce que dira le bouton : « Code général », « Budget ».",
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
