"""What people type about a session prepared elsewhere."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms

from accounts.actor import Actor
from council.access import prepared_assemblies
from council.forms import ByUid, MeetingForm
from council.models import Assembly
from council.services.brought.looking import Look
from documents.access.arrivals import editable_folders
from documents.models import Folder


class BringForm(forms.Form):
    """The archive, for which body, and where its files go."""

    assembly = ByUid(queryset=Assembly.objects.none(), label="Instance", empty_label=None)
    archive = forms.FileField(
        label="L’archive de la séance",
        help_text="Un fichier ZIP : sa description (« seance.json » ou « points.csv ») et ses "
        "fichiers. Rien n’est créé avant votre accord.",
    )
    folder = ByUid(
        queryset=Folder.objects.none(),
        label="Rangée dans",
        empty_label=None,
        help_text="L’archive y est gardée ; les annexes iront à côté, dans leur propre dossier.",
    )

    def __init__(self, data: Any, files: Any, *, actor: Actor) -> None:
        super().__init__(data, files)
        self.fields["assembly"].queryset = prepared_assemblies(  # type: ignore[attr-defined]
            actor
        ).in_french_order()
        self.fields["folder"].queryset = editable_folders(  # type: ignore[attr-defined]
            actor
        ).order_by("path")


class ConfirmForm(MeetingForm):
    """When and where, as the archive says or as the person corrects; which points are kept."""

    def __init__(self, data: Any, *, seen: Look) -> None:
        told = seen.told
        initial = {
            "day": date.fromisoformat(told.day) if told.day else None,
            "hour": time.fromisoformat(told.hour) if told.hour else None,
            "place": told.place,
        }
        super().__init__(data, initial=initial)
        self.possible = {str(line.point.line) for line in seen.lines if line.possible}

    def kept(self) -> set[int]:
        """The lines ticked, among those offered."""
        chosen = self.data.getlist("ligne") if hasattr(self.data, "getlist") else []
        return {int(one) for one in chosen if one in self.possible}
