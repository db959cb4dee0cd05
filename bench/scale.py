"""The main pages at each size, with the plans of their statements.

    python -m bench.scale [STAGE…]        by default: 10000 100000 1000000

One platform grows: a commune of 10,000 documents; a second of 100,000; then, beside them, a commune
of 100,000 documents and 3,000 access domains (`bench.rights`) and seventeen of 46,471. At each size
the pages are asked for over real HTTP by somebody who reads a tenth, and every statement of each
page is explained: `docs/measures/plans/`. The ruler is that of `bench.pages`, median of the rounds,
the bare signed-in page asked for in each. A million documents take 15 GB for the time.
"""

# ruff: noqa: T201, C901

from __future__ import annotations

import os
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.pages import PROJECT, _children, _pss_mb, _tree_ms, web_memory, web_server

PLANS = PROJECT / "docs" / "measures" / "plans"
SMALL, LARGE, WITH_DOMAINS = "petite", "grande", "banc"
NEIGHBOURS, OF_EACH = 17, 46_471
PORT = 8890
#: Rounds of requests, requests of a round.
ROUNDS, REQUESTS = 5, 12


def main(sizes: list[int]) -> None:
    """Grow, measure, stop."""
    import django

    from config.lib.embedded import EmbeddedServers

    state = Path(tempfile.mkdtemp(prefix="parvis-scale-"))
    state.chmod(0o711)
    servers = EmbeddedServers(state, durable=True)
    try:
        addresses = servers.start()
        os.environ.update(addresses.environment() | environment(state, addresses.owner_url))
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        grow_and_measure(sizes, servers.pids[0])
    finally:
        servers.stop()
        shutil.rmtree(state, ignore_errors=True)


def environment(state: Path, database: str) -> dict[str, str]:
    """What the settings read, for servers whose files are in `state`."""
    return {
        "DATABASE_URL": database,
        "PARVIS_STORAGE_DIR": str(state / "files"),
        "SECRET_KEY": "bench" * 12,
        "LINK_KEY": "bench-links" * 5,
        "STATIC_ROOT": str(state / "static"),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }


def grow_and_measure(sizes: list[int], postgres: int) -> None:
    """Each size in turn, on the servers that the environment names."""
    from bench import platform, rights

    platform.stock(100_000)
    if 10_000 in sizes:
        with platform.indexes_apart():
            platform.commune(SMALL, 10_000)
        platform.settle()
        measure("10k", SMALL, postgres)
    if max(sizes) > 10_000:
        with platform.indexes_apart():
            platform.commune(LARGE, 100_000)
        platform.settle()
    if 100_000 in sizes:
        measure("100k", LARGE, postgres)
    if 1_000_000 in sizes:
        with platform.indexes_apart():
            for number in range(1, NEIGHBOURS + 1):
                platform.commune(f"voisine-{number:02}", OF_EACH, letters=True)
        rights._build()
        platform.settle()
        measure("1m", LARGE, postgres)
        measure("1m", SMALL, postgres, plans=False)
        rights._measure(6)


def measure(size: str, slug: str, postgres: int, *, plans: bool = True) -> None:
    """The pages of one commune: CPU, statements, memory; plans, when asked for, as files."""
    from accounts.models import Person
    from bench.corpus import groups_of_folder, item

    reader = Person.objects.get(identifier=f"{slug}-{groups_of_folder(item(37).folder)[0]:03}")
    director = Person.objects.get(identifier=f"dgs.{slug}")
    cases = _cases(slug, reader, director)
    counts = _explain(size, cases, write=plans)
    with web_server(PORT) as web:
        costs = _ask(cases, web, postgres)
        memory = f"{web_memory(web)}, PostgreSQL {_pss_of_all(postgres):.0f} MB"
    print(f"\n{size}, commune « {slug} », load {os.getloadavg()[0]:.1f}, {memory}")
    for name, _, _ in cases:
        total, ours, theirs, low = costs[name]
        print(
            f"{name:38} {total:6.1f} CPU-ms (least {low:5.1f}) = web {ours:5.1f}"
            f" + PostgreSQL {theirs:6.1f}   {counts[name]:2} SQL",
            flush=True,
        )


