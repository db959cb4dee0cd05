"""The square codes printed on the pages of a scan, with ZXing."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import zxingcpp

from documents.extraction.readers import Blob, Found, Request, Source, left_out, page, page_count
from documents.extraction.readers import pdf as pdf_reader

#: A first look at the resolution of an ordinary scan, then a finer one for a poor page.
_RESOLUTIONS = (150, 300)
_SQUARES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def read_pdf(source: Source, request: Request) -> Iterator[Found | Blob]:
    """For each page that bears codes, their texts, one a line. A page without gives nothing."""
    with pdf_reader.opened(source) as document:
        total = len(document)
        yield page_count(total)
        cap = request.limits.max_pages
        for index in range(min(total, cap)):
            try:
                found = _codes(document, index)
            except pypdfium2.PdfiumError:
                continue
            if found:
                yield page(index + 1, "\n".join(found))
        if total > cap:
            yield left_out("too_many_pages", cap=cap)


def _codes(document: pypdfium2.PdfDocument, index: int) -> list[str]:
    for dpi in _RESOLUTIONS:
        image = pdf_reader.rendered(document, index, dpi, grey=True)
        codes = zxingcpp.read_barcodes(
            image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
        texts = sorted({code.text for code in codes if code.valid and code.text})
        if texts:
            return texts
    return []
