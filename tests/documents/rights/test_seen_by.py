"""« Ce que voit Mme X »: only among what the one who asks may read, and only for who manages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.access import can_read
from documents.enums import Role
from documents.models import Document, Folder
from documents.services import rights
from documents.services.seen_by import what_is_seen
from tests.documents.world import NOW, World, make_document, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def give(world, obj, principal, role, by=None):
    rights.set_role(
        actor=by or world.dgs, obj=obj, principal=principal, role=role, now=NOW, confirmed=True
    )


def _address(person, org="saint-aubin"):
    return reverse("documents:seen-by", args=[org, person.uid])


def test_the_places_where_the_role_turns_are_listed_with_their_reason(world, client_of):
    budget = world.folder("Budget")
    paie = world.folder("Paie", budget)
    world.folder("2026", budget)
    note = make_document(budget, "Note.odt")
    closed = world.folder("Fermé", budget)
    give(world, budget, world.planning, Role.READER)
    give(world, paie, world.planning, Role.NONE)
    give(world, note, world.julien, Role.EDITOR)
    rights.restrict(actor=world.dgs, folder=closed, now=NOW)
    seen = what_is_seen(looker=world.dgs, person=world.actor(world.julien))
    told = [(str(p.obj), p.role, p.depth, p.because) for p in seen.places]
    assert sorted(told) == sorted(
        [
            ("Budget", Role.READER, 0, "parce que l’équipe Urbanisme peut lire ici"),
            ("Note.odt", Role.EDITOR, 1, "parce que son nom est inscrit ici"),
            ("Fermé", Role.NONE, 1, "parce que ce dossier est limité"),
            ("Paie", Role.NONE, 1, "parce que l’équipe Urbanisme n’y a pas accès ici"),
        ]
    )
    assert (seen.folders, seen.documents, seen.hidden) == (2, 1, 0)
    html = client_of(world.nadia).get(_address(world.julien)).content.decode()
    assert "peut lire 2\xa0dossiers et 1\xa0document" in html
    assert "Paie" in html
    filtered = client_of(world.nadia).get(_address(world.julien) + "?nom=paie").content.decode()
    assert "Note.odt" not in filtered


def test_what_is_said_agrees_with_what_may_be_read(world):
    budget = world.folder("Budget")
    for name in ("A", "B", "C"):
        folder = world.folder(name, budget)
        make_document(folder, f"{name}.txt")
        if name == "B":
            rights.restrict(actor=world.dgs, folder=folder, now=NOW)
    give(world, budget, world.desk, Role.COMMENTER)
    claire = world.actor(world.claire)
    seen = what_is_seen(looker=world.dgs, person=claire)
    folders = [f for f in Folder.objects.all() if can_read(claire, f) and can_read(world.dgs, f)]
    documents = [
        d
        for d in Document.objects.select_related("folder")
        if can_read(claire, d) and can_read(world.dgs, d)
    ]
    assert (seen.folders, seen.documents) == (len(folders), len(documents))


def test_nothing_is_learnt_that_the_looker_could_not_read(world, client_of):
    hidden = world.folder("Secret de Claire")
    mine = world.folder("Bureau")
    give(world, hidden, world.claire, Role.MANAGER)
    give(world, mine, world.julien, Role.MANAGER)
    give(world, mine, world.claire, Role.READER)
    rights.restrict(actor=world.actor(world.claire), folder=hidden, now=NOW)
    # Julien manages one folder: he may ask, and sees that one only; not even a count.
    html = client_of(world.julien).get(_address(world.claire)).content.decode()
    assert "Bureau" in html
    assert "Secret" not in html
    assert "autre endroit" not in html
    # The direction, shut out of it too, is told that there is one, without its name here.
    html = client_of(world.nadia).get(_address(world.claire)).content.decode()
    assert "Secret" not in html
    assert "1\xa0autre endroit" in html


def test_who_manages_nothing_may_not_ask_and_other_communes_do_not_exist(world, client_of):
    other = make_world("valmorel")
    assert client_of(world.claire).get(_address(world.julien)).status_code == 403
    assert client_of(world.nadia).get(_address(other.julien)).status_code == 404
    assert client_of(other.nadia).get(_address(world.julien)).status_code == 404
    assert client_of(other.nadia).get(_address(world.julien, "valmorel")).status_code == 404


def test_the_person_s_page_and_the_panel_lead_there(world, client_of):
    folder = world.folder("Budget")
    give(world, folder, world.julien, Role.READER)
    nadia = client_of(world.nadia)
    card = reverse("accounts:person", args=["saint-aubin", world.julien.uid])
    panel = reverse("documents:folder-rights", args=["saint-aubin", folder.uid])
    assert _address(world.julien) in nadia.get(card).content.decode()
    assert _address(world.julien) in nadia.get(panel).content.decode()
    assert _address(world.julien) not in client_of(world.julien).get(panel).content.decode()


def test_the_number_of_queries_does_not_grow(world, client_of):
    nadia = client_of(world.nadia)

    def queries(folders: int) -> int:
        for number in range(folders):
            folder = world.folder(f"Dossier {folders}-{number}")
            give(world, folder, world.planning, Role.READER)
        nadia.get(_address(world.julien))
        with CaptureQueriesContext(connection) as captured:
            nadia.get(_address(world.julien))
        return len(captured)

    assert queries(2) == queries(30)
