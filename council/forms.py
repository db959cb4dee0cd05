"""What people type about meetings and points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.models import Person
from config.lib.text import long_date
from council.access import assemblies_to_propose_to, prepared_assemblies
from council.enums import BudgetImpact, ItemKind, Matter
from council.forms_text import TextEditor, TextField
from council.models import (
    AgendaItem,
    AgendaSection,
    Amendment,
    Assembly,
    Mandate,
    Meeting,
    PointTemplate,
)
from council.rules.nomenclature import DOMAINS, MATTERS, levels
from council.services.items import ItemContent
from council.services.reviewing import left_of
from documents.models import Document

#: What a person may choose; the urgency and the minutes are put by Parvis itself.
OWN_MATTERS = [
    choice for choice in Matter.choices if choice[0] not in (Matter.URGENCY, Matter.MINUTES)
]

#: The two levels of the matters: the domains, and inside each its matters.
SUBJECTS = [
    ("", "À préciser"),
    *(
        (
            f"{n}. {domain}",
            [(code, f"{code} {label}") for code, label in MATTERS.items() if levels(code)[0] == n],
        )
        for n, domain in DOMAINS.items()
    ),
]


class ByUid(forms.ModelChoiceField):
    """A choice among rows, told by their public identifier."""

    def __init__(self, **options: Any) -> None:
        super().__init__(to_field_name="uid", **options)


class MeetingChoice(ByUid):
    """A meeting among those whose agenda is open, told by its day."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.assembly.name}, {long_date(obj.local_start)}"


class MeetingForm(forms.Form):
    """When and where, on the town hall's clock."""

    day = forms.DateField(
        label="Jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TimeField(
        label="Heure", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label="Lieu", max_length=200)

    def starts_at(self, timezone: str) -> datetime:
        """The instant meant."""
        day, hour = self.cleaned_data["day"], self.cleaned_data["hour"]
        return datetime.combine(day, hour, tzinfo=ZoneInfo(timezone))


class NewMeetingForm(MeetingForm):
    """A new meeting of one of the bodies that the actor prepares."""

    assembly = ByUid(queryset=Assembly.objects.none(), label="Instance", empty_label=None)
    field_order = ("assembly", "day", "hour", "place")

    def __init__(self, data: Any, *, actor: Actor, **options: Any) -> None:
        super().__init__(data, **options)
        bodies = prepared_assemblies(actor).in_french_order()
        self.fields["assembly"].queryset = bodies  # type: ignore[attr-defined]


class ChangeMeetingForm(MeetingForm):
    """Another date, hour or place, before the convocation."""

    def __init__(self, data: Any, *, meeting: Meeting, **options: Any) -> None:
        local = meeting.local_start
        initial = {"day": local.date(), "hour": local.time(), "place": meeting.place}
        super().__init__(data, initial=initial, **options)


class AmendSettingForm(MeetingForm):
    """Another hour or place after the convocation, why it is minor, why points are urgent."""

    minor_reason = forms.CharField(
        label="Petit changement d’heure : pourquoi ?",
        required=False,
        max_length=300,
        help_text="Le même jour, au même lieu, un petit changement d’heure ne demande pas de "
        "nouveau délai. Laissez vide pour une nouvelle convocation, avec le délai entier.",
    )
    urgency_reason = forms.CharField(
        label="Points ajoutés en urgence : pourquoi ?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Seulement si le délai entier ne peut plus être tenu. Le conseil se prononcera "
        "d’abord sur l’urgence.",
    )

    def __init__(self, data: Any, *, amendment: Amendment, **options: Any) -> None:
        meeting = amendment.meeting
        local = (amendment.starts_at or meeting.starts_at).astimezone(meeting.tz)
        initial = {
            "day": local.date(),
            "hour": local.time(),
            "place": amendment.place or meeting.place,
            "minor_reason": amendment.minor_reason,
            "urgency_reason": amendment.urgency_reason,
        }
        super().__init__(data, initial=initial, **options)


class ReasonForm(forms.Form):
    """A few words, always asked when something is sent back, withdrawn or cancelled."""

    reason = forms.CharField(label="Pourquoi ?", widget=forms.Textarea(attrs={"rows": 4}))


