"""CPU of one search page: web and PostgreSQL together, as a reader who sees a tenth.

    python -m bench.search ORGANISATION [ROUNDS]

after `manage.py load_corpus --org ORGANISATION`. The page is asked for in this process, with every
middleware; PostgreSQL's share is that of the backend that serves us. The ruler is the median of
single requests, beside that of the bare signed-in page (the search page without a question).
"""

# ruff: noqa: T201

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import django


def _cpu_of(pid: int) -> float:
    """Milliseconds of processor used by a process, from the kernel's precise counter."""
    return float(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def main(slug: str, rounds: int = 30) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from accounts.models import Person
    from bench.corpus import QUESTIONS, groups_of_folder, item

    settings.ALLOWED_HOSTS = ["*"]
    # The page's words, not its sheets: no need of collected files here.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.DEBUG = False
    connection.ensure_connection()
    # Somebody who reads a document that holds the rare word.
    group = groups_of_folder(item(37).folder)[0]
    person = Person.objects.get(identifier=f"{slug}-{group:03}")
    client = Client()
    client.force_login(person)
    address = f"/c/{slug}/recherche/"
    cases = [("bare page", {})]
    cases += [(name, {"q": text}) for name, text in QUESTIONS.items()]
    cases += [
        ("while typing", {"q": "hydroc"}),
        ("page 5, common", {"q": "délibération", "page": "5"}),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    # One connection for the whole run, so that its backend is the one that is read.
    connection.close = lambda: None  # type: ignore[method-assign]
    for name, values in cases:
        headers = {"HX-Request": "true", "HX-Target": "results"} if name == "while typing" else {}
        ours, theirs = [], []
        statements: list[str] = []

        def note(execute: Any, sql: str, *rest: Any, into: list[str] = statements) -> Any:
            into.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            response = client.get(address, values, headers=headers)
        assert response.status_code == 200, response.status_code  # noqa: S101
        for _ in range(rounds):
            web, pg = time.process_time(), _cpu_of(backend)
            client.get(address, values, headers=headers)
            ours.append((time.process_time() - web) * 1000)
            theirs.append(_cpu_of(backend) - pg)
        web_ms, pg_ms = statistics.median(ours), statistics.median(theirs)
        least = min(a + b for a, b in zip(ours, theirs, strict=True))
        print(
            f"{name:15} {web_ms + pg_ms:6.1f} CPU-ms (least {least:5.1f})"
            f" = web {web_ms:5.1f} + PostgreSQL {pg_ms:5.1f}"
            f"   {len(statements):2} SQL   {len(response.content) / 1000:.0f} kB"
        )


if __name__ == "__main__":
    main(sys.argv[1], *(int(value) for value in sys.argv[2:3]))
