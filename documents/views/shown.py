"""The bytes that a page shows of a file: its PDF, its own or made of it, or its picture as drawn
again by us. What was sent, anything else, is only ever a file to keep."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase

from config.lib.downloads import serve
from config.lib.storage import blobs
from documents.extraction.conversion import CONVERTIBLE
from documents.previews import pdf_path, preview_path

PDF = "application/pdf"


def has_pdf(storage_key: str, media_type: str) -> bool:
    """Whether a page shows these bytes as PDF."""
    return media_type == PDF or (media_type in CONVERTIBLE and pdf_path(storage_key).exists())


def serve_shown(
    request: HttpRequest, storage_key: str, media_type: str, *, name: str, sha256: str
) -> HttpResponseBase:
    """Those bytes, to whoever the caller has let in. Raises Http404 when there is nothing to
    show."""
    if media_type == PDF:
        path = blobs().path(storage_key)
        return serve(request, path, media_type=PDF, name=name, inline=True, etag=sha256)
    if has_pdf(storage_key, media_type):
        return serve(
            request,
            pdf_path(storage_key),
            media_type=PDF,
            name=f"{name}.pdf",
            inline=True,
            etag=f"pdf-{sha256}",
        )
    if media_type.startswith("image/"):
        path = preview_path(storage_key)
        return serve(request, path, media_type="image/jpeg", name=name, inline=True)
    raise Http404
