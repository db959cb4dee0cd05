"""A page photographed with a telephone, made readable: straightened, upright, evenly lit.

What comes out is drawn again: neither position, nor date, nor anything but the pixels.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from typing import Any

import PIL.Image
import PIL.ImageChops
import PIL.ImageFilter
import PIL.ImageMath

from documents.extraction.readers import Blob, Found, Request, Source, images, ocr
from documents.extraction.readers.edges import Corners, Point, sheet_corners

A4_RATIO = math.sqrt(2)
_A4_LIKE = 0.09  # how far from it, in share, a sheet may measure and still be one
_LONGEST = 2800  # points of the longer side of a page: A4 at 240 dpi
_LOADED = 5000  # points: a larger photograph is brought down to this first
_MARGIN = 0.004  # share of a side left out, so that no table shows along the sheet
_DARKEST = 0.4  # paper in the deepest shadow, as a share of the brightest paper
_WHITE = 250
_TELEPHONE = 0.75  # focal length of a telephone's main lens, in longer sides of its pictures
_TOLD = 0.05  # perspective below which it does not tell the focal length


def straightened(source: Source, request: Request) -> Iterator[Found | Blob]:
    """One page, as JPEG. Without a sheet in it, the whole picture, turned the right way up."""
    with images.opened(source, request.media_type, request.limits) as image:
        image.draft("RGB", (_LOADED, _LOADED))
        taken = images.on_paper(images.frame(image, 1, request.limits))
    taken.thumbnail((_LOADED, _LOADED), PIL.Image.Resampling.LANCZOS)
    corners = sheet_corners(taken)
    page = flattened(taken, corners) if corners else taken
    page.thumbnail((_LONGEST, _LONGEST), PIL.Image.Resampling.LANCZOS)
    turn, trust = ocr.turn_to_read(page, request.limits.ocr_page_seconds)
    if turn is not None:
        page = page.transpose(turn)
    # A page that fills the picture shows no edge, but its words are there.
    is_page = corners is not None or trust >= ocr.SURE
    if is_page:
        page = evenly_lit(_levelled(page))
    buffer = io.BytesIO()
    clean = PIL.Image.new("RGB", page.size)
    clean.paste(page)
    clean.save(buffer, "JPEG", quality=80, optimize=True)
    details = {"width": clean.width, "height": clean.height, "sheet": int(corners is not None)}
    yield Blob("image/jpeg", buffer.getvalue(), details)


def flattened(image: PIL.Image.Image, corners: Corners) -> PIL.Image.Image:
    """The sheet seen from right above, of its own proportions; A4 exactly when it is about that."""
    a, b, c, d = _from_the_top_left(corners)
    wide = max(math.dist(a, b), math.dist(d, c))
    high = max(math.dist(a, d), math.dist(b, c))
    ratio = _ratio((a, b, c, d), image.size) or wide / high
    for known in (1 / A4_RATIO, A4_RATIO):
        if abs(ratio / known - 1) <= _A4_LIKE:
            ratio = known
    longest = min(_LONGEST, round(max(wide, high)))
    size = (round(longest * min(1, ratio)), round(longest * min(1, 1 / ratio)))
    return image.transform(
        size,
        PIL.Image.Transform.PERSPECTIVE,
        homography([(0, 0), (size[0], 0), size, (0, size[1])], _inset((a, b, c, d))),
        PIL.Image.Resampling.BICUBIC,
    )


def _from_the_top_left(corners: Corners) -> Corners:
    """The same corners, clockwise on the screen, from the one nearest to the top left."""
    first = min(range(4), key=lambda rank: sum(corners[rank]))
    a, b, c, d = (corners[(first + rank) % 4] for rank in range(4))
    return a, b, c, d


def _inset(corners: Corners) -> Corners:
    mx, my = (sum(corner[axis] for corner in corners) / 4 for axis in (0, 1))
    kept = 1 - 2 * _MARGIN
    a, b, c, d = ((mx + (x - mx) * kept, my + (y - my) * kept) for x, y in corners)
    return a, b, c, d


def _ratio(corners: Corners, size: tuple[int, int]) -> float | None:
    """Width over height of the real sheet, from its perspective; None for corners in a line.

    Zhang and He, "Whiteboard scanning and image enhancement", 2007, equations 11 to 20: the optical
    centre is taken in the middle of the picture, and the focal length deduced when the perspective
    tells it plainly; otherwise it is a telephone's.
    """
    mx, my = size[0] / 2, size[1] / 2
    # Named as in the article: top left, top right, bottom left, bottom right.
    m1, m2, m4, m3 = ((x - mx, y - my, 1.0) for x, y in corners)
    below2, below3 = _dot(_cross(m2, m4), m3), _dot(_cross(m3, m4), m2)
    if not below2 or not below3:
        return None
    k2, k3 = _dot(_cross(m1, m4), m3) / below2, _dot(_cross(m1, m4), m2) / below3
    n2 = tuple(k2 * q - p for p, q in zip(m1, m2, strict=True))
    n3 = tuple(k3 * q - p for p, q in zip(m1, m3, strict=True))
    usual = (_TELEPHONE * max(size)) ** 2
    focal = usual
    if abs(n2[2]) > _TOLD and abs(n3[2]) > _TOLD:
        told = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2])
        focal = told if 0.5 * usual < told < 2 * usual else usual
    wide = (n2[0] ** 2 + n2[1] ** 2) / focal + n2[2] ** 2
    high = (n3[0] ** 2 + n3[1] ** 2) / focal + n3[2] ** 2
    return math.sqrt(wide / high) if high > 0 else None


def _cross(p: Sequence[float], q: Sequence[float]) -> tuple[float, float, float]:
    return p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]


def _dot(p: Sequence[float], q: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(p, q, strict=True))


def homography(made: Sequence[Point], source: Sequence[Point]) -> tuple[float, ...]:
    """The eight numbers with which Pillow fetches each point of the picture made, whose four
    corners come from those of the source."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(made, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for rank in range(8):
        pivot = max(range(rank, 8), key=lambda row: abs(rows[row][rank]))
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        lead = rows[rank][rank]
        rows[rank] = [value / lead for value in rows[rank]]
        for other in range(8):
            if other != rank and rows[other][rank]:
                factor = rows[other][rank]
                rows[other] = [
                    value - factor * own for value, own in zip(rows[other], rows[rank], strict=True)
                ]
    return tuple(row[8] for row in rows)


