"""A meeting that will not be held, or could not: cancelling it, and meeting again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.downloads import content_disposition
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from council import papers
from council.access import can_prepare_meeting
from council.enums import MeetingState
from council.forms import AgainForm, CancelForm
from council.rules.wording import day_in_words
from council.services import agenda, planning, reconvening
from council.services.refusals import Refusal
from council.views.fetch import convocation_or_404, meeting_or_404
from council.views.meetings import when
from council.views.pages import form_page


@write_view
def meeting_cancel(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Cancel, with the reason; who was convened is told by their own way."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    form = CancelForm(request.POST or None, meeting=meeting)
    back = reverse("council:meeting-detail", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            planning.cancel_meeting(
                actor=request.actor,
                meeting=meeting,
                reason=form.cleaned_data["reason"],
                decided_by_mayor=form.cleaned_data.get("decided_by_mayor", False),
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, "La séance est annulée. Ses points attendent une autre séance."
            )
            return redirect(back)
    intro = "La séance reste dans la liste ; ses points attendent à nouveau, dans le même ordre."
    if meeting.convened_at is not None:
        intro = (
            "Chaque membre convoqué est prévenu : par courriel, ou par une lettre à remettre. "
            + intro
        )
    return form_page(
        request,
        form,
        title="Annuler la séance",
        intro=intro,
        submit="Annuler la séance",
        variant="danger",
        back=back,
    )


@read_view
def cancellation_letter(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The letter of the cancellation for one member."""
    convocation = convocation_or_404(request.actor, uid)
    if convocation.meeting.cancelled_at is None:
        raise Http404
    response = HttpResponse(papers.cancellation_letter(convocation), content_type="application/pdf")
    name = f"Annulation {convocation.person.full_name}.pdf"
    response["Content-Disposition"] = content_disposition(name, inline=True)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@write_view
def meeting_again(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One page from the session that lacked its quorum to the second one: day, place, same
    agenda."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    now = clock.now()
    known = reconvening.second_of(meeting)
    if known is not None:
        return redirect("council:meeting-detail", org, known.uid)
    first_day = reconvening.earliest(meeting, now)
    local = meeting.local_start
    form = AgainForm(
        request.POST or None,
        initial={"day": first_day, "hour": local.time(), "place": meeting.place},
    )
    if request.method == "POST" and form.is_valid():
        try:
            second = reconvening.convene_again(
                actor=request.actor,
                meeting=meeting,
                starts_at=form.starts_at(meeting.timezone),
                place=form.cleaned_data["place"],
                now=now,
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                "La seconde séance est prête, avec le même ordre du jour. Demandez l’accord du "
                "maire.",
            )
            return redirect("council:meeting-detail", org, second.uid)
    at = datetime.combine(first_day, local.time(), tzinfo=meeting.tz)
    context = {
        "form": form,
        "when": when(meeting),
        "missed": meeting.state == MeetingState.NO_QUORUM,
        "first_day": day_in_words(at.date(), now.astimezone(meeting.tz).date()),
        "points": list(agenda.listed(meeting)),
        "findings": reconvening.check(meeting, meets_on=first_day, now=now),
        "back": reverse("council:meeting-detail", args=[org, uid]),
    }
    bad = form.is_bound and bool(form.errors)
    return render_page(request, "council/meeting_again.html", context, status=422 if bad else 200)
