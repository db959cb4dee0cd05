"""Signing in and out in a real browser, by keyboard and without scripts."""

from __future__ import annotations

from config.lib.clock import now
from tests.personas import make_cast, password_of


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
