"""Who may do what: the rules one by one."""

import datetime as dt

import pytest

from accounts.models import Notification
from config.lib.access import Refused
from config.work.models import Event
from documents.access import (
    breadcrumb,
    can_comment,
    can_edit,
    can_manage,
    can_read,
    role_of,
    shared_with_me,
    visible_documents,
    visible_folders,
)
from documents.enums import Role
from documents.models import AccessDomain, EffectiveAccess, FolderUserGrant
from documents.services import folders, moving, rights, trash
from documents.services.oracle import differences
from documents.services.reach import sentence, unmanaged_folders, who_sees
from documents.services.refusals import (
    InTrash,
    LastManager,
    NeedsConfirmation,
    NotAMember,
    PartlyOutOfReach,
    RootIsFixed,
)
from tests.documents.world import (
    LONG_AGO,
    NOW,
    World,
    join,
    make_document,
    make_person,
    make_team,
    make_world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def give(world, obj, principal, role, **more):
    return rights.set_role(
        actor=world.dgs, obj=obj, principal=principal, role=role, now=NOW, **more
    )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("on", ["root", "folder", "below", "document", "own_document"])
def test_each_role_opens_exactly_what_it_says(world: World, role: Role, on: str) -> None:
    folder = world.folder("Budget")
    below = world.folder("2026", folder)
    document = make_document(below, "Budget.pdf")
    target = {"root": world.root, "folder": folder, "below": below}.get(on, document)
    if on == "document":
        give(world, below, world.planning, role)
    else:
        give(world, target, world.planning, role)
    julien = world.actor(world.julien)
    target.refresh_from_db()
    assert role_of(julien, target) == role
    assert bool(can_read(julien, target)) == (role >= Role.READER)
    assert bool(can_comment(julien, target)) == (role >= Role.COMMENTER)
    assert bool(can_edit(julien, target)) == (role >= Role.EDITOR)
    assert bool(can_manage(julien, target)) == (role >= Role.MANAGER)
    listed = visible_documents(julien) if target == document else visible_folders(julien)
    assert (target in listed) == (role >= Role.READER)
    assert differences(world.organisation) == []


def test_the_first_entry_makes_a_domain_and_the_last_one_takes_it_away(world: World) -> None:
    a = world.folder("A")
    plain = world.folder("Plain", a)
    marked = world.folder("Marked", a)
    document = make_document(plain, "Plan.pdf")
    give(world, marked, world.desk, Role.READER)
    give(world, document, world.desk, Role.EDITOR)
    give(world, a, world.planning, Role.READER)
    own = AccessDomain.objects.get(folder=a)
    for folder in (a, plain):
        folder.refresh_from_db()
        assert folder.domain == own
    assert AccessDomain.objects.get(folder=marked).parent == own
    assert AccessDomain.objects.get(document=document).parent == own
    assert differences(world.organisation) == []
    rights.remove_entry(actor=world.dgs, obj=a, principal=world.planning, now=NOW)
    assert not AccessDomain.objects.filter(pk=own.pk).exists()
    plain.refresh_from_db()
    assert plain.domain_id == world.root.domain_id
    assert differences(world.organisation) == []


def test_the_nearest_entry_of_a_team_wins_over_the_one_above(world: World) -> None:
    a = world.folder("A")
    b = world.folder("B", a)
    give(world, a, world.planning, Role.EDITOR)
    give(world, b, world.planning, Role.READER)
    assert world.role(world.julien, a) == Role.EDITOR
    assert world.role(world.julien, b) == Role.READER


def test_a_team_set_to_nothing_takes_nothing_from_another_team(world: World) -> None:
    a = world.folder("A")
    join(world.desk, world.julien)
    give(world, a, world.planning, Role.NONE)
    give(world, a, world.desk, Role.READER)
    assert world.role(world.julien, a) == Role.READER


def test_a_persons_own_entry_decides_over_their_teams_once_confirmed(world: World) -> None:
    a = world.folder("A")
    give(world, a, world.planning, Role.EDITOR)
    with pytest.raises(NeedsConfirmation, match=r"Julien Petit aura moins .* Urbanisme"):
        give(world, a, world.julien, Role.READER)
    assert not FolderUserGrant.objects.exists()
    give(world, a, world.julien, Role.READER, confirmed=True)
    assert world.role(world.julien, a) == Role.READER


def test_an_entry_that_lowers_only_further_down_is_confirmed_too(world: World) -> None:
    a = world.folder("A")
    b = world.folder("B", a)
    give(world, b, world.planning, Role.EDITOR)
    with pytest.raises(NeedsConfirmation, match="à 1\xa0endroit plus bas"):
        give(world, a, world.julien, Role.READER)


def test_a_limited_folder_takes_nothing_from_above(world: World) -> None:
    a = world.folder("A")
    b = world.folder("B", a)
    give(world, a, world.planning, Role.EDITOR)
    rights.restrict(actor=world.dgs, folder=a, now=NOW)
    assert world.role(world.julien, b) == Role.EDITOR  # it is said on A itself
    rights.restrict(actor=world.dgs, folder=b, now=NOW)
    assert world.role(world.julien, b) == Role.NONE
    assert world.role(world.nadia, b) == Role.MANAGER
    assert differences(world.organisation) == []
    rights.unrestrict(actor=world.dgs, folder=b, now=NOW)
    assert world.role(world.julien, b) == Role.EDITOR


def test_those_kept_in_a_limited_folder_keep_their_role(world: World) -> None:
    a = world.folder("A")
    give(world, world.root, world.planning, Role.READER)
    rights.restrict(actor=world.dgs, folder=a, now=NOW, keep=[world.planning, world.directors])
    assert world.role(world.julien, a) == Role.READER
    assert not FolderUserGrant.objects.filter(content_object=a).exists()


def test_the_root_can_neither_be_opened_nor_made_confidential(world: World) -> None:
    with pytest.raises(RootIsFixed):
        rights.unrestrict(actor=world.dgs, folder=world.root, now=NOW)
    with pytest.raises(RootIsFixed):
        rights.make_confidential(actor=world.dgs, folder=world.root, now=NOW)


def test_nobody_below_manager_gives_anything(world: World) -> None:
    a = world.folder("A")
    give(world, a, world.planning, Role.EDITOR)
    with pytest.raises(Refused, match="changer qui y a accès"):
        rights.set_role(
            actor=world.actor(world.julien), obj=a, principal=world.desk, role=Role.READER, now=NOW
        )
    with pytest.raises(Refused):
        rights.restrict(actor=world.actor(world.julien), folder=a, now=NOW)


def test_a_limited_folder_always_keeps_a_manager(world: World) -> None:
    a = world.folder("A")
    rights.restrict(actor=world.dgs, folder=a, now=NOW)
    with pytest.raises(LastManager):
        rights.remove_entry(actor=world.dgs, obj=a, principal=world.nadia, now=NOW)
    with pytest.raises(LastManager):
        give(world, a, world.nadia, Role.READER, confirmed=True)
    empty = make_team(world.organisation, "Équipe sans personne")
    give(world, a, empty, Role.MANAGER)
    with pytest.raises(LastManager):
        rights.remove_entry(actor=world.dgs, obj=a, principal=world.nadia, now=NOW)
    give(world, a, world.julien, Role.MANAGER)
    rights.remove_entry(actor=world.dgs, obj=a, principal=world.nadia, now=NOW)
    assert world.role(world.nadia, a) == Role.NONE


def test_the_directors_take_over_a_folder_that_shuts_them_out(world: World) -> None:
    a = world.folder("A")
    give(world, a, world.julien, Role.MANAGER)
    julien = world.actor(world.julien)
    rights.restrict(actor=julien, folder=a, now=NOW)
    assert world.role(world.nadia, a) == Role.NONE
    with pytest.raises(Refused, match="direction générale"):
        rights.take_over(actor=world.actor(world.claire), folder=a, now=NOW)
    rights.take_over(actor=world.dgs, folder=a, now=NOW)
    assert world.role(world.nadia, a) == Role.MANAGER
    told = Event.objects.get(name="documents.folder.taken_over")
    assert told.payload["holders"] == [str(world.julien.uid)]
    assert [n.person for n in Notification.objects.all()] == [world.julien]


def test_taking_over_beats_a_directors_own_exclusion(world: World) -> None:
    a = world.folder("A")
    give(world, a, world.julien, Role.MANAGER)
    rights.set_role(
        actor=world.actor(world.julien),
        obj=a,
        principal=world.nadia,
        role=Role.NONE,
        now=NOW,
        confirmed=True,
    )
    rights.take_over(actor=world.dgs, folder=a, now=NOW)
    assert world.role(world.nadia, a) == Role.MANAGER


def test_joining_or_leaving_a_team_writes_no_row_of_rights(world: World) -> None:
    a = world.folder("A")
    give(world, a, world.planning, Role.READER)
    before = set(EffectiveAccess.objects.values_list("pk", flat=True))
    membership = join(world.planning, world.claire)
    assert world.role(world.claire, a) == Role.READER
    membership.to_date = NOW.date() - dt.timedelta(days=1)
    membership.save()
    assert world.role(world.claire, a) == Role.NONE
    assert set(EffectiveAccess.objects.values_list("pk", flat=True)) == before


def test_people_and_teams_of_another_commune_receive_nothing(world: World) -> None:
    other = make_world("valmorel")
    a = world.folder("A")
    for principal in (other.nadia, other.planning):
        with pytest.raises(NotAMember):
            give(world, a, principal, Role.READER)
    with pytest.raises(type(a).DoesNotExist):
        give(world, other.root, world.julien, Role.READER)
    with pytest.raises(type(a).DoesNotExist):
        rights.take_over(actor=world.dgs, folder=other.root, now=NOW)


def test_someone_who_left_receives_nothing_but_can_be_removed(world: World) -> None:
    a = world.folder("A")
    gone = make_person("Gone", "Away", world.organisation)
    give(world, a, gone, Role.READER)
    gone.memberships.update(to_date=LONG_AGO)
    with pytest.raises(NotAMember):
        give(world, a, gone, Role.EDITOR)
    rights.remove_entry(actor=world.dgs, obj=a, principal=gone, now=NOW)
    assert differences(world.organisation) == []


def test_a_folder_moved_takes_its_entries_and_follows_its_new_place(world: World) -> None:
    a, b = world.folder("A"), world.folder("B")
    x = world.folder("X", a)
    under = world.folder("Under", x)
    give(world, a, world.planning, Role.READER)
    give(world, b, world.desk, Role.READER)
    give(world, under, world.desk, Role.EDITOR)
    folders.move_folder(actor=world.dgs, folder=x, target=b, now=NOW)
    for folder in (x, under):
        folder.refresh_from_db()
    assert world.role(world.julien, x) == Role.NONE
    assert world.role(world.claire, x) == Role.READER
    assert world.role(world.claire, under) == Role.EDITOR
    assert differences(world.organisation) == []
    give(world, x, world.planning, Role.EDITOR)
    folders.move_folder(actor=world.dgs, folder=x, target=a, now=NOW)
    x.refresh_from_db()
    assert world.role(world.claire, x) == Role.NONE
    assert world.role(world.julien, x) == Role.EDITOR
    assert differences(world.organisation) == []


def test_only_managers_take_something_out_of_a_limited_folder(world: World) -> None:
    a, b = world.folder("A"), world.folder("B")
    inside = world.folder("Inside", a)
    document = make_document(inside, "Plan.pdf")
    rights.restrict(actor=world.dgs, folder=a, now=NOW)
    for place in (a, b):
        give(world, place, world.planning, Role.EDITOR)
    julien = world.actor(world.julien)
    with pytest.raises(Refused, match="« A » est un dossier limité"):
        folders.move_folder(actor=julien, folder=inside, target=b, now=NOW)
    with pytest.raises(Refused, match="« A » est un dossier limité"):
        moving.move_document(actor=julien, document=document, target=b, now=NOW)
    moving.move_document(actor=julien, document=document, target=a, now=NOW)
    moving.move_document(actor=world.dgs, document=document, target=b, now=NOW)


def test_a_document_keeps_its_own_entries_in_its_new_folder_once_confirmed(world: World) -> None:
    a, b = world.folder("A"), world.folder("B")
    document = make_document(a, "Plan.pdf")
    give(world, document, world.desk, Role.READER)
    with pytest.raises(NeedsConfirmation, match="garde"):
        moving.move_document(actor=world.dgs, document=document, target=b, now=NOW)
    give(world, b, world.planning, Role.READER)
    moving.move_document(actor=world.dgs, document=document, target=b, now=NOW, confirmed=True)
    document.refresh_from_db()
    assert world.role(world.claire, document) == Role.READER
    assert world.role(world.julien, document) == Role.READER
    assert differences(world.organisation) == []


def test_a_folder_that_hides_something_is_not_trashed_by_those_who_cannot_edit_it(
    world: World,
) -> None:
    a = world.folder("A")
    hidden = world.folder("Hidden", a)
    give(world, a, world.planning, Role.EDITOR)
    rights.restrict(actor=world.dgs, folder=hidden, now=NOW)
    with pytest.raises(PartlyOutOfReach):
        trash.trash_folder(actor=world.actor(world.julien), folder=a, now=NOW)
    trash.trash_folder(actor=world.dgs, folder=a, now=NOW)


def test_a_deep_right_shows_in_shared_with_me_and_masks_what_is_above(world: World) -> None:
    a = world.folder("Secret")
    b = world.folder("Ouvert", a)
    give(world, b, world.julien, Role.READER)
    julien = world.actor(world.julien)
    shared, _ = shared_with_me(julien)
    assert list(shared) == [b]
    assert [crumb.name for crumb in breadcrumb(julien, b)] == ["…", "Ouvert"]


def test_who_sees_says_role_and_reason(world: World) -> None:
    a = world.folder("Budget")
    b = world.folder("2026", a)
    give(world, a, world.planning, Role.READER)
    give(world, b, world.claire, Role.EDITOR)
    b.refresh_from_db()
    sights = who_sees(world.dgs, b)
    assert [(s.person.given_name, s.role) for s in sights] == [
        ("Nadia", Role.MANAGER),
        ("Claire", Role.EDITOR),
        ("Julien", Role.READER),
    ]
    assert [s.because for s in sights] == [
        "parce que l’équipe Direction générale gère les droits de « Documents »",
        "parce que son nom est inscrit ici",
        "parce que l’équipe Urbanisme peut lire « Budget »",
    ]
    assert sentence(sights, b) == (
        "Visible par 3\xa0personnes : l’équipe Direction générale, l’équipe Urbanisme "
        "et Claire Fontaine."
    )


def test_who_sees_does_not_name_a_folder_that_its_reader_may_not_open(world: World) -> None:
    a = world.folder("Secret")
    b = world.folder("Ouvert", a)
    give(world, a, world.desk, Role.READER)
    give(world, b, world.planning, Role.READER)
    b.refresh_from_db()
    because = {s.person.given_name: s.because for s in who_sees(world.actor(world.julien), b)}
    assert because["Claire"] == "parce que l’équipe Accueil peut lire un dossier plus haut"


def test_a_confidential_folder_says_so(world: World) -> None:
    a = world.folder("Aides sociales")
    rights.make_confidential(actor=world.dgs, folder=a, now=NOW)
    a.refresh_from_db()
    assert sentence(who_sees(world.dgs, a), a) == (
        "Confidentiel : Nadia Morel est la seule personne à pouvoir l’ouvrir. "
        "Chaque ouverture est notée."
    )
    rights.end_confidential(actor=world.dgs, folder=a, now=NOW)
    assert sentence(who_sees(world.dgs, a), a) == "Visible par une seule personne : Nadia Morel."


def test_folders_whose_managers_all_leave_are_listed_ahead(world: World) -> None:
    a = world.folder("A")
    rights.restrict(actor=world.dgs, folder=a, now=NOW)
    soon = NOW.date() + dt.timedelta(days=20)
    world.nadia.memberships.update(to_date=soon)
    assert unmanaged_folders(world.organisation, soon) == []
    world.root.refresh_from_db()
    a.refresh_from_db()
    assert unmanaged_folders(world.organisation, soon + dt.timedelta(days=1)) == [world.root, a]


def test_a_refusal_does_not_name_a_folder_that_is_hidden(world: World) -> None:
    a, b = world.folder("Secret"), world.folder("B")
    inside = world.folder("Inside", a)
    rights.restrict(actor=world.dgs, folder=a, now=NOW)
    for place in (inside, b):
        give(world, place, world.planning, Role.EDITOR)
    julien = world.actor(world.julien)
    with pytest.raises(Refused) as refused:
        folders.move_folder(actor=julien, folder=inside, target=b, now=NOW)
    assert "Secret" not in str(refused.value)
    trash.trash_folder(actor=world.dgs, folder=a, now=NOW)
    with pytest.raises(InTrash) as in_trash:
        trash.restore_folder(actor=julien, folder=inside, now=NOW)
    assert "Secret" not in str(in_trash.value)
