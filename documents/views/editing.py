"""Opening a document in Word or LibreOffice, and the page that says how to mount the drive."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from documents.access import can_break_reservation, can_edit
from documents.models import Document
from documents.services import editing, reserving
from documents.views.fetch import document_or_404

_WORD = ("Word", "ms-word")
_EXCEL = ("Excel", "ms-excel")
_POWERPOINT = ("PowerPoint", "ms-powerpoint")
_LIBREOFFICE = ("LibreOffice", "")
_PROGRAMMES = (
    dict.fromkeys(("docx", "doc", "docm", "dotx", "rtf"), _WORD)
    | dict.fromkeys(("xlsx", "xls", "xlsm", "xltx"), _EXCEL)
    | dict.fromkeys(("pptx", "ppt", "pptm", "ppsx"), _POWERPOINT)
    | dict.fromkeys(("odt", "ods", "odp", "odg", "ott", "ots", "fodt"), _LIBREOFFICE)
)


@dataclass(frozen=True, slots=True)
class Programme:
    """What opens a type of document: its name, the scheme that Office listens to ("" if none)."""

    name: str
    scheme: str


def programme_for(title: str) -> Programme | None:
    """Which programme modifies a document of this name; None for what is only read."""
    found = _PROGRAMMES.get(title.rpartition(".")[2].lower())
    return Programme(*found) if found else None


@write_view
def edit(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Open it: POST makes the address, the page that follows has the links. `end` closes it."""
    document = document_or_404(request.actor, uid)
    require(can_edit(request.actor, document))
    now, zone = clock.now(), request.actor.organisation.timezone
    if request.method == "POST":
        if request.POST.get("end") == "1":
            editing.end_link(actor=request.actor, document=document, now=now)
            messages.success(request, "C’est fermé : le logiciel ne peut plus enregistrer ici.")
            return redirect("documents:document", org, uid)
        editing.open_link(actor=request.actor, document=document, now=now)
        return redirect("documents:edit", org, uid)
    link = editing.running_link(request.actor, document, now)
    held = reserving.running_reservation(document, now)
    programme = programme_for(document.title)
    address = _address(link, document) if link is not None else ""
    context = {
        "document": document,
        "programme": programme,
        "held": reserving.refusal_of(
            held,
            now,
            request.actor,
            may_lift=bool(can_break_reservation(request.actor, document)),
        )
        if held is not None and held.holder_id != request.actor.person.pk
        else "",
        "address": address,
        "office": f"{programme.scheme}:ofe|u|{address}" if programme and programme.scheme else "",
        "libreoffice": f"vnd.libreoffice.command:ofe|u|{address}",
        "until": reserving.until_words(link.expires_at, now, zone) if link is not None else "",
    }
    return render_page(request, "documents/edit.html", context)


def _address(link: object, document: Document) -> str:
    token = editing.token_of(link)  # type: ignore[arg-type]
    return f"{settings.SITE_ADDRESS}/dav/~/{token}/{quote(document.title, safe='')}"


@read_view
def drive_help(request: AuthedRequest, org: str) -> HttpResponse:
    """How to have the documents in the file explorer, for each system."""
    host = settings.SITE_ADDRESS.partition("://")[2]
    secure = settings.SITE_ADDRESS.startswith("https")
    context = {
        "address": f"{settings.SITE_ADDRESS}/dav/{org}/",
        "gnome": f"{'davs' if secure else 'dav'}://{host}/dav/{org}/",
        "identifier": request.user.identifier,
    }
    return render_page(request, "documents/drive_help.html", context)
