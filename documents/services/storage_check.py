"""Do rows and files agree? Every byte that a row speaks of is there, and nothing else grows old.

Looks without a lock: a deposit under way is in neither camp, because its bytes are young.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from config.lib.storage import CHUNK, BlobStore, blobs
from documents import previews
from documents.models import Document, Upload
from documents.services.blob_references import BLOB_REFERENCES, BlobReference, referenced
from documents.services.sweeping import GRACE

BATCH = 500
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree. `code` is for machines, `subject` a key or an identifier."""

    code: str
    subject: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.subject}{f' ({self.detail})' if self.detail else ''}"


def differences(*, now: datetime, deep: bool = False) -> Iterator[Difference]:
    """Each disagreement. `deep` reads every byte again and compares the SHA-256 of each."""
    store = blobs()
    for reference in BLOB_REFERENCES:
        if not reference.growing and not reference.may_be_gone:
            yield from _rows(reference, store, deep=deep)
    yield from _documents()
    yield from _uploads(store, now)
    yield from _strays(store, now)


def _rows(reference: BlobReference, store: BlobStore, *, deep: bool) -> Iterator[Difference]:
    """What each row of a table says of its bytes, against what is there."""
    columns = [c for c in (reference.size, reference.sha256) if c]
    rows = reference.model._default_manager.filter(reference.only).order_by("pk")
    for name, key, *said in rows.values_list(reference.named_by, reference.key, *columns).iterator(
        chunk_size=BATCH
    ):
        facts = dict(zip(columns, said, strict=True))
        subject = f"{reference.word} {name}"
        try:
            found = store.path(key).stat().st_size
            if reference.size and found != facts[reference.size]:
                detail = f"{found} bytes, row says {facts[reference.size]}"
                yield Difference("wrong-size", subject, detail)
            elif deep and reference.sha256 and _sha256(store, key) != facts[reference.sha256]:
                yield Difference("wrong-sha256", subject, key)
        except FileNotFoundError:
            if reference.among({key}):  # else the row went too, since it was read
                yield Difference("missing-bytes", subject, key)
        except ValueError:
            yield Difference("not-a-key", subject, key)


def _sha256(store: BlobStore, key: str) -> str:
    digest = hashlib.sha256()
    with store.open(key) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _documents() -> Iterator[Difference]:
    """A document repeats the size and type of its current version, and that version is its own."""
    rows = (
        Document.objects.exclude(current_version=None)
        .order_by("pk")
        .values_list(
            "uid",
            "pk",
            "size",
            "media_type",
            "current_version__document_id",
            "current_version__size",
            "current_version__media_type",
        )
    )
    for uid, pk, size, media_type, owner, real_size, real_type in rows.iterator(chunk_size=BATCH):
        if owner != pk:
            yield Difference("foreign-version", f"document {uid}")
        elif (size, media_type) != (real_size, real_type):
            yield Difference("stale-document", f"document {uid}", f"{size}, {media_type}")


def _uploads(store: BlobStore, now: datetime) -> Iterator[Difference]:
    """What a sender was told to be safe is there."""
    rows = Upload.objects.filter(document=None, expires_at__gt=now).order_by("pk")
    for upload in rows.iterator(chunk_size=BATCH):
        for path in (store.part_path(upload.storage_key), store.path(upload.storage_key)):
            if path.exists():
                found = path.stat().st_size
                break
        else:
            found = -1
        if found < upload.offset:
            detail = f"{max(found, 0)} bytes, sender was told {upload.offset}"
            yield Difference("lost-part", f"upload {upload.uid}", detail)


def _strays(store: BlobStore, now: datetime) -> Iterator[Difference]:
    """Older than the sweep's grace, and still there: the sweep does not run, or misses them."""
    limit = now - GRACE
    for code, found in (
        ("unreferenced-bytes", store.keys_older_than(limit)),
        ("unreferenced-part", store.parts_older_than(limit)),
    ):
        for keys in _batches(found):
            for key in sorted(keys - referenced(keys)):
                yield Difference(code, key)
    for key, made in previews.made_before(limit):
        if not store.path(key).exists():
            yield Difference("orphan-preview", made.name, key)
    for path in store.temporaries_older_than(limit):
        yield Difference("leftover-temporary", path.name)


def _batches(things: Iterable[Thing]) -> Iterator[set[Thing]]:
    iterator = iter(things)
    while batch := set(islice(iterator, BATCH)):
        yield batch
