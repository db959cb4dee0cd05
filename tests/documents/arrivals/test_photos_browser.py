"""Pages photographed with a telephone: put in order by the buttons, one taken away, one PDF."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import PIL.Image
import PIL.ImageStat
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.lib.storage import blobs
from documents.models import Document
from tests.browser import PHONE, assert_accessible
from tests.documents.photographs import taken_with_position
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db(transaction=True)
DARK, MIDDLE, LIGHT, EXTRA = 30, 110, 170, 230


def _photo(shade: int) -> dict[str, Any]:
    """A small photograph of one grey, as a telephone names them all."""
    content = taken_with_position(PIL.Image.new("RGB", (300, 400), (shade, shade, shade)))
    return {"name": "image.jpg", "mimeType": "image/jpeg", "buffer": content}


def _shades(content: bytes) -> list[float]:
    with pypdfium2.PdfDocument(BytesIO(content)) as pdf:
        pictures = [page.render(scale=0.3).to_pil().convert("L") for page in pdf]
    return [PIL.ImageStat.Stat(picture).median[0] for picture in pictures]


def test_pages_are_put_in_order_on_a_telephone_and_sent_as_one_pdf(
    tree: Tree,
    new_context: Callable[..., Any],
    live_server: Any,
    run_jobs: Callable[[], int],
) -> None:
    client = Client()
    client.force_login(tree.cast.julien)
    context = new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page: Page = context.new_page()
    page.goto(reverse("documents:photo", args=["saint-aubin", tree.urbanisme.uid]))
    page.locator("html[data-ui-ready]").wait_for()
    said = page.locator("[data-ui-said]")

    # One with the camera, then three at once from the telephone's album.
    page.get_by_label("Photographier une page").set_input_files(_photo(MIDDLE))
    expect(said).to_have_text("1 page.")
    expect(page.get_by_text("Ajouter une page")).to_be_visible()
    page.get_by_label("Choisir des photos").set_input_files(
        [_photo(EXTRA), _photo(LIGHT), _photo(DARK)]
    )
    lines = page.get_by_label("Pages du document").get_by_role("listitem")
    expect(lines).to_have_count(4)
    assert_accessible(page)

    page.get_by_role("button", name="Retirer : page 2").click()
    expect(said).to_have_text("Page 2 retirée.")
    expect(lines).to_have_count(3)
    expect(page.get_by_role("button", name="Avant : page 1")).to_be_disabled()
    page.get_by_role("button", name="Avant : page 3").click()
    page.get_by_role("button", name="Avant : page 2").press("Enter")  # the focus has followed it
    expect(said).to_have_text("Page 1 sur 3.")
    page.get_by_role("button", name="Après : page 2").click()
    expect(page.get_by_role("button", name="Après : page 3")).to_be_disabled()
    # Now: dark, light, middle.
    page.get_by_label("Nom").fill("Constat")
    page.get_by_role("button", name="Enregistrer en un PDF").click()
    page.get_by_text("En préparation : 3 photos").wait_for()
    run_jobs()
    page.get_by_text("Le PDF est classé").wait_for()

    version = Document.objects.get(title="Constat.pdf").current_version
    assert version is not None
    shades = _shades(blobs().path(version.storage_key).read_bytes())
    assert len(shades) == 3
    assert shades[0] < shades[2] < shades[1]
