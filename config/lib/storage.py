"""Where bytes live: written whole and synced before any row speaks of them.

Keys are random, never the user's name: nothing a person types reaches the file system.
"""

from __future__ import annotations

import errno
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
INCOMING = "incoming"
PARTS = "parts"
_KEY = re.compile(r"^[0-9a-f]{2}/[0-9a-f]{32}$")


class TooLarge(ValueError):
    """More bytes than allowed. Nothing was kept."""


class StorageFull(OSError):
    """The disk has no room left. Nothing was kept."""


def is_full(error: OSError) -> bool:
    """Whether the system says that there is no room left (disk or quota)."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def new_key() -> str:
    """A random key for bytes to come."""
    random = secrets.token_hex(16)
    return f"{random[:2]}/{random}"


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
        incoming = self.root / INCOMING
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
            key = new_key()
            self._place(temporary, key)
        except OSError as broken:
            temporary.unlink(missing_ok=True)
            if is_full(broken):
                raise StorageFull(broken.errno, "no space left") from broken
            raise
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return Stored(key=key, size=size, sha256=digest.hexdigest())

    def _place(self, written: Path, key: str) -> None:
        """Move a file, already synced, to the place of its key."""
        place = self.path(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        written.rename(place)
        _sync_folder(place.parent)

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
                if untouched_since(blob, limit):
                    yield f"{folder.name}/{blob.name}"

    def temporaries_older_than(self, limit: datetime) -> Iterator[Path]:
        """Half-written files untouched since `limit`: what a killed process left behind."""
        incoming = self.root / INCOMING
        if incoming.exists():
            for left in incoming.iterdir():
                if left.is_file() and untouched_since(left, limit):
                    yield left

    # -- files that arrive in parts --------------------------------------------------------------
    #
    # Its parts are added to `parts/`, under the name of the key that the whole will have: whoever
    # was killed between two steps finds the bytes again in one place or the other.

    def part_path(self, key: str) -> Path:
        """The file that grows until it is whole."""
        return self.root / PARTS / self.path(key).name

    def add_part(self, key: str, part: bytes, *, at: int) -> None:
        """Write bytes at an offset (in bytes) of the growing file, and sync them.

        What lies beyond `at` was never acknowledged: it is cut off first. Raises StorageFull, and
        FileNotFoundError when bytes that were acknowledged are gone.
        """
        place = self.part_path(key)
        if at == 0:
            place.parent.mkdir(parents=True, exist_ok=True)
        new = at == 0 and not place.exists()
        descriptor = os.open(place, os.O_WRONLY | (os.O_CREAT if at == 0 else 0), 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size < at:
                raise FileNotFoundError(f"{size} bytes of {at} are left of {place.name}")
            if size > at:
                os.ftruncate(descriptor, at)
            written = 0
            while written < len(part):
                written += os.pwrite(descriptor, part[written:], at + written)
            os.fsync(descriptor)
        except OSError as broken:
            if is_full(broken):
                raise StorageFull(broken.errno, "no space left") from broken
            raise
        finally:
            os.close(descriptor)
        if new:
            _sync_folder(place.parent)

    def part_digest(self, key: str, *, start: int, end: int, algorithm: str) -> bytes:
        """The digest of the bytes of a growing file from `start` to before `end`, as they are on
        the disk; of fewer when the file is shorter. `algorithm` is a name of hashlib."""
        digest = hashlib.new(algorithm, usedforsecurity=False)
        with self.part_path(key).open("rb") as file:
            file.seek(start)
            left = end - start
            while left and (chunk := file.read(min(CHUNK, left))):
                digest.update(chunk)
                left -= len(chunk)
        return digest.digest()

    def whole(self, key: str) -> Stored:
        """All parts are there: hash them and move the file to its place, without a copy.

        May be asked again after a kill. Raises FileNotFoundError when the bytes are gone.
        """
        part, place = self.part_path(key), self.path(key)
        try:
            file = part.open("rb")
        except FileNotFoundError:  # moved already, by a process killed since or by another thread
            file = place.open("rb")
        digest, size = hashlib.sha256(), 0
        with file:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                digest.update(chunk)
        try:
            self._place(part, key)
        except FileNotFoundError:
            if not place.exists():
                raise
        return Stored(key=key, size=size, sha256=digest.hexdigest())

    def forget_part(self, key: str) -> None:
        """Remove what has arrived; harmless when nothing has."""
        self.part_path(key).unlink(missing_ok=True)

    def parts_older_than(self, limit: datetime) -> Iterator[str]:
        """Keys of growing files untouched since `limit`."""
        parts = self.root / PARTS
        if parts.exists():
            for part in parts.iterdir():
                if untouched_since(part, limit):
                    yield f"{part.name[:2]}/{part.name}"

    def free_bytes(self) -> int:
        """Room left on the disk."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free


def untouched_since(path: Path, limit: datetime) -> bool:
    """Whether a file is older than `limit`. One that is gone since it was listed is not: whoever
    walks over a living store meets files that are renamed or removed under its feet."""
    try:
        return path.stat().st_mtime < limit.timestamp()
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def blobs() -> BlobStore:
    """The store of this installation (setting PARVIS_STORAGE_DIR)."""
    return BlobStore(Path(settings.PARVIS_STORAGE_DIR) / "blobs")
