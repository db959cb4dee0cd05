"""What the room sees of the session, and its paper sheets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, read_view
from council.access import can_follow, can_record
from council.models import Meeting, RoomScreen
from council.services.session import screens, sheets, sitting_of
from council.views.fetch import meeting_or_404
from council.views.meetings import when


def _shown(meeting: Meeting) -> dict[str, object]:
    return {
        "meeting": meeting,
        "when": when(meeting),
        "shown": screens.shown_to_the_room(sitting_of(meeting)),
    }


@read_view
def room(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The session as the room sees it, for those who may see the meeting; the projector's link for
    those who prepare."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_follow(request.actor, meeting))
    may_record = bool(can_record(request.actor, meeting))
    screen = (
        RoomScreen.objects.filter(meeting=meeting, revoked_at=None).first() if may_record else None
    )
    address = ""
    if screen is not None:
        path = reverse("portal:room-screen", args=[screens.token_of(screen)])
        address = request.build_absolute_uri(path)
    context = _shown(meeting) | {"may_record": may_record, "address": address, "org": org}
    return private(render_page(request, "council/session/room.html", context))


@post_view
def room_link(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A new link for the projector, or none any more (`close`)."""
    meeting = meeting_or_404(request.actor, uid)
    if request.POST.get("close"):
        screens.hide_from_the_room(actor=request.actor, meeting=meeting, now=clock.now())
        messages.success(request, "Le lien ne montre plus rien.")
    else:
        screens.show_in_the_room(actor=request.actor, meeting=meeting, now=clock.now())
        messages.success(request, "Ouvrez ce lien sur l’ordinateur du projecteur.")
    return redirect("council:room", org, uid)


@login_not_required
@read_view
def room_screen(request: HttpRequest, token: str) -> HttpResponse:
    """The projector's page: no account, only this meeting, only what the room may see."""
    screen = screens.screen_of(token, now=clock.now())
    if screen is None:
        raise Http404
    return private(render_page(request, "council/session/projector.html", _shown(screen.meeting)))


@read_view
def _session_worker(request: HttpRequest) -> HttpResponse:
    """The script that opens the secretary's screen again without network. At the root, because a
    browser only lets such a script serve what is under its own address; the same for everybody."""
    script = settings.BASE_DIR / "static" / "js" / "session-worker.js"
    response = HttpResponse(script.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


session_worker: Any = login_not_required(_session_worker)
session_worker.sessionless = True


@read_view
def session_sheets(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The attendance and vote sheets, to print before the session."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_record(request.actor, meeting))
    made = sheets.sheets_pdf(sitting_of(meeting), now=clock.now())
    response = HttpResponse(made, content_type="application/pdf")
    name = f"Feuilles de seance {meeting.local_day:%Y-%m-%d}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return private(response)
