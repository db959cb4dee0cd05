"""Opening what portals hand out: the files of a ZIP, the PDF inside an XML; the whole is kept.

Bytes first, then all the rows in one transaction: killed in between, it is done again, and what
was written is swept.
"""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.db import transaction

from config.lib.storage import blobs
from config.work.registry import Retry
from documents.enums import ArrivalState
from documents.models import Arrival
from documents.rules.portal_files import Suspicious, entries, read_portal_xml
from documents.services import filing
from documents.services.arriving import add_file
from documents.services.filing import NoRoomLeft, NotFiled, Received
from documents.services.locking import lock_organisation

ZIP, XML = "application/zip", "application/xml"
_DEEPEST = 2  # an archive inside the archive is opened, not what is inside that one
_LARGEST_XML = 60 * 1024 * 1024


def unpack(arrival: Arrival, *, now: datetime) -> bool:
    """Open a ZIP or an XML of a portal. Whether something came out of it. May run twice."""
    path = blobs().path(arrival.storage_key)
    if arrival.media_type == ZIP:
        try:
            files = _files(path, depth=1)
        except Suspicious:
            return _say(arrival, "Cette archive est trop grosse une fois ouverte : gardée fermée.")
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
            return _say(arrival, "Cette archive est abîmée ou fermée par un mot de passe.")
        words = "Archive ouverte : ses fichiers se classent à part, elle est gardée."
        return _add(arrival, files, words, now, aside=True)
    if arrival.media_type == XML and arrival.size <= _LARGEST_XML:
        found = read_portal_xml(path.read_bytes())
        stem = arrival.name.rpartition(".")[0] or arrival.name
        files = []
        for rank, pdf in enumerate(found.pdfs, 1):
            ending = "" if len(found.pdfs) == 1 else f" ({rank})"
            files.append(_receive(BytesIO(pdf), f"{stem}{ending}.pdf"))
        if files:
            words = f"{found.label or 'Fichier XML'} : le PDF qu’il contient se classe à part."
            return _add(arrival, files, words, now, aside=False)
        if found.label:
            _say(arrival, f"{found.label}.")
    return False


def _files(path: Path, *, depth: int) -> list[Received]:
    received: list[Received] = []
    for entry in entries(path):
        try:
            one = _receive(entry.source, entry.name)
        except NotFiled:
            continue  # too large, or a name of nothing: it stays in the archive
        if one.sniffed.media_type == ZIP and depth < _DEEPEST:
            try:
                received += _files(blobs().path(one.stored.key), depth=depth + 1)
                continue
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
                pass
        received.append(one)
    return received


def _receive(source: object, name: str) -> Received:
    try:
        return filing.receive(source, name)  # type: ignore[arg-type]
    except NoRoomLeft as full:
        raise Retry(str(full)) from full


@transaction.atomic
def _add(
    arrival: Arrival, files: list[Received], words: str, now: datetime, *, aside: bool
) -> bool:
    """The files beside what they came out of, which is put aside (it can be taken back)."""
    lock_organisation(arrival.organisation_id)
    arrival = Arrival.objects.select_related("envelope").get(pk=arrival.pk)
    if arrival.state != ArrivalState.TO_FILE or arrival.read_at is not None or not files:
        return False
    for received in files:
        added = add_file(arrival.envelope, received, now=now)
        if received.sniffed.media_type == ZIP:  # as deep as we go: left shut
            Arrival.objects.filter(pk=added.pk).update(read_at=now)
    arrival.notice, arrival.read_at = words[:300], now
    if aside:
        arrival.state, arrival.sorted_at = ArrivalState.DISCARDED, now
    arrival.save(update_fields=["notice", "read_at", "state", "sorted_at"])
    return True


def _say(arrival: Arrival, words: str) -> bool:
    Arrival.objects.filter(pk=arrival.pk).update(notice=words[:300])
    return False
