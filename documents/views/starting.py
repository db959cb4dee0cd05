"""Starting from a template, and taking a document out of an old network."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, write_view
from documents.access import can_edit
from documents.forms.documents import StartForm
from documents.models import Document, Folder
from documents.services import refiling, templates
from documents.services.refusals import Refusal
from documents.views.choosing import destination
from documents.views.fetch import document_or_404, folder_or_404


@write_view
def start(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A new folder or document in this folder, from a template."""
    folder = folder_or_404(request.actor, uid)
    require(can_edit(request.actor, folder))
    offered = templates.visible_templates(request.actor).order_by(
        "folder__sort_name", "document__sort_title", "pk"
    )
    sent = request.POST if request.method == "POST" else None
    form = StartForm(sent, templates=offered)
    back = reverse("documents:folder", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            made = templates.start_from(
                actor=request.actor,
                template=form.cleaned_data["template"],
                target=folder,
                name=form.cleaned_data["name"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"« {made} » est prêt.")
            kind = "document" if isinstance(made, Document) else "folder"
            return redirect(f"documents:{kind}", org, made.uid)
    context = {"form": form, "folder": folder, "back": back, "some": offered.exists()}
    return render_page(
        request, "documents/start_from.html", context, status=422 if form.errors else 200
    )


@post_view
def offer_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Offer a folder as a template, or no longer."""
    return _offer(request, org, folder_or_404(request.actor, uid), "folder")


@post_view
def offer_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Offer a document as a template, or no longer."""
    return _offer(request, org, document_or_404(request.actor, uid), "document")


def _offer(request: AuthedRequest, org: str, obj: Folder | Document, kind: str) -> HttpResponse:
    if request.POST.get("modele") == "0":
        templates.withdraw(actor=request.actor, obj=obj, now=clock.now())
        messages.success(request, f"« {obj} » n’est plus proposé comme modèle.")
    else:
        templates.offer(actor=request.actor, obj=obj, now=clock.now())
        messages.success(request, f"« {obj} » est proposé comme modèle à ceux qui peuvent le lire.")
    return redirect(f"documents:{kind}", org, obj.uid)


@write_view
def refile(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Choose where a document of an old network belongs now."""
    document = document_or_404(request.actor, uid)
    back = reverse("documents:document", args=[org, uid])
    place = destination(request, [document])
    if request.method == "POST" and place.target is not None:
        try:
            made, copied = refiling.refile(
                actor=request.actor,
                document=document,
                target=place.target,
                now=clock.now(),
            )
        except Refusal as refused:
            place.problem = str(refused)
        else:
            how = "copié" if copied else "classé"
            messages.success(request, f"« {made} » est {how} dans « {place.target} ».")
            return redirect("documents:document", org, made.uid)
    context = place.context(
        request,
        title=f"Classer « {document.title} » à sa place",
        back=back,
        verb="Classer ici",
        confirm="Classer ici",
        icon="folder-input",
    )
    return render_page(
        request, "documents/move.html", context, status=422 if place.problem else 200
    )
