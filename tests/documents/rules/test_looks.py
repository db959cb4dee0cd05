"""Pages compared by their looks: what a person would see, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from documents.rules.looks import HAIR, changed_looks

WHITE, GREY, BLACK = bytes([255] * 6), bytes([128] * 6), bytes(6)


def test_a_page_at_its_place_or_moved_has_not_changed() -> None:
    assert changed_looks({1: WHITE, 2: GREY}, {1: WHITE, 2: WHITE, 3: GREY}) == set()


def test_a_new_page_and_a_redrawn_one_have() -> None:
    assert changed_looks({1: WHITE}, {1: WHITE, 2: BLACK}) == {2}
    assert changed_looks({1: WHITE, 2: GREY}, {1: BLACK, 2: GREY}) == {1}


def test_a_page_that_went_says_nothing_of_those_that_stay() -> None:
    assert changed_looks({1: WHITE, 2: GREY}, {1: GREY}) == set()


def test_another_size_of_page_is_another_look() -> None:
    assert changed_looks({1: WHITE}, {1: WHITE + b"\xff"}) == {1}


@given(st.binary(min_size=1, max_size=40), st.integers(-HAIR, HAIR))
def test_a_hair_is_not_seen(look: bytes, by: int) -> None:
    shifted = bytes(min(255, max(0, grey + by)) for grey in look)
    assert changed_looks({1: look}, {1: shifted}) == set()
