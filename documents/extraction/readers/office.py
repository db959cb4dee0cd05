"""Office documents, with kreuzberg: without cache, OCR nor threads."""

from __future__ import annotations

import re
from collections.abc import Iterator

import kreuzberg

from documents.extraction.readers import (
    Blob,
    Found,
    Request,
    Source,
    Unreadable,
    archives,
    page,
    page_count,
)

_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
_MARKER = "\n\ue0ff{page_num}\ue0ff\n"
# Old presentations carry the prompts of their model, which nobody wrote.
_PLACEHOLDER = re.compile(
    r"^(?:Click to edit|Cliquez pour (?:modifier|éditer|ajouter)|Modifiez les? styles?)\b.*$\n*"
    r"|^(?:Second|Third|Fourth|Fifth|Sixth|Seventh) (?:Outline )?[Ll]evel$\n*"
    r"|^(?:Deuxième|Troisième|Quatrième|Cinquième|Sixième|Septième) niveau(?: de plan)?$\n*",
    re.M,
)
_MARKS = re.compile("\ue0ff\\d+\ue0ff")


def _configuration() -> kreuzberg.ExtractionConfig:
    return kreuzberg.ExtractionConfig(
        use_cache=False,  # its cache would leave confidential text on the disk
        enable_quality_processing=False,
        # Marked, since the pages it gives apart are empty in this version.
        pages=kreuzberg.PageConfig(insert_page_markers=True, marker_format=_MARKER),
        content_filter=kreuzberg.ContentFilterConfig(
            include_headers=True, include_footers=True, strip_repeating_text=False
        ),
        concurrency=kreuzberg.ConcurrencyConfig(max_threads=1),
    )


def _html_configuration() -> kreuzberg.ExtractionConfig:
    return kreuzberg.ExtractionConfig(
        use_cache=False,
        enable_quality_processing=False,
        output_format="html",
        concurrency=kreuzberg.ConcurrencyConfig(max_threads=1),
    )


_CONFIGURATION = _configuration()
_HTML_CONFIGURATION = _html_configuration()


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """Text of a document: one page, or one for each slide when the format has some."""
    content = _PLACEHOLDER.sub("", _content(source, request, _CONFIGURATION))
    texts = [text.strip() for text in _MARKS.split(content)]
    if len(texts) > 1 and not texts[0]:
        del texts[0]  # nothing comes before the first mark
    yield page_count(len(texts))
    for number, text in enumerate(texts, start=1):
        if text:
            yield page(number, text)


def read_html(source: Source, request: Request) -> Iterator[Found | Blob]:
    """A written text as HTML, one page: whoever shows it must clean it."""
    yield page_count(1)
    content = _content(source, request, _HTML_CONFIGURATION).strip()
    if content:
        yield page(1, content)


def _content(source: Source, request: Request, configuration: kreuzberg.ExtractionConfig) -> str:
    head = source.head(8)
    if head.startswith(_ZIP):
        with archives.opened(source, request.limits) as archive:
            if archives.is_encrypted(archive):
                raise Unreadable("office_password")
    elif head.startswith(_OLE):
        _refuse_encrypted_word(source)
    try:
        result = kreuzberg.extract_bytes_sync(
            source.whole(), request.media_type, config=configuration
        )
    except kreuzberg.ParsingError as error:
        raise _reason(source, error) from None
    return str(result.content)


def html_text(text: str) -> str:
    """The words of an HTML page."""
    result = kreuzberg.extract_bytes_sync(
        text.encode("utf-8", "replace"), "text/html", config=_CONFIGURATION
    )
    return result.content.strip()


def rtf_text(rtf: bytes) -> str:
    """The words of a text in RTF; none when it cannot be read."""
    try:
        result = kreuzberg.extract_bytes_sync(rtf, "application/rtf", config=_CONFIGURATION)
    except kreuzberg.ParsingError:
        return ""
    return result.content.strip()


def _reason(source: Source, error: Exception) -> Unreadable:
    said = str(error).lower()
    if "password" in said or "encrypt" in said:
        return Unreadable("office_password")
    return Unreadable("damaged")


def _refuse_encrypted_word(source: Source) -> None:
    """Word 97-2003 says at offset 10 of its main stream whether it is encrypted ([MS-DOC] FIB).

    The main stream starts at a sector boundary with the signature 0xA5EC.
    """
    position = source.data.find(b"\xec\xa5", 512, 512 + 1024 * 1024)
    while position != -1 and position % 512:
        position = source.data.find(b"\xec\xa5", position + 1, 512 + 1024 * 1024)
    if position != -1 and source.data[position + 11] & 1:
        raise Unreadable("office_password")