class CancelForm(ReasonForm):
    """Why; once the members were convened, that the mayor decided it (R-CONV-10)."""

    decided_by_mayor = forms.BooleanField(
        label="Le maire (ou le président) a décidé d’annuler cette séance",
        error_messages={"required": "C’est le maire qui annule une séance : demandez-le-lui."},
    )

    def __init__(self, data: Any, *, meeting: Meeting) -> None:
        super().__init__(data)
        if meeting.convened_at is None:
            del self.fields["decided_by_mayor"]


class AgainForm(MeetingForm):
    """When and where the council meets again."""


class ItemForm(forms.Form):
    """A point as its author writes it."""

    title = forms.CharField(label="Objet", max_length=400)
    kind = forms.ChoiceField(label="Nature", choices=ItemKind.choices)
    matter = forms.ChoiceField(
        label="Sujet",
        choices=OWN_MATTERS,
        required=False,
        help_text="Seulement si la loi lui donne une règle propre : budget, comptes, élection…",
    )
    summary = forms.CharField(
        label="Note de synthèse",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Le contexte, ce qui est proposé, ce que cela change. Quelques lignes suffisent.",
    )
    proposed_text = TextField(label="Projet de délibération", required=False)
    equivalent_document = forms.BooleanField(
        label="Une pièce jointe tient lieu de note de synthèse", required=False
    )
    subject_code = forms.ChoiceField(
        label="Matière",
        choices=SUBJECTS,
        required=False,
        help_text="Celle de l’envoi en préfecture (@ctes).",
    )
    budget_impact = forms.ChoiceField(
        label="Effet sur le budget",
        choices=[("", "À préciser"), *BudgetImpact.choices],
        required=False,
    )
    budget_name = forms.CharField(
        label="Budget voté ou modifié",
        required=False,
        max_length=80,
        help_text="Pour un vote du budget ou des comptes : « Budget principal », « Budget annexe "
        "de l’eau ». Il paraîtra dans les données ouvertes.",
    )
    budget_year = forms.CharField(
        label="Année de ce budget",
        required=False,
        max_length=9,
        validators=[RegexValidator(r"^\d{4}(/\d{4})?$", "Écrivez une année : 2027, ou 2026/2027.")],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 9}),
    )
    section = ByUid(
        queryset=AgendaSection.objects.none(),
        label="Rubrique de l’ordre du jour",
        required=False,
        empty_label="D’après la matière",
    )
    closed_doors = forms.BooleanField(label="Huis clos demandé", required=False)
    rapporteur = ByUid(
        queryset=Person.objects.none(), label="Rapporteur", required=False, empty_label="À désigner"
    )
    meeting = MeetingChoice(
        queryset=Meeting.objects.none(),
        label="Séance visée",
        required=False,
        empty_label="La prochaine qui aura de la place",
        help_text="Qui prépare la séance l’y inscrit.",
    )

    def __init__(
        self,
        data: Any,
        *,
        assembly: Assembly,
        actor: Actor,
        item: AgendaItem | None = None,
        meetings: QuerySet[Meeting] | None = None,
        begun: PointTemplate | None = None,
    ) -> None:
        initial = {} if item is None else _initial(item)
        if begun is not None:
            initial = {name: getattr(begun, name) for name in _OF_A_MODEL}
        super().__init__(data, initial=initial)
        seats = Mandate.objects.filter(assembly=assembly).current(actor.today)
        people = Person.objects.filter(pk__in=seats.values("person"))
        if item is not None:
            editor: TextEditor = self.fields["proposed_text"].widget  # type: ignore[assignment]
            editor.marks = [row.words for row in left_of(item)]
        field = self.fields["rapporteur"]
        field.queryset = people.order_by("family_name", "given_name", "pk")  # type: ignore[attr-defined]
        sections = AgendaSection.objects.filter(assembly=assembly).in_use()
        self.fields["section"].queryset = sections  # type: ignore[attr-defined]
        # A point that was sent keeps the heading under which it was.
        self.sent = item if item is not None and item.amends_id is not None else None
        if self.sent is not None or not sections.exists():
            del self.fields["section"]
        if meetings is None:
            del self.fields["meeting"]
        else:
            self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]
        self.required_matter = item.matter if item and item.matter not in dict(OWN_MATTERS) else ""
        if self.required_matter:
            del self.fields["matter"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for one, other in (("budget_year", "budget_name"), ("budget_name", "budget_year")):
            if data.get(one) and not data.get(other) and other not in self.errors:
                self.add_error(other, "L’année et le nom du budget vont ensemble.")
        return data

    def content(self) -> ItemContent:
        """What was written."""
        data = self.cleaned_data
        return ItemContent(
            title=data["title"],
            kind=ItemKind(data["kind"]),
            matter=Matter(self.required_matter or data["matter"] or Matter.ORDINARY),
            summary=data["summary"],
            proposed_text=data["proposed_text"],
            equivalent_document=data["equivalent_document"],
            closed_doors=data["closed_doors"],
            subject_code=data["subject_code"],
            budget_impact=BudgetImpact(data["budget_impact"]) if data["budget_impact"] else None,
            budget_year=data["budget_year"],
            budget_name=data["budget_name"],
            rapporteur=data["rapporteur"],
            section=self.sent.section if self.sent is not None else data.get("section"),
        )


#: What a point takes from the model that it is begun from.
_OF_A_MODEL = (
    "title",
    "kind",
    "matter",
    "summary",
    "proposed_text",
    "subject_code",
    "budget_impact",
    "closed_doors",
)


def _initial(item: AgendaItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "kind": item.kind,
        "matter": item.matter,
        "summary": item.summary,
        "proposed_text": item.proposed_text,
        "equivalent_document": item.equivalent_document,
        "closed_doors": item.closed_doors,
        "subject_code": item.subject_code,
        "budget_impact": item.budget_impact,
        "budget_year": item.budget_year,
        "budget_name": item.budget_name,
        "rapporteur": item.rapporteur.uid if item.rapporteur else None,
        "section": item.section.uid if item.section else None,
    }


class ChooseAssemblyForm(forms.Form):
    """For which body a new point is."""

    assembly = ByUid(queryset=Assembly.objects.none(), label="Instance", empty_label=None)

    def __init__(self, data: Any, *, actor: Actor, **options: Any) -> None:
        super().__init__(data, **options)
        bodies = assemblies_to_propose_to(actor).in_french_order()
        self.fields["assembly"].queryset = bodies  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    """One more piece, among the documents that the actor may read."""

    document = ByUid(
        queryset=Document.objects.none(), label="Document", empty_label="Choisissez un document"
    )

    def __init__(self, data: Any, *, documents: Any) -> None:
        super().__init__(data)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]


