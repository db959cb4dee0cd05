"""Whole folders: their shape is kept, nothing is made twice, taken names are said beforehand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents.enums import Role
from documents.models import Folder
from documents.services import preparing, rights
from documents.services.folders import create_folder
from documents.services.preparing import prepare
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]


def _ask(client: Client, folder: Folder, body: Any, org: str = "saint-aubin") -> Any:
    return client.post(
        reverse("documents:upload-prepare", args=[org, folder.uid]),
        body if isinstance(body, bytes) else json.dumps(body),
        content_type="application/json",
    )


def test_folders_are_made_with_their_shape_and_once(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    body = {"folders": ["Voirie/Vide"], "files": {"Voirie/Photos/2024": ["a.jpg"], "": ["b.txt"]}}
    answer = _ask(client, tree.urbanisme, body).json()
    assert sorted(answer["folders"]) == [
        "", "Voirie", "Voirie/Photos", "Voirie/Photos/2024", "Voirie/Vide",
    ]  # fmt: skip
    assert (answer["made"], answer["refused"], answer["taken"]) == (4, {}, {})
    assert len(Folder.objects.below(tree.urbanisme)) == 5  # itself and four
    again = _ask(client, tree.urbanisme, body).json()
    assert (again["made"], again["folders"]) == (0, answer["folders"])
    deep = Folder.objects.get(name="2024")
    assert deep.parent.name == "Photos"
    assert answer["folders"]["Voirie/Photos/2024"]["upload"] == reverse(
        "documents:upload", args=["saint-aubin", deep.uid]
    )


def test_names_that_are_taken_are_said(tree: Tree, client_of: ClientOf) -> None:
    tree.file("Note.txt")
    create_folder(actor=tree.cast.dgs, parent=tree.urbanisme, name="Voirie", now=tree.cast.now)
    client = client_of(tree.cast.julien)
    names = ["NOTE.TXT", "voirie", "libre.txt", "../note.txt", "..."]
    answer = _ask(client, tree.urbanisme, {"files": {"": names}}).json()
    assert answer["taken"] == {"": ["../note.txt", "NOTE.TXT", "voirie"]}


def test_what_cannot_be_made_is_explained_and_the_rest_is_made(
    tree: Tree, client_of: ClientOf
) -> None:
    cast = tree.cast
    tree.file("plan.txt")
    closed = create_folder(actor=cast.dgs, parent=tree.urbanisme, name="Réservé", now=cast.now)
    rights.restrict(actor=cast.dgs, folder=closed, now=cast.now)
    client = client_of(cast.julien)
    paths = ["plan.txt/Photos", "Réservé", "..", "a" * 201, "Bon"]
    answer = _ask(client, tree.urbanisme, {"folders": paths}).json()
    assert sorted(answer["folders"]) == ["", "Bon"]
    assert sorted(answer["refused"]) == sorted(
        ["plan.txt", "plan.txt/Photos", "Réservé", "..", "a" * 201]
    )
    assert "existe déjà" in answer["refused"]["plan.txt/Photos"]
    assert "accès" in answer["refused"]["Réservé"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("nadia", 200), ("julien", 200), ("karim", 403), ("claire", 403), ("michel", 404),
     ("sophie", 404)],
)  # fmt: skip
def test_who_may_prepare(tree: Tree, client_of: ClientOf, who: str, status: int) -> None:
    before = Folder.objects.count()
    answer = _ask(client_of(getattr(tree.cast, who)), tree.urbanisme, {"folders": ["Voirie"]})
    assert answer.status_code == status
    assert Folder.objects.count() - before == (status == 200)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"folders": "a"}', b'{"files": []}', b'{"files": {"": [1]}}',
     b'{"folders": ["\\ud800"]}', b"\xff", b"[" * 100_000],
)  # fmt: skip
def test_a_list_that_is_none_is_refused(tree: Tree, client_of: ClientOf, body: bytes) -> None:
    assert _ask(client_of(tree.cast.julien), tree.urbanisme, body).status_code == 400


def test_too_many_at_once_is_refused_whole(tree: Tree) -> None:
    actor = tree.cast.actor(tree.cast.julien)
    before = Folder.objects.count()
    with pytest.raises(preparing.TooManyAtOnce):
        prepare(
            actor=actor,
            folder=tree.urbanisme,
            paths=[str(n) for n in range(preparing.MOST_FOLDERS + 1)],
            names={},
            now=tree.cast.now,
        )
    assert Folder.objects.count() == before


def test_a_folder_of_another_commune_is_out_of_reach(tree: Tree) -> None:
    with pytest.raises(Folder.DoesNotExist):
        prepare(
            actor=tree.cast.dgs,
            folder=tree.valmorel,
            paths=["Voirie"],
            names={},
            now=tree.cast.now,
        )
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.finances,
        role=Role.EDITOR,
        now=tree.cast.now,
    )
    karim = tree.cast.actor(tree.cast.karim, tree.cast.valmorel)
    with pytest.raises(Folder.DoesNotExist):
        prepare(actor=karim, folder=tree.urbanisme, paths=["X"], names={}, now=tree.cast.now)
