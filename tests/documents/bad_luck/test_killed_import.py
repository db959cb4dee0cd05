"""The worker is killed in the middle of an archive: the next one goes on, nothing comes twice."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from config.lib.clock import now
from config.work import services as work
from config.work.enums import JobState
from config.work.models import Job
from documents.enums import ImportOutcome, ImportState
from documents.models import Document, ImportedFile
from documents.services import filing, importing
from tests.documents.bad_luck.waiting import all_is_well, wait_for_waiters
from tests.documents.tree_of_cast import Tree
from tests.worker import Worker

NAMES = [f"Lotissement/plan {letter}.txt" for letter in "abcde"]


def _archive() -> BytesIO:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in NAMES:
            archive.writestr(name, f"le {name}")
    target.seek(0)
    return target


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_an_archive(
    tree: Tree, worker: Worker, client_of: Callable[[object], Client]
) -> None:
    importing_job = Job.objects.filter(kind=importing.IMPORT)
    run = importing.start_zip(
        actor=tree.cast.actor(tree.cast.julien),
        folder=tree.urbanisme,
        received=filing.receive(_archive(), "plans.zip"),
        now=now(),
    )
    try:
        with transaction.atomic():
            # The line of the third file is being written by us: the worker waits there.
            ImportedFile.objects.create(
                organisation=run.organisation, run=run, path=NAMES[2], size=1,
                outcome=ImportOutcome.LEFT, reason="held",
            )  # fmt: skip
            work.wake_due(now=now() + timedelta(minutes=1))
            wait_for_waiters(1)
            worker.kill()
            transaction.set_rollback(True)
    finally:
        if worker.process.poll() is not None:
            worker.start()
    assert importing_job.get().state == JobState.RUNNING
    assert importing.counted(run)["filed"] == 2
    client = client_of(tree.cast.julien)
    page = reverse("documents:import", args=["saint-aubin", run.uid])
    shown = " ".join(client.get(page).content.decode().split())
    assert "En cours" in shown
    assert "2 fichiers déposés, sur 5" in shown
    all_is_well(tree.cast.saint_aubin)

    importing_job.update(lease_until=now())  # the minute that a dead worker is believed for

    def ended() -> bool:
        work.wake_due(now=now() + timedelta(seconds=1))  # what the beat does
        return importing_job.filter(state=JobState.DONE).exists()

    worker.wait_until(ended, seconds=60)
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    assert importing.counted(run) == {"filed": 5, "same": 0, "left": 0, "refused": 0}
    titles = Document.objects.filter(folder__name="Lotissement").values_list("title", flat=True)
    assert Counter(titles) == Counter({name.partition("/")[2]: 1 for name in NAMES})
    assert Notification.objects.filter(kind="documents.import_ended").count() == 1
    assert "L’import est terminé" in client.get(page).content.decode()
    all_is_well(tree.cast.saint_aubin)
