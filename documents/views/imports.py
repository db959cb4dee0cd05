"""Importing a ZIP into a folder, and what became of each of its files."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view
from config.lib.text import human_size, plural
from documents.access import can_edit, visible_documents, visible_folders, visible_imports
from documents.enums import ImportOutcome, ImportState
from documents.services import filing, importing
from documents.services.refusals import Refusal
from documents.views.fetch import folder_or_404

LINES = 50


# Not `write_view`: the bytes are received before any transaction opens.
@require_http_methods(["GET", "HEAD", "POST"])
def import_zip(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Choose an archive; its files and folders come into this folder, behind the scenes."""
    folder = folder_or_404(request.actor, uid)
    require(can_edit(request.actor, folder))
    problem = ""
    if request.method == "POST":
        sent = request.FILES.get("archive")
        if not isinstance(sent, UploadedFile):
            problem = "Choisissez d’abord une archive ZIP."
        else:
            try:
                received = filing.receive(sent, sent.name or "archive.zip")
                with transaction.atomic():
                    run = importing.start_zip(
                        actor=request.actor, folder=folder, received=received, now=clock.now()
                    )
            except Refusal as refused:
                problem = str(refused)
            else:
                return redirect("documents:import", org, run.uid)
    context = {
        "folder": folder,
        "problem": problem,
        "back": reverse("documents:folder", args=[org, uid]),
    }
    return render_page(
        request, "documents/import_zip.html", context, status=422 if problem else 200
    )


@read_view
def import_run(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """How far an import is, and the files that were not filed, each with its reason."""
    run = get_object_or_404(visible_imports(request.actor).select_related("folder"), uid=uid)
    counts = importing.counted(run)
    done = sum(counts.values())
    # What asks for something first; what was there already asks for nothing.
    left = (
        run.files.exclude(outcome=ImportOutcome.FILED)
        .select_related("document")
        .annotate(there=Q(outcome=ImportOutcome.SAME))
        .order_by("there", "pk")
    )
    page = Paginator(left, LINES).get_page(request.GET.get("page"))
    readable = set(
        visible_documents(request.actor)
        .filter(pk__in=[line.document_id for line in page if line.document_id])
        .values_list("pk", flat=True)
    )
    folder = visible_folders(request.actor).filter(pk=run.folder_id).first()
    context = {
        "run": run,
        "running": run.state == ImportState.RUNNING,
        "failed": run.state == ImportState.FAILED,
        "done": done,
        "total": run.total or 0,
        "words": _words(counts, run.total),
        "folder": folder,
        "folder_href": reverse("documents:folder", args=[org, folder.uid]) if folder else "",
        "page": page,
        "lines": [
            {
                "path": line.path,
                "size": human_size(line.size),
                "outcome": line.get_outcome_display(),
                "reason": line.reason,
                "href": reverse("documents:document", args=[org, line.document.uid])
                if line.document and line.document.pk in readable
                else "",
            }
            for line in page
        ],
    }
    return render_page(request, "documents/import.html", context)


def _words(counts: dict[str, int], total: int | None) -> str:
    said = [plural(counts["filed"], "fichier déposé", "fichiers déposés")]
    if counts["same"]:
        said.append(f"{counts['same']} déjà là")
    if counts["left"]:
        said.append(plural(counts["left"], "laissé"))
    if counts["refused"]:
        said.append(plural(counts["refused"], "refusé"))
    return ", ".join(said) + (f", sur {total}" if total else "")
