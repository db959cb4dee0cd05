"""The list of a folder in a real browser: the bar of the selection and the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from documents.models import Document, DocumentType, Folder, Tag
from documents.services import folders, labels
from tests.browser import DESK, PHONE, assert_accessible
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_list(new_context: Callable[..., Any], live_server: Any) -> Callable[..., Page]:
    """`open_list(person, folder)`: that folder in that person's browser."""

    def go(person: Any, folder: Folder, **options: Any) -> Page:
        client = Client()
        client.force_login(person)
        context = new_context(**options)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page: Page = context.new_page()
        _open(page, folder)
        return page

    return go


def _open(page: Page, folder: Folder) -> None:
    page.goto(reverse("documents:folder", args=["saint-aubin", folder.uid]))
    if page.evaluate("document.documentElement.classList.contains('js')"):
        page.locator("html[data-ui-ready]").wait_for()


def _line(page: Page, name: str) -> Any:
    return page.get_by_label("Contenu du dossier").get_by_role("link", name=name, exact=True)


def _look(page: Page) -> None:
    assert_accessible(page, rules="all" if page.viewport_size == PHONE else "structure")


def _plu(tree: Tree) -> Folder:
    return folders.create_folder(
        actor=tree.cast.dgs, parent=tree.urbanisme, name="PLU", now=tree.cast.now
    )


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_ticking_brings_a_bar_that_fits_and_can_be_read(
    tree: Tree, open_list: Callable[..., Page], width: str
) -> None:
    _plu(tree)
    urgent = labels.create_label(actor=tree.cast.dgs, kind=Tag, label="Urgent", now=tree.cast.now)
    kind = labels.create_label(
        actor=tree.cast.dgs, kind=DocumentType, label="Contrat", now=tree.cast.now
    )
    document = tree.file("Règlement de la zone UB, annexes graphiques.pdf")
    labels.describe_document(
        actor=tree.cast.dgs, document=document, type=kind, tags=[urgent], now=tree.cast.now
    )
    for number in range(6):
        tree.file(f"Avis {number}.txt", str(number).encode())
    page = open_list(tree.cast.julien, tree.urbanisme, viewport=PHONE if width == "phone" else DESK)
    bar = page.locator("[data-ui-selection]")
    expect(bar).to_be_hidden()
    page.get_by_label("Sélectionner Avis 1.txt").check()
    page.get_by_label("Sélectionner PLU").check()
    expect(bar).to_contain_text("2 sélectionnés")
    _look(page)
    page.locator(".list-tools summary").click()
    _look(page)
    page.get_by_role("link", name="Les plus lourds").click()
    page.locator("html[data-ui-ready]").wait_for()
    page.get_by_role("button", name="Tout cocher").click()
    page.get_by_role("button", name="Déplacer").click()
    page.get_by_role("heading", name="Déplacer 8 éléments").wait_for()
    _look(page)
    _open(page, tree.urbanisme)
    page.get_by_label("Sélectionner Avis 1.txt").check()
    page.get_by_role("button", name="Étiqueter").click()
    page.get_by_role("heading", name="Type et étiquettes").wait_for()
    _look(page)


def test_the_bar_works_without_javascript(tree: Tree, open_list: Callable[..., Page]) -> None:
    plu, document = _plu(tree), tree.file("avis.txt")
    page = open_list(tree.cast.julien, tree.urbanisme, java_script_enabled=False)
    page.get_by_label("Sélectionner avis.txt").check()
    page.get_by_role("button", name="Déplacer").click()
    page.get_by_role("main").get_by_role("link", name="PLU").click()
    page.get_by_role("button", name="Déplacer ici").click()
    page.get_by_text("« avis.txt » est maintenant dans « PLU ».").wait_for()
    document.refresh_from_db()
    assert document.folder == plu
    page.get_by_role("button", name="Annuler").click()
    page.get_by_text("« avis.txt » est de retour à sa place.").wait_for()
    document.refresh_from_db()
    assert document.folder == tree.urbanisme


