"""Reading what arrived, enough to propose where it goes: its beginning, and its first scans."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from config.lib.storage import blobs
from config.work.registry import GiveUp, Retry
from config.work.services import enqueue
from documents import extraction
from documents.enums import ArrivalState
from documents.extraction import HelperUnavailable
from documents.extraction.conversion import CONVERTIBLE
from documents.models import Arrival
from documents.previews import draw, no_pdf, pdf_path, why_no_pdf
from documents.search.normaliser import clean
from documents.services.reading import show_as_pdf
from documents.services.unpacking import unpack

PREVIEW = "documents.arrival.preview"
#: Characters kept: a letterhead, an object, the first pages. Filed, it is read whole.
KEPT = 20_000
_SCANS_READ = 2


def read_arrival(*, arrival_id: int, last_attempt: bool, now: datetime) -> None:
    """Keep the beginning of its text. May run twice. Raises Retry, or GiveUp without its bytes."""
    arrival = Arrival.objects.filter(pk=arrival_id, state=ArrivalState.TO_FILE).first()
    if arrival is None:
        return
    path = blobs().path(arrival.storage_key)
    if not path.exists():
        raise GiveUp("Le fichier est introuvable sur le serveur. Prévenez votre hébergeur.")
    if arrival.read_at is None and unpack(arrival, now=now):
        arrival.refresh_from_db()
        if arrival.state != ArrivalState.TO_FILE:
            return
    try:
        if arrival.media_type.startswith("image/"):
            draw(arrival.storage_key, arrival.media_type)
        read = extraction.extract(path, arrival.media_type)
        if read.needs_ocr_pages:
            seen = extraction.ocr_pages(
                path, arrival.media_type, read.needs_ocr_pages[:_SCANS_READ]
            )
            read = extraction.with_ocr(read, seen)
    except HelperUnavailable as broken:
        raise Retry("La lecture des fichiers est momentanément indisponible.") from broken
    if read.retryable and not read.pages and not last_attempt:
        raise Retry(read.reason)
    text = "\n\n".join(page.text for page in read.pages[:20])[:KEPT]
    with transaction.atomic():
        Arrival.objects.filter(pk=arrival_id).update(text=clean(text), read_at=now)
        _plan_preview(arrival, now=now)


def _plan_preview(arrival: Arrival, *, now: datetime) -> None:
    """Ask for the PDF of an Office document: filed, it is already there, under the same key."""
    key = arrival.storage_key
    if arrival.media_type not in CONVERTIBLE or pdf_path(key).exists() or why_no_pdf(key):
        return
    enqueue(
        PREVIEW,
        payload={"arrival": arrival.pk},
        now=now,
        organisation_id=arrival.organisation_id,
        dedupe=str(arrival.pk),
    )


def prepare_preview(*, arrival_id: int) -> None:
    """Make the PDF by which the page shows what waits to be filed. Raises Retry."""
    arrival = Arrival.objects.filter(pk=arrival_id).first()
    if arrival is not None:
        show_as_pdf(arrival.storage_key, arrival.media_type)


def no_preview(arrival_id: int) -> None:
    """The conversion failed for good: the page shows the words."""
    arrival = Arrival.objects.filter(pk=arrival_id).first()
    if arrival is not None:
        no_pdf(arrival.storage_key)


def mark_unread(arrival_id: int) -> None:
    """It is read again, when nobody has filed it meanwhile."""
    Arrival.objects.filter(pk=arrival_id, state=ArrivalState.TO_FILE).update(read_at=None)


def mark_read(arrival_id: int, *, now: datetime) -> None:
    """The reading failed for good: what is known of it is its name and its sender."""
    Arrival.objects.filter(pk=arrival_id, read_at=None).update(read_at=now)
