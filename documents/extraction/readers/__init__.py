"""Readers: one module per family of files, imported in the helper only when a file needs it."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from documents.extraction.results import Limits

Found = dict[str, Any]
Reader = Callable[["Source", "Request"], Iterator["Found | Blob"]]


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes to read, as a private copy-on-write mapping of the file."""

    size: int
    data: mmap.mmap

    def head(self, count: int) -> bytes:
        return self.data[:count]

    def tail(self, count: int) -> bytes:
        return self.data[max(0, self.size - count) :]

    def whole(self) -> bytes:
        return self.data[:]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of one file: a verb (a key of `_READERS`), its type, its pages."""

    verb: str
    media_type: str
    limits: Limits
    pages: tuple[int, ...] = ()
    options: dict[str, int] = field(default_factory=dict)

    @property
    def cpu_seconds(self) -> float:
        """CPU allowed for the whole request; OCR is allowed its time for each page."""
        if self.verb == "sheet":
            return self.limits.cpu_seconds + self.limits.ocr_page_seconds
        if self.verb == "codes":
            return self.limits.cpu_seconds + self.limits.ocr_wall_seconds / 2
        if self.verb != "ocr":
            return self.limits.cpu_seconds
        pages = min(len(self.pages) or self.limits.max_ocr_pages, self.limits.max_ocr_pages)
        return self.limits.cpu_seconds + pages * self.limits.ocr_page_seconds


@dataclass(frozen=True, slots=True)
class Blob:
    """A picture made from the file."""

    media_type: str
    data: bytes
    details: dict[str, int] = field(default_factory=dict)


class Unreadable(Exception):
    """The file cannot be read at all; `code` is one of `documents.extraction.problems`."""

    def __init__(self, code: str, **details: int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def page(number: int, text: str) -> Found:
    """Text of page `number` (from 1)."""
    return {"kind": "page", "number": number, "text": text}


def page_count(pages: int) -> Found:
    """Real number of pages of the file."""
    return {"kind": "count", "pages": pages}


def wants_ocr(number: int) -> Found:
    """Page `number` has an image and no usable text."""
    return {"kind": "ocr", "number": number}


def left_out(code: str, **details: int) -> Found:
    """Some text is missing for good: the result will be partial."""
    return {"kind": "problem", "code": code, "partial": True, **details}


def remark(code: str, **details: int) -> Found:
    """Something to say that takes no text away."""
    return {"kind": "problem", "code": code, **details}


_OFFICE = "office:read"
_IMAGE = "images:read"
_TEXT_READERS = {
    "application/pdf": "pdf:read",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _OFFICE,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _OFFICE,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": _OFFICE,
    "application/vnd.oasis.opendocument.text": _OFFICE,
    "application/vnd.oasis.opendocument.spreadsheet": _OFFICE,
    "application/vnd.oasis.opendocument.presentation": "slides:read",
    "application/vnd.oasis.opendocument.graphics": "slides:read",
    "application/msword": _OFFICE,
    "application/vnd.ms-excel": _OFFICE,
    "application/vnd.ms-powerpoint": _OFFICE,
    "application/rtf": _OFFICE,
    "application/vnd.ms-outlook": "outlook:read",
    "message/rfc822": "mail:read",
    "text/html": "plain:read_html",
    "text/plain": "plain:read",
    "text/csv": "plain:read",
    "text/calendar": "plain:read",
    "text/vcard": "plain:read",
    "application/xml": "plain:read_xml",
    "application/zip": "archives:read",
    "application/x-encrypted-office": "archives:refuse_encrypted",
    "image/jpeg": _IMAGE,
    "image/png": _IMAGE,
    "image/gif": _IMAGE,
    "image/tiff": _IMAGE,
    "image/webp": _IMAGE,
    "image/heic": _IMAGE,
    "image/avif": _IMAGE,
    "image/bmp": _IMAGE,
}
_OCR_READERS = {"application/pdf": "ocr:read_pdf"} | {
    media_type: "ocr:read_image" for media_type, name in _TEXT_READERS.items() if name == _IMAGE
}
_PICTURES = {"application/pdf": "pdf:picture"} | dict.fromkeys(
    (media_type for media_type, name in _TEXT_READERS.items() if name == _IMAGE), "images:picture"
)
_SHEETS = {
    media_type: "sheets:straightened"
    for media_type, name in _TEXT_READERS.items()
    if name == _IMAGE
}
_CODES = {"application/pdf": "codes:read_pdf"}
_LOOKS = {"application/pdf": "looks:read_pdf"}
_ATTACHED = {
    "application/vnd.ms-outlook": "outlook:attached",
    "message/rfc822": "mail:attached",
}
# Written texts, whose headings, lists and tables are wanted too.
_HTML_READERS = dict.fromkeys(
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
    ),
    "office:read_html",
)
_READERS = {
    "text": _TEXT_READERS,
    "html": _HTML_READERS,
    "ocr": _OCR_READERS,
    "picture": _PICTURES,
    "sheet": _SHEETS,
    "codes": _CODES,
    "looks": _LOOKS,
    "attached": _ATTACHED,
}

HTML_TYPES = frozenset(_HTML_READERS)
TEXT_TYPES = frozenset(_TEXT_READERS)
OCR_TYPES = frozenset(_OCR_READERS)
PICTURE_TYPES = frozenset(_PICTURES)
SHEET_TYPES = frozenset(_SHEETS)
MAIL_TYPES = frozenset(_ATTACHED)


def reader_for(request: Request) -> Reader:
    """The reader of this type for this verb; a type that has none is said to carry no text."""
    name = _READERS[request.verb].get(request.media_type)
    if name is None:
        raise Unreadable("no_text_kind")
    module, function = name.split(":")
    reader: Reader = getattr(import_module(f"documents.extraction.readers.{module}"), function)
    return reader
