"""Where bytes live: written whole and synced before any row speaks of them.

Keys are random, never the user's name: nothing a person types reaches the file system.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings

CHUNK = 1024 * 1024
_KEY = re.compile(r"^[0-9a-f]{2}/[0-9a-f]{32}$")


class TooLarge(ValueError):
    """More bytes than allowed. Nothing was kept."""


class StorageFull(OSError):
    """The disk has no room left. Nothing was kept."""


class Readable(Protocol):
    """Anything with `read(size)`: an upload, a file, a socket."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: its key, size in bytes and SHA-256 (hexadecimal)."""

    key: str
    size: int
    sha256: str


class BlobStore:
    """Local disk: one random name per blob under a two-letter folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: Readable, *, max_bytes: int | None = None) -> Stored:
        """Write to a temporary file, hash while streaming, sync, move into place.

        Raises TooLarge or StorageFull; then nothing is left behind.
        """
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        descriptor, name = tempfile.mkstemp(dir=incoming)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if max_bytes is not None and size > max_bytes:
                        raise TooLarge(f"{size} > {max_bytes}")
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            random = secrets.token_hex(16)
            key = f"{random[:2]}/{random}"
            place = self.root / key
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary.rename(place)
            _sync_folder(place.parent)
        except OSError as broken:
            temporary.unlink(missing_ok=True)
            if broken.errno in (28, 122):  # ENOSPC, EDQUOT
                raise StorageFull(broken.errno, "no space left") from broken
            raise
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return Stored(key=key, size=size, sha256=digest.hexdigest())

    def path(self, key: str) -> Path:
        """The file of a key. A malformed key raises: keys come from rows, never from people."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a storage key: {key!r}")
        return self.root / key

    def open(self, key: str) -> IO[bytes]:
        """Open for reading. FileNotFoundError when the bytes are gone."""
        return self.path(key).open("rb")

    def delete(self, key: str) -> None:
        """Remove the bytes; harmless when already gone."""
        self.path(key).unlink(missing_ok=True)

    def keys_older_than(self, limit: datetime) -> Iterator[str]:
        """Every key written before `limit`, for the sweep of what no row refers to."""
        if not self.root.exists():
            return
        for folder in sorted(self.root.iterdir()):
            if len(folder.name) != 2:
                continue
            for blob in folder.iterdir():
                if blob.stat().st_mtime < limit.timestamp():
                    yield f"{folder.name}/{blob.name}"

    def free_bytes(self) -> int:
        """Room left on the disk."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def blobs() -> BlobStore:
    """The store of this installation (setting PARVIS_STORAGE_DIR)."""
    return BlobStore(Path(settings.PARVIS_STORAGE_DIR) / "blobs")
