"""The pieces of a point: joined from the tree, brought from one's computer, put in order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.http import AuthedRequest, post_view, write_view
from config.lib.text import plural
from council.access import can_edit_item
from council.forms_pieces import BringForm, NaturesForm
from council.models import AgendaItem, AgendaItemDocument
from council.services import pieces as verbs
from council.services.refusals import Refusal
from council.views.fetch import documents_given, item_or_404
from council.views.pages import shown
from documents.access import visible_documents
from documents.services import filing
from documents.services.refusals import Refusal as NotDone


def piece_lines(actor: Actor, points: list[AgendaItem]) -> dict[int, list[dict[str, Any]]]:
    """The pieces of each point; the title of a document that the actor may not read is hidden."""
    rows = list(
        AgendaItemDocument.objects.filter(item__in=points)
        .select_related("document__current_version", "pinned_version")
        .order_by("position", "pk")
    )
    readable = set(
        visible_documents(actor)
        .filter(pk__in=[row.document_id for row in rows])
        .values_list("pk", flat=True)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        may_read = row.document_id in readable
        found.setdefault(row.item_id, []).append(
            {
                "title": row.told if may_read else "Document réservé",
                "document": row.document if may_read else None,
                "nature": row.nature,
            }
        )
    return found


def _back(org: str, uid: UUID) -> str:
    return reverse("council:item-detail", args=[org, uid]) + "#pieces"


def _do(
    request: AuthedRequest, org: str, uid: UUID, act: Callable[..., object], done: str
) -> HttpResponse:
    try:
        act(actor=request.actor, item=item_or_404(request.actor, uid), now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(_back(org, uid))


@post_view
def item_join(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Join one more piece, or the several that were ticked in a folder."""
    item_or_404(request.actor, uid)
    documents = documents_given(request)
    if not documents:
        messages.error(request, "Choisissez un document.")
        return redirect(_back(org, uid))
    done = "La pièce est jointe." if len(documents) == 1 else "Les pièces sont jointes."
    return _do(request, org, uid, partial(verbs.join_documents, documents=documents), done)


@post_view
def item_part(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Take a piece off the point."""
    item_or_404(request.actor, uid)
    document = next(iter(documents_given(request)), None)
    if document is None:
        raise Http404
    act = partial(verbs.remove_document, document=document)
    done = "La pièce n’est plus jointe. Le document reste dans son dossier."
    return _do(request, org, uid, act, done)


@write_view
def item_bring(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Files from one's computer: filed in the tree, joined to the point, in one gesture."""
    item = item_or_404(request.actor, uid)
    require(can_edit_item(request.actor, item))
    form = BringForm(request.POST or None, request.FILES or None, actor=request.actor, item=item)
    if request.method == "POST" and form.is_valid():
        try:
            brought = verbs.bring_pieces(
                actor=request.actor,
                item=item,
                folder=form.cleaned_data["folder"],
                received=[filing.receive(one, one.name or "") for one in form.files_given()],
                nature=form.nature(),
                now=clock.now(),
            )
        except (Refusal, NotDone) as refused:
            form.add_error(None, str(refused))
        else:
            count = plural(len(brought), "pièce déposée et jointe", "pièces déposées et jointes")
            messages.success(request, f"{count}, dans « {form.cleaned_data['folder'].name} ».")
            return redirect(_back(org, uid))
    context = {
        "title": "Déposer des pièces",
        "intro": item.title,
        "submit": "Déposer et joindre",
        "back": _back(org, uid),
        "multipart": True,
        "act": None,
    }
    return shown(request, "council/acts/step.html", form, context)


@write_view
def item_pieces(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What each piece is, and their order."""
    actor = request.actor
    item = item_or_404(actor, uid)
    require(can_edit_item(actor, item))
    rows = verbs.pieces_of(item)
    titles = [line["title"] for line in piece_lines(actor, [item]).get(item.pk, [])]
    sent = request.POST if request.method == "POST" else None
    form = NaturesForm(sent, pieces=rows, titles=titles)
    if request.method == "POST" and form.is_valid():
        for row, nature in form.natures():
            verbs.name_nature(
                actor=actor, item=item, document=row.document, nature=nature, now=clock.now()
            )
        messages.success(request, "La nature des pièces est enregistrée.")
        return redirect(_back(org, uid))
    context = {
        "org": org,
        "item": item,
        "lines": [
            {"uid": str(row.document.uid), "title": title}
            for row, title in zip(rows, titles, strict=True)
        ],
    }
    return shown(request, "council/item_pieces.html", form, context)


@post_view
def item_piece_order(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another order of the pieces, by dragging, by the keyboard or by the little buttons."""
    item = item_or_404(request.actor, uid)
    require(can_edit_item(request.actor, item))
    known = {str(row.document.uid): row.document for row in verbs.pieces_of(item)}
    ids, wanted = list(known), request.POST.getlist("order")
    moved, _, way = request.POST.get("move", "").partition(":")
    moved = moved or request.POST.get("moved", "")
    if moved in known:
        here = ids.index(moved) + 1
        dropped = wanted.index(moved) + 1 if moved in wanted else here
        rank = {"up": here - 1, "down": here + 1}.get(way, dropped)
        try:
            verbs.move_piece(
                actor=request.actor, item=item, document=known[moved], rank=rank, now=clock.now()
            )
        except Refusal as refused:
            if "application/json" in request.headers.get("Accept", ""):
                return JsonResponse({"reason": str(refused)}, status=409)
            messages.error(request, str(refused))
    return redirect("council:item-pieces", org, uid)
