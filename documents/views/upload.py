"""Depositing files: with the script, one by one with their progress; without, a plain form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.lib import clock
from config.lib.access import Decision, Refused, require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view
from config.lib.storage import Stored, blobs
from documents.access import can_edit
from documents.extraction.sniffing import sniff
from documents.forms import ReasonForm
from documents.models import Folder
from documents.services import filing
from documents.services.filing import Filed, NameTaken, NotFiled, Received
from documents.views.fetch import document_or_404, folder_or_404

# Bytes that wait for "yes, a new version" are named in a signed field of the form: nothing is sent
# twice, and nobody can name bytes that they did not send themselves.
_PENDING_SALT = "documents.upload.pending"
_PENDING_AGE = 12 * 3600


def _wants_json(request: AuthedRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Deposit into a folder. POST with `Accept: application/json` answers 201, 409 or 4xx."""
    folder = folder_or_404(request.actor, uid)
    allowed = can_edit(request.actor, folder)
    if request.method != "POST":
        require(allowed)
        return render_page(request, "documents/upload.html", {"folder": folder, "conflicts": []})
    if not allowed:
        if _wants_json(request):
            return JsonResponse({"reason": allowed.reason}, status=403)
        raise Refused(allowed)
    files = request.FILES.getlist("files")
    if not files:
        reason = "Choisissez d’abord un fichier."
        if _wants_json(request):
            return JsonResponse({"reason": reason}, status=400)
        messages.error(request, reason)
        return redirect("documents:upload", org, uid)
    if _wants_json(request):
        return _one(request, folder, files[0])
    return _several(request, folder, files)


def _one(request: AuthedRequest, folder: Folder, file: UploadedFile[Any]) -> HttpResponse:
    try:
        filed = filing.file_document(
            actor=request.actor,
            folder=folder,
            received=filing.receive(file, file.name or ""),
            now=clock.now(),
            as_new_version=request.POST.get("confirm") == "1",
        )
    except NameTaken as taken:
        return JsonResponse({"reason": str(taken)}, status=409 if taken.existing else 422)
    except NotFiled as refused:
        return JsonResponse({"reason": str(refused)}, status=422)
    return JsonResponse(
        {
            "title": filed.document.title,
            "url": reverse(
                "documents:document", args=[request.actor.organisation.slug, filed.document.uid]
            ),
            "message": _said(filed),
        },
        status=201,
    )


def _said(filed: Filed) -> str:
    what = "Déposé." if filed.created else f"Enregistré comme version {filed.version.number}."
    return f"{what} {filed.notice}".strip()


def _several(
    request: AuthedRequest, folder: Folder, files: list[UploadedFile[Any]]
) -> HttpResponse:
    """Without the script: what can be filed is filed, the rest is asked or explained."""
    conflicts, filed = [], []
    for file in files:
        received = None
        try:
            received = filing.receive(file, file.name or "")
            filed.append(
                filing.file_document(
                    actor=request.actor, folder=folder, received=received, now=clock.now()
                )
            )
        except NameTaken as taken:
            if taken.existing is None or received is None:
                messages.error(request, str(taken))
            else:
                conflicts.append(
                    {"reason": str(taken), "pending": _sign(request, folder, received)}
                )
        except NotFiled as refused:
            messages.error(request, str(refused))
    for one in filed:
        messages.success(request, f"« {one.document.title} » : {_said(one)}")
    if conflicts:
        return render_page(
            request, "documents/upload.html", {"folder": folder, "conflicts": conflicts}, status=422
        )
    return redirect("documents:folder", request.actor.organisation.slug, folder.uid)


def _sign(request: AuthedRequest, folder: Folder, received: Received) -> str:
    stored = received.stored
    return signing.dumps(
        {
            "who": str(request.user.uid),
            "folder": str(folder.uid),
            "name": received.name,
            "key": stored.key,
            "size": stored.size,
            "sha256": stored.sha256,
        },
        salt=_PENDING_SALT,
    )


@post_view
def confirm_version(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The answer to "this name is taken": make the file already sent a new version."""
    folder = folder_or_404(request.actor, uid)
    require(can_edit(request.actor, folder))
    try:
        pending = signing.loads(
            request.POST.get("pending", ""), salt=_PENDING_SALT, max_age=_PENDING_AGE
        )
    except signing.BadSignature:
        pending = {}
    if pending.get("who") != str(request.user.uid) or pending.get("folder") != str(folder.uid):
        raise Refused(
            Decision(allowed=False, reason="Ce dépôt a expiré. Déposez le fichier à nouveau.")
        )
    path = blobs().path(pending["key"])
    if not path.exists():
        raise Refused(
            Decision(allowed=False, reason="Ce dépôt a expiré. Déposez le fichier à nouveau.")
        )
    try:
        filed = filing.file_document(
            actor=request.actor,
            folder=folder,
            received=Received(
                name=pending["name"],
                stored=Stored(pending["key"], pending["size"], pending["sha256"]),
                sniffed=sniff(path, pending["name"]),
            ),
            now=clock.now(),
            as_new_version=True,
        )
    except NotFiled as refused:
        messages.error(request, str(refused))
        return redirect("documents:folder", org, folder.uid)
    messages.success(request, f"« {filed.document.title} » : {_said(filed)}")
    return redirect("documents:document", org, filed.document.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def add_version(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A new version of one document, whatever the name of the file."""
    document = document_or_404(request.actor, uid)
    require(can_edit(request.actor, document))
    form = ReasonForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            filed = filing.add_version(
                actor=request.actor,
                document=document,
                received=filing.receive(file, file.name or ""),
                now=clock.now(),
                reason=form.cleaned_data["reason"],
            )
        except NotFiled as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _said(filed))
            return redirect("documents:document", org, uid)
    return render_page(
        request,
        "documents/version_form.html",
        {"document": document, "form": form},
        status=422 if form.errors else 200,
    )
