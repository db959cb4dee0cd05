"""Filing: every byte written whole or not at all, every name in one namespace."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image
from pytest_django import Settings

from config.lib.access import Refused
from config.lib.storage import blobs
from documents.models import Document, Version
from documents.services import filing
from documents.services.filing import BadName, FileTooLarge, NameTaken, NoRoomLeft
from documents.services.folders import create_folder
from tests.documents.tree_of_cast import Tree


def _stored() -> list[Path]:
    return [path for path in blobs().root.rglob("*") if path.is_file()]


def test_a_file_becomes_a_document_with_one_version_and_its_bytes(tree: Tree) -> None:
    document = tree.file("Arrêté.txt", "Arrêté de voirie".encode())
    version = document.current_version
    assert version is not None
    assert (version.number, version.media_type, version.size) == (1, "text/plain", 18)
    assert blobs().path(version.storage_key).read_bytes() == "Arrêté de voirie".encode()
    assert document.title == "Arrêté.txt"


def test_the_same_name_asks_first_and_then_becomes_a_version(tree: Tree) -> None:
    first = tree.file("note.txt", b"un")
    with pytest.raises(NameTaken) as taken:
        tree.file("NOTE.txt", b"deux")
    assert taken.value.existing == first
    assert tree.file("NOTE.txt", b"deux", as_new_version=True) == first
    assert [v.number for v in first.versions.order_by("number")] == [1, 2]


def test_the_same_bytes_twice_make_no_second_version(tree: Tree) -> None:
    first = tree.file("note.txt", b"un")
    tree.file("note.txt", b"un", as_new_version=True)
    assert first.versions.count() == 1


def test_decomposed_accents_are_the_same_name(tree: Tree) -> None:
    tree.file("De\u0301libe\u0301ration.txt")
    with pytest.raises(NameTaken):
        tree.file("Délibération.txt")


def test_a_folder_holds_its_name_against_files(tree: Tree) -> None:
    create_folder(
        actor=tree.cast.actor(tree.cast.julien),
        parent=tree.urbanisme,
        name="PLU",
        now=tree.cast.now,
    )
    with pytest.raises(NameTaken) as taken:
        tree.file("plu")
    assert taken.value.existing is None


def test_a_picture_called_pdf_is_kept_as_a_picture_and_said_so(tree: Tree) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "GIF")
    filed = filing.file_document(
        actor=tree.cast.actor(tree.cast.julien),
        folder=tree.urbanisme,
        received=filing.receive(io.BytesIO(buffer.getvalue()), "plan.pdf"),
        now=tree.cast.now,
    )
    assert filed.document.title == "plan.gif"
    assert filed.version.media_type == "image/gif"
    assert "image" in filed.notice


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Martine\\note.txt", "note.txt"),
        ("\u202etxt.exe", "txt.exe"),
        ("a\x00b\n.txt", "a b .txt"),
        ("  espace  .txt ", "espace .txt"),
        ("é" * 200 + ".pdf", "é" * 125 + ".pdf"),
    ],
)
def test_names_are_cleaned_before_they_are_kept(given: str, kept: str) -> None:
    assert filing.usable_name(given) == kept
    assert len(filing.usable_name(given).encode()) <= 255


@pytest.mark.parametrize("name", ["", "...", "/", "\u200b", " . "])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(BadName):
        filing.usable_name(name)


def test_too_large_a_file_leaves_nothing(tree: Tree, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    before = _stored()
    with pytest.raises(FileTooLarge, match="dépasse 10\xa0octets"):
        tree.file("gros.txt", b"x" * 11)
    assert _stored() == before
    assert not Document.objects.exists()


def test_a_full_disk_leaves_nothing_and_says_so(tree: Tree) -> None:
    class Full(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(28, "No space left on device")

    before = _stored()
    with pytest.raises(NoRoomLeft, match="n’a plus de place"):
        filing.receive(Full(b"x"), "note.txt")
    assert _stored() == before


@pytest.mark.parametrize(
    ("who", "may"),
    [("nadia", True), ("julien", True), ("karim", False), ("claire", False), ("michel", False)],
)
def test_editors_file_and_nobody_else(tree: Tree, who: str, may: bool) -> None:
    person = getattr(tree.cast, who)
    if may:
        assert tree.file(by=person).created_by == person
    else:
        with pytest.raises(Refused):
            tree.file(by=person)
        assert not Document.objects.exists()


def test_a_folder_of_another_commune_is_out_of_reach(tree: Tree) -> None:
    from documents.models import Folder

    with pytest.raises(Folder.DoesNotExist):
        tree.file(folder=tree.valmorel)
    with pytest.raises(Folder.DoesNotExist):
        tree.file(by=tree.cast.sophie, organisation=tree.cast.valmorel)


def test_restoring_a_version_adds_one_and_erases_nothing(tree: Tree) -> None:
    document = tree.file("note.txt", b"un")
    tree.file("note.txt", b"deux", as_new_version=True)
    old = document.versions.get(number=1)
    with pytest.raises(Refused):
        filing.restore_version(
            actor=tree.cast.actor(tree.cast.claire), version=old, now=tree.cast.now
        )
    restored = filing.restore_version(
        actor=tree.cast.actor(tree.cast.julien), version=old, now=tree.cast.now
    )
    assert (restored.number, restored.sha256, restored.restored_from) == (3, old.sha256, old)
    document.refresh_from_db()
    assert document.current_version == restored


@pytest.mark.django_db(transaction=True)
def test_two_people_filing_one_name_at_once_make_one_document(tree: Tree) -> None:
    barrier = threading.Barrier(4)

    def deposit(content: bytes) -> str:
        barrier.wait()
        try:
            tree.file("note.txt", content)
        except NameTaken:
            return "asked"
        finally:
            connection.close()
        return "filed"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(deposit, [b"1", b"2", b"3", b"4"]))
    assert outcomes == ["asked", "asked", "asked", "filed"]
    assert Version.objects.count() == 1
