"""The DGS edits entries in the administration; everything goes through the same service."""

import pytest

from documents.enums import Role
from documents.models import (
    AccessDomain,
    DocumentUserGrant,
    Folder,
    FolderGroupGrant,
    FolderUserGrant,
)
from documents.services import rights
from documents.services.oracle import differences
from tests.documents.world import NOW, World, make_document, make_world

pytestmark = pytest.mark.django_db
ADMIN = "/c/saint-aubin/admin/documents/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def folder(world: World) -> Folder:
    return world.folder("Budget")


def give(world, obj, principal, role):
    rights.set_role(
        actor=world.dgs, obj=obj, principal=principal, role=role, now=NOW, confirmed=True
    )


def test_an_entry_is_added_changed_and_removed(world, folder, client_of) -> None:
    client = client_of(world.nadia)
    added = client.post(
        ADMIN + "foldergroupgrant/add/",
        {"content_object": folder.pk, "holder": world.planning.pk, "role": "10", "confirme": "1"},
    )
    assert added.status_code == 302
    assert world.role(world.julien, folder) == Role.READER
    entry = FolderGroupGrant.objects.get(content_object=folder)
    assert client.get(f"{ADMIN}foldergroupgrant/{entry.pk}/change/").status_code == 200
    client.post(f"{ADMIN}foldergroupgrant/{entry.pk}/change/", {"role": "30", "confirme": "1"})
    assert world.role(world.julien, folder) == Role.EDITOR
    client.post(f"{ADMIN}foldergroupgrant/{entry.pk}/delete/", {"post": "yes"})
    assert world.role(world.julien, folder) == Role.NONE
    assert differences(world.organisation) == []


def test_an_entry_waits_for_the_page_that_says_who_gains_and_who_loses(
    world, folder, client_of
) -> None:
    client = client_of(world.nadia)
    asked = {"content_object": folder.pk, "holder": world.planning.pk, "role": "30"}
    page = client.post(ADMIN + "foldergroupgrant/add/", asked)
    assert "Julien Petit (n’y a pas accès → peut modifier)" in page.content.decode()
    assert not FolderGroupGrant.objects.filter(content_object=folder).exists()
    give(world, folder, world.planning, Role.EDITOR)
    entry = FolderGroupGrant.objects.get(content_object=folder)
    change = f"{ADMIN}foldergroupgrant/{entry.pk}/change/"
    assert "Perdent un accès" in client.post(change, {"role": "10"}).content.decode()
    removal = client.get(f"{ADMIN}foldergroupgrant/{entry.pk}/delete/").content.decode()
    assert "Julien Petit (peut modifier → n’y a pas accès)" in removal
    assert world.role(world.julien, folder) == Role.EDITOR


def test_a_personal_entry_that_lowers_waits_for_its_confirmation(world, folder, client_of) -> None:
    give(world, folder, world.planning, Role.EDITOR)
    client = client_of(world.nadia)
    asked = {"content_object": folder.pk, "holder": world.julien.pk, "role": "10"}
    answer = client.post(ADMIN + "folderusergrant/add/", asked)
    assert "Julien Petit aura moins" in answer.content.decode()
    assert not FolderUserGrant.objects.exists()
    client.post(ADMIN + "folderusergrant/add/", {**asked, "confirme": "1"})
    assert world.role(world.julien, folder) == Role.READER


def test_several_entries_are_removed_at_once(world, folder, client_of) -> None:
    give(world, folder, world.planning, Role.READER)
    give(world, folder, world.desk, Role.READER)
    entries = FolderGroupGrant.objects.filter(content_object=folder).values_list("pk", flat=True)
    client_of(world.nadia).post(
        ADMIN + "foldergroupgrant/",
        {"action": "delete_selected", "_selected_action": list(entries), "post": "yes"},
    )
    assert not FolderGroupGrant.objects.filter(content_object=folder).exists()
    assert not AccessDomain.objects.filter(folder=folder).exists()
    assert differences(world.organisation) == []


def test_a_document_has_entries_too(world, folder, client_of) -> None:
    document = make_document(folder, "Plan.pdf")
    client = client_of(world.nadia)
    asked = {
        "content_object": document.pk,
        "holder": world.claire.pk,
        "role": "10",
        "confirme": "1",
    }
    client.post(ADMIN + "documentusergrant/add/", asked)
    assert world.role(world.claire, document) == Role.READER
    entry = DocumentUserGrant.objects.get()
    assert "Plan.pdf" in client.get(ADMIN + "documentusergrant/").content.decode()
    client.post(f"{ADMIN}documentusergrant/{entry.pk}/delete/", {"post": "yes"})
    assert differences(world.organisation) == []


def test_the_last_manager_cannot_be_removed_from_here_either(world, folder, client_of) -> None:
    rights.restrict(actor=world.dgs, folder=folder, now=NOW)
    entry = FolderUserGrant.objects.get(content_object=folder)
    answer = client_of(world.nadia).post(
        f"{ADMIN}folderusergrant/{entry.pk}/delete/", {"post": "yes"}, follow=True
    )
    assert "Plus personne ne pourrait" in answer.content.decode()
    assert FolderUserGrant.objects.filter(pk=entry.pk).exists()


def test_entries_of_another_commune_can_neither_be_seen_nor_used(world, folder, client_of) -> None:
    other = make_world("valmorel")
    theirs = FolderGroupGrant.objects.get(content_object=other.root)
    client = client_of(world.nadia)
    assert client.get(f"{ADMIN}foldergroupgrant/{theirs.pk}/change/").status_code == 404
    assert "Valmorel" not in client.get(ADMIN + "foldergroupgrant/").content.decode()
    for values in (
        {"content_object": other.root.pk, "holder": world.planning.pk, "role": "10"},
        {"content_object": folder.pk, "holder": other.planning.pk, "role": "10"},
    ):
        assert client.post(ADMIN + "foldergroupgrant/add/", values).status_code == 200
    assert FolderGroupGrant.objects.count() == 2
    looked = client.get(
        "/c/saint-aubin/admin/autocomplete/",
        {
            "app_label": "documents",
            "model_name": "foldergroupgrant",
            "field_name": "content_object",
            "term": "Doc",
        },
    )
    assert [row["id"] for row in looked.json()["results"]] == [str(world.root.pk)]


def test_agents_have_no_administration(world, folder, client_of) -> None:
    assert client_of(world.julien).get(ADMIN + "foldergroupgrant/").status_code == 403


def test_a_folder_that_shuts_the_directors_out_is_taken_over_from_here(
    world, folder, client_of
) -> None:
    give(world, folder, world.julien, Role.MANAGER)
    rights.restrict(actor=world.actor(world.julien), folder=folder, now=NOW)
    client = client_of(world.nadia)
    assert "Budget" not in client.get(ADMIN + "folderusergrant/").content.decode()
    assert "Budget" in client.get(ADMIN + "accessdomain/").content.decode()
    domain = AccessDomain.objects.get(folder=folder)
    client.post(ADMIN + "accessdomain/", {"action": "take_over", "_selected_action": [domain.pk]})
    assert world.role(world.nadia, folder) == Role.MANAGER
