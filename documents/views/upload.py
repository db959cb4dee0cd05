"""Depositing files: with the script, one by one with their progress; without, a plain form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from config.lib import clock
from config.lib.access import Decision, Refused, require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view
from config.lib.storage import Stored, blobs
from documents.access import can_edit, can_read
from documents.forms.documents import NameTakenForm, ReasonForm
from documents.models import Document, Folder
from documents.services import filing
from documents.services.filing import Filed, NameTaken, Received
from documents.services.refusals import Refusal
from documents.views.fetch import document_or_404, folder_or_404
from documents.views.upload_answers import (
    choice_of,
    duplicates,
    filed_answer,
    refusal_answer,
)

# Bytes that wait for "yes, a new version" are named in a signed field of the form: nothing is sent
# twice, and nobody can name bytes that they did not send themselves.
_PENDING_SALT = "documents.upload.pending"
_PENDING_AGE = 12 * 3600


def _page(
    request: AuthedRequest, folder: Folder, conflicts: list[dict[str, str]], status: int = 200
) -> HttpResponse:
    context = {"folder": folder, "conflicts": conflicts, "form": NameTakenForm()}
    return render_page(request, "documents/upload.html", context, status=status)


def _say(request: AuthedRequest, filed: Filed) -> None:
    """What happened; then, as a hint, where else the same bytes are."""
    messages.success(request, f"« {filed.document.title} » : {filed.said}")
    for one in duplicates(request.actor, filed.version):
        where = f" dans « {one['folder']} »" if one["folder"] else ""
        messages.info(
            request,
            format_html(
                'Ce fichier existe déjà : <a href="{}">« {} »</a>{}.',
                one["url"],
                one["title"],
                where,
            ),
        )


def _wants_json(request: AuthedRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Deposit into a folder. POST with `Accept: application/json` answers 201, 409 or 4xx."""
    folder = folder_or_404(request.actor, uid)
    allowed = can_edit(request.actor, folder)
    if request.method != "POST":
        require(allowed)
        return _page(request, folder, [])
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
    received = None
    try:
        received = filing.receive(file, file.name or "")
        filed = filing.file_document(
            actor=request.actor,
            folder=folder,
            received=received,
            now=clock.now(),
            **choice_of(request),
        )
    except NameTaken as taken:
        same = _already_there(request, taken.existing, received)
        return same or refusal_answer(taken)
    except (Refusal, Refused) as refused:
        return refusal_answer(refused)
    return filed_answer(request, filed.document, filed.said, filed.version)


def _already_there(
    request: AuthedRequest, existing: Document | None, received: Received | None
) -> HttpResponse | None:
    """The same name and the same bytes: the answer to a deposit whose answer was lost."""
    if existing is None or received is None or not can_read(request.actor, existing):
        return None
    version = existing.current_version
    if version is None or version.sha256 != received.stored.sha256:
        return None
    return filed_answer(request, existing, "Déjà déposé : ce fichier est identique.", None)


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
                    {"name": received.name, "pending": _sign(request, folder, received)}
                )
        except (Refusal, Refused) as refused:
            messages.error(request, str(refused))
    for one in filed:
        _say(request, one)
    if conflicts:
        return _page(request, folder, conflicts, status=422)
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


def _waiting(request: AuthedRequest, folder: Folder, signed: str) -> Received:
    """The bytes that this person sent to this folder a moment ago. Raises Refused."""
    expired = Decision(allowed=False, reason="Ce dépôt a expiré. Déposez le fichier à nouveau.")
    try:
        pending = signing.loads(signed, salt=_PENDING_SALT, max_age=_PENDING_AGE)
    except signing.BadSignature:
        raise Refused(expired) from None
    if pending["who"] != str(request.user.uid) or pending["folder"] != str(folder.uid):
        raise Refused(expired)
    stored = Stored(pending["key"], pending["size"], pending["sha256"])
    if not blobs().path(stored.key).exists():
        raise Refused(expired)
    return filing.look_at(stored, pending["name"])


@post_view
def confirm_version(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The answer to "this name is taken", for all the files already sent: version, or both."""
    folder = folder_or_404(request.actor, uid)
    require(can_edit(request.actor, folder))
    waiting = [_waiting(request, folder, one) for one in request.POST.getlist("pending")]
    both = request.POST.get("choice") == "both"
    filed = []
    for received in waiting:
        try:
            filed.append(
                filing.file_document(
                    actor=request.actor,
                    folder=folder,
                    received=received,
                    now=clock.now(),
                    as_new_version=not both,
                    keep_both=both,
                )
            )
        except (Refusal, Refused) as refused:
            messages.error(request, f"« {received.name} » : {refused}")
    for one in filed:
        _say(request, one)
    if len(filed) == 1:
        return redirect("documents:document", org, filed[0].document.uid)
    return redirect("documents:folder", org, folder.uid)


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
        except Refusal as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, filed.said)
            return redirect("documents:document", org, uid)
    return render_page(
        request,
        "documents/version_form.html",
        {"document": document, "form": form},
        status=422 if form.errors else 200,
    )
