"""Forms of people and accounts. What is typed is kept; what is refused says why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts.colours import readable
from accounts.enums import Capacity, Gender, Rhythm, TeamKind
from accounts.models import Organisation, Person, Team


class SignInForm(forms.Form):
    """Who, and the password. The check itself is the view's."""

    identifier = forms.CharField(
        label="Identifiant",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AskResetForm(forms.Form):
    """Identifier or address."""

    who = forms.CharField(
        label="Votre identifiant ou votre adresse de courriel",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class ChoosePasswordForm(forms.Form):
    """A new password, once: it can be seen while it is typed by the browser's own means."""

    password = forms.CharField(
        label="Nouveau mot de passe",
        strip=False,
        max_length=500,
        help_text="12 caractères au moins. Trois ou quatre mots sans rapport font l’affaire.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Le même, encore une fois",
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password"), data.get("again")
        if first and second and first != second:
            self.add_error("again", "Les deux mots de passe ne sont pas les mêmes.")
        if first:
            try:
                password_validation.validate_password(first, self.person)
            except ValidationError as weak:
                self.add_error("password", weak)
        return data


class ChangePasswordForm(ChoosePasswordForm):
    """The same, after the present one."""

    current = forms.CharField(
        label="Mot de passe actuel",
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["current", "password", "again"]

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self.person.check_password(current):
            raise forms.ValidationError("Ce n’est pas votre mot de passe actuel.")
        return current


class ContactForm(forms.Form):
    """How a person is reached, changed by themselves."""

    email = forms.EmailField(
        label="Courriel", required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label="Téléphone",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class RhythmForm(forms.Form):
    """How often one organisation writes."""

    rhythm = forms.ChoiceField(
        label="Recevoir les nouvelles par courriel",
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        help_text="Convocations, sécurité et échéances proches n’attendent jamais.",
    )


class PersonForm(forms.Form):
    """A person entering the organisation, typed by its DGS."""

    gender = forms.ChoiceField(label="Civilité", choices=Gender.choices, required=False)
    given_name = forms.CharField(label="Prénom", max_length=100)
    family_name = forms.CharField(label="Nom", max_length=100)
    email = forms.EmailField(
        label="Courriel",
        required=False,
        help_text="Vide pour qui reçoit tout sur papier. Une adresse peut être partagée.",
    )
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)
    capacity = forms.ChoiceField(label="Qualité", choices=Capacity.choices)
    job_title = forms.CharField(label="Fonction", max_length=120, required=False)
    from_date = forms.DateField(
        label="À partir du", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Aujourd’hui si rien n’est indiqué.",
    )  # fmt: skip
    to_date = forms.DateField(
        label="Jusqu’au (compris)", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    invite = forms.BooleanField(
        label="Lui envoyer tout de suite de quoi se connecter", required=False, initial=True
    )


class KnownPersonForm(forms.Form):
    """Somebody who already has an account, for another organisation. What is typed is never
    compared with the accounts of the platform: the answer would tell."""

    identifier = forms.CharField(
        label="Identifiant de la personne",
        max_length=150,
        help_text="Demandez-le-lui : c’est celui avec lequel elle se connecte à Parvis.",
    )
    capacity = forms.ChoiceField(label="Qualité", choices=Capacity.choices)
    job_title = forms.CharField(label="Fonction", max_length=120, required=False)


class ContactCardForm(forms.Form):
    """The card of somebody without account, corrected by the DGS."""

    gender = forms.ChoiceField(label="Civilité", choices=Gender.choices, required=False)
    given_name = forms.CharField(label="Prénom", max_length=100)
    family_name = forms.CharField(label="Nom", max_length=100)
    email = forms.EmailField(label="Courriel", required=False)
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)
    postal_address = forms.CharField(
        label="Adresse postale", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class EndForm(forms.Form):
    """The last day of a membership."""

    last_day = forms.DateField(
        label="Dernier jour (compris)", widget=forms.DateInput(attrs={"type": "date"})
    )


class TeamForm(forms.Form):
    """A new team."""

    label = forms.CharField(label="Nom de l’équipe", max_length=120)
    kind = forms.ChoiceField(
        label="Nature", choices=[c for c in TeamKind.choices if c[0] != TeamKind.DGS]
    )


class AddToTeamForm(forms.Form):
    """Somebody of the organisation, for a team."""

    person = forms.ModelChoiceField(
        label="Ajouter", queryset=Person.objects.none(), to_field_name="uid", empty_label="Choisir…"
    )

    from_date = forms.DateField(
        label="À partir du",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Aujourd’hui si rien n’est indiqué.",
    )
    to_date = forms.DateField(
        label="Jusqu’au (compris)", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("from_date"), data.get("to_date")
        if start and end and end < start:
            self.add_error("to_date", "La fin ne peut pas précéder le début.")
        return data


class PeopleFileForm(forms.Form):
    """A spreadsheet of people, as CSV."""

    file = forms.FileField(
        label="Fichier CSV",
        help_text="500 lignes au plus.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class ViewingForm(forms.Form):
    """Why a director looks as a colleague."""

    reason = forms.CharField(
        label="Pourquoi ?",
        max_length=300,
        help_text="Par exemple : « Elle ne trouve pas le budget ». Le motif est gardé.",
    )


class LeaveTeamForm(forms.Form):
    """Until when somebody stays in a team."""

    last_day = forms.DateField(
        label="Dernier jour dans l’équipe (compris)",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Vide : dès maintenant.",
    )


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the organisation says of itself. Its name, kind and legal numbers are the host's."""

    class Meta:
        model = Organisation
        fields = ["accent", "phone", "email", "address", "siret", "training_enabled"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}

    siret = forms.CharField(
        label="SIRET de la mairie",
        required=False,
        max_length=20,
        help_text="Quatorze chiffres. Il signe les données ouvertes de vos délibérations.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def clean_siret(self) -> str:
        siret = "".join(str(self.cleaned_data["siret"]).split())
        siren = self.instance.siren
        if siret and siren and not siret.startswith(siren):
            raise forms.ValidationError(f"Il commence par le SIREN de la collectivité : {siren}.")
        return siret

    def clean_accent(self) -> str:
        accent: str = self.cleaned_data["accent"].lower()
        if accent and not readable(accent):
            raise forms.ValidationError(
                "Cette couleur est trop claire : le texte blanc n’y serait pas lisible par tous."
            )
        return accent


class TeamNameForm(forms.ModelForm):  # type: ignore[type-arg]
    """A team's name."""

    class Meta:
        model = Team
        fields = ["label"]


class ProgrammeForm(forms.Form):
    """A password for one device."""

    organisation = forms.ModelChoiceField(
        label="Pour quelle organisation ?", queryset=Organisation.objects.none(), empty_label=None
    )
    name = forms.CharField(
        label="Appareil ou logiciel",
        max_length=80,
        help_text="Pour le reconnaître plus tard : « PC de l’accueil ».",
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = places


class InterimForm(forms.Form):
    """Who stands in for the direction, and until when."""

    person = forms.ModelChoiceField(Person.objects.none(), label="Qui assure l’intérim")
    from_date = forms.DateField(label="À partir du", widget=forms.DateInput({"type": "date"}))
    to_date = forms.DateField(label="Jusqu’au (inclus)", widget=forms.DateInput({"type": "date"}))
    reason = forms.CharField(
        label="Pourquoi", max_length=200, help_text="Quelques mots : « congé maladie »."
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class HandoverForm(forms.Form):
    """What goes, and to whom."""

    what = forms.MultipleChoiceField(label="Ce qui passe", widget=forms.CheckboxSelectMultiple)
    to = forms.ModelChoiceField(Person.objects.none(), label="À qui")

    def __init__(self, *args: Any, people: Any, charges: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        choices = [(charge.key, charge.words) for charge in charges]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        self.fields["what"].initial = [key for key, _ in choices]
