"""Votes: what a count decides, which ballot applies, who is elected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules import blocking
from council.rules.agenda import ItemFacts, check_vote
from council.rules.ballots import (
    BallotFacts,
    ballot_for,
    check_ballot,
    check_device,
    needed_for_public,
    needed_for_secret,
    secrecy_is_waived,
    takes_effect_at_once,
)
from council.rules.nominations import Grounds, Round, check_rounds, election_of
from council.rules.policy import Body
from council.rules.votes import (
    Ballot,
    Choice,
    Counts,
    Rule,
    Why,
    casting_vote_in_secret,
    check_counts,
    check_names,
    check_roll,
    decide,
    tally,
    with_exceptions,
)

FOR, AGAINST, ABSTAINS, OUT = Choice.FOR, Choice.AGAINST, Choice.ABSTAINS, Choice.NOT_VOTING
SECRET, PUBLIC, ORDINARY = Ballot.SECRET, Ballot.PUBLIC, Ballot.ORDINARY
ACCOUNTS = {"rule": Rule.ACCOUNTS}


def counts(*values):
    return Counts(*values)


DECISIONS = [
    ("T-VOT-01", counts(10, 4, 3), {}, True, Why.MAJORITY),
    ("T-VOT-03", counts(8, 8, 1), {"ballot": PUBLIC, "chair": FOR}, True, Why.CASTING_VOTE),
    ("T-VOT-04", counts(8, 8), {"ballot": PUBLIC, "chair": AGAINST}, False, Why.CASTING_VOTE),
    ("T-VOT-05", counts(8, 8), {"ballot": PUBLIC, "chair": ABSTAINS}, False, Why.TIE),
    ("T-VOT-06", counts(8, 8), {"ballot": SECRET, "chair": FOR}, False, Why.TIE),
    ("T-VOT-07", counts(0, 0, 17), {"chair": FOR}, False, Why.NO_VOTE_CAST),
    ("T-VOT-09 tie", counts(7, 7), ACCOUNTS, True, Why.ACCOUNTS),
    ("T-VOT-09 a majority against", counts(7, 8), ACCOUNTS, False, Why.MAJORITY),
    ("T-VOT-09 all abstain", counts(0, 0, 14), ACCOUNTS, True, Why.ACCOUNTS),
    ("T-VOT-21", counts(8, 7, 0, 0, 2), {"ballot": SECRET}, True, Why.MAJORITY),
    ("R-VOT-01 one voice is enough", counts(1, 0, 16), {}, True, Why.UNANIMITY),
    ("R-VOT-01 the chair is unknown", counts(3, 3), {}, False, Why.TIE),
    ("R-VOT-01 the chair does not vote", counts(3, 3, 0, 1), {"chair": OUT}, False, Why.TIE),
    ("R-VOT-01 all against", counts(0, 9), {}, False, Why.UNANIMITY),
    ("R-VOT-07 unanimous accounts", counts(14), ACCOUNTS, True, Why.UNANIMITY),
    ("R-VOT-07 all against the accounts", counts(0, 1), ACCOUNTS, False, Why.UNANIMITY),
    ("R-VOT-08 whoever does not vote changes nothing", counts(2, 1, 0, 9), {}, True, Why.MAJORITY),
    (
        "R-VOT-01 a CCAS breaks a secret tie",
        counts(4, 4),
        {
            "ballot": SECRET,
            "chair": FOR,
            "casting_in_secret": casting_vote_in_secret(Body.CCAS_BOARD),
        },
        True,
        Why.CASTING_VOTE,
    ),
]


@pytest.mark.parametrize(
    ("count", "how", "adopted", "why"), [pytest.param(*c[1:], id=c[0]) for c in DECISIONS]
)
def test_what_a_count_decides(count, how, adopted, why):
    told = decide(count, **how)
    assert (told.adopted, told.why) == (adopted, why)


@pytest.mark.law("T-VOT-01", "T-VOT-21")
def test_the_majority_is_of_the_votes_cast():
    assert (counts(10, 4, 3).cast, counts(10, 4, 3).majority) == (14, 8)
    assert counts(8, 7, 0, 0, 2).cast == 15


@pytest.mark.law("R-VOT-08")
def test_not_voting_is_not_abstaining():
    told = counts(10, 2, 1, 4)
    assert (told.took_part, told.accounted_for) == (13, 17)


SMALL = st.integers(0, 40)


@given(SMALL, SMALL, SMALL, SMALL, st.sampled_from([None, *Choice]), st.sampled_from(Ballot))
@pytest.mark.law("R-VOT-01")
def test_abstaining_never_turns_a_vote(yes, no, abstain, out, chair, ballot):
    how = {"chair": chair, "ballot": ballot}
    assert (
        decide(counts(yes, no, abstain, out), **how).adopted
        == decide(counts(yes, no), **how).adopted
    )


@given(SMALL, SMALL, st.sampled_from([None, *Choice]), st.sampled_from(Rule))
@pytest.mark.law("R-VOT-01", "R-VOT-07")
def test_one_more_voice_in_favour_never_loses(yes, no, chair, rule):
    if decide(counts(yes, no), chair=chair, rule=rule).adopted:
        assert decide(counts(yes + 1, no), chair=chair, rule=rule).adopted


@given(st.integers(1, 60), SMALL, SMALL)
@pytest.mark.law("R-VOT-05", "R-VOT-06")
def test_secrecy_prevails_and_its_threshold_is_never_the_lower_one(present, public, secret):
    assert needed_for_public(present) <= needed_for_secret(present)
    due = ballot_for(BallotFacts(present, public, secret))
    if secret >= needed_for_secret(present):
        assert due is SECRET


BALLOTS = [
    ("T-VOT-10 four of seventeen", BallotFacts(17, asking_public=4), ORDINARY),
    ("T-VOT-10 five of seventeen", BallotFacts(17, asking_public=5), PUBLIC),
    ("T-VOT-12", BallotFacts(17, asking_public=5, asking_secret=6), SECRET),
    ("T-VOT-13", BallotFacts(12, asking_secret=4), SECRET),
    (
        "T-VOT-17 a waiver counts for nothing",
        BallotFacts(19, nomination=True, secrecy_waived=True, secrecy_imposed=True),
        SECRET,
    ),
    ("R-VOT-03 a quarter of twelve", BallotFacts(12, asking_public=3), PUBLIC),
    ("R-VOT-03 two of twelve", BallotFacts(12, asking_public=2), ORDINARY),
    ("R-VOT-04 a nomination", BallotFacts(12, nomination=True), SECRET),
    ("R-VOT-04 waived", BallotFacts(12, nomination=True, secrecy_waived=True), ORDINARY),
    ("R-VOT-05 a third and everybody", BallotFacts(9, asking_public=9, asking_secret=3), SECRET),
    ("R-VOT-05 secrecy short of one", BallotFacts(9, asking_public=3, asking_secret=2), PUBLIC),
    ("R-VOT-06 one present alone", BallotFacts(1, asking_secret=1), SECRET),
    ("R-VOT-06 nobody asks", BallotFacts(0), ORDINARY),
    (
        "R-VOT-03 a CCAS has none on request",
        BallotFacts(8, asking_public=8, body=Body.CCAS_BOARD),
        ORDINARY,
    ),
]


@pytest.mark.parametrize(("facts", "due"), [pytest.param(*c[1:], id=c[0]) for c in BALLOTS])
def test_the_ballot_that_applies(facts, due):
    assert ballot_for(facts) is due
    assert not check_ballot(facts, due)


WRONG = [
    ("R-VOT-04 a nomination by hands", BallotFacts(12, nomination=True), ORDINARY, "à l’unanimité"),
    ("R-VOT-04 one short of a third", BallotFacts(12, asking_secret=3), SECRET, "Il faut 4"),
    ("R-VOT-05 by name all the same", BallotFacts(12, 4, 4), PUBLIC, "Un tiers"),
    ("R-VOT-03 by hands all the same", BallotFacts(12, asking_public=3), ORDINARY, "en faut 3"),
    ("R-VOT-06 pouvoirs asked too", BallotFacts(12, asking_secret=13), SECRET, "pas les pouvoirs"),
    ("T-VOT-17", BallotFacts(12, secrecy_imposed=True), ORDINARY, "La loi impose"),
]


@pytest.mark.parametrize(
    ("facts", "chosen", "words"), [pytest.param(*c[1:], id=c[0]) for c in WRONG]
)
def test_another_ballot_is_refused(facts, chosen, words):
    [finding] = blocking(check_ballot(facts, chosen))
    assert words in finding.message.replace("\u00a0", " ")


@pytest.mark.law("R-VOT-02")
def test_naming_the_votes_of_hands_is_allowed():
    assert not blocking(check_ballot(BallotFacts(12), PUBLIC))


@pytest.mark.law("R-VOT-10")
def test_a_device_shows_each_public_vote_and_never_a_secret_one():
    assert not check_device(PUBLIC, direction_accessible=True)
    assert blocking(check_device(PUBLIC, direction_accessible=False))


@pytest.mark.law("R-VOT-10")
def test_a_secret_ballot_is_of_paper():
    assert blocking(check_device(SECRET, direction_accessible=True))


WAIVERS = [
    ("T-VOT-16", counts(16, 1), False, False),
    ("T-VOT-17", counts(17), True, False),
    ("R-VOT-04 unanimous", counts(17), False, True),
    ("R-VOT-04 nobody said yes", counts(0, 0, 17), False, False),
]


@pytest.mark.parametrize(
    ("count", "imposed", "waived"), [pytest.param(*c[1:], id=c[0]) for c in WAIVERS]
)
def test_giving_secrecy_up(count, imposed, waived):
    assert secrecy_is_waived(count, secrecy_imposed=imposed) is waived


@pytest.mark.law("R-VOT-04")
def test_a_single_candidate_is_named_at_once_but_never_the_mayor():
    assert takes_effect_at_once(candidates=1, seats=1)
    assert takes_effect_at_once(candidates=2, seats=3)
    assert not takes_effect_at_once(candidates=2, seats=1)
    assert not takes_effect_at_once(candidates=0, seats=1)
    assert not takes_effect_at_once(candidates=1, seats=1, secrecy_imposed=True)


def votes(**by):
    return Round(by)


ELECTIONS = [
    ("T-VOT-14", [votes(a=9, b=6, c=2)], ("a", 1, Grounds.ABSOLUTE)),
    (
        "T-VOT-15",
        [votes(a=8, b=7, c=2), votes(a=8, b=7, c=2), votes(a=8, b=8, c=1)],
        ("b", 3, Grounds.ELDEST),
    ),
    ("R-VOT-04 half is not a majority", [votes(a=8, b=8)], ("", 1, None)),
    ("R-VOT-04 in the second", [votes(a=8, b=8), votes(b=9, a=7)], ("b", 2, Grounds.ABSOLUTE)),
    (
        "R-VOT-04 a relative majority in the third",
        [votes(a=5, b=4, c=4), votes(a=5, b=4, c=4), votes(a=5, b=4, c=4)],
        ("a", 3, Grounds.RELATIVE),
    ),
    (
        "R-VOT-04 a newcomer in the third",
        [votes(a=2, b=2), votes(a=2, b=2), votes(c=4)],
        ("c", 3, Grounds.ABSOLUTE),
    ),
    (
        "R-VOT-04 blank ballots are not cast",
        [Round({"a": 3, "b": 2}, blank=12)],
        ("a", 1, Grounds.ABSOLUTE),
    ),
    ("R-VOT-04 all blank", [Round({}, blank=17)] * 3, ("", 3, None)),
]


@pytest.mark.parametrize(("rounds", "told"), [pytest.param(*c[1:], id=c[0]) for c in ELECTIONS])
def test_an_election_in_rounds(rounds, told):
    election = election_of(rounds, eldest_first=("c", "b", "a"))
    assert (election.elected, election.round, election.grounds) == told


@pytest.mark.law("R-VOT-04")
def test_a_tie_without_an_age_is_not_guessed():
    with pytest.raises(ValueError, match="ages"):
        election_of([votes(a=1, b=1)] * 3, eldest_first=("a",))


ROUNDS = [
    ("R-VOT-04 a fourth round", [votes(a=1, b=1)] * 4, "quatrième"),
    ("R-VOT-04 a round too many", [votes(a=9), votes(a=9)], "acquise"),
    ("R-VOT-04 more ballots than voices", [Round({"a": 10, "b": 7}, blank=1)], "18 bulletins"),
    ("R-VOT-04 a negative number", [votes(a=-1)], "négatif"),
]


@pytest.mark.parametrize(("rounds", "words"), [pytest.param(*c[1:], id=c[0]) for c in ROUNDS])
def test_impossible_rounds(rounds, words):
    found = check_rounds(rounds, voices=17)
    assert any(words in f.message.replace("\u00a0", " ") for f in found)


def test_an_election_in_two_rounds_is_fine():
    assert not check_rounds([votes(a=8, b=8), votes(a=9, b=8)], voices=17)


COUNTS = [
    ("R-VOT-01 more voices than voters", counts(12, 6), ORDINARY, "18 voix pour 17 votants"),
    ("R-VOT-01 one voice forgotten", counts(12, 4), ORDINARY, "1 voix n’est pas comptée"),
    ("R-VOT-01 three forgotten", counts(12, 2), ORDINARY, "3 voix ne sont pas comptées"),
    ("R-VOT-01 negative", counts(-1, 18), ORDINARY, "négatif"),
    ("R-VOT-01 a blank hand", counts(16, 0, 0, 0, 1), ORDINARY, "blancs ou nuls"),
]


@pytest.mark.parametrize(
    ("count", "ballot", "words"), [pytest.param(*c[1:], id=c[0]) for c in COUNTS]
)
def test_impossible_counts(count, ballot, words):
    [finding] = check_counts(count, voices=17, ballot=ballot)
    assert words in finding.message.replace("\u00a0", " ")


def test_possible_counts():
    assert not check_counts(counts(12, 3, 1, 1), voices=17, ballot=ORDINARY)
    assert not check_counts(counts(12, 3, 0, 0, 1, 1), voices=17, ballot=SECRET)
    assert not check_counts(counts(12), voices=17, ballot=ORDINARY, every_voice_told=False)


VOICES = {"A": "A", "B": "B", "C": "A"}
ROLLS = [
    ("R-VOT-03 somebody says nothing", {"A": FOR, "B": FOR}, PUBLIC, "R-VOT-03"),
    ("R-VOT-03 nobody says anything", {}, PUBLIC, "R-VOT-03"),
    ("R-VOT-04 names in a secret ballot", {"A": FOR}, SECRET, "R-VOT-04"),
    (
        "R-VOT-11 the interested one votes",
        {**dict.fromkeys("ABC", FOR), "I": FOR},
        PUBLIC,
        "R-VOT-11",
    ),
    (
        "R-VOT-11 the interested one abstains",
        {**dict.fromkeys("ABC", FOR), "I": ABSTAINS},
        PUBLIC,
        "R-VOT-11",
    ),
    ("R-VOT-01 an absent member votes", {"Z": FOR}, ORDINARY, "R-VOT-01"),
]


@pytest.mark.parametrize(("roll", "ballot", "code"), [pytest.param(*c[1:], id=c[0]) for c in ROLLS])
def test_impossible_named_votes(roll, ballot, code):
    assert code in {f.code for f in check_roll(roll, VOICES, withdrawn="I", ballot=ballot)}


@pytest.mark.law("R-VOT-08", "R-VOT-11")
def test_whoever_withdrew_may_be_noted_as_not_voting():
    roll = {**dict.fromkeys("ABC", FOR), "I": OUT}
    assert not check_roll(roll, VOICES, withdrawn="I")
    assert tally(roll.values()) == counts(3, 0, 0, 1)


@pytest.mark.law("R-VOT-02")
def test_unanimity_with_exceptions():
    roll = with_exceptions(VOICES, {"B": AGAINST})
    assert tally(roll.values()) == counts(2, 1)
    assert not check_roll(roll, VOICES, ballot=ORDINARY)
    assert check_roll(with_exceptions(VOICES, {"Z": AGAINST}), VOICES, ballot=ORDINARY)


@pytest.mark.law("R-VOT-02")
def test_the_names_given_are_as_many_as_the_count():
    assert not check_names(counts(10, 4, 3), 4, 3)
    assert not check_names(counts(10, 4, 3), 0, 0)
    assert [f.code for f in check_names(counts(10, 4, 3), 3, 2)] == ["R-VOT-02"] * 2


@pytest.mark.law("T-VOT-23")
def test_a_vote_on_an_information_is_refused():
    assert blocking(check_vote(ItemFacts("i", "Point d’information", "information")))
