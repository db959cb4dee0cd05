"""Somebody of another commune, in a real browser: nothing of the first is under their own address.

That its addresses do not exist for them is in the table of addresses (`test_urls_access.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from tests.house.test_urls_access import TABLE, _subjects


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_a_commune_are_nowhere_under_the_address_of_another(
    new_context: Callable[..., Any], live_server: Any, demonstration: Callable[[], None]
) -> None:
    demonstration()
    subjects = _subjects()
    client = Client()
    client.force_login(Person.objects.get(identifier="sophie.bertin"))
    cookie = client.cookies["sessionid"].value
    context = new_context()
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    assert page.goto("/c/valmorel/documents/").status == 200  # at home, all is well
    leaks, tried = [], 0
    for name, (subject, _) in TABLE.items():
        address = reverse(name, args=subjects[subject])
        if not address.startswith("/c/saint-aubin/") or name == "accounts:accent":
            continue
        if len(subjects[subject]) < 2 or subject in ("module", "step", "order_kind"):
            continue  # a page of one's own commune; words that are the same everywhere
        # The same rows under the address of one's own commune. Buttons' addresses answer 405.
        crossed = address.replace("/c/saint-aubin/", "/c/valmorel/")
        answer = page.request.get(crossed, max_redirects=0)
        tried += 1
        if answer.status not in (404, 405) or "Saint-Aubin" in answer.text():
            leaks.append(f"{name}: {answer.status} on {crossed}")
    assert tried > 80
    assert page.goto("/c/saint-aubin/documents/").status == 404
    assert "Saint-Aubin" not in page.content()
    assert not leaks, "\n".join(leaks)
