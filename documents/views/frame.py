"""What every page of a document has around it."""

from __future__ import annotations

from typing import Any

from config.lib.http import AuthedRequest
from documents.access import abilities, breadcrumb
from documents.enums import Role
from documents.models import Document
from documents.views.browse import crumbs_for_page


def document_frame(request: AuthedRequest, document: Document) -> dict[str, Any]:
    """What every page of a document has around it."""
    return {
        "document": document,
        "may": abilities(Role(document.role)),  # type: ignore[attr-defined]
        "crumbs": crumbs_for_page(
            request.actor, breadcrumb(request.actor, document.folder), here=document.title
        ),
    }
