"""The secretary's screen in session, its entries, its rehearsal."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, read_view
from council.access import can_record
from council.models import Meeting, SessionEntry
from council.services.refusals import Refusal
from council.services.session import recording, rehearsing, sitting_of
from council.views.fetch import meeting_or_404
from council.views.meetings import when
from council.views.session_entry import enter
from council.views.session_page import saved_at, screen


def _meeting(request: AuthedRequest, uid: UUID) -> Meeting:
    meeting = meeting_or_404(request.actor, uid)
    require(can_record(request.actor, meeting))
    return meeting


def _screen_url(org: str, uid: UUID, data: object, *, rehearsal: bool) -> str:
    name = "council:session-rehearsal" if rehearsal else "council:session"
    late = "?apres=1" if getattr(data, "get", lambda _: "")("late") else ""
    return reverse(name, args=[org, uid]) + late


def _wants_json(request: AuthedRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@read_view
def session(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The session, live, or typed afterwards with its real hours (`?apres=1`)."""
    return _show(request, org, uid, rehearsal=False)


@read_view
def session_rehearsal(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The same screen to practise: nothing that is entered there counts."""
    return _show(request, org, uid, rehearsal=True)


def _show(request: AuthedRequest, org: str, uid: UUID, *, rehearsal: bool) -> HttpResponse:
    meeting = _meeting(request, uid)
    told = sitting_of(meeting, rehearsal=rehearsal)
    context = screen(told, org=org, late=bool(request.GET.get("apres")) and not rehearsal)
    closed = ""
    try:
        recording.check_open(meeting, rehearsal=rehearsal)
    except Refusal as refused:
        closed = str(refused)
    context |= {
        "when": when(meeting),
        "shut": closed,
        "store": f"{meeting.uid}:{request.actor.person.uid}:{'r' if rehearsal else 's'}",
        "rehearsed": not rehearsal and rehearsing.is_rehearsed(meeting),
        "cancel_url": reverse("council:session-cancel", args=[org, uid, UUID(int=0)]),
        "back": reverse("council:meeting-detail", args=[org, uid]),
    }
    return private(render_page(request, "council/session/screen.html", context))


@post_view
def session_enter(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One entry. The script asks for JSON and keeps what did not arrive; a plain form comes back
    to the screen."""
    meeting = _meeting(request, uid)
    rehearsal = bool(request.POST.get("rehearsal"))
    try:
        entry = enter(
            actor=request.actor,
            meeting=meeting,
            data=request.POST,
            now=clock.now(),
            rehearsal=rehearsal,
        )
    except Refusal as refused:
        if _wants_json(request):
            return private(JsonResponse({"reason": str(refused)}, status=409))
        messages.error(request, str(refused))
    else:
        if _wants_json(request):
            answer = {"saved": saved_at(meeting, entry), "entry": str(entry.uid)}
            return private(JsonResponse(answer))
    return redirect(_screen_url(org, uid, request.POST, rehearsal=rehearsal))


@post_view
def session_cancel(request: AuthedRequest, org: str, uid: UUID, entry: UUID) -> HttpResponse:
    """Take one entry back."""
    meeting = _meeting(request, uid)
    row = get_object_or_404(
        SessionEntry.objects.select_related("meeting", "item", "person"), meeting=meeting, uid=entry
    )
    try:
        recording.cancel_entry(actor=request.actor, entry=row, now=clock.now())
    except Refusal as refused:
        if _wants_json(request):
            return private(JsonResponse({"reason": str(refused)}, status=409))
        messages.error(request, str(refused))
    else:
        if _wants_json(request):
            at = clock.now().astimezone(meeting.tz).strftime("%H:%M:%S")
            return private(JsonResponse({"saved": at}))
    return redirect(_screen_url(org, uid, request.POST, rehearsal=row.rehearsal))


@post_view
def rehearsal_undo(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Erase the rehearsal."""
    meeting = _meeting(request, uid)
    rehearsing.undo_rehearsal(actor=request.actor, meeting=meeting, now=clock.now())
    messages.success(request, "La répétition est effacée : il n’en reste rien.")
    return redirect("council:meeting-detail", org, uid)
