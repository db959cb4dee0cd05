"""Containers: checks before a compressed document is opened, and names inside a zip."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, Literal, cast

from documents.extraction.readers import (
    Blob,
    Found,
    Request,
    Source,
    Unreadable,
    left_out,
    page,
    page_count,
)
from documents.extraction.results import Limits

_MAX_ENTRIES = 10_000
_MAX_LISTED = 2_000
# The densest honest part seen is a sheet of repeated cells, about 100 to 1.
_MAX_RATIO = 250
_SMALL = 20 * 1024 * 1024
_ENCRYPTED_FLAG = 1


class _Window:
    """File object over the mapping, without copying it."""

    def __init__(self, source: Source) -> None:
        self._data = source.data
        self._data.seek(0)
        self.read = self._data.read
        self.tell = self._data.tell

    def seek(self, offset: int, whence: Literal[0, 1, 2] = 0) -> int:
        # Before Python 3.13, mmap.seek returns nothing.
        self._data.seek(offset, whence)
        return self._data.tell()

    def seekable(self) -> bool:
        return True


def opened(source: Source, limits: Limits) -> zipfile.ZipFile:
    """The archive, once its announced sizes are known to be reasonable.

    An archive may lie about its sizes: the memory and CPU limits are there for that one.
    """
    try:
        archive = zipfile.ZipFile(cast("IO[bytes]", _Window(source)))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        cut = b"PK\x05\x06" not in source.tail(70_000)
        raise Unreadable("truncated" if cut else "damaged") from None
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or unpacked > limits.max_unpacked_bytes:
        raise Unreadable("bomb")
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > _MAX_RATIO * max(1, entry.compress_size):
            raise Unreadable("bomb")
    return archive


def is_encrypted(archive: zipfile.ZipFile) -> bool:
    """True for a zip or an OpenDocument file closed by a password."""
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in archive.infolist()):
        return True
    try:
        with archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(200_000)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, OSError):
        return False


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """Names of the files of a zip: they can be found, their content stays where it is."""
    with opened(source, request.limits) as archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    yield page_count(1)
    if names:
        yield page(1, "\n".join(names[:_MAX_LISTED]))
    if len(names) > _MAX_LISTED:
        yield left_out("too_much_text")


def refuse_encrypted(source: Source, request: Request) -> Iterator[Found | Blob]:
    """A Word, Excel or PowerPoint file closed by a password."""
    yield page_count(0)
    raise Unreadable("office_password")
