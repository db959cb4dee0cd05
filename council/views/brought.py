"""A session prepared elsewhere: its archive, what it would make in words, then what it made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.lib import clock
from config.lib.access import refuse, require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, write_view
from config.lib.text import plural
from council.access import NOT_THEIRS, prepared_assemblies
from council.access_preparing import visible_brought
from council.enums import PreparedState
from council.forms_brought import BringForm, ConfirmForm
from council.models import PreparedSession
from council.services.brought import looking, taking_in
from council.services.refusals import Refusal
from council.views.meetings import when
from documents.services import filing
from documents.services.refusals import Refusal as NotDone


# Not `write_view`: the bytes are received before any transaction opens.
@require_http_methods(["GET", "HEAD", "POST"])
def session_bring(request: AuthedRequest, org: str) -> HttpResponse:
    """Bring the archive of a session."""
    actor = request.actor
    if not prepared_assemblies(actor).exists():
        require(refuse(NOT_THEIRS))
    form = BringForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["archive"]
        try:
            made = taking_in.bring(
                actor=actor,
                assembly=form.cleaned_data["assembly"],
                folder=form.cleaned_data["folder"],
                received=filing.receive(file, file.name),
                now=clock.now(),
            )
        except (Refusal, NotDone) as refused:
            form.add_error("archive", str(refused))
        else:
            return redirect("council:brought", org, made.uid)
    context = {
        "form": form,
        "title": "Reprendre une séance préparée ailleurs",
        "intro": "Vous verrez ce qui serait créé, point par point, avant de confirmer. "
        "Rien n’est envoyé à personne.",
        "submit": "Regarder cette archive",
        "back": reverse("council:meeting-list", args=[org]),
        "multipart": True,
        "act": None,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/acts/step.html", context, status=status)


@write_view
def brought(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What an archive would make; confirmed, how far it is; done, what it made."""
    one = get_object_or_404(
        visible_brought(request.actor).select_related("assembly", "folder", "meeting__assembly"),
        uid=uid,
    )
    if one.state in (PreparedState.RUNNING, PreparedState.DONE):
        if request.method == "POST":
            return redirect(request.path)
        return render_page(request, "council/brought/made.html", _made(one, org))
    seen = looking.look(actor=request.actor, brought=one)
    form = ConfirmForm(request.POST if request.method == "POST" else None, seen=seen)
    if request.method == "POST" and form.is_valid():
        try:
            taking_in.confirm(
                actor=request.actor,
                brought=one,
                kept=form.kept(),
                starts_at=form.starts_at(request.actor.organisation.timezone),
                place=form.cleaned_data["place"],
                now=clock.now(),
            )
        except (Refusal, NotDone) as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(request.path)
    kept = form.kept() if form.is_bound else None
    context = {
        "org": org,
        "brought": one,
        "form": form,
        "seen": seen,
        "words": _words(seen),
        "lines": [
            {
                "n": line.point.line,
                "title": line.point.title or "Sans objet",
                "made": line.made,
                "doubts": line.doubts,
                "possible": line.possible,
                "ticked": line.keep if kept is None else line.point.line in kept,
            }
            for line in seen.lines
        ],
        "back": reverse("council:meeting-list", args=[org]),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/brought/look.html", context, status=status)


def _words(seen: looking.Look) -> str:
    points = [line for line in seen.lines if line.possible]
    files = {path for line in points for path in line.files}
    doubtful = sum(1 for line in seen.lines if line.doubts)
    said = f"{plural(len(points), 'point')}, {plural(len(files), 'annexe')}"
    return f"{said}, {plural(doubtful, 'point')} à regarder." if doubtful else f"{said}."


def _made(one: PreparedSession, org: str) -> dict[str, Any]:
    meeting = one.meeting
    return {
        "org": org,
        "brought": one,
        "running": one.state == PreparedState.RUNNING,
        "when": when(meeting) if meeting else "",
        "href": reverse("council:meeting-detail", args=[org, meeting.uid]) if meeting else "",
        "left": plural(len(one.left_out), "point non repris", "points non repris")
        if one.left_out
        else "",
        "back": reverse("council:meeting-list", args=[org]),
    }
