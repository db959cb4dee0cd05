"""What every test gets: strictness that the product's own settings cannot have.

An undefined template variable fails, an unordered queryset comes in a random order, the network
is closed beyond this machine, every HTML answer is inspected (`tests.pages`). Warnings are errors
and the order of the tests is random, both by pytest's own settings.
"""

import random
import socket
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models import QuerySet
from django.http import HttpResponse
from django.template import Engine, engines
from django.template.base import Node
from django.test import Client, TestCase
from django.urls import get_resolver
from hypothesis import HealthCheck, settings

from tests.demonstration import demonstration  # noqa: F401 - a fixture for every test
from tests.pages import inspect_response
from tests.personas import cast  # noqa: F401 - a fixture for every test

PROJECT = Path(__file__).resolve().parent.parent
_OURS = tuple(
    PROJECT / name
    for name in ("templates", "config", "accounts", "documents", "council", "training")
)


# Property tests say what holds, not how fast a machine shared by several workers draws examples.
settings.register_profile("parvis", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("parvis")


class StrictClient(Client):
    """Runs what waits for the commit, and refuses pages that break the house rules."""

    def request(self, **request: object) -> HttpResponse:
        with TestCase.captureOnCommitCallbacks(execute=True):
            response = super().request(**request)
        inspect_response(response)
        return response


@pytest.fixture
def client() -> StrictClient:
    """Nobody, with a browser that accepts everything we serve."""
    return StrictClient()


@pytest.fixture
def client_of() -> Callable[[object], StrictClient]:
    """`client_of(person)`: that person, signed in."""

    def sign_in(person: object) -> StrictClient:
        client = StrictClient()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture(autouse=True, scope="session")
def _views_are_imported() -> None:
    """Before any test: a module takes the clock that it finds, and keeps one that was replaced."""
    assert get_resolver().url_patterns


class UndefinedVariable(AssertionError):
    """A template of ours used a name that its view does not give."""


class _Undefined(str):
    """Stands for Django's `string_if_invalid`; templates of others (the admin) stay silent."""

    __slots__ = ()

    def __contains__(self, _: object) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        frame = sys._getframe(1)
        while frame is not None:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and getattr(node, "origin", None) is not None:
                name = Path(str(node.origin.name))
                if any(name.is_relative_to(folder) for folder in _OURS):
                    raise UndefinedVariable(f"{variable} in {name.relative_to(PROJECT)}")
                return ""
            frame = frame.f_back
        return ""


@pytest.fixture(autouse=True, scope="session")
def _undefined_variables_fail() -> Iterator[None]:
    original = Engine.__init__

    def strict(self: Engine, *args: object, **options: object) -> None:
        original(self, *args, **options)
        self.string_if_invalid = _Undefined("?")

    Engine.__init__ = strict
    engines._engines.clear()  # those that exist already were made without it
    engines.__dict__.pop("templates", None)
    Engine.get_default.cache_clear()
    yield
    Engine.__init__ = original


@pytest.fixture(autouse=True, scope="session")
def _unordered_means_random() -> Iterator[None]:
    original = QuerySet._fetch_all

    def fetch_all(self: QuerySet) -> None:
        fresh = self._result_cache is None
        original(self)
        if fresh and len(self._result_cache) > 1 and not self.ordered:
            random.shuffle(self._result_cache)

    QuerySet._fetch_all = fetch_all
    yield
    QuerySet._fetch_all = original


class NetworkForbidden(AssertionError):
    """A test tried to reach another machine."""


def _is_here(host: object) -> bool:
    return str(host) in {"localhost", "::1", ""} or str(host).startswith("127.")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def careful_connect(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise NetworkForbidden(f"connection to {address}")
        return connect(self, address)

    def careful_resolve(host: object, *args: object, **kwargs: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not _is_here(name):
            raise NetworkForbidden(f"name resolution of {name}")
        return resolve(host, *args, **kwargs)

    socket.socket.connect = careful_connect
    socket.getaddrinfo = careful_resolve
    yield
    socket.socket.connect, socket.getaddrinfo = connect, resolve


_KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


def _empty_tables(self: DatabaseOperations, _sql_list: list[str]) -> None:
    """Empty, between two tests that commit, the tables that hold something.

    With triggers off, because the audit refuses to be emptied (the servers of the tests let their
    owner do that, no other does); what Django writes after a migration is kept, not made again.
    """
    with self.connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace AND relname <> ALL (%s)",
            [sorted(_KEPT_TABLES)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        probes = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
        cursor.execute(" UNION ALL ".join(probes))
        filled = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        for name in filled:
            cursor.execute(f"DELETE FROM {name}")
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture(autouse=True, scope="session")
def _fast_flush() -> Iterator[None]:
    before = DatabaseOperations.execute_sql_flush, flush.emit_post_migrate_signal
    DatabaseOperations.execute_sql_flush = _empty_tables
    flush.emit_post_migrate_signal = lambda *args, **options: None
    yield
    DatabaseOperations.execute_sql_flush, flush.emit_post_migrate_signal = before


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Generator[None]:
    """Throttles and counters of one test do not reach the next."""
    yield
    if {"db", "transactional_db", "client"} & set(request.fixturenames):
        cache.clear()


@pytest.fixture
def run_jobs(db: None) -> Callable[[], int]:
    """`run_jobs()`: do here and now every due job, as a worker would; says how many."""
    from config.lib.clock import now
    from config.work import services
    from config.work.models import Job

    def run() -> int:
        done = 0
        for _ in range(1000):
            with TestCase.captureOnCommitCallbacks(execute=True):
                due = Job.objects.due(now()).order_by("next_try_at", "pk").first()
                if due is None:
                    return done
                services.run(due.pk, now=now())
                done += 1
        raise AssertionError("jobs keep coming")

    return run


#: Minutes each: begun last, they would leave one worker alone at the end.
LONG = (
    "tests/house/test_every_page.py",
    "tests/journeys/test_the_walls.py",
    "tests/house/test_urls_access.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first, in the random order that they have among themselves."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
