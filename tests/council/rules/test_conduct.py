"""Who chairs, who writes, closed doors and urgency."""

from dataclasses import replace

import pytest

from council.rules import blocking
from council.rules.chairing import (
    Bench,
    ChairRole,
    chair_for,
    check_accounts_vote,
    check_chair,
    check_secretary,
    replacement_for,
)
from council.rules.conduct import (
    ClosedDoors,
    after_urgency_vote,
    check_closed_doors,
    check_end_of_point,
    check_urgency_vote,
    closed_doors_are_decided,
    closed_doors_majority,
    closed_doors_reminders,
    may_ask_closed_doors,
)
from council.rules.policy import Body
from council.rules.votes import Ballot, Counts

COUNCIL, EPCI = Body.MUNICIPAL_COUNCIL, Body.COMMUNITY_COUNCIL
ALL = frozenset("MABCD")
BENCH = Bench("M", ("A", "B"), ("C", "D"), ("D", "C", "M", "B", "A"), ALL)


def bench(present):
    return replace(BENCH, present=frozenset(present))


CHAIRS = [
    ("R-CONV-01 the mayor", BENCH, {}, ("M", ChairRole.MAYOR)),
    ("R-CONV-01 the second deputy", bench("BCD"), {}, ("B", ChairRole.DEPUTY)),
    ("R-CONV-01 no deputy is there", bench("CD"), {}, ("C", ChairRole.COUNCILLOR)),
    ("R-CONV-01 nobody is there", bench(""), {}, None),
    (
        "R-CONV-14 the eldest present",
        bench("MABC"),
        {"mayor_election": True},
        ("C", ChairRole.ELDEST),
    ),
    (
        "R-QUO-07 the elected chair",
        BENCH,
        {"accounts": True, "elected": "B"},
        ("B", ChairRole.ELECTED),
    ),
    ("R-QUO-07 not yet elected", BENCH, {"accounts": True}, None),
    ("R-QUO-07 never the mayor", BENCH, {"accounts": True, "elected": "M"}, None),
    (
        "R-VOT-11 the mayor is interested",
        BENCH,
        {"withdrawn": frozenset("M")},
        ("A", ChairRole.DEPUTY),
    ),
]


@pytest.mark.parametrize(("at", "how", "told"), [pytest.param(*c[1:], id=c[0]) for c in CHAIRS])
def test_who_chairs(at, how, told):
    chair = chair_for(at, **how)
    assert (chair and (chair.person, chair.role)) == told


CHECKS = [
    ("R-CONV-01 a deputy while the mayor is there", BENCH, "A", {}, "R-CONV-01", False),
    (
        "R-CONV-14 the mayor presides the election",
        BENCH,
        "M",
        {"mayor_election": True},
        "R-CONV-14",
        True,
    ),
    ("R-CONV-14 the second eldest", BENCH, "C", {"mayor_election": True}, "R-CONV-14", True),
    ("R-QUO-07 the mayor on the accounts", BENCH, "M", {"accounts": True}, "R-QUO-07", True),
    ("R-AGE-07 an absent chair", bench("M"), "A", {}, "R-AGE-07", True),
    ("R-VOT-11 an interested chair", BENCH, "M", {"withdrawn": frozenset("M")}, "R-VOT-11", True),
]


@pytest.mark.parametrize(
    ("at", "chair", "how", "code", "blocks"), [pytest.param(*c[1:], id=c[0]) for c in CHECKS]
)
def test_a_wrong_chair_is_told(at, chair, how, code, blocks):
    [finding] = check_chair(at, chair, **how)
    assert (finding.code, finding.is_blocking) == (code, blocks)


def test_the_right_chair_is_silent():
    assert not check_chair(BENCH, "M")
    assert not check_chair(bench("BC"), "B")
    assert not check_chair(BENCH, "D", mayor_election=True)
    assert not check_chair(BENCH, "C", accounts=True)


REPLACED = [
    ("the mayor is there", "MAC", ("M", ChairRole.MAYOR)),
    ("the first deputy", "ABC", ("A", ChairRole.DEPUTY)),
    ("the first deputy is away too", "BC", ("B", ChairRole.DEPUTY)),
    ("no deputy: a councillor in the order of the tableau", "DC", ("C", ChairRole.COUNCILLOR)),
    ("nobody", "", None),
]


@pytest.mark.law("R-CONV-01")
@pytest.mark.parametrize(
    ("available", "told"), [pytest.param(*c[1:], id=f"R-CONV-01 {c[0]}") for c in REPLACED]
)
def test_the_replacement_follows_the_order_of_nomination(available, told):
    found = replacement_for("M", ("A", "B"), ("C", "D"), frozenset(available))
    assert (found and (found.person, found.role)) == told


