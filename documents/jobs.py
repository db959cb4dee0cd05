"""Work done outside requests: reading files. Each handler calls one service."""

from __future__ import annotations

from datetime import timedelta

from config.work.enums import Queue
from config.work.registry import JobRun, handler
from documents.services import reading


def _give_up(run: JobRun, reason: str) -> None:
    reading.mark_unread(run.payload, reason)


@handler(reading.EXTRACT, queue=Queue.EXTRACT, lease=timedelta(minutes=3), on_failure=_give_up)
def extract(run: JobRun) -> None:
    """Take the text out of a version."""
    reading.read_text(version_id=run.payload["version"], last_attempt=run.last_attempt, now=run.now)


@handler(reading.OCR, queue=Queue.OCR, lease=timedelta(minutes=25), on_failure=_give_up)
def recognise(run: JobRun) -> None:
    """Recognise the words of scanned pages."""
    reading.read_scans(
        version_id=run.payload["version"],
        pages=run.payload["pages"],
        last_attempt=run.last_attempt,
        now=run.now,
    )
