"""Scanners write in a folder; each scan is collected whole, once."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from documents.enums import ArrivalSource
from documents.models import Arrival, Envelope
from documents.services import arriving, scanning
from documents.services.scanning import collect
from tests.documents.arrivals.mails import PDF
from tests.documents.tree_of_cast import Tree


@pytest.fixture
def scanner(tmp_path: Path, settings: object) -> Path:
    settings.SCANNER_DIR = str(tmp_path)
    folder = tmp_path / "saint-aubin"
    folder.mkdir()
    return folder


def _write(path: Path, content: bytes, at: datetime) -> Path:
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def _collect(tree: Tree, later: timedelta = timedelta()) -> int:
    return collect(now=tree.cast.now + later, heartbeat=lambda: None)


def test_a_scan_is_taken_once_it_has_stopped_growing(tree: Tree, scanner: Path) -> None:
    now = tree.cast.now
    path = _write(scanner / "SCAN_1.pdf", PDF, now - timedelta(seconds=3))
    assert _collect(tree) == 0
    assert path.exists()
    assert _collect(tree, timedelta(seconds=20)) == 1
    arrival = Arrival.objects.get()
    assert (arrival.name, arrival.envelope.source) == ("SCAN_1.pdf", ArrivalSource.SCANNER)
    assert not path.exists()
    assert list((scanner / scanning.CLAIMED).iterdir()) == []


def test_two_scans_of_one_name_are_two(tree: Tree, scanner: Path) -> None:
    old = tree.cast.now - timedelta(minutes=5)
    for rank in range(2):
        _write(scanner / "SCAN.pdf", PDF + b"%d" % rank, old + timedelta(seconds=rank))
        assert _collect(tree) == 1
    assert Arrival.objects.count() == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_the_middle_nothing_is_lost_and_nothing_comes_twice(
    tree: Tree, scanner: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    _write(scanner / "SCAN.pdf", PDF, tree.cast.now - timedelta(minutes=5))
    bring = arriving.bring

    def dies(**given: object) -> object:
        if when == "after":
            bring(**given)
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(scanning.arriving, "bring", dies)
        with pytest.raises(RuntimeError):
            _collect(tree)
    _collect(tree)
    assert Envelope.objects.count() == Arrival.objects.count() == 1
    assert list((scanner / scanning.CLAIMED).iterdir()) == []


def test_links_are_not_followed_and_what_is_wrong_says_why(tree: Tree, scanner: Path) -> None:
    old = tree.cast.now - timedelta(minutes=5)
    secret = _write(scanner.parent / "secret.txt", b"secret", old)
    (scanner / "lien.pdf").symlink_to(secret)
    (scanner / "dossier").mkdir()
    _write(scanner / "vide.pdf", b"", old)
    _write(scanner / ".cache", b"x", old)
    assert _collect(tree) == 0
    refused = scanner / scanning.REFUSED
    assert (refused / "vide.pdf.txt").read_text(encoding="utf-8") == "Ce fichier est vide.\n"
    assert not Arrival.objects.exists()


def test_each_organisation_has_its_own_folder(tree: Tree, scanner: Path) -> None:
    old = tree.cast.now - timedelta(minutes=5)
    (scanner.parent / "valmorel").mkdir()
    (scanner.parent / "inconnue").mkdir()
    _write(scanner.parent / "valmorel" / "a.pdf", PDF, old)
    _write(scanner.parent / "inconnue" / "b.pdf", PDF, old)
    assert _collect(tree) == 1
    assert Arrival.objects.get().organisation == tree.cast.valmorel
