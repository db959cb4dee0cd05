"""Every page, in a real browser, on a phone and at a desk: axe finds nothing, nothing overflows,
no script error, no refusal of the content policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from tests.browser import DESK, PHONE, assert_accessible
from tests.house.test_urls_access import PERSONAS, TABLE, _subjects

# Not pages: sheets, calendars, files, machine addresses, and the gallery (its own test).
NOT_PAGES = {
    "accounts:accent",
    "accounts:people-import-template",
    "council:act-extract",
    "council:act-file",
    "council:agree-piece",
    "council:closing-file",
    "council:convocation-print",
    "council:meeting-dossier",
    "council:minutes-file",
    "council:results-file",
    "council:session-sheets",
    "documents:arrival-download",
    "documents:arrival-view",
    "documents:register-export",
    "documents:version-download",
    "documents:version-view",
    "health",
    "portal:calendar",
    "portal:convocation",
    "portal:piece",
    "portal:piece-download",
    "portal:whole",
    "public:act-text",
    "public:deliberations",
    "public:feed",
    "public:oparl",
    "public:oparl-list",
    "public:oparl-object",
    "public:sitemap",
    "ui-gallery",
    "ui-layout",
}
# Whose page it is, where the DGS is not the one: the mayor's, the member's, the public's.
SEEN_BY = {"mayor": ("council:meeting-agree", "council:act-sign"), "elected": "portal:"}


def _pages_of(persona: str) -> list[str]:
    column = list(PERSONAS).index(persona)
    pages = [
        name
        for name, (_, answers) in TABLE.items()
        if answers.split()[column] == "200" and name not in NOT_PAGES
    ]
    if persona in SEEN_BY:
        return [name for name in pages if name.startswith(SEEN_BY[persona])]
    return pages


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", ["phone", "desk"])
def test_every_page_is_accessible_and_fits(
    new_context: Callable[..., Any], live_server: Any, width: str
) -> None:
    call_command("seed_demo", verbosity=0)
    subjects = _subjects()
    wrong = []
    for persona in ("anonymous", "dgs", "mayor", "elected"):
        context = new_context(viewport=PHONE if width == "phone" else DESK, reduced_motion="reduce")
        if identifier := PERSONAS[persona]:
            client = Client()
            client.force_login(Person.objects.get(identifier=identifier))
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        for name in _pages_of(persona):
            page.goto(reverse(name, args=subjects[TABLE[name][0]]))
            try:
                assert_accessible(page)
            except AssertionError as found:
                wrong.append(f"{name}: {found}")
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if wide > 0:
                wrong.append(f"{name}: {wide} px too wide")
    assert not wrong, "\n\n".join(wrong)
