"""What an exported tree says of itself. Lines of JSON, one thing per line, so that a commune of a
hundred thousand documents is written and read without being held whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from config.lib.storage import CHUNK, Readable
from config.lib.text import clean_name

FORMAT = "parvis-tree"
#: 2 adds the register of the post, deadlines, opinions, holds and what folders say of comments.
FORMAT_VERSION = 2

HEADER = "manifeste.json"
FOLDERS = "dossiers.jsonl"
DOCUMENTS = "documents.jsonl"
REGISTER = "courrier.jsonl"
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


#: The longest line that is read: a document with all that hangs on it.
_LONGEST_LINE = 64 * 1024 * 1024


def rows(source: Readable) -> Iterator[Row]:
    """The rows of a file of lines, one at a time. Raises NotAManifest on what is not one."""
    held = b""
    while chunk := source.read(CHUNK):
        *whole, held = (held + chunk).split(b"\n")
        if len(held) > _LONGEST_LINE:
            raise NotAManifest("a line has no end")
        for raw in whole:
            if raw.strip():
                yield parsed(raw)
    if held.strip():
        yield parsed(held)


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
    version = header.get("version")
    if not isinstance(version, int) or version < 1:
        raise NotAManifest("its format has no number")
    if version > FORMAT_VERSION:
        raise NotAManifest(
            f"Cet export a été fait par une version plus récente de Parvis (format {version} ; "
            f"celle-ci lit jusqu’au format {FORMAT_VERSION}). Mettez d’abord Parvis à jour ici."
        )


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


def read_day(value: str) -> date:
    """A local day, ISO 8601. Raises NotAManifest."""
    try:
        return date.fromisoformat(value)
    except ValueError as broken:
        raise NotAManifest(value) from broken


def read_day_if_any(value: str | None) -> date | None:
    """The same, where there may be none."""
    return read_day(value) if value else None


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
