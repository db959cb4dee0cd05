"""Pictures drawn again by us, the only ones that a page shows: what was sent never reaches a page.

Kept beside the blobs under the same key, made when the file is read, made again if lost.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings

from config.lib.storage import StorageFull, blobs, is_full
from documents import extraction

SIDE = 1600  # points: sharp on a phone held close, and on a desk


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
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(picture.data)
        Path(name).replace(place)
    except OSError as broken:
        Path(name).unlink(missing_ok=True)
        if is_full(broken):
            raise StorageFull(broken.errno, "no space left") from broken
        raise
    return True
