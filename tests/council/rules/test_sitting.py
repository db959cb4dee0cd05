"""A sitting replayed: who was there and whose pouvoir counted, at each point."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules.quorum import Attendance, count
from council.rules.sitting import Event, Step, check_next, opening, replay

S = Step
MEMBERS = frozenset("ABCDEFG")


def here(*people):
    return [Event(S.ARRIVES, p) for p in people]


def called(item):
    return Event(S.CALLED, item=item)


def voted(item):
    return Event(S.VOTED, item=item)


def left(person):
    return Event(S.LEAVES, person)


def gives(giver, holder):
    return Event(S.PROXY_GIVEN, giver, holder=holder)


OPEN = [*here(*"ABCD"), Event(S.OPENS)]


@pytest.mark.law("T-QUO-12")
def test_the_twelfth_leaves_before_the_fifth_point():
    people = [f"m{n}" for n in range(12)]
    events = [*here(*people), Event(S.OPENS)]
    for item in "1234":
        events += [called(item), voted(item)]
    told = replay([*events, left("m11"), called("5")])
    reached = [count(Attendance(23, len(p.called.present))).reached for p in told.points]
    assert reached == [True, True, True, True, False]


@pytest.mark.law("R-QUO-04")
def test_leaving_during_a_point_keeps_its_quorum_and_loses_its_voice():
    told = replay([*OPEN, called("1"), left("D"), voted("1"), called("2")])
    assert told.point("1").called.present == frozenset("ABCD")
    assert told.point("1").voted.present == frozenset("ABC")
    assert told.point("2").called.present == frozenset("ABC")


@pytest.mark.law("R-QUO-04")
def test_arriving_during_a_point_votes_and_does_not_make_its_quorum():
    told = replay([*OPEN, called("1"), *here("E"), voted("1")])
    assert "E" not in told.point("1").called.present
    assert "E" in told.point("1").voted.present


@pytest.mark.law("T-PRO-05")
def test_a_pouvoir_given_on_leaving_counts_from_the_next_point():
    told = replay([*OPEN, called("1"), gives("A", "B"), left("A"), voted("1"), called("2")])
    assert told.point("1").voted.proxies == {}
    assert told.point("2").called.proxies == {"A": "B"}
    assert len(told.point("2").called.present) == 3


@pytest.mark.law("T-PRO-12")
def test_a_pouvoir_received_before_the_first_point_counts_for_it():
    told = replay([*OPEN, gives("E", "B"), called("1")])
    assert told.point("1").called.proxies == {"E": "B"}


@pytest.mark.law("R-PRO-05")
def test_presence_revokes_for_the_rest_of_the_sitting():
    told = replay(
        [
            *OPEN,
            called("1"),
            voted("1"),
            *here("E"),
            called("2"),
            voted("2"),
            left("E"),
            called("3"),
        ],
        given_before={"E": "A"},
    )
    assert told.point("1").called.proxies == {"E": "A"}
    assert told.point("2").called.proxies == {}
    assert told.point("3").called.proxies == {}
    assert told.lapsed == {"E"}


@pytest.mark.law("R-PRO-05")
def test_a_pouvoir_of_somebody_present_at_the_opening_never_counted():
    told = replay([*OPEN, called("1")], given_before={"A": "B", "F": "C"})
    assert told.point("1").called.proxies == {"F": "C"}


@pytest.mark.law("T-PRO-02")
def test_the_later_pouvoir_is_the_one_that_counts():
    told = replay([*OPEN, gives("E", "A"), gives("E", "B"), called("1")])
    assert told.point("1").called.proxies == {"E": "B"}


@pytest.mark.law("R-PRO-01")
def test_a_pouvoir_is_always_revocable():
    told = replay([*OPEN, Event(S.PROXY_REVOKED, "E"), called("1")], given_before={"E": "A"})
    assert told.point("1").called.proxies == {}
    assert told.lapsed == frozenset()


REFUSED = [
    ("R-QUO-04 twice present", OPEN, Event(S.ARRIVES, "A"), "déjà présente"),
    ("R-QUO-04 leaves while away", OPEN, left("F"), "pas dans la salle"),
    ("R-QUO-04 a point before the opening", here("A"), called("1"), "pas ouverte"),
    ("R-QUO-04 opened twice", OPEN, Event(S.OPENS), "déjà ouverte"),
    ("R-QUO-04 a vote on nothing", OPEN, voted("9"), "mis en discussion"),
    ("R-QUO-04 while suspended", [*OPEN, Event(S.SUSPENDED)], called("1"), "suspendue"),
    ("R-QUO-04 resumed without a pause", OPEN, Event(S.RESUMED), "pas suspendue"),
    ("R-PRO-02 a visitor", OPEN, Event(S.ARRIVES, "visitor"), "pas membre"),
    ("R-PRO-01 a second pouvoir to the same", [*OPEN, gives("E", "A")], gives("F", "A"), "un seul"),
    ("R-PRO-02 a pouvoir to a visitor", OPEN, gives("E", "visitor"), "autre membre"),
    ("R-CONV-10 after the closing", [*OPEN, Event(S.CLOSED)], called("1"), "nouvelle convocation"),
    ("R-CONV-10 opened again", [*OPEN, Event(S.CLOSED)], Event(S.OPENS), "nouvelle convocation"),
]


@pytest.mark.parametrize(
    ("events", "event", "words"), [pytest.param(*c[1:], id=c[0]) for c in REFUSED]
)
def test_impossible_moves_say_why(events, event, words):
    [finding] = check_next(MEMBERS, events, event)
    assert finding.is_blocking
    assert words in finding.message


def test_a_pause_is_not_an_end():
    events = [*OPEN, Event(S.SUSPENDED), Event(S.RESUMED)]
    assert not check_next(MEMBERS, events, called("1"))
    assert not replay(events).is_suspended


PARIS = ZoneInfo("Europe/Paris")


def at(hour, minute=0, day=30):
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


OPENINGS = [
    ("T-QUO-14", 23, [at(20)] * 11 + [at(20, 20)], False, at(20, 20)),
    ("R-QUO-04 all early: at the hour convened", 5, [at(19, 30)] * 3, False, at(20)),
    ("R-QUO-04 never enough", 23, [at(20)] * 11, False, None),
    ("R-QUO-05 the second time, one is enough", 23, [at(20, 5)], True, at(20, 5)),
    ("R-QUO-05 the second time, nobody came", 23, [], True, None),
]


@pytest.mark.parametrize(
    ("members", "arrivals", "again", "opens"), [pytest.param(*c[1:], id=c[0]) for c in OPENINGS]
)
def test_when_the_sitting_opens(members, arrivals, again, opens):
    told = opening(convened_at=at(20), arrivals=arrivals, in_office=members, carried_over=again)
    assert (told and told.opens_at) == opens
    if told:
        assert told.is_late == (opens > at(20))


STEPS = st.lists(
    st.builds(
        Event,
        st.sampled_from(Step),
        person=st.sampled_from("ABCDEFG"),
        item=st.sampled_from("123"),
        holder=st.sampled_from("ABCDEFG"),
    ),
    max_size=30,
)


@given(STEPS)
@pytest.mark.law("R-PRO-05", "R-QUO-04")
def test_however_it_goes_nobody_is_both_present_and_represented(steps):
    """Moves refused are left out, as the screen does; the rest always makes a sane sitting."""
    kept = []
    for step in steps:
        in_the_room = replay(kept).seats.present
        odd_gift = step.step is S.PROXY_GIVEN and step.person in in_the_room
        if not odd_gift and not check_next(MEMBERS, kept, step):
            kept.append(step)
    told = replay(kept)
    for point in told.points:
        for seats in (point.called, point.voted):
            assert not seats.present & set(seats.proxies)
            assert seats.present <= MEMBERS
            assert len(set(seats.proxies.values())) == len(seats.proxies)
    assert len(told.points) == sum(step.step is S.CALLED for step in kept)
    # Typed in one go or step by step: the same sitting.
    assert replay(list(kept)) == told
