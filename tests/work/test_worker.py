"""Jobs with the real broker and a real worker, in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection, transaction

from config.lib.clock import now
from config.work import services
from config.work.enums import JobState
from config.work.models import Job
from tests.work.handlers import LEASE, done, mark

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_a_committed_job_is_done_without_waiting_for_the_beat(worker):
    with transaction.atomic():
        job = services.enqueue("tests.note", payload={}, now=now())
    worker.wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())
    assert done() == 1


def test_a_job_whose_worker_is_killed_is_done_by_the_next_one(worker):
    with transaction.atomic():
        job = services.enqueue("tests.die_once", payload={}, now=now())
    worker.wait_until(lambda: done("tests.begun") == 1)

    def done_at_last():
        services.wake_due(now=now() + timedelta(seconds=10))
        return Job.objects.filter(pk=job.pk, state=JobState.DONE).exists()

    worker.wait_until(done_at_last, seconds=40)
    assert done() == 1
    assert Job.objects.get(pk=job.pk).attempts == 2


def test_a_long_job_keeps_its_lease_while_its_worker_lives(worker):
    with transaction.atomic():
        job = services.enqueue("tests.long", payload={}, now=now())
    worker.wait_until(lambda: done("tests.begun") == 1)
    first = Job.objects.get(pk=job.pk).lease_until
    assert first is not None

    def well_past_its_first_lease():
        return Job.objects.get(pk=job.pk).lease_until > first + 3 * LEASE

    worker.wait_until(well_past_its_first_lease)
    assert services.wake_due(now=now() + timedelta(seconds=5)) == 0  # it is not anybody else's
    mark("tests.stop")
    worker.wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())
    assert (done("tests.begun"), done(), Job.objects.get(pk=job.pk).attempts) == (1, 1, 1)


def test_a_job_that_hangs_is_given_to_another_worker_in_the_end(worker):
    with transaction.atomic():
        job = services.enqueue("tests.hangs", payload={}, now=now())
    worker.wait_until(lambda: done("tests.begun") == 1)
    worker.wait_until(lambda: Job.objects.due(now()).filter(pk=job.pk).exists())
    assert services.lease(job.pk, now=now()) is not None
    mark("tests.stop")
    worker.wait_until(lambda: done() == 1)
    # The one that hung cannot close what is another's now.
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    Job.objects.filter(pk=job.pk).delete()


def test_a_job_that_kills_every_worker_ends_as_a_visible_failure(worker):
    with transaction.atomic():
        job = services.enqueue("tests.die_always", payload={}, now=now())

    def failed():
        services.wake_due(now=now() + timedelta(seconds=10))
        return Job.objects.filter(pk=job.pk, state=JobState.FAILED).exists()

    worker.wait_until(failed, seconds=60)
    assert done("tests.begun") == 2
    assert done("tests.failed") == 1


def test_a_job_that_no_message_announced_is_found_by_the_beat(worker):
    # Held back by a date, then due: its message never existed for the broker.
    with transaction.atomic():
        job = services.enqueue("tests.note", payload={}, now=now(), at=now() + timedelta(days=1))
    Job.objects.filter(pk=job.pk).update(next_try_at=now() - timedelta(minutes=1))
    assert done() == 0
    assert services.wake_due(now=now()) == 1
    worker.wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())


ENQUEUE = """
import django
django.setup()
from django.db import transaction
from config.lib.clock import now
from config.work import services
import tests.work.handlers
with transaction.atomic():
    print(services.enqueue("tests.note", payload={}, now=now()).pk)
"""


def test_a_broker_that_is_down_does_not_stop_the_town_hall(worker):
    name = connection.settings_dict["NAME"]
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    finished = subprocess.run(
        [sys.executable, "-c", ENQUEUE],
        cwd=PROJECT,
        env=os.environ
        | {
            "DATABASE_URL": database,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    job = Job.objects.get(pk=int(finished.stdout.strip().splitlines()[-1]))
    assert job.state == JobState.WAITING
    assert services.wake_due(now=now() + timedelta(seconds=10)) == 1
    worker.wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())