def _levelled(page: PIL.Image.Image) -> PIL.Image.Image:
    """The page turned by the few degrees that its lines lack to be level."""
    angle = ocr.skew(page.convert("L"))
    if abs(angle) < 0.4:
        return page
    border = page.resize((1, 1), PIL.Image.Resampling.BOX).getpixel((0, 0))
    return page.rotate(angle, PIL.Image.Resampling.BICUBIC, fillcolor=border)


def evenly_lit(page: PIL.Image.Image) -> PIL.Image.Image:
    """The page with white paper everywhere: what is brightest around each point is the paper.

    The shadow is divided out of each colour, so that ink in it keeps its depth and a lamp's yellow
    goes; what is far darker than any shadow is a picture on the page, and stays as dark as it is.
    """
    bands = []
    for band in page.split():
        small = band.resize(_reduced(band.size), PIL.Image.Resampling.BOX)
        # Ink is filled in with the paper around it; a shadow, wider, keeps its place.
        closed = small.filter(PIL.ImageFilter.MaxFilter(13)).filter(PIL.ImageFilter.MinFilter(13))
        paper = closed.filter(PIL.ImageFilter.GaussianBlur(2))
        floor = round(max(1, _brightest(paper) * _DARKEST))
        paper = paper.point([max(value, floor) for value in range(256)])
        paper = paper.resize(band.size, PIL.Image.Resampling.BICUBIC)
        bands.append(_divided(band, paper))
    return PIL.Image.merge("RGB", bands)


def _reduced(size: tuple[int, int]) -> tuple[int, int]:
    scale = 200 / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _brightest(paper: PIL.Image.Image) -> int:
    """The shade that one point in fifty exceeds."""
    left = paper.width * paper.height // 50
    for shade, points in reversed(list(enumerate(paper.histogram()))):
        left -= points
        if left <= 0:
            return shade
    return 0


def _divided(band: PIL.Image.Image, paper: PIL.Image.Image) -> PIL.Image.Image:
    def divide(given: dict[str, Any]) -> Any:
        share = given["float"](given["band"]) * _WHITE / given["float"](given["paper"])
        return given["convert"](given["min"](share, 255.0), "L")

    lit: PIL.Image.Image = PIL.ImageMath.lambda_eval(divide, band=band, paper=paper)
    # A touch of contrast: what was nearly paper becomes paper.
    return lit.point([min(255, max(0, round((value - 20) * 255 / 222))) for value in range(256)])
