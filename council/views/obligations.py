"""The year of a body: its obligations with their last days, each with its point in one click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import refuse, require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view
from config.lib.text import day_name, long_date
from council.access import NOT_THEIRS, assemblies_to_propose_to, can_prepare, can_see_item
from council.forms_year import ServicesForm, YearForm
from council.models import Assembly
from council.rules.obligations import AHEAD
from council.services import obligations
from council.services.obligations import WITH_A_YEAR, Due, Services
from council.services.refusals import Refusal

#: Years shown on either side of the present one.
AROUND = 1


def _bodies(request: AuthedRequest) -> list[Assembly]:
    bodies = assemblies_to_propose_to(request.actor).filter(kind__in=WITH_A_YEAR)
    return list(bodies.select_related("organisation").in_french_order())


def _asked(request: AuthedRequest, data: Mapping[str, Any]) -> tuple[Assembly | None, int]:
    """Which body, which year; a body or a year that is not offered is a 404."""
    bodies, present = _bodies(request), request.actor.today.year
    wanted, said = data.get("instance", ""), data.get("annee", str(present))
    body = next((b for b in bodies if str(b.uid) == wanted), None) if wanted else None
    if wanted and body is None:
        raise Http404
    if not said.isdecimal() or abs(int(said) - present) > AROUND:
        raise Http404
    return body or next(iter(bodies), None), int(said)


@read_view
def year(request: AuthedRequest, org: str) -> HttpResponse:
    """What this body must do this year, and by when: what is to come, then the days gone by."""
    actor = request.actor
    if not (actor.is_agent or assemblies_to_propose_to(actor).exists()):
        require(refuse(NOT_THEIRS))
    body, shown = _asked(request, request.GET)
    dues = obligations.year_of(body, shown) if body else []
    present = actor.today.year
    may_note = body is not None and bool(can_prepare(actor, body))
    context = {
        "org": org,
        "body": body,
        "year": shown,
        "may_note": may_note,
        "form": YearForm(
            bodies=_bodies(request),
            years=range(present - AROUND, present + AROUND + 1),
            initial={"instance": str(body.uid) if body else "", "annee": shown},
        ),
        "services_form": ServicesForm(obligations.services_of(body)) if body else None,
        "groups": [
            (title, lines)
            for title, gone in (("À venir", False), ("Dates passées", True))
            if (
                lines := [
                    _line(request, org, due)
                    for due in dues
                    if (due.obligation.last_day < actor.today) is gone
                ]
            )
        ],
    }
    return render_page(request, "council/obligations.html", context)


def _line(request: AuthedRequest, org: str, due: Due) -> dict[str, Any]:
    one, today = due.obligation, request.actor.today
    left = (one.last_day - today).days
    state, tone, href, words = "", "neutral", "", ""
    if due.met is not None:
        state, tone, words = "Fait", "success", due.met.words
    elif due.item is not None:
        meeting = due.item.meeting
        state, tone = due.item.get_state_display(), "info"
        if meeting is not None and meeting.local_day > one.last_day:
            state, tone = f"{state}, mais la séance est trop tard", "danger"
        if can_see_item(request.actor, due.item):
            href = reverse("council:item-detail", args=[org, due.item.uid])
    elif due.meeting is not None:
        state, tone = f"Séance du {day_name(due.meeting.local_start)}", "success"
    elif left < 0:
        state, tone = "Date passée", "danger" if not one.by_habit else "neutral"
    elif left <= AHEAD:
        state, tone = "Bientôt", "warn"
    day = f"au plus tard le {long_date(one.last_day)}"
    if one.first_day is not None:
        day = f"du {long_date(one.first_day)} au {long_date(one.last_day)}"
    return {
        "code": one.code,
        "title": one.title,
        "when": f"{day}{', par habitude' if one.by_habit else ''}",
        "papers": f"Documents à envoyer au plus tard le {long_date(one.papers_by)}"
        if one.papers_by
        else "",
        "citation": one.citation,
        "state": state,
        "tone": tone,
        "href": href,
        "words": words,
        "met": due.met is not None,
        "may_be_proposed": due.may_be_proposed,
        "may_be_met": not due.is_answered,
    }


@post_view
def propose(request: AuthedRequest, org: str) -> HttpResponse:
    """One click: the point of this obligation, ready to be written. From elsewhere than the page
    of the year, the button says it in one word."""
    told = request.POST.dict()
    if "owed" in told:
        told["instance"], told["annee"], told["code"] = [*told["owed"].split(":"), "", ""][:3]
    try:
        UUID(told.get("instance", ""))
    except ValueError:
        raise Http404 from None
    body, shown = _asked(request, told)
    if body is None:
        raise Http404
    try:
        item = obligations.propose_obligation(
            actor=request.actor,
            assembly=body,
            year=shown,
            code=told.get("code", ""),
            now=clock.now(),
        )
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("council:obligations", org)
    messages.success(request, "Le point est rédigé. Complétez-le, puis proposez-le.")
    return redirect("council:item-detail", org, item.uid)


@post_view
def note_met(request: AuthedRequest, org: str) -> HttpResponse:
    """It was done elsewhere; or, with ``off``, it was not after all."""
    body, shown = _asked(request, request.POST)
    if body is None:
        raise Http404
    told: dict[str, Any] = {
        "actor": request.actor,
        "assembly": body,
        "year": shown,
        "code": request.POST.get("code", ""),
        "now": clock.now(),
    }
    try:
        if "off" in request.POST:
            obligations.take_back_met(**told)
        else:
            obligations.note_met(**told, words=request.POST.get("words", ""))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect(_page(org, body, shown))


@post_view
def tell_services(request: AuthedRequest, org: str) -> HttpResponse:
    """What the body runs itself, kept from then on."""
    body, shown = _asked(request, request.POST)
    if body is None:
        raise Http404
    obligations.tell_services(
        actor=request.actor,
        assembly=body,
        services=Services(
            water="eau" in request.POST,
            delegation="delegation" in request.POST,
            visitor_tax="sejour" in request.POST,
        ),
        now=clock.now(),
    )
    messages.success(request, "C’est retenu, pour cette année et les suivantes.")
    return redirect(_page(org, body, shown))


def _page(org: str, body: Assembly, year: int) -> str:
    return reverse("council:obligations", args=[org]) + f"?instance={body.uid}&annee={year}"
