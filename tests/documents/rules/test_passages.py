"""A comparison as it is read: what is near a change, and nothing lost of the changes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from documents.rules.differences import compare
from documents.rules.passages import passages, ranges, unfolded

WORDS = ["un", "deux", "trois", "quatre", "cinq", "six", "\n"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=150).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(TEXT, TEXT, st.integers(0, 6))
def test_every_change_is_in_one_passage(old: str, new: str, context: int) -> None:
    comparison = compare([(1, old)], [(1, new)])
    found = passages(comparison, context=context)
    numbers = [s.number for passage in found for s in passage.segments if s.number]
    assert numbers == list(range(1, len(comparison.changes) + 1))
    for passage in found:
        inside = [s.number for s in passage.segments if s.number]
        assert (passage.first, passage.last) == (inside[0], inside[-1])


def test_what_stayed_far_from_a_change_is_cut_and_counted() -> None:
    filler = " ".join(f"mot{n}" for n in range(500))
    comparison = compare(
        [(1, f"Un {filler} deux."), (9, f"{filler} trois.")],
        [(1, f"Premier {filler} deux."), (9, f"{filler} dernier.")],
    )
    first, second = passages(comparison, context=10)
    assert (first.first, second.first) == (1, 2)
    assert first.skipped == 0
    assert second.skipped == 500 + 1 + 500 - 20
    assert second.new_pages == (9, 9)
    assert first.segments[-1].new.endswith(" …")
    assert second.segments[0].new.startswith("… ")


def test_some_of_the_changes_may_be_asked_for() -> None:
    filler = " ".join(f"mot{n}" for n in range(30))
    old = " ".join(f"{filler} avant{n} {filler}" for n in range(6))
    new = old.replace("avant", "apres")
    found = passages(compare([(1, old)], [(1, new)]), first=3, last=4, context=5)
    assert [passage.first for passage in found] == [3, 4]


def test_lines_cut_by_the_page_are_put_together_and_lists_stay() -> None:
    assert unfolded("la délibé-\nration du\nconseil.\nArticle 2\n- un") == (
        "la délibération du conseil.\nArticle 2\n- un"
    )


def test_pages_in_a_row_are_one_range() -> None:
    assert ranges({7, 3, 5, 6}) == [(3, 3), (5, 7)]
    assert ranges(set()) == []
