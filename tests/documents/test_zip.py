"""Several documents as one archive: safe names, what is missing said inside, bounded memory."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, AuditLabel
from config.lib.storage import blobs
from config.lib.zips import CHUNK, Entry, Names, safe_name, stream
from documents.models import Document, Folder
from documents.services import folders, rights
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
AT = dt.datetime(2026, 11, 21, 9, 0, 2)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ("..", "sans nom"),
        ("", "sans nom"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("Lpt1.pdf", "_Lpt1.pdf"),
        ("console.txt", "console.txt"),
        ('a<b>c:d"e|f?g*h.txt', "a-b-c-d-e-f-g-h.txt"),
        ("fin de ligne. . ", "fin de ligne"),
        ("facture\u202efdp.exe", "facture fdp.exe"),
        ("a\x00b\r\nc.txt", "a b c.txt"),
        ("é" * 300 + ".pdf", "é" * 146 + ".pdf"),
    ],
)
def test_no_name_can_climb_lie_or_be_refused_by_windows(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert len(safe_name(name)) <= 150


def test_two_names_that_windows_confuses_are_numbered() -> None:
    names = Names()
    given = [names.give("", name) for name in ("Plan.pdf", "plan.PDF", "plan.pdf", "a:b", "a?b")]
    assert given == ["Plan.pdf", "plan (2).PDF", "plan (3).pdf", "a-b", "a-b (2)"]


class _Endless:
    """A store of one large file, read by pieces."""

    def __init__(self, size: int) -> None:
        self.size = size

    def open(self, key: str) -> io.BufferedReader:
        return io.BufferedReader(_Zeros(self.size))


class _Zeros(io.RawIOBase):
    def __init__(self, left: int) -> None:
        self.left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        size = min(len(buffer), self.left)
        buffer[:size] = bytes(size)
        self.left -= size
        return size


def test_a_gigantic_file_never_stands_in_memory() -> None:
    entries = [Entry("gros.bin", "k", 300_000_000, AT)]
    tracemalloc.start()
    written = 0
    for part in stream(
        entries, _Endless(300_000_000), note_name="n.txt", note=[], missing="{path}"
    ):
        written += len(part)
        assert len(part) < 2 * CHUNK
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written > 0
    assert peak < 8 * 1024 * 1024


def _download(client: Client, tree: Tree, *things: Folder | Document, **more: object):
    keys = [f"{'d' if isinstance(t, Document) else 'f'}:{t.uid}" for t in things]
    return client.post(
        reverse("documents:bulk", args=["saint-aubin"]),
        {"geste": "telecharger", "choix": keys, **more},
    )


def _opened(response) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    return archive


def _folder(tree: Tree, name: str, parent: Folder) -> Folder:
    return folders.create_folder(actor=tree.cast.dgs, parent=parent, name=name, now=tree.cast.now)


def test_folders_and_documents_come_with_their_place_and_their_bytes(
    tree: Tree, client_of: ClientOf
) -> None:
    affair = _folder(tree, "Affaire", tree.urbanisme)
    plans = _folder(tree, "Plans", affair)
    tree.file("plan.txt", b"plan", folder=plans)
    tree.file("note.txt", "été".encode(), folder=affair)
    _folder(tree, "Vide", affair)
    alone = tree.file("avis.txt", b"avis")
    response = _download(client_of(tree.cast.claire), tree, affair, alone)
    assert response.headers["Content-Type"] == "application/zip"
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    archive = _opened(response)
    assert sorted(archive.namelist()) == [
        "Affaire/", "Affaire/Plans/", "Affaire/Plans/plan.txt", "Affaire/Vide/", "Affaire/note.txt",
        "avis.txt",
    ]  # fmt: skip
    assert archive.read("Affaire/note.txt").decode() == "été"
    taken = AuditEntry.objects.filter(verb="documents.document.downloaded")
    assert taken.count() == 3
    assert set(taken.values_list("actor_uid", flat=True)) == {tree.cast.claire.uid}
    assert AuditEntry.objects.get(verb="documents.folder.downloaded").target_uid == affair.uid


def test_what_is_closed_or_missing_is_said_inside(tree: Tree, client_of: ClientOf) -> None:
    affair = _folder(tree, "Affaire", tree.urbanisme)
    closed = _folder(tree, "Avocat", affair)
    tree.file("secret.txt", b"secret", folder=closed)
    lost = tree.file("perdu.txt", b"perdu", folder=affair)
    tree.file("note.txt", b"note", folder=affair)
    rights.restrict(actor=tree.cast.dgs, folder=closed, now=tree.cast.now)
    assert lost.current_version is not None
    blobs().delete(lost.current_version.storage_key)
    archive = _opened(_download(client_of(tree.cast.claire), tree, affair))
    assert sorted(archive.namelist()) == [
        "Affaire/",
        "Affaire/note.txt",
        "À lire - ce qui manque.txt",
    ]
    note = archive.read("À lire - ce qui manque.txt").decode("utf-8-sig")
    assert "Affaire/ : une partie de ce dossier ne vous est pas ouverte" in note
    assert "Affaire/perdu.txt : le fichier est introuvable" in note
    assert "Avocat" not in note
    assert "secret" not in note


def test_hostile_names_already_stored_are_harmless_in_the_archive(
    tree: Tree, client_of: ClientOf
) -> None:
    one, two = tree.file("a.txt", b"1"), tree.file("b.txt", b"2")
    Document.objects.filter(pk=one.pk).update(title="../../Démarrage/nul.txt")
    Document.objects.filter(pk=two.pk).update(title="NUL.txt")
    names = _opened(_download(client_of(tree.cast.julien), tree, one, two)).namelist()
    assert names == ["-..-Démarrage-nul.txt", "_NUL.txt"]


@pytest.mark.parametrize(("who", "org"), [("michel", "saint-aubin"), ("sophie", "valmorel")])
def test_nobody_takes_what_they_may_not_read(
    tree: Tree, client_of: ClientOf, who: str, org: str
) -> None:
    document = tree.file("avis.txt")
    response = client_of(getattr(tree.cast, who)).post(
        reverse("documents:bulk", args=[org]),
        {"geste": "telecharger", "choix": [f"d:{document.uid}", f"f:{tree.urbanisme.uid}"]},
    )
    assert response.status_code == 302
    assert not AuditEntry.objects.filter(verb="documents.document.downloaded").exists()


def test_confidential_titles_stay_out_of_the_journal(tree: Tree, client_of: ClientOf) -> None:
    secret = tree.file("acte.txt", by=tree.cast.claire, folder=tree.secret)
    AuditLabel.objects.all().delete()
    response = client_of(tree.cast.claire).post(
        reverse("documents:bulk", args=["saint-aubin"]), {"tout": str(tree.secret.uid)}
    )
    assert "État civil/acte.txt" in _opened(response).namelist()
    assert AuditEntry.objects.filter(
        verb="documents.document.downloaded", target_uid=secret.uid
    ).exists()
    labels = set(AuditLabel.objects.values_list("object_uid", flat=True))
    assert secret.uid not in labels
    assert tree.secret.uid not in labels


@pytest.mark.django_db(transaction=True)
def test_the_connection_is_given_back_before_the_first_byte(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file("avis.txt", b"avis")
    response = _download(client_of(tree.cast.julien), tree, document)
    assert connection.connection is None
    assert _opened(response).read("avis.txt") == b"avis"
    assert Document.objects.count() == 1
