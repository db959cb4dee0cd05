"""A GET changes nothing, but for the traces of reading, whose doors are these."""

import re
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.models import Organisation
from config.lib.http import WriteInGet, read_view, trace, write_view

PROJECT = Path(__file__).resolve().parents[2]
# Each file that may write in a GET, and what it writes.
DOORS = {
    "accounts/views/home.py": "messages seen",
    "council/views/settling.py": "what the mayor opens before agreeing",
    "documents/views/comments.py": "messages seen",
    "documents/views/opinions.py": "messages seen",
    "documents/views/versions.py": "confidential openings",
    "documents/views/arrivals.py": "confidential openings, downloads",
    "documents/dav/reading.py": "confidential openings, downloads",
    "documents/views/deadlines.py": "news seen",
    "documents/views/document.py": "confidential openings, downloads",
    "documents/views/mail_pieces.py": "downloads",
}


def test_only_these_views_leave_a_trace_in_a_get() -> None:
    found = {
        str(path.relative_to(PROJECT))
        for app in ("accounts", "documents", "council", "training")
        for path in (PROJECT / app).rglob("*.py")
        if re.search(r"with trace\(", path.read_text(encoding="utf-8"))
    }
    assert found == set(DOORS)


def _write(request: HttpRequest) -> HttpResponse:
    Organisation.objects.create(slug="x", name="X", kind="commune")
    return HttpResponse()


@pytest.mark.django_db
@pytest.mark.parametrize("decorate", [read_view, write_view])
def test_a_get_that_writes_is_refused_by_the_database_door(decorate) -> None:
    with pytest.raises(WriteInGet), transaction.atomic():
        decorate(_write)(RequestFactory().get("/"))
    assert not Organisation.objects.filter(slug="x").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "WITH gone AS (DELETE FROM accounts_preference RETURNING id) SELECT * FROM gone",
        "SELECT * FROM accounts_organisation FOR UPDATE",
        "TRUNCATE accounts_preference",
        "  update accounts_organisation set name = 'Y'",
    ],
)
def test_no_disguise_of_a_write_passes(statement: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        return HttpResponse()

    with pytest.raises(WriteInGet):
        read_view(view)(RequestFactory().get("/"))


@pytest.mark.django_db
def test_a_trace_is_let_through_and_only_inside_its_block() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with trace():
            Organisation.objects.create(slug="traced", name="T", kind="commune")
        with transaction.atomic():
            return _write(request)

    with pytest.raises(WriteInGet):
        read_view(view)(RequestFactory().get("/"))
    assert Organisation.objects.filter(slug="traced").count() == 1
