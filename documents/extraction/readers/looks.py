"""What the pages of a PDF look like, so that two versions can be compared by eye."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
from PIL import Image

from documents.extraction.readers import Blob, Found, Request, Source, left_out, page, page_count
from documents.extraction.readers import pdf as pdf_reader

#: A page becomes so many greys across and down: a moved line is seen, a re-saved file is not.
ACROSS, DOWN = 24, 34
_DPI = 50


def read_pdf(source: Source, request: Request) -> Iterator[Found | Blob]:
    """The greys of each page, row by row, as hexadecimal: the "text" of the page."""
    with pdf_reader.opened(source) as document:
        total = len(document)
        yield page_count(total)
        cap = request.limits.max_pages
        for index in range(min(total, cap)):
            try:
                drawn = pdf_reader.rendered(document, index, _DPI, grey=True)
            except pypdfium2.PdfiumError:
                continue
            small = drawn.convert("L").resize((ACROSS, DOWN), Image.Resampling.BOX)
            yield page(index + 1, small.tobytes().hex())
        if total > cap:
            yield left_out("too_many_pages", cap=cap)
