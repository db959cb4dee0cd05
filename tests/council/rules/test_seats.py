"""Seats shared between lists."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from council.rules import blocking
from council.rules.seats import ccas_board_is_even, check_commission_seats, proportional_seats


@pytest.mark.parametrize(
    ("votes", "seats", "shared"),
    [
        ({"a": 15, "b": 4}, 3, {"a": 2, "b": 1}),
        ({"a": 19}, 5, {"a": 5}),
        ({"a": 20, "b": 5, "c": 2}, 5, {"a": 4, "b": 1, "c": 0}),
        ({"a": 12, "b": 4, "c": 3}, 3, {"a": 2, "b": 1, "c": 0}),
        # Equal remainders: more votes win the seat.
        ({"a": 14, "b": 4}, 2, {"a": 2, "b": 0}),
        ({"a": 3, "b": 1}, 2, {"a": 2, "b": 0}),
    ],
)
def test_the_largest_remainder(votes, seats, shared):
    assert proportional_seats(votes, seats) == shared


def test_age_decides_between_equal_lists_alone():
    assert proportional_seats({"a": 7, "b": 7}, 1, eldest_first=("b", "a")) == {"a": 0, "b": 1}
    assert proportional_seats({"a": 7, "b": 7}, 2) == {"a": 1, "b": 1}
    with pytest.raises(ValueError, match="ages"):
        proportional_seats({"a": 7, "b": 7}, 1)


@pytest.mark.parametrize(("votes", "seats"), [({"a": 0}, 2), ({"a": 3}, 0), ({"a": -1, "b": 2}, 1)])
def test_what_cannot_be_shared(votes, seats):
    with pytest.raises(ValueError, match="needed"):
        proportional_seats(votes, seats)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60), min_size=1), st.integers(1, 20)
)
def test_all_the_seats_are_given_and_never_far_from_the_share(votes, seats):
    cast = sum(votes.values())
    assume(cast > 0)
    shared = proportional_seats(votes, seats, eldest_first="abcdef")
    assert sum(shared.values()) == seats
    for name, won in shared.items():
        assert abs(won - votes[name] * seats / cast) < 1
    for one in votes:
        for other in votes:
            assert votes[one] <= votes[other] or shared[one] >= shared[other]


@pytest.mark.parametrize(
    ("elected", "appointed", "count"), [(4, 4, 0), (8, 8, 0), (4, 5, 1), (3, 3, 1), (9, 8, 2)]
)
def test_the_board_of_a_ccas_is_even(elected, appointed, count):
    assert len(blocking(ccas_board_is_even(elected=elected, appointed=appointed))) == count


def test_every_group_speaks_in_a_commission():
    groups = {"majorité": 15, "opposition": 4}
    [finding] = check_commission_seats({"majorité": 6}, groups, population=2300)
    assert finding.subject == "opposition"
    assert not check_commission_seats({"majorité": 5, "opposition": 1}, groups, population=2300)
    assert not check_commission_seats({"majorité": 6}, groups, population=999)
