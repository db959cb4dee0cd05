"""The headings of the agendas of a body: written once by the direction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, write_view
from council.access import can_settle_bodies
from council.forms_sections import SectionForm
from council.models import AgendaSection, Assembly
from council.services import sections as verbs
from council.services.refusals import Refusal
from council.views.pages import done_with, form_page


def _body(request: AuthedRequest, uid: UUID) -> Assembly:
    return get_object_or_404(Assembly, organisation=request.actor.organisation, uid=uid)


@write_view
def sections(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The model of a body, and one more heading."""
    body = _body(request, uid)
    require(can_settle_bodies(request.actor))
    form = SectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.add_section(
                actor=request.actor, assembly=body, content=form.content(), now=clock.now()
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"La rubrique « {made.title} » est ajoutée.")
            return redirect("council:sections", org, uid)
    context = {
        "org": org,
        "body": body,
        "form": form,
        "lines": [_line(one) for one in verbs.in_use(body)],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/sections.html", context, status=status)


def _line(section: AgendaSection) -> dict[str, Any]:
    told = []
    if section.codes:
        told.append(f"matières {', '.join(section.codes)}")
    if section.takes_questions:
        told.append("questions orales, vœux, informations")
    return {
        "uid": str(section.uid),
        "title": section.title,
        "meta": " · ".join(told) or "points choisis à la main",
        "off": f"{section.uid}:off",
    }


@write_view
def section_edit(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another name, other matters."""
    rows = AgendaSection.objects.filter(organisation=request.actor.organisation).in_use()
    section = get_object_or_404(rows.select_related("assembly"), uid=uid)
    require(can_settle_bodies(request.actor))
    form = SectionForm(request.POST if request.method == "POST" else None, section=section)
    back = reverse("council:sections", args=[org, section.assembly.uid])
    return done_with(
        request,
        form,
        lambda: verbs.change_section(
            actor=request.actor, section=section, content=form.content(), now=clock.now()
        ),
        done="La rubrique est à jour.",
        to=back,
    ) or form_page(
        request,
        form,
        title="Modifier la rubrique",
        intro="Les ordres du jour déjà arrêtés gardent leurs mots.",
        submit="Enregistrer",
        back=back,
    )


@post_view
def section_begin(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The usual headings, to change afterwards."""
    try:
        verbs.begin(actor=request.actor, assembly=_body(request, uid), now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("council:sections", org, uid)


@post_view
def section_order(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another order, by dragging, by the keyboard or by the little buttons; or one heading less."""
    body = _body(request, uid)
    require(can_settle_bodies(request.actor))
    known = {str(one.uid): one for one in verbs.in_use(body)}
    ids = list(known)
    wanted = request.POST.getlist("order")
    moved, _, way = request.POST.get("move", "").partition(":")
    moved = moved or request.POST.get("moved", "")
    if moved not in known:
        return redirect("council:sections", org, uid)
    try:
        if way == "off":
            verbs.remove_section(actor=request.actor, section=known[moved], now=clock.now())
            messages.success(request, f"La rubrique « {known[moved].title} » est ôtée.")
        else:
            rank = wanted.index(moved) + 1 if moved in wanted else ids.index(moved) + 1
            if way in ("up", "down"):
                rank = ids.index(moved) + (0 if way == "up" else 2)
            verbs.move_section(
                actor=request.actor, section=known[moved], rank=rank, now=clock.now()
            )
    except Refusal as refused:
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"reason": str(refused)}, status=409)
        messages.error(request, str(refused))
    return redirect("council:sections", org, uid)
