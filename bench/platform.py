"""A platform of many communes, written by the database itself: a million documents in minutes.

A stock of texts is read by the normaliser once, on every core, then each commune is filled by one
statement for every few thousand documents. People, teams, folders and rights go through the
services. The same seed gives the same platform.
"""

# ruff: noqa: T201

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from multiprocessing import get_context

import django
from django.db import connection

from accounts.models import Organisation
from bench import corpus
from config.lib.storage import blobs
from config.lib.text import name_key, sort_key
from documents.management.commands import load_corpus
from documents.models import Document
from documents.search import normaliser

#: Texts of 600 to 3,000 words for the communes that are measured; letters for their neighbours.
REPORTS, LETTERS, LETTER_WORDS = 8_000, 1_500, 350
CHUNK = 4_000

_STOCK = """
CREATE SCHEMA bench;
CREATE UNLOGGED TABLE bench.title (
    number int PRIMARY KEY, title text NOT NULL, name_key text NOT NULL, sort_title text NOT NULL,
    norm tsvector NOT NULL, exact tsvector NOT NULL);
CREATE UNLOGGED TABLE bench.text (
    letter boolean, number int, folder int NOT NULL, words int NOT NULL, size int NOT NULL,
    norm tsvector NOT NULL, exact tsvector NOT NULL, pages text[] NOT NULL,
    PRIMARY KEY (letter, number));
"""
_FILL = """
WITH item AS MATERIALIZED (
    SELECT i.number, i.title, i.name_key, i.sort_title, i.norm, i.exact,
           x.number AS text, x.size, x.words, cardinality(x.pages) AS pages, f.id AS folder,
           CASE WHEN i.number %% 11 IN (7, 8)
                  THEN 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
                WHEN i.number %% 11 = 9 THEN 'image/jpeg' ELSE 'application/pdf' END AS type,
           (%(people)s::bigint[])[1 + (x.folder %% 20 + 20 * (i.number %% 10)) %% %(many)s]
             AS author,
           %(now)s::timestamptz - make_interval(mins => i.number * 17 %% 1500000) AS at,
           nextval(pg_get_serial_sequence('documents_document', 'id')) AS document,
           nextval(pg_get_serial_sequence('documents_version', 'id')) AS version
      FROM bench.title i
      JOIN bench.text x ON x.letter = %(letter)s AND x.number = (i.number - 1) %% %(texts)s + 1
      JOIN unnest(%(folders)s::bigint[]) WITH ORDINALITY AS f(id, place) ON f.place = x.folder + 1
     WHERE i.number > %(after)s AND i.number <= %(upto)s),
document AS (
    INSERT INTO documents_document
           (id, uid, organisation_id, folder_id, title, name_key, sort_title, current_version_id,
            media_type, size, created_at, created_by_id, changed_at, changed_by_id)
    SELECT document, gen_random_uuid(), %(organisation)s, folder, title, name_key, sort_title,
           version, type, size, at, author, at, author FROM item),
version AS (
    INSERT INTO documents_version
           (id, uid, organisation_id, document_id, number, storage_key, size, sha256, media_type,
            extension, original_name, notice, author_id, created_at, reason, index_state,
            index_reason, page_count, scanned_pages)
    SELECT version, gen_random_uuid(), %(organisation)s, document, 1, %(key)s, size,
           repeat('0', 64), type, 'pdf', title, '', author, at, '', 'indexed', '', pages, 0
      FROM item),
page AS (
    INSERT INTO documents_documentpage (organisation_id, version_id, number, text)
    SELECT %(organisation)s, item.version, p.number, p.text
      FROM item JOIN bench.text x ON x.letter = %(letter)s AND x.number = item.text
      CROSS JOIN LATERAL unnest(x.pages) WITH ORDINALITY AS p(text, number))
INSERT INTO documents_documenttext
       (organisation_id, document_id, version_id, tsv_norm, tsv_exact, normaliser, words)
SELECT %(organisation)s, document, version, item.norm || x.norm, item.exact || x.exact,
       %(normaliser)s, item.words
  FROM item JOIN bench.text x ON x.letter = %(letter)s AND x.number = item.text
"""


