"""Folders and documents: making, naming, moving, trashing."""

import pytest

from accounts.actor import Actor
from config.lib.access import Refused
from documents.access import can_read, visible_documents, visible_folders
from documents.models import AccessDomain, EffectiveAccess, Folder
from documents.services import folders, moving, trash
from documents.services.refusals import (
    InsideItself,
    InTrash,
    InvalidName,
    NameTaken,
    RootIsFixed,
)
from tests.documents.world import NOW, World, make_document, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def nadia(world: World) -> Actor:
    return world.dgs


def test_a_root_is_made_once_and_its_directors_manage_it(world: World, nadia: Actor) -> None:
    again = folders.create_root(organisation=world.organisation, now=NOW)
    assert again == world.root
    assert list(visible_folders(nadia)) == [world.root]
    assert not visible_folders(world.actor(world.claire)).exists()


def test_roots_of_two_communes_stand_side_by_side(world: World) -> None:
    other = make_world("valmorel")
    assert other.root.path != world.root.path
    assert other.root.depth == world.root.depth == 1


def test_a_new_folder_writes_no_row_of_rights(world: World, nadia: Actor) -> None:
    before = EffectiveAccess.objects.count(), AccessDomain.objects.count()
    folder = folders.create_folder(actor=nadia, parent=world.root, name="  Budget\n2026 ", now=NOW)
    assert folder.name == "Budget 2026"
    assert folder.domain_id == world.root.domain_id
    assert folder.parent == world.root
    assert (EffectiveAccess.objects.count(), AccessDomain.objects.count()) == before


def test_two_names_that_differ_by_case_or_composition_are_the_same(
    world: World, nadia: Actor
) -> None:
    folders.create_folder(actor=nadia, parent=world.root, name="Écoles", now=NOW)
    with pytest.raises(NameTaken, match="existe déjà"):
        folders.create_folder(actor=nadia, parent=world.root, name="e\u0301coles", now=NOW)


def test_a_folder_and_a_document_share_one_namespace(world: World, nadia: Actor) -> None:
    make_document(world.root, "Plan")
    with pytest.raises(NameTaken):
        folders.create_folder(actor=nadia, parent=world.root, name="plan", now=NOW)


@pytest.mark.parametrize("name", ["", "   ", "...", "\u200b"])
def test_an_empty_name_is_refused(world: World, nadia: Actor, name: str) -> None:
    with pytest.raises(InvalidName):
        folders.create_folder(actor=nadia, parent=world.root, name=name, now=NOW)


def test_a_stranger_creates_nothing(world: World) -> None:
    with pytest.raises(Refused):
        folders.create_folder(
            actor=world.actor(world.claire), parent=world.root, name="Ici", now=NOW
        )


def test_the_director_of_another_commune_finds_nothing_to_change(
    world: World, nadia: Actor
) -> None:
    other = make_world("valmorel")
    document = make_document(other.root, "Plan.pdf")
    with pytest.raises(Folder.DoesNotExist):
        folders.create_folder(actor=nadia, parent=other.root, name="Ici", now=NOW)
    with pytest.raises(Folder.DoesNotExist):
        folders.rename_folder(actor=nadia, folder=other.root, name="Ici", now=NOW)
    mine = world.folder("À moi")
    with pytest.raises(Folder.DoesNotExist):
        folders.move_folder(actor=nadia, folder=mine, target=other.root, now=NOW)
    with pytest.raises(document.DoesNotExist):
        moving.move_document(actor=nadia, document=document, target=mine, now=NOW)
    with pytest.raises(document.DoesNotExist):
        trash.trash_document(actor=nadia, document=document, now=NOW)
    assert not can_read(nadia, other.root)


def test_a_rename_keeps_the_place_and_the_order_key(world: World, nadia: Actor) -> None:
    folder = world.folder("Voirie")
    renamed = folders.rename_folder(actor=nadia, folder=folder, name="Éclairage", now=NOW)
    assert (renamed.name, renamed.sort_name) == ("Éclairage", "eclairage")
    assert renamed.path == folder.path


def test_a_move_takes_everything_below_and_keeps_parents_in_step(
    world: World, nadia: Actor
) -> None:
    a, b = world.folder("A"), world.folder("B")
    under = world.folder("Dessous", a)
    deeper = world.folder("Plus bas", under)
    folders.move_folder(actor=nadia, folder=under, target=b, now=NOW)
    for folder in (under, deeper, a, b):
        folder.refresh_from_db()
    assert under.parent == b
    assert under.path.startswith(b.path)
    assert deeper.path.startswith(under.path)
    assert (a.numchild, b.numchild) == (0, 1)
    assert Folder.objects.find_problems() == ([], [], [], [], [])


