"""Words of pictures, with Tesseract and its French model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import PIL.Image
import PIL.ImageChops
import PIL.ImageFilter
import PIL.ImageOps
import tesserocr

from documents.extraction.readers import (
    Blob,
    Found,
    Request,
    Source,
    Unreadable,
    images,
    left_out,
    page,
    page_count,
    remark,
)
from documents.extraction.readers import pdf as pdf_reader

MODEL_FOLDER = Path(__file__).resolve().parent.parent / "data"
_DPI = 300
_LONGEST_SIDE = 4200  # A4 at 300 dpi is 3508 points high
_SHORTEST_SIDE = 1000  # below, letters are too small: the picture is enlarged
SURE = 75  # mean confidence of Tesseract, in percent
_LEGIBLE = 50  # below, what is read is not text
_STANDING = (None, PIL.Image.Transpose.ROTATE_180)
_LYING = (PIL.Image.Transpose.ROTATE_90, PIL.Image.Transpose.ROTATE_270)
_A_FEW_WORDS = 20  # letters: fewer prove nothing
_STEEPEST = 6.0  # degrees looked at on each side for a crooked sheet
_WORTH_TURNING = 0.3
_UNEVEN = 60  # of 255: shades of grey between the brightest and the darkest paper
_OPAQUE = frozenset({"1", "L", "RGB", "CMYK", "YCbCr"})


class _PageTooSlow(Exception):
    pass


@cache
def _engine() -> tesserocr.PyTessBaseAPI:
    return tesserocr.PyTessBaseAPI(
        path=str(MODEL_FOLDER), lang="fra", psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
    )


def read_pdf(source: Source, request: Request) -> Iterator[Found | Blob]:
    """Words of the pages asked for, each drawn at 300 dpi."""
    with pdf_reader.opened(source) as document:
        total = len(document)
        yield page_count(total)
        drawings = (
            (number, lambda n=number: pdf_reader.rendered(document, n - 1, _DPI, grey=True))
            for number in request.pages or range(1, total + 1)
            if 1 <= number <= total
        )
        yield from _read_pages(drawings, request)


def read_image(source: Source, request: Request) -> Iterator[Found | Blob]:
    """Words of an image, or of the pages of a TIFF."""
    with images.opened(source, request.media_type, request.limits) as image:
        total = images.frame_count(image)
        yield page_count(total)
        drawings = (
            (number, lambda n=number: images.frame(image, n, request.limits))
            for number in request.pages or range(1, total + 1)
            if 1 <= number <= total
        )
        yield from _read_pages(drawings, request)


def _read_pages(drawings: Iterable, request: Request) -> Iterator[Found]:  # type: ignore[type-arg]
    limits = request.limits
    slow, damaged, words = 0, 0, 0
    reason: Unreadable | None = None
    for rank, (number, draw) in enumerate(drawings):
        if rank >= limits.max_ocr_pages:
            yield left_out("too_many_ocr_pages", cap=limits.max_ocr_pages)
            break
        try:
            text = recognise(draw(), limits.ocr_page_seconds)
        except _PageTooSlow:
            slow += 1
            continue
        except Unreadable as failed:
            damaged, reason = damaged + 1, failed
            continue
        if text:
            words += 1
            yield page(number, text)
    if damaged and not words:
        assert reason is not None  # noqa: S101 - damaged counts the reasons kept
        raise reason
    if damaged:
        yield left_out("damaged_pages", count=damaged)
    if slow:
        yield left_out("page_too_slow", count=slow)
    if not words and not slow:
        yield remark("unrecognised")


def recognise(image: PIL.Image.Image, seconds: float) -> str:
    """Words of one picture; raises when Tesseract needs more than `seconds`.

    When the words make no sense, the picture is tried lying on each side and upside down: the
    French model has no orientation detector, and its confidence tells well enough.
    """
    grey = _prepared(image)
    text, confidence = _recognise(grey, seconds)
    if confidence >= SURE:
        return text
    best, best_confidence = text, confidence
    turn, trust = _better_turn(grey, confidence, seconds)
    if turn is not None:
        best, _trust = _recognise(grey.transpose(turn), seconds)
        best_confidence = trust
    return best if best_confidence >= 30 else ""


def turn_to_read(image: PIL.Image.Image, seconds: float) -> tuple[PIL.Image.Transpose | None, int]:
    """The quarter turn that sets the words upright (None: as it is), and Tesseract's confidence.

    The confidence is 0 when there are too few words to tell. Never raises: a picture that takes
    too long stays as it is. Lines of text are recognised by their profile, as Tesseract reads some
    columns of letters too; only up and down are left to it.
    """
    small = _prepared(image)
    small.thumbnail((1800, 1800))
    lying = _profile(small.transpose(PIL.Image.Transpose.ROTATE_90)) > 1.5 * _profile(small)
    turns = _LYING if lying else _STANDING
    best: tuple[PIL.Image.Transpose | None, int] = (None, 0)
    try:
        for turn in turns:
            text, trust = _recognise(small if turn is None else small.transpose(turn), seconds)
            if len(text) > _A_FEW_WORDS and trust > best[1] + 8:
                best = turn, trust
            if best[1] >= SURE:
                break
    except _PageTooSlow:
        return None, 0
    return best if best[1] >= _LEGIBLE else (None, 0)


def _profile(grey: PIL.Image.Image) -> float:
    """How clearly lines of text lie level."""
    small = grey.copy()
    small.thumbnail((700, 700))
    ink = PIL.ImageOps.invert(small).point(lambda value: 255 if value > 110 else 0)
    return max(_sharpness(ink, angle) for angle in (-4.0, -2.0, 0.0, 2.0, 4.0))


def _better_turn(
    grey: PIL.Image.Image, confidence: int, seconds: float
) -> tuple[PIL.Image.Transpose | None, int]:
    small = grey.copy()
    small.thumbnail((1800, 1800))
    best_confidence, best_turn = confidence, None
    for turn in (
        PIL.Image.Transpose.ROTATE_90,
        PIL.Image.Transpose.ROTATE_270,
        PIL.Image.Transpose.ROTATE_180,
    ):
        tried, trust = _recognise(small.transpose(turn), seconds)
        if trust > best_confidence + 8 and len(tried) > _A_FEW_WORDS:
            best_confidence, best_turn = trust, turn
    return best_turn, best_confidence


def _recognise(grey: PIL.Image.Image, seconds: float) -> tuple[str, int]:
    engine = _engine()
    straight = _straightened(grey)
    engine.SetImageBytes(straight.tobytes(), straight.width, straight.height, 1, straight.width)
    engine.SetSourceResolution(_DPI)
    try:
        if not engine.Recognize(int(seconds * 1000)):
            raise _PageTooSlow
        return engine.GetUTF8Text().strip(), engine.MeanTextConf()
    finally:
        engine.Clear()


def _prepared(image: PIL.Image.Image) -> PIL.Image.Image:
    """Grey, of a size where letters are as tall as Tesseract likes, contrast stretched."""
    grey = image.convert("L") if image.mode in _OPAQUE else images.on_paper(image).convert("L")
    longest = max(grey.size)
    if longest > _LONGEST_SIDE:
        grey.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    elif 0 < longest < _SHORTEST_SIDE:
        grey = PIL.ImageOps.scale(grey, min(3.0, 2 * _SHORTEST_SIDE / longest))
    return PIL.ImageOps.autocontrast(_evenly_lit(grey), cutoff=1)


def _evenly_lit(grey: PIL.Image.Image) -> PIL.Image.Image:
    """A photographed sheet without its shadows and without the table around it.

    The paper is what is brightest near each point; the ink is what is missing from it.
    """
    small = grey.copy()
    small.thumbnail((400, 400))
    paper = small.filter(PIL.ImageFilter.MaxFilter(9)).filter(PIL.ImageFilter.GaussianBlur(6))
    shades = [shade for shade, points in enumerate(paper.histogram()) if points]
    if shades[-1] - shades[0] < _UNEVEN:
        return grey
    paper = paper.resize(grey.size, PIL.Image.Resampling.BILINEAR)
    return PIL.ImageChops.invert(PIL.ImageChops.subtract(paper, grey))


def _straightened(grey: PIL.Image.Image) -> PIL.Image.Image:
    """The picture turned so that its lines of text are level."""
    angle = skew(grey)
    if abs(angle) < _WORTH_TURNING:
        return grey
    return grey.rotate(angle, PIL.Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def skew(grey: PIL.Image.Image) -> float:
    """Degrees by which to turn the picture (counter-clockwise) to level its lines.

    Seen from the side, level lines of text make sharp peaks of ink: the best angle is the one
    where the profile of the rows varies most, looked for on a small copy, coarse then fine.
    """
    small = grey.copy()
    small.thumbnail((700, 700))
    ink = PIL.ImageOps.invert(small).point(lambda value: 255 if value > 110 else 0)
    coarse = max(_steps(0.0, _STEEPEST, 1.0), key=lambda angle: _sharpness(ink, angle))
    fine = max(_steps(coarse, 0.8, 0.2), key=lambda angle: _sharpness(ink, angle))
    level = _sharpness(ink, 0.0)
    return fine if _sharpness(ink, fine) > 1.05 * level else 0.0


def _steps(middle: float, reach: float, step: float) -> list[float]:
    count = round(reach / step)
    return [middle + step * rank for rank in range(-count, count + 1)]


def _sharpness(ink: PIL.Image.Image, angle: float) -> float:
    turned = ink.rotate(angle, PIL.Image.Resampling.NEAREST, fillcolor=0)
    profile = turned.resize((1, turned.height), PIL.Image.Resampling.BOX).tobytes()
    return float(sum((a - b) ** 2 for a, b in pairwise(profile)))
