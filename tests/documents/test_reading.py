"""What is filed is read, indexed and found; what cannot be read says why."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from config.lib.clock import now as read_clock
from config.lib.storage import blobs
from config.work import services as work
from config.work.models import Job
from documents.enums import IndexState
from documents.models import Document, DocumentPage, Version
from documents.previews import preview_path
from documents.services import filing, reading
from documents.services.reading import EXTRACT
from tests.documents.tree_of_cast import Tree
from tests.worker import Worker


def _read(document: Document) -> Version:
    """Run the jobs of this document here, as a worker would."""
    while jobs := list(Job.objects.due(read_clock()).exclude(kind=work.REACT).order_by("pk")):
        for job in jobs:
            work.run(job.pk, now=read_clock())
    return Version.objects.get(pk=Document.objects.get(pk=document.pk).current_version_id)


def test_a_text_is_read_and_its_pages_kept(tree: Tree) -> None:
    version = _read(tree.file(content="Subvention à l’harmonie".encode("cp1252")))
    assert version.index_state == IndexState.INDEXED
    assert DocumentPage.objects.get(version=version).text == "Subvention à l’harmonie"


def test_an_empty_file_fails_with_its_reason_and_can_be_tried_again(tree: Tree) -> None:
    document = tree.file("vide.txt", b"")
    version = _read(document)
    assert version.index_state == IndexState.FAILED
    assert version.index_reason == "Ce fichier est vide."
    filing.read_again(actor=tree.cast.actor(tree.cast.julien), version=version, now=read_clock())
    version.refresh_from_db()
    assert version.index_state == IndexState.WAITING
    assert Job.objects.filter(kind=EXTRACT, state="waiting").count() == 1


def test_bytes_gone_from_the_disk_are_said_at_once(tree: Tree) -> None:
    document = tree.file()
    assert document.current_version is not None
    blobs().delete(document.current_version.storage_key)
    version = _read(document)
    assert version.index_state == IndexState.FAILED
    assert "introuvable" in version.index_reason


def test_a_picture_is_drawn_again_for_its_preview(tree: Tree) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2400, 1200), "#8a4f0e").save(buffer, "PNG")
    version = _read(tree.file("photo.png", buffer.getvalue()))
    with Image.open(preview_path(version.storage_key)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (1600, 800))


def test_reading_twice_changes_nothing(tree: Tree) -> None:
    document = tree.file()
    first = _read(document)
    Job.objects.filter(kind=EXTRACT).update(state="waiting", lease_until=None, finished_at=None)
    assert _read(document).index_state == first.index_state
    assert DocumentPage.objects.filter(version=first).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_reads_what_was_just_filed(tree: Tree, worker: Worker) -> None:
    document = tree.file(content="Le garde champêtre a relevé une infraction.".encode())
    worker.wait_until(
        lambda: Version.objects.filter(document=document, index_state=IndexState.INDEXED).exists()
    )


def test_what_was_left_out_before_the_scans_is_still_said_after_them(tree: Tree) -> None:
    from documents.demo_files import make_files

    scan = next(f for f in make_files() if f.name.startswith("Registre 1987"))
    document = tree.file("registre.pdf", scan.content)
    version = document.current_version
    assert version is not None
    Version.objects.filter(pk=version.pk).update(
        index_state=IndexState.OCR, index_reason="1 page(s) abîmée(s) n'ont pas pu être lues."
    )
    reading.read_scans(version_id=version.pk, pages=[1], last_attempt=True, now=read_clock())
    version.refresh_from_db()
    assert version.index_state == IndexState.PARTIAL
    assert "abîmée" in version.index_reason
