"""Writing the search index, always in the transaction that changes what it describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.db import connection
from django.db.models import QuerySet

from documents.models import Document, DocumentPage, DocumentText, Version
from documents.search import normaliser, vocabulary

#: Characters of text kept for one document; a thick report of 600 pages is about 2 million.
MAX_CHARACTERS = 6_000_000

# The title has weight A and the text weight D: the one changes without reading the other again.
_UPSERT_TITLE = """
    INSERT INTO documents_documenttext AS t
           (organisation_id, document_id, version_id, tsv_norm, tsv_exact, normaliser, words)
    VALUES (%s, %s, NULL, %s::tsvector, %s::tsvector, %s, 0)
    ON CONFLICT (organisation_id, document_id) DO UPDATE
       SET tsv_norm = (
               ts_filter(t.tsv_norm, '{d}')::text || ' ' || EXCLUDED.tsv_norm::text)::tsvector,
           tsv_exact = (
               ts_filter(t.tsv_exact, '{d}')::text || ' ' || EXCLUDED.tsv_exact::text)::tsvector
"""
_INSERT_PAGES = """
    INSERT INTO documents_documentpage (organisation_id, version_id, number, text)
    SELECT %s, %s, p.number, p.text FROM unnest(%s::int[], %s::text[]) AS p (number, text)
"""
_UPSERT_TEXT = """
    INSERT INTO documents_documenttext
           (organisation_id, document_id, version_id, tsv_norm, tsv_exact, normaliser, words)
    VALUES (%s, %s, %s, %s::tsvector, %s::tsvector, %s, %s)
    ON CONFLICT (organisation_id, document_id) DO UPDATE
       SET version_id = EXCLUDED.version_id, tsv_norm = EXCLUDED.tsv_norm,
           tsv_exact = EXCLUDED.tsv_exact, normaliser = EXCLUDED.normaliser,
           words = EXCLUDED.words
"""


_COPY_PAGES = """
    INSERT INTO documents_documentpage (organisation_id, version_id, number, text)
    SELECT p.organisation_id, c.made, p.number, p.text
      FROM unnest(%s::bigint[], %s::bigint[]) AS c (source, made)
      JOIN documents_documentpage p ON p.version_id = c.source
"""
_COPY_TEXTS = """
    INSERT INTO documents_documenttext
           (organisation_id, document_id, version_id, tsv_norm, tsv_exact, normaliser, words)
    SELECT t.organisation_id, made.document_id, made.id, t.tsv_norm, t.tsv_exact, t.normaliser,
           t.words
      FROM unnest(%s::bigint[], %s::bigint[]) AS c (source, made)
      JOIN documents_version source ON source.id = c.source
      JOIN documents_version made ON made.id = c.made
      JOIN documents_documenttext t ON t.organisation_id = source.organisation_id
                                   AND t.document_id = source.document_id
     WHERE made.index_state IN ('indexed', 'partial', 'no_text')
"""


class Page(Protocol):
    """One page of extracted text, numbered from 1."""

    @property
    def number(self) -> int: ...

    @property
    def text(self) -> str: ...


def index_title(document: Document) -> None:
    """Make a document findable by its name at once; the text already indexed stays."""
    norm, exact = normaliser.title_vectors(document.title)
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT_TITLE,
            [document.organisation_id, document.pk, norm, exact, normaliser.VERSION],
        )


def index_copy(pairs: Iterable[tuple[int, int]]) -> None:
    """Give copies the texts already read from their sources: (version copied, version made).

    The title is taken along; whoever gave the copy another one calls `index_title` next.
    """
    listed = list(pairs)
    columns = [[source for source, _ in listed], [made for _, made in listed]]
    with connection.cursor() as cursor:
        cursor.execute(_COPY_PAGES, columns)
        cursor.execute(_COPY_TEXTS, columns)


def index_version(version: Version, pages: Iterable[Page]) -> bool:
    """Keep the pages of a version and, if it is the current one, make them findable.

    May run twice: the pages are replaced. Returns whether everything was indexed; False is said
    to people as "indexé partiellement".
    """
    numbers: list[int] = []
    texts: list[str] = []
    characters = 0
    whole = True
    for page in pages:
        text = normaliser.clean(page.text).strip()
        if characters + len(text) > MAX_CHARACTERS:
            text = text[: MAX_CHARACTERS - characters]
            whole = False
        characters += len(text)
        if text:
            numbers.append(page.number)
            texts.append(text)
        if not whole:
            break
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM documents_documentpage WHERE version_id = %s", [version.pk])
        cursor.execute(_INSERT_PAGES, [version.organisation_id, version.pk, numbers, texts])
    document = Document.objects.only("organisation_id", "title", "current_version_id").get(
        pk=version.document_id
    )
    if document.current_version_id != version.pk:
        # A newer version came meanwhile; its own job brings its text.
        return whole
    return _write(document, version.pk, texts) and whole


def _write(document: Document, version_id: int | None, texts: Iterable[str]) -> bool:
    vectors = normaliser.vectors(document.title, texts)
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT_TEXT,
            [
                document.organisation_id,
                document.pk,
                version_id,
                vectors.norm,
                vectors.exact,
                normaliser.VERSION,
                vectors.words,
            ],
        )
    vocabulary.learn(document.organisation_id, vectors.spelt)
    return not vectors.partial


def stale() -> QuerySet[DocumentText]:
    """What was indexed by another version of the normaliser, oldest documents first."""
    return DocumentText.objects.exclude(normaliser=normaliser.VERSION).order_by("document_id")


def index_again(document: Document) -> bool:
    """Index from the pages already kept, without reading the file again."""
    texts: list[str] = []
    if document.current_version_id is not None:
        texts = list(
            DocumentPage.objects.filter(version_id=document.current_version_id)
            .order_by("number")
            .values_list("text", flat=True)
        )
    return _write(document, document.current_version_id if texts else None, texts)
