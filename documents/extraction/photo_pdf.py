"""Pages drawn by the sandbox, put together as one PDF. Only their points go in."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf

from documents.extraction.pool import Picture

_A4 = (595.276, 841.89)  # points of 1/72 inch
_A4_RATIO = _A4[1] / _A4[0]


def pdf_of(pictures: Sequence[Picture], *, title: str) -> bytes:
    """One page for each picture, in order: A4, upright or lying, when the sheet has its
    proportions; otherwise as large as fits an A4."""
    with pikepdf.new() as document:
        document.Root.Lang = pikepdf.String("fr-FR")
        document.docinfo["/Title"] = title
        for picture in pictures:
            _add(document, picture)
        buffer = io.BytesIO()
        document.save(buffer)
    return buffer.getvalue()


def _add(document: pikepdf.Pdf, picture: Picture) -> None:
    wide, high = _page_size(picture.width, picture.height)
    image = document.make_stream(
        picture.data,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page = document.add_blank_page(page_size=(wide, high))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=image))
    drawing = f"q {wide:.3f} 0 0 {high:.3f} 0 0 cm /Photo Do Q"
    page.Contents = document.make_stream(drawing.encode())


def _page_size(width: int, height: int) -> tuple[float, float]:
    lying = width > height
    ratio = max(width, height) / max(1, min(width, height))
    short, long = (
        _A4 if abs(ratio / _A4_RATIO - 1) < 0.01 else (min(_A4[0], _A4[1] / ratio), _A4[1])
    )
    # Broader than A4 in proportion: the width is the limit.
    long = min(long, short * ratio)
    return (long, short) if lying else (short, long)
