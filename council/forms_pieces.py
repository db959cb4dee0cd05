"""What people type about the pieces of a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.actor import Actor
from council.enums import PieceNature
from council.forms import ByUid
from council.models import AgendaItem, AgendaItemDocument
from council.services.acts.places import folder_of_item
from documents.access.arrivals import editable_folders
from documents.forms.documents import MultipleFiles
from documents.models import Folder

#: Files brought at once; more is a folder to drop in the tree.
MOST_BROUGHT = 20


class SeveralFiles(forms.FileField):
    """One file or several, kept as a list."""

    widget = MultipleFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(SeveralFiles, self).clean(one, initial) for one in given]
        if len(files) > MOST_BROUGHT:
            raise forms.ValidationError(f"{MOST_BROUGHT} fichiers au plus à la fois.")
        return files


class BringForm(forms.Form):
    """Which files, what they are, where they are filed."""

    files_to_join = SeveralFiles(
        label="Fichiers",
        help_text="Plans, devis, projet de convention… Vous pouvez en choisir plusieurs. Ils "
        "partiront avec la convocation.",
    )
    what = forms.ChoiceField(label="Ce sont", choices=PieceNature.choices)
    folder = ByUid(queryset=Folder.objects.none(), label="Rangés dans", empty_label=None)

    def __init__(self, data: Any, files: Any, *, actor: Actor, item: AgendaItem) -> None:
        beside = folder_of_item(actor, item)
        super().__init__(data, files, initial={"folder": beside.uid if beside else None})
        folders = editable_folders(actor).order_by("path")
        self.fields["folder"].queryset = folders  # type: ignore[attr-defined]

    def files_given(self) -> list[UploadedFile]:
        """What was chosen, in its order."""
        return list(self.cleaned_data["files_to_join"])

    def nature(self) -> PieceNature:
        """What they are."""
        return PieceNature(self.cleaned_data["what"])


class NaturesForm(forms.Form):
    """What each piece is."""

    def __init__(
        self, data: Any, *, pieces: Sequence[AgendaItemDocument], titles: Sequence[str]
    ) -> None:
        super().__init__(data)
        self.pieces = list(pieces)
        for piece, title in zip(self.pieces, titles, strict=True):
            self.fields[f"nature-{piece.document.uid}"] = forms.ChoiceField(
                label=title,
                choices=PieceNature.choices,
                initial=piece.nature,
            )

    def natures(self) -> list[tuple[AgendaItemDocument, PieceNature]]:
        """Each piece with what was said of it."""
        return [
            (piece, PieceNature(self.cleaned_data[f"nature-{piece.document.uid}"]))
            for piece in self.pieces
        ]
