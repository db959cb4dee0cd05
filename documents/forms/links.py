"""What people type about links and requests for access."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from accounts.actor import Actor
from documents.access import role_of
from documents.access.links import policy_of
from documents.enums import Accepted, Role
from documents.forms.documents import MultipleFiles
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
        help_text="Une phrase suffit : « pour préparer le budget de l’école ».",
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


class OutsideForm(forms.Form):
    """What every link towards the outside says."""

    label = forms.CharField(
        label="Pour qui",
        max_length=120,
        help_text="Pour reconnaître ce lien dans la liste : « Cabinet Durand, géomètre ».",
    )
    last_day = forms.DateField(
        label="Dernier jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    password = forms.CharField(
        label="Mot de passe",
        required=False,
        max_length=100,
        help_text="8 caractères au moins. À donner autrement que par le même courriel : au "
        "téléphone, par exemple.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    message = forms.CharField(
        label="Un mot affiché avec les fichiers",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = policy_of(actor.organisation).longest_days
        day = self.fields["last_day"]
        day.initial = actor.today + timedelta(days=min(30, longest))
        day.help_text = f"Le lien s’arrête ce soir-là. Au plus {longest} jours."


class ShareForm(OutsideForm):
    """A link to take something."""

    max_downloads = forms.IntegerField(
        label="Téléchargements permis",
        required=False,
        min_value=1,
        max_value=10_000,
        help_text="Vide : autant qu’on veut jusqu’au dernier jour.",
    )
    field_order = ["label", "last_day", "password", "max_downloads", "message"]


MEGABYTE = 1024 * 1024


class DropForm(OutsideForm):
    """A link to bring something."""

    accepts = forms.ChoiceField(label="Fichiers acceptés", choices=Accepted.choices)
    max_files = forms.IntegerField(
        label="Nombre de fichiers en tout", min_value=1, max_value=500, initial=20
    )
    max_bytes = forms.TypedChoiceField(
        label="Taille d’un fichier, au plus",
        choices=[(size * MEGABYTE, f"{size} Mo") for size in (5, 10, 25, 50, 100)],
        initial=25 * MEGABYTE,
        coerce=int,
    )
    field_order = ["label", "last_day", "accepts", "max_files", "max_bytes", "password", "message"]


class DepositForm(forms.Form):
    """What somebody without an account writes beside their files."""

    name = forms.CharField(
        label="Votre nom",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Votre courriel",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(
        label="Un mot pour la mairie",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    files = forms.FileField(label="Vos fichiers", required=False, widget=MultipleFiles)


class PasswordForm(forms.Form):
    """The password of a link."""

    password = forms.CharField(
        label="Mot de passe",
        max_length=100,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class PolicyForm(forms.Form):
    """What the organisation allows of links towards the outside."""

    longest_days = forms.IntegerField(
        label="Durée la plus longue, en jours", min_value=1, max_value=730
    )
    least_role = forms.TypedChoiceField(
        label="Qui peut en créer",
        choices=[
            (int(Role.EDITOR), "Toute personne qui peut modifier le dossier"),
            (int(Role.MANAGER), "Seulement les personnes qui gèrent les droits du dossier"),
        ],
        coerce=lambda value: Role(int(value)),
        widget=forms.RadioSelect,
    )
