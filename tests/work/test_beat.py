"""What the clock starts: every line of the schedule names a task that exists and works."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from accounts.enums import NoticeClass
from accounts.models import Notification
from accounts.notifications.messages import TEST_MESSAGE
from accounts.services.writing_to import send_test_message
from config.celery import QUEUES, app
from config.lib.clock import now
from config.work.registry import handlers
from tests.personas import make_cast


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    for name, line in settings.CELERY_BEAT_SCHEDULE.items():
        assert line["task"] in app.tasks, name


def test_every_job_goes_to_a_queue_that_a_worker_reads():
    assert {handler.queue for _, handler in handlers.items()} <= set(QUEUES)


@pytest.mark.parametrize("name", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_every_scheduled_task_does_its_work(db, name):
    app.loader.import_default_modules()
    line = settings.CELERY_BEAT_SCHEDULE[name]
    app.tasks[line["task"]].run(*line.get("args", ()), **line.get("kwargs", {}))


def test_a_message_leaves_by_the_worker_s_hand(worker):
    cast = make_cast(now())
    cast.jeanne.email_confirmed_at = None
    cast.jeanne.save()
    send_test_message(cast.jeanne, cast.saint_aubin, now=now())
    worker.wait_until(worker.mails)
    message = worker.mails()[0]
    assert message["Subject"] == ("Jeanne Martin — confirmez que vous recevez bien nos courriels")
    assert cast.jeanne.mails.get(kind=TEST_MESSAGE).state


def test_what_the_clock_starts_runs_in_the_worker(worker):
    cast = make_cast(now())
    # Its kind is unknown here: nobody may see it, so the flush cancels it.
    line = Notification.objects.create(
        organisation=cast.saint_aubin,
        person=cast.julien,
        kind="tests.forgotten",
        group_key=str(uuid4()),
        notice_class=NoticeClass.DIRECT,
        first_at=now(),
        last_at=now(),
        send_after=now() - timedelta(minutes=1),
    )
    app.send_task("accounts.flush", queue="default")
    worker.wait_until(
        lambda: Notification.objects.filter(pk=line.pk, cancelled_at__isnull=False).exists()
    )
    assert worker.mails() == []
