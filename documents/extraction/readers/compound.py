"""Compound files [MS-CFB]: the folders and streams inside a .msg, as Outlook writes them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from documents.extraction.readers import Source, Unreadable

_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_MAX_ENTRIES = 20_000
STORAGE, STREAM, ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream, or a storage that holds others; `before`, `after` and `inside` are ranks."""

    name: str
    kind: int
    start: int
    size: int
    before: int
    after: int
    inside: int


class CompoundFile:
    """The entries of the file, and the bytes of each. Raises Unreadable or struct.error."""

    def __init__(self, source: Source) -> None:
        self._source = source
        head = source.head(512)
        self._shift, self._mini_shift = struct.unpack_from("<HH", head, 30)
        if self._shift not in (9, 12) or self._mini_shift != 6:
            raise Unreadable("damaged")
        directory, self._cutoff, mini_fat = struct.unpack_from("<I4xII", head, 48)
        self._fat = self._whole_fat(head)
        self.entries = list(self._entries(self._chain(directory)))
        root = next((entry for entry in self.entries if entry.kind == ROOT), None)
        if root is None:
            raise Unreadable("damaged")
        self.root = root
        self._mini_stream = self._chain(root.start)
        table = self._chain(mini_fat) if mini_fat < _LAST_SECTOR else b""
        self._mini_fat = struct.unpack(f"<{len(table) // 4}I", table)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        if start >= self._source.size:
            raise Unreadable("truncated")
        return self._source.data[start : start + (1 << self._shift)]

    def _whole_fat(self, head: bytes) -> tuple[int, ...]:
        count = 1 << (self._shift - 2)
        numbers = list(struct.unpack_from("<109I", head, 76))
        following, tables = struct.unpack_from("<II", head, 68)
        for _ in range(min(tables, self._source.size >> self._shift)):
            if following >= _LAST_SECTOR:
                break
            table = struct.unpack(f"<{count}I", self._sector(following))
            numbers += table[:-1]
            following = table[-1]
        fat: list[int] = []
        for number in numbers:
            if number < _LAST_SECTOR:
                fat += struct.unpack(f"<{count}I", self._sector(number))
        return tuple(fat)

    def _chain(self, start: int) -> bytes:
        """All the bytes of a chain of sectors; one that turns round is cut."""
        parts, number = [], start
        for _ in range((self._source.size >> self._shift) + 1):
            if number >= _LAST_SECTOR:
                break
            parts.append(self._sector(number))
            number = self._fat[number]
        return b"".join(parts)

    def _entries(self, directory: bytes) -> Iterator[Entry]:
        for offset in range(0, min(len(directory), _MAX_ENTRIES * _ENTRY) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, offset + 64)
            name = directory[offset : offset + max(0, min(length, 64) - 2)]
            start, size = struct.unpack_from("<II", directory, offset + 116)
            links = struct.unpack_from("<III", directory, offset + 68)
            yield Entry(name.decode("utf-16-le", "replace"), kind, start, size, *links)

    def within(self, storage: Entry) -> dict[str, Entry]:
        """What stands in this storage, by name and in the order of the names."""
        found: dict[str, Entry] = {}
        waiting, seen = [storage.inside], set[int]()
        while waiting:
            rank = waiting.pop()
            if rank in seen or rank >= len(self.entries):
                continue
            seen.add(rank)
            entry = self.entries[rank]
            found.setdefault(entry.name, entry)
            waiting += (entry.before, entry.after)
        return dict(sorted(found.items()))

    def read(self, entry: Entry) -> bytes:
        """The bytes of a stream."""
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        parts, number = [], entry.start
        for _ in range((entry.size >> self._mini_shift) + 1):
            if number >= _LAST_SECTOR:
                break
            parts.append(self._mini_stream[number << 6 : (number + 1) << 6])
            number = self._mini_fat[number]
        return b"".join(parts)[: entry.size]
