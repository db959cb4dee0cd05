"""What documents put on a person's home page: what they touched lately, where they may file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.actor import Actor
from accounts.home import MOST_PLACES, MOST_RECENT, Place, Recent, place_sources, recent_sources
from documents.access import visible_documents, visible_folders
from documents.enums import Role


def _recent(actor: Actor, now: datetime) -> Iterable[Recent]:
    """The latest changes among what I may read; mine and my colleagues' alike."""
    documents = (
        visible_documents(actor)
        .select_related("folder", "changed_by")
        .order_by("-changed_at", "-id")[:MOST_RECENT]
    )
    for document in documents:
        yield Recent(
            title=document.title,
            href=reverse("documents:document", args=[actor.organisation.slug, document.uid]),
            at=document.changed_at,
            detail=f"par {document.changed_by}" if document.changed_by else "",
            icon="file-text",
        )


def _places(actor: Actor, now: datetime) -> Iterable[Place]:
    """The highest folders where I may file: my shelves."""
    shelves = (
        visible_folders(actor, Role.EDITOR)
        .filter(depth__lte=2)
        .exclude(parent=None)
        .order_by("sort_name", "id")[:MOST_PLACES]
    )
    for folder in shelves:
        yield Place(
            title=folder.name,
            href=reverse("documents:folder", args=[actor.organisation.slug, folder.uid]),
        )


recent_sources.register("documents", _recent)
place_sources.register("documents", _places)
