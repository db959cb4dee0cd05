"""Where imported files come from: a folder of the server, a ZIP; and what nobody filed there."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from config.lib.storage import Readable
from config.lib.unpacking import Archive, Member

# What systems and programs leave behind: nobody filed these.
_LITTER = {"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", "__macosx", "$recycle.bin"}


class Item(Protocol):
    """One file or folder of a source."""

    @property
    def parts(self) -> tuple[str, ...]: ...
    @property
    def is_folder(self) -> bool: ...
    @property
    def size(self) -> int: ...
    @property
    def modified_at(self) -> datetime | None: ...


class Source(Protocol):
    """Where the files come from: folders before what they hold is not required."""

    def items(self) -> Iterator[Item]: ...
    def open(self, item: Item) -> Readable: ...


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A file or folder below the source folder. `problem` when it could not be looked at."""

    path: Path
    parts: tuple[str, ...]
    is_folder: bool
    size: int
    modified_at: datetime | None
    problem: str = ""


class FolderSource:
    """A folder of the server. Links are not followed: they may lead anywhere."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def items(self) -> Iterator[FileOnDisk]:
        yield from self._below(self.root, ())

    def _below(self, folder: Path, parts: tuple[str, ...]) -> Iterator[FileOnDisk]:
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            yield FileOnDisk(folder, parts, True, 0, None, "Ce dossier n’a pas pu être ouvert.")
            return
        for entry in entries:
            here = (*parts, _readable(entry.name))
            with suppress(FileNotFoundError):
                seen = entry.lstat()
                is_folder = stat.S_ISDIR(seen.st_mode)
                if not is_folder and not stat.S_ISREG(seen.st_mode):
                    continue
                changed = datetime.fromtimestamp(max(seen.st_mtime, 0), UTC)
                yield FileOnDisk(entry, here, is_folder, seen.st_size, changed)
                if is_folder:
                    yield from self._below(entry, here)

    def open(self, item: Item) -> Readable:
        assert isinstance(item, FileOnDisk)  # noqa: S101 - our own items
        return item.path.open("rb")


def _readable(name: str) -> str:
    """A name of the disk as text: bytes that are not UTF-8 were written by an old Windows."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode(errors="surrogateescape").decode("cp1252", errors="replace")
    return name


class ArchiveSource:
    """A ZIP; its times are those of the organisation's clock."""

    def __init__(self, archive: Archive, zone: str) -> None:
        self.archive, self.zone = archive, ZoneInfo(zone)

    def items(self) -> Iterator[Member]:
        for member in self.archive.members():
            at = member.modified_at
            yield replace(member, modified_at=at.replace(tzinfo=self.zone) if at else None)

    def open(self, item: Item) -> Readable:
        assert isinstance(item, Member)  # noqa: S101 - our own items
        return self.archive.open(item)


def is_litter(parts: tuple[str, ...]) -> bool:
    """Left by a system or an open program, not filed by anybody."""
    return any(
        part.casefold() in _LITTER or part.startswith(("~$", "._", ".~lock.")) for part in parts
    )
