"""The same file twice is said, to those who may know of the first one, and never prevented."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from documents.enums import Role
from documents.models import Document, Folder
from documents.services import rights, trash
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
SAME = b"Le meme bail, mot pour mot."


def _deposit(client: Client, folder: Folder, name: str = "copie.txt") -> list[dict[str, str]]:
    answer = client.post(
        reverse("documents:upload", args=["saint-aubin", folder.uid]),
        {"files": SimpleUploadedFile(name, SAME)},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 201
    same: list[dict[str, str]] = answer.json()["same"]
    return same


def _editor_of_both(tree: Tree) -> Person:
    """Julien may also file at the root, not read État civil."""
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.root,
        principal=tree.cast.julien,
        role=Role.EDITOR,
        now=tree.cast.now,
        confirmed=True,
    )
    return tree.cast.julien


def test_the_hint_names_the_document_and_its_folder(tree: Tree, client_of: ClientOf) -> None:
    first = tree.file("bail.txt", SAME)
    same = _deposit(client_of(_editor_of_both(tree)), tree.root)
    assert same == [
        {
            "title": "bail.txt",
            "url": reverse("documents:document", args=["saint-aubin", first.uid]),
            "folder": "Urbanisme",
        }
    ]
    assert Document.objects.count() == 2


def test_what_one_may_not_read_is_never_hinted_at(tree: Tree, client_of: ClientOf) -> None:
    cast = tree.cast
    tree.file("acte.txt", SAME, by=cast.claire, folder=tree.secret)
    tree.file(
        "ailleurs.txt", SAME, by=cast.sophie, folder=tree.valmorel, organisation=cast.valmorel
    )
    gone = tree.file("jete.txt", SAME)
    trash.trash_document(actor=cast.dgs, document=gone, now=cast.now)
    hidden = tree.file("a-part.txt", SAME)
    rights.set_role(
        actor=cast.dgs,
        obj=hidden,
        principal=cast.julien,
        role=Role.NONE,
        now=cast.now,
        confirmed=True,
    )
    assert _deposit(client_of(cast.julien), tree.urbanisme) == []


def test_a_folder_that_one_may_not_read_has_no_name(tree: Tree, client_of: ClientOf) -> None:
    cast = tree.cast
    shared = tree.file("acte.txt", SAME, by=cast.claire, folder=tree.secret)
    rights.set_role(
        actor=cast.dgs,
        obj=shared,
        principal=cast.julien,
        role=Role.READER,
        now=cast.now,
        confirmed=True,
    )
    same = _deposit(client_of(cast.julien), tree.urbanisme)
    assert [(one["title"], one["folder"]) for one in same] == [("acte.txt", "")]


def test_an_old_version_is_not_the_same_document(tree: Tree, client_of: ClientOf) -> None:
    tree.file("bail.txt", SAME)
    tree.file("bail.txt", b"autre chose", as_new_version=True)
    assert _deposit(client_of(tree.cast.julien), tree.urbanisme) == []


def test_without_scripts_the_hint_is_a_message_with_a_link(tree: Tree, client_of: ClientOf) -> None:
    first = tree.file("bail.txt", SAME)
    client = client_of(tree.cast.julien)
    page = client.post(
        reverse("documents:upload", args=["saint-aubin", tree.urbanisme.uid]),
        {"files": SimpleUploadedFile("copie.txt", SAME)},
        follow=True,
    ).content.decode()
    address = reverse("documents:document", args=["saint-aubin", first.uid])
    assert "Ce fichier existe déjà" in page
    assert f'<a href="{address}">« bail.txt »</a> dans « Urbanisme »' in page


def test_the_same_name_with_the_same_bytes_is_already_there(
    tree: Tree, client_of: ClientOf
) -> None:
    client = client_of(tree.cast.julien)
    _deposit(client, tree.urbanisme)
    _deposit(client, tree.urbanisme)  # the answer to the first was lost: sent again
    assert Document.objects.count() == 1
