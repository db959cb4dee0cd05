"""When an act may be carried out (R-PUB-01 to R-PUB-04), and the delays after a session."""

from datetime import date

import pytest

from council.enums import ActType
from council.rules.enforce import (
    ActFacts,
    Sort,
    appeal_until,
    enforceable_on,
    formalities_of,
    kept_online_until,
    list_due_on,
    minutes_due_on,
    missing_words,
)
from council.rules.result import ItemResult, Recused, Represented, Tally, Way

DEC_1, DEC_2, DEC_3 = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)


@pytest.mark.law("T-DEAD-01")
def test_t_dead_01_the_list_is_due_one_week_after_the_session():
    assert list_due_on(date(2026, 11, 30)) == date(2026, 12, 7)
    assert list_due_on(date(2026, 12, 28)) == date(2027, 1, 4)


def test_the_minutes_are_due_one_week_after_their_approval():
    assert minutes_due_on(date(2026, 12, 14)) == date(2026, 12, 21)


@pytest.mark.law("T-DEAD-05")
def test_t_dead_05_an_act_stays_online_two_months():
    assert kept_online_until(DEC_2) == date(2027, 2, 2)
    assert kept_online_until(date(2026, 12, 31)) == date(2027, 2, 28)
    assert kept_online_until(date(2027, 12, 31)) == date(2028, 2, 29)


@pytest.mark.law("T-DEAD-11")
def test_t_dead_11_a_deliberation_that_is_not_transmitted_is_in_force_once_published():
    facts = ActFacts(Sort.DELIBERATION, False, signed_on=DEC_1, published_on=DEC_2)
    assert enforceable_on(facts) == DEC_2


@pytest.mark.parametrize(
    ("published", "received", "expected"),
    [
        (DEC_2, DEC_3, DEC_3),
        (DEC_3, DEC_2, DEC_3),
        (DEC_2, None, None),
        (None, DEC_2, None),
    ],
)
def test_publication_and_receipt_are_both_needed(published, received, expected):
    facts = ActFacts(
        Sort.DELIBERATION, True, signed_on=DEC_1, published_on=published, received_on=received
    )
    assert enforceable_on(facts) == expected


def test_an_unsigned_act_is_never_in_force():
    facts = ActFacts(Sort.DELIBERATION, True, published_on=DEC_2, received_on=DEC_2)
    assert enforceable_on(facts) is None


def test_an_individual_act_counts_from_its_notification():
    facts = ActFacts(Sort.STAFF, False, signed_on=DEC_1, published_on=DEC_2, notified_on=DEC_3)
    assert enforceable_on(facts) == DEC_3


def test_an_act_that_names_people_counts_from_its_notification_whatever_its_sort():
    facts = ActFacts(Sort.DELIBERATION, False, nominative=True, signed_on=DEC_1, notified_on=DEC_3)
    assert enforceable_on(facts) == DEC_3


@pytest.mark.parametrize(
    "sort", [Sort.STAFF, Sort.POLICE, Sort.POLICE_INDIVIDUAL, Sort.INDIVIDUAL, Sort.PLANNING]
)
def test_orders_of_staff_and_of_police_are_never_published_by_themselves(sort):
    assert not formalities_of(sort).by_itself


def test_a_traffic_order_is_not_transmitted():
    assert not formalities_of(Sort.TRAFFIC).transmit
    assert formalities_of(Sort.POLICE).transmit


def test_what_is_missing_is_said_in_the_order_of_time():
    assert missing_words(ActFacts(Sort.DELIBERATION, True)) == [
        "la signature",
        "l’accusé de réception de la préfecture",
        "la publication",
    ]
    assert missing_words(ActFacts(Sort.STAFF, False, signed_on=DEC_1)) == [
        "la notification à l’intéressé"
    ]


def test_two_months_to_appeal_run_from_the_next_day():
    assert appeal_until(DEC_2) == date(2027, 2, 3)


def test_every_type_of_act_has_its_formalities():
    assert {one.value for one in Sort} == set(ActType.values)


def test_a_result_comes_back_from_what_was_kept():
    result = ItemResult(
        outcome="adopted",
        way=Way.PUBLIC,
        tally=Tally(in_favour=10, against=3, abstaining=2, not_voting=2),
        in_office=19,
        present=("Jeanne Martin",),
        represented=(Represented("René Lacombe", "Jeanne Martin"),),
        recused=(Recused("Paul Martin", "intérêt personnel"),),
        sentence="Adopté.",
    )
    assert ItemResult.from_json(result.as_json()) == result
    assert ItemResult.from_json({**result.as_json(), "added_later": 1}) == result
    assert result.tally.cast == 13
