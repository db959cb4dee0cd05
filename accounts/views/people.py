"""Droits et personnes: the DGS's plain pages for people, teams, the organisation, the journal."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache

from accounts.access import can_administer, can_correct_contact, can_view_as, visible_teams
from accounts.audit.timeline import timeline
from accounts.forms import ContactCardForm, OrganisationForm, PersonForm
from accounts.models import Membership, Organisation, Person, TeamMembership
from accounts.offers import offers_for
from accounts.services import inviting, joining, proposing, settings
from accounts.views.answers import REFUSALS, in_full, page, refused
from config.lib.access import require
from config.lib.clock import local_date, now
from config.lib.http import post_view, read_view, write_view
from config.lib.text import human_datetime, plural, sort_key


@never_cache
@read_view
def people(request: Any, org: str) -> HttpResponse:
    """Everybody of the organisation, now or soon, and its teams."""
    actor = request.actor
    require(can_administer(actor))
    found = (
        Membership.objects.filter(
            Q(to_date=None) | Q(to_date__gte=actor.today), organisation=actor.organisation
        )
        .select_related("person")
        .order_by("capacity", "pk")
    )
    # French order: the database's own would put Élodie after Zoé.
    rows = sorted(found, key=lambda row: sort_key(f"{row.person.family_name} {row.person}"))
    in_teams = defaultdict(list)
    current = (
        TeamMembership.objects.filter(organisation=actor.organisation, team__archived_at=None)
        .current(actor.today)
        .select_related("team")
        .order_by("team__label")
    )
    sizes: dict[int, int] = defaultdict(int)
    for entry in current:
        in_teams[entry.person_id].append(entry.team.label)
        sizes[entry.team_id] += 1
    lines = [
        {
            "membership": row,
            "detail": " · ".join(
                part
                for part in (
                    row.job_title or row.get_capacity_display(),
                    f"à partir du {in_full(row.from_date)}" if row.from_date > actor.today else "",
                    f"jusqu’au {in_full(row.to_date)}" if row.to_date else "",
                )
                if part
            ),
            "teams": ", ".join(in_teams[row.person_id]),
            "mail": _mail_state(row.person),
        }
        for row in rows
    ]
    groups = [
        {"team": team, "size": plural(sizes[team.pk], "personne")}
        for team in visible_teams(actor).order_by("kind", "label")
    ]
    return page(
        request,
        "accounts/people.html",
        {
            "lines": lines,
            "groups": groups,
            "count": plural(len(lines), "personne"),
            "proposals": [
                {
                    "proposal": proposal,
                    "until": "proposition sans réponse, valable jusqu’au "
                    + in_full(local_date(proposal.expires_at, actor.organisation.timezone)),
                }
                for proposal in proposing.waiting_from(actor, now=now())
            ],
        },
    )


def _mail_state(person: Person) -> str:
    if not person.email:
        return "sur papier"
    if person.email_confirmed_at is None:
        return "courriel non confirmé"
    return ""


@write_view
def person_add(request: Any, org: str) -> HttpResponse:
    """Somebody new."""
    actor = request.actor
    require(can_administer(actor))
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        at = now()
        try:
            with transaction.atomic():
                person = joining.create_person(
                    actor=actor,
                    given_name=data["given_name"],
                    family_name=data["family_name"],
                    gender=data["gender"],
                    email=data["email"],
                    phone=data["phone"],
                    now=at,
                )
                joining.join(
                    actor=actor,
                    person=person,
                    capacity=data["capacity"],
                    job_title=data["job_title"],
                    from_date=data["from_date"],
                    to_date=data["to_date"],
                    now=at,
                )
                if data["invite"] and person.email:
                    inviting.invite(actor=actor, person=person, now=at)
        except (ValidationError, *REFUSALS) as refusal:
            return refused(request, "accounts/person_form.html", form, refusal)
        messages.success(request, f"{person.full_name} fait partie de {actor.organisation.name}.")
        return redirect("accounts:person", org=org, uid=person.uid)
    return page(request, "accounts/person_form.html", {"form": form}, bad=request.method == "POST")


def _person(request: Any, uid: UUID) -> Person:
    """Somebody who belongs, belonged or will belong to the acting organisation."""
    require(can_administer(request.actor))
    mine = Membership.objects.filter(organisation=request.actor.organisation)
    return get_object_or_404(Person, uid=uid, pk__in=mine.values("person"))


@never_cache
@read_view
def person(request: Any, org: str, uid: UUID) -> HttpResponse:
    """One person here: memberships, teams, account."""
    actor = request.actor
    someone = _person(request, uid)
    memberships = [
        {
            "row": row,
            "period": f"depuis le {in_full(row.from_date)}"
            + (f" jusqu’au {in_full(row.to_date)}" if row.to_date else ""),
            "ended": row.to_date is not None and row.to_date < actor.today,
        }
        for row in Membership.objects.filter(
            organisation=actor.organisation, person=someone
        ).order_by("-from_date", "pk")
    ]
    entries = (
        TeamMembership.objects.filter(organisation=actor.organisation, person=someone)
        .current(actor.today)
        .select_related("team")
        .order_by("team__label")
    )
    return page(
        request,
        "accounts/person.html",
        {
            "someone": someone,
            "memberships": memberships,
            "entries": entries,
            "has_account": someone.has_usable_password() and someone.identifier is not None,
            "mail": _mail_state(someone),
            "offers": offers_for(actor, someone),
            "may_view_as": bool(can_view_as(actor, someone)),
            "may_correct": can_correct_contact(actor, someone),
        },
    )


@write_view
def person_correct(request: Any, org: str, uid: UUID) -> HttpResponse:
    """Correct the card of somebody who has no account."""
    someone = _person(request, uid)
    require(can_correct_contact(request.actor, someone))
    names = ("gender", "given_name", "family_name", "email", "phone", "postal_address")
    form = ContactCardForm(
        request.POST or None, initial={name: getattr(someone, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        try:
            joining.correct_person(
                actor=request.actor, person=someone, now=now(), **form.cleaned_data
            )
        except ValidationError as refusal:
            return refused(request, "accounts/person_correct.html", form, refusal, someone=someone)
        messages.success(request, "La fiche est corrigée.")
        return redirect("accounts:person", org=org, uid=uid)
    return page(
        request,
        "accounts/person_correct.html",
        {"form": form, "someone": someone},
        bad=request.method == "POST",
    )


@post_view
def person_invite(request: Any, org: str, uid: UUID) -> HttpResponse:
    """Send what is needed to sign in."""
    someone = _person(request, uid)
    try:
        inviting.invite(actor=request.actor, person=someone, now=now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Un courriel part pour {someone.full_name}.")
    return redirect("accounts:person", org=org, uid=uid)


@write_view
def organisation(request: Any, org: str) -> HttpResponse:
    """What the organisation says of itself: colour, address, phone of the reception."""
    require(can_administer(request.actor))
    mine = Organisation.objects.get(pk=request.actor.organisation.pk)
    form = OrganisationForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        settings.change_organisation(actor=request.actor, now=now(), **form.cleaned_data)
        messages.success(request, "C’est enregistré.")
        return redirect("accounts:people", org=org)
    return page(request, "accounts/organisation.html", {"form": form}, bad=request.method == "POST")


@never_cache
@read_view
def journal(request: Any, org: str) -> HttpResponse:
    """What was done here, latest first, as sentences."""
    actor, at = request.actor, now()
    require(can_administer(actor))
    try:
        before = int(request.GET.get("avant", ""))
    except ValueError:
        before = None
    acts = timeline(actor.organisation, limit=51, before=before)
    lines = [
        {
            "words": f"{act.actor} {act.sentence} {act.target}".strip(),
            "when": human_datetime(act.at, at, actor.organisation.timezone),
        }
        for act in acts[:50]
    ]
    older = f"?avant={acts[49].id}" if len(acts) > 50 else ""
    return page(request, "accounts/journal.html", {"lines": lines, "older": older})
