"""What a new commune finds on its first day."""

import pytest

from accounts.enums import OrganisationKind
from documents.access import is_confidential, visible_folders
from documents.enums import Role
from documents.models import Folder
from documents.services import folders, starter
from documents.services.oracle import differences
from tests.documents.world import NOW, make_team, make_world

pytestmark = pytest.mark.django_db


def test_a_commune_starts_with_its_shelves_the_delicate_ones_closed() -> None:
    world = make_world()
    everybody = make_team(
        world.organisation, "Tous les agents", world.nadia, world.julien, world.claire
    )
    starter.plant(actor=world.dgs, now=NOW, everybody=everybody)
    get = Folder.objects.get
    assert world.role(world.julien, get(name="Finances")) == Role.READER
    assert world.role(world.julien, get(name="Documents de travail")) == Role.EDITOR
    for name in ("État civil", "Ressources humaines", "Aides sociales"):
        assert world.role(world.julien, get(name=name)) == Role.NONE
        assert world.role(world.nadia, get(name=name)) == Role.MANAGER
    assert is_confidential(get(name="Aides sociales"))
    assert not is_confidential(get(name="État civil"))
    shown = [f.name for f in visible_folders(world.dgs).filter(depth=2).in_french_order()]
    assert "À classer" not in shown  # that is the bin: two things of one name would be one too many
    assert shown.index("École et cantine") < shown.index("Finances")
    assert differences(world.organisation) == []


def test_planting_again_makes_only_what_is_missing() -> None:
    world = make_world()
    mine = folders.create_folder(actor=world.dgs, parent=world.root, name="finances", now=NOW)
    starter.plant(actor=world.dgs, now=NOW)
    before = Folder.objects.count()
    starter.plant(actor=world.dgs, now=NOW)
    assert Folder.objects.count() == before
    mine.refresh_from_db()
    assert mine.numchild == 0


@pytest.mark.parametrize("kind", [kind.value for kind in OrganisationKind])
def test_each_kind_of_organisation_has_a_tree_to_start_with(kind: str) -> None:
    names = [shelf.name for shelf in starter.shelves_for(kind)]
    assert len(names) == len(set(names)) >= 4
