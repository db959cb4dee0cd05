"""After the session: its deliberations and its list, each with its last day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.storage import blobs
from config.lib.text import plural
from council.access import can_prepare_meeting
from council.dossier import french
from council.enums import PostedWhat
from council.forms_acts import (
    ListDatesForm,
)
from council.models import Act, Meeting, Minutes, Posting, Redaction, ResultList
from council.services.acts import closing, drafting, lists, posting, reporting
from council.services.minutes import writing
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.meetings import when
from documents.models import Version
from documents.services.refusals import Refusal as NotDone


def countdown(due: date, today: date) -> tuple[str, str, str]:
    """A last day in one sentence, what is left, and its tone."""
    words = f"Au plus tard le {french.long_date(due)}."
    left = (due - today).days
    if left < 0:
        return words, f"C’était il y a {plural(-left, 'jour')}.", "late"
    if left == 0:
        return words, "C’est aujourd’hui.", "soon"
    return words, f"Il vous reste {plural(left, 'jour')}.", "soon" if left <= 2 else "calm"


def prepared(request: AuthedRequest, uid: UUID) -> Meeting:
    """A meeting of a body that the actor prepares."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    return meeting


def _after(org: str, uid: UUID) -> str:
    return reverse("council:meeting-after", args=[org, uid])


@read_view
def meeting_after(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What the session leaves to do, in order, with the last day of each."""
    meeting = prepared(request, uid)
    today = request.actor.today
    acts = list(
        Act.objects.filter(item__meeting=meeting).select_related("register").order_by("number")
    )
    to_make = len(drafting.items_to_act(meeting)) - len(acts)
    made = ResultList.objects.filter(meeting=meeting).select_related("version").first()
    minutes = Minutes.objects.filter(meeting=meeting).first()
    list_due = lists.due_on(meeting)
    minutes_due = writing.due_on(minutes) if minutes else None
    context = {
        "org": org,
        "meeting": meeting,
        "when": when(meeting),
        "over": meeting.adjourned_at is not None,
        "acts": [(one, reverse("council:act", args=[org, one.uid])) for one in acts],
        "to_make": to_make,
        "to_sign": sum(1 for one in acts if not one.is_signed),
        "list": made,
        "list_rows": lists.rows_of(meeting),
        "list_clock": None
        if made and made.published_on and made.posted_on
        else countdown(list_due, today),
        "minutes": minutes,
        "minutes_clock": countdown(minutes_due, today)
        if minutes_due and minutes and not minutes.published_on
        else None,
        "decisions": reporting.decisions_to_report(meeting).count(),
    }
    return render_page(request, "council/after/after.html", context)


@post_view
def meeting_acts(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Make the deliberations of the session."""
    meeting = prepared(request, uid)
    try:
        made = drafting.draft_deliberations(actor=request.actor, meeting=meeting, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            f"{plural(len(made), 'délibération numérotée', 'délibérations numérotées')}. "
            "Leurs pages se préparent.",
        )
    return redirect(_after(org, uid))


@write_view
def meeting_results(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The list of the deliberations: seen, made as PDF, its dates noted."""
    meeting = prepared(request, uid)
    made = ResultList.objects.filter(meeting=meeting).select_related("version").first()
    dates = request.POST.get("what") == "dates"
    form = ListDatesForm(request.POST if dates else None)
    if made is not None:
        form.initial = {
            "published_on": made.published_on,
            "posted_on": made.posted_on,
            "posted_until": made.posted_until,
        }
    problem = ""
    if request.method == "POST":
        try:
            if not dates:
                lists.make_list(actor=request.actor, meeting=meeting, now=clock.now())
                messages.success(request, "La liste est établie et rangée.")
                return redirect(request.path)
            if form.is_valid():
                _note_list(request.actor, meeting, form.cleaned_data)
                messages.success(request, "Les dates sont notées.")
                return redirect(_after(org, uid))
        except (Refusal, NotDone) as refused:
            problem = str(refused)
    context = {
        "org": org,
        "meeting": meeting,
        "when": when(meeting),
        "rows": lists.rows_of(meeting),
        "list": made,
        "form": form,
        "problem": problem,
        "clock": countdown(lists.due_on(meeting), request.actor.today),
        "prepared": Redaction.objects.filter(result_list=made).exists() if made else False,
        "done": bool(made and made.published_on and made.posted_on),
    }
    status = 422 if problem or (form.is_bound and form.errors) else 200
    return render_page(request, "council/after/results.html", context, status=status)


def _note_list(actor: Actor, meeting: Meeting, dates: dict[str, Any]) -> None:
    """Its days online and at the door; what is at the door has its certificate."""
    now = clock.now()
    with transaction.atomic():
        lists.note_list_published(actor=actor, meeting=meeting, now=now, **dates)
        if dates["posted_on"]:
            known = Posting.objects.filter(meeting=meeting, what=PostedWhat.LIST).first()
            posting.note_meeting_posting(
                actor=actor,
                meeting=meeting,
                what=PostedWhat.LIST,
                dates=posting.PostingDates(
                    dates["posted_on"],
                    dates["posted_until"],
                    by=known.by if known else actor.person.full_name,
                    place=known.place if known else "",
                ),
                now=now,
            )


def serve_version(request: AuthedRequest, version: Version | None, name: str) -> HttpResponseBase:
    if version is None:
        raise Http404
    return serve(
        request,
        blobs().path(version.storage_key),
        media_type=version.media_type,
        name=name,
        inline=version.media_type == "application/pdf",
    )


@read_view
def results_file(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The list as PDF."""
    meeting = prepared(request, uid)
    made = ResultList.objects.filter(meeting=meeting).select_related("version").first()
    return serve_version(
        request,
        made.version if made else None,
        f"Liste des délibérations {meeting.local_day.isoformat()}.pdf",
    )


@read_view
def closing_file(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The closing sheet of the register for this session, to be signed by hand."""
    meeting = prepared(request, uid)
    try:
        content = closing.closing_sheet(meeting)
    except Refusal:
        raise Http404 from None
    response = HttpResponse(content, content_type="application/pdf")
    name = f"Feuillet de cloture {meeting.local_day.isoformat()}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@post_view
def meeting_report(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Put the report of the mayor's decisions on the agenda of this session."""
    meeting = prepared(request, uid)
    try:
        reporting.put_on_the_agenda(actor=request.actor, meeting=meeting, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Le compte rendu des décisions est à l’ordre du jour.")
    return redirect("council:meeting-detail", org, uid)


# --- minutes ---------------------------------------------------------------------------------
