"""The screens of the séances in a real browser: accessible, by mouse, by keyboard, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from config.lib import clock
from council.services import agenda, agreeing, convening, snippets
from tests.browser import PHONE, assert_accessible, assert_accessible_at_both_widths
from tests.council.stage import NOW


@pytest.fixture
def visit(transactional_db, stage, new_context, client_of, live_server, monkeypatch):
    """`visit(person, viewport=PHONE)`: a page of that person's browser, signed in."""
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def open_page(who, **options):
        context = new_context(**options)
        session = client_of(who).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    return open_page


def url(meeting, page=""):
    return f"/c/saint-aubin/seances/{meeting.uid}/{page}"


def test_every_screen_is_accessible(stage, visit):
    page = visit(stage.dgs_person)
    meeting = stage.meeting()
    document = stage.document()
    item = stage.item("Tarifs de la cantine", meeting=meeting, documents=(document,))
    stage.item("Chemin des Vignes", meeting=meeting)
    stage.item("En attente")

    def look(path):
        page.goto(path)
        assert_accessible_at_both_widths(page)

    for path in (
        f"/c/saint-aubin/seances/points/{item.uid}/",
        url(meeting),
    ):
        look(path)
    agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
    meeting = stage.frozen(meeting)
    look(url(meeting))
    look(url(meeting, "convoquer/"))
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    look(url(meeting, "preuve/"))
    look(url(meeting))


def test_the_mayor_agrees_on_a_phone_with_one_button(stage, visit):
    meeting = stage.meeting()
    stage.item(meeting=meeting, summary="Le repas passe à 3,20 €.")
    agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
    page = visit(stage.mayor, viewport=PHONE)
    page.goto("/c/saint-aubin/seances/")
    page.get_by_role("link", name=re.compile("Conseil municipal")).first.click()
    assert_accessible(page)
    page.get_by_role("button", name="Je donne mon accord").click()
    expect(page.get_by_text("Vous avez donné votre accord")).to_be_visible()
    assert agenda.agreement_stands(meeting)


def test_points_are_moved_by_the_keyboard_and_saved_at_once(stage, visit):
    meeting = stage.meeting()
    for title in ("Un", "Deux", "Trois"):
        stage.item(title, meeting=meeting)
    page = visit(stage.dgs_person)
    page.goto(url(meeting))
    with page.expect_response(lambda answer: answer.url.endswith("/ordre/")):
        page.get_by_role("button", name="Monter : Trois").press("Enter")
    page.reload()
    links = page.locator(".sortable__item a")
    expect(links).to_have_text(["Un", "Trois", "Deux"])


def test_points_are_dragged(stage, visit):
    meeting = stage.meeting()
    for title in ("Un", "Deux", "Trois"):
        stage.item(title, meeting=meeting)
    page = visit(stage.dgs_person)
    page.goto(url(meeting))
    page.wait_for_function("() => window.Sortable !== undefined")
    handles = page.locator("[data-ui-handle]")
    with page.expect_response(lambda answer: answer.url.endswith("/ordre/")):
        handles.nth(2).drag_to(handles.nth(0))
    page.reload()
    expect(page.locator(".sortable__item a").first).to_have_text("Trois")


def test_without_javascript_the_whole_way_to_the_proof(stage, visit):
    meeting = stage.meeting()
    stage.item("Tarifs de la cantine", meeting=meeting)
    dgs = visit(stage.dgs_person, java_script_enabled=False)
    mayor = visit(stage.mayor, java_script_enabled=False, viewport=PHONE)
    dgs.goto(url(meeting))
    dgs.get_by_role("link", name="Lui demander son accord").click()
    dgs.get_by_role("button", name="Demander l’accord").click()
    mayor.goto(url(meeting, "a-valider/"))
    mayor.get_by_role("button", name="Je donne mon accord").click()
    dgs.goto(url(meeting))
    dgs.get_by_role("link", name="Arrêter l’ordre du jour").click()
    dgs.get_by_role("button", name="Arrêter l’ordre du jour").click()
    dgs.get_by_role("link", name="Préparer l’envoi").click()
    expect(dgs.get_by_text("(lien personnel)")).to_be_visible()
    dgs.get_by_role("button", name="Convoquer 5 membres").click()
    expect(dgs.get_by_role("heading", level=1)).to_have_text("Preuve de convocation")
    expect(dgs.get_by_role("link", name="Imprimer son dossier")).to_be_visible()


PASTE = """(page) => {
  const data = new DataTransfer();
  data.setData("text/html", "<p style='color:red'>Vu <b>le</b> budget<script>x()</script></p>");
  const options = {clipboardData: data, bubbles: true, cancelable: true};
  page.dispatchEvent(new ClipboardEvent("paste", options));
}"""


def test_the_text_of_a_point_is_written_pasted_and_kept(stage, visit):
    item = stage.item()
    snippets.begin_with_usual(actor=stage.dgs, now=NOW)
    page = visit(stage.dgs_person)
    page.goto(f"/c/saint-aubin/seances/points/{item.uid}/modifier/")
    page.wait_for_selector("html[data-ui-ready]")
    writing = page.get_by_role("textbox", name="Projet de délibération")
    writing.click()
    page.get_by_role("button", name="Titre").click()
    page.keyboard.type("Décide")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Gras").click()
    page.keyboard.type("Article 1")
    page.get_by_role("button", name="Gras").click()
    page.keyboard.press("Enter")
    writing.evaluate(PASTE)
    page.keyboard.press("Enter")
    page.get_by_text("Insérer une formule de la commune").click()
    page.get_by_role("button", name="Intérêt communal").click()
    assert_accessible(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le point est à jour.")).to_be_visible()
    item.refresh_from_db()
    assert item.proposed_text.split("\n") == [
        "# Décide",
        "**Article 1**",
        "Vu **le** budget",
        "Considérant l’intérêt pour la commune de … ;",
    ]
