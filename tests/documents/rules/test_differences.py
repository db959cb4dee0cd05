"""What changed between two texts: applying it gives both back, whatever they are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.rules import differences
from documents.rules.differences import Comparison, compare, words_of

WORDS = [
    *("le", "la", "l’article", "commune", "vote", "2024-017", "1", "234,50", "€"),
    *("peut-être", "délibé-", "ration", ";", ".", "«", "»"),
]
# Neither a word cut by a line nor a number that a space divides.
WHOLE_WORDS = [word for word in WORDS if word not in ("délibé-", "1", "234,50")]
TEXTS = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join),
    st.lists(st.sampled_from([*WORDS, "\n", "\n\n"]), max_size=120).map(" ".join),
)
PAGES = st.lists(TEXTS, max_size=4)


def _pages(texts: list[str]) -> list[tuple[int, str]]:
    return list(enumerate(texts, start=1))


def _whole(texts: list[str]) -> str:
    return "\n\n".join(body for text in texts if (body := text.strip()))


def _changes(old: str, new: str) -> list[tuple[str, str]]:
    return [(p.old.strip(), p.new.strip()) for p in compare([(1, old)], [(1, new)]).changes]


@settings(max_examples=150, deadline=None)
@given(PAGES, PAGES)
def test_the_pieces_rebuild_both_texts(old: list[str], new: list[str]) -> None:
    result = compare(_pages(old), _pages(new))
    assert result.old == _whole(old)
    assert result.new == _whole(new)


@settings(max_examples=100, deadline=None)
@given(PAGES)
def test_a_text_does_not_differ_from_itself(texts: list[str]) -> None:
    assert compare(_pages(texts), _pages(texts)).changes == ()


@settings(max_examples=200, deadline=None)
@given(PAGES, PAGES)
def test_what_stayed_is_the_same_but_for_spaces_and_shapes_of_signs(
    old: list[str], new: list[str]
) -> None:
    for piece in compare(_pages(old), _pages(new)).pieces:
        if not piece.changed:
            assert compare([(1, piece.old)], [(1, piece.new)]).changes == ()
        else:
            assert piece.old or piece.new


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WHOLE_WORDS), min_size=40, max_size=80), st.integers(0, 39))
def test_lines_folded_otherwise_are_no_change(words: list[str], at: int) -> None:
    assert _changes(" ".join(words), " ".join(words[:at]) + "\n" + "\n".join(words[at:])) == []


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("Le conseil vote.", "Le conseil municipal vote.", [("", "municipal")]),
        ("Le conseil municipal vote.", "Le conseil vote.", [("municipal", "")]),
        ("Article 3 : 1 200,00 €", "Article 3 : 1 350,00 €", [("1 200,00", "1 350,00")]),
        ("l'article", "l’article", []),
        ("1\u202f200 euros", "1 200 euros", []),
        ("délibé-\nration du conseil", "délibération du conseil", []),
        ("peut-\nêtre", "peut-être", []),
        ("Vu la DCM 2024-017", "Vu la DCM 2024-018", [("2024-017", "2024-018")]),
        ("la maire de Paris", "la mairie de Paris", [("maire", "mairie")]),
        ("e\u0301cole", "école", []),
        ("Un soir. Un mur.", "Un soir. Vu le code. Un mur.", [("", "Vu le code.")]),
        ("le maire", "le Maire", [("maire", "Maire")]),
        ("", "Une page de plus.", [("", "Une page de plus.")]),
        ("", "", []),
    ],
)
def test_changes_are_words(old: str, new: str, changes: list[tuple[str, str]]) -> None:
    assert _changes(old, new) == changes


def test_a_rewritten_sentence_is_one_change_and_not_a_puzzle() -> None:
    found = _changes(
        "La commune décide de vendre le terrain de la gare avant juin.",
        "La commune décide de louer un local de 40 m² avant juin.",
    )
    assert len(found) == 1


def test_pages_are_told_on_both_sides() -> None:
    result = compare(
        [(1, "Préambule sans histoire."), (2, "Le prix est de 10 euros.")],
        [(1, "Préambule sans histoire."), (3, "Le prix est de 12 euros.")],
    )
    assert [(c.old_pages, c.new_pages) for c in result.changes] == [((2, 2), (3, 3))]


def test_signs_are_not_words() -> None:
    assert words_of("L’article 3, « dit » : 1 200,50 €.") == 5


def _report(pages: int, seed: int) -> list[str]:
    """A report of so many pages of 450 words, some of them common."""
    draw = random.Random(seed)
    vocabulary = [f"mot{n}" for n in range(6000)]
    common = [
        "de",
        "la",
        "le",
        "les",
        "des",
        "un",
        "une",
        "et",
        "à",
        "en",
        "du",
        "que",
        "pour",
        "dans",
    ]
    return [
        " ".join(draw.choice(common if draw.random() < 0.45 else vocabulary) for _ in range(450))
        for _ in range(pages)
    ]


def test_three_hundred_pages_are_compared_word_by_word() -> None:
    old = _report(300, seed=1)
    new = list(old)
    for page in range(0, 300, 10):
        words = new[page].split()
        words[200] = "REMPLACÉ"
        new[page] = " ".join(words)
    new.insert(150, " ".join(["AJOUTÉ"] * 450))
    result = compare(_pages(old), _pages(new))
    assert len(result.changes) == 31
    assert not result.coarse
    assert not result.cut


def test_a_form_that_repeats_its_words_is_compared_word_by_word() -> None:
    line = " ".join(f"case{n}" for n in range(60))
    old = [f"{line} avant{n}" for n in range(400)]
    result = compare(_pages(old), _pages([text.replace("avant", "apres") for text in old]))
    assert len(result.changes) == 400
    assert not result.coarse


def test_texts_without_anything_in_common_are_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "MAX_EFFORT_OF_A_PASSAGE", 2000)
    draw = random.Random(3)
    common = ["de", "la", "le", "les", "des", "un", "une", "et", "à", "en", "du"]
    one, two = (" ".join(draw.choice(common) for _ in range(3000)) for _ in range(2))
    result = compare([(1, one)], [(1, two)])
    assert result.coarse
    assert (result.old, result.new) == (one, two)


def test_the_effort_is_bounded_for_the_worst_texts() -> None:
    """Nothing is unique: without a limit this would take a thousand million steps."""
    draw = random.Random(4)
    one, two = (" ".join(draw.choice("ab") for _ in range(60_000)) for _ in range(2))
    assert compare([(1, one)], [(1, two)]).old == one


def test_a_text_that_is_too_long_is_compared_as_far_as_it_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(differences, "MAX_CHARACTERS", 50)
    result: Comparison = compare([(1, "mot " * 100)], [(1, "mot " * 100)])
    assert result.cut
    assert result.changes == ()
    assert len(result.old) <= 50
