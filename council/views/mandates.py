"""Members of a body: who sits, how a mandate ends, who comes next, the lists of the election."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from accounts.services.importing import MOST_BYTES, NotReadable
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from config.lib.text import join_french, long_date, plural
from council.access import can_settle_bodies, prepared_assemblies
from council.forms import ReasonForm
from council.forms_mandates import EndForm, ListsForm
from council.models import Assembly, Mandate
from council.rules.mandates import check_vacancies
from council.rules.quorum import legal_members
from council.services import electing, ending, informing, renewing, succeeding
from council.services.refusals import Refusal


def _day(day: date) -> str:
    return long_date(datetime.combine(day, time()))


def body_or_404(actor: Actor, uid: UUID) -> Assembly:
    """A body that the actor prepares."""
    rows = prepared_assemblies(actor).select_related("organisation")
    return get_object_or_404(rows, uid=uid)


def mandate_or_404(actor: Actor, uid: UUID) -> Mandate:
    """A mandate of a body that the actor prepares."""
    rows = Mandate.objects.filter(assembly__in=prepared_assemblies(actor)).select_related(
        "assembly__organisation", "organisation", "person"
    )
    return get_object_or_404(rows, uid=uid)


def _role(mandate: Mandate) -> str:
    return mandate.function_label or mandate.get_function_display()


@read_view
def members(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who sits in a body, who left, and what is vacant."""
    actor = request.actor
    body = body_or_404(actor, uid)
    seats = Mandate.objects.filter(assembly=body).select_related("person")
    current = list(seats.current(actor.today).in_order_of_the_tableau())
    gone = seats.filter(to_date__lt=actor.today).order_by("-to_date", "rank", "pk")[:30]
    population = body.population or body.organisation.population or 0
    legal = body.legal_members or (legal_members(population) if population else 0)
    vacant = max(0, legal - len(current)) if body.kind == "municipal_council" else 0
    context = {
        "org": org,
        "body": body,
        "may_settle": bool(can_settle_bodies(actor)),
        "may_renew": bool(can_settle_bodies(actor)) and body.kind in renewing.RENEWED,
        "count": plural(len(current), "membre en exercice", "membres en exercice"),
        "vacant": plural(vacant, "siège vacant", "sièges vacants") if vacant and legal else "",
        "informed_href": reverse("council:informed", args=[org, uid])
        if informing.informs(body) and can_settle_bodies(actor)
        else "",
        "findings": check_vacancies(
            legal=legal, vacant=vacant, list_exhausted=False, population=population
        )
        if vacant and legal
        else [],
        "members": [
            {
                "name": str(one.person),
                "role": _role(one),
                "since": _day(one.from_date),
                "source": _day(one.source_ended_on) if one.source_ended_on else "",
                "end": reverse("council:mandate-end", args=[org, one.uid]),
            }
            for one in current
        ],
        "gone": [
            {
                "name": str(one.person),
                "meta": f"{one.get_end_reason_display()}, jusqu’au {_day(one.to_date)}",
                "href": reverse("council:mandate-vacancy", args=[org, one.uid]),
            }
            for one in gone
            if one.to_date
        ],
    }
    return render_page(request, "council/mandates/members.html", context)


