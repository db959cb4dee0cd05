"""« Renouvellement général »: one page, in steps; each is done once, and the page says what is left
and why."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actor import Actor
from accounts.services.importing import MOST_BYTES, NotReadable
from accounts.services.leaving import LastOfDirection
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, write_view
from config.lib.text import long_date, plural
from council.access import can_settle_bodies
from council.enums import AssemblyKind
from council.forms_renewal import ElectedForm, ExecutiveForm, InstallationForm, RenewalForm
from council.models import Assembly, Renewal
from council.rules.policy import Body
from council.rules.renewal import ccas_is_owed, offices_of, tails
from council.services import electing, installing, renewing
from council.services.refusals import Refusal
from council.views.mandates import body_or_404


def _day(day: date) -> str:
    return long_date(datetime.combine(day, time()))


def shown_day(row: Renewal) -> date:
    """The day that people know: the ballot of a council, the installation of another body."""
    return row.complete_on if renewing.by_itself(row.assembly) else renewing.new_since(row)


class _Page:
    """The forms of the steps that are open; the one that was sent keeps what was typed."""

    def __init__(self, request: AuthedRequest, body: Assembly) -> None:
        self.request, self.actor, self.body = request, request.actor, body
        self.renewal = renewing.current_renewal(body)
        self.sent = request.POST.get("step", "")
        self.lines: list[electing.Line] = []
        self.seats = installing.seated(self.renewal, self.actor.today) if self.renewal else []

    def data(self, step: str) -> Any:
        return self.request.POST if self.sent == step else None

    def forms(self) -> dict[str, Any]:
        row = self.renewal
        made: dict[str, Any] = {
            "dates": RenewalForm(
                self.data("dates"),
                by_itself=renewing.by_itself(self.body),
                initial={"complete_on": shown_day(row) if row else None},
            ),
            "lists": ElectedForm(
                self.data("lists"), self.request.FILES if self.sent == "lists" else None
            ),
        }
        if row is not None:
            population = self.body.population or self.actor.organisation.population
            made["pack"] = InstallationForm(
                self.data("pack"),
                initial={
                    "day": installing.window(row)[0],
                    "hour": time(19),
                    "place": self.body.usual_place,
                    "has_ccas": ccas_is_owed(population),
                },
            )
            made["executive"] = ExecutiveForm(
                self.data("executive"),
                seats=self.seats,
                offices=offices_of(
                    Body(self.body.kind), installing.legal_of(self.body, self.seats)
                ),
                elected=installing.elected_in_session(row),
                initial={"elected_on": row.meeting.local_day if row.meeting else None},
            )
        return made


@write_view
def renewal(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """See where the renewal stands, and do its next step."""
    actor = request.actor
    body = body_or_404(actor, uid)
    require(can_settle_bodies(actor))
    page = _Page(request, body)
    made = page.forms()
    wrong = False
    if request.method == "POST":
        form = made.get(page.sent)
        if page.sent != "cut" and (form is None or not form.is_valid()):
            wrong = True
        else:
            try:
                done = _do(page, form)
            except (Refusal, NotReadable, LastOfDirection) as refused:
                wrong = True
                if form is not None:
                    form.add_error(None, str(refused))
                else:
                    messages.error(request, str(refused))
            else:
                if done:
                    messages.success(request, done)
                    return redirect("council:renewal", org, uid)
                wrong = True
    context = _context(actor, body, page) | {"org": org, "forms": made, "lines": page.lines}
    return render_page(
        request, "council/mandates/renewal.html", context, status=422 if wrong else 200
    )


def _do(page: _Page, form: Any) -> str:
    """Do the step that was sent; what was done, or nothing when lines are to be corrected."""
    actor, row, now = page.actor, page.renewal, clock.now()
    if page.sent == "dates":
        day = form.cleaned_data["complete_on"]
        renewing.open_renewal(
            actor=actor,
            assembly=page.body,
            complete_on=day if renewing.by_itself(page.body) else day - timedelta(days=1),
            now=now,
        )
        return "C’est noté."
    if row is None:
        raise renewing.TooSoon("Dites d’abord quand le conseil a été élu.")
    if page.sent == "lists":
        return _keep(page, row, form, now)
    if page.sent == "cut":
        renewing.cut_council(actor=actor, renewal=row, now=now)
        return "Les nouveaux membres siègent ; les liens de ceux qui partent sont fermés."
    if page.sent == "pack":
        meeting = installing.prepare_installation(
            actor=actor,
            renewal=row,
            starts_at=form.starts_at(actor.organisation.timezone),
            place=form.cleaned_data["place"],
            has_ccas=form.cleaned_data["has_ccas"],
            outside=form.bodies(),
            now=now,
        )
        return f"La séance d’installation du {long_date(meeting.local_start)} est préparée."
    installing.install_executive(
        actor=actor,
        renewal=row,
        elected_on=form.cleaned_data["elected_on"],
        mayor=form.mayor(),
        deputies=form.deputies(),
        now=now,
    )
    if renewing.by_itself(page.body):
        return "Le maire et les adjoints sont en fonction."
    return "La présidence et la vice-présidence sont en fonction."


def _keep(page: _Page, row: Renewal, form: Any, now: datetime) -> str:
    content = form.cleaned_data["file"].read(MOST_BYTES + 1)
    page.lines = electing.look(actor=page.actor, assembly=page.body, content=content)
    if any(line.problems for line in page.lines):
        form.add_error("file", "Des lignes sont à corriger : rien n’a été enregistré.")
        return ""
    kept = electing.keep_lists(
        actor=page.actor,
        assembly=page.body,
        election_on=row.complete_on,
        content=content,
        now=now,
    )
    elected = sum(one.elected for one in kept)
    return f"Listes enregistrées : {plural(elected, 'élu', 'élus')}."


def _context(actor: Actor, body: Assembly, page: _Page) -> dict[str, Any]:
    row = page.renewal
    context: dict[str, Any] = {
        "body": body,
        "by_itself": renewing.by_itself(body),
        "board": body.kind == AssemblyKind.CCAS_BOARD,
        "titles": {
            "first": "1. Le scrutin" if renewing.by_itself(body) else "1. L’installation",
            "last": "5. Le maire et les adjoints élus"
            if renewing.by_itself(body)
            else "4. La présidence et la vice-présidence",
        },
        "told_by_ballots": bool(row and installing.elected_in_session(row)),
        "renewal": row,
        "back": reverse("council:members", args=[actor.organisation.slug, body.uid]),
        "template_href": reverse("council:election-template", args=[actor.organisation.slug]),
        "again": row is not None and row.installed_at is not None,
        "tails": [],
        "preview": None,
        "elected": "",
        "complete_on": "",
        "window": "",
        "meeting_href": "",
        "meeting_day": "",
        "installed_on": "",
        "may_cut": False,
    }
    if row is None:
        return context
    elected = renewing.elected_of(row)
    first, last = installing.window(row)
    alive = row.meeting if row.meeting and row.meeting.cancelled_at is None else None
    return context | {
        "tails": [
            {
                "who": one.who,
                "until": one.until,
                "citation": one.citation,
                "day": _day(one.last_day) if one.last_day and _known(row, one.last_day) else "",
            }
            for one in (tails(renewing.dates_of(row)) if renewing.by_itself(body) else ())
        ],
        "preview": renewing.preview(row) if elected and row.cut_at is None else None,
        "elected": plural(len(elected), "élu enregistré", "élus enregistrés") if elected else "",
        "complete_on": _day(shown_day(row)),
        "may_cut": bool(elected) and row.complete_on < actor.today,
        "window": f"du {_day(first)} au {_day(last)}",
        "meeting_href": reverse("council:meeting-detail", args=[actor.organisation.slug, alive.uid])
        if alive
        else "",
        "meeting_day": long_date(alive.local_start) if alive else "",
        "installed_on": _day(row.installed_on) if row.installed_on else "",
    }


def _known(row: Renewal, day: date) -> bool:
    """Whether a day rests on something: the election, or an installation that is planned."""
    return day == row.complete_on or row.meeting is not None or row.installed_on is not None
