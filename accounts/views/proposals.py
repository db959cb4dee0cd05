"""Proposing an organisation to somebody who already signs in; their answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import can_administer
from accounts.forms import KnownPersonForm
from accounts.services import proposing
from accounts.views.answers import REFUSALS, page
from config.lib.access import require
from config.lib.clock import now
from config.lib.http import post_view, write_view


@write_view
def person_add_known(request: Any, org: str) -> HttpResponse:
    """Somebody who already signs in, for another organisation: the answer never says who."""
    actor = request.actor
    require(can_administer(actor))
    form = KnownPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = proposing.propose(actor=actor, now=now(), **form.cleaned_data)
        messages.success(
            request,
            f"C’est noté. Si quelqu’un se connecte avec « {made.identifier} », la proposition "
            "l’attend. Rien ne lui est ouvert avant son accord.",
        )
        return redirect("accounts:people", org=org)
    return page(
        request, "accounts/person_known_form.html", {"form": form}, bad=request.method == "POST"
    )


@post_view
def proposal_withdraw(request: Any, org: str, uid: UUID) -> HttpResponse:
    """The organisation thinks better of it."""
    try:
        proposing.withdraw(actor=request.actor, uid=uid, now=now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La proposition est retirée.")
    return redirect("accounts:people", org=org)


@post_view
def proposal_accept(request: Any, uid: UUID) -> HttpResponse:
    """I say yes: straight into the organisation."""
    try:
        membership = proposing.accept(person=request.user, uid=uid, now=now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:switch")
    messages.success(request, f"Vous faites partie de {membership.organisation.name}.")
    return redirect("accounts:home", org=membership.organisation.slug)


@post_view
def proposal_decline(request: Any, uid: UUID) -> HttpResponse:
    """I say no; nobody is told."""
    try:
        proposing.decline(person=request.user, uid=uid, now=now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La proposition est déclinée. Personne n’en est averti.")
    return redirect("accounts:switch")
