"""The gallery `/_ui/`: every component in every variant, and every layout, in development."""

from __future__ import annotations

from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from config.lib.ui import Step, undo

LAYOUTS = ("app", "elu", "focus", "public", "print", "403", "404", "429", "500")


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nom du dossier", help_text="Court, avec l’année en premier.")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        label="Type", choices=[("", "Choisir"), ("a", "Acte"), ("b", "Lettre")]
    )
    day = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    seats = forms.IntegerField(label="Places", required=False)
    answer = forms.ChoiceField(
        label="Serez-vous là ?", choices=[("oui", "Oui"), ("non", "Non")], widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label="Thèmes", choices=[("u", "Urbanisme"), ("f", "Finances")], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    agreed = forms.BooleanField(
        label="Prévenir les personnes qui suivent ce dossier", required=False
    )
    file = forms.FileField(label="Pièce", required=False)


_STEPS = [
    Step("Préparation", "done", "12 novembre"),
    Step("Ordre du jour", "blocked", "L’ordre du jour attend l’accord du maire.",
         "Lui demander son accord", "#accord"),
    Step("Convocation", "current", "à envoyer avant jeudi"),
    Step("Séance", "todo", "lundi 30 novembre"),
    Step("Procès-verbal", "todo"),
    Step("Publication", "todo"),
]  # fmt: skip


class _Message:
    def __init__(self, level: str, text: str, tags: str) -> None:
        self.level_tag, self.text, self.extra_tags = level, text, tags

    def __str__(self) -> str:
        return self.text


def _sample_actor(*, dgs: bool) -> SimpleNamespace:
    organisation = SimpleNamespace(
        slug="saint-aubin", name="Saint-Aubin-le-Parvis", training_enabled=True
    )
    return SimpleNamespace(organisation=organisation, is_dgs=dgs)


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    pages = Paginator(range(140), 20)
    return render(
        request,
        "gallery/index.html",
        {
            "form": SampleForm(),
            "wrong": SampleForm({"name": "", "kind": "z", "note": "Saisi"}, auto_id="faux_%s"),
            "steps": _STEPS,
            "trail": [
                ("Documents", "/_ui/"),
                (None, None),
                ("Finances", "/_ui/"),
                ("Budget", None),
            ],
            "messages": [
                _Message("success", "« Budget 2026 » est dans la corbeille.", undo("/_ui/")),
                _Message("info", "3 documents attendent leur indexation.", ""),
                _Message("warning", "Ce nom existait : une nouvelle version est déposée.", ""),
                _Message("error", "Le fichier n’a pas pu être lu.", ""),
            ],
            "page": pages.page(2),
            "layouts": LAYOUTS,
        },
    )


@login_not_required
@require_safe
def layout(request: HttpRequest, name: str) -> HttpResponse:
    """One layout with sample words in it."""
    if name not in LAYOUTS:
        raise Http404
    if name in {"app", "elu"}:
        request.actor = _sample_actor(dgs=True)  # type: ignore[attr-defined]
    request.user = SimpleNamespace(  # type: ignore[assignment]
        get_full_name="Nadia Morel", get_short_name="Nadia", is_authenticated=True
    )
    request.inbox_unread = 3  # type: ignore[attr-defined]
    template = f"errors/{name}.html" if name.isdigit() else f"gallery/{name}.html"
    reason = "Vous pouvez lire ce dossier, mais pas y déposer. Demander le droit à Nadia Morel."
    return render(request, template, {"reason": reason, "steps": _STEPS, "ask": ""})


urlpatterns = [
    path("", gallery, name="ui-gallery"),
    path("<slug:name>/", layout, name="ui-layout"),
]
