"""Opening a ZIP that somebody else made: bounded, member by member, never outside its own names.

A hostile archive lies about its sizes, climbs with `../`, or holds a terabyte of zeros. Sizes are
counted while reading, names are taken apart, links are left out.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO

_ENCRYPTED = 0x1
_UTF8_NAMES = 0x800
# The densest honest file seen is a sheet of repeated cells, about 100 to 1.
MAX_RATIO = 250
_SMALL = 20 * 1024 * 1024


class NotAnArchive(ValueError):
    """Not a ZIP, or one cut short."""


class Bomb(ValueError):
    """More, or larger, than the limits allow."""


class Locked(ValueError):
    """Closed by a password."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one archive may hold. Bytes are those unpacked."""

    entries: int = 100_000
    bytes: int = 50 * 1024**3
    one_file: int = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Member:
    """One file or folder of an archive. `parts` is its path, without any way upwards."""

    parts: tuple[str, ...]
    is_folder: bool
    size: int
    modified_at: datetime | None
    info: zipfile.ZipInfo

    @property
    def name(self) -> str:
        return "/".join(self.parts)


class Archive:
    """A ZIP opened for reading, its announced sizes checked. Use it as a context."""

    def __init__(self, file: IO[bytes], limits: Limits | None = None) -> None:
        """Raises NotAnArchive, Locked or Bomb."""
        self.limits = limits or Limits()
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as broken:
            raise NotAnArchive(str(broken)) from broken
        entries = self._zip.infolist()
        if len(entries) > self.limits.entries:
            raise Bomb(f"{len(entries)} entries")
        if sum(entry.file_size for entry in entries) > self.limits.bytes:
            raise Bomb("too many bytes announced")
        for entry in entries:
            if entry.flag_bits & _ENCRYPTED:
                raise Locked(entry.filename)
            if entry.file_size > self.limits.one_file or (
                entry.file_size > _SMALL
                and entry.file_size > MAX_RATIO * max(1, entry.compress_size)
            ):
                raise Bomb(entry.filename)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def members(self) -> Iterator[Member]:
        """Files and folders in the archive's order; links and what has no name are left out."""
        for entry in self._zip.infolist():
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                continue
            parts = safe_parts(_decoded(entry))
            if not parts:
                continue
            yield Member(
                parts=parts,
                is_folder=entry.is_dir(),
                size=entry.file_size,
                modified_at=_moment(entry),
                info=entry,
            )

    def open(self, member: Member) -> Bounded:
        """The bytes of a member, at most as many as announced. Reading may raise Bomb."""
        return Bounded(self._zip.open(member.info), member.size)

    def read(self, member: Member, most: int) -> bytes:
        """A small member whole. Raises Bomb above `most` bytes."""
        if member.size > most:
            raise Bomb(member.name)
        with self.open(member) as source:
            return source.read(most + 1)


class Bounded:
    """A stream that stops with Bomb when it gives more than was announced."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source, self._left = source, size

    def read(self, size: int = -1, /) -> bytes:
        """Raises Bomb, or NotAnArchive when the bytes do not fit their checksum."""
        try:
            chunk = self._source.read(size)
        except (zipfile.BadZipFile, EOFError, OSError) as broken:
            raise NotAnArchive(str(broken)) from broken
        self._left -= len(chunk)
        if self._left < 0:
            raise Bomb("more bytes than announced")
        return chunk

    def __enter__(self) -> Bounded:
        return self

    def __exit__(self, *_: object) -> None:
        self._source.close()


def safe_parts(name: str) -> tuple[str, ...]:
    """The names along a path, whatever the separators; "." and ".." and drives are dropped."""
    steps = PurePosixPath(name.replace("\\", "/")).parts
    return tuple(s for s in steps if s not in ("/", ".", "..") and not s.endswith(":"))


def _decoded(entry: zipfile.ZipInfo) -> str:
    """Old Windows tools write cp850 names without saying so; zipfile then reads cp437."""
    if entry.flag_bits & _UTF8_NAMES:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850")


def _moment(entry: zipfile.ZipInfo) -> datetime | None:
    """As the clock of the machine that packed it said; ZIP knows no time zone."""
    try:
        return datetime(*entry.date_time)  # noqa: DTZ001 - made aware by whoever knows the place
    except ValueError:
        return None
