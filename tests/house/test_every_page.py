"""Every page, in a real browser, on a phone and at a desk: axe finds nothing, nothing overflows,
no script error, no refusal of the content policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from tests.browser import DESK, problems_at_both_widths
from tests.house.test_urls_access import PERSONAS, TABLE, _subjects

# Not pages: sheets, calendars, files, machine addresses, and the gallery (its own test).
NOT_PAGES = {
    "accounts:accent",
    "accounts:people-import-template",
    "council:act-extract",
    "council:election-template",
    "council:informed-template",
    "council:act-file",
    "council:advice-piece",
    "council:agree-piece",
    "council:amendment-piece",
    "council:closing-file",
    "council:convocation-print",
    "council:item-preview",
    "council:meeting-dossier",
    "council:meeting-poster",
    "council:minutes-file",
    "council:proof-file",
    "council:results-file",
    "council:round-print",
    "council:round-sheet",
    "council:session-sheets",
    "documents:arrival-download",
    "documents:arrival-view",
    "documents:register-export",
    "documents:version-download",
    "documents:version-view",
    "council:validate-piece",
    "health",
    "portal:calendar",
    "portal:convocation",
    "portal:my-notes-file",
    "portal:notes-file",
    "portal:piece",
    "portal:piece-download",
    "portal:session-worker",
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
SEEN_BY = {
    "mayor": ("council:meeting-agree", "council:amendment-agree", "council:act-sign"),
    "elected": "portal:",
}


# A page is opened once and drawn at both widths; several tests, for several processes to share.
SHARES = 4


def _pages() -> list[tuple[str, str]]:
    """Who opens what: the DGS everything that is hers, the others what is theirs alone."""
    found = []
    for persona in ("anonymous", "dgs", "mayor", "elected"):
        column = list(PERSONAS).index(persona)
        found += [
            (persona, name)
            for name, (_, answers) in TABLE.items()
            if answers.split()[column] == "200"
            and name not in NOT_PAGES
            and name.startswith(SEEN_BY.get(persona, ""))
        ]
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_accessible_and_fits(
    new_context: Callable[..., Any],
    live_server: Any,
    demonstration: Callable[[], None],
    share: int,
) -> None:
    demonstration()
    subjects = _subjects()
    windows: dict[str, Any] = {}
    wrong: list[str] = []
    for persona, name in _pages()[share::SHARES]:
        if persona not in windows:
            context = new_context(reduced_motion="reduce")
            if identifier := PERSONAS[persona]:
                client = Client()
                client.force_login(Person.objects.get(identifier=identifier))
                cookie = client.cookies["sessionid"].value
                context.add_cookies(
                    [{"name": "sessionid", "value": cookie, "url": live_server.url}]
                )
            windows[persona] = context.new_page()
        page = windows[persona]
        page.set_viewport_size(DESK)
        page.goto(reverse(name, args=subjects[TABLE[name][0]]))
        wrong += problems_at_both_widths(page)
    assert not wrong, "\n\n".join(wrong)
