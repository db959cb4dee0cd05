"""Jobs that exist for the tests only; the worker of the tests loads them too."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta

from config.lib.clock import now
from config.work.models import Event
from config.work.registry import GiveUp, JobRun, Retry, consumer, consumers, handler, handlers

LEASE = timedelta(seconds=1)


def mark(name: str, **payload: object) -> None:
    """Leave a trace that the other process can see."""
    Event.objects.create(name=name, payload=payload, at=now())


def done(name: str = "tests.done") -> int:
    """How many traces."""
    return Event.objects.filter(name=name).count()


def _note(run: JobRun) -> None:
    mark("tests.done", attempt=run.attempt)


def _die_once(run: JobRun) -> None:
    mark("tests.begun", attempt=run.attempt)
    if run.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    mark("tests.done", attempt=run.attempt)


def _die_always(run: JobRun) -> None:
    mark("tests.begun", attempt=run.attempt)
    os.kill(os.getpid(), signal.SIGKILL)


def _long(run: JobRun) -> None:
    """Goes on until somebody tells it to stop, or for a minute."""
    mark("tests.begun", attempt=run.attempt)
    for _ in range(1200):
        if done("tests.stop"):
            break
        time.sleep(0.05)
    mark("tests.done", attempt=run.attempt)


def _refuse(run: JobRun) -> None:
    raise GiveUp("Le fichier est chiffré.")


def _later(run: JobRun) -> None:
    raise Retry("pas encore", after=timedelta(minutes=5), free=bool(run.payload.get("free")))


def _break(run: JobRun) -> None:
    raise ValueError("cassé")


def _failed(run: JobRun, reason: str) -> None:
    mark("tests.failed", reason=reason)


if "tests.note" not in handlers:
    handler("tests.note")(_note)
    handler("tests.die_once", lease=LEASE)(_die_once)
    handler("tests.die_always", lease=LEASE, max_attempts=2, on_failure=_failed)(_die_always)
    handler("tests.long", lease=LEASE)(_long)
    handler("tests.hangs", lease=LEASE, longest=LEASE)(_long)
    handler("tests.refuse", on_failure=_failed)(_refuse)
    handler("tests.later", max_attempts=2)(_later)
    handler("tests.break", max_attempts=2, on_failure=_failed)(_break)


def _hear(event: Event) -> None:
    mark("tests.heard", event=event.pk)


def _hear_and_fail_once(event: Event) -> None:
    if not Event.objects.filter(name="tests.stumbled").exists():
        raise ValueError("trébuche")
    mark("tests.heard_late", event=event.pk)


if "tests.listener" not in consumers:
    consumer("tests.listener", events=("tests.happened",))(_hear)
    consumer("tests.stumbler", events=("tests.happened",))(_hear_and_fail_once)
