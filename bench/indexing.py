"""CPU of indexing texts already extracted, one document per transaction, as the job does it.

    python -m bench.indexing ORGANISATION [DOCUMENTS]

after `manage.py load_corpus --org ORGANISATION`: its documents are indexed again from their pages.
Two cores share the work of two workers and of PostgreSQL, so the rate on two cores is 2,000 ms
divided by the sum. Best of three passes over the same documents, as everywhere: the first also
reads each word of the lexicon that a worker of some minutes knows.
"""

# ruff: noqa: T201

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django


def main(slug: str, count: int = 400) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    from django.db import connection, transaction

    from documents.extraction import PageText
    from documents.models import DocumentPage, Version
    from documents.search.index import index_version

    versions = list(Version.objects.filter(organisation__slug=slug).order_by("?")[:count])
    texts = {version.pk: [] for version in versions}
    for page in DocumentPage.objects.filter(version__in=versions).order_by("number"):
        texts[page.version_id].append(PageText(page.number, page.text))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        counter = Path(f"/proc/{int(cursor.fetchone()[0])}/schedstat")
    passes = []
    for _ in range(3):
        web, pg = time.process_time(), float(counter.read_text().split()[0])
        for version in versions:
            with transaction.atomic():
                index_version(version, texts[version.pk])
        ours = (time.process_time() - web) * 1000 / len(versions)
        theirs = (float(counter.read_text().split()[0]) - pg) / 1e6 / len(versions)
        passes.append((ours + theirs, ours, theirs))
    spent, ours, theirs = min(passes)
    print(
        f"{spent:.1f} CPU-ms per document = Python {ours:.1f} + PostgreSQL {theirs:.1f}: "
        f"{2000 / spent:.0f} documents/s on two cores"
        f" (passes: {', '.join(f'{2000 / one:.0f}' for one, _, _ in passes)})"
    )


if __name__ == "__main__":
    main(sys.argv[1], *(int(value) for value in sys.argv[2:3]))