@pytest.mark.law("R-QUO-07", "R-PRO-04")
def test_the_vote_on_the_accounts():
    assert not check_accounts_vote(
        mayor="M", voting=frozenset("ABC"), givers=frozenset("D"), chair="A"
    )
    found = check_accounts_vote(mayor="M", voting=ALL, givers=frozenset("M"), chair="M")
    assert [f.code for f in found] == ["R-QUO-07", "R-PRO-04", "R-QUO-07"]


SECRETARIES = [
    ("R-AGE-07 none", (), {}, 1),
    ("R-AGE-07 one", ("A",), {}, 0),
    ("R-AGE-07 two", ("A", "B"), {}, 0),
    ("R-AGE-07 an agent", ("agent",), {}, 1),
    ("R-AGE-07 an agent assists", ("A",), {"auxiliaries": ("agent",), "members": ALL}, 0),
    ("R-AGE-07 a member as auxiliary", ("A",), {"auxiliaries": ("B",), "members": ALL}, 1),
    ("R-AGE-07 named at the end", ("A",), {"at_the_start": False}, 1),
]


@pytest.mark.parametrize(
    ("named", "how", "findings"), [pytest.param(*c[1:], id=c[0]) for c in SECRETARIES]
)
def test_the_secretary(named, how, findings):
    assert len(check_secretary(named, present=ALL, **how)) == findings


ASKING = [
    ("T-VOT-18 two members", COUNCIL, 2, False, False),
    ("T-VOT-18 three members", COUNCIL, 3, False, True),
    ("T-VOT-18 the mayor", COUNCIL, 0, True, True),
    ("R-VOT-09 four in an EPCI", EPCI, 4, False, False),
    ("R-VOT-09 five in an EPCI", EPCI, 5, False, True),
    ("R-VOT-09 the president", EPCI, 0, True, True),
]


@pytest.mark.parametrize(
    ("body", "asking", "chair", "may"), [pytest.param(*c[1:], id=c[0]) for c in ASKING]
)
def test_who_asks_for_closed_doors(body, asking, chair, may):
    assert may_ask_closed_doors(body, asking=asking, by_the_chair=chair) is may


DOORS = ClosedDoors(COUNCIL, 3, False, 14, 3, Counts(9, 2, 6))


@pytest.mark.law("R-VOT-09")
def test_closed_doors_need_the_majority_of_those_present_or_represented():
    assert closed_doors_majority(14, 3) == 9
    assert closed_doors_are_decided(DOORS)
    # More for than against, and yet not enough.
    assert not closed_doors_are_decided(replace(DOORS, counts=Counts(8, 0, 9)))


BAD_DOORS = [
    ("R-VOT-09 decided beforehand", {"in_session": False}, "pendant la séance"),
    ("R-VOT-09 with a debate", {"debated": True}, "sans débat"),
    ("R-VOT-09 in secret", {"ballot": Ballot.SECRET}, "scrutin secret"),
    ("R-VOT-09 two ask", {"asking": 2}, "3 membres"),
    ("R-VOT-09 more voices than people", {"counts": Counts(18)}, "plus de voix"),
]


@pytest.mark.parametrize(("changes", "words"), [pytest.param(*c[1:], id=c[0]) for c in BAD_DOORS])
def test_closed_doors_badly_voted(changes, words):
    facts = replace(DOORS, **changes)
    [finding] = check_closed_doors(facts)
    assert words in finding.message
    assert not closed_doors_are_decided(facts)


@pytest.mark.law("R-VOT-09")
def test_recording_stops_behind_closed_doors():
    assert any("enregistrement" in f.message for f in closed_doors_reminders(recording=True))
    assert len(closed_doors_reminders(recording=False)) == 1


@pytest.mark.law("R-CONV-06")
def test_a_refused_urgency_postpones_the_urgent_points():
    refused = after_urgency_vote("abc", counts=Counts(5, 9))
    assert (refused.kept, refused.postponed) == ((), ("a", "b", "c"))
    partly = after_urgency_vote("abc", counts=Counts(5, 9), urgent=frozenset("b"))
    assert (partly.kept, partly.postponed) == (("a", "c"), ("b",))


@pytest.mark.law("R-CONV-06")
def test_an_approved_urgency_keeps_all():
    assert after_urgency_vote("abc", counts=Counts(9, 5)).kept == ("a", "b", "c")


@pytest.mark.law("R-CONV-06")
def test_the_urgency_is_voted_first_with_its_reason():
    assert not check_urgency_vote(voted=True, reason="Tempête du 2 mars", first_vote=True)
    assert len(blocking(check_urgency_vote(voted=False, reason=" ", first_vote=False))) == 2
    assert blocking(check_urgency_vote(voted=True, reason="Tempête", first_vote=False))


@pytest.mark.law("R-QUO-04")
def test_a_lost_quorum_is_told_before_the_next_point():
    [finding] = check_end_of_point(present=9, quorum_needed=10)
    assert not finding.is_blocking
    assert not check_end_of_point(present=10, quorum_needed=10)
