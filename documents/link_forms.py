"""What people type about links and requests for access."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.actor import Actor
from documents.access import role_of
from documents.enums import Role
from documents.models import Document, Folder

_WANTED = {
    Role.READER: "Le lire",
    Role.COMMENTER: "Le lire et le commenter",
    Role.EDITOR: "Le lire et le modifier",
}
GIVEN = {
    Role.READER: "peut lire",
    Role.COMMENTER: "peut lire et commenter",
    Role.EDITOR: "peut déposer et modifier",
    Role.MANAGER: "peut tout, et gère les droits",
}


class AskForm(forms.Form):
    """Asking for access: what for, in a word."""

    wanted = forms.TypedChoiceField(
        label="Vous voudriez",
        coerce=lambda value: Role(int(value)),
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label="Pourquoi",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Une phrase suffit : « pour préparer le budget de l’école ».",
    )

    def __init__(self, has: Role, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(int(role), words) for role, words in _WANTED.items() if role > has]
        self.fields["wanted"].choices = offered  # type: ignore[attr-defined]
        self.fields["wanted"].initial = offered[0][0] if offered else None


class GiveForm(forms.Form):
    """Another role than the one asked for, never above one's own."""

    role = forms.TypedChoiceField(label="Autre droit", coerce=lambda value: Role(int(value)))

    def __init__(self, actor: Actor, obj: Folder | Document, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        highest = role_of(actor, obj)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (int(role), words) for role, words in GIVEN.items() if role <= highest
        ]


class RefuseForm(forms.Form):
    """Saying no, and why."""

    reason = forms.CharField(
        label="Votre réponse",
        max_length=300,
        help_text="La personne la lira telle quelle.",
    )
