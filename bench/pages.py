"""CPU of the main pages, as a reader who sees a tenth, over real HTTP.

    python -m bench.pages [DOCUMENTS] [ROUNDS] [ROWS]

Starts durable servers of its own and the real web server (one process), loads the corpus, adds a
folder of 25 entries, one of 100, and a session of 40 points and 120 documents, then asks for each
page over one keep-alive connection. The ruler is the processor time of the web server and of
PostgreSQL, all their processes, per request (from /proc, so that other load does not count), best
of three rounds; the bare signed-in page of the same run stands beside. With ROWS, as many
documents more are added without texts: what folders, documents and dossiers cost does not depend
on texts, and such rows load in a minute.
"""

# ruff: noqa: T201, S603, C901

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent
ORG = "corpus"
PORT = 8890
POINTS, PIECES = 40, 120
TICK = os.sysconf("SC_CLK_TCK")


def _tree_ms(root: int) -> float:
    """Processor time of a process and of all below it, in milliseconds, the reaped included."""
    children: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        spent[int(entry.name)] = sum(map(int, fields[11:15])) * 1000 / TICK
    total, left = 0.0, [root]
    while left:
        pid = left.pop()
        total += spent.get(pid, 0.0)
        left += children.get(pid, [])
    return total


def _pss_mb(pid: int) -> float:
    """Proportional memory of one process, in megabytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def web_memory(web: int) -> str:
    """What the web server of `web_server` weighs."""
    workers = sorted(_pss_mb(pid) for pid in _children(web))
    each = ", ".join(f"{one:.0f}" for one in workers)
    return f"web workers {each} MB PSS, {sum(workers) + _pss_mb(web):.0f} with their parent"


def _children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def web_server(port: int) -> Iterator[int]:
    """The real web server over what the environment says; the number of its parent process.

    As the image starts it: two workers that share what was loaded (one answers, for there is one
    connection), its settings of memory, and bytecode made beforehand. A process that compiles the
    project itself weighs 15 MB more for as long as it lives.
    """
    environment = {
        name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    environment |= {
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "131072",
        "MALLOC_TRIM_THRESHOLD_": "131072",
    }
    first = "import config.wsgi, django.urls as urls; urls.get_resolver().url_patterns"
    subprocess.run([sys.executable, "-c", first], cwd=PROJECT, env=environment, check=True)
    serve = [sys.executable, "-m", "config.serve", "config.wsgi:application"]
    server = subprocess.Popen(
        [
            *serve,
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"),
            *("--blocking-threads", "8", "--no-ws"),
        ],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def main(documents: int, rounds: int, rows: int = 0) -> None:
    """Build, serve, measure, stop."""
    import django

    from config.lib.embedded import EmbeddedServers

    state = Path(tempfile.mkdtemp(prefix="parvis-bench-"))
    state.chmod(0o711)
    servers = EmbeddedServers(state, durable=True)
    try:
        addresses = servers.start()
        os.environ.update(
            addresses.environment()
            | {
                "DATABASE_URL": addresses.owner_url,
                "PARVIS_STORAGE_DIR": str(state / "files"),
                "SECRET_KEY": "bench" * 12,
                "LINK_KEY": "bench-links" * 5,
                "STATIC_ROOT": str(state / "static"),
                "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            }
        )
        django.setup()
        cookie, cases = _build(documents, rows)
        with web_server(PORT) as web:
            _measure(cases, cookie, PORT, web, servers.pids[0], rounds, documents)
    finally:
        servers.stop()
        shutil.rmtree(state, ignore_errors=True)


def _build(documents: int, rows: int = 0) -> tuple[str, list[tuple[str, str]]]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from accounts.models import Person
    from bench import indexing
    from bench.corpus import QUESTIONS, groups_of_folder, item
    from config.lib.clock import now as read_clock

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.monotonic()
    call_command("load_corpus", documents=documents, org=ORG, verbosity=0)
    print(f"{documents} documents loaded in {time.monotonic() - began:.0f} s")
    indexing.main(ORG)
    if rows:
        _add_rows(rows)
    reader = Person.objects.get(identifier=f"{ORG}-{groups_of_folder(item(37).folder)[0]:03}")
    pages = _folders_and_session(reader, read_clock())
    session = SessionStore()
    session[SESSION_KEY] = str(reader.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = reader.get_session_auth_hash()
    session.create()
    home = f"/c/{ORG}/recherche/"
    cases = [("bare page (search, no question)", home), *pages]
    cases += [(f"search, {name}", f"{home}?q={text}") for name, text in QUESTIONS.items()]
    return session.session_key or "", cases


def _add_rows(count: int) -> None:
    """Documents of one version and no text, spread over the folders of the corpus."""
    from django.db import connection

    from accounts.models import Organisation
    from config.lib.clock import now as read_clock
    from documents.models import Document, Folder, Version

    organisation = Organisation.objects.get(slug=ORG)
    folders = list(Folder.objects.filter(organisation=organisation, depth__gte=4).order_by("pk"))
    now = read_clock()
    for start in range(0, count, 5000):
        made = Document.objects.bulk_create(
            Document(
                organisation=organisation,
                folder=folders[number % len(folders)],
                title=f"Ligne {number}.txt",
                name_key=f"ligne {number}.txt",
                sort_title=f"ligne {number:08}",
                media_type="text/plain",
                size=1,
                created_at=now,
                changed_at=now,
            )
            for number in range(start, min(start + 5000, count))
        )
        Version.objects.bulk_create(
            Version(
                organisation=organisation,
                document=document,
                number=1,
                storage_key="00/" + "0" * 32,
                size=1,
                sha256="0" * 64,
                media_type="text/plain",
                original_name=document.title,
                created_at=now,
                index_state="no_text",
            )
            for document in made
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE documents_document d SET current_version_id = v.id FROM documents_version v"
            " WHERE v.document_id = d.id AND d.current_version_id IS NULL"
        )
        cursor.execute("ANALYZE")
    print(f"{count} documents more, without texts")


def _folders_and_session(reader: Any, now: Any) -> list[tuple[str, str]]:
    """Two folders of known length, one document, one frozen dossier; their addresses."""
    from accounts.actor import actor_for
    from accounts.enums import Capacity, TeamKind
    from accounts.models import Organisation, TeamMembership
    from accounts.services.joining import join
    from config.work import services as work
    from config.work.models import Job
    from council.enums import AssemblyKind, Function
    from council.models import Convocation
    from council.services import agreeing, convening, freezing, items, planning, seating
    from council.services.items import ItemContent
    from documents.enums import Role
    from documents.models import Folder
    from documents.services import filing, folders, rights

    organisation = Organisation.objects.get(slug=ORG)
    director = (
        TeamMembership.objects.filter(team__organisation=organisation, team__kind=TeamKind.DGS)
        .order_by("pk")[0]
        .person
    )
    dgs = actor_for(director, organisation, now=now)
    if dgs is None:
        raise SystemExit("the corpus has no director")
    root = Folder.objects.get(organisation=organisation, parent=None)
    shelf = folders.create_folder(actor=dgs, parent=root, name="Banc d’essai", now=now)
    rights.set_role(
        actor=dgs, obj=shelf, principal=reader, role=Role.READER, now=now, confirmed=True
    )
    cases, filed = [], []
    for size in (25, 100):
        folder = folders.create_folder(actor=dgs, parent=shelf, name=f"{size} lignes", now=now)
        for number in range(size):
            received = filing.receive(
                BytesIO(f"Pièce {number} sur {size}.".encode()), f"{number}.txt"
            )
            filed.append(
                filing.file_document(actor=dgs, folder=folder, received=received, now=now).document
            )
        address = f"/c/{ORG}/documents/dossier/{folder.uid}/?par={size}"
        cases.append((f"folder of {size} entries", address))
    cases.append(("one document", f"/c/{ORG}/documents/document/{filed[0].uid}/"))

    council = seating.create_assembly(
        actor=dgs, kind=AssemblyKind.MUNICIPAL_COUNCIL, name="Conseil municipal", now=now
    )
    if not dgs.is_elected:
        join(actor=dgs, person=director, capacity=Capacity.ELECTED, now=now)
    join(actor=dgs, person=reader, capacity=Capacity.ELECTED, now=now)
    for rank, (person, function) in enumerate(
        ((director, Function.MAYOR), (reader, Function.MEMBER)), start=1
    ):
        person.email = person.email or f"banc{rank}@banc.example"
        person.save(update_fields=["email"])
        seating.give_mandate(
            actor=dgs, assembly=council, person=person, rank=rank, from_date=dgs.today,
            function=function, now=now,
        )  # fmt: skip
    meeting = planning.create_meeting(
        actor=dgs, assembly=council, starts_at=now + timedelta(days=30), place="Mairie", now=now
    )
    each = PIECES // POINTS
    for number in range(POINTS):
        item = items.draft_item_from_documents(
            actor=dgs,
            assembly=council,
            content=ItemContent(title=f"Point {number + 1}", summary="Note de synthèse."),
            documents=filed[number * each : (number + 1) * each],
            now=now,
        )
        items.mark_ready(actor=dgs, item=item, now=now)
        items.list_item(actor=dgs, item=item, meeting=meeting, now=now)
    asked = agreeing.ask_mayor(actor=dgs, meeting=meeting, now=now)
    agreeing.give_agreement(actor=dgs, meeting=meeting, shown=asked.agenda_digest, now=now)
    freezing.freeze_agenda(actor=dgs, meeting=meeting, now=now)
    convening.convene(actor=dgs, meeting=meeting, now=now)
    for job in Job.objects.due(now).order_by("pk"):
        work.run(job.pk, now=now)
    convocation = Convocation.objects.get(meeting=meeting, person=reader)
    cases.append((f"dossier, {POINTS} points", f"/dossier/{convocation.uid}/lire/"))
    return cases


def _measure(
    cases: list[tuple[str, str]],
    cookie: str,
    port: int,
    web: int,
    postgres: int,
    rounds: int,
    documents: int,
) -> None:
    headers = {"Cookie": f"sessionid={cookie}", "Host": "localhost"}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    deadline = time.monotonic() + 60
    while True:
        try:
            line.request("GET", "/sante/", headers=headers)
            line.getresponse().read()
            break
        except OSError:
            line.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    results = {}
    print(f"{'page':34} {'CPU-ms':>7} {'web':>6} {'pg':>6} {'p50 ms':>7} {'p95 ms':>7} {'kB':>5}")
    for name, raw in cases:
        best: tuple[float, ...] | None = None
        address = quote(raw, safe="/?=&-_.")
        for _ in range(3):
            times, size = [], 0
            for warm in (True, False):
                if not warm:
                    before = _tree_ms(web), _tree_ms(postgres)
                for _ in range(5 if warm else rounds):
                    began = time.perf_counter()
                    line.request("GET", address, headers=headers)
                    answer = line.getresponse()
                    body = answer.read()
                    if answer.status != 200:
                        raise SystemExit(f"{name}: {answer.status} on {address}")
                    if not warm:
                        times.append((time.perf_counter() - began) * 1000)
                    size = len(body)
            spent = _tree_ms(web) - before[0], _tree_ms(postgres) - before[1]
            cpu = sum(spent) / rounds
            if best is None or cpu < best[0]:
                times.sort()
                best = (
                    cpu, spent[0] / rounds, spent[1] / rounds, statistics.median(times),
                    times[int(0.95 * len(times))], size / 1000,
                )  # fmt: skip
        assert best is not None  # noqa: S101
        results[name] = [round(value, 1) for value in best]
        print(f"{name:34}", *(f"{value:7.1f}" for value in best))

    print(web_memory(web))
    print(json.dumps({"documents": documents, "results": results}, ensure_ascii=False))


if __name__ == "__main__":
    numbers = [int(value) for value in sys.argv[1:]]
    defaults = (10_000, 60, 0)
    main(*numbers, *defaults[len(numbers) :])
