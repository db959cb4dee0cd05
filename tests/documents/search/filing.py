"""Documents with a text, without a file: enough for what search looks at."""

from __future__ import annotations

import datetime as dt

from accounts.models import Person
from documents.enums import IndexState
from documents.extraction import PageText
from documents.models import Document, Folder, Version
from documents.search.engine import search
from documents.search.index import index_title, index_version
from documents.search.query import parse
from documents.search.results import Filters, Results
from tests.documents.world import NOW, World, make_document


def add_version(
    document: Document, *pages: str, media_type: str = "application/pdf", indexed: bool = True
) -> Version:
    version = Version.objects.create(
        organisation_id=document.organisation_id,
        document=document,
        number=document.versions.count() + 1,
        storage_key="0" * 32,
        size=1,
        sha256="0" * 64,
        media_type=media_type,
        original_name=document.title,
        created_at=NOW,
        index_state=IndexState.INDEXED if indexed else IndexState.WAITING,
    )
    document.current_version = version
    document.media_type = media_type
    document.save()
    index_title(document)
    if indexed:
        index_version(version, [PageText(n, text) for n, text in enumerate(pages, 1)])
    return version


def put(
    folder: Folder,
    title: str,
    *pages: str,
    media_type: str = "application/pdf",
    by: Person | None = None,
    days_ago: int = 0,
    indexed: bool = True,
) -> Document:
    """A document whose pages are indexed, as if it had been filed `days_ago`."""
    document = make_document(folder, title)
    document.changed_at = NOW - dt.timedelta(days=days_ago)
    document.changed_by = by
    add_version(document, *pages, media_type=media_type, indexed=indexed)
    return document


def ask(
    world: World,
    person: Person,
    text: str,
    *,
    typing: bool = False,
    page: int = 1,
    filters: Filters | None = None,
) -> Results:
    return search(world.actor(person), parse(text, typing=typing), filters, page=page, now=NOW)


def titles(results: Results) -> list[str]:
    return ["".join(segment.text for segment in hit.title) for hit in results.hits]
