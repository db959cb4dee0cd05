"""The year of a body: its obligations with their last days, each with its point in one click."""

from __future__ import annotations

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
from council.access import NOT_THEIRS, assemblies_to_propose_to, can_see_item
from council.forms import YearForm
from council.models import Assembly
from council.rules.obligations import AHEAD
from council.services import obligations
from council.services.obligations import WITH_A_YEAR, Due, Services
from council.services.refusals import Refusal

#: Years shown on either side of the present one.
AROUND = 1
#: The boxes of the form: what no text lets Parvis guess.
SERVICES = ("eau", "delegation", "sejour")


def _bodies(request: AuthedRequest) -> list[Assembly]:
    bodies = assemblies_to_propose_to(request.actor).filter(kind__in=WITH_A_YEAR)
    return list(bodies.select_related("organisation").in_french_order())


def _asked(request: AuthedRequest, data: Any) -> tuple[Assembly | None, int, Services]:
    """Which body, which year, which services; a body or a year that is not offered is a 404."""
    bodies, present = _bodies(request), request.actor.today.year
    wanted, said = data.get("instance", ""), data.get("annee", str(present))
    body = next((b for b in bodies if str(b.uid) == wanted), None) if wanted else None
    if wanted and body is None:
        raise Http404
    if not said.isdecimal() or abs(int(said) - present) > AROUND:
        raise Http404
    services = Services(
        water="eau" in data, delegation="delegation" in data, visitor_tax="sejour" in data
    )
    return body or next(iter(bodies), None), int(said), services


@read_view
def year(request: AuthedRequest, org: str) -> HttpResponse:
    """What this body must do this year, and by when."""
    actor = request.actor
    if not (actor.is_agent or assemblies_to_propose_to(actor).exists()):
        require(refuse(NOT_THEIRS))
    body, shown, services = _asked(request, request.GET)
    dues = obligations.year_of(body, shown, services) if body else []
    present = actor.today.year
    told = [name for name in SERVICES if name in request.GET]
    context = {
        "org": org,
        "body": body,
        "year": shown,
        "form": YearForm(
            bodies=_bodies(request),
            years=range(present - AROUND, present + AROUND + 1),
            initial={"instance": str(body.uid) if body else "", "annee": shown}
            | dict.fromkeys(told, True),
        ),
        "told": told,
        "lines": [_line(request, org, due) for due in dues],
    }
    return render_page(request, "council/obligations.html", context)


def _line(request: AuthedRequest, org: str, due: Due) -> dict[str, Any]:
    one, today = due.obligation, request.actor.today
    left = (one.last_day - today).days
    state, tone, href = "", "neutral", ""
    if due.item is not None:
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
        "may_be_proposed": due.may_be_proposed,
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
    body, shown, services = _asked(request, told)
    if body is None:
        raise Http404
    try:
        item = obligations.propose_obligation(
            actor=request.actor,
            assembly=body,
            year=shown,
            code=told.get("code", ""),
            services=services,
            now=clock.now(),
        )
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("council:obligations", org)
    messages.success(request, "Le point est rédigé. Complétez-le, puis proposez-le.")
    return redirect("council:item-detail", org, item.uid)
