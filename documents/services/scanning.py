"""Collecting what scanners write in their folder: whole, once, and never by following a link.

`SCANNER_DIR/<organisation>/` is where the copier writes. A file is taken once it has stopped
growing, claimed by a rename into `.en-cours`, put in the bin, and erased from there after the
commit. A worker that dies in between leaves the claimed file: the next visit brings it again, and
its identity (bytes, name, time) makes the second time harmless. What cannot be taken goes to
`Refusés`, with the reason beside it.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from accounts.models import Organisation
from config.work.registry import Retry
from config.work.services import enqueue
from documents.enums import ArrivalSource
from documents.services import arriving, filing
from documents.services.arriving import Parcel
from documents.services.filing import NoRoomLeft, NotFiled

COLLECT = "documents.scans.collect"
CLAIMED, REFUSED = ".en-cours", "Refusés"
#: A copier that has written nothing for this long has finished its file.
SETTLED = timedelta(seconds=10)
_MOST = 200
# Written by copiers and by Windows beside the scans.
_NOT_SCANS = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
log = logging.getLogger(__name__)


def plan_collection(*, now: datetime) -> None:
    """Every minute: ask for a visit, when a folder of scanners is set."""
    if settings.SCANNER_DIR:
        enqueue(COLLECT, payload={}, now=now, dedupe="scanners")


def collect(*, now: datetime, heartbeat: Callable[[], None]) -> int:
    """Visit the folder of each organisation. Returns how many files were brought."""
    if not settings.SCANNER_DIR:
        return 0
    top = Path(settings.SCANNER_DIR)
    brought = 0
    for organisation in Organisation.objects.order_by("slug"):
        folder = top / organisation.slug
        if folder.is_dir() and not folder.is_symlink():
            brought += _visit(organisation, folder, now, heartbeat)
    return brought


def _visit(
    organisation: Organisation, folder: Path, now: datetime, heartbeat: Callable[[], None]
) -> int:
    claimed = folder / CLAIMED
    claimed.mkdir(exist_ok=True)
    if claimed.is_symlink():
        return 0
    for path in list(_settled(folder, now))[:_MOST]:
        path.rename(_free(claimed, path.name))
    brought = 0
    for path in sorted(claimed.iterdir()):
        heartbeat()
        brought += _bring(organisation, folder, path, now)
    return brought


def _settled(folder: Path, now: datetime) -> Iterator[Path]:
    """Plain files that have stopped growing, the oldest first."""
    found = []
    for entry in os.scandir(folder):
        if entry.name.startswith((".", "~")) or entry.name.casefold() in _NOT_SCANS:
            continue
        if not entry.is_file(follow_symlinks=False):
            continue
        written = entry.stat(follow_symlinks=False).st_mtime
        if written <= (now - SETTLED).timestamp():
            found.append((written, entry.path))
    yield from (Path(path) for _, path in sorted(found))


def _bring(organisation: Organisation, folder: Path, path: Path, now: datetime) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as unreadable:
        _refuse(folder, path, f"Ce fichier n’a pas pu être lu ({unreadable.strerror}).")
        return False
    with os.fdopen(descriptor, "rb") as source:
        facts = os.fstat(source.fileno())
        if not stat.S_ISREG(facts.st_mode):
            return False
        if facts.st_size == 0:
            _refuse(folder, path, "Ce fichier est vide.")
            return False
        try:
            received = filing.receive(source, path.name)
        except NoRoomLeft as full:
            raise Retry(str(full)) from full
        except NotFiled as refused:
            _refuse(folder, path, str(refused))
            return False
    identity = f"{received.stored.sha256}:{path.name}:{facts.st_mtime_ns}"
    envelope = arriving.bring(
        organisation=organisation,
        parcel=Parcel(
            source=ArrivalSource.SCANNER,
            key=f"scan:{sha256(identity.encode('utf-8', 'surrogateescape')).hexdigest()}",
            files=[received],
        ),
        now=now,
    )
    # Its bytes and its row are safe: only now does it leave the folder.
    path.unlink(missing_ok=True)
    return envelope is not None


def _free(folder: Path, name: str) -> Path:
    """A name that is not taken there: copiers call every scan alike."""
    place, rank = folder / name, 1
    while place.exists():
        rank += 1
        place = folder / f"{Path(name).stem} ({rank}){Path(name).suffix}"
    return place


def _refuse(folder: Path, path: Path, reason: str) -> None:
    """Leave it where a person will find it, with the reason."""
    refused = folder / REFUSED
    refused.mkdir(exist_ok=True)
    place = _free(refused, path.name)
    path.rename(place)
    place.with_name(f"{place.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
    log.warning("a scan was refused in %s", folder.name)