def test_a_folder_does_not_enter_itself_nor_what_it_holds(world: World, nadia: Actor) -> None:
    a = world.folder("A")
    under = world.folder("Dessous", a)
    for target in (a, under):
        with pytest.raises(InsideItself):
            folders.move_folder(actor=nadia, folder=a, target=target, now=NOW)


def test_the_root_stays_where_it_is(world: World, nadia: Actor) -> None:
    a = world.folder("A")
    with pytest.raises(RootIsFixed):
        folders.move_folder(actor=nadia, folder=world.root, target=a, now=NOW)
    with pytest.raises(RootIsFixed):
        trash.trash_folder(actor=nadia, folder=world.root, now=NOW)


def test_a_move_onto_the_same_name_is_refused(world: World, nadia: Actor) -> None:
    a, b = world.folder("A"), world.folder("B")
    world.folder("Commun", b)
    mine = world.folder("Commun", a)
    with pytest.raises(NameTaken):
        folders.move_folder(actor=nadia, folder=mine, target=b, now=NOW)


def test_a_trashed_folder_hides_what_it_holds_and_comes_back_whole(
    world: World, nadia: Actor
) -> None:
    a = world.folder("A")
    under = world.folder("Dessous", a)
    gone_before = world.folder("Déjà jeté", a)
    document = make_document(under, "Plan.pdf")
    trash.trash_folder(actor=nadia, folder=gone_before, now=NOW)
    trash.trash_folder(actor=nadia, folder=a, now=NOW)
    assert set(visible_folders(nadia)) == {world.root}
    assert not visible_documents(nadia).exists()
    with pytest.raises(InTrash):
        trash.restore_folder(actor=nadia, folder=under, now=NOW)
    trash.restore_folder(actor=nadia, folder=a, now=NOW)
    assert set(visible_folders(nadia)) == {world.root, a, under}
    assert list(visible_documents(nadia)) == [document]
    gone_before.refresh_from_db()
    assert gone_before.trash_root == gone_before


def test_a_name_taken_meanwhile_is_said_and_another_one_works(world: World, nadia: Actor) -> None:
    a = world.folder("Budget")
    trash.trash_folder(actor=nadia, folder=a, now=NOW)
    world.folder("Budget")
    with pytest.raises(NameTaken, match=r"Budget \(2\)") as said:
        trash.restore_folder(actor=nadia, folder=a, now=NOW)
    back = trash.restore_folder(actor=nadia, folder=a, now=NOW, name=said.value.suggestion)
    assert back.name == "Budget (2)"


def test_a_document_goes_to_the_trash_and_back_under_another_name(
    world: World, nadia: Actor
) -> None:
    document = make_document(world.root, "Plan.pdf")
    trash.trash_document(actor=nadia, document=document, now=NOW)
    assert not visible_documents(nadia).exists()
    make_document(world.root, "plan.PDF")
    with pytest.raises(NameTaken, match=r"Plan \(2\)\.pdf"):
        trash.restore_document(actor=nadia, document=document, now=NOW)
    trash.restore_document(actor=nadia, document=document, now=NOW, name="Ancien plan.pdf")
    assert visible_documents(nadia).count() == 2


def test_a_document_of_a_trashed_folder_waits_for_its_folder(world: World, nadia: Actor) -> None:
    a = world.folder("A")
    document = make_document(a, "Plan.pdf")
    trash.trash_document(actor=nadia, document=document, now=NOW)
    trash.trash_folder(actor=nadia, folder=a, now=NOW)
    with pytest.raises(InTrash, match="« A »"):
        trash.restore_document(actor=nadia, document=document, now=NOW)


def test_nothing_changes_in_the_trash(world: World, nadia: Actor) -> None:
    a = world.folder("A")
    trash.trash_folder(actor=nadia, folder=a, now=NOW)
    with pytest.raises(Refused, match="corbeille"):
        folders.create_folder(actor=nadia, parent=a, name="Dedans", now=NOW)
    with pytest.raises(Refused, match="corbeille"):
        folders.rename_folder(actor=nadia, folder=a, name="Autre", now=NOW)


def test_a_document_moves_and_is_renamed(world: World, nadia: Actor) -> None:
    a = world.folder("A")
    document = make_document(world.root, "Plan.pdf")
    moved = moving.move_document(actor=nadia, document=document, target=a, now=NOW)
    assert moved.folder == a
    renamed = moving.rename_document(actor=nadia, document=document, name="Plan 2.pdf", now=NOW)
    assert (renamed.title, renamed.changed_by) == ("Plan 2.pdf", world.nadia)