@write_view
def mandate_end(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What stops is shown first, then confirmed."""
    actor = request.actor
    mandate = mandate_or_404(actor, uid)
    require(can_settle_bodies(actor))
    form = EndForm(request.POST or None, mandate=mandate)
    effects = None
    if request.method == "POST" and form.is_valid():
        try:
            facts = form.facts()
            if request.POST.get("confirm"):
                ending.end(actor=actor, mandate=mandate, facts=facts, now=clock.now())
                messages.success(request, f"Le mandat de {mandate.person} est terminé.")
                return redirect("council:mandate-vacancy", org, uid)
            effects = ending.effects_of(mandate, facts, actor=actor)
        except Refusal as refused:
            form.add_error(None, str(refused))
    context = {
        "org": org,
        "mandate": mandate,
        "role": _role(mandate),
        "form": form,
        "effects": _effects(effects) if effects else [],
        "effective": _day(effects.effective_on) if effects else "",
        "back": reverse("council:members", args=[org, mandate.assembly.uid]),
    }
    wrong = form.is_bound and bool(form.errors)
    return render_page(request, "council/mandates/end.html", context, status=422 if wrong else 200)


def _effects(effects: ending.Effects) -> list[str]:
    lines = [f"Ne siège plus : {join_french(list(effects.seats))}."]
    if effects.links:
        lines.append(f"{plural(effects.links, 'lien personnel', 'liens personnels')} : fermés.")
    if effects.mails:
        lines.append(f"{plural(effects.mails, 'message')} en attente : rien ne partira.")
    lines += [f"Son pouvoir donné à {name} tombe." for name in effects.given]
    lines += [
        f"Le pouvoir reçu de {name} tombe : cette personne est prévenue." for name in effects.held
    ]
    if effects.leaves_organisation:
        lines.append("Quitte l’organisation : ses droits et ses courriels s’arrêtent.")
    return lines


@write_view
def mandate_vacancy(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A seat left: the next on the list takes it and is convened, or declines."""
    actor = request.actor
    mandate = mandate_or_404(actor, uid)
    candidate = succeeding.next_for(mandate)
    successor = succeeding.replaced_by(mandate)
    form = ReasonForm(request.POST if request.POST.get("what") == "decline" else None)
    problem = ""
    if request.method == "POST":
        require(can_settle_bodies(actor))
        try:
            if request.POST.get("what") != "decline":
                seat, convened = succeeding.seat_next(actor=actor, mandate=mandate, now=clock.now())
                messages.success(request, _seated(seat, convened))
                return redirect(request.path)
            if form.is_valid() and candidate is not None:
                succeeding.decline(
                    actor=actor,
                    candidate=candidate,
                    reason=form.cleaned_data["reason"],
                    now=clock.now(),
                )
                return redirect(request.path)
        except Refusal as refused:
            problem = str(refused)
    context = {
        "org": org,
        "mandate": mandate,
        "reason": mandate.get_end_reason_display(),
        "until": _day(mandate.to_date) if mandate.to_date else "",
        "candidate": candidate,
        "successor": successor,
        "may_settle": bool(can_settle_bodies(actor)),
        "vacant": mandate.to_date is not None and mandate.to_date < actor.today,
        "form": form,
        "problem": problem,
        "lists_href": reverse("council:election-lists", args=[org, mandate.assembly.uid]),
        "back": reverse("council:members", args=[org, mandate.assembly.uid]),
    }
    wrong = bool(problem) or bool(form.errors)
    return render_page(
        request, "council/mandates/vacancy.html", context, status=422 if wrong else 200
    )


def _seated(seat: Mandate, convened: list[succeeding.Convened]) -> str:
    words = f"{seat.person} siège depuis le {_day(seat.from_date)}."
    late = [one for one in convened if not one.in_time]
    if late:
        return words + (
            " Le délai légal d’une séance déjà convoquée est passé : remettez-lui le dossier en "
            "main propre aujourd’hui, et notez-le dans la preuve."
        )
    if convened:
        return words + " Sa convocation part, avec le même dossier que les autres."
    return words


@write_view
def election_lists(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The lists of an election: each line is looked at before anything is written."""
    actor = request.actor
    body = body_or_404(actor, uid)
    require(can_settle_bodies(actor))
    form = ListsForm(request.POST or None, request.FILES or None)
    lines: list[electing.Line] = []
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read(MOST_BYTES + 1)
        try:
            lines = electing.look(actor=actor, assembly=body, content=content)
            if not any(line.problems for line in lines):
                kept = electing.keep_lists(
                    actor=actor,
                    assembly=body,
                    election_on=form.cleaned_data["election_on"],
                    content=content,
                    now=clock.now(),
                )
                people = plural(len(kept), "personne enregistrée", "personnes enregistrées")
                messages.success(request, f"{people}.")
                return redirect("council:members", org, uid)
            form.add_error("file", "Des lignes sont à corriger : rien n’a été enregistré.")
        except (Refusal, NotReadable) as refused:
            form.add_error("file", str(refused))
    context = {
        "org": org,
        "body": body,
        "form": form,
        "lines": lines,
        "template_href": reverse("council:election-template", args=[org]),
        "back": reverse("council:members", args=[org, uid]),
    }
    wrong = form.is_bound and bool(form.errors)
    return render_page(
        request, "council/mandates/lists.html", context, status=422 if wrong else 200
    )


@read_view
def election_template(request: AuthedRequest, org: str) -> HttpResponse:
    """The file to fill in."""
    require(can_settle_bodies(request.actor))
    response = HttpResponse(
        electing.template().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="Listes.csv"'
    return response
