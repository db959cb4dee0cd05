"""The guard rails of rights, one test each: what stands whatever people decide of their folders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import AuditEntry, Membership, Notification, Person, TeamMembership
from accounts.services.teams import add_to_team
from config.lib.access import Refused
from documents.access import can_manage, role_of
from documents.enums import Role
from documents.forms.rights import value_of
from documents.models import Document, Folder
from documents.services import folders, moving, requesting_access, rights
from documents.services.reach import unmanaged_folders
from documents.services.refusals import LastManager, NeedsConfirmation
from documents.services.watching import watch_managers
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db
ClientOf = Callable[[object], Any]


def _shut(tree: Tree, how: str) -> tuple[Folder, Document]:
    """A folder that Julien alone manages, closed to the direction in one of the ways there are."""
    cast, now = tree.cast, tree.cast.now
    folder = folders.create_folder(actor=cast.dgs, parent=tree.urbanisme, name="Clos", now=now)
    rights.set_role(
        actor=cast.dgs,
        obj=folder,
        principal=cast.julien,
        role=Role.MANAGER,
        now=now,
        confirmed=True,
    )
    julien = cast.actor(cast.julien)
    document = tree.file("clos.txt", folder=folder)
    if how == "restricted":
        rights.restrict(actor=julien, folder=folder, now=now)
    elif how == "confidential":
        rights.make_confidential(actor=julien, folder=folder, now=now)
    else:
        whom = cast.direction if how == "team set to nothing" else cast.nadia
        for obj in (folder, document):
            rights.set_role(
                actor=julien, obj=obj, principal=whom, role=Role.NONE, now=now, confirmed=True
            )
    return Folder.objects.get(pk=folder.pk), Document.objects.get(pk=document.pk)


def _role(actor: Actor, obj: Any) -> Role:
    """On the object as it stands: its rights may have changed since it was read."""
    return role_of(actor, type(obj).objects.get(pk=obj.pk))


_WAYS = ("restricted", "confidential", "team set to nothing", "person set to nothing")


@pytest.mark.parametrize("how", _WAYS)
def test_the_direction_may_always_take_over_a_folder(
    tree: Tree, client_of: ClientOf, how: str
) -> None:
    cast = tree.cast
    folder, document = _shut(tree, how)
    assert not can_manage(cast.dgs, folder)
    page = client_of(cast.nadia).get("/c/saint-aubin/admin/documents/accessdomain/")
    assert "Clos" in page.content.decode(), "the direction cannot take over what it cannot find"
    rights.take_over(actor=cast.dgs, folder=folder, now=cast.now)
    for obj in (Folder.objects.get(pk=folder.pk), Document.objects.get(pk=document.pk)):
        assert can_manage(cast.dgs, obj), obj


def test_taking_over_is_in_the_journal_and_told_to_the_holders(tree: Tree) -> None:
    cast = tree.cast
    folder, _ = _shut(tree, "confidential")
    rights.take_over(actor=cast.dgs, folder=folder, now=cast.now)
    entry = AuditEntry.objects.get(verb="documents.folder.taken_over")
    assert entry.actor_uid == cast.nadia.uid
    assert entry.data["holders"] == [str(cast.julien.uid)]
    told = Notification.objects.filter(kind="documents.folder_taken_over")
    assert [line.person for line in told] == [cast.julien]


def test_nobody_else_takes_a_folder_over(tree: Tree) -> None:
    cast = tree.cast
    folder, _ = _shut(tree, "restricted")
    for person in (cast.julien, cast.claire, cast.michel, cast.jeanne, cast.karim):
        with pytest.raises(Refused):
            rights.take_over(actor=cast.actor(person), folder=folder, now=cast.now)
    with pytest.raises(Folder.DoesNotExist):
        rights.take_over(actor=cast.actor(cast.sophie, cast.valmorel), folder=folder, now=cast.now)


@pytest.mark.parametrize(("days", "listed"), [(0, True), (29, True), (30, False), (31, False)])
def test_every_day_folders_whose_managers_end_within_thirty_days_are_listed(
    tree: Tree, days: int, listed: bool
) -> None:
    """The last day of a membership still counts: somebody manages on the thirtieth day."""
    cast = tree.cast
    folder, _ = _shut(tree, "restricted")
    Membership.objects.filter(person=cast.julien).update(
        to_date=cast.dgs.today + timedelta(days=days)
    )
    assert watch_managers(now=cast.now) == int(listed)
    ahead = unmanaged_folders(cast.saint_aubin, cast.dgs.today + timedelta(days=30))
    assert (folder in ahead) is listed


def test_a_closed_account_and_an_ended_seat_manage_nothing_on_that_day(tree: Tree) -> None:
    cast = tree.cast
    folder, _ = _shut(tree, "restricted")
    team = cast.commission
    julien = cast.actor(cast.julien)
    for person in (cast.michel, cast.jeanne):
        TeamMembership.objects.filter(team=team, person=person).update(
            to_date=cast.dgs.today + timedelta(days=3)
        )
    rights.set_role(actor=julien, obj=folder, principal=team, role=Role.MANAGER, now=cast.now)
    Person.objects.filter(pk=cast.julien.pk).update(is_active=False)
    assert watch_managers(now=cast.now) == 1


@pytest.mark.parametrize("mine", list(Role))
def test_nobody_grants_above_their_own_role(tree: Tree, mine: Role) -> None:
    """Giving is for managers, whose role is the highest: for nobody is there any way up."""
    cast, now = tree.cast, tree.cast.now
    folder = folders.create_folder(actor=cast.dgs, parent=tree.root, name="À donner", now=now)
    if mine:
        rights.set_role(actor=cast.dgs, obj=folder, principal=cast.julien, role=mine, now=now)
    wish = requesting_access.ask_access(
        actor=cast.actor(cast.claire), obj=folder, wanted=Role.MANAGER, message="", now=now
    )
    julien = cast.actor(cast.julien)
    for whom in (cast.julien, cast.claire, cast.urbanisme):
        for given in Role:
            if mine == Role.MANAGER:
                assert given <= _role(julien, folder)
                continue
            with pytest.raises(Refused):
                rights.set_role(
                    actor=julien, obj=folder, principal=whom, role=given, now=now, confirmed=True
                )
    if mine < Role.MANAGER:
        with pytest.raises(Refused):
            requesting_access.give_access(actor=julien, request=wish, role=Role.READER, now=now)
        with pytest.raises(Refused):
            add_to_team(actor=julien, team=cast.direction, person=cast.julien, now=now)
    else:
        rights.set_role(actor=julien, obj=folder, principal=cast.claire, role=mine, now=now)
    assert _role(cast.actor(cast.julien), folder) == mine


def test_a_folder_never_loses_its_last_manager(tree: Tree) -> None:
    cast = tree.cast
    folder, _ = _shut(tree, "restricted")
    julien = cast.actor(cast.julien)
    for act in (
        lambda: rights.remove_entry(actor=julien, obj=folder, principal=cast.julien, now=cast.now),
        lambda: rights.set_role(
            actor=julien,
            obj=folder,
            principal=cast.julien,
            role=Role.EDITOR,
            now=cast.now,
            confirmed=True,
        ),
    ):
        with pytest.raises(LastManager):
            act()
    assert can_manage(julien, folder)


def test_a_personal_entry_that_lowers_what_teams_give_is_confirmed_by_name(tree: Tree) -> None:
    cast = tree.cast
    with pytest.raises(NeedsConfirmation, match="Julien Petit"):
        rights.set_role(
            actor=cast.dgs,
            obj=tree.urbanisme,
            principal=cast.julien,
            role=Role.READER,
            now=cast.now,
        )
    assert _role(cast.actor(cast.julien), tree.urbanisme) == Role.EDITOR


def test_before_a_right_is_saved_who_gains_and_who_loses_is_shown(
    tree: Tree, client_of: ClientOf
) -> None:
    cast = tree.cast
    address = reverse("documents:folder-rights", args=["saint-aubin", tree.urbanisme.uid])
    asked = {"action": "donner", "who": value_of(cast.etat_civil), "role": str(int(Role.NONE))}
    page = client_of(cast.nadia).post(address, asked).content.decode()
    assert "Perdent un accès ou un droit" in page
    assert "Claire Fontaine" in page
    assert _role(cast.actor(cast.claire), tree.urbanisme) == Role.READER


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_before_a_move_is_saved_who_gains_and_who_loses_is_shown(
    tree: Tree, client_of: ClientOf, kind: str
) -> None:
    cast, now = tree.cast, tree.cast.now
    target = folders.create_folder(actor=cast.dgs, parent=tree.root, name="Direction", now=now)
    moved: Any = (
        folders.create_folder(actor=cast.dgs, parent=tree.urbanisme, name="Projet", now=now)
        if kind == "folder"
        else tree.file()
    )
    address = reverse(f"documents:{kind}-move", args=["saint-aubin", moved.uid])
    page = client_of(cast.nadia).post(address, {"vers": str(target.uid)}).content.decode()
    assert "Julien Petit (peut modifier → n’y a pas accès)" in page
    assert _role(cast.actor(cast.julien), moved) == Role.EDITOR


def test_a_document_moved_keeps_the_rights_of_its_own_once_confirmed(tree: Tree) -> None:
    cast, now = tree.cast, tree.cast.now
    document = tree.file()
    rights.set_role(
        actor=cast.dgs, obj=document, principal=cast.commission, role=Role.READER, now=now
    )
    target = folders.create_folder(actor=cast.dgs, parent=tree.root, name="Direction", now=now)
    with pytest.raises(NeedsConfirmation):
        moving.move_document(actor=cast.dgs, document=document, target=target, now=now)
    moved = moving.move_document(
        actor=cast.dgs, document=document, target=target, now=now, confirmed=True
    )
    assert _role(cast.actor(cast.jeanne), moved) == Role.READER
    assert _role(cast.actor(cast.julien), moved) == Role.NONE
