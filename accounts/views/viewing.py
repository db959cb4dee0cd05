"""« Voir comme »: asking for it with a reason, and coming back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.access import can_administer, can_view_as, visible_people
from accounts.forms import ViewingForm
from accounts.services import viewing
from accounts.viewing import SESSION_KEY, viewable
from accounts.views.answers import page
from config.lib.access import require
from config.lib.clock import now
from config.lib.http import post_view, write_view


@write_view
def viewing_start(request: Any, org: str, uid: UUID) -> HttpResponse:
    """Why, then straight to what the colleague sees."""
    actor = request.actor
    require(can_administer(actor))
    someone = get_object_or_404(visible_people(actor), uid=uid)
    require(can_view_as(actor, someone))
    form = ViewingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        look = viewing.start_viewing(
            actor=actor, person=someone, reason=form.cleaned_data["reason"], now=now()
        )
        request.session[SESSION_KEY] = str(look.uid)
        return redirect(reverse(next(name for _, name in viewable.items()), args=[org]))
    return page(
        request,
        "accounts/viewing_start.html",
        {"form": form, "someone": someone},
        bad=request.method == "POST",
    )


@post_view
def viewing_stop(request: Any, org: str) -> HttpResponse:
    """Back to oneself."""
    uid = request.session.pop(SESSION_KEY, None)
    look = viewing.stop_viewing(viewer=request.user, uid=uid, now=now()) if uid else None
    if look is None:
        return redirect("accounts:home", org=org)
    messages.success(request, f"Vous ne voyez plus comme {look.person.full_name}.")
    return redirect("accounts:person", org=look.organisation.slug, uid=look.person.uid)
