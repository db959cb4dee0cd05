"""Sharing a folder or a document: the link for colleagues."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, private, read_view
from documents.access import breadcrumb
from documents.link_notices import address_of
from documents.models import Document, Folder
from documents.views.browse import crumbs_for_page
from documents.views.fetch import document_or_404, folder_or_404


@read_view
def share_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The links of a folder."""
    return _page(request, folder_or_404(request.actor, uid))


@read_view
def share_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The links of a document."""
    return _page(request, document_or_404(request.actor, uid))


def _page(request: AuthedRequest, obj: Folder | Document) -> HttpResponse:
    actor = request.actor
    folder = obj.folder if isinstance(obj, Document) else obj
    trail = crumbs_for_page(actor, breadcrumb(actor, folder))
    if isinstance(obj, Document):
        trail.append((obj.title, address_of(actor, obj)))
    trail.append(("Partager", None))
    context = {
        "name": str(obj),
        "is_document": isinstance(obj, Document),
        "crumbs": trail,
        "internal": settings.SITE_ADDRESS
        + reverse("documents:link", args=[actor.organisation.slug, obj.uid]),
    }
    return private(render_page(request, "documents/links/share.html", context))
