"""What people type about acts, lists and minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from accounts.models import Person
from council.enums import (
    ORDER_TYPES,
    ActExempt,
    ActKind,
    ActState,
    ActType,
    PublicationMode,
    SignatureMode,
)
from council.forms import SUBJECTS, ByUid
from council.forms_text import TextField
from council.models import Act, Meeting, Register
from council.rules.enforce import formalities_of
from council.rules.mayor_acts import Exempt
from council.services.acts.drafting import ActContent


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A day on the calendar."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ActForm(forms.Form):
    """The text of an act as its author writes it; ``revision`` is the one that was shown."""

    title = forms.CharField(label="Objet", max_length=499)
    type = forms.ChoiceField(
        label="Type d’arrêté",
        choices=[(one.value, one.label) for one in ORDER_TYPES],
        help_text="Il décide des formalités : publication, notification, préfecture.",
    )
    subject_code = forms.ChoiceField(label="Matière", choices=SUBJECTS, required=False)
    text = TextField(label="Texte", required=False, rows=18)
    own_file = forms.FileField(
        label="Ou votre propre document",
        required=False,
        help_text="Un PDF garde ses pages, avec le code de l’acte au bas de chacune. Le texte d’un "
        "document Word ou LibreOffice est repris et mis en page.",
    )
    to_editor = forms.BooleanField(
        label="Ne plus utiliser le PDF joint : mettre en page le texte ci-dessus", required=False
    )
    nominative = forms.BooleanField(
        label="Nomme des personnes : ne jamais le publier", required=False
    )
    prefecture = forms.ChoiceField(
        label="Préfecture",
        choices=[
            ("law", "Comme la loi le prévoit pour ce type d’acte"),
            ("send", "À transmettre, même si la loi ne le demande pas"),
            *((one.value, f"Dispensé : {one.label}") for one in ActExempt),
        ],
        required=False,
        help_text="Un acte soumis au contrôle n’est exécutoire qu’une fois l’accusé reçu.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, files: Any = None, *, kind: ActKind, act: Act | None = None):
        initial: dict[str, Any] = {}
        if act is not None:
            initial = {
                "title": act.title,
                "type": act.type,
                "subject_code": act.subject_code,
                "text": act.text,
                "nominative": act.nominative,
                "prefecture": act.exempt or _sending(act),
                "revision": act.revision,
            }
        super().__init__(data, files, initial=initial)
        self.kind = kind
        if kind != ActKind.ORDER:
            del self.fields["type"]
        if act is None or not act.own_file:
            del self.fields["to_editor"]
        if act is None:
            # The type decides; both may be changed afterwards.
            del self.fields["nominative"], self.fields["prefecture"], self.fields["revision"]

    def content(self) -> ActContent:
        """What was written."""
        data = self.cleaned_data
        sent = data.get("prefecture")
        return ActContent(
            title=data["title"],
            text=data["text"],
            subject_code=data["subject_code"],
            type=ActType(data["type"]) if data.get("type") else None,
            nominative=data.get("nominative"),
            transmissible=True if sent == "send" else None,
            exempt=Exempt("" if sent in ("law", "send") else sent) if sent else None,
            revision=data.get("revision") or 0,
        )


def _sending(act: Act) -> str:
    law = formalities_of(act.sort).transmit
    return "send" if act.transmissible and not law else "law"


class PresentForm(forms.Form):
    """Who signs."""

    signatory = ByUid(queryset=Person.objects.none(), label="Qui signe ?", empty_label=None)

    def __init__(self, data: Any, *, people: list[Person]) -> None:
        super().__init__(data)
        rows = Person.objects.filter(pk__in=[one.pk for one in people])
        self.fields["signatory"].queryset = rows.order_by("family_name", "pk")  # type: ignore[attr-defined]


class SignatureForm(forms.Form):
    """The signature that came back."""

    signed_on = day_field("Signé le")
    mode = forms.ChoiceField(label="Comment", choices=SignatureMode.choices)
    file = forms.FileField(
        label="Le fichier signé",
        required=False,
        help_text="Le scan ou le PDF signé : il prend la place du projet dans son dossier.",
    )


class OriginalForm(forms.Form):
    """The right file, in the place of one filed by mistake."""

    file = forms.FileField(
        label="Le bon fichier signé",
        help_text="L’autre reste dans l’historique du document.",
    )
    reason = forms.CharField(
        label="Pourquoi le premier n’était pas le bon", max_length=300, widget=forms.Textarea
    )


class ScanForm(forms.Form):
    """A scan of several signed acts."""

    signed_on = day_field("Signés le")
    file = forms.FileField(label="Le scan de toutes les pages (PDF)")


class TogetherForm(forms.Form):
    """One day for the acts that are ticked, where the step bears one."""

    day = day_field("Le")

    def __init__(self, data: Any, *, today: date, dated: bool) -> None:
        super().__init__(data, initial={"day": today})
        if not dated:
            del self.fields["day"]


class TransmissionForm(forms.Form):
    """What left for the prefecture, and the receipt that came back."""

    sent_on = day_field("Envoyé le", required=False)
    received_on = day_field("Reçu en préfecture le", required=False)
    receipt_id = forms.CharField(
        label="Identifiant de l’accusé de réception", max_length=80, required=False
    )
    receipt = forms.FileField(
        label="Ou le fichier de l’accusé (XML)",
        required=False,
        help_text="Sa date et son identifiant y sont lus. Celui d’un autre acte est refusé.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("sent_on", "received_on", "receipt")):
            raise forms.ValidationError("Donnez une date, ou le fichier de l’accusé.")
        return data


class PublicationForm(forms.Form):
    """How and when the public was told."""

    mode = forms.ChoiceField(label="Comment")
    published_on = day_field("Publié le")
    elsewhere = forms.BooleanField(
        label="Il était déjà en ligne ce jour-là, sur le site de la commune",
        required=False,
        help_text="Sinon, la mise en ligne compte d’aujourd’hui.",
    )
    file = forms.FileField(
        label="Le texte occulté (PDF)",
        required=False,
        help_text="S’il faut cacher des noms ou des adresses. Vide : le texte mis en page par "
        "Parvis. L’original signé n’est jamais mis en ligne.",
    )

    def __init__(self, data: Any, files: Any = None, *, lawful: PublicationMode) -> None:
        super().__init__(data, files)
        # A posting is noted by its own page, which makes its certificate.
        modes = [PublicationMode.ELECTRONIC]
        if lawful == PublicationMode.PAPER:
            modes.insert(0, lawful)
        self.fields["mode"].choices = [(one.value, one.label) for one in modes]  # type: ignore[attr-defined]


class NotificationForm(forms.Form):
    """The person concerned has it in hand."""

    notified_on = day_field("Notifié le")
    notified_to = forms.CharField(label="À", max_length=200)


class RegisterForm(forms.Form):
    """The commune's own model, and where its acts go."""

    head = forms.CharField(
        label="En-tête, une ligne par mention",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : République française, puis le département.",
    )
    mention = forms.CharField(
        label="Mention finale",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Vide : la mention du caractère exécutoire et du délai de recours.",
    )


