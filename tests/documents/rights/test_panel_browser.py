"""The panel in a real browser: readable by all, at every width."""

import pytest
from django.test import Client
from django.urls import reverse

from documents.enums import Role
from documents.forms.rights import value_of
from documents.services import rights
from tests.browser import PHONE, assert_accessible_at_both_widths
from tests.documents.world import NOW, make_world

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(new_context, live_server, person, **options):
    client = Client()
    client.force_login(person)
    context = new_context(**options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return context


def test_the_panel_and_its_confirmation_are_readable_at_every_width(
    new_context, live_server
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
        viewport=PHONE,
    )
    page = context.new_page()
    page.goto(reverse("documents:folder-rights", args=["saint-aubin", folder.uid]))
    assert_accessible_at_both_widths(page)
    page.get_by_label("Équipe ou personne").select_option(value_of(world.desk))
    page.get_by_role("button", name="Voir ce qui change").click()
    page.get_by_role("heading", name="L’équipe Accueil peut lire").wait_for()
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_text("L’équipe Accueil peut lire « Budget").first.wait_for()
    page.get_by_role("link", name="Modifier : Claire Fontaine").click()
    chosen = page.get_by_label("Équipe ou personne").input_value()
    assert chosen == value_of(world.claire)
    page.get_by_role("checkbox", name="L’équipe Urbanisme").check()
    page.get_by_role("button", name="Limiter ce dossier").click()
    page.get_by_role("button", name="Limiter ce dossier").click()
    page.get_by_role("heading", name="Ce dossier est limité").wait_for()
    assert_accessible_at_both_widths(page)
    assert world.role(world.julien, folder) == Role.READER
