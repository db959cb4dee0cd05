"""A hostile or broken file fails alone, with its reason in French; the next one is read."""

import io
import random
import struct
import zipfile
import zlib
from dataclasses import replace

import pikepdf
import pytest

from documents.demo_files import mail, office, pages
from documents.demo_files.blocks import blocks_of
from documents.extraction import DEFAULT_LIMITS, ExtractionPool, State, sniff
from tests.documents.extraction.conftest import DEMO

PDF = pages.pdf(blocks_of("Délibération du conseil municipal\n" * 40))
DOCX = office.docx(blocks_of("Délibération du conseil municipal\n" * 400))
QUICK = replace(DEFAULT_LIMITS, cpu_seconds=1, wall_seconds=20)


@pytest.fixture(autouse=True)
def the_next_file_is_read(pool, save):
    """Holds for every test of this file."""
    yield
    found = pool.extract(save("Procès-verbal".encode()), "text/plain")
    assert [page.text for page in found.pages] == ["Procès-verbal"]


def locked(password="secret"):
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="o", user=password))
    return buffer.getvalue()


def png(width, height, *, colours=0):
    """A valid PNG header that announces these sizes, and next to nothing behind."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def compressed(name, megabytes):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(name, "w", force_zip64=True) as entry:
            for _ in range(megabytes):
                entry.write(bytes(1024 * 1024))
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def lying_about_its_size(content, name):
    """The same archive whose tables announce ten bytes for `name`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        real = struct.pack("<I", archive.getinfo(name).file_size)
    assert content.count(real) >= 1
    return content.replace(real, struct.pack("<I", 10))


def test_an_empty_file(read):
    found = read(b"", "a.pdf")

    assert (found.state, found.reason) == (State.FAILED, "Ce fichier est vide.")


def test_a_pdf_with_a_password(read):
    found = read(locked())

    assert found.state is State.FAILED
    assert found.reason == "Ce PDF est protégé par un mot de passe."
    assert not found.retryable


def test_a_pdf_that_only_forbids_printing_is_read(read):
    found = read(locked(password=""))

    assert found.state is State.INDEXED
    assert "conseil municipal" in found.pages[0].text