class ListDatesForm(forms.Form):
    """When the list went online, when it was posted and taken down."""

    published_on = day_field("Mise en ligne le", required=False)
    posted_on = day_field("Affichée le", required=False)
    posted_until = day_field("Retirée le", required=False)


class WordsForm(forms.Form):
    """What was said on one point."""

    words = forms.CharField(
        label="Ce qui s’est dit",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="La teneur des échanges, sans tout citer. « - » commence une liste.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class SettleForm(forms.Form):
    """The session that approved the minutes."""

    meeting = ByUid(queryset=Meeting.objects.none(), label="Arrêté à la séance", empty_label=None)
    remarks = forms.CharField(
        label="Observations faites à l’approbation",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, meetings: list[Meeting]) -> None:
        super().__init__(data)
        rows = Meeting.objects.filter(pk__in=[one.pk for one in meetings])
        self.fields["meeting"].queryset = rows.order_by("starts_at")  # type: ignore[attr-defined]


class MinutesSignedForm(forms.Form):
    """The minutes came back signed."""

    signed_on = day_field("Signé le")
    file = forms.FileField(label="Le procès-verbal signé (PDF)", required=False)


class DayForm(forms.Form):
    """One day."""

    day = day_field("Publié le")

    def __init__(self, data: Any, *, label: str, today: date) -> None:
        super().__init__(data, initial={"day": today})
        self.fields["day"].label = label


class ActFilterForm(forms.Form):
    """Which acts to show."""

    registre = forms.ChoiceField(label="Registre", required=False)
    annee = forms.ChoiceField(label="Année", required=False)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Tous"), *((one.value, one.label) for one in ActState)],
    )

    def __init__(self, data: Any, *, registers: list[Register], years: list[int]) -> None:
        super().__init__(data)
        named = [(str(one.uid), one.name) for one in registers]
        self.fields["registre"].choices = [("", "Tous"), *named]  # type: ignore[attr-defined]
        told = [(str(year), str(year)) for year in years]
        self.fields["annee"].choices = [("", "Toutes"), *told]  # type: ignore[attr-defined]

    def chosen(self, name: str) -> str:
        """What was chosen; nothing when it is not among the choices."""
        return str(self.cleaned_data.get(name) or "") if self.is_valid() else ""
