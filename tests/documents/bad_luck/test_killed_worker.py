"""The worker is killed while it recognises a scan: the next one reads it, nothing is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.db import transaction
from django.test import Client

from config.lib.clock import now
from config.work import services as work
from config.work.enums import JobState
from config.work.models import Job
from documents.demo_files import make_files
from documents.enums import IndexState
from documents.models import DocumentPage, Version
from documents.services.reading import EXTRACT, OCR
from tests.documents.bad_luck.waiting import all_is_well
from tests.documents.tree_of_cast import Tree
from tests.worker import Worker

PAGES = 3
LEASE_SECONDS = 3  # instead of a minute


def _scan() -> bytes:
    """Three scanned pages without a word of text."""
    one = next(f for f in make_files() if f.name.startswith("Registre 1987"))
    whole = io.BytesIO()
    with pikepdf.open(io.BytesIO(one.content)) as source, pikepdf.new() as several:
        for _ in range(PAGES):
            several.pages.append(source.pages[0])
        several.save(whole)
    return whole.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_scan(
    tree: Tree, worker: Worker, client_of: Callable[[object], Client]
) -> None:
    def nothing_left_to_do() -> bool:
        # In one look: a job taken between two would be killed with its worker, and nobody would
        # take it again before its lease is over.
        work.wake_due(now=now() + timedelta(minutes=1))
        return not (Job.objects.filter(state=JobState.RUNNING) | Job.objects.due(now())).exists()

    worker.wait_until(nothing_left_to_do)
    worker.kill()
    document = tree.file("Registre.pdf", _scan())
    work.run(Job.objects.get(kind=EXTRACT).pk, now=now())
    version = Version.objects.get(document=document)
    assert version.index_state == IndexState.OCR
    recognising = Job.objects.filter(kind=OCR)
    try:
        with transaction.atomic():
            # Held until the kill: whatever the speed, its words cannot be written before.
            Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
            worker.environment["WORK_LEASE_SECONDS"] = str(LEASE_SECONDS)
            worker.start()
            work.wake_due(now=now() + timedelta(minutes=1))
            worker.wait_until(
                lambda: (
                    recognising.filter(state=JobState.RUNNING).exists() and len(worker.pids()) > 2
                ),
                seconds=60,
            )
            helpers = worker.pids()[2:]
            worker.kill()
    finally:
        worker.environment.pop("WORK_LEASE_SECONDS", None)
        if worker.process.poll() is not None:
            worker.start()
    left = recognising.get()
    assert (left.state, left.attempts) == (JobState.RUNNING, 1)
    # The dead one is believed for no longer than its lease, however long a reading may take.
    assert left.lease_until is not None
    assert left.lease_until <= now() + timedelta(seconds=LEASE_SECONDS)
    assert Version.objects.get(pk=version.pk).index_state == IndexState.OCR
    assert not DocumentPage.objects.filter(version=version).exists()
    worker.wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in helpers))
    client = client_of(tree.cast.julien)
    address = f"/c/saint-aubin/documents/document/{document.uid}/"
    assert "Reconnaissance du texte en cours" in client.get(address).content.decode()
    all_is_well(tree.cast.saint_aubin)

    # Nobody else takes it as long as its lease is not over; then the clock finds it by itself.
    def read() -> bool:
        work.wake_due(now=now() + timedelta(seconds=5))  # what the beat does
        return recognising.filter(state=JobState.DONE).exists()

    worker.wait_until(read, seconds=120)
    assert recognising.get().attempts == 2
    assert Version.objects.get(pk=version.pk).index_state == IndexState.INDEXED
    assert DocumentPage.objects.filter(version=version).count() == PAGES
    found = client.get("/c/saint-aubin/recherche/", {"q": "preau"}).content.decode()
    assert "Registre.pdf" in found
    all_is_well(tree.cast.saint_aubin)
