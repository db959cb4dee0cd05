"""Outlook messages (.msg): a compound file [MS-CFB] with one stream for each property [MS-OXMSG].

Read here because a message without plain text, common inside an organisation, keeps its words in
HTML or in compressed RTF [MS-OXRTFCP] only.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from documents.extraction.readers import Blob, Found, Request, Source, Unreadable, page, page_count
from documents.extraction.readers.plain import decode

_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_MAX_ENTRIES = 20_000
_STREAM, _ROOT = 2, 5
_PROPERTY = re.compile(r"__substg1\.0_([0-9A-F]{4})(001E|001F|0102)")
_HEADERS = (
    ("0037", "Objet"),
    ("0C1A", "De"),
    ("5D01", "Adresse"),
    ("0E04", "À"),
    ("0E03", "Copie"),
)
_PLAIN, _HTML, _RTF = "1000", "1013", "1009"
_ATTACHED = ("3707", "3704")
_FIXED = "__properties_version1.0"
_HANDED_OVER, _DELIVERED = 0x00390040, 0x0E060040


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """One page: headers, body, names of the attachments; messages attached are read along."""
    try:
        properties = _properties(source)
    except (struct.error, IndexError, OverflowError):
        raise Unreadable("damaged") from None
    lines = [
        f"{french} : {' '.join(value.split())}"
        for tag, french in _HEADERS
        for value in _texts(properties, tag)
    ]
    sent = _sent_at(source)
    if sent:
        lines.append(f"Date : {sent}")
    lines += ["", *_bodies(properties)]
    names = [name for tag in _ATTACHED for name in _texts(properties, tag)]
    if names:
        lines += ["", "Pièces jointes : " + ", ".join(dict.fromkeys(names))]
    yield page_count(1)
    text = "\n".join(lines).strip()
    if text:
        yield page(1, text)


def _texts(properties: dict[str, list[tuple[str, bytes]]], tag: str) -> list[str]:
    found = []
    for kind, data in properties.get(tag, []):
        text = data.decode("utf-16-le", "replace") if kind == "001F" else decode(data)
        text = text.replace("\x00", "").replace("\r\n", "\n").strip()
        if text:
            found.append(text)
    return found


def _bodies(properties: dict[str, list[tuple[str, bytes]]]) -> list[str]:
    plain = _texts(properties, _PLAIN)
    if plain:
        return plain
    from documents.extraction.readers import office

    pages = _texts(properties, _HTML)
    if pages:
        return [office.html_text(text) for text in pages]
    packed = [data for _kind, data in properties.get(_RTF, [])]
    return [office.rtf_text(rtf) for rtf in map(unpacked_rtf, packed) if rtf]


def _properties(source: Source) -> dict[str, list[tuple[str, bytes]]]:
    """Type and bytes of each property of interest, from the whole file."""
    wanted = {tag for tag, _french in _HEADERS} | {_PLAIN, _HTML, _RTF, *_ATTACHED}
    file = _CompoundFile(source)
    found: dict[str, list[tuple[str, bytes]]] = {}
    for entry in file.entries:
        match = _PROPERTY.fullmatch(entry.name)
        if match and match[1] in wanted and entry.kind == _STREAM:
            found.setdefault(match[1], []).append((match[2], file.read(entry)))
    return found


def _sent_at(source: Source) -> str:
    """When it was handed over or else delivered, as a mail writes it; "" when it does not say.

    Fixed-length properties [MS-OXMSG] 2.4: 16 bytes each after a header, here a FILETIME
    (hundreds of nanoseconds since 1601, universal time).
    """
    file = _CompoundFile(source)
    table = next((entry for entry in file.entries if entry.name == _FIXED), None)
    if table is None:
        return ""
    data, found = file.read(table), {}
    for offset in range(32, len(data) - 15, 16):
        tag, _flags, value = struct.unpack_from("<IIQ", data, offset)
        found[tag] = value
    for tag in (_HANDED_OVER, _DELIVERED):
        if found.get(tag):
            try:
                instant = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=found[tag] / 10)
            except OverflowError:
                return ""
            return format_datetime(instant)
    return ""


class _CompoundFile:
    def __init__(self, source: Source) -> None:
        self._source = source
        head = source.head(512)
        self._shift, self._mini_shift = struct.unpack_from("<HH", head, 30)
        if self._shift not in (9, 12) or self._mini_shift != 6:
            raise Unreadable("damaged")
        directory, self._cutoff, mini_fat = struct.unpack_from("<I4xII", head, 48)
        self._fat = self._whole_fat(head)
        self.entries = list(self._entries(self._chain(directory)))
        root = next((entry for entry in self.entries if entry.kind == _ROOT), None)
        if root is None:
            raise Unreadable("damaged")
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

    def _entries(self, directory: bytes) -> Iterator[_Entry]:
        for offset in range(0, min(len(directory), _MAX_ENTRIES * _ENTRY) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, offset + 64)
            name = directory[offset : offset + max(0, min(length, 64) - 2)]
            start, size = struct.unpack_from("<II", directory, offset + 116)
            yield _Entry(name.decode("utf-16-le", "replace"), kind, start, size)

    def read(self, entry: _Entry) -> bytes:
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        parts, number = [], entry.start
        for _ in range((entry.size >> self._mini_shift) + 1):
            if number >= _LAST_SECTOR:
                break
            parts.append(self._mini_stream[number << 6 : (number + 1) << 6])
            number = self._mini_fat[number]
        return b"".join(parts)[: entry.size]


_RTF_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_MAX_RTF = 20_000_000


def unpacked_rtf(packed: bytes) -> bytes:
    """Bytes of a compressed RTF body; empty when it is not one."""
    if len(packed) < 16:
        return b""
    _size, raw_size, kind, _crc = struct.unpack_from("<II4sI", packed)
    body = packed[16:]
    if kind == b"MELA":
        return body[:raw_size]
    if kind != b"LZFu":
        return b""
    window = bytearray(_RTF_DICTIONARY.ljust(_WINDOW, b" "))
    write = len(_RTF_DICTIONARY)
    written = bytearray()
    for item in _tokens(body):
        if isinstance(item, int):
            signs: Iterable[int] = (item,)
        else:
            offset, length = item
            if offset == write:
                break  # the end mark: a reference to what is not written yet
            # Taken one by one: a reference may run into what it writes itself.
            signs = (window[(offset + rank) % _WINDOW] for rank in range(length))
        for sign in signs:
            window[write] = sign
            written.append(sign)
            write = (write + 1) % _WINDOW
        if len(written) >= min(raw_size, _MAX_RTF):
            break
    return bytes(written[:raw_size])


def _tokens(body: bytes) -> Iterator[int | tuple[int, int]]:
    """Letters, and references (offset, length), as the bits of each control byte announce."""
    position = 0
    while position < len(body):
        control = body[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                if position >= len(body):
                    return
                yield body[position]
                position += 1
            else:
                if position + 2 > len(body):
                    return
                reference = body[position] << 8 | body[position + 1]
                yield reference >> 4, (reference & 15) + 2
                position += 2
