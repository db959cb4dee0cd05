"""Plain text, CSV and HTML, decoded here.

Statistical detectors take short French texts for Central European ones, so the rule is fixed:
a byte order mark, else valid UTF-8, else Windows-1252, which every byte sequence satisfies.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

from documents.extraction.readers import Blob, Found, Request, Source, left_out, page, page_count

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TAG = re.compile(r"<[^>]{0,20000}>")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.I)


def decode(data: bytes, declared: str = "") -> str:
    """Text of `data`; `declared` is a charset named by the file, believed when it fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A UTF-8 file cut in the middle of its last letter is still UTF-8.
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8")
    if declared:
        try:
            return data.decode(declared)
        except (LookupError, ValueError):
            pass
    wide = _wide_without_mark(data)
    if wide:
        return data.decode(wide, "replace")
    return _from_windows(data)


def _from_windows(data: bytes) -> str:
    # Five bytes have no meaning in cp1252; browsers read them as the C1 controls, so do we.
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(_windows_sign(byte) for byte in data)


def _windows_sign(byte: int) -> str:
    return chr(byte) if byte in _UNUSED else bytes([byte]).decode("cp1252")


_UNUSED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))


def _wide_without_mark(data: bytes) -> str:
    """UTF-16 written without its mark shows as one zero byte out of two."""
    sample = data[:4000]
    if len(sample) < 4:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """The whole text as one page."""
    # Up to four bytes for one character: what is beyond could never be kept.
    cap = 4 * request.limits.max_text_chars + 8
    yield page_count(1)
    text = decode(source.head(cap)).replace("\r\n", "\n").replace("\r", "\n").strip()
    if text:
        yield page(1, text)
    if source.size > cap:
        yield left_out("too_much_text")


def read_xml(source: Source, request: Request) -> Iterator[Found | Blob]:
    """What stands between the tags: invoices, payment flows, flat OpenDocument files."""
    cap = 4 * request.limits.max_text_chars + 8
    yield page_count(1)
    text = html.unescape(_TAG.sub(" ", decode(source.head(cap))))
    lines = filter(None, (" ".join(line.split()) for line in text.splitlines()))
    words = "\n".join(lines)
    if words:
        yield page(1, words)
    if source.size > cap:
        yield left_out("too_much_text")


def read_html(source: Source, request: Request) -> Iterator[Found | Blob]:
    """The words of a web page, without its scripts and styles."""
    from documents.extraction.readers.office import html_text

    data = source.whole()
    declared = _CHARSET.search(data[:4096])
    text = decode(data, declared[1].decode("ascii") if declared else "")
    yield page_count(1)
    words = html_text(text)
    if words:
        yield page(1, words)
