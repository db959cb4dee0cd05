"""The pages of this app in a real browser: nothing for axe to say, at two widths."""

from __future__ import annotations

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from config.lib.clock import now
from tests.browser import DESK, PHONE, assert_accessible
from tests.personas import make_cast, password_of

PUBLIC = ["/connexion/", "/connexion/oubli/", "/connexion/oubli/suite/", "/_courriels/"]
SIGNED_IN = [
    "/compte/",
    "/compte/mot-de-passe/",
    "/compte/organisations/",
    "/c/saint-aubin/",
    "/c/saint-aubin/messages/",
    "/c/saint-aubin/agenda/",
    "/c/saint-aubin/personnes/",
    "/c/saint-aubin/personnes/nouvelle/",
    "/c/saint-aubin/personnes/connue/",
    "/c/saint-aubin/personnes/organisation/",
    "/c/saint-aubin/personnes/journal/",
    "/c/saint-aubin/personnes/equipes/nouvelle/",
]


def _sign_in(context, person, address: str) -> None:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.IdentifierBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": address}])


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_any_page(transactional_db, live_server, new_context, viewport):
    cast = make_cast(now())
    context = new_context(viewport=viewport)
    page = context.new_page()
    for address in PUBLIC:
        page.goto(address)
        assert_accessible(page)
    _sign_in(context, cast.nadia, live_server.url)
    for address in [
        *SIGNED_IN,
        f"/c/saint-aubin/personnes/{cast.rene.uid}/",
        f"/c/saint-aubin/personnes/{cast.rene.uid}/fiche/",
        f"/c/saint-aubin/personnes/equipes/{cast.finances.uid}/",
    ]:
        page.goto(address)
        assert_accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], f"{address} is wider than the screen"


def test_signing_in_and_out_by_keyboard_without_javascript(
    transactional_db, live_server, new_context
):
    cast = make_cast(now())
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/c/saint-aubin/messages/")
    page.keyboard.type("julien.petit")
    page.keyboard.press("Tab")
    page.keyboard.type(password_of(cast.julien))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/c/saint-aubin/messages/")
    page.goto("/compte/organisations/")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion/")
    page.goto("/c/saint-aubin/")
    page.wait_for_url("**/connexion/**")
