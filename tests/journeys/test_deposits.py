"""Deposits as people make them: whole folders, large files over bad connections, names taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from config.lib.storage import blobs
from documents.models import Document, Folder, Upload, Version
from tests.browser import PHONE, assert_accessible
from tests.documents.tree_of_cast import Tree
from tests.journeys.conftest import SignIn

LARGE = 20 * 1024 * 1024


def _open(page: Page, folder: Folder) -> None:
    page.goto(f"/c/saint-aubin/documents/dossier/{folder.uid}/")
    page.wait_for_selector("html[data-ui-ready]", state="attached")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder as it lies on a desk: some files, a folder below, an empty one, a leftover."""
    top = tmp_path / "Réfection préau"
    (top / "Photos" / "2024").mkdir(parents=True)
    (top / "Vide").mkdir()
    (top / "devis.txt").write_text("Devis de l’entreprise", encoding="utf-8")
    (top / "Photos" / "2024" / "note.txt").write_text("Avant", encoding="utf-8")
    (top / "Thumbs.db").write_bytes(b"x")
    return top


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "film.bin"
    path.write_bytes(os.urandom(LARGE))
    return path


def _above(folder: Folder | None) -> list[str]:
    return [] if folder is None else [*_above(folder.parent), folder.name]


def _drop(page: Page, *paths: Path) -> None:
    """A true drop from the system's files, folders included."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 500, "y": 400, "data": data})


def test_a_folder_dropped_on_the_page_keeps_its_shape(
    journey: Tree, at_browser: SignIn, project: Path, tmp_path: Path
) -> None:
    page = at_browser(journey.cast.julien)
    _open(page, journey.urbanisme)
    beside = tmp_path / "seul.txt"
    beside.write_text("Seul", encoding="utf-8")
    _drop(page, project, beside)
    expect(page.locator(".drop__headline")).to_have_text(
        "4 dossiers créés, 3 fichiers déposés, 1 fichier technique laissé de côté."
    )
    expect(
        page.get_by_role("main").get_by_role("link", name="Réfection préau", exact=True)
    ).to_be_visible()
    assert_accessible(page)
    paths = {
        "/".join([*_above(one.folder), one.title])
        for one in Document.objects.select_related("folder").order_by("pk")
    }
    assert paths == {
        "Documents/Urbanisme/Réfection préau/devis.txt",
        "Documents/Urbanisme/Réfection préau/Photos/2024/note.txt",
        "Documents/Urbanisme/seul.txt",
    }
    assert Folder.objects.get(name="Vide").parent.name == "Réfection préau"


def test_a_folder_chosen_with_the_button_keeps_its_shape(
    journey: Tree, at_browser: SignIn, project: Path
) -> None:
    page = at_browser(journey.cast.julien)
    _open(page, journey.urbanisme)
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Déposer un dossier").click()
    chosen.value.set_files(project)
    expect(page.locator(".drop__headline")).to_contain_text("2 fichiers déposés")
    assert Document.objects.get(title="note.txt").folder.name == "2024"


def test_names_that_are_taken_are_decided_once_for_all(
    journey: Tree, at_browser: SignIn, tmp_path: Path
) -> None:
    files = []
    for name in ("a.txt", "b.txt", "c.txt"):
        path = tmp_path / name
        path.write_text(f"nouveau {name}", encoding="utf-8")
        files.append(path)
    first = journey.file("a.txt")
    journey.file("b.txt")
    page = at_browser(journey.cast.julien, viewport=PHONE)
    _open(page, journey.urbanisme)
    both = ["a (2).txt", "a.txt", "b (2).txt", "b.txt", "c (2).txt", "c.txt"]
    for answer, titles, versions in (
        ("Passer ces fichiers", ["a.txt", "b.txt", "c.txt"], 1),
        ("Garder les deux", both, 1),
        ("Nouvelles versions", both, 2),
    ):
        page.get_by_label("Fichiers à déposer").set_input_files(files)
        expect(page.locator(".drop__question")).to_contain_text("noms existent déjà")
        assert_accessible(page)
        page.get_by_role("button", name=answer).click()
        expect(page.locator(".drop__headline")).to_contain_text("déposé")
        assert list(Document.objects.order_by("title").values_list("title", flat=True)) == titles
        assert first.versions.count() == versions
        page.get_by_role("button", name="Effacer cette liste").click()


@pytest.mark.page_errors("ERR_|Failed to load resource")
def test_a_large_file_goes_on_after_a_cut_and_after_a_reload(
    journey: Tree, at_browser: SignIn, large: Path
) -> None:
    page = at_browser(journey.cast.julien)
    offsets: list[str] = []
    cuts = [2, 3]

    def cut(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(route.request.headers["upload-offset"])
            if len(offsets) in cuts:
                route.abort("connectionreset")
                return
        route.continue_()

    page.route("**/morceaux/**", cut)
    _open(page, journey.urbanisme)
    page.get_by_label("Fichiers à déposer").set_input_files(large)
    # Eight of its megabytes go through the browser's driver before the cut.
    expect(page.get_by_text("Connexion perdue")).to_be_visible(timeout=30_000)
    page.on("dialog", lambda dialog: dialog.accept())
    _open(page, journey.urbanisme)  # the page is left in the middle
    begun = Upload.objects.get()
    assert begun.offset == 8 * 1024 * 1024
    page.get_by_label("Fichiers à déposer").set_input_files(large)
    expect(page.locator(".drop__headline")).to_have_text("1 fichier déposé.", timeout=30_000)
    version = Version.objects.get()
    assert blobs().path(version.storage_key).read_bytes() == large.read_bytes()
    assert Upload.objects.get() == begun
    assert offsets.count("0") == 1  # nothing was sent twice


@pytest.mark.page_errors("ERR_|Failed to load resource")
def test_a_deposit_is_cancelled_and_tried_again(
    journey: Tree, at_browser: SignIn, large: Path
) -> None:
    page = at_browser(journey.cast.julien)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "PATCH" and not held:
            held.append(route)  # never answered: there is time to change one's mind
        else:
            route.continue_()

    parts = blobs().root / "parts"
    before = set(parts.glob("*"))
    page.route("**/morceaux/**", hold)
    _open(page, journey.urbanisme)
    with page.expect_request(lambda request: request.method == "PATCH"):
        page.get_by_label("Fichiers à déposer").set_input_files(large)
    expect(page.locator(".drop__headline")).to_contain_text("sur 20 Mo")
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Annuler le dépôt").click()
    expect(page.locator(".drop__headline")).to_contain_text("1 abandonné")
    assert Upload.objects.count() == 0
    assert set(parts.glob("*")) <= before
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator(".drop__headline")).to_have_text("1 fichier déposé.", timeout=30_000)


def test_a_session_that_ended_is_not_taken_for_a_deposit(
    journey: Tree, at_browser: SignIn, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Note", encoding="utf-8")
    page = at_browser(journey.cast.julien)
    _open(page, journey.urbanisme)
    page.context.clear_cookies()
    page.get_by_label("Fichiers à déposer").set_input_files(note)
    expect(page.locator(".drop__reason")).to_be_visible()
    expect(page.locator(".drop__headline")).to_have_text("1 non déposé.")
    assert Document.objects.count() == 0
