"""The same bytes elsewhere: a hint after a deposit, never an obstacle."""

from __future__ import annotations

from accounts.actor import Actor
from documents.access import visible_documents
from documents.models import Document, Version

MOST = 3


def same_bytes(*, actor: Actor, version: Version) -> list[Document]:
    """Other documents whose current version has these very bytes, the oldest first, three at most.

    Only among those that the actor may read: what they may not open does not exist for them.
    """
    if not version.size or version.organisation_id != actor.organisation.pk:
        return []
    return list(
        visible_documents(actor)
        .filter(
            current_version__organisation=actor.organisation,
            current_version__sha256=version.sha256,
        )
        .exclude(pk=version.document_id)
        .select_related("folder")
        .order_by("created_at", "pk")[:MOST]
    )
