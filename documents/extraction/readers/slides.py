"""OpenDocument presentations and drawings, which kreuzberg does not read: one page per slide."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

from documents.extraction.readers import (
    Blob,
    Found,
    Request,
    Source,
    Unreadable,
    archives,
    left_out,
    page,
    page_count,
)

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_PAGE = _SPACE % "drawing" + "page"
_TEXT = _SPACE % "text"
_PARAGRAPHS = frozenset({_TEXT + "p", _TEXT + "h"})
_GAPS = {_TEXT + "s": " ", _TEXT + "tab": "\t", _TEXT + "line-break": "\n"}


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """Words of each slide, notes included, in their order in the file."""
    with archives.opened(source, request.limits) as archive:
        if archives.is_encrypted(archive):
            raise Unreadable("office_password")
        try:
            with archive.open("content.xml") as content:
                texts = list(_slides(content, request.limits.max_pages + 1))
        except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, zlib.error, EOFError):
            raise Unreadable("damaged") from None
    cap = request.limits.max_pages
    yield page_count(len(texts))
    for number, text in enumerate(texts[:cap], start=1):
        if text:
            yield page(number, text)
    if len(texts) > cap:
        yield left_out("too_many_pages", cap=cap)


def _slides(content: IO[bytes], cap: int) -> Iterator[str]:
    # Expat expands no outside entity, and refuses inner ones that swell beyond reason.
    for _event, element in ElementTree.iterparse(content):  # noqa: S314
        if element.tag == _PAGE:
            yield "\n".join(filter(None, map(_words, _paragraphs(element))))
            element.clear()
            cap -= 1
            if cap <= 0:
                return


def _paragraphs(slide: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return (element for element in slide.iter() if element.tag in _PARAGRAPHS)


def _words(paragraph: ElementTree.Element) -> str:
    parts = [paragraph.text or ""]
    for element in paragraph.iter():
        if element is paragraph:
            continue
        parts += [_GAPS.get(element.tag, ""), element.text or "", element.tail or ""]
    return "".join(parts).strip()
