"""Quorum: more than half of the members in office, at the opening and at each point."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules import blocking
from council.rules.again import (
    SecondConvocation,
    check_second_convocation,
    earliest_second_meeting,
    free_of_quorum,
    second_convocation_mention,
    waiver_applies,
)
from council.rules.policy import Body
from council.rules.quorum import (
    Attendance,
    Waiver,
    count,
    deemed_complete_from,
    in_office_of,
    legal_members,
    quorum,
    quorum_rule,
)
from council.rules.voters import Basis, PointSituation, quorum_of


@pytest.mark.parametrize(
    ("members", "needed"),
    [
        *(
            pytest.param(n, q, id=f"T-QUO-01 of {n}")
            for n, q in ((19, 10), (18, 10), (17, 9), (16, 9))
        ),
        *(
            pytest.param(n, q, id=f"T-QUO-02 of {n}")
            for n, q in ((23, 12), (22, 12), (21, 11), (20, 11))
        ),
        *(
            pytest.param(n, q, id=f"T-QUO-03 of {n}")
            for n, q in ((27, 14), (26, 14), (25, 13), (24, 13), (23, 12))
        ),
        pytest.param(8, 5, id="T-QUO-05 of 8"),
        pytest.param(5, 3, id="T-QUO-05 of 5"),
        pytest.param(11, 6, id="R-QUO-01 of 11"),
        pytest.param(69, 35, id="R-QUO-01 of 69"),
    ],
)
def test_more_than_half(members, needed):
    assert quorum(members) == needed


@pytest.mark.law("T-QUO-10")
def test_t_quo_10_proxies_vote_and_never_count_for_the_quorum():
    told = count(Attendance(19, 10, proxies=6))
    assert told.reached
    assert told.voters == 16


@pytest.mark.law("T-QUO-11")
def test_t_quo_11_nine_present_and_nine_proxies_are_not_enough():
    told = count(Attendance(19, 9, proxies=9))
    assert not told.reached
    assert told.sentence == "Le quorum n’est pas atteint : 9\u00a0présents pour 10 nécessaires."


@pytest.mark.law("T-QUO-12")
def test_t_quo_12_a_departure_counts_from_the_next_point():
    assert count(Attendance(23, 12)).reached
    assert not count(Attendance(23, 11)).reached


@pytest.mark.law("T-QUO-15")
def test_t_quo_15_the_interested_are_not_counted_as_present():
    told = count(Attendance(19, 12, interested=3))
    assert (told.needed, told.counted, told.reached) == (10, 9, False)


def test_those_who_represent_the_commune_leave_both_sides_of_the_count():
    told = count(Attendance(19, 11, represent_the_body=2))
    assert (told.needed, told.counted, told.reached) == (9, 9, True)


@pytest.mark.law("T-QUO-17")
def test_t_quo_17_the_mayor_withdraws_for_the_accounts():
    assert not count(Attendance(19, 10, mayor_withdraws=True)).reached


@pytest.mark.law("T-QUO-18")
def test_t_quo_18_the_second_meeting_comes_three_clear_days_later():
    assert earliest_second_meeting(date(2026, 11, 30)) == date(2026, 12, 4)


@pytest.mark.law("T-QUO-20")
def test_t_quo_20_points_carried_over_need_no_quorum():
    assert count(Attendance(23, 5, carried_over=True)).reached


@pytest.mark.law("T-QUO-22")
def test_t_quo_22_a_shortened_second_convocation_frees_from_nothing():
    assert not waiver_applies(sent_on=date(2026, 11, 27), meets_on=date(2026, 11, 30))
    assert waiver_applies(sent_on=date(2026, 11, 26), meets_on=date(2026, 11, 30))


@pytest.mark.parametrize(
    ("population", "members"),
    [
        (99, 7),
        (100, 11),
        (499, 11),
        (500, 15),
        (1500, 19),
        (2300, 19),
        (2500, 23),
        (3499, 23),
        (3500, 27),
        (9999, 29),
        (10000, 33),
        (299_999, 65),
        (300_000, 69),
    ],
)
def test_the_table_of_legal_members(population, members):
    assert legal_members(population) == members


def test_a_small_council_is_deemed_complete():
    assert [deemed_complete_from(p) for p in (99, 100, 999, 1000)] == [5, 9, 13, 15]


NAMES = [f"m{n:02d}" for n in range(19)]


def point(present, withdrawn=None, **changes):
    return quorum_of(
        PointSituation(
            frozenset(NAMES), frozenset(NAMES[:present]), withdrawn=withdrawn or {}, **changes
        )
    )


def interested(*numbers, basis=Basis.PERSONAL):
    return {NAMES[n]: basis for n in numbers}


POINTS = [
    ("T-QUO-15 by name", point(12, interested(0, 1, 2)), (10, 9, False)),
    ("T-QUO-17 by name", point(10, interested(0, basis=Basis.ACCOUNTS)), (10, 9, False)),
    ("R-QUO-06 interested and absent changes nothing", point(10, interested(18)), (10, 10, True)),
    (
        "R-QUO-06 L1111-6, one present and two absent",
        point(10, interested(0, 17, 18, basis=Basis.REPRESENTS)),
        (9, 9, True),
    ),
    (
        "R-QUO-06 both sorts at once",
        point(11, interested(0) | interested(1, basis=Basis.REPRESENTS)),
        (10, 9, False),
    ),
    (
        "R-QUO-07 the mayor was absent anyway",
        point(10, {NAMES[18]: Basis.ACCOUNTS}),
        (10, 10, True),
    ),
    (
        "R-QUO-07 eleven with the mayor",
        point(11, interested(3, basis=Basis.ACCOUNTS)),
        (10, 10, True),
    ),
    ("R-QUO-02 nobody is there", point(0), (10, 0, False)),
    (
        "R-QUO-08 ten of nineteen prevented",
        point(9, interested(*range(10)), local_law=True),
        (10, 0, True),
    ),
    (
        "R-QUO-08 nine of nineteen prevented",
        point(9, interested(*range(9)), local_law=True),
        (10, 0, False),
    ),
    (
        "R-QUO-08 the exception is not the general law",
        point(9, interested(*range(10))),
        (10, 0, False),
    ),
]


@pytest.mark.parametrize(("told", "expected"), [pytest.param(*c[1:], id=c[0]) for c in POINTS])
def test_the_quorum_of_a_point(told, expected):
    assert (told.needed, told.counted, told.reached) == expected


SEATS = [
    pytest.param(19, 0, 10, id="R-QUO-03 complete"),
    pytest.param(19, 1, 10, id="R-QUO-03 one vacancy"),
    pytest.param(19, 2, 9, id="R-QUO-03 two vacancies"),
    pytest.param(20, 1, 10, id="T-QUO-24"),
]


@pytest.mark.parametrize(("legal", "vacancies", "needed"), SEATS)
def test_vacancies_lower_the_quorum(legal, vacancies, needed):
    assert quorum(in_office_of(legal, vacancies)) == needed


@pytest.mark.law("R-QUO-03")
def test_more_vacancies_than_seats_is_a_mistake():
    with pytest.raises(ValueError, match="vacancies"):
        in_office_of(7, 8)


@given(st.integers(1, 400))
@pytest.mark.law("R-QUO-01")
def test_the_quorum_is_the_smallest_number_over_half(members):
    needed = quorum(members)
    assert 2 * needed > members
    assert 2 * (needed - 1) <= members


@pytest.mark.law("R-QUO-01")
def test_one_member_alone_is_a_majority_of_one():
    assert quorum(1) == 1


@pytest.mark.law("R-QUO-02")
def test_ninety_nine_proxies_are_no_presence():
    assert not count(Attendance(100, 1, proxies=99)).reached


def test_a_commission_needs_no_quorum_and_says_so():
    told = count(Attendance(9, 1, rule=quorum_rule(Body.COMMISSION)))
    assert told.reached
    assert told.waiver is Waiver.NO_RULE
    assert "aucun quorum n’est exigé de cette instance" in told.sentence
    assert not count(Attendance(9, 4, rule=quorum_rule(Body.CCAS_BOARD))).reached


@pytest.mark.law("R-QUO-08")
def test_the_exception_is_said():
    told = count(Attendance(19, 9, interested=9, prevented=10, local_law=True))
    assert told.sentence.endswith("la moitié des membres au moins étant empêchée.")


AGAIN = SecondConvocation(
    first_regular=True,
    sent_on=date(2026, 11, 30),
    meets_on=date(2026, 12, 4),
    first_items=frozenset("abc"),
    items=("a", "b"),
)
SECOND = [
    ("T-QUO-20 convened again", {}, [], "ab"),
    ("T-QUO-22 convened again for Monday", {"sent_on": date(2026, 12, 1)}, ["R-QUO-05"], ""),
    ("R-QUO-05 the first one was late", {"first_regular": False}, ["R-QUO-05"], ""),
    ("R-QUO-05 there was a quorum", {"no_quorum_seen": False}, ["R-QUO-05"], ""),
    (
        "R-QUO-08 no interval in Alsace-Moselle",
        {"local_law": True, "meets_on": date(2026, 12, 1)},
        [],
        "ab",
    ),
    (
        "R-QUO-08 the recall is forgotten",
        {"local_law": True, "recalls_the_law": False},
        ["R-QUO-08"],
        "",
    ),
]


@pytest.mark.parametrize(
    ("changes", "codes", "freed"), [pytest.param(*c[1:], id=c[0]) for c in SECOND]
)
def test_meeting_again_without_quorum(changes, codes, freed):
    facts = replace(AGAIN, **changes)
    assert [f.code for f in blocking(check_second_convocation(facts))] == codes
    assert free_of_quorum(facts) == frozenset(freed)


@pytest.mark.law("R-QUO-05")
def test_a_new_point_keeps_its_quorum():
    facts = replace(AGAIN, items=("a", "z"))
    found = check_second_convocation(facts)
    assert [(f.subject, f.is_blocking) for f in found] == [("z", False)]
    assert free_of_quorum(facts) == {"a"}


@pytest.mark.law("R-QUO-05", "R-QUO-08")
def test_the_mention_names_its_text():
    assert "L2121-17" in second_convocation_mention(date(2026, 11, 30))
    assert "L2541-4" in second_convocation_mention(date(2026, 11, 30), local_law=True)
    assert "lundi 30 novembre 2026" in second_convocation_mention(date(2026, 11, 30))
