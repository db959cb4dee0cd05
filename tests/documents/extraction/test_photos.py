"""A sheet photographed on a table comes back flat, upright, evenly lit, and says nothing else."""

import io
import math

import pikepdf
import PIL.Image
import PIL.ImageDraw
import PIL.ImageStat
import pytest

from documents.demo_files import pages
from documents.extraction import Picture, Problem, photo_pdf
from documents.extraction.readers import sheets
from documents.extraction.readers.edges import sheet_corners
from tests.documents.extraction.conftest import words_of
from tests.documents.photographs import photograph, printed, seen, taken_with_position

ANGLES = {
    "flat": {},
    "tilted": {"tilt": 0.4},
    "turned": {"roll": 0.2, "tilt": 0.2},
    "every way": {"tilt": 0.35, "roll": -0.15, "yaw": 0.25},
}
TABLES = {"wood, in shadow": ((126, 94, 62), 110), "pale": ((204, 200, 190), 255)}


def _gap(found, real):
    """The largest distance between a corner found and the real one nearest to it."""
    return max(min(math.dist(one, other) for other in real) for one in found)


@pytest.mark.parametrize("angles", ANGLES.values(), ids=ANGLES)
@pytest.mark.parametrize(("table", "shadow"), TABLES.values(), ids=TABLES)
def test_the_corners_come_back_within_six_points_of_2000(angles, table, shadow):
    corners = seen(**angles)

    found = sheet_corners(photograph(corners, table=table, shadow=shadow))

    assert found is not None
    assert _gap(found, corners) <= 6
    assert _gap(corners, found) <= 6


@pytest.mark.parametrize("angles", ANGLES.values(), ids=ANGLES)
def test_an_a4_seen_from_anywhere_is_an_a4(angles):
    image = photograph(seen(**angles))

    page = sheets.flattened(image, sheet_corners(image))

    assert page.height / page.width == pytest.approx(math.sqrt(2), abs=0.002)


def test_what_is_no_sheet_is_not_called_one():
    wall = PIL.Image.effect_noise((900, 1200), 60).convert("RGB")
    street = PIL.Image.linear_gradient("L").resize((900, 1200)).convert("RGB")
    PIL.ImageDraw.Draw(street).ellipse((100, 200, 700, 900), fill=(220, 220, 215))

    assert sheet_corners(wall) is None
    assert sheet_corners(street) is None
    assert sheet_corners(PIL.Image.new("RGB", (900, 1200), "white")) is None
    assert sheet_corners(PIL.Image.new("RGB", (12, 9))) is None


def test_a_shadow_goes_and_the_ink_stays():
    image = photograph(seen(tilt=0.2), shadow=110)
    page = sheets.flattened(image, sheet_corners(image)).convert("L")
    lit = sheets.evenly_lit(page.convert("RGB")).convert("L")
    foot = (0, round(lit.height * 0.8), lit.width, round(lit.height * 0.92))  # blank paper

    def spread(picture):
        low, high = picture.crop(foot).resize((20, 6), PIL.Image.Resampling.BOX).getextrema()
        return high - low

    assert spread(page) > 80
    assert spread(lit) < 25
    assert lit.getextrema()[0] < 60


