"""Reading what was filed: text first, then the words of its scans, each into the search index.

Called by the job handlers. Everything may run twice: the pages of a version are replaced whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from config.lib.storage import StorageFull, blobs
from config.work.registry import GiveUp, Retry
from config.work.services import emit, enqueue
from documents import extraction
from documents.enums import IndexState
from documents.extraction import Extraction, HelperUnavailable, PageText, Problem
from documents.extraction.conversion import CONVERTIBLE, office_program
from documents.models import Document, DocumentPage, Version
from documents.previews import (
    NoPdf,
    draw,
    forget_reason,
    make_pdf,
    no_pdf,
    pdf_path,
    why_no_pdf,
)
from documents.search.index import index_version

EXTRACT = "documents.extract"
OCR = "documents.ocr"
PREVIEW = "documents.preview"
NO_ROOM = (
    "Le serveur n’a plus de place pour préparer l’aperçu. Le fichier est bien enregistré : "
    "prévenez votre hébergeur, puis demandez une nouvelle lecture."
)

_STATES = {
    extraction.State.PENDING: IndexState.OCR,
    extraction.State.INDEXED: IndexState.INDEXED,
    extraction.State.PARTIAL: IndexState.PARTIAL,
    extraction.State.NO_TEXT: IndexState.NO_TEXT,
    extraction.State.FAILED: IndexState.FAILED,
}


def read_text(*, version_id: int, last_attempt: bool, now: datetime) -> None:
    """Take the text out of a version and index it; leave its scans to a job of their own.

    Raises Retry when another try may help and one is left, GiveUp when the bytes are gone.
    """
    version = Version.objects.get(pk=version_id)
    if version.index_state not in (IndexState.WAITING, IndexState.OCR):
        return
    path = blobs().path(version.storage_key)
    if not path.exists():
        raise GiveUp("Le fichier est introuvable sur le serveur. Prévenez votre hébergeur.")
    if version.media_type.startswith("image/"):
        with _helper():
            draw(version.storage_key, version.media_type)
    with _helper():
        read = extraction.extract(path, version.media_type)
    if read.state is extraction.State.FAILED and read.retryable and not last_attempt:
        raise Retry(read.reason)
    with transaction.atomic():
        _store(version_id, read, waiting_for_ocr=bool(read.needs_ocr_pages))
        Version.objects.filter(pk=version_id).update(scanned_pages=len(read.needs_ocr_pages))
        plan_preview(version, now=now)
        if read.needs_ocr_pages:
            enqueue(
                OCR,
                payload={"version": version_id, "pages": list(read.needs_ocr_pages)},
                now=now,
                organisation_id=version.organisation_id,
                dedupe=str(version_id),
            )
        else:
            _tell(version, now)


def plan_preview(version: Version, *, now: datetime) -> bool:
    """Ask for the PDF of an Office document that has none and was not tried. False otherwise."""
    key = version.storage_key
    if version.media_type not in CONVERTIBLE or pdf_path(key).exists() or why_no_pdf(key):
        return False
    enqueue(
        PREVIEW,
        payload={"version": version.pk},
        now=now,
        organisation_id=version.organisation_id,
        dedupe=str(version.pk),
    )
    return True


def prepare_preview(*, version_id: int) -> None:
    """Make the PDF of an Office document, or keep the reason why there is none. Raises Retry."""
    version = Version.objects.filter(pk=version_id).first()
    if version is not None:
        show_as_pdf(version.storage_key, version.media_type)


def show_as_pdf(storage_key: str, media_type: str) -> None:
    """Make the PDF of these bytes, or keep the reason why there is none. Raises Retry."""
    if blobs().path(storage_key).exists():
        with _helper():
            make_pdf(storage_key, media_type)


def no_preview(payload: dict[str, Any]) -> None:
    """The conversion failed for good: the page says so, and shows the words."""
    version = Version.objects.filter(pk=payload["version"]).first()
    if version is not None:
        no_pdf(version.storage_key)


def plan_missing_previews(*, now: datetime, most: int = 500) -> int:
    """Every night: documents filed before there were previews, and those that waited for a
    program. Returns how many were asked for."""
    asked = 0
    current = Version.objects.filter(
        pk__in=Document.objects.live().values("current_version"), media_type__in=CONVERTIBLE
    )
    if not office_program():
        return 0
    for version in current.order_by("-pk").iterator(chunk_size=500):
        if why_no_pdf(version.storage_key) is NoPdf.NO_PROGRAM:
            forget_reason(version.storage_key)
        asked += plan_preview(version, now=now)
        if asked >= most:
            break
    return asked


def read_scans(*, version_id: int, pages: list[int], last_attempt: bool, now: datetime) -> None:
    """Recognise the words of these pages and add them to what was read. Raises as `read_text`."""
    version = Version.objects.get(pk=version_id)
    if version.index_state != IndexState.OCR:
        return
    path = blobs().path(version.storage_key)
    if not path.exists():
        raise GiveUp("Le fichier est introuvable sur le serveur. Prévenez votre hébergeur.")
    with _helper():
        seen = extraction.ocr_pages(path, version.media_type, pages)
    if seen.state is extraction.State.FAILED and seen.retryable and not last_attempt:
        raise Retry(seen.reason)
    known = tuple(
        PageText(number, text)
        for number, text in DocumentPage.objects.filter(version_id=version_id)
        .order_by("number")
        .values_list("number", "text")
    )
    # What the first reading left out is still missing once the scans are read.
    earlier = (Problem("earlier", version.index_reason),) if version.index_reason else ()
    before = Extraction(
        pages=known, problems=earlier, partial=bool(earlier), page_count=version.page_count or 0
    )
    with transaction.atomic():
        _store(version_id, extraction.with_ocr(before, seen), waiting_for_ocr=False)
        _tell(version, now)


@contextmanager
def _helper() -> Iterator[None]:
    """No helper could start, or no room is left: a defect of the machine, not of the file; later
    may be better."""
    try:
        yield
    except StorageFull as full:
        raise Retry(NO_ROOM) from full
    except HelperUnavailable as broken:
        raise Retry("La lecture des fichiers est momentanément indisponible.") from broken


def _store(version_id: int, read: Extraction, *, waiting_for_ocr: bool) -> None:
    version = Version.objects.select_for_update(of=("self",)).get(pk=version_id)
    whole = index_version(version, read.pages)
    state = IndexState.OCR if waiting_for_ocr else _STATES[read.state]
    if state == IndexState.INDEXED and not whole:
        state = IndexState.PARTIAL
    version.index_state = state
    version.index_reason = (
        read.reason or ("" if whole else "Texte très long : indexé en partie.")
    )[:300]
    version.page_count = read.page_count or version.page_count
    if state == IndexState.FAILED and not version.index_reason:
        version.index_reason = "La lecture de ce fichier a échoué."
    version.save(update_fields=["index_state", "index_reason", "page_count"])


def _tell(version: Version, now: datetime) -> None:
    emit(
        "documents.version.read",
        now=now,
        organisation_id=version.organisation_id,
        payload={"document": version.document_id, "version": version.pk},
    )


def mark_waiting(payload: dict[str, Any]) -> None:
    """It is read again: what the failure said is no longer true."""
    state = IndexState.OCR if "pages" in payload else IndexState.WAITING
    Version.objects.filter(pk=payload["version"], index_state=IndexState.FAILED).update(
        index_state=state, index_reason=""
    )


def mark_unread(payload: dict[str, Any], reason: str) -> None:
    """The reading failed for good: say so on the version, with the reason."""
    Version.objects.filter(pk=payload["version"]).update(
        index_state=IndexState.FAILED,
        index_reason=(reason or "La lecture de ce fichier a échoué.")[:300],
    )
