"""The pages of what could not be done, in plain French: why, and what to do now."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from config.lib.access import Refused
from config.lib.htmx import is_htmx

_NO_REASON = "Votre compte ne permet pas d’ouvrir cette page ou de faire cette action."
_STALE_FORM = (
    "Cette page était ouverte depuis trop longtemps, ou dans une autre session : rien n’a été"
    " enregistré. Revenez en arrière, rechargez la page, puis recommencez."
)


def _refusal(request: HttpRequest, reason: str) -> HttpResponse:
    if is_htmx(request):
        # Into the line of messages of the page that is there, not in the place of its list.
        response = render(request, "errors/403.html#message", {"reason": reason}, status=403)
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML"
        return response
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"reason": reason}, status=403)
    return render(request, "errors/403.html", {"reason": reason}, status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the reason that the rule gave, never a bare refusal."""
    reason = exception.decision.reason if isinstance(exception, Refused) else ""
    return _refusal(request, reason or _NO_REASON)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form that is not, or no longer, from this session."""
    return _refusal(request, _STALE_FORM)


_DOCUMENTS = re.compile(
    r"/c/(?P<org>[a-z0-9-]+)/documents/(dossier|document)/(?P<uid>[0-9a-f-]{36})/"
)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: it does not exist, or not for this person; the page cannot tell which.

    Under the address of any folder or document, existing or not, a member of the organisation is
    offered the page where one asks for access.
    """
    ask = ""
    wanted = _DOCUMENTS.match(request.path)
    if wanted and getattr(request, "actor", None) is not None:
        ask = reverse("documents:link", args=[wanted["org"], wanted["uid"]])
    return render(request, "errors/404.html", {"ask": ask}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: a template without context, because anything else may be what broke."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def slow_down(request: HttpRequest) -> HttpResponse:
    """429: for views that limit how often they are asked."""
    return render(request, "errors/429.html", status=429)
