"""Who gains and who loses, said before saving."""

import random
from collections import defaultdict

import pytest

from accounts.models import Person
from documents.enums import Role
from documents.models import AccessDomain, EffectiveAccess, Folder, FolderGroupGrant
from documents.services import consequences, rights
from documents.services.reach import roles_in
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


@pytest.mark.parametrize("seed", range(6))
def test_a_limit_is_foreseen_as_it_then_happens(world: World, seed: int) -> None:
    """Whatever stands above, on and below: teams, names, nothing by name, limits, documents."""
    draw = random.Random(seed)
    people = [world.julien, world.claire]
    join(world.desk, world.julien)
    principals = [world.planning, world.desk, *people]
    places = [world.folder("A")]
    for number in range(7):
        places.append(world.folder(f"D{number}", draw.choice(places)))
    documents = [make_document(folder, f"{folder.pk}.txt") for folder in places[1:4]]
    for obj in [*draw.choices([world.root, *places], k=9), *documents[:2]]:
        rights.set_role(
            actor=world.dgs, obj=obj, principal=draw.choice(principals), now=NOW,
            role=draw.choice([r for r in Role if r or obj != world.root]), confirmed=True,
        )  # fmt: skip
    closed = draw.choice(places[1:])
    rights.restrict(actor=world.dgs, folder=closed, now=NOW, keep=draw.sample(principals, 2))
    keep = draw.sample(principals, 2)
    for folder in draw.sample(places, 3):
        folder.refresh_from_db()
        limited = AccessDomain.objects.filter(folder=folder, inherits=False).exists()
        preview = consequences.preview_restriction(
            actor=world.dgs, folder=folder, restricted=not limited, keep=keep, now=NOW
        )
        was, below = roles_everywhere(world, folder)
        if limited:
            rights.unrestrict(actor=world.dgs, folder=folder, now=NOW)
        else:
            rights.restrict(actor=world.dgs, folder=folder, now=NOW, keep=keep)
        folder.refresh_from_db()
        is_now, then = roles_everywhere(world, folder)
        happened = {}
        for pk in was | is_now | dict.fromkeys(pk for pk, _ in below):
            up = sum(then[pk, d] > below[pk, d] for who, d in below if who == pk)
            down = sum(then[pk, d] < below[pk, d] for who, d in below if who == pk)
            here = was.get(pk, Role.NONE), is_now.get(pk, Role.NONE)
            if here[0] != here[1] or up or down:
                happened[pk] = (*here, up, down)
        said = {
            s.person.pk: (s.before, s.after, s.deeper_gains, s.deeper_losses)
            for s in [*preview.gains, *preview.losses]
        }
        assert said == happened


def roles_everywhere(world: World, folder: Folder):
    """Everybody's role on a folder, and in the domains below it."""
    day = world.dgs.today
    here = roles_in(folder.domain_id, organisation=world.organisation, day=day)
    below = defaultdict(lambda: Role.NONE)
    for domain in AccessDomain.objects.select_related("folder", "document__folder"):
        place = domain.folder or domain.document.folder
        if place.path.startswith(folder.path) and domain.folder_id != folder.pk:
            for pk in Person.objects.values_list("pk", flat=True):
                below[pk, domain.pk] = Role.NONE
            below.update(
                ((pk, domain.pk), role)
                for pk, role in roles_in(
                    domain.pk, organisation=world.organisation, day=day
                ).items()
            )
    return here, below


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
        "Gagnent un accès ou un droit : Claire Fontaine (n’y a pas accès → peut modifier).",
        "Perdent un accès ou un droit : Julien Petit (peut lire → n’y a pas accès).",
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
