"""What decisions ask of people: the list, one of them, who is in charge, how far they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from council.access_acts import UNSHOWN, can_see_act
from council.access_following import can_advance, can_entrust, visible_follow_ups
from council.enums import OPEN_FOLLOW_UP, FollowUpState
from council.forms_following import AdvanceForm, EntrustForm, FollowUpFilterForm
from council.models import Assembly, FollowUp, Meeting
from council.services import following
from council.services.refusals import Refusal
from council.views.acts import act_or_404
from council.views.following_lines import day_words, line_of, rows_for
from council.views.pages import form_page
from council.views.portal import frame
from council.views.portal_session import Visit, portal_page

PER_PAGE = 50


def follow_up_or_404(actor: Actor, uid: UUID) -> FollowUp:
    """A follow-up that the actor may see."""
    return get_object_or_404(rows_for(actor), uid=uid)


@read_view
def follow_ups(request: AuthedRequest, org: str) -> HttpResponse:
    """All that decisions ask, the soonest first."""
    actor = request.actor
    seen = visible_follow_ups(actor)
    bodies = list(
        Assembly.objects.filter(pk__in=seen.values("act__register__assembly")).in_french_order()
    )
    form = FollowUpFilterForm(request.GET, bodies=bodies)
    rows, state = rows_for(actor), form.chosen("etat")
    if state == "retard":
        rows = rows.late(actor.today)
    elif state in FollowUpState.values:
        rows = rows.filter(state=state)
    elif state != "tout":
        rows = rows.open()
    if form.chosen("instance"):
        rows = rows.filter(act__register__assembly__uid=form.chosen("instance"))
    page = Paginator(rows.soonest_first(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "org": org,
        "form": form,
        "page": page,
        "lines": [
            line_of(one, actor.today, reverse("council:follow-up", args=[org, one.uid]))
            for one in page
        ],
    }
    return render_page(request, "council/following/list.html", context)


@write_view
def follow_up(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One follow-up; whoever is in charge says how far they are."""
    actor = request.actor
    one = follow_up_or_404(actor, uid)
    allowed = can_advance(actor, one)
    form = AdvanceForm(request.POST or None, one=one) if allowed else None
    if request.method == "POST":
        require(allowed)
        if form is not None and form.is_valid():
            try:
                following.advance(
                    actor=actor,
                    follow_up=one,
                    state=FollowUpState(form.cleaned_data["state"]),
                    reason=form.cleaned_data["reason"],
                    progress=form.cleaned_data["progress"],
                    now=clock.now(),
                )
            except Refusal as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "C’est noté. Les membres de l’assemblée le voient.")
                return redirect("council:follow-up", org, uid)
    meeting = one.act.item.meeting if one.act.item else None
    context = {
        "org": org,
        "one": one,
        "line": line_of(one, actor.today),
        "meeting": meeting,
        "form": form,
        "may_change": bool(can_entrust(actor, one.act)) and one.is_open,
        "act_href": reverse("council:act", args=[org, one.act.uid])
        if can_see_act(actor, one.act)
        else "",
    }
    status = 422 if form is not None and form.errors else 200
    return render_page(request, "council/following/one.html", context, status=status)


@write_view
def follow_up_create(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """From a deliberation: who must do what, by when."""
    actor = request.actor
    act = act_or_404(actor, uid)
    require(can_entrust(actor, act))
    form = EntrustForm(request.POST or None, actor=actor)
    back = reverse("council:act", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            made = following.entrust(actor=actor, act=act, now=clock.now(), **form.terms())
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, f"C’est confié à {made.who}, avant le {day_words(made.due_on)}."
            )
            return redirect(back)
    return form_page(
        request,
        form,
        title="Confier une suite",
        intro=str(act),
        submit="Confier",
        back=back,
    )


@write_view
def follow_up_change(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another wording, another day, somebody else."""
    actor = request.actor
    one = follow_up_or_404(actor, uid)
    require(can_entrust(actor, one.act))
    form = EntrustForm(request.POST or None, actor=actor, one=one)
    back = reverse("council:follow-up", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            following.change_follow_up(actor=actor, follow_up=one, now=clock.now(), **form.terms())
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La suite est changée.")
            return redirect(back)
    return form_page(
        request, form, title="Changer la suite", intro=str(one.act), submit="Enregistrer", back=back
    )


@portal_page
@read_view
def portal_follow_ups(request: Any, visit: Visit) -> HttpResponseBase:
    """« Ce que deviennent nos décisions »: every member of the body sees the same lines."""
    meeting: Meeting = visit.meeting
    today = visit.now.astimezone(meeting.tz).date()
    rows = (
        FollowUp.objects.filter(
            organisation=meeting.organisation_id, act__register__assembly=meeting.assembly_id
        )
        .exclude(act__state__in=UNSHOWN)
        .select_related("act__register", "person", "team")
        .soonest_first()
    )
    settled = rows.exclude(state__in=OPEN_FOLLOW_UP).order_by("-changed_at", "-pk")
    context = frame(visit) | {
        "title": meeting.assembly.name,
        "open": [line_of(one, today) for one in rows.open()[:PER_PAGE]],
        "settled": [line_of(one, today) for one in settled[:PER_PAGE]],
    }
    return render_page(request, "council/portal/following.html", context)
