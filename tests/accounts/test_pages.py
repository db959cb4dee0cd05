"""Every page of this app, from every persona."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Membership, TeamMembership

# What each persona gets on the pages of Saint-Aubin that take only the organisation.
MEMBER, DIRECTION = "member", "direction"
PAGES = {
    "home": MEMBER,
    "inbox": MEMBER,
    "agenda": MEMBER,
    "people": DIRECTION,
    "person-add": DIRECTION,
    "person-add-known": DIRECTION,
    "organisation": DIRECTION,
    "journal": DIRECTION,
    "team-add": DIRECTION,
}


@pytest.mark.parametrize(("page", "who"), PAGES.items())
def test_each_page_opens_to_whom_it_is_for(cast, client, client_of, page, who):
    address = reverse(f"accounts:{page}", args=["saint-aubin"])
    assert client.get(address).status_code == 302
    assert client_of(cast.sophie).get(address).status_code == 404
    assert client_of(cast.nadia).get(address).status_code == 200
    expected = 200 if who == MEMBER else 403
    for person in (cast.julien, cast.jeanne, cast.karim):
        assert client_of(person).get(address).status_code == expected


@pytest.fixture
def objects(cast):
    return {
        "person": cast.julien.uid,
        "person-correct": cast.rene.uid,
        "team": cast.urbanisme.uid,
        "team-rename": cast.urbanisme.uid,
        "team-archive": cast.urbanisme.uid,
        "membership-end": Membership.objects.get(person=cast.julien).uid,
    }


@pytest.mark.parametrize(
    "page", ["person", "person-correct", "team", "team-rename", "team-archive", "membership-end"]
)
def test_pages_of_one_object_are_the_direction_s_and_stop_at_the_walls(
    cast, client_of, objects, page
):
    uid = objects[page]
    here = reverse(f"accounts:{page}", args=["saint-aubin", uid])
    there = reverse(f"accounts:{page}", args=["valmorel", uid])
    assert client_of(cast.nadia).get(here).status_code == 200
    assert client_of(cast.julien).get(here).status_code == 403
    assert client_of(cast.sophie).get(here).status_code == 404
    assert client_of(cast.sophie).get(there).status_code == 404
    assert client_of(cast.sophie).post(there).status_code in {404, 405}


def test_posts_of_another_organisation_change_nothing(cast, client_of):
    sophie = client_of(cast.sophie)
    entry = TeamMembership.objects.get(person=cast.julien)
    for page, uid in (
        ("team-remove", entry.uid),
        ("person-invite", cast.rene.uid),
        ("team-archive", cast.urbanisme.uid),
    ):
        assert sophie.post(reverse(f"accounts:{page}", args=["valmorel", uid])).status_code == 404
    entry.refresh_from_db()
    assert entry.to_date is None


@pytest.mark.parametrize("page", ["account", "switch", "password-change"])
def test_my_own_pages_need_only_a_session(cast, client, client_of, page):
    address = reverse(f"accounts:{page}")
    assert client.get(address).status_code == 302
    for person in (cast.nadia, cast.sophie, cast.jeanne):
        assert client_of(person).get(address).status_code == 200


@pytest.mark.parametrize("page", ["sign-in", "ask-reset", "reset-sent"])
def test_the_door_is_open_to_everybody(client, db, page):
    assert client.get(reverse(f"accounts:{page}")).status_code == 200


def test_the_root_leads_to_the_only_organisation_or_to_the_choice(cast, client, client_of):
    assert client.get("/")["Location"].startswith("/connexion/")
    assert client_of(cast.julien).get("/")["Location"] == "/c/saint-aubin/"
    assert client_of(cast.karim).get("/")["Location"] == "/compte/organisations/"


def test_two_tabs_two_organisations_and_nothing_crosses(cast, client_of):
    karim = client_of(cast.karim)
    one = karim.get("/c/saint-aubin/").content.decode()
    other = karim.get("/c/valmorel/").content.decode()
    again = karim.get("/c/saint-aubin/").content.decode()
    assert "Saint-Aubin-le-Parvis" in one
    assert "Saint-Aubin" not in other
    assert "Valmorel" not in again


def test_the_host_reads_no_content(cast, client_of):
    cast.julien.is_superuser = cast.julien.is_staff = True
    cast.julien.save()
    julien = client_of(cast.julien)
    assert julien.get("/c/valmorel/").status_code == 404
    assert julien.get(reverse("accounts:people", args=["saint-aubin"])).status_code == 403
