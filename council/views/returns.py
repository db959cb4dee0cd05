"""Where a mail provider posts what came back: signed, small, not too often."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, private, write_view
from council.access import can_settle_bodies
from council.models import ReturnHook
from council.services import returning


@csrf_exempt
@login_not_required
@require_POST
def take(request: HttpRequest, org: str) -> HttpResponse:
    """One delivery report as it came (message/rfc822). Says nothing of what it was about."""
    organisation = get_object_or_404(Organisation, slug=org)
    said = request.headers.get("Content-Length", "")
    if not said.isdigit() or int(said) > returning.LARGEST_REPORT:
        return HttpResponse(status=413)
    body = request.read(returning.LARGEST_REPORT + 1)
    if len(body) > returning.LARGEST_REPORT:
        return HttpResponse(status=413)
    try:
        returning.take_posted(
            organisation=organisation,
            body=body,
            stamp=request.headers.get("X-Parvis-Timestamp", ""),
            signed=request.headers.get("X-Parvis-Signature", ""),
            now=clock.now(),
        )
    except returning.TooMany:
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    except returning.NotSigned:
        return HttpResponse(status=403)
    return HttpResponse(status=204)


@write_view
def hook(request: AuthedRequest, org: str) -> HttpResponse:
    """The organisation's address for returned messages, its secret, and how to use them."""
    require(can_settle_bodies(request.actor))
    if request.method == "POST":
        if "close" in request.POST:
            returning.close_hook(actor=request.actor, now=clock.now())
            messages.success(request, "L’adresse est fermée : plus aucun rapport n’y est pris.")
        else:
            returning.open_hook(actor=request.actor, now=clock.now())
            messages.success(request, "Le secret est créé. Donnez-le à votre fournisseur.")
        return redirect(request.path)
    opened = ReturnHook.objects.filter(
        organisation=request.actor.organisation, closed_at=None
    ).first()
    context = {
        "opened": opened,
        "address": settings.SITE_ADDRESS + reverse("council:returns-take", args=[org]),
        "secret": returning.secret_of(opened) if opened else "",
        "mailbox": settings.RETURNS_ADDRESS,
        "back": reverse("council:meeting-list", args=[org]),
    }
    return private(render_page(request, "council/returns.html", context))
