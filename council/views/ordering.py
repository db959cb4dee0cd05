"""The order of an open agenda, by dragging, by the keyboard, by the little buttons or by a rank."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.http import AuthedRequest, post_view
from council.access import can_prepare_meeting
from council.forms import PointRankForm
from council.models import AgendaItem, AgendaSection, Meeting
from council.services import agenda, items, placing, sections
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404

#: What names a heading among the points, in the order that a page sends.
_HEADING = "rubrique-"


def in_sections(
    items_in_order: list[AgendaItem],
    points: list[dict[str, Any]],
    model: list[AgendaSection],
) -> list[dict[str, Any]]:
    """The lines of an open agenda: each heading of the model, empty or not, then its points; those
    without one stand before the first."""
    lines: list[dict[str, Any]] = []
    told = list(zip(items_in_order, points, strict=True))
    known = {one.pk for one in model}
    lines += [{"point": point} for item, point in told if item.section_id not in known]
    for one in model:
        lines.append({"heading": one.title, "id": f"{_HEADING}{one.uid}"})
        lines += [{"point": point} for item, point in told if item.section_id == one.pk]
    for line in lines:
        line["first"], line["last"] = line is lines[0], line is lines[-1]
    return lines


@post_view
def meeting_order(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A new order of the points, by dragging, by the keyboard, or by the little buttons."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    points = list(agenda.listed(meeting))
    known = {str(item.uid): item for item in points}
    moved, _, way = request.POST.get("move", "").partition(":")
    act: Callable[..., object] | None = None
    if "point" in request.POST:
        asked = PointRankForm(points, request.POST)
        if asked.is_valid():
            item, rank = known[asked.cleaned_data["point"]], asked.cleaned_data["rank"]
            act = partial(placing.move_item, actor=request.actor, item=item, rank=rank)
        else:
            messages.error(request, "Choisissez un point, et un rang : 1 est le premier.")
    elif way == "off" and moved in known:
        act = partial(items.unlist_item, actor=request.actor, item=known[moved])
    else:
        act = _placing(request, meeting, known, moved, way)
    if act is not None:
        try:
            act(now=clock.now())
        except Refusal as refused:
            if "application/json" in request.headers.get("Accept", ""):
                return JsonResponse({"reason": str(refused)}, status=409)
            messages.error(request, str(refused))
    return redirect(reverse("council:meeting-detail", args=[org, uid]) + "#ordre-du-jour")


def _placing(
    request: AuthedRequest, meeting: Meeting, known: dict[str, AgendaItem], moved: str, way: str
) -> Callable[..., object] | None:
    """Where the point goes among points and headings: one line up or down, or as it was dropped."""
    model = sections.in_use(meeting.assembly)
    by_key = {f"{_HEADING}{one.uid}": one for one in model}
    if way in ("up", "down"):
        told = [{"uid": uid} for uid in known]
        order = [
            line["point"]["uid"] if "point" in line else line["id"]
            for line in in_sections(list(known.values()), told, model)
        ]
        here = order.index(moved) if moved in order else 0
        there = here + (-1 if way == "up" else 1)
        if moved in order and 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
    else:
        moved = request.POST.get("moved", "")
        order = [key for key in request.POST.getlist("order") if key in known or key in by_key]
    if moved not in known or moved not in order:
        return None
    before = order[: order.index(moved)]
    headings = [by_key[key] for key in before if key in by_key]
    return partial(
        placing.place_item,
        actor=request.actor,
        item=known[moved],
        section=headings[-1] if headings else None,
        rank=1 + sum(key in known for key in before),
    )
