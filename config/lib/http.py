"""What every view shares: typed requests, read-only GETs, the one permitted trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

if TYPE_CHECKING:
    from accounts.actor import Actor
    from accounts.models import Person

P = ParamSpec("P")

_READS = re.compile(
    r"[\s(]*(SELECT|WITH|EXPLAIN|SHOW|SAVEPOINT|RELEASE|ROLLBACK|SET LOCAL|DECLARE|FETCH|CLOSE)\b",
    re.I,
)
_HIDDEN_WRITE = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|FOR\s+(NO\s+KEY\s+)?UPDATE)\b", re.I
)
_tracing: ContextVar[bool] = ContextVar("tracing", default=False)


class WriteInGet(RuntimeError):
    """A page that is only looked at tried to change a row."""


class AuthedRequest(HttpRequest):
    """A request inside an organisation: `user` is signed in and `actor` built from the path."""

    user: Person
    actor: Actor


def _refuse_writes(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    text = str(sql)
    if not _tracing.get() and (not _READS.match(text) or _HIDDEN_WRITE.search(text)):
        raise WriteInGet(f"a GET may not run: {text[:200]}")
    return execute(sql, params, many, context)


@contextmanager
def trace() -> Iterator[None]:
    """The only door for a write in a GET: traces of reading (opened, downloaded, viewed as).

    Whoever uses it is listed in tests/house/test_traces.py.
    """
    token = _tracing.set(True)
    try:
        yield
    finally:
        _tracing.reset(token)


@contextmanager
def reading_only() -> Iterator[None]:
    """The database refuses writes outside `trace()`: what a GET is, for who cannot be decorated."""
    with connection.execute_wrapper(_refuse_writes):
        yield


def _only(view: Any, *methods: str) -> Any:
    return require_http_methods(methods)(view)


def read_view(
    view: Callable[Concatenate[Any, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """GET and HEAD only; the database refuses writes outside `trace()`."""

    @wraps(view)
    def wrapped(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with connection.execute_wrapper(_refuse_writes):
            return view(request, *args, **kwargs)

    limited: Callable[Concatenate[Any, P], HttpResponseBase] = _only(wrapped, "GET", "HEAD")
    return limited


def write_view(
    view: Callable[Concatenate[Any, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """GET shows and may not write; POST runs in one transaction."""

    @wraps(view)
    def wrapped(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST":
            with transaction.atomic():
                return view(request, *args, **kwargs)
        with connection.execute_wrapper(_refuse_writes):
            return view(request, *args, **kwargs)

    limited: Callable[Concatenate[Any, P], HttpResponseBase] = _only(wrapped, "GET", "HEAD", "POST")
    return limited


def post_view(
    view: Callable[Concatenate[Any, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """POST only, in one transaction: the target of a button."""

    @wraps(view)
    def wrapped(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with transaction.atomic():
            return view(request, *args, **kwargs)

    limited: Callable[Concatenate[Any, P], HttpResponseBase] = _only(wrapped, "POST")
    return limited


def client_address(request: HttpRequest) -> str:
    """The caller's address, "" when unknown.

    Behind the proxy of production every connection comes from the proxy: the last address of
    `X-Forwarded-For` is then the one that it saw; those before it are only what callers claim.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUST_FORWARDED_FOR:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or seen
    try:
        return str(ip_address(seen))
    except ValueError:
        return ""


def private(response: HttpResponse) -> HttpResponse:
    """Mark a page as belonging to one person: never kept by a cache, theirs included."""
    response["Cache-Control"] = "no-store, private"
    return response
