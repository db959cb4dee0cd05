"""« Tout télécharger » of a link to a folder: one archive, what the page lists and nothing else."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditAddress, AuditEntry
from config.lib.storage import blobs
from documents.enums import LinkKind, Role
from documents.models import Document, Folder, OutsideLink
from documents.rules.link_tokens import mint
from documents.services import folders, linking, rights
from tests.documents.tree_of_cast import Tree


def _link(tree: Tree, obj: Folder | Document | None = None, **options) -> OutsideLink:
    actor = tree.cast.actor(tree.cast.julien)
    return linking.create_link(
        actor=actor,
        obj=obj or tree.urbanisme,
        kind=LinkKind.SHARE,
        label="Cabinet Durand",
        last_day=actor.today + timedelta(days=10),
        now=tree.cast.now,
        **options,
    )


def _page(client: Client, link: OutsideLink) -> str:
    return client.get(reverse("documents:outside-share", args=[mint(link.uid)])).content.decode()


def _all(client: Client, link: OutsideLink):
    return client.post(reverse("documents:outside-all", args=[mint(link.uid)]))


def _opened(response) -> zipfile.ZipFile:
    assert response.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    return archive


def _folder(tree: Tree, name: str, parent: Folder | None = None) -> Folder:
    return folders.create_folder(
        actor=tree.cast.dgs, parent=parent or tree.urbanisme, name=name, now=tree.cast.now
    )


@pytest.fixture
def filled(tree: Tree) -> Tree:
    """Two files, one of them below; an empty folder; one limited on purpose; one file closed."""
    dgs, now = tree.cast.dgs, tree.cast.now
    tree.file("note.txt", "été".encode())
    tree.file("plan.txt", b"plan", folder=_folder(tree, "Plans"))
    _folder(tree, "Vide")
    limited = _folder(tree, "Contentieux")
    tree.file("avocat.txt", b"secret", folder=_folder(tree, "Pièces", limited))
    rights.restrict(actor=dgs, folder=limited, now=now, keep=[tree.cast.urbanisme])
    closed = tree.file("ferme.txt", b"3")
    rights.set_role(actor=dgs, obj=closed, principal=tree.cast.urbanisme, role=Role.READER, now=now)
    return tree


def test_all_of_it_comes_with_its_folders_and_nothing_that_was_closed(
    filled: Tree, client: Client
) -> None:
    link = _link(filled)
    page = _page(client, link)
    assert "Tout télécharger" in page
    assert "2\xa0fichiers" in page
    response = _all(client, link)
    assert response["Content-Disposition"].startswith("attachment")
    assert "Urbanisme.zip" in response["Content-Disposition"]
    assert (response["Referrer-Policy"], response["X-Content-Type-Options"]) == (
        "no-referrer",
        "nosniff",
    )
    archive = _opened(response)
    assert sorted(archive.namelist()) == ["Plans/", "Plans/plan.txt", "Vide/", "note.txt"]
    assert archive.read("note.txt").decode() == "été"
    link.refresh_from_db()
    assert link.download_count == 2
    entries = AuditEntry.objects.filter(verb="documents.link.downloaded")
    assert {(entry.data["link"], entry.actor_uid) for entry in entries} == {(str(link.uid), None)}
    assert entries.count() == 2
    assert AuditAddress.objects.filter(entry_uid__in=entries.values("uid")).count() == 2


def test_only_the_button_takes_and_a_document_has_none(filled: Tree, client: Client) -> None:
    link = _link(filled)
    address = reverse("documents:outside-all", args=[mint(link.uid)])
    assert client.get(address).status_code == 405
    assert client.head(address).status_code == 405
    alone = _link(filled, Document.objects.get(title="note.txt"))
    assert "Tout télécharger" not in _page(client, alone)
    assert _all(client, alone).status_code == 422
    link.refresh_from_db()
    alone.refresh_from_db()
    assert (link.download_count, alone.download_count) == (0, 0)


def test_each_file_counts_and_too_few_left_is_said(filled: Tree, client: Client) -> None:
    short = _link(filled, max_downloads=1)
    page = _page(client, short)
    assert "ne permet plus de tout prendre d’un coup" in page
    refused = _all(client, short)
    assert refused.status_code == 422
    assert "permet encore 1\xa0téléchargement, et ce dossier contient 2\xa0fichiers" in (
        refused.content.decode()
    )
    exact = _link(filled, max_downloads=2)
    _opened(_all(client, exact))
    assert _all(client, exact).status_code == 410
    short.refresh_from_db()
    exact.refresh_from_db()
    assert (short.download_count, exact.download_count) == (0, 2)


def test_the_password_comes_first(filled: Tree, client: Client) -> None:
    link = _link(filled, password="parcelle et jardin")
    assert _all(client, link).status_code == 303
    link.refresh_from_db()
    assert link.download_count == 0
    address = reverse("documents:outside-share", args=[mint(link.uid)])
    client.post(address, {"password": "parcelle et jardin"})
    assert "note.txt" in _opened(_all(client, link)).namelist()


def test_what_is_missing_is_said_inside(filled: Tree, client: Client) -> None:
    version = Document.objects.get(title="plan.txt").current_version
    assert version is not None
    blobs().delete(version.storage_key)
    archive = _opened(_all(client, _link(filled)))
    (note,) = [name for name in archive.namelist() if name.startswith("À lire")]
    assert "Plans/plan.txt : fichier introuvable" in archive.read(note).decode("utf-8-sig")


@pytest.mark.parametrize("end", ["author", "cut", "unknown"])
def test_a_dead_link_gives_nothing(filled: Tree, client: Client, end: str) -> None:
    cast, link = filled.cast, _link(filled)
    if end == "author":
        rights.set_role(
            actor=cast.dgs, obj=filled.urbanisme, principal=cast.urbanisme, role=Role.READER,
            now=cast.now,
        )  # fmt: skip
    elif end == "cut":
        linking.revoke_link(actor=cast.dgs, link=link, now=cast.now)
    else:
        link.delete()
    assert _all(client, link).status_code == (404 if end == "unknown" else 410)


def test_an_empty_folder_says_so(tree: Tree, client: Client) -> None:
    link = _link(tree, _folder(tree, "Vide"))
    assert "Tout télécharger" not in _page(client, link)
    assert _all(client, link).status_code == 422


def test_it_costs_the_same_for_two_and_for_thirty_files(filled: Tree, client: Client) -> None:
    link, counts = _link(filled), []
    for many in (0, 28):
        for n in range(many):
            filled.file(f"{n}.txt", str(n).encode())
        with CaptureQueriesContext(connection) as queries:
            _opened(_all(client, link))
        counts.append(len(queries))
    assert counts[0] == counts[1]
