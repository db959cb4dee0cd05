"""Text and pictures of PDF files, with PDFium."""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

from documents.extraction.readers import (
    Blob,
    Found,
    Request,
    Source,
    Unreadable,
    left_out,
    page,
    page_count,
    wants_ocr,
)

# Below this many letters a page may be a scan that only carries the stamp of the préfecture
# ("Envoyé en préfecture le… Reçu… ID…", about 120 letters) or a running header.
_STAMP_LETTERS = 400
_FEW_LETTERS = 16
_SCAN_SHARE = 0.5
_CURVES_OF_A_PAGE = 40
_MAX_OBJECTS = 400
_MAX_ANNOTATIONS = 1000
_MAX_ANNOTATION_BYTES = 200_000
_POINTS_PER_INCH = 72
_MAX_RENDERED_PIXELS = 24_000_000


@contextmanager
def opened(source: Source) -> Iterator[pypdfium2.PdfDocument]:
    """The document; `Unreadable` with its reason when PDFium cannot open it."""
    memory = (ctypes.c_ubyte * source.size).from_buffer(source.data)
    try:
        document = pypdfium2.PdfDocument(memory)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise Unreadable("password") from None
        raise Unreadable("truncated" if _is_cut(source) else "damaged") from None
    with closing(document):
        if pages == 0:
            raise Unreadable("truncated" if _is_cut(source) else "damaged")
        if document.get_formtype() != pdfium.FORMTYPE_NONE:
            document.init_forms()  # so that what was typed into a form is seen
        yield document


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """Text page by page; scanned pages are named for OCR."""
    with opened(source) as document:
        total = len(document)
        yield page_count(total)
        cap = request.limits.max_pages
        damaged = 0
        for index in range(min(total, cap)):
            try:
                text, scanned = _page_text(document, index)
            except pypdfium2.PdfiumError:
                damaged += 1
                continue
            if text:
                yield page(index + 1, text)
            if scanned:
                yield wants_ocr(index + 1)
        if total > cap:
            yield left_out("too_many_pages", cap=cap)
        if damaged:
            yield left_out("damaged_pages", count=damaged)
        if _is_cut(source):
            # PDFium rebuilt what it could: the pages that it lost are not counted anywhere.
            yield left_out("truncated")


def _is_cut(source: Source) -> bool:
    return b"%%EOF" not in source.tail(4096)


def _page_text(document: pypdfium2.PdfDocument, index: int) -> tuple[str, bool]:
    """Text of one page, and whether it looks like a scan."""
    with closing(document[index]) as sheet, closing(sheet.get_textpage()) as text_page:
        text = tidy(f"{text_page.get_text_bounded()}\n{_added_by_readers(document, sheet)}")
        letters = sum(map(str.isalnum, text))
        if letters >= _STAMP_LETTERS:
            return (text, False) if _is_language(text) else ("", True)
        return text, _looks_scanned(sheet, letters)


def _added_by_readers(document: pypdfium2.PdfDocument, sheet: pypdfium2.PdfPage) -> str:
    """What was typed over the page: values of form fields, notes and text boxes."""
    count = min(pdfium.FPDFPage_GetAnnotCount(sheet.raw), _MAX_ANNOTATIONS)
    said = []
    for index in range(count):
        note = pdfium.FPDFPage_GetAnnot(sheet.raw, index)
        if not note:
            continue
        try:
            said.append(_words_of_annotation(document, note))
        finally:
            pdfium.FPDFPage_CloseAnnot(note)
    return "\n".join(filter(None, said))


def _words_of_annotation(document: pypdfium2.PdfDocument, note: object) -> str:
    kind = pdfium.FPDFAnnot_GetSubtype(note)
    if kind in (pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_HIGHLIGHT):
        return _wide_string(
            lambda room, size: pdfium.FPDFAnnot_GetStringValue(note, b"Contents", room, size)
        )
    if kind == pdfium.FPDF_ANNOT_WIDGET and document.formenv:
        form = document.formenv.raw
        value = _wide_string(
            lambda room, size: pdfium.FPDFAnnot_GetFormFieldValue(form, note, room, size)
        )
        return "" if value in {"Off", "Yes", "On", "Oui"} else value  # boxes, ticked or not
    return ""


def _wide_string(fetch: Callable[[object, int], int]) -> str:
    """A string that PDFium copies, in UTF-16, where it is told; `fetch` gives its size in bytes."""
    size = min(fetch(None, 0), _MAX_ANNOTATION_BYTES)
    if size <= 2:
        return ""
    room = (ctypes.c_ushort * (size // 2))()
    fetch(room, size)
    return bytes(room).decode("utf-16-le", "replace").rstrip("\x00").strip()


def tidy(text: str) -> str:
    """Undo what PDFium writes for the page's layout: line ends, words cut at the end of a line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark in ("\ufffe", "\x02"):
        text = text.replace(mark + "\n", "").replace(mark, "")
    text = text.replace("\xad\n", "").replace("\xad", "")
    for ligature, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(ligature, letters)
    return text.strip()


def _is_language(text: str) -> bool:
    """False for the gibberish of fonts without a character table (private or missing signs)."""
    strange = sum(1 for sign in text if sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff")
    return strange * 5 < len(text)


def _looks_scanned(sheet: pypdfium2.PdfPage, letters: int) -> bool:
    """True when the words of the page are (also) in its images or drawn as curves."""
    width, height = sheet.get_size()
    pictured, curves, hidden_text = 0.0, 0, False
    for rank, item in enumerate(sheet.get_objects(max_depth=3)):
        if rank >= _MAX_OBJECTS:
            break
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            pictured += abs(right - left) * abs(top - bottom)
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH:
            curves += 1
        elif item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(item.raw)
            hidden_text |= mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
    if hidden_text and letters >= _FEW_LETTERS:
        # The scanner already recognised its words and laid them, invisible, under the picture.
        return False
    if letters < _FEW_LETTERS:
        return pictured > 0 or curves >= _CURVES_OF_A_PAGE
    return bool(pictured >= _SCAN_SHARE * width * height)


def rendered(document: pypdfium2.PdfDocument, index: int, dpi: int, *, grey: bool):  # type: ignore[no-untyped-def]
    """Page `index` as a Pillow image at `dpi`, less for a page so large that it would not fit."""
    with closing(document[index]) as sheet:
        width, height = sheet.get_size()
        scale = dpi / _POINTS_PER_INCH
        pixels = max(1.0, width * height) * scale * scale
        if pixels > _MAX_RENDERED_PIXELS:
            scale *= (_MAX_RENDERED_PIXELS / pixels) ** 0.5
        with closing(sheet.render(scale=scale, grayscale=grey)) as bitmap:
            return bitmap.to_pil().copy()


def picture(source: Source, request: Request) -> Iterator[Found | Blob]:
    """A page (option `page`, from 1) as a JPEG no larger than option `side`, for thumbnails."""
    side = request.options.get("side", 480)
    with opened(source) as document:
        index = min(max(request.options.get("page", 1), 1), len(document)) - 1
        width, height = document.get_page_size(index)
        dpi = max(8, math.ceil(_POINTS_PER_INCH * side / max(width, height, 1)))
        image = rendered(document, index, dpi, grey=False).convert("RGB")
    image.thumbnail((side, side))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82, optimize=True)
    yield Blob("image/jpeg", buffer.getvalue(), {"width": image.width, "height": image.height})
