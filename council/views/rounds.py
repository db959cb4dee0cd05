"""The paper dossiers: print, carry, sign, then type the hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.downloads import content_disposition, serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, read_view
from config.lib.text import human_datetime, long_date, plural
from council import papers
from council.access import can_prepare_meeting
from council.dossier.round_sheet import Stop, sheet_pdf
from council.forms import PaperForm, RankForm
from council.law import latest_moment
from council.models import Convocation, Meeting, RoundScan
from council.rules.wording import moment_in_words
from council.services import handing_over, rounds
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.meetings import when
from council.views.step import received
from documents.services.refusals import Refusal as NotDone


class HandOverForm(PaperForm):
    """One line of the sheet; an empty line is left for later."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].required = self.fields["hour"].required = False

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        data = super().clean() or {}
        if bool(data.get("day")) != bool(data.get("hour")):
            raise forms.ValidationError("Écrivez la date et l’heure.")
        return data


class StopRankForm(RankForm):
    """« Aller au rang n » : who, and where."""

    stop = forms.ChoiceField(label="Membre")
    field_order = ("stop", "rank")

    def __init__(self, stops: list[Convocation], data: Any = None) -> None:
        super().__init__(data)
        self.fields["stop"].choices = [  # type: ignore[attr-defined]
            (str(one.uid), f"{n}. {one.person.full_name}") for n, one in enumerate(stops, start=1)
        ]


class SheetForm(forms.Form):
    """The signed sheet."""

    file = forms.FileField(label="La feuille signée (PDF ou photo)")


def _round(actor: Actor, uid: UUID) -> Meeting:
    meeting = meeting_or_404(actor, uid)
    require(can_prepare_meeting(actor, meeting))
    return meeting


