"""Who empties the bin, and the mail addresses that lead to it or to a folder."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import can_administer
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, write_view
from documents.access import can_manage
from documents.forms.arrivals import BinForm
from documents.models import ArrivalAddress, ArrivalBin, Folder
from documents.services import bins
from documents.services.refusals import Refusal
from documents.views.fetch import folder_or_404


def written(address: ArrivalAddress | None) -> str:
    """`classer+<token>@mairie.fr`, or nothing without an address or without a mailbox."""
    local, _, domain = settings.ARRIVALS_ADDRESS.partition("@")
    return f"{local}+{address.token}@{domain}" if address and domain else ""


@write_view
def bin_settings(request: AuthedRequest, org: str) -> HttpResponse:
    """For the direction: the team, and the bin's own address."""
    actor = request.actor
    require(can_administer(actor))
    chosen = ArrivalBin.objects.filter(organisation=actor.organisation).first()
    initial = {"team": chosen.team_id if chosen else None}
    form = BinForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST":
        if request.POST.get("action") in ("ouvrir", "fermer"):
            _change_address(request, None)
            return redirect("documents:arrivals-settings", org)
        if form.is_valid():
            bins.choose_team(actor=actor, team=form.cleaned_data["team"], now=clock.now())
            messages.success(request, "C’est enregistré.")
            return redirect("documents:arrivals-settings", org)
    context = {
        "form": form,
        "address": written(bins.open_address_of(actor, None)),
        "mailbox": bool(settings.ARRIVALS_ADDRESS),
        "scanner": bool(settings.SCANNER_DIR),
    }
    return render_page(
        request, "documents/arrivals/settings.html", context, status=422 if form.errors else 200
    )


@write_view
def folder_address(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A folder's own mail address, for who manages its rights."""
    folder = folder_or_404(request.actor, uid)
    require(can_manage(request.actor, folder))
    if request.method == "POST":
        _change_address(request, folder)
        return redirect("documents:folder-address", org, uid)
    context = {
        "folder": folder,
        "address": written(bins.open_address_of(request.actor, folder)),
        "mailbox": bool(settings.ARRIVALS_ADDRESS),
    }
    return render_page(request, "documents/arrivals/address.html", context)


def _change_address(request: AuthedRequest, folder: Folder | None) -> None:
    now = clock.now()
    try:
        if request.POST.get("action") == "fermer":
            bins.close_address(actor=request.actor, folder=folder, now=now)
            messages.success(request, "L’adresse est fermée : ce qui y arrive est ignoré.")
        else:
            bins.open_address(actor=request.actor, folder=folder, now=now)
            messages.success(request, "L’adresse est ouverte.")
    except Refusal as refused:
        messages.error(request, str(refused))
