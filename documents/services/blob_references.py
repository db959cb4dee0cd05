"""Every table that speaks of stored bytes: the one list of the sweep and of `check_storage`.

A table that is missing here would have its bytes swept away under it after a day: a test walks the
models and refuses a column of storage keys that is not listed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Model, Q

from documents.enums import ImportKind, ImportState
from documents.models import (
    Arrival,
    DriveDraft,
    Envelope,
    ErasedBytes,
    ImportRun,
    Upload,
    Version,
)


@dataclass(frozen=True, slots=True)
class BlobReference:
    """One column of storage keys. `word` names a row of it in a report.

    `size` and `sha256` are the columns that say what the bytes should be, where there are some;
    `only` leaves out rows that no longer claim any; `growing`: bytes on their way, which
    `documents.services.storage_check` looks at by their own rules; `may_be_gone`: kept from the
    sweep, but nobody needs them.
    """

    word: str
    model: type[Model]
    key: str = "storage_key"
    named_by: str = "uid"
    size: str = ""
    sha256: str = ""
    only: Q = field(default_factory=Q)
    growing: bool = False
    may_be_gone: bool = False

    def among(self, keys: Collection[str]) -> set[str]:
        """Those of these keys that this column claims."""
        rows = self.model._default_manager.filter(self.only, **{f"{self.key}__in": keys})
        return set(rows.values_list(self.key, flat=True))


BLOB_REFERENCES = (
    BlobReference("version", Version, size="size", sha256="sha256"),
    BlobReference("upload", Upload, growing=True),
    BlobReference("arrival", Arrival, size="size", sha256="sha256"),
    BlobReference(
        "envelope",
        Envelope,
        key="original_key",
        size="original_size",
        sha256="original_sha256",
        only=~Q(original_key=""),
    ),
    # A disk of the server is named by its path; a ZIP is needed until its import has ended.
    BlobReference(
        "import",
        ImportRun,
        key="source",
        only=Q(kind=ImportKind.ZIP, state=ImportState.RUNNING),
    ),
    BlobReference(
        "drive draft",
        DriveDraft,
        named_by="pk",
        size="size",
        sha256="sha256",
        only=~Q(storage_key=""),
    ),
    # Rows are gone, backups are not: their own day comes (`documents.services.erasing`).
    BlobReference("erased bytes", ErasedBytes, named_by="pk", may_be_gone=True),
)


def referenced(keys: Collection[str]) -> set[str]:
    """Those of these keys that any row claims."""
    return set().union(*(reference.among(keys) for reference in BLOB_REFERENCES))
