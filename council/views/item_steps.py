"""What a point goes through: proposed, ready, listed, on the table, returned, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.http import AuthedRequest, post_view, write_view
from council.access import (
    can_prepare,
    visible_meetings,
)
from council.forms import ListForm, RankForm
from council.models import Meeting
from council.services import items, placing
from council.services.refusals import Refusal
from council.views.fetch import (
    item_or_404,
    meetings_under_way,
)
from council.views.pages import reason_page


def _do(
    request: AuthedRequest, org: str, uid: UUID, verb: Callable[..., Any], done: str, **more: Any
) -> HttpResponse:
    item = item_or_404(request.actor, uid)
    try:
        verb(actor=request.actor, item=item, now=clock.now(), **more)
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("council:item-detail", org, uid)


@post_view
def item_propose(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Hand the point over to those who prepare the meetings."""
    return _do(request, org, uid, items.propose_item, "Le point est proposé.")


@post_view
def item_ready(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The point is complete."""
    return _do(request, org, uid, items.mark_ready, "Le point est prêt à être inscrit.")


@post_view
def item_unlist(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Take the point off the agenda in preparation."""
    return _do(request, org, uid, items.unlist_item, "Le point n’est plus à l’ordre du jour.")


@post_view
def item_abandon(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Give the point up."""
    return _do(request, org, uid, items.abandon_item, "Le point est abandonné.")


@post_view
def item_move(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """« Aller au rang n »."""
    item = item_or_404(request.actor, uid)
    form = RankForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Donnez un rang : 1 est le premier.")
        return redirect("council:item-detail", org, uid)
    try:
        placing.move_item(
            actor=request.actor, item=item, rank=form.cleaned_data["rank"], now=clock.now()
        )
    except Refusal as refused:
        messages.error(request, str(refused))
    if item.meeting is None:
        return redirect("council:item-detail", org, uid)
    return redirect("council:meeting-detail", org, item.meeting.uid)


@post_view
def item_list(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Put the point on the agenda of a meeting."""
    item = item_or_404(request.actor, uid)
    require(can_prepare(request.actor, item.assembly))
    form = ListForm(
        request.POST,
        meetings=visible_meetings(request.actor).filter(assembly=item.assembly_id),
    )
    if not form.is_valid():
        raise Http404
    meeting: Meeting = form.cleaned_data["meeting"]
    try:
        items.list_item(actor=request.actor, item=item, meeting=meeting, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"« {item.title} » est à l’ordre du jour.")
    return redirect("council:meeting-detail", org, meeting.uid)


@post_view
def item_table(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Bring the point « sur table » of a meeting already convened."""
    item = item_or_404(request.actor, uid)
    require(can_prepare(request.actor, item.assembly))
    form = ListForm(request.POST, meetings=meetings_under_way(item.assembly, request))
    if not form.is_valid():
        raise Http404
    meeting: Meeting = form.cleaned_data["meeting"]
    return _do(
        request,
        org,
        uid,
        partial(items.table_item, meeting=meeting),
        "Le point sera présenté sur table, sans vote. Le dossier envoyé ne change pas.",
    )


@write_view
def item_return(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Give the point back to its author."""
    return _reason(
        request,
        org,
        uid,
        title="Retourner le point à son auteur",
        submit="Retourner le point",
        verb=items.return_item,
        done="Le point est retourné à son auteur. Il garde sa place.",
    )


@write_view
def item_withdraw(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Withdraw the point."""
    return _reason(
        request,
        org,
        uid,
        title="Retirer le point",
        submit="Retirer le point",
        verb=items.withdraw_item,
        done="Le point est retiré. Son numéro ne servira plus.",
    )


def _reason(
    request: AuthedRequest,
    org: str,
    uid: UUID,
    *,
    title: str,
    submit: str,
    verb: Callable[..., Any],
    done: str,
) -> HttpResponse:
    item = item_or_404(request.actor, uid)
    require(can_prepare(request.actor, item.assembly))
    return reason_page(
        request,
        title=title,
        intro=item.title,
        submit=submit,
        back=reverse("council:item-detail", args=[org, uid]),
        done=done,
        act=lambda why: verb(actor=request.actor, item=item, reason=why, now=clock.now()),
    )
