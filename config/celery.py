"""The Celery application: one queue per kind of patience, so that OCR never delays a letter.

Tasks carry ids only; what must not be lost is a row of `config.work`, Celery just wakes up.
"""

import gc
import os

from celery import Celery
from celery.signals import worker_before_create_process
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

QUEUES = ("default", "extract", "ocr", "mail")

app = Celery("parvis")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Each its own exchange and key: left out, they all become those of the default queue, and every
# message would be delivered to every queue.
app.conf.task_queues = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
app.autodiscover_tasks()


@worker_before_create_process.connect
def _share_memory(**_: object) -> None:
    """Keep the collector off what was loaded before the fork, so that both processes share it."""
    gc.collect()
    gc.freeze()


app.autodiscover_tasks(related_name="periodic")  # what the clock starts
