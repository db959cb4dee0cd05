"""The only Celery tasks: one that does any job, and those of the beat."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from config.lib.clock import now
from config.work import services


@shared_task(name="work.run_job", ignore_result=True)  # type: ignore[untyped-decorator]
def run_job(*, job_id: int, **_: Any) -> None:
    """Do one job. Harmless when it is already done or taken."""
    services.run(job_id, now=now())


@shared_task(name="work.wake_due", ignore_result=True)  # type: ignore[untyped-decorator]
def wake_due(**_: Any) -> None:
    """Every few seconds: what the broker lost or a dead worker left."""
    services.wake_due(now=now())


@shared_task(name="work.purge", ignore_result=True)  # type: ignore[untyped-decorator]
def purge(**_: Any) -> None:
    """Every night."""
    services.purge(now=now())
