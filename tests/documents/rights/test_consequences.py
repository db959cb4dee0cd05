"""Who gains and who loses, said before saving."""

import pytest

from documents.enums import Role
from documents.models import AccessDomain, EffectiveAccess, Folder, FolderGroupGrant
from documents.services import consequences, rights
from documents.services.refusals import InsideItself, NameTaken
from tests.documents.world import NOW, World, join, make_document, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def give(world, obj, principal, role):
    return rights.set_role(actor=world.dgs, obj=obj, principal=principal, role=role, now=NOW)


def state() -> tuple[object, ...]:
    return (
        sorted(EffectiveAccess.objects.values_list("domain", "principal", "role", "source_domain")),
        sorted(AccessDomain.objects.values_list("pk", "inherits", "confidential")),
        sorted(Folder.objects.values_list("pk", "path", "domain", "parent")),
        sorted(FolderGroupGrant.objects.values_list("pk", "permission")),
    )


def names(shifts) -> list[tuple[str, Role, Role]]:
    return [(s.person.given_name, s.before, s.after) for s in shifts]


def test_a_right_given_to_a_team_names_its_members_and_changes_nothing(world: World) -> None:
    a = world.folder("A")
    before = state()
    preview = consequences.preview_role(
        actor=world.dgs, obj=a, principal=world.planning, role=Role.READER, now=NOW
    )
    assert names(preview.gains) == [("Julien", Role.NONE, Role.READER)]
    assert preview.losses == []
    assert state() == before
    assert preview.gains[0].summary == "n’y a pas accès → peut lire"


def test_what_changes_further_down_is_counted(world: World) -> None:
    a = world.folder("A")
    b = world.folder("B", a)
    c = world.folder("C", a)
    give(world, b, world.planning, Role.EDITOR)
    give(world, c, world.desk, Role.READER)
    preview = consequences.preview_role(
        actor=world.dgs, obj=a, principal=world.planning, role=Role.READER, now=NOW
    )
    (gain,) = preview.gains
    assert (gain.after, gain.deeper_gains, gain.deeper_losses) == (Role.READER, 1, 0)
    assert gain.summary == "n’y a pas accès → peut lire, et 1\xa0endroit plus bas"


def test_a_personal_entry_that_lowers_is_a_loss_with_a_warning(world: World) -> None:
    a = world.folder("A")
    give(world, a, world.planning, Role.EDITOR)
    preview = consequences.preview_role(
        actor=world.dgs, obj=a, principal=world.julien, role=Role.READER, now=NOW
    )
    assert names(preview.losses) == [("Julien", Role.EDITOR, Role.READER)]
    assert len(preview.warnings) == 1


def test_a_removed_entry_shows_what_is_lost(world: World) -> None:
    a = world.folder("A")
    give(world, a, world.planning, Role.EDITOR)
    preview = consequences.preview_role(
        actor=world.dgs, obj=a, principal=world.planning, role=None, now=NOW
    )
    assert names(preview.losses) == [("Julien", Role.EDITOR, Role.NONE)]


def test_a_limit_shows_who_is_shut_out_and_its_end_who_comes_back(world: World) -> None:
    a = world.folder("A")
    give(world, world.root, world.planning, Role.READER)
    preview = consequences.preview_restriction(actor=world.dgs, folder=a, restricted=True, now=NOW)
    assert names(preview.losses) == [("Julien", Role.READER, Role.NONE)]
    kept = consequences.preview_restriction(
        actor=world.dgs, folder=a, restricted=True, now=NOW, keep=[world.planning]
    )
    assert kept.changes_nothing
    rights.restrict(actor=world.dgs, folder=a, now=NOW)
    back = consequences.preview_restriction(actor=world.dgs, folder=a, restricted=False, now=NOW)
    assert names(back.gains) == [("Julien", Role.NONE, Role.READER)]


def test_a_move_shows_who_gains_and_who_loses(world: World) -> None:
    a, b = world.folder("A"), world.folder("B")
    x = world.folder("X", a)
    document = make_document(a, "Plan.pdf")
    give(world, a, world.planning, Role.READER)
    give(world, b, world.desk, Role.EDITOR)
    before = state()
    for obj in (x, document):
        preview = consequences.preview_move(actor=world.dgs, obj=obj, target=b, now=NOW)
        assert names(preview.gains) == [("Claire", Role.NONE, Role.EDITOR)]
        assert names(preview.losses) == [("Julien", Role.READER, Role.NONE)]
    assert state() == before


def test_joining_and_leaving_a_team_show_the_topmost_places_only(world: World) -> None:
    a = world.folder("A")
    b = world.folder("B", a)
    give(world, a, world.planning, Role.READER)
    give(world, b, world.desk, Role.READER)
    joining = consequences.preview_team(
        actor=world.dgs, team=world.planning, person=world.claire, joining=True
    )
    assert [(s.place, s.before, s.after) for s in joining] == [(a, Role.NONE, Role.READER)]
    join(world.planning, world.claire)
    leaving = consequences.preview_team(
        actor=world.dgs, team=world.planning, person=world.claire, joining=False
    )
    assert [(s.place, s.before, s.after) for s in leaving] == [(a, Role.READER, Role.NONE)]
    assert world.role(world.claire, a) == Role.READER


def test_a_move_said_in_words_names_people_and_rights(world: World) -> None:
    a, b = world.folder("A"), world.folder("B")
    x = world.folder("X", a)
    give(world, a, world.planning, Role.READER)
    give(world, b, world.desk, Role.EDITOR)
    seen = consequences.preview_move(actor=world.dgs, obj=x, target=b, now=NOW)
    assert consequences.in_words(seen) == [
        "Gagnent un accès ou un droit : Claire Fontaine (n’y a pas accès → peut modifier).",
        "Perdent un accès ou un droit : Julien Petit (peut lire → n’y a pas accès).",
    ]
    same = consequences.preview_move(actor=world.dgs, obj=x, target=a, now=NOW)
    assert consequences.in_words(same) == []


def test_a_move_that_would_be_refused_is_refused_when_looked_at(world: World) -> None:
    a, b = world.folder("A"), world.folder("B")
    x = world.folder("X", a)
    make_document(b, "x")
    with pytest.raises(NameTaken):
        consequences.preview_move(actor=world.dgs, obj=x, target=b, now=NOW)
    with pytest.raises(InsideItself):
        consequences.preview_move(actor=world.dgs, obj=a, target=x, now=NOW)
