"""Teams and departures: nothing is saved before a page has said who gains and who loses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.access import can_administer, visible_people, visible_teams
from accounts.consequences import effect_of_end, effect_of_team
from accounts.forms import AddToTeamForm, EndForm, LeaveTeamForm, TeamForm, TeamNameForm
from accounts.models import Membership, Person, Team, TeamMembership
from accounts.services import leaving, teams
from accounts.views.answers import REFUSALS, ask, confirmed, in_full, page, refused
from config.lib.access import require
from config.lib.clock import now
from config.lib.http import write_view


@write_view
def team_add(request: Any, org: str) -> HttpResponse:
    """A new team."""
    require(can_administer(request.actor))
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = teams.create_team(actor=request.actor, now=now(), **form.cleaned_data)
        except REFUSALS as refusal:
            return refused(request, "accounts/team_form.html", form, refusal)
        messages.success(request, f"L’équipe « {made.label} » est prête : ajoutez-y des personnes.")
        return redirect("accounts:team", org=org, uid=made.uid)
    return page(request, "accounts/team_form.html", {"form": form}, bad=request.method == "POST")


@write_view
def team(request: Any, org: str, uid: UUID) -> HttpResponse:
    """One team: who is in it, now or soon; adding somebody."""
    actor = request.actor
    require(can_administer(actor))
    group = get_object_or_404(visible_teams(actor), uid=uid)
    entries = (
        TeamMembership.objects.filter(
            Q(to_date=None) | Q(to_date__gte=actor.today),
            organisation=actor.organisation,
            team=group,
        )
        .select_related("person")
        .order_by("person__family_name", "person__given_name", "from_date")
    )
    lasting = entries.filter(to_date=None)
    outside = (
        visible_people(actor)
        .exclude(pk__in=lasting.values("person"))
        .order_by("family_name", "given_name")
    )
    form = AddToTeamForm(request.POST or None, people=outside)
    lines = [
        {
            "entry": entry,
            "period": " ".join(
                part
                for part in (
                    f"à partir du {in_full(entry.from_date)}"
                    if entry.from_date > actor.today
                    else "",
                    f"jusqu’au {in_full(entry.to_date)}" if entry.to_date else "",
                )
                if part
            ),
        }
        for entry in entries
    ]
    context = {"group": group, "lines": lines}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        someone = data["person"]
        start = data["from_date"] or actor.today
        if not confirmed(request):
            return ask(
                request,
                title=f"Ajouter {someone.full_name} à l’équipe {group.label} ?",
                verb="Ajouter",
                effect=effect_of_team(
                    actor, group, [someone], joining=True, day=max(start, actor.today)
                ),
                cancel=request.path,
                notes=_dates(data["from_date"], data["to_date"]),
            )
        try:
            teams.add_to_team(
                actor=actor,
                team=group,
                person=someone,
                from_date=start,
                to_date=data["to_date"],
                now=now(),
            )
        except REFUSALS as refusal:
            return refused(request, "accounts/team.html", form, refusal, **context)
        messages.success(request, f"{someone.full_name} est dans « {group.label} ».")
        return redirect("accounts:team", org=org, uid=uid)
    return page(
        request, "accounts/team.html", {"form": form, **context}, bad=request.method == "POST"
    )


def _dates(start: Any, end: Any) -> tuple[str, ...]:
    return tuple(
        sentence
        for day, sentence in (
            (start, f"À partir du {in_full(start)}."),
            (end, f"Jusqu’au {in_full(end)} compris ; ces droits s’arrêtent cette nuit-là."),
        )
        if day
    )


@write_view
def team_rename(request: Any, org: str, uid: UUID) -> HttpResponse:
    """Another name for a team."""
    require(can_administer(request.actor))
    group = get_object_or_404(visible_teams(request.actor), uid=uid)
    form = TeamNameForm(request.POST or None, initial={"label": group.label})
    if request.method == "POST" and form.is_valid():
        try:
            teams.rename_team(
                actor=request.actor, team=group, label=form.cleaned_data["label"], now=now()
            )
        except REFUSALS as refusal:
            return refused(request, "accounts/team_rename.html", form, refusal, group=group)
        messages.success(request, "L’équipe a son nouveau nom.")
        return redirect("accounts:team", org=org, uid=uid)
    return page(
        request,
        "accounts/team_rename.html",
        {"form": form, "group": group},
        bad=request.method == "POST",
    )


def _members(actor: Any, group: Team) -> list[Person]:
    current = TeamMembership.objects.filter(organisation=actor.organisation, team=group).current(
        actor.today
    )
    return list(Person.objects.filter(pk__in=current.values("person")).order_by("pk"))


@write_view
def team_archive(request: Any, org: str, uid: UUID) -> HttpResponse:
    """Close a team, after saying who loses what."""
    actor = request.actor
    require(can_administer(actor))
    group = get_object_or_404(visible_teams(actor), uid=uid)
    if request.method == "POST":
        try:
            teams.archive_team(actor=actor, team=group, now=now())
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
            return redirect("accounts:team", org=org, uid=uid)
        messages.success(request, f"L’équipe « {group.label} » est archivée.")
        return redirect("accounts:people", org=org)
    effect = effect_of_team(actor, group, _members(actor, group), joining=False, day=actor.today)
    return page(
        request,
        "accounts/team_archive.html",
        {"group": group, "gains": effect.gains, "losses": effect.losses},
    )


@write_view
def team_remove(request: Any, org: str, uid: UUID) -> HttpResponse:
    """Take somebody out of a team, now or at the end of a day, after saying what they lose."""
    actor = request.actor
    require(can_administer(actor))
    entry = get_object_or_404(
        TeamMembership.objects.select_related("team", "person"),
        uid=uid,
        organisation=actor.organisation,
    )
    someone, group = entry.person, entry.team
    form = LeaveTeamForm(request.POST if request.method == "POST" else None)
    back = reverse("accounts:team", args=[org, group.uid])
    context = {"entry": entry, "back": back}
    if request.method == "POST" and form.is_valid():
        last_day = form.cleaned_data["last_day"]
        try:
            if not confirmed(request):
                return ask(
                    request,
                    title=f"Retirer {someone.full_name} de l’équipe {group.label} ?",
                    verb="Retirer",
                    effect=effect_of_team(
                        actor,
                        group,
                        [someone],
                        joining=False,
                        day=max(last_day or actor.today, actor.today),
                    ),
                    cancel=back,
                    notes=_dates(None, last_day),
                    danger=True,
                )
            teams.remove_from_team(actor=actor, entry=entry, last_day=last_day, now=now())
        except REFUSALS as refusal:
            return refused(request, "accounts/team_leave.html", form, refusal, **context)
        when = f"jusqu’au {in_full(last_day)}" if last_day else ""
        messages.success(
            request,
            f"{someone.full_name} reste dans « {group.label} » {when}."
            if last_day and last_day >= actor.today
            else f"{someone.full_name} n’est plus dans « {group.label} ».",
        )
        return redirect(back)
    return page(
        request,
        "accounts/team_leave.html",
        {"form": form, **context},
        bad=request.method == "POST",
    )


@write_view
def membership_end(request: Any, org: str, uid: UUID) -> HttpResponse:
    """The last day of somebody here, after saying what they lose."""
    actor = request.actor
    require(can_administer(actor))
    membership = get_object_or_404(
        Membership.objects.select_related("person"), uid=uid, organisation=actor.organisation
    )
    form = EndForm(request.POST or None, initial={"last_day": actor.today})
    context = {"membership": membership}
    if request.method == "POST" and form.is_valid():
        someone, last_day = membership.person, form.cleaned_data["last_day"]
        if not confirmed(request):
            return ask(
                request,
                title=f"Mettre fin à l’appartenance de {someone.full_name} ?",
                verb="Mettre fin",
                effect=effect_of_end(actor, membership, last_day=last_day),
                cancel=reverse("accounts:person", args=[org, someone.uid]),
                notes=(f"Dernier jour : {in_full(last_day)}.",),
                danger=True,
            )
        try:
            leaving.end_membership(actor=actor, membership=membership, last_day=last_day, now=now())
        except REFUSALS as refusal:
            return refused(request, "accounts/membership_end.html", form, refusal, **context)
        messages.success(request, f"C’est noté pour {someone.full_name}.")
        return redirect("accounts:people", org=org)
    return page(
        request,
        "accounts/membership_end.html",
        {"form": form, **context},
        bad=request.method == "POST",
    )
