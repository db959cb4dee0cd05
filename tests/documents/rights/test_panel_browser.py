"""The panel in a real browser: readable by all, at every width."""

import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from documents.enums import Role
from documents.forms.rights import value_of
from documents.services import rights
from tests.browser import DESK, PHONE, assert_accessible
from tests.documents.world import NOW, make_world

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(new_context, live_server, person, **options):
    client = Client()
    client.force_login(person)
    context = new_context(**options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return context


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_panel_and_its_confirmation_are_readable_at_every_width(
    new_context, live_server, width: str
) -> None:
    world = make_world()
    folder = world.folder("Budget primitif et décisions modificatives")
    rights.set_role(
        actor=world.dgs, obj=world.root, principal=world.planning, role=Role.READER, now=NOW
    )
    rights.set_role(actor=world.dgs, obj=folder, principal=world.claire, role=Role.EDITOR, now=NOW)
    context = signed_in(
        new_context,
        live_server,
        world.nadia,
        viewport=PHONE if width == "phone" else DESK,
    )
    page = context.new_page()
    page.goto(reverse("documents:folder-rights", args=["saint-aubin", folder.uid]))
    _look(page, f"droits-{width}")
    page.get_by_label("Équipe ou personne").select_option(value_of(world.desk))
    page.get_by_role("button", name="Voir ce qui change").click()
    page.get_by_role("heading", name="L’équipe Accueil peut lire").wait_for()
    _look(page, f"droits-confirmer-{width}")
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_text("L’équipe Accueil peut lire « Budget").first.wait_for()
    page.get_by_role("link", name="Modifier : Claire Fontaine").click()
    chosen = page.get_by_label("Équipe ou personne").input_value()
    assert chosen == value_of(world.claire)
    page.get_by_role("checkbox", name="L’équipe Urbanisme").check()
    page.get_by_role("button", name="Limiter ce dossier").click()
    page.get_by_role("button", name="Limiter ce dossier").click()
    page.get_by_role("heading", name="Ce dossier est limité").wait_for()
    _look(page, f"droits-limite-{width}")
    assert world.role(world.julien, folder) == Role.READER


def _look(page, name: str) -> None:
    assert_accessible(page)
    extra = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert extra <= 0, f"{name}: {extra} px too wide"
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
