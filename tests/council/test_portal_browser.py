"""The portal in a real browser: by the link, on a telephone, with and without JavaScript."""

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from council.enums import Intent
from council.models import Answer, Proxy
from tests.browser import DESK, PHONE, assert_accessible, assert_accessible_at_both_widths
from tests.council.stage import Stage
from tests.council.test_portal import Sent, clock, pieces_of, send  # noqa: F401 - clock: fixture


@pytest.fixture
def convened(
    transactional_db: None,
    stage: Stage,
    clock: list[dt.datetime],  # noqa: F811
    settings: object,
    tmp_path: Path,
) -> Sent:
    settings.PARVIS_STORAGE_DIR = tmp_path  # type: ignore[attr-defined]
    return send(stage, clock)


def pass_gate(page: Page, sent: Sent) -> None:
    page.goto(sent.link(sent.aline))
    page.get_by_role("button", name="Oui, ouvrir mon dossier").click()
    expect(page.get_by_role("button", name="Ouvrir mon dossier")).to_be_visible()


def test_from_the_link_to_the_last_page(new_context, convened: Sent) -> None:
    page = new_context(viewport=PHONE).new_page()
    page.goto(convened.link(convened.aline))
    assert_accessible(page)
    pass_gate(page, convened)
    assert "/lien/" not in page.url
    assert_accessible(page)
    page.get_by_role("button", name="Ouvrir mon dossier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Convocation et ordre du jour")
    expect(page.locator(".reader__page canvas").first).to_be_visible()
    for title in ("Tarifs de la cantine", "Tarifs", "Photo", "Lettre"):
        page.get_by_role("link", name="Suivant").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert_accessible_at_both_widths(page)


def test_everything_works_without_javascript(new_context, convened: Sent) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    pass_gate(page, convened)
    page.get_by_role("button", name="Je serai là").click()
    expect(page.get_by_text("C’est noté : vous serez là.")).to_be_visible()
    page.get_by_role("link", name="Je donne pouvoir à…").click()
    page.get_by_label("Michel Garnier").check()
    page.get_by_role("button", name="Donner pouvoir à cette personne").click()
    expect(page.get_by_text("Vous avez donné pouvoir à Michel Garnier.").first).to_be_visible()
    assert Answer.objects.current().get().intent == Intent.PROXY
    assert Proxy.objects.live().get().holder == convened.mayor
    page.get_by_role("button", name="Ouvrir mon dossier").click()
    page.get_by_role("link", name="Suivant").first.click()
    page.get_by_role("link", name="Suivant").first.click()
    expect(page.get_by_role("link", name="Ouvrir le PDF")).to_be_visible()


def test_the_pouvoir_page_is_accessible_and_so_are_the_closed_doors(
    new_context, convened: Sent
) -> None:
    page = new_context(viewport=PHONE).new_page()
    pass_gate(page, convened)
    page.get_by_role("link", name="Je donne pouvoir à…").click()
    assert_accessible(page)
    for address in ("/dossier/lien/abc/", convened.url("home", convened.jeanne)):
        page.goto(address)
        assert_accessible(page)


def test_two_tabs_two_members_and_nothing_crosses(new_context, convened: Sent) -> None:
    context = new_context(viewport=PHONE)
    first, second = context.new_page(), context.new_page()
    for page, who in ((first, convened.jeanne), (second, convened.paul)):
        page.goto(convened.link(who))
        page.get_by_role("button", name="Oui, ouvrir mon dossier").click()
    first.get_by_role("button", name="Je serai là").click()
    second.get_by_role("button", name="Je ne serai pas là").click()
    first.reload()
    expect(first.get_by_text("Jeanne Martin")).to_be_visible()
    expect(first.get_by_text("Vous avez répondu que vous serez là.")).to_be_visible()
    answers = dict(Answer.objects.current().values_list("person__given_name", "intent"))
    assert answers == {"Jeanne": "present", "Paul": "absent"}


def test_what_was_read_is_ticked_on_this_device(new_context, convened: Sent) -> None:
    page = new_context(viewport=DESK).new_page()
    pass_gate(page, convened)
    piece = pieces_of(convened, convened.aline)["Lettre.txt"]
    page.goto(convened.url("read-piece", convened.aline, piece.uid))
    page.goto(convened.url("read", convened.aline))
    line = page.locator(".outline__link:visible", has_text="Lettre")
    expect(line).to_contain_text("lu")