def _cases(slug: str, reader: Any, director: Any) -> list[tuple[str, Any, str]]:
    """Name, who asks, address."""
    from bench.corpus import QUESTIONS
    from documents.access import visible_documents

    home = f"/c/{slug}/"
    # Of the same team: what the reader finds stays a tenth.
    clerk = _second(reader)
    full, many = _large_folders(slug, clerk, director)
    document = visible_documents(_actor(slug, reader)).order_by("pk")[0]
    found = [
        ("bare page", reader, f"{home}recherche/"),
        ("folder of 25 entries", reader, f"{home}documents/dossier/{document.folder.uid}/?par=25"),
        ("folder of 5,000, first 100", clerk, f"{home}documents/dossier/{full.uid}/?par=100"),
        (
            "folder of 5,000, page 40 by date",
            clerk,
            f"{home}documents/dossier/{full.uid}/?par=100&tri=-date&page=40",
        ),
        ("10,000 subfolders, first 100", clerk, f"{home}documents/dossier/{many.uid}/?par=100"),
        (
            "10,000 subfolders, page 90",
            clerk,
            f"{home}documents/dossier/{many.uid}/?par=100&page=90",
        ),
        ("one document", reader, f"{home}documents/document/{document.uid}/"),
    ]
    questions = QUESTIONS | {"in a third": "principale", "prefix": "hydroc"}
    found += [
        (f"search, {name}", reader, f"{home}recherche/?q={q}") for name, q in questions.items()
    ]
    found += [
        ("search, common, page 5", reader, f"{home}recherche/?q=délibération&page=5"),
        (
            "search, common, in one year",
            reader,
            f"{home}recherche/?q=délibération&depuis=2026-01-01",
        ),
        ("search, common, as the DGS", director, f"{home}recherche/?q=délibération"),
        ("what somebody sees, as the DGS", director, f"{home}documents/personne/{reader.uid}/"),
    ]
    return found


def _second(reader: Any) -> Any:
    """The next person of the same team."""
    from accounts.models import Person
    from bench.corpus import GROUPS

    slug, _, number = reader.identifier.rpartition("-")
    return Person.objects.get(identifier=f"{slug}-{int(number) + GROUPS:03}")


def _actor(slug: str, person: Any) -> Any:
    from accounts.actor import actor_for
    from accounts.models import Organisation
    from config.lib import clock

    return actor_for(person, Organisation.objects.get(slug=slug), now=clock.now())


def _large_folders(slug: str, reader: Any, director: Any) -> tuple[Any, Any]:
    """A folder of 5,000 documents and one of 10,000 folders, made once."""
    from config.lib import clock
    from config.lib.text import name_key, sort_key
    from documents.enums import Role
    from documents.models import Document, Folder, Version
    from documents.services import domains, folders, rights

    dgs, now = _actor(slug, director), clock.now()
    root = Folder.objects.get(organisation=dgs.organisation, parent=None)
    made = {f.name: f for f in Folder.objects.filter(parent=root, name__startswith="Grand")}
    if not made:
        for name in ("Grand fonds", "Grande arborescence"):
            made[name] = folders.create_folder(actor=dgs, parent=root, name=name, now=now)
            rights.set_role(
                actor=dgs, obj=made[name], principal=reader, role=Role.READER, now=now,
                confirmed=True,
            )  # fmt: skip
            made[name].refresh_from_db()
        full, many = made["Grand fonds"], made["Grande arborescence"]
        documents = Document.objects.bulk_create(
            Document(
                organisation=dgs.organisation, folder=full, title=f"Pièce {n:05}.txt",
                name_key=f"pièce {n:05}.txt", sort_title=f"piece {n:05}.txt", size=n,
                media_type="text/plain", created_at=now, changed_at=now, changed_by=director,
            )
            for n in range(5000)
        )  # fmt: skip
        versions = Version.objects.bulk_create(
            Version(
                organisation=dgs.organisation, document=document, number=1, size=1,
                storage_key="00/" + "0" * 32, sha256="0" * 64, media_type="text/plain",
                original_name=document.title, created_at=now, index_state="no_text",
            )
            for document in documents
        )  # fmt: skip
        for document, version in zip(documents, versions, strict=True):
            document.current_version = version
        Document.objects.bulk_update(documents, ["current_version"], batch_size=1000)
        Folder.objects.bulk_create(
            Folder(
                id=domains.next_id("documents_folder"), organisation=dgs.organisation, parent=many,
                path=Folder._get_path(many.path, many.depth + 1, n + 1), depth=many.depth + 1,
                name=f"Affaire {n:05}", name_key=name_key(f"Affaire {n:05}"),
                sort_name=sort_key(f"Affaire {n:05}"), domain_id=many.domain_id, created_at=now,
            )
            for n in range(10_000)
        )  # fmt: skip
        Folder.objects.filter(pk=many.pk).update(numchild=10_000)
        from bench import platform

        platform.settle()
    return made["Grand fonds"], made["Grande arborescence"]


