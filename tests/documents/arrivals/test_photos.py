"""Pages photographed: kept in order, made into one PDF, and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.lib.access import Refused
from config.lib.storage import blobs
from config.work.registry import Retry
from documents.demo_files import pages
from documents.enums import ArrivalState, IndexState, Role
from documents.extraction import ExtractionPool, HelperUnavailable, Picture, Problem
from documents.models import Arrival, Document, DocumentPage, Envelope
from documents.services import photographing, rights
from documents.services.blob_references import referenced
from documents.services.photographing import NoPhoto
from documents.services.storage_check import differences
from tests.documents.photographs import photograph, printed, seen, taken_with_position
from tests.documents.tree_of_cast import Tree

ORG = "saint-aubin"


@pytest.fixture(autouse=True)
def _a_disk_of_its_own(settings: Any, tmp_path: Path) -> None:
    """What other tests left on the shared one is not looked at."""
    settings.PARVIS_STORAGE_DIR = str(tmp_path / "storage")


def _url(name: str, *args: object) -> str:
    return reverse(f"documents:{name}", args=[ORG, *args])


def _small(shade: int) -> bytes:
    """A picture that costs little, whose pages can be told from each other."""
    return taken_with_position(PIL.Image.new("RGB", (160, 120), (shade, shade, shade)))


def _sent(*contents: bytes, name: str = "image.jpg") -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, content, "image/jpeg") for content in contents]


def _take(client, tree: Tree, *contents: bytes, folder: object = None, **more: str):
    url = _url("arrivals-photo") if folder is None else _url("photo", folder.uid)
    return client.post(url, {"photos": _sent(*contents), **more})


def _words(answer) -> str:
    """The page, its spaces made ordinary."""
    return " ".join(answer.content.decode().split())


def _everything_stored() -> bytes:
    root = Path(settings.PARVIS_STORAGE_DIR)
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_photographed_pages_become_one_pdf_that_the_search_finds(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    client = client_of(tree.cast.julien)
    first = photograph(seen(tilt=0.3, roll=0.1), page=printed("Bail de la salle des Lavandières"))
    answer = _take(
        client,
        tree,
        taken_with_position(first),
        taken_with_position(photograph(seen(tilt=0.2)), lying=True),
        folder=tree.urbanisme,
        name="Bail salle des Lavandières",
    )
    envelope = Envelope.objects.get(source="photo")
    assert answer.url == _url("photo-pages", envelope.uid)
    assert "2 photos" in _words(client.get(answer.url))
    assert "GPS" not in envelope.subject
    assert b"Fairphone" in _everything_stored()  # until the job has run

    run_jobs()

    document = Document.objects.get(title="Bail salle des Lavandières.pdf")
    version = document.current_version
    assert (document.folder, version.author) == (tree.urbanisme, tree.cast.julien)
    assert version.media_type == "application/pdf"
    assert (version.page_count, version.index_state) == (2, IndexState.INDEXED)
    read = DocumentPage.objects.filter(version=version).order_by("number")
    assert "salle des Lavandières" in read[0].text
    assert "toiture" in read[1].text
    found = client.get(_url("search"), {"q": "lavandières"}).content.decode()
    assert _url("document", document.uid) in found
    # Of the photographs nothing is left, and no file knows where they were taken.
    assert not Arrival.objects.filter(state=ArrivalState.ASSEMBLING).exists()
    stored = _everything_stored()
    assert b"Fairphone" not in stored
    assert b"Exif" not in stored
    assert list(differences(now=tree.cast.now)) == []
    page = client.get(answer.url).content.decode()
    assert "est dans Urbanisme" in page
    assert _url("document", document.uid) in page


def test_a_page_that_cannot_be_read_takes_no_other_with_it(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    client = client_of(tree.cast.julien)
    bomb = pages.encoded(PIL.Image.new("1", (30000, 30000)), "PNG")
    cut = pages.encoded(printed(), "JPEG")[:9000]
    answer = client.post(
        _url("photo", tree.urbanisme.uid),
        {
            "photos": [
                *_sent(_small(40)),
                *_sent(bomb, name="bombe.png"),
                *_sent(b"%PDF-1.4 rien", name="facture.jpg"),
                *_sent(cut, _small(200)),
            ],
            "name": "Constat",
        },
    )
    said = _words(client.get(answer.url))
    assert "Photo 3 : « facture.pdf » n’est pas une photo" in said
    run_jobs()
    document = Document.objects.get(title="Constat.pdf")
    assert document.current_version.page_count == 2
    notice = Envelope.objects.get(source="photo").notice
    assert "Photo 2 laissée de côté" in notice
    assert "trop grande" in notice
    assert "Photo 3 laissée de côté" in notice  # the third of those that were pictures
    assert "tronqué" in notice
    assert document.current_version.notice == notice
    assert "tronqué" in client.get(answer.url).content.decode()


def test_when_no_page_can_be_read_it_is_said_and_nothing_is_filed(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    client = client_of(tree.cast.julien)
    before = Document.objects.count()
    answer = _take(client, tree, pages.encoded(printed(), "JPEG")[:9000], folder=tree.urbanisme)
    run_jobs()
    assert "Aucune page n’a pu être lue" in client.get(answer.url).content.decode()
    assert Document.objects.count() == before
    assert list(differences(now=tree.cast.now)) == []


def test_from_the_bin_the_pdf_waits_to_be_filed(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    client = client_of(tree.cast.nadia)
    answer = _take(client, tree, _small(90), _small(180))
    assert Arrival.objects.filter(state=ArrivalState.ASSEMBLING).count() == 2
    assert "image.jpg" not in client.get(_url("arrivals")).content.decode()
    run_jobs()
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.media_type) == (ArrivalState.TO_FILE, "application/pdf")
    assert arrival.name.startswith("Photo du ")
    assert arrival.name in client.get(_url("arrivals")).content.decode()
    assert _url("arrival", arrival.uid) in client.get(answer.url).content.decode()


def test_a_name_already_taken_gets_a_number(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    client = client_of(tree.cast.julien)
    for shade in (60, 120):
        _take(client, tree, _small(shade), folder=tree.urbanisme, name="Plan")
        run_jobs()
    titles = Document.objects.filter(title__startswith="Plan").values_list("title", flat=True)
    assert set(titles) == {"Plan.pdf", "Plan (2).pdf"}


def test_a_right_lost_meanwhile_leaves_the_pdf_at_the_door_of_the_folder(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    cast = tree.cast
    _take(client_of(cast.julien), tree, _small(60), folder=tree.urbanisme, name="Plan")
    rights.set_role(
        actor=cast.dgs, obj=tree.urbanisme, principal=cast.julien, role=Role.READER,
        now=cast.now, confirmed=True,
    )  # fmt: skip
    run_jobs()
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.envelope.folder) == (ArrivalState.TO_FILE, tree.urbanisme)
    assert "n’a pas été classé" in arrival.envelope.notice


def test_nothing_or_too_much_is_refused_in_words(
    tree: Tree, client_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(tree.cast.julien)
    url = _url("photo", tree.urbanisme.uid)
    empty = client.post(url, {"name": "Rien"})
    assert empty.status_code == 422
    assert "au moins une photo" in empty.content.decode()
    assert 'value="Rien"' in empty.content.decode()
    monkeypatch.setattr(photographing, "MOST_PHOTOS", 1)
    many = _take(client, tree, _small(1), _small(2), folder=tree.urbanisme)
    assert many.status_code == 422
    assert "au plus 1 photos" in many.content.decode()
    assert not Envelope.objects.exists()


def test_who_may_not_file_there_may_not_photograph_for_it(tree: Tree) -> None:
    cast = tree.cast
    with pytest.raises(Refused):
        photographing.take(
            actor=cast.actor(cast.claire), folder=tree.urbanisme, photos=[], name="", now=cast.now
        )
    with pytest.raises(Refused):
        photographing.take(
            actor=cast.actor(cast.julien), folder=None, photos=[], name="", now=cast.now
        )
    with pytest.raises(NoPhoto):
        photographing.take(
            actor=cast.actor(cast.julien),
            folder=tree.urbanisme,
            photos=[],
            name="",
            now=cast.now,
        )


def test_pages_being_assembled_are_held_by_the_sweep_and_seen_by_those_who_file_there(
    tree: Tree, client_of: Callable
) -> None:
    cast = tree.cast
    answer = _take(client_of(cast.julien), tree, _small(60), folder=tree.urbanisme)
    (photo,) = Arrival.objects.all()
    assert referenced([photo.storage_key]) == {photo.storage_key}
    assert client_of(cast.claire).get(answer.url).status_code == 404
    for name in ("arrival", "arrival-view", "arrival-download"):
        assert client_of(cast.julien).get(_url(name, photo.uid)).status_code == 404


def test_a_helper_that_does_not_start_is_tried_again_and_the_photos_stay(
    tree: Tree,
    client_of: Callable,
    monkeypatch: pytest.MonkeyPatch,
    run_jobs: Callable[[], int],
) -> None:
    client = client_of(tree.cast.julien)
    answer = _take(client, tree, _small(60), folder=tree.urbanisme, name="Plan")
    envelope = Envelope.objects.get()

    def unavailable(*_given: object, **_named: object) -> Picture | Problem:
        raise HelperUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(ExtractionPool, "page_of_photo", unavailable)
        with pytest.raises(Retry):
            photographing.assemble(
                envelope_id=envelope.pk,
                last_attempt=True,
                now=tree.cast.now,
                heartbeat=lambda: None,
            )
    photographing.mark_not_done(envelope.pk)
    page = client.get(answer.url).content.decode()
    assert "Vos photos sont gardées" in page
    assert blobs().path(Arrival.objects.get().storage_key).exists()
    client.post(answer.url)
    run_jobs()
    assert Document.objects.filter(title="Plan.pdf").exists()


def test_the_job_run_twice_files_once(tree: Tree, client_of: Callable) -> None:
    _take(client_of(tree.cast.julien), tree, _small(60), folder=tree.urbanisme, name="Plan")
    envelope = Envelope.objects.get()
    for _ in range(2):
        photographing.assemble(
            envelope_id=envelope.pk, last_attempt=False, now=tree.cast.now, heartbeat=lambda: None
        )
    assert Document.objects.filter(title__startswith="Plan").count() == 1
