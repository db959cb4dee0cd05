"""A ZIP written while it is sent: never whole in memory, never on the disk.

Names come from anybody, and the archive will be opened on Windows: nothing in it may climb out of
its folder, look like another name, or be refused there.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from config.lib.text import clean_name

CHUNK = 256 * 1024
LONGEST = 150  # characters of one name: a path of several must stay under Windows' 260
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.I)


class Opens(Protocol):
    """Where bytes are kept, by key."""

    def open(self, key: str) -> IO[bytes]: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive, or a folder when it has no key. `at` is local time."""

    path: str
    key: str
    size: int
    at: datetime


def safe_name(name: str) -> str:
    """A name that any system takes as the name of one file, here: never empty, "." or ".."."""
    safe = _FORBIDDEN.sub("-", clean_name(name)).strip(". ")
    if _RESERVED.match(safe):
        safe = f"_{safe}"
    if len(safe) > LONGEST:
        stem, dot, extension = safe.rpartition(".")
        if not dot or len(extension) > 10:
            stem, extension = safe, ""
        safe = f"{stem[: LONGEST - len(extension) - 1].rstrip('. ')}{dot if extension else ''}"
        safe += extension
    return safe or "sans nom"


class Names:
    """Names already given in each folder of the archive: a second one gets a number.

    Case does not count: "Plan.pdf" and "plan.pdf" are one file on Windows.
    """

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, above: str, name: str) -> str:
        """The path of a new entry under `above` ("" for the top)."""
        safe = safe_name(name)
        stem, dot, extension = safe.rpartition(".")
        if not dot or not stem:
            stem, extension = safe, ""
        number, path = 1, f"{above}{safe}"
        while path.casefold() in self._given:
            number += 1
            path = f"{above}{stem} ({number}){'.' + extension if extension else ''}"
        self._given.add(path.casefold())
        return path


class _Sink:
    """What zipfile writes to; emptied at each step."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is held."""

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def stream(
    entries: Iterable[Entry],
    store: Opens,
    *,
    note_name: str,
    note: Iterable[str],
    missing: str,
) -> Iterator[bytes]:
    """The archive, in pieces. What cannot be read is left out and written in a note inside.

    `note` holds the lines already known; `missing` is the line of a file whose bytes are gone,
    with `{path}`. The note is there only when it has something to say.
    """
    sink, lines = _Sink(), list(note)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(entry.path, _when(entry.at))
            info.compress_type, info.file_size = zipfile.ZIP_DEFLATED, entry.size
            info.external_attr = 0o644 << 16
            if not entry.key:
                info.external_attr = (0o755 << 16) | 0x10
                archive.writestr(info, b"", zipfile.ZIP_STORED)
                yield sink.take()
                continue
            try:
                source = store.open(entry.key)
            except FileNotFoundError:
                lines.append(missing.format(path=entry.path))
                continue
            # The level of the archive is not that of an entry given by its own description.
            info._compresslevel = 1  # type: ignore[attr-defined]
            with source, archive.open(info, "w") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    if data := sink.take():
                        yield data
            yield sink.take()
        if lines:
            text = "\r\n".join(lines) + "\r\n"
            archive.writestr(note_name, b"\xef\xbb\xbf" + text.encode())
    yield sink.take()


def _when(at: datetime) -> tuple[int, int, int, int, int, int]:
    """A date that the format can hold (from 1980 on)."""
    return (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
