"""One's own agenda in one's own calendar program."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.calendar import entries_between
from accounts.calendar.ics import agenda_ics
from accounts.feed_tokens import mint
from accounts.services import feeds
from config.lib.clock import now
from config.lib.htmx import render_page
from config.lib.http import private, read_view, write_view

#: What a program is given: the months just gone, and the year to come.
BEFORE, AFTER = timedelta(days=90), timedelta(days=400)


@never_cache
@write_view
def feed(request: Any, org: str) -> HttpResponse:
    """`/c/<org>/agenda/abonnement/`: the private address, how to use it, change it, close it."""
    actor = request.actor
    if request.method == "POST":
        if request.POST.get("do") == "close":
            feeds.close_feed(actor=actor, now=now())
            messages.success(request, "L’adresse est fermée : elle ne donne plus rien.")
        else:
            feeds.open_feed(actor=actor, now=now())
            messages.success(request, "Votre adresse est prête. Copiez-la dans votre agenda.")
        return redirect("accounts:agenda-feed", org=org)
    own = feeds.own_feed(actor)
    address = ""
    if own is not None:
        path = reverse("accounts:agenda-ics", args=[mint(own.uid, own.generation)])
        address = f"{settings.SITE_ADDRESS.rstrip('/')}{path}"
    context = {"org": org, "address": address}
    return private(render_page(request, "accounts/agenda_feed.html", context))


@login_not_required
@read_view
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """`/agenda/<secret>.ics`: what its owner may see now. No account, no cookie, no trace."""
    at = now()
    actor = feeds.reader_of(token, now=at)
    if actor is None:
        raise Http404
    entries = entries_between(actor, at - BEFORE, at + AFTER)
    response = private(
        HttpResponse(
            agenda_ics(actor.organisation, entries, at=at),
            content_type="text/calendar; charset=utf-8; method=PUBLISH",
        )
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
