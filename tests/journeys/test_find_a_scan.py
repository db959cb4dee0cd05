"""An agent drops a scan, and finds it by a word of its text."""

from pathlib import Path

from playwright.sync_api import Page, expect

from documents.enums import IndexState
from documents.models import Version
from tests.browser import PHONE
from tests.documents.tree_of_cast import Tree
from tests.journeys.conftest import SignIn
from tests.worker import Worker


def _behaviours_started(page: Page) -> None:
    """The page says when its scripts listen: a key pressed before that is nobody's."""
    page.wait_for_selector("html[data-ui-ready]", state="attached")


def test_an_agent_uploads_a_scan_and_finds_it_by_a_word_of_its_text(
    journey: Tree, at_browser: SignIn, worker: Worker, scan: Path
) -> None:
    page = at_browser(journey.cast.julien)
    page.goto(f"/c/saint-aubin/documents/dossier/{journey.urbanisme.uid}/")
    _behaviours_started(page)
    page.get_by_label("Fichiers à déposer").set_input_files(scan)
    expect(page.get_by_text("Déposé.").first).to_be_visible()
    worker.wait_until(
        lambda: Version.objects.filter(index_state=IndexState.INDEXED).exists(), seconds=60
    )
    page.goto("/c/saint-aubin/")
    _behaviours_started(page)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Rechercher").first).to_be_focused()
    page.keyboard.type("preau")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/?q=preau*")
    hit = page.get_by_role("main").get_by_role("link", name=scan.name)
    expect(hit).to_be_visible()
    expect(page.locator("main mark").first).to_be_visible()
    hit.click()
    expect(page.locator(".reader__page canvas").first).to_be_visible()


def test_without_a_script_one_file_is_filed_all_the_same(
    journey: Tree, at_browser: SignIn, scan: Path
) -> None:
    page = at_browser(journey.cast.julien, java_script_enabled=False, viewport=PHONE)
    page.goto(f"/c/saint-aubin/documents/dossier/{journey.urbanisme.uid}/")
    page.get_by_label("Fichiers à déposer").set_input_files(scan)
    page.locator("#deposer").get_by_role("button", name="Déposer", exact=True).click()
    expect(page.get_by_role("main").get_by_role("link", name=scan.name)).to_be_visible()
    expect(page.get_by_text("Déposé.")).to_be_visible()
