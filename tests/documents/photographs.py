"""Photographs of a printed page on a table, drawn: where its corners really are is known."""

from __future__ import annotations

import math
import random
from functools import cache

import PIL.Image
import PIL.ImageChops
import PIL.ImageDraw
import PIL.ImageFilter

from documents.demo_files import pages
from documents.demo_files.blocks import blocks_of
from documents.extraction.readers.sheets import homography

SIZE = (1500, 2000)
WOOD = (126, 94, 62)
WORDS = (
    "Le conseil municipal, après en avoir délibéré, approuve la convention relative à la "
    "réfection de la toiture de l’école des Tilleuls et autorise le maire à la signer."
)


@cache
def printed(title: str = "Délibération du conseil municipal") -> PIL.Image.Image:
    """An A4 page with a title and enough words to fill half of it."""
    text = f"# {title}\n\n" + "\n\n".join([WORDS] * 8)
    return pages.sheets(pages.pdf(blocks_of(text), size=13))[0].convert("RGB")


def seen(
    *, tilt: float = 0.0, roll: float = 0.0, yaw: float = 0.0, away: float = 2300
) -> list[tuple[float, float]]:
    """The corners of an A4 sheet as a camera sees them; angles in radians, `away` in points."""
    found = []
    for across, down in ((-620, -877), (620, -877), (620, 877), (-620, 877)):
        x = across * math.cos(roll) - down * math.sin(roll)
        y = across * math.sin(roll) + down * math.cos(roll)
        far = y * math.sin(tilt)
        y *= math.cos(tilt)
        deep = x * math.sin(yaw) + far * math.cos(yaw)
        x = x * math.cos(yaw) - far * math.sin(yaw)
        scale = 1500 / (away + deep)
        found.append((SIZE[0] / 2 + scale * x, SIZE[1] / 2 + scale * y))
    return found


def photograph(
    corners: list[tuple[float, float]],
    *,
    page: PIL.Image.Image | None = None,
    table: tuple[int, int, int] = WOOD,
    shadow: int = 255,
) -> PIL.Image.Image:
    """The page lying with these corners; `shadow` is the light, of 255, left on one half."""
    page = page or printed()
    taken = PIL.Image.new("RGB", SIZE, table)
    width, height = page.size
    # From the photograph to the page: the inverse of what the product works out.
    laid = page.transform(
        SIZE,
        PIL.Image.Transform.PERSPECTIVE,
        homography(corners, [(0, 0), (width, 0), (width, height), (0, height)]),
        PIL.Image.Resampling.BICUBIC,
    )
    mask = PIL.Image.new("L", SIZE)
    PIL.ImageDraw.Draw(mask).polygon(corners, fill=255)
    taken.paste(laid, (0, 0), mask)
    light = PIL.Image.new("L", SIZE, 255)
    PIL.ImageDraw.Draw(light).polygon([(0, 0), (1050, 0), (450, 2000), (0, 2000)], fill=shadow)
    light = light.filter(PIL.ImageFilter.GaussianBlur(25))
    taken = PIL.ImageChops.multiply(taken, PIL.Image.merge("RGB", [light] * 3))
    dice = random.Random(2026)
    return PIL.Image.merge("RGB", [pages.grainy(band, dice, strength=14) for band in taken.split()])


def taken_with_position(image: PIL.Image.Image, *, lying: bool = False) -> bytes:
    """As a telephone writes it: a JPEG that says where it was taken, lying on its side or not."""
    exif = pages.phone_exif("2026:03:03 10:00:00")
    if lying:
        image = image.transpose(PIL.Image.Transpose.ROTATE_90)  # and EXIF says to turn it back
    else:
        exif[0x0112] = 1
    return pages.encoded(image, "JPEG", quality=88, exif=exif)
