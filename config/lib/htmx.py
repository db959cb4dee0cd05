"""One URL, two renderings: the page, or the part of it that an htmx request asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.cache import patch_vary_headers


def is_htmx(request: HttpRequest) -> bool:
    """Did htmx ask for this, wanting a fragment? A restored page of the history wants it whole."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
        and request.headers.get("HX-Boosted") != "true"
    )


def render_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render the page, or its partial named by `HX-Target` when htmx asks and there is one.

    The id of the target in the page is the name of the partial, so a fragment is always a piece
    of the page at the same URL, never a template of its own. A form that does not hold comes back
    with `status=422`. Sets `Vary: HX-Request`, because both answers share one address.
    """
    chosen = get_template(template)
    target = request.headers.get("HX-Target", "")
    if target and is_htmx(request):
        # Without such a partial, the whole page is a right answer too.
        with suppress(TemplateDoesNotExist):
            chosen = get_template(f"{template}#{target}")
    response = HttpResponse(chosen.render(dict(context), request), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """After a POST: leave for `url`, told to htmx in its own way when it asked."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=303, headers={"Location": url})
