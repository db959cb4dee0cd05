"""What a page shows of bytes: pictures drawn again by us, Office documents as PDF.

What was sent never reaches a page. Kept beside the blobs under the same key, made by jobs, gone
with the bytes (`forget`), made again if lost.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from config.lib.storage import StorageFull, blobs, is_full, untouched_since
from documents import extraction
from documents.extraction import conversion

SIDE = 1600  # points: sharp on a phone held close, and on a desk


class NoPdf(StrEnum):
    """Why an Office document is not shown as PDF."""

    NO_PROGRAM = "no-program"
    FAILED = "failed"


def preview_path(storage_key: str) -> Path:
    """Where the drawn picture of these bytes stands, if it was made."""
    return Path(settings.PARVIS_STORAGE_DIR) / "previews" / f"{storage_key}.jpg"


def draw(storage_key: str, media_type: str) -> bool:
    """Draw a picture again, in the sandbox. False when it cannot be drawn.

    Raises StorageFull when the disk has no room for it; then nothing is left behind.
    """
    place = preview_path(storage_key)
    if place.exists():
        return True
    picture = extraction.shared_pool().picture(blobs().path(storage_key), media_type, side=SIDE)
    if picture is None:
        return False
    _write(place, picture.data)
    return True


def pdf_path(storage_key: str) -> Path:
    """Where the PDF made of these bytes stands, if it was made."""
    return Path(settings.PARVIS_STORAGE_DIR) / "previews" / f"{storage_key}.pdf"


def why_no_pdf(storage_key: str) -> NoPdf | None:
    """Why there is no PDF of these bytes; None while it was not tried."""
    try:
        return NoPdf(_reason_path(storage_key).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def make_pdf(storage_key: str, media_type: str) -> bool:
    """Convert an Office document, in the sandbox; the reason is kept when it cannot be.

    Raises StorageFull when the disk has no room for it; then nothing is left behind.
    """
    place = pdf_path(storage_key)
    if place.exists():
        return True
    content = conversion.office_to_pdf(blobs().path(storage_key), media_type)
    if content is None:
        reason = NoPdf.FAILED if conversion.office_program() else NoPdf.NO_PROGRAM
        _write(_reason_path(storage_key), reason.encode("ascii"))
        return False
    _write(place, content)
    _reason_path(storage_key).unlink(missing_ok=True)
    return True


def no_pdf(storage_key: str) -> None:
    """It was tried and failed for good."""
    _write(_reason_path(storage_key), NoPdf.FAILED.encode("ascii"))


def forget_reason(storage_key: str) -> None:
    """It may be tried again."""
    _reason_path(storage_key).unlink(missing_ok=True)


def forget(storage_key: str) -> None:
    """Remove all that was made of these bytes; harmless when nothing was."""
    for made in (preview_path, pdf_path, _reason_path):
        made(storage_key).unlink(missing_ok=True)


def made_before(limit: datetime) -> Iterator[tuple[str, Path]]:
    """Everything made and untouched since `limit`, with the key of the bytes it was made of."""
    root = Path(settings.PARVIS_STORAGE_DIR) / "previews"
    for path in sorted(root.glob("[0-9a-f][0-9a-f]/*")):
        if untouched_since(path, limit):
            yield f"{path.parent.name}/{path.stem}", path


def _reason_path(storage_key: str) -> Path:
    return Path(settings.PARVIS_STORAGE_DIR) / "previews" / f"{storage_key}.why"


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
        Path(name).replace(place)
    except OSError as broken:
        Path(name).unlink(missing_ok=True)
        if is_full(broken):
            raise StorageFull(broken.errno, "no space left") from broken
        raise
