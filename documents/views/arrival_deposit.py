"""Dropping files in the bin: a download from a portal, a stack of scans."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from config.lib import clock
from config.lib.access import Refused
from config.lib.http import AuthedRequest
from config.lib.text import plural
from documents.access.arrivals import can_keep_bin
from documents.services import arriving, filing
from documents.services.filing import NotFiled


@require_POST
def deposit(request: AuthedRequest, org: str) -> HttpResponse:
    """Files into the bin. With `Accept: application/json`, answers 201 or 4xx as deposits do."""
    wants_json = "application/json" in request.headers.get("Accept", "")
    allowed = can_keep_bin(request.actor)
    if not allowed:
        if wants_json:
            return JsonResponse({"reason": allowed.reason}, status=403)
        raise Refused(allowed)
    files = request.FILES.getlist("files")
    received = []
    for file in files:
        try:
            received.append(filing.receive(file, file.name or ""))
        except NotFiled as refused:
            if wants_json:
                return JsonResponse({"reason": str(refused)}, status=422)
            messages.error(request, str(refused))
    if not received:
        reason = "Choisissez d’abord un fichier."
        if wants_json:
            return JsonResponse({"reason": reason}, status=400)
        if not files:
            messages.error(request, reason)
        return redirect("documents:arrivals", org)
    envelope = arriving.deposit(actor=request.actor, received=received, now=clock.now())
    first = envelope.arrivals.order_by("position").first()
    if wants_json and first is not None:
        url = reverse("documents:arrival", args=[org, first.uid])
        message = f"À classer. {first.notice}".strip()
        return JsonResponse({"title": first.name, "url": url, "message": message}, status=201)
    messages.success(request, f"{plural(len(received), 'fichier')} à classer.")
    return redirect("documents:arrivals", org)
