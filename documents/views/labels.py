"""The type and the tags of one document."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, write_view
from documents.access import breadcrumb, can_edit
from documents.forms.documents import LabelsForm
from documents.services import labels
from documents.services.refusals import ReservedByAnother
from documents.views.browse import crumbs_for_page
from documents.views.fetch import document_or_404
from documents.views.reserving import leave_alone


@write_view
def document_labels(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What this document is, and the words on it."""
    here = document_or_404(request.actor, uid)
    require(can_edit(request.actor, here))
    if (held := leave_alone(request, here)) is not None:
        return held
    form = LabelsForm(request.POST if request.method == "POST" else None, document=here)
    if request.method == "POST" and form.is_valid():
        try:
            labels.describe_document(
                actor=request.actor,
                document=here,
                type=form.cleaned_data["type"],
                tags=form.cleaned_data["tags"],
                now=clock.now(),
            )
        except ReservedByAnother as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Le type et les étiquettes sont enregistrés.")
            return redirect("documents:document", org, uid)
    context = {
        "document": here,
        "form": form,
        "crumbs": crumbs_for_page(
            request.actor, breadcrumb(request.actor, here.folder), here=here.title
        ),
    }
    status = 422 if form.errors else 200
    return render_page(request, "documents/labels.html", context, status=status)
