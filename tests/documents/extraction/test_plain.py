"""How bytes become French text."""

import codecs

import pytest

from documents.extraction.readers.plain import decode

TEXT = "Arrêté n° 12 : cœur de bourg, 4 500 €"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16-le"),
    ],
    ids=["utf-8", "utf-8 mark", "utf-16 little", "utf-16 big", "windows", "utf-16 without mark"],
)
def test_french_text_is_read_whatever_its_encoding(data):
    assert decode(data) == TEXT


def test_a_short_word_is_not_taken_for_another_language():
    assert decode("Noël".encode("latin-1")) == "Noël"


def test_a_cut_last_letter_does_not_change_the_rest():
    assert decode("voirie été".encode()[:-1]) == "voirie ét"


def test_a_declared_encoding_is_believed_only_when_it_fits():
    assert decode("Élu".encode("mac-roman"), "mac-roman") == "Élu"
    assert decode("Élu".encode("cp1252"), "ascii") == "Élu"
    assert decode("Élu".encode("cp1252"), "no-such-encoding") == "Élu"


def test_any_bytes_give_some_text():
    assert len(decode(bytes(range(1, 256)))) == 255