@pytest.mark.parametrize("lying", [False, True], ids=["upright", "exif says to turn it"])
def test_a_photo_becomes_a_readable_page_without_its_position(pool, save, read, lying):
    original = taken_with_position(photograph(seen(tilt=0.3, roll=0.1), shadow=140), lying=lying)
    assert PIL.Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)

    page = pool.page_of_photo(save(original), "image/jpeg")

    assert isinstance(page, Picture)
    assert page.sheet
    assert page.height > page.width
    drawn = PIL.Image.open(io.BytesIO(page.data))
    assert dict(drawn.getexif()) == {}
    assert b"Exif" not in page.data
    content = photo_pdf.pdf_of([page], title="Délibération")
    assert b"Exif" not in content
    assert b"GPS" not in content
    assert "la toiture de l'école des tilleuls" in words_of(read(content, "photo.pdf"))


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_held_any_way_is_put_upright(pool, save, quarters):
    """The telephone lying flat above the table does not know where up is."""
    image = photograph(seen(tilt=0.1))
    for _ in range(quarters):
        image = image.transpose(PIL.Image.Transpose.ROTATE_90)

    page = pool.page_of_photo(save(pages.encoded(image, "JPEG")), "image/jpeg")

    drawn = PIL.Image.open(io.BytesIO(page.data)).convert("L")
    top, foot = drawn.height // 4, drawn.height * 3 // 4
    assert drawn.height > drawn.width
    # The title and the words are above, the foot of the page is blank.
    above = PIL.ImageStat.Stat(drawn.crop((0, 0, drawn.width, top))).mean[0]
    below = PIL.ImageStat.Stat(drawn.crop((0, foot, drawn.width, drawn.height))).mean[0]
    assert above < below - 3


def test_without_a_sheet_the_picture_is_whole_and_right_way_up(pool, save):
    scene = PIL.Image.new("RGB", (800, 600), (90, 120, 80))
    PIL.ImageDraw.Draw(scene).ellipse((500, 40, 780, 320), fill=(170, 60, 50))

    page = pool.page_of_photo(save(taken_with_position(scene, lying=True)), "image/jpeg")

    assert isinstance(page, Picture)
    assert not page.sheet
    assert (page.width, page.height) == (800, 600)
    drawn = PIL.Image.open(io.BytesIO(page.data))
    assert dict(drawn.getexif()) == {}
    red, green, _blue = drawn.getpixel((640, 180))
    assert red > green + 60


def test_a_heic_of_an_iphone_is_a_page_too(pool, save):
    page = pool.page_of_photo(save(pages.heic(photograph(seen(tilt=0.2)))), "image/heic")

    assert isinstance(page, Picture)
    assert page.sheet


@pytest.mark.parametrize(
    ("content", "media_type", "said"),
    [
        (pages.encoded(printed(), "JPEG")[:9000], "image/jpeg", "tronqué"),
        (b"\xff\xd8\xff" + b"nothing" * 50, "image/jpeg", "abîmé"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 400, "image/heic", "abîmé"),
        (b"%PDF-1.4", "application/pdf", "gardé tel quel"),
    ],
    ids=["cut", "not a jpeg", "not a heic", "pdf"],
)
def test_what_cannot_be_read_has_a_reason(pool, save, content, media_type, said):
    answer = pool.page_of_photo(save(content), media_type)

    assert isinstance(answer, Problem)
    assert said in answer.message_fr


def test_a_bomb_is_refused_before_its_points_are_drawn(pool, save):
    bomb = pages.encoded(PIL.Image.new("1", (30000, 30000)), "PNG")
    assert len(bomb) < 2_000_000

    answer = pool.page_of_photo(save(bomb), "image/png")

    assert isinstance(answer, Problem)
    assert answer.code == "image_too_big"


def test_the_pdf_has_a_page_for_each_picture_a4_where_it_should():
    def drawn(width, height):
        data = pages.encoded(PIL.Image.new("RGB", (width, height)), "JPEG")
        return Picture("image/jpeg", data, width, height)

    content = photo_pdf.pdf_of([drawn(500, 707), drawn(707, 500), drawn(400, 300)], title="Trois")

    with pikepdf.open(io.BytesIO(content)) as document:
        sizes = [[round(float(side)) for side in page.mediabox[2:]] for page in document.pages]
        assert document.docinfo["/Title"] == "Trois"
    assert sizes[:2] == [[595, 842], [842, 595]]
    wide, high = sizes[2]
    assert wide <= 842
    assert wide / high == pytest.approx(4 / 3, abs=0.01)
