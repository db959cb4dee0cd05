"""What every public page does: no session, no cookie, one answer that any cache may keep."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response

from accounts.models import Organisation
from config.lib.downloads import serve
from config.lib.http import read_view
from config.lib.storage import blobs
from council.access_public import public_organisations
from documents.models import Version

P = ParamSpec("P")

#: Seconds during which nobody has to ask again; a page taken back disappears as soon.
KEPT = 300


def public_page(
    view: Callable[Concatenate[HttpRequest, Organisation, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page of a commune for everybody. The view is given the organisation, and sees no cookie:
    the answer cannot depend on who asks. Whoever has the same answer already is told so (304)."""

    @wraps(view)
    def wrapped(
        request: HttpRequest, commune: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        request.COOKIES = {}
        organisation = get_object_or_404(public_organisations(), slug=commune)
        response = view(request, organisation, *args, **kwargs)
        # Sign-in looked at the session before us; this answer did not, and does not vary with it.
        cast("Any", request).session.accessed = False
        response["Cache-Control"] = f"public, max-age={KEPT}"
        if isinstance(response, HttpResponse) and response.status_code == 200:
            etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            response["ETag"] = etag
            return cast("HttpResponse", get_conditional_response(request, etag, None, response))
        return response

    page: Any = login_not_required(read_view(wrapped))
    page.sessionless = True
    return cast("Callable[..., HttpResponseBase]", page)


def public_file(request: HttpRequest, version: Version, *, name: str) -> HttpResponseBase:
    """The bytes of one published version, read in the page when they are a PDF."""
    etag = f'"{version.sha256}"'
    unchanged = get_conditional_response(request, etag)
    if unchanged is not None:
        unchanged["ETag"] = etag
        return cast("HttpResponseBase", unchanged)
    return serve(
        request,
        blobs().path(version.storage_key),
        media_type=version.media_type,
        name=name,
        inline=version.media_type == "application/pdf",
        etag=version.sha256,
    )
