"""The page where somebody without an account brings files: a plain form, and its receipt."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.lib import clock
from config.lib.htmx import render_page
from config.lib.http import client_address, read_view
from config.lib.text import hour, human_size, long_date
from documents.enums import Accepted, LinkKind
from documents.forms.links import DepositForm
from documents.models import Deposit
from documents.rules.link_tokens import read
from documents.services import dropping, linking
from documents.services.dropping import MOST_AT_ONCE, Brought
from documents.services.linking import DeadLink, Opening
from documents.services.refusals import Refusal
from documents.views.outside import ask_password, frame, given, secret

# Deposits from one address into one box, so that nobody fills a disk by a script.
DEPOSITS = 20
WITHIN = timedelta(hours=1)
_BESIDES_FILES = 1024 * 1024


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, token: str) -> HttpResponseBase:
    """The form; after it, the receipt. Whatever does not fit is refused before it is read."""
    now = clock.now()
    opening = linking.follow(token, LinkKind.DROP, now=now)
    if request.method == "POST":
        sent = int(request.META.get("CONTENT_LENGTH") or 0)
        if sent > opening.link.max_bytes * MOST_AT_ONCE + _BESIDES_FILES:
            return _form(request, opening, DepositForm(), _too_much(opening), 413)
    asked = ask_password(request, opening, token)
    if asked is not None:
        return asked
    if request.method != "POST":
        return _form(request, opening, DepositForm())
    if not _may_deposit(opening, client_address(request)):
        return render(request, "errors/429.html", status=429)
    return _deposited(request, token, opening, now)


def _deposited(
    request: HttpRequest, token: str, opening: Opening, now: datetime
) -> HttpResponseBase:
    form = DepositForm(request.POST)
    files = [
        Brought(file.name or "", file.size or 0, file) for file in request.FILES.getlist("files")
    ]
    if not form.is_valid():
        return _form(request, opening, form, status=422)
    try:
        made = dropping.deposit(
            token=token,
            received=dropping.receive(opening, files),
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            note=form.cleaned_data["note"],
            opened_with=given(request, opening.link),
            now=now,
        )
    except Refusal as refused:
        return _form(request, opening, form, str(refused), 422)
    return HttpResponseRedirect(
        reverse("documents:drop-receipt", args=[token, made.uid]), status=303
    )


def _too_much(opening: Opening) -> str:
    return (
        f"C’est trop en une fois : {MOST_AT_ONCE} fichiers de "
        f"{human_size(opening.link.max_bytes)} au plus. Rien n’a été enregistré."
    )


def _may_deposit(opening: Opening, address: str) -> bool:
    key = f"documents.drop:{opening.link.uid}:{address}"
    if cache.add(key, 1, timeout=int(WITHIN.total_seconds())):
        return True
    try:
        return bool(cache.incr(key) <= DEPOSITS)
    except ValueError:  # it expired between the two calls
        return True


def _form(
    request: HttpRequest,
    opening: Opening,
    form: DepositForm,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    link = opening.link
    takes = Accepted(link.accepts)
    context = {
        **frame(opening),
        "form": form,
        "problem": problem,
        "rules": f"{takes.label[:1].upper()}{takes.label[1:]}, {human_size(link.max_bytes)} au plus"
        f" par fichier, {min(MOST_AT_ONCE, link.max_files - link.file_count)} à la fois au plus.",
    }
    return render_page(request, "documents/outside/drop.html", context, status=status)


@secret
@read_view
def receipt(request: HttpRequest, token: str, uid: UUID) -> HttpResponseBase:
    """What was received and when, for whoever brought it: to print, or to keep."""
    link_uid = read(token)
    made = (
        Deposit.objects.select_related("link__organisation")
        .filter(uid=uid, link__uid=link_uid, link__kind=LinkKind.DROP)
        .first()
        if link_uid
        else None
    )
    if made is None:
        raise DeadLink(None)
    local = made.at.astimezone(ZoneInfo(made.link.organisation.timezone))
    context = {
        "organisation": made.link.organisation,
        "name": made.name,
        "when": f"{long_date(local)} à {hour(local)}",
        "files": [{"name": f["name"], "size": human_size(f["size"])} for f in made.files],
        "number": str(made.uid)[:8].upper(),
        "again": reverse("documents:outside-drop", args=[token]),
    }
    return render_page(request, "documents/outside/receipt.html", context)