def test_an_opendocument_file_with_a_password(read):
    buffer = io.BytesIO(office.odt(blocks_of("secret")))
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["META-INF/manifest.xml"] = parts["META-INF/manifest.xml"].replace(
        b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
    )
    closed = io.BytesIO()
    with zipfile.ZipFile(closed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert read(closed.getvalue()).reason == "Ce document est protégé par un mot de passe."


def test_a_word_document_with_a_password(read):
    closed = mail.compound_file({"EncryptedPackage": bytes(200), "EncryptionInfo": bytes(80)})

    found = read(closed, "budget.docx")

    assert found.state is State.FAILED
    assert found.reason == "Ce document est protégé par un mot de passe."


@pytest.mark.parametrize(("content", "name"), [(PDF, "a.pdf"), (DOCX, "a.docx")])
def test_a_file_cut_in_the_middle(content, name, read):
    found = read(content[: len(content) * 2 // 3], name)

    assert "tronqué" in found.reason
    assert found.state in {State.FAILED, State.PARTIAL}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_picture_cut_in_the_middle(kind, read):
    whole = pages.encoded(pages.sheets(PDF)[0], kind)

    found = read(whole[: len(whole) // 2])

    assert found.state in {State.FAILED, State.PARTIAL, State.INDEXED}
    if found.state is State.FAILED:
        assert found.reason


def test_rubbish_after_a_good_signature(read):
    for start in (
        b"%PDF-1.7\n",
        b"\xff\xd8\xff\xe0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"PK\x03\x04",
    ):
        assert read(start + bytes(range(256)) * 40).state in {State.FAILED, State.NO_TEXT}


def test_more_pages_than_the_cap(read):
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages.pdf(blocks_of("Registre")))) as document:
        for _ in range(2003):
            document.pages.append(document.pages[0])
        document.save(buffer)

    found = read(buffer.getvalue())

    assert found.state is State.PARTIAL
    assert found.page_count == 2004
    assert len(found.pages) == 2000
    space = "\N{NO-BREAK SPACE}"
    assert found.reason == (f"Plus de 2{space}000 pages : les 2{space}000 premières sont indexées.")


def test_more_scanned_pages_than_the_cap(pool, save):
    scan = pages.scanned_pdf([pages.cropped(sheet) for sheet in pages.sheets(PDF, dpi=80)] * 3)
    limits = replace(DEFAULT_LIMITS, max_ocr_pages=1)

    found = pool.ocr_pages(save(scan), "application/pdf", (1, 2), limits)

    assert [page.number for page in found.pages] == [1]
    assert found.reason == "Plus de 1 pages numérisées : les 1 premières sont lues."


def test_a_picture_of_sixty_thousand_points(read):
    found = read(png(60_000, 60_000), "a.png")

    assert found.state is State.FAILED
    space = "\N{NO-BREAK SPACE}"
    assert f"trop grande (60{space}000 × 60{space}000 points)" in found.reason


def test_a_spreadsheet_that_would_unfold_beyond_reason(read):
    found = read(compressed("xl/worksheets/sheet1.xml", 30), "a.xlsx")

    assert found.state is State.FAILED
    assert "démesurée" in found.reason


def test_a_bomb_that_lies_about_its_size_does_not_kill(pool, save):
    honest = compressed("xl/worksheets/sheet1.xml", 120)
    liar = lying_about_its_size(honest, "xl/worksheets/sheet1.xml")
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    found = pool.extract(save(liar), spreadsheet, QUICK)

    assert found.pages == ()


def test_an_xml_bomb_in_a_presentation(read):
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(12)
    )
    slides = io.BytesIO()
    with zipfile.ZipFile(slides, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
        archive.writestr("content.xml", f'<?xml version="1.0"?><!DOCTYPE x [{laughs}]><x>&l11;</x>')

    assert read(slides.getvalue()).state is State.FAILED


def test_an_xml_file_cannot_bring_a_file_of_the_server_in(read):
    buffer = io.BytesIO(office.odp([("Titre", ["texte"])]))
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(
        "<office:document-content",
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><office:document-content', 1,
    ).replace("texte", "&f;")  # fmt: skip
    hostile = io.BytesIO()
    with zipfile.ZipFile(hostile, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert "root:" not in "".join(page.text for page in read(hostile.getvalue()).pages)


def exponential_pdf(levels=26):
    """Each form draws the next one twice: 2 ** levels drawings in 4 kB."""
    document = pikepdf.new()
    form = document.make_stream(b"BT /F 8 Tf (x) Tj ET", Type=pikepdf.Name.XObject,
                                Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])  # fmt: skip
    for _ in range(levels):
        form = document.make_stream(
            b"/A Do /A Do /A Do",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 9, 9],
            Resources={"/XObject": {"/A": form}},
        )
    page = document.add_blank_page()
    page.Resources = pikepdf.Dictionary(XObject={"/A": form})
    page.Contents = document.make_stream(b"/A Do")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_pdf_that_calculates_for_ever_is_stopped(pool, save):
    found = pool.extract(save(exponential_pdf()), "application/pdf", QUICK)

    assert found.state is State.FAILED
    assert found.reason == "La lecture de ce fichier prend trop de temps : elle a été arrêtée."
    assert found.retryable


def test_pages_read_before_the_time_is_over_are_kept(save):
    first = pikepdf.open(io.BytesIO(PDF))
    with pikepdf.open(io.BytesIO(exponential_pdf())) as trap:
        first.pages.append(trap.pages[0])
        buffer = io.BytesIO()
        first.save(buffer)

    with ExtractionPool() as pool:
        found = pool.extract(save(buffer.getvalue()), "application/pdf", QUICK)

    assert found.state is State.PARTIAL
    assert "conseil municipal" in found.pages[0].text
    assert "trop de temps" in found.reason


def test_a_file_that_needs_more_memory_than_allowed(save):
    content = png(12_000, 12_000, colours=2)

    with ExtractionPool(memory=500 * 1024 * 1024) as pool:
        path = save(content)
        found = pool.ocr_pages(path, "image/png", (1,))
        assert found.state is State.FAILED
        assert found.retryable
        assert pool.extract(save(b"Suivant"), "text/plain").pages[0].text == "Suivant"


def test_a_text_longer_than_the_cap_is_cut_and_said(pool, save):
    limits = replace(DEFAULT_LIMITS, max_text_chars=1000)

    found = pool.extract(save(b"mairie " * 5000), "text/plain", limits)

    assert found.state is State.PARTIAL
    assert sum(len(page.text) for page in found.pages) == 1000
    assert found.reason == "Texte trop long : le début est indexé."


def test_a_file_that_is_gone(pool, tmp_path):
    found = pool.extract(tmp_path / "absent", "application/pdf")

    assert found.state is State.FAILED
    assert found.reason == "Ce fichier est introuvable sur le serveur."


def test_damaged_files_of_every_type_never_cost_more_than_themselves(pool, save):
    """Each demonstration file, with bytes changed here and there."""
    dice = random.Random(7)
    limits = replace(DEFAULT_LIMITS, cpu_seconds=10, wall_seconds=20)
    for file in DEMO.values():
        content = bytearray(file.content)
        for _ in range(1 + len(content) // 2000):
            content[dice.randrange(len(content))] = dice.randrange(256)
        path = save(bytes(content))
        found = pool.extract(path, sniff(path, file.name).media_type, limits)
        assert found.state is not State.FAILED or found.reason, file.name