def _read(number: int, *, letter: bool) -> tuple[object, ...]:
    """One text of the stock, as a row of `bench.text`."""
    folder = corpus.item(number).folder
    most = LETTER_WORDS if letter else 3000
    pages = [normaliser.clean(page) for page in corpus.pages_of(number, folder, most=most)]
    read = normaliser.vectors("", pages)
    return letter, number, folder, read.words, sum(map(len, pages)), read.norm, read.exact, pages


def _letter(number: int) -> tuple[object, ...]:
    return _read(number, letter=True)


def _report(number: int) -> tuple[object, ...]:
    return _read(number, letter=False)


def _title(number: int) -> tuple[object, ...]:
    title = corpus.item(number).title
    return number, title, name_key(title), sort_key(title), *normaliser.title_vectors(title)


def stock(titles: int, processes: int = 2) -> None:
    """Read the texts and the names that every commune takes its documents from."""
    with connection.cursor() as cursor:
        cursor.execute(_STOCK)
    with ProcessPoolExecutor(processes, get_context("spawn"), django.setup) as pool:
        _copy("bench.text", pool.map(_report, range(1, REPORTS + 1), chunksize=100))
        _copy("bench.text", pool.map(_letter, range(1, LETTERS + 1), chunksize=100))
        _copy("bench.title", pool.map(_title, range(1, titles + 1), chunksize=500))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bench.title, bench.text")


def _copy(table: str, rows: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def commune(slug: str, documents: int, *, letters: bool = False) -> Organisation:
    """One commune: 200 people in 20 teams, 200 folders that each read a tenth of, documents."""
    began = time.monotonic()
    load_corpus._build(slug)
    organisation = Organisation.objects.get(slug=slug)
    fill(organisation, documents, letters=letters)
    print(f"{slug}: {documents} documents in {time.monotonic() - began:.0f} s", flush=True)
    return organisation


def fill(organisation: Organisation, documents: int, *, letters: bool = False) -> None:
    """Its documents, with their versions, pages and index rows."""
    from accounts.models import Person
    from config.lib import clock
    from documents.models import Folder

    by_name = dict(
        Folder.objects.filter(organisation=organisation, depth=4).values_list("name_key", "pk")
    )
    people = Person.objects.filter(identifier__startswith=f"{organisation.slug}-")
    params = {
        "organisation": organisation.pk,
        "folders": [by_name[name_key(load_corpus._leaf_name(path))] for path in corpus.FOLDERS],
        "people": list(people.order_by("identifier").values_list("pk", flat=True)),
        "many": corpus.PEOPLE,
        "now": clock.now(),
        "key": blobs().put(BytesIO(b"Texte du corpus de mesure.")).key,
        "letter": letters,
        "texts": LETTERS if letters else REPORTS,
        "normaliser": normaliser.VERSION,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for after in range(0, documents, CHUNK):
            upto = min(after + CHUNK, documents)
            cursor.execute(_FILL, params | {"after": after, "upto": upto})
        cursor.execute("SET synchronous_commit = on")


@contextmanager
def indexes_apart() -> Iterator[None]:
    """The word indexes are dropped while many documents come, then built again as they were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " JOIN pg_class c ON c.oid = indexrelid JOIN pg_am m ON m.oid = c.relam"
            " WHERE indrelid = 'documents_documenttext'::regclass AND m.amname = 'gin'"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            cursor.execute(definition.replace(" ON ONLY ", " ON "))
        cursor.execute("RESET maintenance_work_mem")


def settle() -> None:
    """What autovacuum would have done by the next morning."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    print(f"{Document.objects.count()} documents on the platform", flush=True)
