"""The disk fills while files are read: the file itself stays, the reading says why it waits."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from config.work import services as work
from config.work.enums import JobState
from config.work.models import Job
from documents.enums import IndexState
from documents.models import Version
from documents.previews import preview_path
from documents.services.reading import EXTRACT, OCR
from tests.documents.bad_luck.waiting import all_is_well
from tests.documents.tree_of_cast import Tree


def _turn() -> None:
    """One try of each reading, whenever it is due."""
    for job in Job.objects.filter(kind__in=(EXTRACT, OCR), state=JobState.WAITING):
        work.run(job.pk, now=job.next_try_at + timedelta(seconds=1))


@pytest.mark.django_db
def test_a_disk_that_fills_while_a_picture_is_drawn(
    tree: Tree,
    client_of: Callable[[object], Client],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    settings.PARVIS_STORAGE_DIR = tmp_path
    photo = io.BytesIO()
    Image.new("RGB", (800, 400), "#8a4f0e").save(photo, "PNG")
    document = tree.file("photo.png", photo.getvalue())
    make = tempfile.mkstemp

    def without_room(dir: Path) -> tuple[int, str]:
        descriptor, name = make(dir=dir)
        full = os.open("/dev/full", os.O_WRONLY)  # the kernel answers ENOSPC to every write
        os.dup2(full, descriptor)
        os.close(full)
        return descriptor, name

    monkeypatch.setattr(tempfile, "mkstemp", without_room)
    _turn()
    version = Version.objects.get(document=document)
    assert version.index_state == IndexState.WAITING  # tried again by itself
    for _ in range(2):
        _turn()
    version.refresh_from_db()
    assert version.index_state == IndexState.FAILED
    client = client_of(tree.cast.julien)
    address = reverse("documents:document", args=["saint-aubin", document.uid])
    page = client.get(address).content.decode()
    assert "Le serveur n’a plus de place" in page
    assert "Réessayer" in page
    place = preview_path(version.storage_key)
    assert list(place.parent.iterdir()) == []
    all_is_well(tree.cast.saint_aubin)

    monkeypatch.undo()
    settings.PARVIS_STORAGE_DIR = tmp_path
    again = reverse("documents:version-read-again", args=["saint-aubin", version.uid])
    assert client.post(again).status_code == 302
    for _ in range(2):
        _turn()
    version.refresh_from_db()
    assert version.index_state in (IndexState.INDEXED, IndexState.NO_TEXT)
    assert place.exists()
    all_is_well(tree.cast.saint_aubin)
