"""A search shows nothing that its reader may not read: no result, count, word, name or snippet."""

from __future__ import annotations

import pytest

from documents.enums import Role
from documents.models import Document
from documents.services import moving, rights, trash
from tests.documents.search.filing import ask, put, titles
from tests.documents.world import NOW, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(world: World) -> Document:
    """A document that urbanisme may read and the desk may not."""
    folder = world.folder("Permis secrets")
    give(world, folder, world.planning)
    return put(folder, "Permis.pdf", "le mot hydrocurage", by=world.julien)


def give(world: World, obj: object, principal: object, role: Role = Role.READER) -> None:
    rights.set_role(actor=world.dgs, obj=obj, principal=principal, role=role, now=NOW)


def blank(world: World, person: object, text: str = "hydrocurage") -> bool:
    found = ask(world, person, text)
    return not (
        found.hits or found.total or found.folders or found.kinds or found.authors
        or found.below or found.years or found.waiting
    )  # fmt: skip


def test_who_may_not_read_finds_nothing_at_all(world: World, secret: Document) -> None:
    assert titles(ask(world, world.julien, "hydrocurage")) == ["Permis.pdf"]
    assert titles(ask(world, world.nadia, "hydrocurage")) == ["Permis.pdf"]
    assert blank(world, world.claire)
    assert blank(world, world.claire, "permis")


def test_another_commune_finds_nothing_of_this_one(world: World, secret: Document) -> None:
    other = make_world("valmorel")
    assert blank(other, other.nadia)
    put(other.root, "Autre.pdf", "hydrocurage")
    assert titles(ask(other, other.nadia, "hydrocurage")) == ["Autre.pdf"]
    assert titles(ask(world, world.nadia, "hydrocurage")) == ["Permis.pdf"]


def test_a_right_taken_away_is_gone_at_once(world: World, secret: Document) -> None:
    give(world, secret.folder, world.planning, Role.NONE)
    assert blank(world, world.julien)


def test_a_document_with_rights_of_its_own_follows_them(world: World, secret: Document) -> None:
    give(world, secret, world.desk)
    assert titles(ask(world, world.claire, "hydrocurage")) == ["Permis.pdf"]
    give(world, secret, world.planning, Role.NONE)
    assert blank(world, world.julien)


def test_a_move_to_a_closed_folder_takes_the_document_away(world: World, secret: Document) -> None:
    closed = world.folder("Fermé")
    moving.move_document(actor=world.dgs, document=secret, target=closed, now=NOW)
    assert blank(world, world.julien)
    assert titles(ask(world, world.nadia, "hydrocurage")) == ["Permis.pdf"]


def test_the_trash_is_not_searched_and_what_comes_out_of_it_is(
    world: World, secret: Document
) -> None:
    trash.trash_document(actor=world.dgs, document=secret, now=NOW)
    assert blank(world, world.julien)
    assert blank(world, world.nadia)
    trash.restore_document(actor=world.dgs, document=secret, now=NOW)
    assert titles(ask(world, world.julien, "hydrocurage")) == ["Permis.pdf"]
    trash.trash_folder(actor=world.dgs, folder=secret.folder, now=NOW)
    assert blank(world, world.julien, "permis")
    assert blank(world, world.nadia, "permis")


def test_names_of_hidden_folders_are_masked(world: World) -> None:
    hidden = world.folder("Contentieux Dupont")
    shown = world.folder("Pièces", hidden)
    give(world, shown, world.planning)
    put(shown, "a.pdf", "hydrocurage")
    found = ask(world, world.julien, "hydrocurage")
    assert [step.name for step in found.hits[0].path] == [None, "Pièces"]
    assert [(c.label, c.count) for c in found.below] == [("Pièces", 1)]
    assert ask(world, world.julien, "dupont").folders == ()
    [folder] = ask(world, world.julien, "pièce").folders
    assert folder.parent is None


def test_counts_and_words_of_filters_are_those_of_the_reader(
    world: World, secret: Document
) -> None:
    put(world.root, "b.jpg", "hydrocurage", media_type="image/jpeg", by=world.claire)
    found = ask(world, world.julien, "hydrocurage")
    assert found.total == 1
    assert [(c.label, c.count) for c in found.kinds] == [("PDF", 1)]
    assert [(c.label, c.count) for c in found.authors] == [("Julien Petit", 1)]


def test_what_is_not_read_yet_is_counted_for_its_readers_only(world: World) -> None:
    put(world.root, "a.pdf", indexed=False)
    assert ask(world, world.nadia, "mot").waiting == 1
    assert ask(world, world.julien, "mot").waiting == 0
