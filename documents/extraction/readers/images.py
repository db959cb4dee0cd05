"""Photographs and scans saved as images."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import PIL.Image
import PIL.ImageOps
import pillow_heif

from documents.extraction.readers import (
    Blob,
    Found,
    Request,
    Source,
    Unreadable,
    left_out,
    page_count,
    wants_ocr,
)
from documents.extraction.results import Limits

# Our own check reads the announced size before any pixel is decoded, and says why it refuses.
PIL.Image.MAX_IMAGE_PIXELS = None
pillow_heif.register_heif_opener()

_FORMATS = {
    "image/jpeg": ["JPEG", "MPO"],
    "image/png": ["PNG"],
    "image/gif": ["GIF"],
    "image/tiff": ["TIFF"],
    "image/webp": ["WEBP"],
    "image/heic": ["HEIF"],
    "image/avif": ["AVIF", "HEIF"],
    "image/bmp": ["BMP"],
}


def opened(source: Source, media_type: str, limits: Limits) -> PIL.Image.Image:
    """The image, its pixels not decoded yet; `Unreadable` when it is too large or is not one."""
    formats = [name for name in _FORMATS[media_type] if _known(name)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = PIL.Image.open(io.BytesIO(source.whole()), formats=formats)
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Unreadable("damaged") from None
    width, height = image.size
    if width * height > limits.max_pixels:
        raise Unreadable("image_too_big", width=width, height=height)
    return image


def _known(name: str) -> bool:
    PIL.Image.init()
    return name in PIL.Image.OPEN


def frame_count(image: PIL.Image.Image) -> int:
    """Pages of a fax or scan in TIFF; an animation counts as one image."""
    return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1


def frame(image: PIL.Image.Image, number: int, limits: Limits) -> PIL.Image.Image:
    """Page `number` (from 1), decoded and turned as its camera says."""
    try:
        if number > 1:
            image.seek(number - 1)
            width, height = image.size
            if width * height > limits.max_pixels:
                raise Unreadable("image_too_big", width=width, height=height)
        image.load()
        return PIL.ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, EOFError, ZeroDivisionError) as error:
        cut = "truncated" in str(error).lower()
        raise Unreadable("truncated" if cut else "damaged") from None


def read(source: Source, request: Request) -> Iterator[Found | Blob]:
    """No text yet: every page of the image waits for OCR."""
    with opened(source, request.media_type, request.limits) as image:
        pages = frame_count(image)
    cap = request.limits.max_pages
    yield page_count(pages)
    for number in range(1, min(pages, cap) + 1):
        yield wants_ocr(number)
    if pages > cap:
        yield left_out("too_many_pages", cap=cap)


def picture(source: Source, request: Request) -> Iterator[Found | Blob]:
    """The image drawn again as JPEG, at most `side` points wide or high, without its metadata.

    Nothing of the original file survives but the pixels: neither position, nor hidden program.
    """
    side = request.options.get("side", 1600)
    with opened(source, request.media_type, request.limits) as image:
        image.draft("RGB", (side, side))
        drawn = on_paper(frame(image, request.options.get("page", 1), request.limits))
    drawn.thumbnail((side, side))
    clean = PIL.Image.new("RGB", drawn.size)
    clean.paste(drawn)
    buffer = io.BytesIO()
    clean.save(buffer, "JPEG", quality=85, optimize=True)
    details = {"width": clean.width, "height": clean.height}
    yield Blob("image/jpeg", buffer.getvalue(), details)


def on_paper(image: PIL.Image.Image) -> PIL.Image.Image:
    """The image in RGB, what was transparent being white as on a sheet."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    return PIL.Image.alpha_composite(PIL.Image.new("RGBA", layer.size, "white"), layer).convert(
        "RGB"
    )
