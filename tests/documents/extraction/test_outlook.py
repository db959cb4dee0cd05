"""Outlook messages whose words are not in plain text."""

import struct

import pytest

from documents.demo_files import mail, office
from documents.demo_files.blocks import blocks_of
from documents.extraction.readers.outlook import unpacked_rtf
from tests.documents.extraction.conftest import words_of


def message(**streams):
    """A message with these properties, named by tag and type."""
    named = {f"__substg1.0_{tag}": content for tag, content in streams.items()}
    return mail.compound_file(named | {"__properties_version1.0": bytes(32)})


SUBJECT = {"0037001F": "Révision du PLU".encode("utf-16-le")}


def test_a_message_in_html_only(read):
    html = office.html(blocks_of("Étude d’aléa à joindre"), charset="windows-1252")

    text = words_of(read(message(**SUBJECT, **{"10130102": html}), "a.msg"))

    assert "objet : révision du plu" in text
    assert "étude d'aléa à joindre" in text


def test_a_message_in_uncompressed_rtf_only(read):
    rtf = office.rtf(blocks_of("Étude d’aléa à joindre"))
    packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf

    assert "étude d'aléa" in words_of(read(message(**SUBJECT, **{"10090102": packed}), "a.msg"))


@pytest.mark.parametrize(
    ("packed", "rtf"),
    [
        (
            "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c"
            "090020627705b06c647d0a800fa0",
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        ),
        (
            "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0",
            b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
        ),
    ],
)
def test_compressed_rtf_is_unpacked(packed, rtf):
    """Both examples of the specification, [MS-OXRTFCP] 4.1."""
    assert unpacked_rtf(bytes.fromhex(packed)) == rtf


def test_an_old_message_in_the_windows_alphabet(read):
    content = message(**{"0037001E": "Été".encode("cp1252"), "1000001E": "Sœur".encode("cp1252")})

    assert words_of(read(content, "a.msg")) == "objet : été sœur"


def test_names_of_attachments_are_words(read):
    content = mail.msg(
        sender="", to="", subject="Devis", body="", attached=(("devis préau.pdf", b"x"),)
    )

    assert "pièces jointes : devis préau.pdf" in words_of(read(content, "a.msg"))


@pytest.mark.parametrize("cut", [100, 600, 1100, 1600])
def test_a_message_cut_anywhere_is_a_reason_and_not_a_crash(cut, read):
    found = read(message(**SUBJECT)[:cut], "a.msg")

    assert found.pages or found.reason


@pytest.mark.parametrize("packed", [b"", b"x" * 15, b"x" * 40, bytes(16) + b"\xff" * 300])
def test_rubbish_is_not_compressed_rtf(packed):
    assert unpacked_rtf(packed) == b""


def test_a_compressed_body_never_grows_beyond_its_announced_size():
    head = struct.pack("<II4sI", 0, 100, b"LZFu", 0)

    assert len(unpacked_rtf(head + b"\xff" + b"\x00\x0f" * 4000)) <= 100
