"""Pictures for the screen are drawn again; Office documents become PDF only where they can."""

import io
import os
from pathlib import Path

import PIL.Image
import pytest

from documents.demo_files import office, pages
from documents.demo_files.blocks import blocks_of
from documents.extraction import conversion, sandbox, sniff
from tests.documents.extraction.conftest import DEMO

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def drawn(pool, save):
    def draw(content, media_type, **options):
        picture = pool.picture(save(content), media_type, **{"side": 300} | options)
        return picture, None if picture is None else PIL.Image.open(io.BytesIO(picture.data))

    return draw


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, file in DEMO.items()
        if file.content[:5] == b"%PDF-" or name.endswith(("jpg", "png", "webp", "heic", "tiff"))
    ],
)
def test_every_picture_and_pdf_can_be_drawn(name, save, pool):
    path = save(DEMO[name].content)

    picture = pool.picture(path, sniff(path, name).media_type, side=300)

    assert picture.media_type == "image/jpeg"
    assert max(picture.width, picture.height) == 300


def test_a_photo_loses_its_position_and_stands_upright(drawn):
    original = PIL.Image.open(io.BytesIO(DEMO["IMG_2043.jpg"].content))
    assert original.getexif().get_ifd(0x8825)
    assert original.width > original.height

    _picture, image = drawn(DEMO["IMG_2043.jpg"].content, "image/jpeg")

    assert dict(image.getexif()) == {}
    assert image.width < image.height


def test_what_hides_after_the_pixels_is_gone(drawn):
    content = DEMO["IMG_2043.jpg"].content + b"<script>alert(1)</script>"

    picture, _image = drawn(content, "image/jpeg")

    assert b"script" not in picture.data


def test_transparent_parts_are_white(drawn):
    glass = pages.encoded(PIL.Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG")

    _picture, image = drawn(glass, "image/png")

    assert image.convert("RGB").getpixel((20, 20)) == (255, 255, 255)


def test_a_page_of_a_pdf_is_chosen_by_its_number(drawn):
    text = "\n".join(f"Alinéa {n} de la délibération." for n in range(200))
    content = pages.pdf(blocks_of(text))

    first, _ = drawn(content, "application/pdf", page=1)
    second, _ = drawn(content, "application/pdf", page=2)
    beyond, _ = drawn(content, "application/pdf", page=9999)

    assert first.data != second.data
    assert beyond is not None


@pytest.mark.parametrize("media_type", ["application/msword", "image/svg+xml", "text/html"])
def test_other_types_have_no_picture(media_type, drawn):
    assert drawn(b"<svg/>", media_type)[0] is None


def test_a_damaged_picture_has_no_preview(drawn):
    assert drawn(b"\x89PNG\r\n\x1a\nrubbish", "image/png")[0] is None


# --- Office to PDF: a program of ours stands for LibreOffice, inside the real walls ----------


@pytest.fixture
def program(tmp_path, monkeypatch):
    """`program(script)`: this shell script answers to the name of soffice."""

    def install(script):
        place = tmp_path / "bin"
        place.mkdir()
        (place / "soffice").write_text(f"#!/bin/sh\nfor source; do :; done\n{script}\n")
        (place / "soffice").chmod(0o755)
        monkeypatch.setenv("PATH", f"{place}:{os.defpath}")

    return install


@pytest.fixture
def letter(save):
    return save(office.docx(blocks_of("Bonjour")))


def test_without_libreoffice_there_is_no_pdf(letter, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")

    assert conversion.office_to_pdf(letter, WORD) is None


def test_the_pdf_is_what_the_program_made(letter, program):
    program('(printf "%%PDF-"; cat "$source") > "${source%.docx}.pdf"')

    assert conversion.office_to_pdf(letter, WORD) == b"%PDF-" + letter.read_bytes()


@pytest.mark.parametrize(
    "script",
    ["exit 1", 'echo hello > "${source%.docx}.pdf"', 'ln -s /etc/passwd "${source%.docx}.pdf"'],
    ids=["fails", "not a pdf", "a link elsewhere"],
)
def test_a_failed_conversion_gives_nothing(script, letter, program):
    program(script)

    assert conversion.office_to_pdf(letter, WORD) is None


def test_a_type_that_is_not_office_is_not_converted(letter, program):
    program('printf "%%PDF-" > "${source%.docx}.pdf"')

    assert conversion.office_to_pdf(letter, "text/html") is None


def test_a_conversion_that_hangs_is_ended_with_all_it_started(letter, program):
    program("sleep 1000.25 & wait")

    assert conversion.office_to_pdf(letter, WORD, seconds=1) is None
    left = [
        process
        for process in Path("/proc").glob("[0-9]*/cmdline")
        if _command_line(process) == b"sleep\x001000.25\x00"
    ]
    assert left == []


def _command_line(process):
    try:
        return process.read_bytes()
    except OSError:
        return b""


def test_a_document_reaches_neither_the_network_nor_our_files(
    letter, program, tmp_path, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    secret = tmp_path / "secret"
    secret.write_text("clé de signature")
    program(f"""
        out="${{source%.docx}}.pdf"
        printf "%%PDF-" > "$out"
        bash -c "exec 3<>/dev/tcp/127.0.0.1/9" 2>> "$out"
        cat {secret} >> "$out" 2>&1
        echo "env: $(env | sort | cut -d= -f1 | tr '\\n' ' ')" >> "$out"
    """)

    said = conversion.office_to_pdf(letter, WORD).decode()

    assert "Operation not permitted" in said
    assert "refused" not in said
    assert "DATABASE_URL" not in said
    assert ("clé de signature" in said) != sandbox.has_landlock()