# -- Plans --------------------------------------------------------------------------------------


def _explain(size: str, cases: list[tuple[str, Any, str]], *, write: bool) -> dict[str, int]:
    """How many statements each page makes; their plans, a file for each page, when `write`."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    counts = {}
    folder = PLANS / size
    if write:
        folder.mkdir(parents=True, exist_ok=True)
    for name, person, address in cases:
        client = Client()
        client.force_login(person)
        client.get(address)
        asked: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, *rest: Any, into: list[Any] = asked) -> Any:
            into.append((sql, params))
            return execute(sql, params, *rest)

        with connection.execute_wrapper(note):
            answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{name}: {answer.status_code} on {address}")
        counts[name] = len(asked)
        if write:
            text = "\n\n".join(_plan(sql, params) for sql, params in asked)
            path = folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.txt"
            path.write_text(f"{name}: {len(asked)} statements\n\n{text}\n")
    return counts


_BORING = re.compile(
    r"^\s*(Storage|Index Searches|Batches|Buckets|Memory|Window|Cache Mode):?.*\n", re.M
)


def _plan(sql: str, params: Any) -> str:
    """A statement in a line, the best of three plans below it; its time alone when it is short."""
    from django.db import connection

    told = " ".join(sql.split())[:160]
    if not told.upper().lstrip("(").startswith(("SELECT", "WITH")):
        return told
    best: tuple[float, str] | None = None
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
            lines = [row[0] for row in cursor.fetchall()]
            spent = float(lines[-1].split()[2])
            if best is None or spent < best[0]:
                best = spent, "\n".join(line[:150].rstrip() for line in lines)
    assert best is not None  # noqa: S101
    if best[0] < 0.5:
        return f"{told}\n  {best[0]} ms"
    return f"{told}\n{_BORING.sub('', best[1])}"


# -- Cost ---------------------------------------------------------------------------------------


def _ask(
    cases: list[tuple[str, Any, str]], web: int, postgres: int
) -> dict[str, tuple[float, float, float, float]]:
    """By page: median CPU-ms of a request, of which web and PostgreSQL, and the least round."""
    import http.client
    import time
    from urllib.parse import quote

    from django.test import Client

    cookies = {}
    for _, person, _ in cases:
        if person.pk not in cookies:
            client = Client()
            client.force_login(person)
            cookies[person.pk] = client.cookies["sessionid"].value
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    deadline = time.monotonic() + 60
    while True:
        try:
            line.request("GET", "/sante/", headers={"Host": "localhost"})
            line.getresponse().read()
            break
        except OSError:
            line.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)

    def get(person: Any, address: str) -> None:
        cookie = f"sessionid={cookies[person.pk]}"
        line.request(
            "GET", quote(address, safe="/?=&-_."), headers={"Cookie": cookie, "Host": "localhost"}
        )
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status} on {address}")

    for _, person, address in cases:
        for _ in range(6):
            get(person, address)
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name, _, _ in cases}
    for _ in range(ROUNDS):
        for name, person, address in cases:
            before = _tree_ms(web), _tree_ms(postgres)
            for _ in range(REQUESTS):
                get(person, address)
            spent = _tree_ms(web) - before[0], _tree_ms(postgres) - before[1]
            rounds[name].append((spent[0] / REQUESTS, spent[1] / REQUESTS))
    found = {}
    for name, seen in rounds.items():
        ours = statistics.median(one for one, _ in seen)
        theirs = statistics.median(other for _, other in seen)
        total = statistics.median(map(sum, seen))
        found[name] = total, ours, theirs, min(map(sum, seen))
    return found


def _pss_of_all(root: int) -> float:
    """Memory of a process and of its children."""
    return sum(_pss_mb(pid) for pid in (root, *_children(root)))


if __name__ == "__main__":
    main([int(value) for value in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