class RankForm(forms.Form):
    """« Aller au rang n »."""

    rank = forms.IntegerField(label="Aller au rang", min_value=1, max_value=500)


class PointRankForm(RankForm):
    """« Aller au rang n » from the agenda itself: which point, and where."""

    point = forms.ChoiceField(label="Point")
    field_order = ("point", "rank")

    def __init__(self, points: Sequence[AgendaItem], data: Any = None) -> None:
        super().__init__(data)
        self.fields["point"].choices = [  # type: ignore[attr-defined]
            (str(point.uid), f"{n}. {point.title}") for n, point in enumerate(points, start=1)
        ]


class ListForm(forms.Form):
    """On which meeting's agenda."""

    meeting = MeetingChoice(queryset=Meeting.objects.none(), label="Séance", empty_label=None)

    def __init__(self, data: Any, *, meetings: Any, aimed: Meeting | None = None) -> None:
        super().__init__(data, initial={"meeting": aimed.uid} if aimed else None)
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    """When and how the paper dossier was given."""

    day = forms.DateField(
        label="Remis le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TimeField(
        label="À", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    how = forms.CharField(
        label="Comment",
        max_length=200,
        required=False,
        help_text="En main propre, dans la boîte, par la poste…",
    )

    def given_at(self, timezone: str) -> datetime:
        """The instant meant."""
        return datetime.combine(
            self.cleaned_data["day"], self.cleaned_data["hour"], tzinfo=ZoneInfo(timezone)
        )