def test_arrows_space_delete_and_the_focus_that_stays(
    tree: Tree, open_list: Callable[..., Page]
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        tree.file(name, name.encode())
    page = open_list(tree.cast.julien, tree.urbanisme)
    _line(page, "a.txt").focus()
    page.keyboard.press("ArrowDown")
    expect(_line(page, "b.txt")).to_be_focused()
    page.keyboard.press(" ")
    expect(page.locator("[data-ui-selection]")).to_contain_text("1 sélectionné")
    page.keyboard.press("Escape")
    expect(page.locator("[data-ui-selection]")).to_be_hidden()
    page.keyboard.press("Delete")
    page.get_by_text("« b.txt » est dans la corbeille.").wait_for()
    expect(_line(page, "c.txt")).to_be_focused()
    assert Document.objects.get(title="b.txt").trashed_at is not None
    page.get_by_role("button", name="Annuler").click()
    page.get_by_text("« b.txt » est de retour à sa place.").wait_for()
    expect(_line(page, "b.txt")).to_be_visible()


def test_f2_renames_and_comes_back_to_the_line(tree: Tree, open_list: Callable[..., Page]) -> None:
    tree.file("a.txt", b"a")
    tree.file("b.txt", b"b")
    page = open_list(tree.cast.julien, tree.urbanisme)
    _line(page, "b.txt").focus()
    page.keyboard.press("F2")
    field = page.get_by_label("Nom", exact=True)
    expect(field).to_be_focused()
    field.fill("Avis.txt")
    page.keyboard.press("Enter")
    page.get_by_text("Le document s’appelle « Avis.txt ».").wait_for()
    expect(_line(page, "Avis.txt")).to_be_focused()


def test_what_is_cut_here_is_pasted_there(tree: Tree, open_list: Callable[..., Page]) -> None:
    plu, document = _plu(tree), tree.file("avis.txt")
    page = open_list(tree.cast.julien, tree.urbanisme)
    _line(page, "avis.txt").focus()
    page.keyboard.press("Control+x")
    band = page.locator("[data-ui-paste]")
    expect(band).to_contain_text("« avis.txt » coupé : ouvrez le dossier voulu, puis collez.")
    page.keyboard.press("Escape")
    expect(band).to_be_hidden()
    page.keyboard.press("Control+x")
    _look(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="PLU").wait_for()
    page.locator("html[data-ui-ready]").wait_for()
    page.keyboard.press("Control+v")
    page.get_by_text("« avis.txt » est maintenant dans « PLU ».").wait_for()
    expect(band).to_be_hidden()
    document.refresh_from_db()
    assert document.folder == plu


def test_what_is_copied_is_pasted_as_often_as_wanted(
    tree: Tree, open_list: Callable[..., Page]
) -> None:
    tree.file("avis.txt")
    page = open_list(tree.cast.julien, tree.urbanisme)
    _line(page, "avis.txt").focus()
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    page.get_by_text("La copie « avis (2).txt » est dans « Urbanisme »").wait_for()
    page.locator("html[data-ui-ready]").wait_for()
    page.get_by_role("button", name="Coller ici").click()
    page.get_by_text("La copie « avis (3).txt » est dans « Urbanisme »").wait_for()
    assert Document.objects.count() == 3


def test_who_only_reads_has_no_key_that_writes(tree: Tree, open_list: Callable[..., Page]) -> None:
    tree.file("avis.txt")
    page = open_list(tree.cast.claire, tree.urbanisme)
    _line(page, "avis.txt").focus()
    for key in ("F2", "Delete", "Control+x"):
        page.keyboard.press(key)
    expect(_line(page, "avis.txt")).to_be_focused()
    page.keyboard.press(" ")
    bar = page.locator("[data-ui-selection]")
    expect(bar.get_by_role("button")).to_have_text(
        ["Copier", "Télécharger", "Mettre à l’ordre du jour"]
    )
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox").first).to_be_focused()


@pytest.mark.parametrize("touch", [True, False])
def test_the_keys_are_told_only_where_there_may_be_a_keyboard(
    tree: Tree, open_list: Callable[..., Page], touch: bool
) -> None:
    tree.file("note.txt")
    page = open_list(
        tree.cast.julien,
        tree.urbanisme,
        viewport=PHONE if touch else DESK,
        has_touch=touch,
        is_mobile=touch,
    )
    expect(page.get_by_text("Raccourcis du clavier")).to_be_visible(visible=not touch)
