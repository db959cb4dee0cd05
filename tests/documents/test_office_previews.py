"""Office documents seen in the browser: as PDF when LibreOffice is there, as their words if not."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from config.lib.storage import blobs
from documents.demo_files import office
from documents.demo_files.blocks import blocks_of
from documents.models import Document, Version
from documents.previews import NoPdf, pdf_path, why_no_pdf
from documents.services import filing, reading
from documents.services.storage_check import differences
from documents.services.sweeping import sweep
from tests.documents.arrivals.bringing import bring
from tests.documents.tree_of_cast import Tree

WORDS = "Bail de la salle des Lavandières."


@pytest.fixture(autouse=True)
def _a_disk_of_its_own(settings: Any, tmp_path: Path) -> None:
    """What other tests left on the shared one is not looked at."""
    settings.PARVIS_STORAGE_DIR = str(tmp_path / "storage")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """`program(script)`: this shell script answers to the name of soffice, and counts its calls."""

    def install(script: str) -> Path:
        place = tmp_path / "bin"
        place.mkdir(exist_ok=True)
        (place / "soffice").write_text(f"#!/bin/sh\nfor source; do :; done\n{script}\n")
        (place / "soffice").chmod(0o755)
        monkeypatch.setenv("PATH", f"{place}:{os.defpath}")
        return place

    return install


MAKES_A_PDF = 'printf "%%PDF-1.4 made" > "${source%.docx}.pdf"'


@pytest.fixture
def letter(tree: Tree) -> Version:
    content = office.docx(blocks_of(WORDS))
    document = tree.file("Bail.docx", content, by=tree.cast.nadia)
    assert document.current_version is not None
    return document.current_version


def _see(client, version: Version):
    page = client.get(reverse("documents:document", args=["saint-aubin", version.document.uid]))
    view = client.get(reverse("documents:version-view", args=["saint-aubin", version.uid]))
    return " ".join(page.content.decode().split()), view


def test_a_letter_is_shown_as_pdf_once_it_is_ready(
    letter: Version, tree: Tree, client_of: Callable, run_jobs: Callable[[], int], program: Callable
) -> None:
    program(MAKES_A_PDF)
    reader = client_of(tree.cast.claire)
    page, view = _see(reader, letter)
    assert "Aperçu en préparation" in page
    assert view.status_code == 404
    run_jobs()
    page, view = _see(reader, letter)
    assert "data-ui-pdf" in page
    assert "Aperçu en préparation" not in page
    assert b"".join(view.streaming_content) == b"%PDF-1.4 made"
    assert view["Content-Type"] == "application/pdf"
    assert view["Content-Disposition"].startswith("inline")
    assert "sandbox" in view["Content-Security-Policy"]
    # The same access as the version: no more, no less.
    _page, refused = _see(client_of(tree.cast.michel), letter)
    assert refused.status_code == 404


def test_without_libreoffice_the_words_are_shown_and_the_reason_said(
    letter: Version, tree: Tree, client_of: Callable, run_jobs: Callable[[], int], monkeypatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    run_jobs()
    page, view = _see(client_of(tree.cast.claire), letter)
    assert "Aperçu du texte seul" in page
    assert WORDS in page
    assert "Télécharger" in page
    assert view.status_code == 404
    assert reading.plan_missing_previews(now=tree.cast.now) == 0


def test_a_program_installed_later_takes_up_what_waited(
    letter: Version, tree: Tree, run_jobs: Callable[[], int], monkeypatch, program: Callable
) -> None:
    with monkeypatch.context() as bare:
        bare.setenv("PATH", "/nonexistent")
        run_jobs()
    assert why_no_pdf(letter.storage_key) is NoPdf.NO_PROGRAM
    program(MAKES_A_PDF)
    assert reading.plan_missing_previews(now=tree.cast.now) == 1
    run_jobs()
    assert pdf_path(letter.storage_key).exists()
    assert why_no_pdf(letter.storage_key) is None
    assert reading.plan_missing_previews(now=tree.cast.now) == 0


def test_what_libreoffice_cannot_open_is_said_and_not_tried_each_night(
    letter: Version, tree: Tree, client_of: Callable, run_jobs: Callable[[], int], program: Callable
) -> None:
    program("exit 1")
    run_jobs()
    page, _view = _see(client_of(tree.cast.claire), letter)
    assert "Aperçu de la mise en page impossible" in page
    assert WORDS in page
    assert reading.plan_missing_previews(now=tree.cast.now) == 0


def test_what_waits_to_be_filed_is_shown_too_and_is_not_converted_again_once_filed(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int], program: Callable
) -> None:
    program(MAKES_A_PDF)
    (arrival,) = bring(tree, ("Bail.docx", office.docx(blocks_of(WORDS))))
    view = reverse("documents:arrival-view", args=["saint-aubin", arrival.uid])
    page = reverse("documents:arrival", args=["saint-aubin", arrival.uid])
    sorter = client_of(tree.cast.nadia)
    assert sorter.get(view).status_code == 404
    run_jobs()
    assert "data-ui-pdf" in sorter.get(page).content.decode()
    shown = sorter.get(view)
    assert b"".join(shown.streaming_content) == b"%PDF-1.4 made"
    assert (shown["Content-Type"], shown["Content-Disposition"][:6]) == (
        "application/pdf",
        "inline",
    )
    assert client_of(tree.cast.claire).get(view).status_code == 404
    made = pdf_path(arrival.storage_key).stat().st_mtime_ns

    sorter.post(page, {"folder": tree.urbanisme.uid, "name": "Bail.docx", "day": "2026-03-12"})
    run_jobs()
    document = Document.objects.get(title__contains="Bail")
    assert document.current_version is not None
    assert document.current_version.storage_key == arrival.storage_key
    assert pdf_path(arrival.storage_key).stat().st_mtime_ns == made


def test_it_is_converted_once_for_the_same_bytes(
    letter: Version, tree: Tree, run_jobs: Callable[[], int], program: Callable
) -> None:
    program(MAKES_A_PDF)
    run_jobs()
    made = pdf_path(letter.storage_key).stat().st_mtime_ns
    cast = tree.cast
    other = tree.file("autre.docx", office.docx(blocks_of("Autre")), by=cast.nadia)
    filing.restore_version(actor=cast.dgs, version=letter, now=cast.now)
    reading.prepare_preview(version_id=letter.pk)
    run_jobs()
    assert pdf_path(letter.storage_key).stat().st_mtime_ns == made
    assert pdf_path(other.current_version.storage_key).exists()


def test_the_pdf_goes_with_the_bytes_it_was_made_of(
    letter: Version, tree: Tree, run_jobs: Callable[[], int], program: Callable
) -> None:
    program(MAKES_A_PDF)
    run_jobs()
    key, later = letter.storage_key, tree.cast.now + timedelta(days=3)
    assert list(differences(now=later)) == []
    sweep(now=later)
    assert pdf_path(key).exists()
    blobs().delete(key)
    found = [one for one in differences(now=later) if one.code == "orphan-preview"]
    assert [one.detail for one in found] == [key]
    sweep(now=later)
    assert not pdf_path(key).exists()
