"""Advice: ask a commission or a service, note what it thinks, show it to the members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import Team
from config.lib import clock
from config.lib.access import require
from config.lib.http import AuthedRequest, post_view, write_view
from config.lib.text import long_date
from council.access_preparing import can_ask_advice, recordable_advice, visible_advice
from council.forms_advising import AskAdviceForm, OpinionForm
from council.models import Advice, AgendaItem, Assembly
from council.services import advising
from council.services.refusals import Refusal
from council.views.fetch import item_or_404
from council.views.pages import form_page


@write_view
def item_ask_advice(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Whose advice, and by which day."""
    actor = request.actor
    item = item_or_404(actor, uid)
    require(can_ask_advice(actor, item))
    bodies = Assembly.objects.filter(organisation=actor.organisation).exclude(pk=item.assembly_id)
    teams = Team.objects.filter(organisation=actor.organisation, archived_at=None)
    form = AskAdviceForm(
        request.POST if request.method == "POST" else None,
        bodies=list(bodies.in_french_order()),
        teams=list(teams.order_by("label", "pk")),
    )
    back = reverse("council:item-detail", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        body, team = form.asked()
        try:
            advising.ask_advice(
                actor=actor,
                item=item,
                body=body,
                team=team,
                due_on=form.cleaned_data["due_on"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "L’avis est demandé.")
            return redirect(back)
    return form_page(
        request, form, title="Demander un avis", intro=item.title, submit="Demander", back=back
    )


@write_view
def advice_record(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What they think, and its words."""
    rows = recordable_advice(request.actor).select_related("item__assembly", "body", "team")
    advice = get_object_or_404(rows, uid=uid)
    form = OpinionForm(
        request.POST if request.method == "POST" else None,
        advice=advice,
        today=request.actor.today,
    )
    # Whoever was asked may have no page of the point of their own.
    back = reverse("accounts:home", args=[org])
    if request.method == "POST" and form.is_valid():
        try:
            advising.record_advice(
                actor=request.actor, advice=advice, now=clock.now(), **form.cleaned_data
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "L’avis est noté. L’équipe des séances le communiquera.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Avis : {advice.whose}",
        intro=f"{advice.item.title}. Attendu au plus tard le {long_date(advice.due_on)}.",
        submit="Noter cet avis",
        back=back,
    )


@post_view
def advice_release(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Show it to the members."""
    rows = recordable_advice(request.actor).select_related("item__assembly")
    advice = get_object_or_404(rows, uid=uid)
    try:
        advising.release_advice(actor=request.actor, advice=advice, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "L’avis est communiqué : il sera imprimé avec le point.")
    return redirect("council:item-detail", org, advice.item.uid)


def advice_lines(
    request: AuthedRequest, item: AgendaItem, *, prepares: bool
) -> list[dict[str, Any]]:
    """The advice on a point that the actor may read."""
    rows = visible_advice(request.actor).filter(item=item).select_related("body", "team")
    return [
        {
            "uid": row.uid,
            "title": row.sentence if row.opinion else row.whose,
            "meta": _meta(row),
            "may_release": prepares and bool(row.opinion) and row.released_at is None,
            "may_record": prepares and row.released_at is None,
        }
        for row in rows.order_by("due_on", "pk")
    ]


def _meta(row: Advice) -> str:
    if row.released_at:
        return ""
    if row.opinion:
        return "Pas encore communiqué aux membres"
    return f"Attendu le {long_date(row.due_on)}"
