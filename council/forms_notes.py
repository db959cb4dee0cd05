"""The one field of a private note."""

from __future__ import annotations

from typing import Any

from django import forms

from council.services.noting import LONGEST, Note


class NoteForm(forms.Form):
    """The words, and the note that the page showed when it was opened. No word: no note."""

    text = forms.CharField(
        label="Ma note",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
    )
    mark = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, note: Note | None = None, name: str = "note") -> None:
        initial = {"text": note.text, "mark": note.mark} if note else {}
        super().__init__(data, auto_id=f"{name}-%s", initial=initial)


class PageNoteForm(NoteForm):
    """The same about a document, as a whole or at one page."""

    page = forms.IntegerField(label="Page", required=False, min_value=1, max_value=9999)

    field_order = ("page", "text", "mark")

    def __init__(self, data: Any = None, *, note: Note | None = None, name: str = "note") -> None:
        super().__init__(data, note=note, name=name)
        if note is not None:
            self.fields["page"].widget = forms.HiddenInput()
            self.initial["page"] = note.page or ""
            self.fields["text"].label = f"Ma note, page {note.page}" if note.page else "Ma note"
        else:
            self.fields["text"].label = "Nouvelle note"
