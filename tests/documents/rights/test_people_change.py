"""Before somebody joins or leaves a team, or the organisation: what they gain and lose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, TeamMembership
from documents.enums import Role
from documents.models import Folder
from documents.services import rights
from tests.documents.world import NOW, World, make_team, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    budget = made.folder("Budget")
    rights.set_role(actor=made.dgs, obj=budget, principal=made.planning, role=Role.EDITOR, now=NOW)
    return made


def _address(name: str, uid) -> str:
    return reverse(f"accounts:{name}", args=["saint-aubin", uid])


def test_joining_says_what_opens_and_saves_nothing_before_the_confirmation(world, client_of):
    nadia = client_of(world.nadia)
    page = _address("team", world.planning.uid)
    asked = nadia.post(page, {"person": str(world.claire.uid)}).content.decode()
    assert "Gagnent un accès" in asked
    assert "Claire Fontaine</strong> : « Budget » (n’y a pas accès → peut modifier)" in asked
    assert not TeamMembership.objects.filter(person=world.claire, team=world.planning).exists()
    nadia.post(page, {"person": str(world.claire.uid), "confirme": "1"})
    assert TeamMembership.objects.filter(person=world.claire, team=world.planning).exists()


def test_dates_are_said_and_kept(world, client_of):
    nadia = client_of(world.nadia)
    page = _address("team", world.planning.uid)
    today = world.dgs.today
    dated = {
        "person": str(world.claire.uid),
        "from_date": (today + timedelta(days=2)).isoformat(),
        "to_date": (today + timedelta(days=9)).isoformat(),
    }
    assert "s’arrêtent cette nuit-là" in nadia.post(page, dated).content.decode()
    nadia.post(page, {**dated, "confirme": "1"})
    entry = TeamMembership.objects.get(person=world.claire, team=world.planning)
    assert (entry.to_date - entry.from_date).days == 7
    wrong = nadia.post(page, {**dated, "to_date": today.isoformat()})
    assert wrong.status_code == 422


def test_leaving_says_what_closes(world, client_of):
    nadia = client_of(world.nadia)
    entry = TeamMembership.objects.get(person=world.julien, team=world.planning)
    page = _address("team-remove", entry.uid)
    asked = nadia.post(page, {}).content.decode()
    assert "Julien Petit</strong> : « Budget » (peut modifier → n’y a pas accès)" in asked
    entry.refresh_from_db()
    assert entry.to_date is None
    # Another team gives the same: nothing is lost.
    twin = make_team(world.organisation, "Bureau", world.julien)
    rights.set_role(
        actor=world.dgs,
        obj=Folder.objects.get(organisation=world.organisation, name="Budget"),
        principal=twin,
        role=Role.EDITOR,
        now=NOW,
    )
    assert "Personne ne gagne ni ne perd" in nadia.post(page, {}).content.decode()


def test_archiving_and_departures_say_who_loses(world, client_of):
    nadia = client_of(world.nadia)
    archive = nadia.get(_address("team-archive", world.planning.uid)).content.decode()
    assert "Julien Petit</strong> : « Budget »" in archive
    membership = Membership.objects.get(person=world.julien)
    page = _address("membership-end", membership.uid)
    asked = nadia.post(page, {"last_day": world.dgs.today.isoformat()}).content.decode()
    assert "Julien Petit</strong> : « Budget » (peut modifier → n’y a pas accès)" in asked
    membership.refresh_from_db()
    assert membership.to_date is None
    second = Membership.objects.create(
        organisation=world.organisation,
        person=world.julien,
        capacity="elected",
        from_date=membership.from_date,
    )
    asked = nadia.post(page, {"last_day": world.dgs.today.isoformat()}).content.decode()
    assert "Personne ne gagne ni ne perd" in asked
    second.delete()


def test_the_administration_asks_too(world, client_of):
    nadia = client_of(world.nadia)
    base = "/c/saint-aubin/admin/accounts/teammembership/"
    form = {
        "team": world.planning.pk,
        "person": world.claire.pk,
        "from_date": world.dgs.today.isoformat(),
        "to_date": "",
    }
    page = nadia.post(base + "add/", form).content.decode()
    assert "Claire Fontaine gagne : « Budget » (n’y a pas accès → peut modifier)." in page
    assert not TeamMembership.objects.filter(person=world.claire, team=world.planning).exists()
    nadia.post(base + "add/", {**form, "confirme": "1"})
    entry = TeamMembership.objects.get(person=world.claire, team=world.planning)
    end = {"to_date": (world.dgs.today + timedelta(days=3)).isoformat()}
    assert "perd : « Budget »" in nadia.post(f"{base}{entry.pk}/change/", end).content.decode()
    nadia.post(f"{base}{entry.pk}/change/", {**end, "confirme": "1"})
    entry.refresh_from_db()
    assert entry.to_date == world.dgs.today + timedelta(days=3)
    removal = nadia.get(f"{base}{entry.pk}/delete/").content.decode()
    assert "Claire Fontaine perd : « Budget »" in removal
    mine = Membership.objects.get(person=world.claire)
    change = f"/c/saint-aubin/admin/accounts/membership/{mine.pk}/change/"
    asked = nadia.post(change, {"job_title": "", "to_date": world.dgs.today.isoformat()})
    assert "Claire Fontaine perd" in asked.content.decode()
    mine.refresh_from_db()
    assert mine.to_date is None
