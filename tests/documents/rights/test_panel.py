"""The "Droits" panel: read by readers, changed by managers, after a page that says what changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import registry
from documents.enums import Role
from documents.forms.rights import value_of
from documents.models import AccessDomain, Document, Folder, FolderGroupGrant
from documents.registry import FrozenReaders
from documents.services import rights
from tests.documents.world import NOW, World, make_document, make_person, make_team, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def folder(world: World) -> Folder:
    return world.folder("Budget")


def url(world: World, obj: Folder | Document) -> str:
    name = "document-rights" if isinstance(obj, Document) else "folder-rights"
    return reverse(f"documents:{name}", args=[world.organisation.slug, obj.uid])


def give(world, obj, principal, role):
    rights.set_role(
        actor=world.dgs, obj=obj, principal=principal, role=role, now=NOW, confirmed=True
    )


def test_the_panel_says_who_sees_and_why(world, folder, client_of) -> None:
    give(world, folder, world.planning, Role.READER)
    html = client_of(world.nadia).get(url(world, folder)).content.decode()
    assert "Visible par 2\xa0personnes : l’équipe Direction générale et l’équipe Urbanisme." in html
    assert "Inscrit sur « Documents »" in html
    assert "Julien Petit" in html  # folded under his team
    html = client_of(world.nadia).get(url(world, folder) + "?vue=personnes").content.decode()
    assert "parce que l’équipe Urbanisme peut lire ici" in html


def test_a_reader_looks_but_finds_nothing_to_change(world, folder, client_of) -> None:
    give(world, folder, world.planning, Role.READER)
    client = client_of(world.julien)
    html = client.get(url(world, folder)).content.decode()
    assert "Visible par" in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]
    for action in ("limiter", "confidentiel", "reprendre"):
        answer = client.post(url(world, folder), {"action": action, "confirme": "1"})
        assert answer.status_code == 403
    answer = client.post(
        url(world, folder),
        {"action": "donner", "who": value_of(world.desk), "role": "40", "confirme": "1"},
    )
    assert answer.status_code == 403
    assert not AccessDomain.objects.filter(folder=folder, inherits=False).exists()


def test_strangers_and_other_communes_do_not_know_the_panel_exists(
    world, folder, client_of
) -> None:
    other = make_world("valmorel")
    assert client_of(world.claire).get(url(world, folder)).status_code == 404
    assert client_of(other.nadia).get(url(world, folder)).status_code == 404
    through_theirs = reverse("documents:folder-rights", args=["valmorel", folder.uid])
    assert client_of(other.nadia).get(through_theirs).status_code == 404
    assert client_of(other.nadia).post(through_theirs, {"action": "limiter"}).status_code == 404


def test_a_right_is_given_only_after_the_page_that_says_who_gains(world, folder, client_of) -> None:
    client = client_of(world.nadia)
    asked = {"action": "donner", "who": value_of(world.planning), "role": "10"}
    page = client.post(url(world, folder), asked)
    html = page.content.decode()
    assert "Gagnent un accès ou un droit" in html
    assert "Julien Petit</strong> : n’y a pas accès → peut lire" in html
    assert not FolderGroupGrant.objects.filter(content_object=folder).exists()
    done = client.post(url(world, folder), {**asked, "confirme": "1"}, follow=True)
    assert "L’équipe Urbanisme peut lire « Budget »." in done.content.decode()
    assert world.role(world.julien, folder) == Role.READER


def test_an_entry_that_takes_from_somebody_is_shown_by_name(world, folder, client_of) -> None:
    give(world, folder, world.planning, Role.EDITOR)
    asked = {"action": "donner", "who": value_of(world.julien), "role": "10"}
    html = client_of(world.nadia).post(url(world, folder), asked).content.decode()
    assert "Perdent un accès ou un droit" in html
    assert "Julien Petit aura moins que ce que l’équipe Urbanisme lui donne ici" in html


def test_an_entry_is_removed_after_confirmation(world, folder, client_of) -> None:
    give(world, folder, world.planning, Role.EDITOR)
    client = client_of(world.nadia)
    asked = {"action": "retirer", "who": value_of(world.planning)}
    assert "Julien Petit" in client.post(url(world, folder), asked).content.decode()
    client.post(url(world, folder), {**asked, "confirme": "1"})
    assert world.role(world.julien, folder) == Role.NONE
    assert client.post(url(world, folder), asked).status_code == 404


def test_a_folder_is_limited_kept_for_some_made_confidential_and_reopened(
    world, folder, client_of
) -> None:
    give(world, world.root, world.planning, Role.READER)
    give(world, world.root, world.desk, Role.READER)
    client = client_of(world.nadia)
    asked = {"action": "limiter", "garder": [value_of(world.planning)]}
    html = client.post(url(world, folder), asked).content.decode()
    assert "Claire Fontaine" in html
    assert "Julien Petit" not in html
    client.post(url(world, folder), {**asked, "confirme": "1"})
    assert world.role(world.julien, folder) == Role.READER
    assert world.role(world.claire, folder) == Role.NONE
    client.post(url(world, folder), {"action": "confidentiel", "confirme": "1"})
    html = client.get(url(world, folder)).content.decode()
    assert "Confidentiel : Nadia Morel et Julien Petit peuvent l’ouvrir" in html
    client.post(url(world, folder), {"action": "lever", "confirme": "1"})
    client.post(url(world, folder), {"action": "rouvrir", "confirme": "1"})
    assert world.role(world.claire, folder) == Role.READER


def test_a_refusal_comes_back_on_the_panel_and_changes_nothing(world, folder, client_of) -> None:
    rights.restrict(actor=world.dgs, folder=folder, now=NOW)
    client = client_of(world.nadia)
    asked = {"action": "retirer", "who": value_of(world.nadia), "confirme": "1"}
    answer = client.post(url(world, folder), asked)
    assert answer.status_code == 422
    assert "Plus personne ne pourrait changer les droits" in answer.content.decode()
    assert world.role(world.nadia, folder) == Role.MANAGER


def test_a_form_without_a_choice_says_so(world, folder, client_of) -> None:
    answer = client_of(world.nadia).post(url(world, folder), {"action": "donner", "who": ""})
    assert answer.status_code == 422
    assert "choses sont à corriger" in answer.content.decode()


def test_the_directors_take_over_a_folder_they_read_but_do_not_manage(
    world, folder, client_of
) -> None:
    give(world, folder, world.julien, Role.MANAGER)
    give(world, folder, world.directors, Role.READER)
    client = client_of(world.nadia)
    assert "Reprendre ce dossier" in client.get(url(world, folder)).content.decode()
    client.post(url(world, folder), {"action": "reprendre", "confirme": "1"})
    assert world.role(world.nadia, folder) == Role.MANAGER


def test_a_document_has_its_panel_too(world, folder, client_of) -> None:
    document = make_document(folder, "Plan.pdf")
    client = client_of(world.nadia)
    asked = {"action": "donner", "who": value_of(world.claire), "role": "10", "confirme": "1"}
    client.post(url(world, document), asked)
    assert world.role(world.claire, document) == Role.READER
    html = client_of(world.claire).get(url(world, document) + "?vue=personnes").content.decode()
    assert "parce que son nom est inscrit ici" in html
    assert "Budget" not in html  # the folder above is not hers to know
    assert client.post(url(world, document), {"action": "limiter"}).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_entries(world, folder, client_of) -> None:
    client = client_of(world.nadia)

    def queries_with(teams: int) -> int:
        for number in range(teams):
            person = make_person("Agent", f"{teams}-{number}", world.organisation)
            team = make_team(world.organisation, f"Équipe {teams}-{number}", person)
            give(world, folder, team, Role.READER)
            give(world, folder, person, Role.EDITOR)
        client.get(url(world, folder))
        with CaptureQueriesContext(connection) as captured:
            client.get(url(world, folder))
        return len(captured)

    assert queries_with(2) == queries_with(12)


def test_two_hundred_people_come_page_by_page_and_are_found_by_name(
    world, folder, client_of
) -> None:
    people = [make_person("Agent", f"N{number:03d}", world.organisation) for number in range(200)]
    everybody = make_team(world.organisation, "Tout le monde", *people)
    give(world, folder, everybody, Role.READER)
    for person in people[:60]:
        give(world, folder, person, Role.EDITOR)
    client = client_of(world.nadia)
    page = url(world, folder)
    html = client.get(page).content.decode()
    assert "Visible par 201\xa0personnes" in html
    assert "Page 1 sur 2" in html
    assert "Agent N010</a> : peut modifier, parce que son nom est inscrit ici" in html
    by_person = client.get(page + "?vue=personnes&page=5").content.decode()
    assert "Page 5 sur 5" in by_person
    found = client.get(page + "?vue=personnes&nom=n123").content.decode()
    assert "Agent N123</a>" in found
    assert "Agent N124</a>" not in found
    assert "1\xa0ligne" in found
    teams = client.get(page + "?nom=n123").content.decode()
    assert "L’équipe Tout le monde" in teams  # he is in it
    assert "L’équipe Direction générale" not in teams.split("Inviter, ou changer")[0]


def test_outside_readers_are_lines_of_the_panel(world, folder, client_of, monkeypatch) -> None:
    seen = [FrozenReaders("Un lien ouvert jusqu’au 3 mars donne ce dossier.", "/liens/")]
    monkeypatch.setitem(
        registry.external_readers._entries, "test", lambda actor, obj: seen if obj == folder else []
    )
    html = client_of(world.nadia).get(url(world, folder)).content.decode()
    assert '<a href="/liens/">Un lien ouvert jusqu’au 3 mars' in html
