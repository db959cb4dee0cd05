"""The register has no gap, and its tables are in order."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules import blocking
from council.rules.register import (
    Closing,
    Entry,
    binding_due,
    check_binding,
    check_closing,
    check_dates,
    check_order_numbers,
    check_sheets,
    check_year_numbers,
    closing_sentence,
    paginate,
    table_by_date,
    table_by_subject,
)

ON, LATER = date(2026, 11, 30), date(2026, 12, 14)


def entry(ref, order, on=ON, matter="", pages=1):
    return Entry(ref, f"2026-{order:03d}", order, on, f"Acte {ref}", matter, pages)


A, B, C = entry("a", 1, pages=2), entry("b", 2, matter="7.10"), entry("c", 1, LATER, matter="7.2")


@pytest.mark.law("R-DOC-04")
def test_feuillets_follow_one_another_and_close():
    sheets = paginate([A, B], after=40)
    assert [(s.number, s.entry, s.page) for s in sheets] == [
        (41, "a", 1),
        (42, "a", 2),
        (43, "b", 1),
        (44, "", 1),
    ]


@given(st.lists(st.integers(1, 5), max_size=12), st.integers(0, 900))
@pytest.mark.law("R-DOC-04")
def test_no_feuillet_is_ever_left_out(pages, after):
    entries = [entry(f"e{n}", n, pages=p) for n, p in enumerate(pages, 1)]
    numbers = [s.number for s in paginate(entries, after=after)]
    assert numbers == list(range(after + 1, after + sum(pages) + 2))
    assert not check_sheets(numbers, first=after + 1)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([1, 2, 3], ""),
        ([], ""),
        ([1, 3], "1 feuillet manquant : 2."),
        ([1, 5], "3 feuillets manquants : 2, 3, 4."),
        ([1, 2, 2], "1 feuillet en double : 2."),
        ([0, 1], "1 feuillet hors suite : 0."),
        ([30], "29 feuillets manquants : 1, 2, 3, 4, 5, 6, 7, 8, 9, 10…."),
    ],
)
def test_a_gap_or_a_double_is_named(numbers, words):
    said = " ".join(f.message for f in check_sheets(numbers)).replace("\u00a0", " ")
    assert said == words


@pytest.mark.law("R-DOC-04")
def test_each_session_numbers_from_one():
    assert not check_order_numbers([A, B, C])
    [finding] = check_order_numbers([A, replace(B, order=3), C])
    assert finding.subject == "lundi 30 novembre"
    assert check_year_numbers([1, 2, 4])


def test_acts_are_in_the_order_of_dates():
    assert not check_dates([A, B, C])
    assert [f.subject for f in check_dates([A, C, B])] == ["b"]


def test_the_closing_sheet():
    closing = Closing(("2026-001", "2026-002"), ("x", "y"), True, True)
    assert not check_closing(closing, [A, B], {"y", "x"})
    assert blocking(check_closing(replace(closing, numbers=("2026-001",)), [A, B], {"y", "x"}))
    assert blocking(check_closing(closing, [A, B], {"x"}))
    [finding] = check_closing(replace(closing, signed_by_secretary=False), [A, B], {"x", "y"})
    assert "à la main" in finding.message
    assert closing_sentence(ON, [A, B]).replace("\u00a0", " ") == (
        "La séance du lundi 30 novembre 2026 comporte 2 délibérations, numérotées 2026-001, "
        "2026-002."
    )
    assert "1\u00a0délibération, numérotée 2026-001." in closing_sentence(ON, [A])


def test_the_tables_of_a_year():
    assert [e.ref for e in table_by_date([C, B, A])] == ["a", "b", "c"]
    assert {m: [e.ref for e in group] for m, group in table_by_subject([A, B, C]).items()} == {
        "7.2": ["c"],
        "7.10": ["b"],
        "": ["a"],
    }
    assert list(table_by_subject([A, B, C])) == ["7.2", "7.10", ""]


@pytest.mark.parametrize(
    ("population", "today", "bound", "count"),
    [
        (2300, date(2026, 6, 1), None, 0),
        (2300, date(2026, 11, 2), None, 1),
        (2300, date(2027, 1, 2), None, 1),
        (2300, date(2027, 1, 2), date(2026, 12, 20), 0),
        (2300, date(2027, 6, 2), date(2027, 3, 1), 1),
        (900, date(2027, 1, 2), None, 0),
        (900, date(2031, 1, 2), None, 1),
    ],
)
def test_binding(population, today, bound, count):
    assert binding_due(2026, population).year == (2026 if population >= 1000 else 2030)
    found = check_binding(first_year=2026, population=population, today=today, bound_on=bound)
    assert len(found) == count
