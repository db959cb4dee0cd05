"""Who answers for a document."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, write_view
from documents.access import can_edit
from documents.forms.documents import OwnerForm
from documents.services import owning
from documents.services.refusals import Refusal
from documents.views.fetch import document_or_404


@write_view
def document_owner(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Choose among those who may change it."""
    document = document_or_404(request.actor, uid)
    require(can_edit(request.actor, document))
    form = OwnerForm(
        request.POST or None,
        people=owning.may_own(request.actor, document),
        initial={"owner": document.owner_id},
    )
    back = reverse("documents:document", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        try:
            owning.hand_document(
                actor=request.actor, document=document, owner=owner, now=clock.now()
            )
        except Refusal as refused:
            form.add_error("owner", str(refused))
        else:
            messages.success(request, f"{owner} est responsable de « {document.title} ».")
            return redirect(back)
    context = {"form": form, "document": document, "back": back}
    return render_page(request, "documents/owner.html", context, status=422 if form.errors else 200)