@read_view
def meeting_round(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who is served on paper, in order; what to print; the hours to type; the signed sheet."""
    meeting = _round(request.actor, uid)
    return _page(request, org, meeting, {})


def _page(
    request: AuthedRequest,
    org: str,
    meeting: Meeting,
    bound: dict[UUID, HandOverForm],
    problem: str = "",
) -> HttpResponse:
    now = clock.now()
    stops = rounds.stops(meeting)
    large = papers.plans_of(stops[0].edition) if stops else []
    context = {
        "meeting": meeting,
        "org": org,
        "when": when(meeting),
        "limit": moment_in_words(latest_moment(meeting).astimezone(meeting.tz)),
        "stops": [
            {
                "uid": one.uid,
                "name": one.person.full_name,
                "address": ", ".join(papers.recipient_of(one).address) or "Adresse inconnue",
                "given": human_datetime(one.handed_over_at, now, meeting.timezone)
                if one.handed_over_at
                else "",
                "late": rounds.late_sentence(one),
                "to_give": one.state in handing_over.UNSENT,
                "form": bound.get(one.uid) or HandOverForm(prefix=one.uid.hex),
            }
            for one in stops
        ],
        "waiting": any(one.state in handing_over.UNSENT for one in stops),
        "rank_form": StopRankForm(stops),
        "plans": [one.title for one in large],
        "copies": plural(len(stops), "exemplaire"),
        "scans": [
            {
                "document": one.version.document,
                "meta": f"déposée {human_datetime(one.filed_at, now, meeting.timezone)} par "
                f"{one.filed_by.full_name}",
            }
            for one in RoundScan.objects.filter(meeting=meeting).select_related(
                "version__document", "filed_by"
            )
        ],
        "sheet_form": SheetForm(),
        "problem": problem,
        "back": reverse("council:meeting-proof", args=[org, meeting.uid]),
    }
    status = 422 if problem else 200
    return render_page(request, "council/meeting_round.html", context, status=status)


@post_view
def round_order(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A new order, by dragging, by the little buttons, or by « aller au rang n »."""
    meeting = _round(request.actor, uid)
    ids = [str(one.uid) for one in rounds.stops(meeting)]
    wanted = request.POST.getlist("order")
    moved, _, way = request.POST.get("move", "").partition(":")
    rank = 0
    if "stop" in request.POST:
        asked = StopRankForm(rounds.stops(meeting), request.POST)
        if asked.is_valid():
            moved, rank = asked.cleaned_data["stop"], asked.cleaned_data["rank"]
    elif way in ("up", "down") and moved in ids:
        rank = ids.index(moved) + (0 if way == "up" else 2)
    else:
        moved = request.POST.get("moved", "")
        rank = wanted.index(moved) + 1 if moved in wanted else 0
    if moved in ids and rank >= 1:
        rounds.move_stop(
            actor=request.actor,
            meeting=meeting,
            convocation=UUID(moved),
            rank=rank,
            now=clock.now(),
        )
    else:
        messages.error(request, "Choisissez un membre, et un rang : 1 est le premier.")
    return redirect("council:meeting-round", org, uid)


@post_view
def round_give(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The hours of the sheet, typed after the round."""
    meeting = _round(request.actor, uid)
    bound = {
        one.uid: HandOverForm(request.POST, prefix=one.uid.hex)
        for one in rounds.stops(meeting)
        if one.state in handing_over.UNSENT
    }
    if [one for one in bound.values() if not one.is_valid()]:
        return _page(request, org, meeting, bound, "Une ligne n’est pas complète.")
    given = {
        one: rounds.Given(form.given_at(meeting.timezone), form.cleaned_data["how"])
        for one, form in bound.items()
        if form.cleaned_data["day"]
    }
    try:
        late = rounds.note_round(actor=request.actor, meeting=meeting, given=given, now=clock.now())
    except Refusal as refused:
        return _page(request, org, meeting, bound, str(refused))
    messages.success(request, f"{plural(len(given), 'remise')} : c’est noté.")
    for sentence in late:
        messages.warning(request, sentence)
    return redirect("council:meeting-round", org, uid)


@read_view
def round_sheet(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The sheet to carry and have signed."""
    meeting = _round(request.actor, uid)
    now = clock.now()
    limit = latest_moment(meeting).astimezone(meeting.tz)
    made = sheet_pdf(
        papers.letterhead_of(meeting.assembly),
        heading=meeting.assembly.name,
        when=when(meeting),
        limit=f"À remettre au plus tard {moment_in_words(limit)}.",
        stops=[_stop(number, one, now) for number, one in enumerate(rounds.stops(meeting), 1)],
        at=now,
    )
    response = HttpResponse(made, content_type="application/pdf")
    name = f"Feuille de tournée {meeting.local_day:%Y-%m-%d}.pdf"
    response["Content-Disposition"] = content_disposition(name)
    return private(response)


def _stop(number: int, one: Convocation, now: datetime) -> Stop:
    given = one.handed_over_at.astimezone(one.meeting.tz) if one.handed_over_at else None
    return Stop(
        number,
        one.person.full_name,
        papers.recipient_of(one).address,
        one.person.phone,
        f"{long_date(given)}, {given:%H:%M}" if given else "",
    )


@read_view
def round_print(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """One file for the whole run, recto verso, in the order of the round."""
    meeting = _round(request.actor, uid)
    stops = rounds.stops(meeting)
    if not stops:
        raise Http404
    path = papers.round_file(stops)
    file = path.open("rb")
    path.unlink()  # the open file lives on until it is sent
    name = f"Dossiers papier {meeting.local_day:%Y-%m-%d}.pdf"
    return FileResponse(file, filename=name, content_type="application/pdf")


@read_view
def round_plans(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The plans larger than A4, apart."""
    meeting = _round(request.actor, uid)
    stops = rounds.stops(meeting)
    if not stops or not papers.plans_of(stops[0].edition):
        raise Http404
    return serve(
        request,
        papers.plans_file(stops[0].edition),
        media_type="application/pdf",
        name=f"Plans {meeting.local_day:%Y-%m-%d}.pdf",
    )


@post_view
def round_scan(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The signed sheet, filed with the meeting's documents."""
    meeting = _round(request.actor, uid)
    form = SheetForm(request.POST, request.FILES)
    back = reverse("council:meeting-round", args=[org, uid])
    if form.is_valid():
        try:
            brought = received(form, "file")
            if brought is not None:
                rounds.attach_sheet(
                    actor=request.actor, meeting=meeting, received=brought, now=clock.now()
                )
        except (Refusal, NotDone) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La feuille signée est rangée et jointe à la preuve.")
            return redirect(back)
    problem = " ".join(str(one) for errors in form.errors.values() for one in errors)
    messages.error(request, problem)
    return redirect(back)
