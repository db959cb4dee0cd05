"""Forgetting bytes that no row refers to: an upload that failed after its bytes were written."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from config.lib.storage import blobs
from documents.models import Version
from documents.previews import preview_path

# Longer than any transaction may stay open, and than a deposit may wait for its answer.
GRACE = timedelta(hours=24)
BATCH = 500


def sweep(*, now: datetime) -> int:
    """Remove what nothing refers to and is older than a day. Returns how many blobs."""
    store, removed = blobs(), 0
    old = store.keys_older_than(now - GRACE)
    while keys := list(islice(old, BATCH)):
        used = set(
            Version.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True)
        )
        for key in keys:
            if key not in used:
                store.delete(key)
                preview_path(key).unlink(missing_ok=True)
                removed += 1
    return removed
