"""Outlook messages (.msg): a compound file [MS-CFB] with one stream for each property [MS-OXMSG].

Read here because a message without plain text, common inside an organisation, keeps its words in
HTML or in compressed RTF [MS-OXRTFCP] only.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import islice

from documents.extraction.readers import Blob, Found, Request, Source, Unreadable, page, page_count
from documents.extraction.readers.compound import STORAGE, STREAM, CompoundFile, Entry
from documents.extraction.readers.mail import handed, listed
from documents.extraction.readers.plain import decode

_PROPERTY = re.compile(r"__substg1\.0_([0-9A-F]{4})(001E|001F|0102)")
_HEADERS = (
    ("0037", "Objet"),
    ("0C1A", "De"),
    ("5D01", "Adresse"),
    ("0E04", "À"),
    ("0E03", "Copie"),
)
_PLAIN, _HTML, _RTF = "1000", "1013", "1009"
_NAMES = ("3707", "3704", "3001")  # long, short, as shown
_BYTES, _MESSAGE = "__substg1.0_37010102", "__substg1.0_3701000D"
_ATTACHED = "__attach_version1.0_#"
_MOST_ATTACHED, _DEEPEST = 500, 4
_FIXED = "__properties_version1.0"
_HANDED_OVER, _DELIVERED = 0x00390040, 0x0E060040


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """One page: headers, body, names of the attachments; messages attached are read along."""
    try:
        file = CompoundFile(source)
        properties = _properties(file)
        sent = _sent_at(file)
        names = [_name(file, inside) for inside in _attached(file)]
    except (struct.error, IndexError, OverflowError):
        raise Unreadable("damaged") from None
    lines = [
        f"{french} : {' '.join(value.split())}"
        for tag, french in _HEADERS
        for value in _texts(properties, tag)
    ]
    if sent:
        lines.append(f"Date : {sent}")
    lines += ["", *_bodies(properties)]
    if names:
        lines += ["", listed(names)]
    yield page_count(1)
    text = "\n".join(lines).strip()
    if text:
        yield page(1, text)


def attached(source: Source, request: Request) -> Iterator[Found | Blob]:
    """One attached file: its name, then its bytes."""
    try:
        file = CompoundFile(source)
        inside = next(islice(_attached(file), request.options["rank"] - 1, None), None)
        if inside is None:
            raise Unreadable("no_such_piece")
        name, content = _name(file, inside), file.read(inside[_BYTES])
    except (struct.error, IndexError, OverflowError):
        raise Unreadable("damaged") from None
    yield from handed(name, content)


def _attached(file: CompoundFile) -> Iterator[dict[str, Entry]]:
    """What is known of each attached file, in order; those of messages attached stand in their
    place. A message attached is no file: its words are read along."""
    return islice(_attached_in(file, file.root, 0), _MOST_ATTACHED)


def _attached_in(file: CompoundFile, storage: Entry, depth: int) -> Iterator[dict[str, Entry]]:
    for name, entry in file.within(storage).items():
        if entry.kind != STORAGE or not name.startswith(_ATTACHED):
            continue
        inside = file.within(entry)
        if _BYTES in inside:
            yield inside
        elif _MESSAGE in inside and depth < _DEEPEST:
            yield from _attached_in(file, inside[_MESSAGE], depth + 1)


def _name(file: CompoundFile, inside: dict[str, Entry]) -> str:
    for tag in _NAMES:
        for kind in ("001F", "001E"):
            entry = inside.get(f"__substg1.0_{tag}{kind}")
            text = _decoded(kind, file.read(entry)) if entry else ""
            if text:
                return text
    return ""


def _decoded(kind: str, data: bytes) -> str:
    text = data.decode("utf-16-le", "replace") if kind == "001F" else decode(data)
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _texts(properties: dict[str, list[tuple[str, bytes]]], tag: str) -> list[str]:
    found = []
    for kind, data in properties.get(tag, []):
        text = _decoded(kind, data)
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


def _properties(file: CompoundFile) -> dict[str, list[tuple[str, bytes]]]:
    """Type and bytes of each property of interest, from the whole file."""
    wanted = {tag for tag, _french in _HEADERS} | {_PLAIN, _HTML, _RTF}
    found: dict[str, list[tuple[str, bytes]]] = {}
    for entry in file.entries:
        match = _PROPERTY.fullmatch(entry.name)
        if match and match[1] in wanted and entry.kind == STREAM:
            found.setdefault(match[1], []).append((match[2], file.read(entry)))
    return found


def _sent_at(file: CompoundFile) -> str:
    """When it was handed over or else delivered, as a mail writes it; "" when it does not say.

    Fixed-length properties [MS-OXMSG] 2.4: 16 bytes each after a header, here a FILETIME
    (hundreds of nanoseconds since 1601, universal time).
    """
    # The message's own: people and attached files have one each, under the same name.
    table = file.within(file.root).get(_FIXED)
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
