"""Hostile files, deposited as anybody may: filed, never run, and their reading alone suffers."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from documents.demo_files import office, pages
from documents.demo_files.blocks import blocks_of
from documents.enums import IndexState
from documents.models import Document, DocumentPage, Version
from tests.documents.extraction.test_hostile import compressed, lying_about_its_size, png
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
SCRIPT = (
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"
)
PAGE = b"<!DOCTYPE html><html><body><script>alert(1)</script>Arr\xc3\xaat\xc3\xa9</body></html>"


@pytest.fixture(autouse=True)
def _own_store(settings: Settings, tmp_path: Path) -> None:
    settings.PARVIS_STORAGE_DIR = tmp_path


def _deposit(client: Client, tree: Tree, name: str, content: bytes) -> Any:
    return client.post(
        reverse("documents:upload", args=["saint-aubin", tree.urbanisme.uid]),
        {"files": SimpleUploadedFile(name, content)},
        headers={"Accept": "application/json"},
    )


def _agree() -> None:
    call_command("check_storage", deep=True, stdout=io.StringIO())


def _address(name: str, uid: object) -> str:
    return reverse(f"documents:{name}", args=["saint-aubin", uid])


def ten_thousand_pages() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages.pdf(blocks_of("Registre")))) as pdf:
        for _ in range(9_999):
            pdf.pages.append(pdf.pages[0])
        pdf.save(out)
    return out.getvalue()


def zip_bomb() -> bytes:
    """Zeros in zeros: 300 kB that would unfold to 300 MB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.txt", "w", force_zip64=True) as entry,
    ):
        for _ in range(300):
            entry.write(bytes(1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "states", "words"),
    [
        ("bombe.zip", zip_bomb, {IndexState.NO_TEXT, IndexState.FAILED}, ""),
        (
            "bombe.xlsx",
            lambda: compressed("xl/worksheets/sheet1.xml", 120),
            {IndexState.FAILED},
            "démesurée",
        ),
        (
            "menteuse.xlsx",
            lambda: lying_about_its_size(
                compressed("xl/worksheets/sheet1.xml", 60), "xl/worksheets/sheet1.xml"
            ),
            {IndexState.FAILED, IndexState.NO_TEXT},
            "",
        ),
        ("plan.png", lambda: png(60_000, 60_000), {IndexState.FAILED}, "trop grande"),
        ("registre.pdf", ten_thousand_pages, {IndexState.PARTIAL}, "2\xa0000"),
    ],
)
def test_a_file_made_to_hurt_is_filed_and_fails_alone(
    tree: Tree,
    client_of: ClientOf,
    run_jobs: Callable[[], int],
    name: str,
    make: Callable[[], bytes],
    states: set[IndexState],
    words: str,
) -> None:
    client = client_of(tree.cast.julien)
    assert _deposit(client, tree, name, make()).status_code == 201
    assert _deposit(client, tree, "voisin.txt", "Délibération".encode()).status_code == 201
    run_jobs()
    version = Version.objects.get(original_name=name)
    assert version.index_state in states
    assert words in version.index_reason
    page = client.get(_address("document", version.document.uid)).content.decode()
    assert version.index_reason in page
    assert Version.objects.get(original_name="voisin.txt").index_state == IndexState.INDEXED
    _agree()


@pytest.mark.parametrize(
    ("name", "content"),
    [("dessin.svg", SCRIPT), ("page.html", PAGE), ("page.pdf", PAGE), ("photo.png", SCRIPT)],
)
def test_what_could_run_in_a_browser_is_never_shown_in_it(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int], name: str, content: bytes
) -> None:
    client = client_of(tree.cast.julien)
    _deposit(client, tree, name, content)
    run_jobs()
    version = Version.objects.get()
    answer: Any = client.get(_address("version-download", version.uid))
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(_address("version-view", version.uid)).status_code == 404
    page = client.get(_address("document", version.document.uid)).content
    assert b"alert(" not in page.replace(b"&lt;", b"")
    _agree()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody outside, who would hear whoever follows a link to him."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        yield server


def _docx_that_calls(port: int) -> bytes:
    """A letter whose template, picture and style sheet are elsewhere."""
    base = f"http://127.0.0.1:{port}"
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="x{n}" Type="{schema}/{kind}" Target="{base}/{kind}" '
        'TargetMode="External"/>'
        for n, kind in enumerate(("attachedTemplate", "image", "oleObject", "subDocument"))
    )
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(office.docx(blocks_of("Courrier de relance")))) as letter,
        zipfile.ZipFile(out, "w") as archive,
    ):
        for part in letter.namelist():
            if not part.startswith("word/_rels/"):
                archive.writestr(part, letter.read(part))
        archive.writestr(
            "word/_rels/document.xml.rels",
            '<?xml version="1.0"?><Relationships '
            'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{links}</Relationships>",
        )
    return out.getvalue()


def test_a_letter_that_calls_elsewhere_is_read_and_calls_nobody(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int], listener: socket.socket
) -> None:
    client = client_of(tree.cast.julien)
    assert _deposit(
        client, tree, "lettre.docx", _docx_that_calls(listener.getsockname()[1])
    ).status_code == 201  # fmt: skip
    run_jobs()
    version = Version.objects.get()
    assert "Courrier de relance" in DocumentPage.objects.get(version=version).text
    client.get(_address("document", version.document.uid))
    with pytest.raises(TimeoutError):
        listener.accept()
    _agree()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\note.txt", "note.txt"),
        ("facture\u202etxt.exe.txt", "facturetxt.exe.txt"),
        ("a\tb\u0085c\u2028d.txt", "abcd.txt"),
        ("é" * 127 + ".txt", "é" * 125 + ".txt"),
        ("a" * 300 + ".txt", None),
        ("'\"<script>alert(1)</script>.txt", None),
    ],
)
def test_a_name_made_to_hurt_is_only_a_name(
    tree: Tree, client_of: ClientOf, given: str, kept: str | None
) -> None:
    client = client_of(tree.cast.julien)
    answer = _deposit(client, tree, given, b"Note de service")
    assert answer.status_code == 201
    document = Document.objects.get()
    assert kept is None or document.title == kept
    assert len(document.title.encode()) <= 255
    assert b"<script>alert" not in client.get(_address("folder", tree.urbanisme.uid)).content
    version = Version.objects.get()
    sent: Any = client.get(_address("version-download", version.uid))
    assert "\n" not in sent.headers["Content-Disposition"]
    assert "/" not in sent.headers["Content-Disposition"]
    b"".join(sent.streaming_content)
    _agree()


def test_an_empty_file_is_kept_and_said_to_be_empty(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    client = client_of(tree.cast.julien)
    assert _deposit(client, tree, "vide.txt", b"").status_code == 201
    run_jobs()
    assert Version.objects.get().index_reason == "Ce fichier est vide."
    assert _deposit(client, tree, "vide aussi.txt", b"").json()["same"] == []
    _agree()
