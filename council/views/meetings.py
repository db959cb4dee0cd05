"""Meetings as those who prepare them, the agents and the members see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import refuse, require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.text import hour, human_datetime, long_date
from council.access import (
    NOT_THEIRS,
    assemblies_to_propose_to,
    can_prepare_meeting,
    meetings_to_agree,
    prepared_assemblies,
    visible_items,
    visible_meetings,
)
from council.enums import MeetingState
from council.forms import ChangeMeetingForm, NewMeetingForm
from council.models import (
    Amendment,
    MayorAgreement,
    Meeting,
)
from council.services import (
    planning,
)
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.pages import done_with, form_page, reason_page

TONES = {
    MeetingState.PREPARATION: "neutral",
    MeetingState.SETTLED: "info",
    MeetingState.CONVENED: "success",
    MeetingState.CANCELLED: "danger",
}
MOST_PAST = 20


def when(meeting: Meeting) -> str:
    """lundi 30 novembre 2026, 20 h 00"""
    local = meeting.local_start
    return f"{long_date(local)}, {hour(local)}"


def line_of(meeting: Meeting, org: str) -> dict[str, Any]:
    """One meeting in a list."""
    state = meeting.state
    return {
        "title": meeting.assembly.name,
        "when": when(meeting),
        "place": meeting.place,
        "state": state.label,
        "tone": TONES.get(state, "neutral"),
        "href": reverse("council:meeting-detail", args=[org, meeting.uid]),
    }


@read_view
def meeting_list(request: AuthedRequest, org: str) -> HttpResponse:
    """Meetings to come, what waits for a place, meetings gone by."""
    actor, now = request.actor, clock.now()
    meetings = visible_meetings(actor).select_related("assembly")
    waiting = (
        visible_items(actor)
        .filter(assembly__in=assemblies_to_propose_to(actor))
        .pool()
        .select_related("assembly", "created_by", "meeting")
    )
    bodies = prepared_assemblies(actor)
    to_agree = (
        meetings_to_agree(actor)
        .filter(pk__in=MayorAgreement.objects.waiting().values("meeting"))
        .in_preparation()
        .upcoming(now)
        .select_related("assembly")
    )
    changes_to_agree = (
        meetings_to_agree(actor)
        .alive()
        .filter(pk__in=Amendment.objects.to_agree().values("meeting"))
        .upcoming(now)
        .select_related("assembly")
    )
    context = {
        "coming": [line_of(m, org) for m in meetings.upcoming(now)],
        "past": [line_of(m, org) for m in meetings.past(now)[:MOST_PAST]],
        "to_agree": [
            line_of(m, org) | {"href": reverse("council:meeting-agree", args=[org, m.uid])}
            for m in to_agree
        ]
        + [
            line_of(m, org) | {"href": reverse("council:amendment-agree", args=[org, m.uid])}
            for m in changes_to_agree
        ],
        "waiting": [
            {
                "title": item.title,
                "meta": f"{item.assembly.name} · {item.get_state_display().lower()}",
                "href": reverse("council:item-detail", args=[org, item.uid]),
            }
            for item in waiting
        ],
        "may_plan": bodies.exists(),
        "may_propose": assemblies_to_propose_to(actor).exists(),
        "org": org,
    }
    return render_page(request, "council/meeting_list.html", context)


@write_view
def meeting_create(request: AuthedRequest, org: str) -> HttpResponse:
    """Plan a meeting."""
    form = NewMeetingForm(request.POST or None, actor=request.actor)
    if not prepared_assemblies(request.actor).exists():
        require(refuse(NOT_THEIRS))
    if request.method == "POST" and form.is_valid():
        try:
            meeting = planning.create_meeting(
                actor=request.actor,
                assembly=form.cleaned_data["assembly"],
                starts_at=form.starts_at(request.actor.organisation.timezone),
                place=form.cleaned_data["place"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La séance est créée. Inscrivez-y des points.")
            return redirect("council:meeting-detail", org, meeting.uid)
    return form_page(
        request,
        form,
        title="Nouvelle séance",
        intro="Parvis calcule aussitôt la date limite d’envoi des convocations.",
        submit="Créer la séance",
        back=reverse("council:meeting-list", args=[org]),
    )


@write_view
def meeting_change(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another date, hour or place."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    if meeting.convened_at is not None:
        # What the members were sent changes by a modificatif, agreed to and sent to all.
        return redirect("council:meeting-amend", org, uid)
    form = ChangeMeetingForm(request.POST or None, meeting=meeting)
    back = reverse("council:meeting-detail", args=[org, uid])
    return done_with(
        request,
        form,
        lambda: planning.change_meeting(
            actor=request.actor,
            meeting=meeting,
            starts_at=form.starts_at(meeting.timezone),
            place=form.cleaned_data["place"],
            now=clock.now(),
        ),
        done="La date et le lieu sont à jour.",
        to=back,
    ) or form_page(
        request,
        form,
        title="Changer la date ou le lieu",
        intro="L’accord du maire sera redemandé." if meeting.agenda_frozen_at else "",
        submit="Enregistrer",
        back=back,
    )


@write_view
def meeting_urgency(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Declare the urgency, with its reason."""
    return with_reason(
        request,
        org,
        uid,
        title="Convoquer en urgence",
        intro="Le délai peut descendre à un jour franc. Le premier point sera « Approbation de "
        "l’urgence » : le conseil en décide, et peut reporter le reste. L’accord du maire sera "
        "demandé sur cet ordre du jour.",
        submit="Déclarer l’urgence",
        tone="danger",
        done="L’urgence est déclarée. Demandez l’accord du maire.",
        verb=planning.declare_urgency,
    )


@post_view
def meeting_ordinary(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Give up the urgency."""
    meeting = meeting_or_404(request.actor, uid)
    try:
        planning.give_up_urgency(actor=request.actor, meeting=meeting, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("council:meeting-detail", org, uid)


def with_reason(
    request: AuthedRequest,
    org: str,
    uid: UUID,
    *,
    title: str,
    intro: str,
    submit: str,
    tone: str,
    done: str,
    verb: Any,
) -> HttpResponse:
    """A page that asks why, for one meeting."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    return reason_page(
        request,
        title=title,
        intro=intro,
        submit=submit,
        variant=tone,
        back=reverse("council:meeting-detail", args=[org, uid]),
        done=done,
        act=lambda why: verb(actor=request.actor, meeting=meeting, reason=why, now=clock.now()),
    )


def said_when(at: datetime | None, meeting: Meeting, now: datetime) -> str:
    """hier à 14 h 32, or nothing."""
    return human_datetime(at, now, meeting.timezone) if at else ""
