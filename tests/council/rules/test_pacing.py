"""The pace of sending: by provider, and the legal limit wins."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules.pacing import MARGIN, provider_of, spread

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
FAR = NOW + dt.timedelta(days=5)


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("a@wanadoo.fr", "orange.fr"),
        ("A@Orange.FR", "orange.fr"),
        ("b@hotmail.fr", "outlook.com"),
        ("c@mairie-saint-aubin.fr", "mairie-saint-aubin.fr"),
    ],
)
def test_domains_of_one_provider_count_together(address, provider):
    assert provider_of(address) == provider


def test_a_small_council_leaves_at_once():
    assert spread(["a@orange.fr"] * 19, per_minute=30, now=NOW, limit=FAR) == [NOW] * 19


def test_two_hundred_at_one_provider_take_seven_minutes_and_delay_nobody_else():
    boxes = ["a@gmail.com"] * 200 + ["b@free.fr"]
    times = spread(boxes, per_minute=30, now=NOW, limit=FAR)
    assert (times[0], times[199], times[200]) == (NOW, NOW + dt.timedelta(minutes=6), NOW)


def test_the_limit_wins_over_the_pace():
    limit = NOW + MARGIN + dt.timedelta(minutes=2)
    times = spread(["a@gmail.com"] * 200, per_minute=30, now=NOW, limit=limit)
    assert max(times) == limit - MARGIN
    at_once = spread(["a@gmail.com"] * 200, per_minute=30, now=NOW, limit=NOW)
    assert set(at_once) == {NOW}


@given(
    st.lists(
        st.sampled_from(["a@orange.fr", "b@wanadoo.fr", "c@gmail.com", "d@x.fr"]), max_size=90
    ),
    st.integers(1, 20),
)
def test_never_more_than_the_rate_in_a_minute(boxes, rate):
    times = spread(boxes, per_minute=rate, now=NOW, limit=FAR)
    waves = Counter((provider_of(box), at) for box, at in zip(boxes, times, strict=True))
    assert all(count <= rate for count in waves.values())
    assert all(NOW <= at < FAR for at in times)
