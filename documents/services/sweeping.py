"""Forgetting bytes that no row refers to: an upload that failed after its bytes were written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from config.lib.storage import blobs
from documents import previews
from documents.services.blob_references import referenced

# Longer than any transaction may stay open, and than a deposit may wait for its answer.
GRACE = timedelta(hours=24)
BATCH = 500


def sweep(*, now: datetime) -> int:
    """Remove what nothing refers to and is older than a day. Returns how many files."""
    store, removed, limit = blobs(), 0, now - GRACE
    for keys in _batches(store.keys_older_than(limit)):
        for key in keys - referenced(keys):
            store.delete(key)
            previews.forget(key)
            removed += 1
    for keys in _batches(store.parts_older_than(limit)):
        for key in keys - referenced(keys):
            store.forget_part(key)
            removed += 1
    for key, made in previews.made_before(limit):
        if not store.path(key).exists():
            made.unlink(missing_ok=True)
            removed += 1
    for left in store.temporaries_older_than(limit):
        left.unlink(missing_ok=True)
        removed += 1
    return removed


def _batches(keys: Iterator[str]) -> Iterator[set[str]]:
    while batch := set(islice(keys, BATCH)):
        yield batch
