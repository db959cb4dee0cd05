"""The direction is away: where things stand, who stands in, and what is handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.access import can_administer, visible_people
from accounts.consequences import effect_of_team
from accounts.enums import Capacity, TeamKind
from accounts.forms import HandoverForm, InterimForm
from accounts.heads import can_name_interim, can_see_standing
from accounts.models import Interim, Membership, Person, Team
from accounts.services import handing_over, interim
from accounts.standing import standing_of
from accounts.views.answers import ask, confirmed, in_full, page, refused
from config.lib.access import require
from config.lib.clock import now
from config.lib.http import read_view, write_view
from config.lib.text import human_datetime, plural


@never_cache
@read_view
def standing(request: Any, org: str) -> HttpResponse:
    """`/c/<org>/ou-en-est/`: the next date, what waits, where things are."""
    actor, at = request.actor, now()
    require(can_see_standing(actor))
    zone = actor.organisation.timezone
    chapters = [
        {
            "title": chapter.value,
            "lines": [
                {
                    "fact": fact,
                    "meta": " · ".join(
                        part
                        for part in (
                            human_datetime(fact.due, at, zone) if fact.due else "",
                            fact.detail,
                        )
                        if part
                    ),
                }
                for fact in facts
            ],
        }
        for chapter, facts in standing_of(actor, at).items()
    ]
    context = {
        "chapters": chapters,
        "interim_href": reverse("accounts:interim", args=[org]),
    }
    return page(request, "accounts/standing.html", context)


@write_view
def interims(request: Any, org: str) -> HttpResponse:
    """Name, agree, stop; and those of before."""
    actor = request.actor
    require(can_see_standing(actor))
    may_name = can_name_interim(actor)
    people = (
        visible_people(actor)
        .filter(
            pk__in=Membership.objects.filter(
                organisation=actor.organisation, capacity=Capacity.AGENT
            ).values("person")
        )
        .order_by("family_name", "given_name", "pk")
    )
    form = InterimForm(request.POST if request.POST.get("do") == "name" else None, people=people)
    if request.method == "POST":
        answer = _act(request, org, form)
        if answer is not None:
            return answer
    context = _context(request, org, form, may_name.allowed)
    return page(request, "accounts/interim.html", context, bad=bool(form.errors))


def _context(request: Any, org: str, form: InterimForm, may_name: bool) -> dict[str, Any]:
    actor = request.actor
    rows = (
        Interim.objects.filter(organisation=actor.organisation)
        .select_related("person", "named_by")
        .order_by("-from_date", "-pk")[:50]
    )
    lines = []
    for row in rows:
        over = row.ended_at is not None or row.to_date < actor.today
        lines.append(
            {
                "row": row,
                "meta": f"du {in_full(row.from_date)} au {in_full(row.to_date)} · {row.reason}"
                + (f" · nommé par {row.named_by}" if row.named_by else ""),
                "waits": not over and row.named_at is None,
                "runs": not over and row.named_at is not None,
                "state": "terminé"
                if over
                else ("en cours" if row.named_at else "attend l’accord du maire"),
            }
        )
    return {
        "form": form,
        "lines": lines,
        "may_name": may_name,
        "back": reverse("accounts:standing", args=[org]),
    }


def _act(request: Any, org: str, form: InterimForm) -> HttpResponse | None:
    actor, what = request.actor, request.POST.get("do")
    address = reverse("accounts:interim", args=[org])
    try:
        if what == "name":
            if not form.is_valid():
                return None
            require(can_name_interim(actor))
            data = form.cleaned_data
            if not confirmed(request):
                team = Team.objects.get(organisation=actor.organisation, kind=TeamKind.DGS)
                return ask(
                    request,
                    title=f"Confier l’intérim à {data['person']}",
                    verb="Nommer",
                    effect=effect_of_team(
                        actor, team, [data["person"]], joining=True, day=data["from_date"]
                    ),
                    cancel=address,
                    notes=(
                        f"Du {in_full(data['from_date'])} au {in_full(data['to_date'])} inclus, "
                        "avec les droits de la direction générale. Ils s’arrêtent d’eux-mêmes. "
                        "La direction générale en est prévenue.",
                    ),
                )
            interim.name_interim(actor=actor, now=now(), **data)
            messages.success(request, f"{data['person']} assure l’intérim.")
        elif what in ("agree", "end"):
            row = get_object_or_404(
                Interim, organisation=actor.organisation, uid=_uid(request.POST.get("uid"))
            )
            if what == "agree":
                interim.agree(actor=actor, interim=row, now=now())
                messages.success(request, f"{row.person} assure l’intérim.")
            else:
                interim.end_interim(actor=actor, interim=row, now=now())
                messages.success(request, "L’intérim est arrêté.")
    except interim.CannotStandIn as refusal:
        if what == "name":
            may_name = can_name_interim(actor).allowed
            more = _context(request, org, form, may_name)
            more.pop("form")
            return refused(request, "accounts/interim.html", form, refusal, **more)
        messages.error(request, str(refusal))
    return redirect(address)


def _uid(raw: str | None) -> UUID | None:
    try:
        return UUID(raw or "")
    except ValueError:
        return None


@write_view
def hand_over(request: Any, org: str, uid: UUID) -> HttpResponse:
    """What somebody has in charge here, and to whom it goes."""
    actor = request.actor
    require(can_administer(actor))
    mine = Membership.objects.filter(organisation=actor.organisation)
    someone = get_object_or_404(Person, uid=uid, pk__in=mine.values("person"))
    others = (
        visible_people(actor).exclude(pk=someone.pk).order_by("family_name", "given_name", "pk")
    )
    charges = handing_over.in_charge_of(actor, someone)
    sent = request.POST if request.method == "POST" else None
    form = HandoverForm(sent, people=others, charges=charges)
    back = reverse("accounts:person", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        given = handing_over.hand_over(
            actor=actor, person=someone, to=to, keys=form.cleaned_data["what"], now=now()
        )
        total = sum(given.values())
        messages.success(request, f"{plural(total, 'chose confiée', 'choses confiées')} à {to}.")
        return redirect(back)
    context = {"someone": someone, "charges": charges, "form": form, "back": back}
    return page(request, "accounts/handover.html", context, bad=bool(form.errors))
