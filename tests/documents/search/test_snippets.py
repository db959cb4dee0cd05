"""The words around what was found: cut well, marked well, never HTML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.search.normaliser import clean
from documents.search.query import parse
from documents.search.snippets import LENGTH, cut, mark
from tests.documents.search.test_normaliser import TOGETHER


def marked(text: str, question: str, *, typing: bool = False) -> list[str]:
    snippet = cut(clean(text), parse(question, typing=typing), page=1)
    assert snippet is not None
    return [segment.text for segment in snippet.segments if segment.marked]


@pytest.mark.parametrize(("question", "text"), TOGETHER)
def test_whatever_the_index_finds_is_marked(question: str, text: str) -> None:
    assert marked("Préambule sans rapport. " * 40 + text, question)


def test_every_form_of_a_word_is_marked_and_nothing_else() -> None:
    text = "Les élues, l'élu et la mairie ; des travaux, un travail, une élucubration."
    assert marked(text, "élus travaux") == ["élues", "l'élu", "travaux", "travail"]


def test_the_place_with_most_of_the_words_is_chosen() -> None:
    text = "voirie. " + "rien ici. " * 60 + "la voirie et sa subvention. " + "rien. " * 60
    snippet = cut(text, parse("voirie subvention"), page=3)
    assert snippet is not None
    assert snippet.page == 3
    assert snippet.cut_before
    assert snippet.cut_after
    assert [s.text for s in snippet.segments if s.marked] == ["voirie", "subvention"]


def test_a_beginning_marks_the_whole_word_while_typing() -> None:
    assert marked("une délibération prise", "délib", typing=True) == ["délibération"]


def test_a_snippet_is_short_and_ends_on_a_word() -> None:
    snippet = cut("mot " * 500 + "piscine " + "mot " * 500, parse("piscine"), page=1)
    assert snippet is not None
    text = "".join(segment.text for segment in snippet.segments)
    assert len(text) <= LENGTH
    assert set(text.split()) == {"mot", "piscine"}


def test_nothing_found_in_the_text_shows_its_beginning_without_a_page() -> None:
    snippet = cut("Le début du texte.", parse("ailleurs"), page=1)
    assert snippet is not None
    assert snippet.page == 0
    assert [s.marked for s in snippet.segments] == [False]


def test_an_empty_page_has_no_snippet() -> None:
    assert cut("  \n ", parse("mot"), page=1) is None


@given(st.text(max_size=300), st.sampled_from(["maire", "2024-017", "12 mars 2026", '"le maire"']))
@settings(max_examples=150, deadline=None)
def test_a_title_keeps_all_its_letters(text: str, question: str) -> None:
    segments = mark(text, parse(question))
    joined = "".join(segment.text for segment in segments)
    assert "".join(joined.split()) == "".join(clean(text).split())
