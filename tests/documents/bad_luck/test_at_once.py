"""Two people do the same thing at the same moment: one wins, the other is told why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Person
from documents.enums import Role
from documents.models import Document, Folder, Version
from documents.services import folders, rights
from tests.documents.bad_luck.waiting import all_is_well, at_once
from tests.documents.drive import drive_of
from tests.documents.tree_of_cast import Tree
from tests.pages import inspect_response

ClientOf = Callable[[object], Client]
Answer = tuple[int, str]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_store(settings: Settings, tmp_path: Any) -> None:
    settings.PARVIS_STORAGE_DIR = tmp_path / "files"


@pytest.fixture
def place(tree: Tree) -> Callable[..., Folder]:
    def make(name: str, parent: Folder | None = None) -> Folder:
        return folders.create_folder(
            actor=tree.cast.dgs, parent=parent or tree.urbanisme, name=name, now=tree.cast.now
        )

    return make


def post(person: Person, name: str, thing: Folder | Document, data: dict[str, Any]) -> Answer:
    """The status and the page that this person gets. A plain client: two of them run at once."""
    client = Client()
    client.force_login(person)
    address = reverse(f"documents:{name}", args=["saint-aubin", thing.uid])
    answer = client.post(address, data, follow=name == "upload")
    if answer.status_code == 422:
        inspect_response(answer)
    return answer.status_code, answer.content.decode()


def moving(person: Person, thing: Folder | Document, target: Folder) -> Callable[[], Answer]:
    kind = "folder-move" if isinstance(thing, Folder) else "document-move"
    return lambda: post(person, kind, thing, {"vers": str(target.uid), "confirme": "1"})


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(status for status, _ in answers)


def refusal(answers: list[Answer]) -> str:
    (page,) = (page for status, page in answers if status != 302)
    return page


@pytest.mark.parametrize("depth", [0, 2])
def test_a_into_b_while_b_into_a(tree: Tree, place: Callable[..., Folder], depth: int) -> None:
    a, b = place("Écoles"), place("Voirie")
    inner_a, inner_b = a, b
    for level in range(depth):
        inner_a, inner_b = place(f"A{level}", inner_a), place(f"B{level}", inner_b)
    tree.file("carte.txt", folder=inner_a)
    rights.set_role(
        actor=tree.cast.dgs,
        obj=b,
        principal=tree.cast.finances,
        role=Role.EDITOR,
        now=tree.cast.now,
    )
    answers = at_once(
        tree.cast.saint_aubin,
        moving(tree.cast.julien, a, inner_b),
        moving(tree.cast.nadia, b, inner_a),
    )
    assert statuses(answers) == [302, 422]
    assert "ne peut pas être déplacé dans lui-même" in refusal(answers)
    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.parent_id == tree.urbanisme.pk) != (b.parent_id == tree.urbanisme.pk)
    assert Folder.objects.find_problems() == ([], [], [], [], [])
    all_is_well(tree.cast.saint_aubin)


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_two_people_take_the_same_thing_to_two_places(
    tree: Tree, place: Callable[..., Folder], kind: str
) -> None:
    thing: Folder | Document = place("Cantine") if kind == "folder" else tree.file("Cantine.txt")
    if isinstance(thing, Folder):
        tree.file("menu.txt", folder=place("Menus", thing))
    here, there = place("Ici"), place("Là")
    answers = at_once(
        tree.cast.saint_aubin,
        moving(tree.cast.julien, thing, here),
        moving(tree.cast.nadia, thing, there),
    )
    assert statuses(answers) == [302, 422]
    assert "a été déplacé entre-temps" in refusal(answers)
    all_is_well(tree.cast.saint_aubin)
    # Who was told that it is moved finds it where they put it.
    thing.refresh_from_db()
    mine = thing.parent if isinstance(thing, Folder) else thing.folder
    winner = answers[0][0] == 302
    assert mine == (here if winner else there)


def test_two_people_take_the_same_thing_to_the_same_place(
    tree: Tree, place: Callable[..., Folder]
) -> None:
    thing, there = place("Cantine"), place("Là")
    answers = at_once(
        tree.cast.saint_aubin,
        moving(tree.cast.julien, thing, there),
        moving(tree.cast.nadia, thing, there),
    )
    assert statuses(answers) == [302, 302]  # both have what they wanted
    thing.refresh_from_db()
    assert thing.parent == there
    all_is_well(tree.cast.saint_aubin)


def test_two_things_moved_onto_one_name(tree: Tree, place: Callable[..., Folder]) -> None:
    a, b, there = place("A"), place("B"), place("Là")
    one, two = place("Budget", a), place("budget", b)
    answers = at_once(
        tree.cast.saint_aubin,
        moving(tree.cast.julien, one, there),
        moving(tree.cast.nadia, two, there),
    )
    assert statuses(answers) == [302, 422]
    assert "existe déjà ici" in refusal(answers)
    assert Folder.objects.filter(parent=there, name_key="budget").count() == 1
    all_is_well(tree.cast.saint_aubin)


def test_two_things_given_one_name(tree: Tree, place: Callable[..., Folder]) -> None:
    folder, document = place("Divers"), tree.file("note.txt")
    answers = at_once(
        tree.cast.saint_aubin,
        lambda: post(tree.cast.julien, "folder-rename", folder, {"name": "Été 2026"}),
        lambda: post(tree.cast.nadia, "document-rename", document, {"name": "été 2026"}),
    )
    assert statuses(answers) == [302, 422]
    assert "existe déjà ici" in refusal(answers)
    all_is_well(tree.cast.saint_aubin)


def test_two_files_of_one_name(tree: Tree) -> None:
    def filing(person: Person, content: bytes) -> Callable[[], Answer]:
        file = SimpleUploadedFile("Plan.txt", content)
        return lambda: post(person, "upload", tree.urbanisme, {"files": file})

    answers = at_once(
        tree.cast.saint_aubin,
        filing(tree.cast.julien, b"le premier"),
        filing(tree.cast.nadia, "le deuxième".encode()),
    )
    assert Document.objects.count() == Version.objects.count() == 1
    assert Counter("existe déjà" in page for _, page in answers) == {True: 1, False: 1}
    all_is_well(tree.cast.saint_aubin)


@pytest.mark.parametrize("first", ["thrown", "filed"])
def test_a_folder_thrown_away_while_somebody_files_in_it(
    tree: Tree, place: Callable[..., Folder], first: str
) -> None:
    folder = place("Cantine")
    file = SimpleUploadedFile("menu.txt", b"menu")
    acts: list[Callable[[], Answer]] = [
        lambda: post(tree.cast.nadia, "folder-trash", folder, {}),
        lambda: post(tree.cast.julien, "upload", folder, {"files": file}),
    ]
    if first == "filed":
        acts.reverse()
    answers = at_once(tree.cast.saint_aubin, *acts)
    thrown, filed = answers if first == "thrown" else reversed(answers)
    assert thrown[0] == 302
    folder.refresh_from_db()
    assert folder.trashed_at is not None
    # What was filed first went to the trash with its folder; what came after was not filed.
    assert Document.objects.filter(folder=folder).exists() == (first == "filed")
    if first == "thrown":
        assert "corbeille" in filed[1]
    all_is_well(tree.cast.saint_aubin)


@pytest.mark.parametrize("gesture", ["MOVE", "DELETE"])
def test_the_drive_notices_too_that_somebody_was_faster(
    tree: Tree, place: Callable[..., Folder], gesture: str
) -> None:
    """What the address named when the request came is looked at again under the lock."""
    thing, here = tree.file("Cantine.txt"), place("Ici")
    place("Là")
    drive = drive_of(tree.cast, tree.cast.nadia)

    def by_the_drive() -> Answer:
        to = f"http://testserver/dav/saint-aubin/{quote('Urbanisme/Là/Cantine.txt')}"
        answer = drive.ask(gesture, "Urbanisme/Cantine.txt", DESTINATION=to)
        return answer.status_code, answer.content.decode()

    answers = at_once(tree.cast.saint_aubin, moving(tree.cast.julien, thing, here), by_the_drive)
    thing.refresh_from_db()
    if answers[0][0] == 302:
        assert answers[1][0] == 409
        assert "a été déplacé entre-temps" in answers[1][1]
        assert (thing.folder, thing.trashed_at) == (here, None)
    else:
        assert answers[1][0] in {201, 204}
        assert thing.folder != here
    all_is_well(tree.cast.saint_aubin)
