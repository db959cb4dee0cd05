"""Rights by function: teams that follow the mandates, and end with them at local midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.access import visible_teams
from accounts.actor import actor_for
from accounts.models import Membership, Organisation, Team, TeamMembership
from accounts.services import teams
from council.enums import AssemblyKind, EndReason, Function
from council.models import FunctionTeam, Mandate
from council.services import functions, seating
from documents.access import role_of
from documents.enums import Role
from documents.models import Folder
from documents.services import folders, rights
from tests.personas import Cast


@pytest.fixture
def council(cast: Cast):
    return seating.create_assembly(
        actor=cast.dgs, kind=AssemblyKind.MUNICIPAL_COUNCIL, name="Conseil", now=cast.now
    )


def _seat(cast, council, person, function=Function.MEMBER, label="", **dates):
    return seating.give_mandate(
        actor=cast.dgs,
        assembly=council,
        person=person,
        rank=1,
        from_date=dates.pop("from_date", cast.dgs.today),
        function=function,
        function_label=label,
        now=cast.now,
        **dates,
    )


def _follow(cast, council, function, label, detail=""):
    return functions.follow_function(
        actor=cast.dgs,
        assembly=council,
        function=function,
        label=label,
        detail=detail,
        now=cast.now,
    )


def _members(rule) -> set[int]:
    entries = TeamMembership.objects.filter(team=rule.team)
    return set(entries.values_list("person_id", flat=True))


def test_a_function_fills_its_team_whether_the_mandate_comes_before_or_after(cast, council):
    _seat(cast, council, cast.michel, Function.MAYOR)
    mayor = _follow(cast, council, Function.MAYOR, "Maire")
    finances = _follow(cast, council, Function.DEPUTY, "Adjointe aux finances", "finances")
    assert _members(mayor) == {cast.michel.pk}
    assert _members(finances) == set()
    _seat(cast, council, cast.jeanne, Function.DEPUTY, "Adjointe aux Finances et au budget")
    _seat(cast, council, cast.rene, Function.DEPUTY, "Adjoint à la voirie")
    assert _members(finances) == {cast.jeanne.pk}
    with pytest.raises(functions.AlreadyFollowed):
        _follow(cast, council, Function.MAYOR, "Encore le maire")
    assert not Team.objects.filter(label="Encore le maire").exists()


def test_rights_end_the_night_the_mandate_does_by_the_wall_clock_of_the_commune(cast, council):
    Organisation.objects.filter(pk=cast.saint_aubin.pk).update(timezone="Pacific/Noumea")
    cast.saint_aubin.refresh_from_db()
    Membership.objects.update(from_date=date(2026, 1, 1))
    TeamMembership.objects.update(from_date=date(2026, 1, 1))
    mandate = _seat(cast, council, cast.michel, Function.MAYOR, from_date=date(2026, 1, 1))
    rule = _follow(cast, council, Function.MAYOR, "Maire")
    root = folders.create_root(organisation=cast.saint_aubin, now=cast.now)
    box = folders.create_folder(actor=cast.dgs, parent=root, name="Courrier", now=cast.now)
    rights.set_role(actor=cast.dgs, obj=box, principal=rule.team, role=Role.EDITOR, now=cast.now)
    last = cast.dgs.today + timedelta(days=20)
    seating.end_mandate(
        actor=cast.dgs, mandate=mandate, last_day=last, reason=EndReason.RESIGNATION, now=cast.now
    )

    def role_at(instant: datetime) -> Role:
        actor = actor_for(cast.michel, cast.saint_aubin, now=instant)
        assert actor is not None
        return role_of(actor, Folder.objects.get(pk=box.pk))

    # Midnight in Nouméa is 13:00 UTC of the same day.
    midnight = datetime(last.year, last.month, last.day, 13, 0, tzinfo=UTC)
    assert role_at(midnight - timedelta(seconds=1)) == Role.EDITOR
    assert role_at(midnight) == Role.NONE


def test_the_night_mends_what_the_day_did_otherwise_and_does_nothing_twice(cast, council):
    rule = _follow(cast, council, Function.MAYOR, "Maire")
    mandate = _seat(cast, council, cast.michel, Function.MAYOR)
    Mandate.objects.filter(pk=mandate.pk).update(
        to_date=cast.dgs.today + timedelta(days=3), end_reason="term"
    )
    functions.every_night(now=cast.now)
    entry = TeamMembership.objects.get(team=rule.team)
    assert entry.to_date == cast.dgs.today + timedelta(days=3)
    Mandate.objects.filter(pk=mandate.pk).update(person=cast.jeanne)
    functions.every_night(now=cast.now)
    functions.every_night(now=cast.now + timedelta(days=1))
    assert [e.person for e in TeamMembership.objects.filter(team=rule.team)] == [cast.jeanne]
    # The next mayor, and the years before, in their order.
    later = cast.now + timedelta(days=10)
    functions.every_night(now=later)
    assert TeamMembership.objects.filter(team=rule.team).count() == 1


def test_nobody_fills_such_a_team_by_hand(cast, council, client_of):
    rule = _follow(cast, council, Function.MAYOR, "Maire")
    with pytest.raises(teams.KeptInStep):
        teams.add_to_team(actor=cast.dgs, team=rule.team, person=cast.julien, now=cast.now)
    _seat(cast, council, cast.michel, Function.MAYOR)
    entry = TeamMembership.objects.get(team=rule.team)
    with pytest.raises(teams.KeptInStep):
        teams.remove_from_team(actor=cast.dgs, entry=entry, now=cast.now)
    with pytest.raises(teams.KeptInStep):
        teams.change_last_day(actor=cast.dgs, entry=entry, last_day=cast.dgs.today, now=cast.now)
    page = f"/c/saint-aubin/personnes/equipes/{rule.team.uid}/"
    html = client_of(cast.nadia).get(page).content.decode()
    assert "Cette équipe suit les mandats" in html
    assert "Voir ce qui change" not in html


def test_the_administration_follows_says_who_gains_and_stops(cast, council, client_of):
    nadia = client_of(cast.nadia)
    base = "/c/saint-aubin/admin/council/"
    form = {"label": "Maire", "assembly": council.pk, "function": "mayor", "detail": ""}
    assert nadia.post(base + "functionteam/add/", form).status_code == 302
    rule = FunctionTeam.objects.get()
    root = folders.create_root(organisation=cast.saint_aubin, now=cast.now)
    rights.set_role(actor=cast.dgs, obj=root, principal=rule.team, role=Role.READER, now=cast.now)
    seat = {
        "assembly": council.pk,
        "person": cast.michel.pk,
        "capacity": "elected",
        "voice": "deliberative",
        "function": "mayor",
        "function_label": "",
        "rank": 1,
        "from_date": cast.dgs.today.isoformat(),
        "paper_requested_on": "",
    }
    asked = nadia.post(base + "mandate/add/", seat).content.decode()
    assert "Michel Garnier entre dans l’équipe Maire." in asked
    assert "Michel Garnier gagne : « Documents » (n’y a pas accès → peut lire)." in asked
    assert not Mandate.objects.exists()
    nadia.post(base + "mandate/add/", {**seat, "confirme": "1"})
    mandate = Mandate.objects.get()
    end = {
        "to_date": cast.dgs.today.isoformat(),
        "end_reason": "resignation",
        "paper_requested_on": "",
        "paper_address": "",
    }
    asked = nadia.post(f"{base}mandate/{mandate.pk}/change/", end).content.decode()
    assert "Michel Garnier quitte l’équipe Maire." in asked
    assert "perd : « Documents »" in asked
    assert nadia.get(f"{base}functionteam/{rule.pk}/change/").status_code == 200
    removal = nadia.get(f"{base}functionteam/{rule.pk}/delete/").content.decode()
    assert "Michel Garnier perd" in removal
    nadia.post(f"{base}functionteam/{rule.pk}/delete/", {"post": "yes"})
    assert not FunctionTeam.objects.exists()
    assert not visible_teams(cast.dgs).filter(label="Maire").exists()
    assert client_of(cast.julien).get(base + "functionteam/").status_code == 403
