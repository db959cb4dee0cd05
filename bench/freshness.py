"""How long until a document just filed is found by its text, with nothing else to read.

    python -m bench.freshness [DOCUMENTS]

Starts servers of its own and one real worker; files documents one after the other by the usual
service, each with a word of its own, and searches until the word answers. Printed: the median and
the slowest of twenty (p95), in seconds of the clock: other work on the machine counts.
"""

# ruff: noqa: T201, S603

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
_LETTERS = "bcdfghjklmnprstv"


def main(documents: int) -> None:
    """Serve, file, search, stop."""
    import django

    from config.lib.embedded import EmbeddedServers

    state = Path(tempfile.mkdtemp(prefix="parvis-fresh-"))
    state.chmod(0o711)
    servers = EmbeddedServers(state, durable=True)
    worker: subprocess.Popen[bytes] | None = None
    try:
        addresses = servers.start()
        os.environ.update(
            addresses.environment()
            | {
                "DATABASE_URL": addresses.owner_url,
                "PARVIS_STORAGE_DIR": str(state / "files"),
                "SECRET_KEY": "fresh" * 12,
                "LINK_KEY": "fresh-links" * 5,
                "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            }
        )
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1"),
                *("--queues", "default,extract,ocr,mail", "--loglevel", "ERROR"),
            ],
            cwd=PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        times = sorted(_file_and_find(documents))
        print(
            f"{documents} documents: median {statistics.median(times):.2f} s,"
            f" p95 {times[int(0.95 * (len(times) - 1))]:.2f} s, slowest {times[-1]:.2f} s"
        )
    finally:
        if worker is not None:
            worker.send_signal(signal.SIGTERM)
            worker.wait(30)
        servers.stop()
        shutil.rmtree(state, ignore_errors=True)


def _file_and_find(documents: int) -> list[float]:
    from accounts.actor import actor_for
    from accounts.models import Person
    from accounts.services.founding import found_organisation
    from config.lib import clock
    from documents.search.asking import ask
    from documents.services import filing
    from documents.services.folders import create_root

    now = clock.now()
    director = Person.objects.create(given_name="Dominique", family_name="Fraîcheur")
    organisation = found_organisation(
        name="Commune du frais", slug="frais", kind="commune", director=director, now=now
    ).organisation
    root = create_root(organisation=organisation, now=now)
    actor = actor_for(director, organisation, now=now)
    if actor is None:
        raise LookupError("the director has no membership")
    times = []
    for number in range(-1, documents):  # the first one waits for the worker to start
        word = "zyx" + "".join(_LETTERS[(number + 1) // 16**place % 16] for place in range(4))
        text = f"Le conseil délibère sur {word}. " + "Vu le code général. " * 200
        began = time.monotonic()
        received = filing.receive(BytesIO(text.encode()), f"Note {number + 1}.txt")
        filing.file_document(actor=actor, folder=root, received=received, now=clock.now())
        while not ask(actor, f'"{word}"', now=clock.now()).total:
            if time.monotonic() - began > 120:
                raise SystemExit("never found")
            time.sleep(0.02)
        if number >= 0:
            times.append(time.monotonic() - began)
    return times


if __name__ == "__main__":
    main(*([int(value) for value in sys.argv[1:]] or [60]))
