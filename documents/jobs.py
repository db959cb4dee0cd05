"""Work done outside requests: reading files. Each handler calls one service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.models import Organisation, Person
from config.work.enums import Queue
from config.work.models import Event
from config.work.registry import JobRun, consumer, handler
from documents import audit
from documents.services import (
    announcing,
    arrival_reading,
    arriving,
    importing,
    mail_fetching,
    opinions,
    photographing,
    reading,
    scanning,
)


def _give_up(run: JobRun, reason: str) -> None:
    reading.mark_unread(run.payload, reason)


@handler(
    reading.EXTRACT,
    queue=Queue.EXTRACT,
    longest=timedelta(minutes=3),
    on_failure=_give_up,
    on_retry=reading.mark_waiting,
)
def extract(run: JobRun) -> None:
    """Take the text out of a version."""
    reading.read_text(version_id=run.payload["version"], last_attempt=run.last_attempt, now=run.now)


def _no_preview(run: JobRun, reason: str) -> None:
    reading.no_preview(run.payload)


@handler(reading.PREVIEW, queue=Queue.EXTRACT, longest=timedelta(minutes=3), on_failure=_no_preview)
def prepare_preview(run: JobRun) -> None:
    """Make the PDF by which a page shows an Office document."""
    reading.prepare_preview(version_id=run.payload["version"])


@handler(
    reading.OCR,
    queue=Queue.OCR,
    longest=timedelta(minutes=25),
    on_failure=_give_up,
    on_retry=reading.mark_waiting,
)
def recognise(run: JobRun) -> None:
    """Recognise the words of scanned pages."""
    reading.read_scans(
        version_id=run.payload["version"],
        pages=run.payload["pages"],
        last_attempt=run.last_attempt,
        now=run.now,
    )


def _stop_import(run: JobRun, reason: str) -> None:
    importing.stop(run_id=run.payload["run"], reason=reason, now=run.now)


def _start_import_again(payload: dict[str, Any]) -> None:
    importing.start_again(run_id=payload["run"])


@handler(
    importing.IMPORT,
    longest=timedelta(minutes=5),
    on_failure=_stop_import,
    on_retry=_start_import_again,
)
def bring_in(run: JobRun) -> None:
    """Go on with an import."""
    importing.take_a_turn(
        run_id=run.payload["run"],
        turn=run.payload.get("turn", 0),
        now=run.now,
        heartbeat=run.heartbeat,
    )


def _arrival_unread(run: JobRun, reason: str) -> None:
    arrival_reading.mark_read(run.payload["arrival"], now=run.now)


def _read_arrival_again(payload: dict[str, Any]) -> None:
    arrival_reading.mark_unread(payload["arrival"])


@handler(
    arriving.READ,
    queue=Queue.EXTRACT,
    longest=timedelta(minutes=6),
    on_failure=_arrival_unread,
    on_retry=_read_arrival_again,
)
def read_arrival(run: JobRun) -> None:
    """Take out of an arrival the words from which its place is proposed."""
    arrival_reading.read_arrival(
        arrival_id=run.payload["arrival"], last_attempt=run.last_attempt, now=run.now
    )


def _no_arrival_preview(run: JobRun, reason: str) -> None:
    arrival_reading.no_preview(run.payload["arrival"])


@handler(
    arrival_reading.PREVIEW,
    queue=Queue.EXTRACT,
    longest=timedelta(minutes=3),
    on_failure=_no_arrival_preview,
)
def prepare_arrival_preview(run: JobRun) -> None:
    """Make the PDF by which a page shows an Office document that waits to be filed."""
    arrival_reading.prepare_preview(arrival_id=run.payload["arrival"])


def _no_pdf(run: JobRun, reason: str) -> None:
    photographing.mark_not_done(run.payload["envelope"])


@handler(
    photographing.ASSEMBLE, queue=Queue.EXTRACT, longest=timedelta(minutes=25), on_failure=_no_pdf
)
def assemble_photos(run: JobRun) -> None:
    """Make one PDF of the pages photographed."""
    photographing.assemble(
        envelope_id=run.payload["envelope"],
        last_attempt=run.last_attempt,
        now=run.now,
        heartbeat=run.heartbeat,
    )


@consumer(
    "documents.followers",
    events=(audit.DOCUMENT_FILED.code, audit.DOCUMENT_COPIED.code, audit.VERSION_ADDED.code),
)
def tell_followers(event: Event) -> None:
    """Tell those who follow the folder what was filed there."""
    if event.organisation_key is None:
        return
    author = Person.objects.filter(pk=event.actor_key).values_list("uid", flat=True).first()
    announcing.announce(
        kind=announcing.VERSION_PUBLISHED
        if event.name == audit.VERSION_ADDED.code
        else announcing.FILED,
        organisation_id=event.organisation_key,
        document_uid=UUID(event.payload["uid"]),
        actor_uid=author,
        now=event.at,
    )


@handler(
    mail_fetching.FETCH,
    queue=Queue.MAIL,
    longest=timedelta(minutes=5),
    backoff=timedelta(minutes=1),
)
def fetch_mail(run: JobRun) -> None:
    """Read the mailbox of what arrives."""
    mail_fetching.fetch(now=run.now, heartbeat=run.heartbeat)


@handler(scanning.COLLECT, longest=timedelta(minutes=5), backoff=timedelta(minutes=1))
def collect_scans(run: JobRun) -> None:
    """Collect what the scanners wrote."""
    scanning.collect(now=run.now, heartbeat=run.heartbeat)


@consumer(
    "documents.opinions",
    events=(
        audit.RIGHT_SET.code,
        audit.RIGHT_REMOVED.code,
        audit.FOLDER_RESTRICTED.code,
        audit.MADE_CONFIDENTIAL.code,
        audit.FOLDER_MOVED.code,
        audit.DOCUMENT_MOVED.code,
    ),
)
def end_opinions_out_of_reach(event: Event) -> None:
    """A right was taken away: nobody waits for the opinion of who can no longer read."""
    organisation = Organisation.objects.filter(pk=event.organisation_key).first()
    if organisation is not None:
        opinions.end_out_of_reach(organisation=organisation, now=event.at)
