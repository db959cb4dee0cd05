"""Advice: ask a commission or a service, note what it thinks, show it to the members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import Team
from config.lib import clock
from config.lib.access import require
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.text import long_date
from council.access_preparing import can_ask_advice, recordable_advice, visible_advice
from council.dossier.written import blocks
from council.forms_advising import AskAdviceForm, OpinionForm
from council.models import Advice, AgendaItem, AgendaItemDocument, Assembly
from council.services import advising
from council.services.pieces import pieces_of
from council.services.refusals import Refusal
from council.views.fetch import item_or_404
from council.views.pages import done_with, form_page, shown
from council.views.settling import serve_piece


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

    def ask() -> None:
        body, team = form.asked()
        advising.ask_advice(
            actor=actor,
            item=item,
            body=body,
            team=team,
            due_on=form.cleaned_data["due_on"],
            now=clock.now(),
        )

    return done_with(request, form, ask, done="L’avis est demandé.", to=back) or form_page(
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
    item = advice.item
    context = {
        "item": item,
        "title": f"Avis : {advice.whose}",
        "intro": f"Avis attendu au plus tard le {long_date(advice.due_on)}",
        "text": blocks(item.proposed_text),
        "pieces": [
            (one, reverse("council:advice-piece", args=[org, uid, one.document.uid]))
            for one in pieces_of(item)
        ],
        "back": back,
    }
    return done_with(
        request,
        form,
        lambda: advising.record_advice(
            actor=request.actor, advice=advice, now=clock.now(), **form.cleaned_data
        ),
        done="L’avis est noté. L’équipe des séances le communiquera.",
        to=back,
    ) or shown(request, "council/advice.html", form, context)


@read_view
def advice_piece(request: AuthedRequest, org: str, uid: UUID, document: UUID) -> HttpResponseBase:
    """A piece of the point on which one is asked for an opinion, even in a folder not theirs."""
    advice = get_object_or_404(recordable_advice(request.actor), uid=uid)
    rows = AgendaItemDocument.objects.filter(item=advice.item_id).select_related(
        "document__current_version", "document__folder", "pinned_version", "item"
    )
    return serve_piece(request, get_object_or_404(rows, document__uid=document))


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
