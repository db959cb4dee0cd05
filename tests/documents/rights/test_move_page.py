"""Moving from the page: who gains and who loses is shown, then confirmed."""

import pytest
from django.urls import reverse

from documents.enums import Role
from documents.services import rights
from tests.documents.world import NOW, make_document, make_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_a_move_that_changes_who_sees_is_confirmed_first(client_of, kind: str) -> None:
    world = make_world()
    a, b = world.folder("A"), world.folder("B")
    moved = world.folder("X", a) if kind == "folder" else make_document(a, "X.pdf")
    rights.set_role(actor=world.dgs, obj=a, principal=world.planning, role=Role.READER, now=NOW)
    client = client_of(world.nadia)
    address = reverse(f"documents:{kind}-move", args=[world.organisation.slug, moved.uid])
    page = client.post(address, {"vers": str(b.uid)})
    assert "Julien Petit (peut lire → n’y a pas accès)" in page.content.decode()
    assert world.role(world.julien, moved) == Role.READER
    client.post(address, {"vers": str(b.uid), "confirme": "1"})
    assert world.role(world.julien, moved) == Role.NONE


def test_a_move_that_changes_nothing_for_anybody_asks_nothing(client_of) -> None:
    world = make_world()
    a, b = world.folder("A"), world.folder("B")
    moved = world.folder("X", a)
    address = reverse("documents:folder-move", args=[world.organisation.slug, moved.uid])
    client_of(world.nadia).post(address, {"vers": str(b.uid)})
    moved.refresh_from_db()
    assert moved.parent == b
