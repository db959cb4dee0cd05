"""The models of points of the commune: listed, written, begun from a point already written."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from council.access import can_keep_snippets, usable_templates
from council.forms_items import TemplateForm
from council.models import PointTemplate
from council.services import point_templates as verbs
from council.views.fetch import item_or_404
from council.views.pages import done_with, form_page


@read_view
def template_list(request: AuthedRequest, org: str) -> HttpResponse:
    """The models, to rewrite or take away."""
    require(can_keep_snippets(request.actor))
    context = {"org": org, "templates": list(usable_templates(request.actor))}
    return render_page(request, "council/point_templates.html", context)


@write_view
def template_add(request: AuthedRequest, org: str) -> HttpResponse:
    """A new model, empty or with the words of a point."""
    require(can_keep_snippets(request.actor))
    given = request.GET.get("point", "")
    try:
        item = item_or_404(request.actor, UUID(given)) if given else None
    except ValueError:
        raise Http404 from None
    form = TemplateForm(request.POST or None, like=item)
    return _keep(request, org, form, None)


@write_view
def template_edit(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Rewrite a model."""
    require(can_keep_snippets(request.actor))
    template = get_object_or_404(usable_templates(request.actor), uid=uid)
    return _keep(request, org, TemplateForm(request.POST or None, like=template), template)


def _keep(
    request: AuthedRequest, org: str, form: TemplateForm, template: PointTemplate | None
) -> HttpResponse:
    back = reverse("council:point-templates", args=[org])
    return done_with(
        request,
        form,
        lambda: verbs.keep_template(
            actor=request.actor,
            name=form.cleaned_data["name"],
            content=form.content(),
            template=template,
            now=clock.now(),
        ),
        done="Le modèle est enregistré.",
        to=back,
    ) or form_page(
        request,
        form,
        title="Modifier le modèle" if template else "Nouveau modèle de point",
        intro="Écrivez « … » là où chaque point aura ses propres mots : Parvis dira ce qui reste "
        "à remplir.",
        submit="Enregistrer le modèle",
        back=back,
    )


@post_view
def template_remove(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Take a model away."""
    template = get_object_or_404(
        PointTemplate.objects.filter(organisation=request.actor.organisation), uid=uid
    )
    verbs.remove_template(actor=request.actor, template=template, now=clock.now())
    messages.success(request, "Le modèle est supprimé. Les points déjà écrits ne changent pas.")
    return redirect("council:point-templates", org)


@post_view
def template_begin(request: AuthedRequest, org: str) -> HttpResponse:
    """The usual models, for a commune that has none."""
    verbs.begin_with_usual(actor=request.actor, now=clock.now())
    messages.success(request, "Les modèles courants sont là. Adaptez-les à la commune.")
    return redirect("council:point-templates", org)
