"""What portals hand out: archives of files, and XML that carries a PDF inside.

Pure but for reading the file given. Everything is bounded before it is unpacked: an archive that
lies about its sizes is stopped while it is being read.
"""

from __future__ import annotations

import base64
import binascii
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from xml.parsers import expat

MOST_FILES = 200
MOST_BYTES = 500 * 1024 * 1024
_RATIO = 250  # unpacked to packed; an honest office file stays under 100
_LONGEST_XML = 60 * 1024 * 1024
_SMALLEST_PDF = 200
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")

# What the first element of an XML says it is. Folded names, the more precise first.
_ROOTS = (
    ("cppfactures", "Factures Chorus Pro"),
    ("crossindustryinvoice", "Facture électronique (CII)"),
    ("invoice", "Facture électronique (UBL)"),
    ("creditnote", "Avoir électronique (UBL)"),
    ("pes_aller", "Flux Hélios PES aller"),
    ("pes_retour", "Flux Hélios PES retour"),
    ("pes_acquit", "Acquit Hélios"),
    ("aractes", "Accusé de réception de la préfecture (ACTES)"),
    ("aracte", "Accusé de réception de la préfecture (ACTES)"),
    ("enveloppe", "Enveloppe ACTES"),
    ("acte", "Acte transmis (ACTES)"),
    ("comedec", "Échange COMEDEC (ANTS)"),
    ("donneesetatcivil", "Échange COMEDEC (ANTS)"),
)


class Suspicious(Exception):
    """The archive asks for more than is reasonable; nothing more is taken out of it."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One file of an archive: its bare name, and its bytes as a stream that counts."""

    name: str
    source: IO[bytes]


class _Counted:
    """A stream that refuses to give more than it announced or than is left for the archive."""

    def __init__(self, source: IO[bytes], most: int) -> None:
        self._source, self.left = source, most

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise Suspicious
        return data


def entries(path: Path) -> Iterator[Unpacked]:
    """The files of a ZIP, folders left out, names without their way. Raises Suspicious.

    Closed ones (a password) and damaged ones raise zipfile.BadZipFile or RuntimeError.
    """
    with zipfile.ZipFile(path) as archive:
        files = [entry for entry in archive.infolist() if not entry.is_dir()]
        packed = max(path.stat().st_size, 1)
        whole = sum(entry.file_size for entry in files)
        if len(files) > MOST_FILES or whole > MOST_BYTES or whole > _RATIO * packed + 10_000_000:
            raise Suspicious
        left = MOST_BYTES
        for entry in files:
            name = PurePosixPath(entry.filename.replace("\\", "/")).name
            if not name or name.startswith(("._", ".DS_Store")) or entry.file_size == 0:
                continue
            with archive.open(entry) as source:
                counted = _Counted(source, min(left, entry.file_size))
                yield Unpacked(name, counted)  # type: ignore[arg-type]
                left -= entry.file_size


@dataclass(frozen=True, slots=True)
class PortalXml:
    """What an XML file is, in French, and the PDFs that it carries."""

    label: str
    pdfs: tuple[bytes, ...]


class _Reader:
    def __init__(self) -> None:
        self.root = ""
        self.pdfs: list[bytes] = []
        self._text: list[str] = []
        self._size = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.root = self.root or name.rpartition(":")[2].casefold()
        self._text, self._size = [], 0

    def data(self, text: str) -> None:
        self._size += len(text)
        if self._size <= _LONGEST_XML:
            self._text.append(text)

    def end(self, _name: str) -> None:
        said = "".join(self._text).strip()
        self._text, self._size = [], 0
        if len(self.pdfs) >= 20 or len(said) < _SMALLEST_PDF or not said.startswith("JVBERi0"):
            return
        raw = said.encode("ascii", "ignore")
        if _BASE64.fullmatch(raw):
            try:
                self.pdfs.append(base64.b64decode(raw))
            except binascii.Error:
                return


def read_portal_xml(data: bytes) -> PortalXml:
    """What it is and what it carries; nothing for what is not an XML of a portal we know.

    A document type is refused: entities are how an XML of a few bytes fills a memory.
    """
    if len(data) > _LONGEST_XML:
        return PortalXml("", ())
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.data
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, Suspicious, ValueError, LookupError):
        return PortalXml("", ())
    label = next((label for root, label in _ROOTS if reader.root == root), "")
    return PortalXml(label, tuple(reader.pdfs))


def _refuse(*_: object) -> None:
    raise Suspicious
