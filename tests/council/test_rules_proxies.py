"""Pouvoirs and quorum."""

from datetime import date

import pytest

from council.rules import blocking
from council.rules.proxies import ProxyFacts, check_proxy
from council.rules.quorum import (
    Attendance,
    count,
    deemed_complete_from,
    earliest_second_meeting,
    legal_members,
    quorum,
    waiver_applies,
)

MEMBERS = frozenset("ABCDE")


def ask(giver="A", holder="B", **facts):
    return blocking(check_proxy(ProxyFacts(giver, holder, MEMBERS, **facts)))


def test_t_pro_01_a_holder_has_one_pouvoir():
    assert ask(live={"C": "B"})[0].code == "R-PRO-01"


def test_t_pro_02_a_later_pouvoir_replaces_the_former_one():
    assert not ask(holder="C", live={"A": "B"})
    assert not ask(holder="B", live={"A": "B"})


@pytest.mark.parametrize(("giver", "holder"), [("A", "A"), ("A", "agent"), ("former", "B")])
def test_t_pro_03_to_oneself_or_outside_the_body_is_refused(giver, holder):
    assert ask(giver, holder)


def test_t_pro_05_and_06_in_session_the_rules_of_procedure_decide():
    assert not ask(session_open=True, allowed_during_session=True)
    assert ask(session_open=True, allowed_during_session=False)


def test_t_pro_08_the_fourth_session_in_a_row_is_refused():
    assert not ask(previous_in_a_row=2)
    assert ask(previous_in_a_row=3)


def test_t_pro_09_illness_noted_lifts_the_limit():
    assert not ask(previous_in_a_row=3, illness_noted=True)


def test_a_ccas_has_no_limit_of_three_sessions():
    assert not ask(previous_in_a_row=9, limited_to_three_sessions=False)


def test_t_pro_11_an_uncertain_author_leaves_it_to_confirm():
    findings = check_proxy(ProxyFacts("A", "B", MEMBERS, sender_is_certain=False))
    assert not blocking(findings)
    assert "à confirmer" in findings[0].message


def test_t_pro_15_a_pouvoir_names_its_meeting():
    assert ask(same_meeting=False)[0].code == "R-PRO-06"


@pytest.mark.parametrize(
    ("members", "needed"),
    [
        (19, 10),
        (18, 10),
        (17, 9),
        (16, 9),
        (23, 12),
        (22, 12),
        (21, 11),
        (20, 11),
        (27, 14),
        (26, 14),
        (25, 13),
        (24, 13),
        (8, 5),
        (5, 3),
        (11, 6),
    ],
)
def test_t_quo_01_to_05_more_than_half(members, needed):
    assert quorum(members) == needed


def test_t_quo_10_proxies_vote_and_never_count_for_the_quorum():
    told = count(Attendance(19, 10, proxies=6))
    assert told.reached
    assert told.voters == 16


def test_t_quo_11_nine_present_and_nine_proxies_are_not_enough():
    told = count(Attendance(19, 9, proxies=9))
    assert not told.reached
    assert told.sentence == "Le quorum n’est pas atteint : 9\u00a0présents pour 10 nécessaires."


def test_t_quo_12_a_departure_counts_from_the_next_point():
    assert count(Attendance(23, 12)).reached
    assert not count(Attendance(23, 11)).reached


def test_t_quo_15_the_interested_are_not_counted_as_present():
    told = count(Attendance(19, 12, interested=3))
    assert (told.needed, told.counted, told.reached) == (10, 9, False)


def test_those_who_represent_the_commune_leave_both_sides_of_the_count():
    told = count(Attendance(19, 11, represent_the_body=2))
    assert (told.needed, told.counted, told.reached) == (9, 9, True)


def test_t_quo_17_the_mayor_withdraws_for_the_accounts():
    assert not count(Attendance(19, 10, mayor_withdraws=True)).reached


def test_t_quo_18_the_second_meeting_comes_three_clear_days_later():
    assert earliest_second_meeting(date(2026, 11, 30)) == date(2026, 12, 4)


def test_t_quo_20_points_carried_over_need_no_quorum():
    assert count(Attendance(23, 5, carried_over=True)).reached


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
