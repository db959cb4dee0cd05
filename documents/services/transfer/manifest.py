"""What an exported tree says of itself. Lines of JSON, one thing per line, so that a commune of a
hundred thousand documents is written and read without being held whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from config.lib.text import clean_name

FORMAT = "parvis-tree"
FORMAT_VERSION = 1

HEADER = "manifeste.json"
FOLDERS = "dossiers.jsonl"
DOCUMENTS = "documents.jsonl"
CHECKSUMS = "SHA256SUMS"
FILES = "fichiers"
OLDER = "versions"

#: One line of a manifest. Keys are in docs/transfer.md.
Row = dict[str, Any]

_WINDOWS = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class NotAManifest(ValueError):
    """Not an export of ours, or of a later format than this one knows."""


def line(row: Row) -> bytes:
    """One row as written."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def rows(source: IO[bytes]) -> Iterator[Row]:
    """The rows of a file of lines. Raises NotAManifest on what is not one."""
    for raw in source:
        if raw.strip():
            yield parsed(raw)


def parsed(raw: bytes) -> Row:
    """One JSON object. Raises NotAManifest."""
    try:
        row = json.loads(raw)
    except ValueError as broken:
        raise NotAManifest(str(broken)) from broken
    if not isinstance(row, dict):
        raise NotAManifest("an object was expected")
    return row


def check_header(header: Row) -> None:
    """Raises NotAManifest when this is not a tree that we can read."""
    if header.get("format") != FORMAT:
        raise NotAManifest("not an exported tree")
    if header.get("version") != FORMAT_VERSION:
        raise NotAManifest(f"format {header.get('version')} is not known here")


def moment(value: datetime | None) -> str | None:
    """A moment as written: ISO 8601 with its offset."""
    return value.isoformat() if value else None


def read_moment(value: str | None) -> datetime | None:
    """The reverse. Raises NotAManifest."""
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError as broken:
        raise NotAManifest(value) from broken
    if at.tzinfo is None:
        raise NotAManifest(f"{value} has no offset")
    return at


def name_of(uid: UUID | None) -> str | None:
    """An identifier as written."""
    return str(uid) if uid else None


class Names:
    """File names for the archive: ours may hold what Windows refuses, and may then meet."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def place(self, folder: str, name: str) -> str:
        """A path that no other file of the archive has."""
        stem, dot, extension = portable(name).rpartition(".")
        if not stem:
            stem, dot, extension = portable(name), "", ""
        number = 1
        while True:
            suffix = f" ({number})" if number > 1 else ""
            path = f"{folder}/{stem}{suffix}{dot}{extension}"
            if path.casefold() not in self._taken:
                self._taken.add(path.casefold())
                return path
            number += 1


def portable(name: str) -> str:
    """A name that every system can hold: no reserved character, word or ending."""
    plain = _WINDOWS.sub("_", clean_name(name)).rstrip(". ")
    return f"_{plain}" if not plain or _RESERVED.match(plain) else plain
