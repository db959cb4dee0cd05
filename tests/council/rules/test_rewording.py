"""The amendments voted, written into the text proposed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from council.rules.rewording import Change, reword

TEXT = "# Décide\nArticle 1er : le repas est fixé à 3,20 €.\nArticle 2 : l’école est informée."


@pytest.mark.parametrize(
    ("former", "wording", "after"),
    [
        ("3,20 €", "3,40 €", TEXT.replace("3,20", "3,40")),
        ("3,20\u00a0€", "3,40 €", TEXT.replace("3,20", "3,40")),
        ("l'école est", "elle est", TEXT.replace("l’école est", "elle est")),
        ("", "Article 3 : le maire signe.", f"{TEXT}\nArticle 3 : le maire signe."),
        ("Article 2 : l’école est informée.", "", TEXT.rpartition("\n")[0] + "\n"),
        ("est fixé", "est fixé, dès janvier,", TEXT.replace("fixé", "fixé, dès janvier,")),
    ],
)
def test_words_found_once_are_replaced_and_doing_it_again_changes_nothing(former, wording, after):
    change = Change("Amendement", former, wording)
    once = reword(TEXT, [change])
    assert once.text.rstrip() == after.rstrip()
    assert once.done == (change,)
    if wording:
        assert reword(once.text, [change]).text == once.text


@pytest.mark.parametrize(
    ("former", "wording"),
    [
        ("Article", "Point"),  # twice in the text
        ("4,20 €", "3,40 €"),  # nowhere
        ("3,2", "3,4"),  # a piece of a number
        ("école", ""),  # then again: gone, and no longer certain
        ("", ""),  # said without its words
    ],
)
def test_what_has_no_certain_place_is_left_to_a_person(former, wording):
    change = Change("Amendement", former, wording)
    text = TEXT.replace("école", "cantine")
    told = reword(text, [change])
    assert (told.text, told.done, told.left) == (text, (), (change,))


def test_one_after_the_other_in_the_order_of_the_votes():
    first, second = Change("A", "3,20 €", "3,40 €"), Change("B", "3,40 €", "3,50 €")
    both = reword(TEXT, [first, second])
    assert both.text == TEXT.replace("3,20", "3,50")
    assert reword(both.text, [first, second]) == both
    assert reword(TEXT, [second, first]).left == (second,)


@settings(max_examples=40, deadline=None)
@given(st.text("ab .’\n", max_size=30), st.text("ab ’", max_size=5), st.text("ab", max_size=4))
def test_it_never_fails_and_tells_each_change_once(text, former, wording):
    change = Change("x", former, wording)
    told = reword(text, [change])
    assert len(told.done) + len(told.left) == 1
    assert told.done or told.text == text
