"""What is understood of what a person types."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.search.query import MAX_TERMS, Term, parse


def test_all_the_words_are_wanted() -> None:
    query = parse("les subventions de la voirie")
    assert [term.norm for term in query.terms] == ["subvention", "voirie"]
    assert query.prefix is None


def test_the_word_being_typed_is_a_beginning() -> None:
    query = parse("subventions voi", typing=True)
    assert [term.norm for term in query.terms] == ["subvention"]
    assert query.prefix == Term("voi", "voi")


def test_a_space_ends_the_word_being_typed() -> None:
    assert parse("subventions voirie ", typing=True).prefix is None


def test_two_letters_of_a_next_word_are_not_looked_for_yet() -> None:
    query = parse("subventions vo", typing=True)
    assert [term.norm for term in query.terms] == ["subvention"]
    assert query.prefix is None


def test_a_quotation_is_a_phrase_whose_small_words_count() -> None:
    query = parse("« conseil de la commune » budget")
    assert query.phrases == ((("conseil", 0), ("commune", 3)),)
    assert [term.norm for term in query.terms] == ["budget"]


def test_a_dash_before_a_word_leaves_it_out_but_a_compound_stays_whole() -> None:
    query = parse("voirie -travaux chef-lieu")
    assert query.excluded == ("travail",)
    assert [term.norm for term in query.terms] == ["voirie", "chef", "lieu"]


@pytest.mark.parametrize("text", ["de la", "à", "« »", "-", "'", "...", "-travaux de"])
def test_nothing_to_look_for_is_said(text: str) -> None:
    query = parse(text)
    assert query.too_short or query.excluded
    assert not query.terms


def test_an_empty_question_is_not_a_short_one() -> None:
    assert not parse("   ").too_short


def test_a_long_question_is_cut() -> None:
    assert len(parse(" ".join(f"mot{n}x" for n in range(100))).terms) <= MAX_TERMS


@pytest.mark.django_db
@given(st.text(max_size=60), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_postgresql_understands_it(text: str, typing: bool) -> None:
    from django.db import connection

    query = parse(text, typing=typing)
    if not query.askable:
        return
    condition, params = query.where("x")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT ''::tsvector AS tsv_norm, ''::tsvector AS tsv_exact) x"
            f" WHERE {condition}",
            params,
        )
        weight, params = query.weight("x")
        cursor.execute(
            f"SELECT {weight} FROM (SELECT ''::tsvector tsv_norm, ''::tsvector tsv_exact) x", params
        )
