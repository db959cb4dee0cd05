"""What people type about folders and documents."""

from __future__ import annotations

from django import forms

from config.lib.text import clean_name


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
        help_text="Quelques mots pour vos collègues : « article 3 corrigé ».",
    )


class CommentForm(forms.Form):
    """A remark on a document."""

    text = forms.CharField(
        label="Votre commentaire",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Pour prévenir quelqu’un, écrivez @ puis son prénom et son nom : @Nadia Morel.",
    )
