"""What a page shows of a version: the PDF, the picture, the text, or why there is nothing."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.actor import Actor
from config.lib.addresses import address
from config.lib.http import AuthedRequest
from documents.models import DocumentPage, Version
from documents.previews import preview_path
from documents.views.listing import icon_for

TEXT_PREVIEW_CHARACTERS = 40_000


@dataclass(frozen=True, slots=True)
class Preview:
    """How a version is shown. `kind`: "pdf", "image", "text", or "" for a download only."""

    kind: str
    title: str
    src: str
    download: str
    icon: str
    text: str = ""
    page: int = 1


def preview_kind(version: Version) -> str:
    """How a page shows this version."""
    if version.media_type == "application/pdf":
        return "pdf"
    if version.media_type.startswith("image/") and preview_path(version.storage_key).exists():
        return "image"
    if version.media_type.startswith("text/") or version.media_type == "message/rfc822":
        return "text"
    return ""


def preview_text(version: Version) -> str:
    """The beginning of the text, as it was read from the file."""
    pages = DocumentPage.objects.filter(version=version).order_by("number")
    text = "\n\n".join(pages.values_list("text", flat=True)[:20])
    return text[:TEXT_PREVIEW_CHARACTERS]


def preview_of(actor: Actor, version: Version, *, title: str, page: int = 1) -> Preview:
    """Everything that `documents/preview.html` needs."""
    kind = preview_kind(version)
    here = [actor.organisation.slug, version.uid]
    return Preview(
        kind=kind,
        title=title,
        src=address("documents:version-view", *here),
        download=address("documents:version-download", *here),
        icon=icon_for(version.media_type),
        text=preview_text(version) if kind == "text" else "",
        page=page,
    )


def page_asked(request: AuthedRequest) -> int:
    """The page of the document that the address points at (`?page=3`), from 1."""
    raw = request.GET.get("page", "1")
    return min(max(int(raw), 1), 100_000) if raw.isascii() and raw.isdigit() else 1
