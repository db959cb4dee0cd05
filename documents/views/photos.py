"""Pages photographed with a telephone: one form, then the PDF that comes of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, write_view
from config.lib.text import plural
from documents.access import can_edit, visible_documents
from documents.access.arrivals import can_keep_bin, visible_envelopes
from documents.enums import ArrivalSource, ArrivalState
from documents.forms.arrivals import PhotosForm
from documents.models import Envelope, Folder
from documents.services import photographing
from documents.services.filing import NotFiled
from documents.services.photographing import NotAPhoto
from documents.services.refusals import Refusal
from documents.views.fetch import folder_or_404


# Neither is a `write_view`: the bytes are received before any transaction opens.
@require_http_methods(["GET", "HEAD", "POST"])
def in_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Photograph the pages of a document for this folder."""
    folder = folder_or_404(request.actor, uid)
    require(can_edit(request.actor, folder))
    return _taking(request, folder)


@require_http_methods(["GET", "HEAD", "POST"])
def in_bin(request: AuthedRequest, org: str) -> HttpResponse:
    """Photograph the pages of a document that will be filed later."""
    require(can_keep_bin(request.actor))
    return _taking(request, None)


def _taking(request: AuthedRequest, folder: Folder | None) -> HttpResponse:
    org = request.actor.organisation.slug
    form = PhotosForm(request.POST if request.method == "POST" else None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        received = []
        for rank, file in enumerate(request.FILES.getlist("photos"), start=1):
            try:
                received.append(photographing.receive_photo(file, file.name or "", rank=rank))
            except (NotAPhoto, NotFiled) as refused:
                problems.append(str(refused))
        try:
            envelope = photographing.take(
                actor=request.actor,
                folder=folder,
                photos=received,
                name=form.cleaned_data["name"],
                now=clock.now(),
            )
        except Refusal as refused:
            problems.append(str(refused))
        else:
            for problem in problems:
                messages.warning(request, f"{problem} Les autres pages sont gardées.")
            return redirect("documents:photo-pages", org, envelope.uid)
    back = (
        reverse("documents:folder", args=[org, folder.uid])
        if folder
        else reverse("documents:arrivals", args=[org])
    )
    context = {
        "form": form,
        "folder": folder,
        "where": folder.name if folder else "À classer",
        "problems": problems,
        "most": photographing.MOST_PHOTOS,
        "back": back,
    }
    wrong = bool(problems or form.errors)
    return render_page(request, "documents/photos.html", context, status=422 if wrong else 200)


@write_view
def pages(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What becomes of the photographs: in preparation, filed, to be filed, or why not. POST tries
    again."""
    envelope = get_object_or_404(
        visible_envelopes(request.actor)
        .filter(source=ArrivalSource.PHOTO)
        .select_related("folder"),
        uid=uid,
    )
    if request.method == "POST":
        photographing.take_again(actor=request.actor, envelope=envelope, now=clock.now())
        return redirect("documents:photo-pages", org, uid)
    waiting = photographing.pages_of(envelope).count()
    failed = bool(waiting) and envelope.notice == photographing.NOT_DONE
    made = envelope.arrivals.exclude(state=ArrivalState.ASSEMBLING).order_by("-position").first()
    context = {
        "envelope": envelope,
        "running": bool(waiting) and not failed,
        "failed": failed,
        "count": plural(waiting, "photo"),
        "made": made,
        "sort": reverse("documents:arrival", args=[org, made.uid])
        if made and made.state == ArrivalState.TO_FILE
        else "",
        **_where(request, envelope, made.document_id if made else None),
    }
    return render_page(request, "documents/photo_pages.html", context)


def _where(request: AuthedRequest, envelope: Envelope, document_id: int | None) -> dict[str, str]:
    """Where the PDF is, and where one came from."""
    org, folder = request.actor.organisation.slug, envelope.folder
    document = (
        visible_documents(request.actor).filter(pk=document_id).first() if document_id else None
    )
    return {
        "title": document.title if document else "",
        "document": reverse("documents:document", args=[org, document.uid]) if document else "",
        "again": reverse("documents:photo", args=[org, folder.uid])
        if folder
        else reverse("documents:arrivals-photo", args=[org]),
        "back": reverse("documents:folder", args=[org, folder.uid])
        if folder
        else reverse("documents:arrivals", args=[org]),
        "where": folder.name if folder else "À classer",
    }
