"""A file is what its bytes say; a lying name is told to its sender."""

import io
import zipfile

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.demo_files import mail, office, pages
from documents.demo_files.blocks import blocks_of
from documents.extraction import kind_of, sniff
from documents.extraction.sniffing import KINDS
from tests.documents.extraction.conftest import DEMO

PNG = pages.encoded(pages.PIL.Image.new("L", (40, 40), 200), "PNG")
PDF = pages.pdf(blocks_of("Bonjour"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def found(save):
    return lambda content, name: sniff(save(content), name)


def test_names_of_the_demonstration_are_honest_but_one(found):
    liars = [file.name for file in DEMO.values() if not found(file.content, file.name).matches_name]

    assert liars == ["Scan0001.pdf"]


def test_a_picture_named_pdf_is_a_picture_and_it_is_said(found):
    seen = found(PNG, "plan de masse.pdf")

    assert (seen.media_type, seen.extension, seen.inline) == ("image/png", "png", "image")
    assert seen.notice == (
        "Le nom finit par « .pdf », mais le contenu est une image PNG : "
        "le fichier est gardé comme tel."
    )


def test_an_honest_name_has_no_notice(found):
    seen = found(PDF, "Délibération.PDF")

    assert seen.matches_name
    assert seen.notice == ""
    assert (seen.label, seen.extension, seen.inline) == ("PDF", "pdf", "pdf")


@pytest.mark.parametrize("name", ["courrier", "Arrêté n.12 bis", "compte.v2", ".cache"])
def test_a_name_without_a_known_extension_cannot_lie(name, found):
    assert found(PDF, name).matches_name


def test_rubbish_named_pdf_is_said_unreadable(found):
    seen = found(b"\x00\x01\x02\x03" * 50, "acte.pdf")

    assert seen.media_type == "application/octet-stream"
    assert "n’est pas lisible" in seen.notice


def test_an_empty_file_is_said_empty(found):
    assert "vide" in found(b"", "acte.pdf").notice


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"\xff\xd8\xff\xe0rest", "a.jpg", "image/jpeg"),
        (b"II*\x00rest", "a.tif", "image/tiff"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "a.heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41", "a.mp4", "video/mp4"),
        (b"{\\rtf1\\ansi}", "a.rtf", "application/rtf"),
        (b"\x78\x9f\x3e\x22\x00\x00", "winmail.dat", "application/vnd.ms-tnef"),
        (mail.p7m(b"x" * 300), "acte.pdf.p7m", "application/pkcs7-mime"),
        (mail.p7m(b"x" * 300), "acte.p7s", "application/pkcs7-signature"),
        (b"MZ\x90\x00" + bytes(80), "facture.pdf.exe", "application/x-executable"),
        (b"AC1027" + bytes(20), "plan.dwg", "image/vnd.dwg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg", "image/svg+xml"),
        (b"<!-- a --><?xml version='1.0'?><svg/>", "logo.png", "image/svg+xml"),
        (b"\xef\xbb\xbf <!DOCTYPE HTML><html>", "page.htm", "text/html"),
        ("<html>é</html>".encode("utf-16"), "page.txt", "text/html"),
        (b"<?xml version='1.0'?><PES_Aller/>", "flux.xml", "application/xml"),
        (b"BEGIN:VCALENDAR\r\n", "a.ics", "text/calendar"),
        (b"Nom;Montant\r\nCantine;12\r\n", "a.csv", "text/csv"),
        (b"Nom;Montant\r\nCantine;12\r\n", "a.txt", "text/plain"),
        ("Arrêté".encode("cp1252"), "a", "text/plain"),
        (b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nbonjour", "sans nom", "message/rfc822"),
        (b"De: a\nObjet: b\nDate: hier\n", "a.txt", "text/plain"),
        (b"rubbish\r\n" + PDF, "a.pdf", "application/pdf"),
        (b"PK\x05\x06" + bytes(18), "vide.zip", "application/zip"),
    ],
)  # fmt: skip
def test_a_type_is_known_by_its_bytes(content, name, media_type, found):
    assert found(content, name).media_type == media_type


def test_an_archive_that_carries_a_document_is_an_archive(found):
    inner = office.docx(blocks_of("Bonjour"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("lettre.docx", inner)

    assert found(buffer.getvalue(), "envoi.zip").media_type == "application/zip"


def test_a_docx_cut_before_its_end_is_still_named(found):
    whole = office.docx(blocks_of("Bonjour " * 500))

    assert "wordprocessingml" in found(whole[: len(whole) * 9 // 10], "a.docx").media_type


def test_a_pdf_with_a_password_is_a_pdf(found):
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="a", user="b"))

    assert found(buffer.getvalue(), "a.pdf").media_type == "application/pdf"


def test_only_harmless_types_are_shown_in_the_browser():
    shown = {kind.media_type for kind in KINDS.values() if kind.inline}

    assert not shown & {"image/svg+xml", "text/html", "message/rfc822", "application/msword"}
    assert kind_of("application/never-heard-of").inline == ""


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.sampled_from([PDF[:64], b"PK\x03\x04", _OLE, b"\x30\x82", b""]),
    rest=st.binary(max_size=2000),
    name=st.text(max_size=40),
)
def test_any_bytes_under_any_name_are_given_a_known_type(tmp_path, start, rest, name):
    path = tmp_path / "bytes"
    path.write_bytes(start + rest)

    seen = sniff(path, name)

    assert seen.media_type in KINDS
    assert seen.label
    assert seen.matches_name == (seen.notice == "")
