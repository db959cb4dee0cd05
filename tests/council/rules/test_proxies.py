"""Pouvoirs: which may be given, and what each is worth on a point."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules import blocking
from council.rules.policy import Body
from council.rules.proxies import (
    Delegation,
    ProxyFacts,
    check_delegation_proxy,
    check_proxy,
    limited_to_three_sessions,
    who_sits,
)
from council.rules.voters import (
    STANDING_WORDS,
    Basis,
    PointSituation,
    Standing,
    quorum_of,
    standing_of,
    votes_of,
)

PERSONAL, ACCOUNTS = Basis.PERSONAL, Basis.ACCOUNTS

MEMBERS = frozenset("ABCDE")


def ask(giver="A", holder="B", **facts):
    return blocking(check_proxy(ProxyFacts(giver, holder, MEMBERS, **facts)))


@pytest.mark.law("T-PRO-01")
def test_t_pro_01_a_holder_has_one_pouvoir():
    assert ask(live={"C": "B"})[0].code == "R-PRO-01"


@pytest.mark.law("T-PRO-02")
def test_t_pro_02_a_later_pouvoir_replaces_the_former_one():
    assert not ask(holder="C", live={"A": "B"})
    assert not ask(holder="B", live={"A": "B"})


@pytest.mark.parametrize(("giver", "holder"), [("A", "A"), ("A", "agent"), ("former", "B")])
@pytest.mark.law("T-PRO-03")
def test_t_pro_03_to_oneself_or_outside_the_body_is_refused(giver, holder):
    assert ask(giver, holder)


@pytest.mark.law("T-PRO-05", "T-PRO-06")
def test_t_pro_05_and_06_in_session_the_rules_of_procedure_decide():
    assert not ask(session_open=True, allowed_during_session=True)
    assert ask(session_open=True, allowed_during_session=False)


@pytest.mark.law("T-PRO-08")
def test_t_pro_08_the_fourth_session_in_a_row_is_refused():
    assert not ask(previous_in_a_row=2)
    assert ask(previous_in_a_row=3)


@pytest.mark.law("T-PRO-09")
def test_t_pro_09_illness_noted_lifts_the_limit():
    assert not ask(previous_in_a_row=3, illness_noted=True)


def test_a_ccas_has_no_limit_of_three_sessions():
    assert not ask(previous_in_a_row=9, limited_to_three_sessions=False)


@pytest.mark.law("T-PRO-11")
def test_t_pro_11_an_uncertain_author_leaves_it_to_confirm():
    findings = check_proxy(ProxyFacts("A", "B", MEMBERS, sender_is_certain=False))
    assert not blocking(findings)
    assert "à confirmer" in findings[0].message


@pytest.mark.law("T-PRO-15")
def test_t_pro_15_a_pouvoir_names_its_meeting():
    assert ask(same_meeting=False)[0].code == "R-PRO-06"


OWN = [
    ("R-PRO-01 a visitor gives nothing", {"giver": "visitor"}, "R-PRO-01"),
    ("R-PRO-01 one pouvoir naming four sessions", {"sessions_named": 4}, "R-PRO-01"),
    (
        "R-PRO-01 two sessions more after two others",
        {"sessions_named": 2, "previous_in_a_row": 2},
        "R-PRO-01",
    ),
    ("R-PRO-01 no pouvoir in a tender commission", {"body": Body.TENDER_COMMISSION}, "R-PRO-01"),
    (
        "R-PRO-02 the rules of procedure close the door at the opening",
        {"session_open": True, "allowed_during_session": False},
        "R-PRO-02",
    ),
    ("R-PRO-02 to oneself", {"holder": "A"}, "R-PRO-02"),
    ("R-PRO-06 the second meeting has its own pouvoir", {"same_meeting": False}, "R-PRO-06"),
    (
        "R-PRO-06 even to the same holder",
        {"same_meeting": False, "live": {"A": "B"}},
        "R-PRO-06",
    ),
]


@pytest.mark.parametrize(("facts", "code"), [pytest.param(*c[1:], id=c[0]) for c in OWN])
def test_what_is_refused(facts, code):
    assert code in [finding.code for finding in ask(**facts)]


ACCEPTED = [
    ("R-PRO-03 an opponent holds the mayor's", {"giver": "A", "holder": "E"}),
    ("R-PRO-03 the mayor holds an opponent's", {"giver": "E", "holder": "A"}),
    ("R-PRO-01 three sessions in one pouvoir", {"sessions_named": 3}),
    ("R-PRO-02 given during the session", {"session_open": True}),
    (
        "R-PRO-08 a CCAS has no three-session limit",
        {
            "limited_to_three_sessions": limited_to_three_sessions(Body.CCAS_BOARD),
            "body": Body.CCAS_BOARD,
            "previous_in_a_row": 7,
        },
    ),
    (
        "R-PRO-07 illness noted, the eighth in a row",
        {"previous_in_a_row": 7, "illness_noted": True},
    ),
]


@pytest.mark.parametrize("facts", [pytest.param(c[1], id=c[0]) for c in ACCEPTED])
def test_what_is_accepted(facts):
    assert ask(**facts) == []


@pytest.mark.law("R-PRO-07")
def test_a_new_pouvoir_beyond_three_sessions_is_taken_with_a_reason():
    found = check_proxy(
        ProxyFacts("A", "B", MEMBERS, previous_in_a_row=3, override_reason="mission à l’étranger")
    )
    assert [f.code for f in found] == ["R-PRO-07"]
    assert not blocking(found)
    assert "mission à l’étranger" in found[0].message


@pytest.mark.law("R-PRO-07")
def test_a_blank_reason_is_no_reason():
    assert ask(previous_in_a_row=3, override_reason="  ")


@pytest.mark.law("R-PRO-08")
def test_the_text_named_is_that_of_the_body():
    [finding] = ask(live={"C": "B"}, body=Body.CCAS_BOARD)
    assert finding.citation == "CASF, art. R123-16"
    assert ask(live={"C": "B"})[0].citation == "CGCT, art. L2121-20"


SEATS = [
    ("T-PRO-16", Delegation("T", False, "S", True), "S", True),
    ("R-PRO-08 both are away", Delegation("T", False, "S", False), "", False),
    ("R-PRO-08 the titular is there", Delegation("T", True, "S", True), "T", True),
    ("R-EPCI-04 two delegates, no alternate", Delegation("T", False), "", False),
    (
        "R-EPCI-04 the president was not told",
        Delegation("T", False, "S", True, told_the_president=False),
        "",
        False,
    ),
]


@pytest.mark.parametrize(
    ("seat", "sitting", "refused"), [pytest.param(*c[1:], id=c[0]) for c in SEATS]
)
def test_the_alternate_comes_before_a_pouvoir(seat, sitting, refused):
    assert who_sits(seat) == sitting
    assert bool(check_delegation_proxy(seat)) == refused


ROOM = PointSituation(frozenset("ABCDEF"), frozenset("ABC"), {"D": "A", "E": "B"})


def room(**changes):
    return replace(ROOM, **changes)


STANDINGS = [
    ("R-PRO-04 an interested holder uses neither", room(withdrawn={"A": PERSONAL}), "D", "HOLDER"),
    (
        "R-PRO-04 an interested giver is not represented",
        room(withdrawn={"D": PERSONAL}),
        "D",
        "GIVER",
    ),
    ("R-PRO-04 the mayor away for their accounts", room(withdrawn={"D": ACCOUNTS}), "D", "GIVER"),
    ("R-PRO-05 the holder left", room(present=frozenset("BC")), "D", "HOLDER_ABSENT"),
    ("R-PRO-05 the giver arrived", room(present=frozenset("ABCD")), "D", "GIVER_PRESENT"),
    ("R-PRO-05 no sub-delegation", room(proxies={"D": "E", "E": "B"}), "D", "HOLDER_ABSENT"),
    ("R-PRO-05 a giver no longer in office", room(in_office=frozenset("ABCEF")), "D", "OUTSIDE"),
    ("R-PRO-03 in force", ROOM, "D", "ACTIVE"),
]


@pytest.mark.parametrize(
    ("at", "giver", "standing"), [pytest.param(*c[1:], id=c[0]) for c in STANDINGS]
)
def test_what_a_pouvoir_is_worth_on_a_point(at, giver, standing):
    told = standing_of(giver, at.proxies[giver], at)
    assert told.name.startswith(standing)
    assert (votes_of(at).get(giver, giver) != giver) == (told is Standing.ACTIVE)
    assert STANDING_WORDS[told]


@pytest.mark.law("R-PRO-03")
def test_the_holder_casts_two_voices():
    assert votes_of(ROOM) == {"A": "A", "B": "B", "C": "C", "D": "A", "E": "B"}


@pytest.mark.law("T-PRO-13")
def test_nine_proxies_to_nine_holders():
    present = [f"p{n}" for n in range(10)]
    absent = [f"a{n}" for n in range(9)]
    at = PointSituation(
        frozenset(present + absent), frozenset(present), dict(zip(absent, present, strict=False))
    )
    told = quorum_of(at)
    assert (told.needed, told.counted, told.voters) == (10, 10, 19)
    assert len(votes_of(at)) == 19
    # A tenth giver would be one more member than there are.
    tenth = ProxyFacts("x", "p9", at.in_office, at.proxies)
    assert blocking(check_proxy(tenth))


@given(
    members=st.sets(st.sampled_from("ABCDEFGHIJ"), min_size=1),
    present=st.sets(st.sampled_from("ABCDEFGHIJ")),
    proxies=st.dictionaries(st.sampled_from("ABCDEFGHIJ"), st.sampled_from("ABCDEFGHIJ")),
    withdrawn=st.dictionaries(st.sampled_from("ABCDEFGHIJ"), st.sampled_from(Basis)),
)
@pytest.mark.law("R-PRO-01", "R-PRO-04", "R-QUO-02")
def test_whatever_happens_a_voice_has_one_owner_and_a_present_caster(
    members, present, proxies, withdrawn
):
    at = PointSituation(frozenset(members), frozenset(present), proxies, withdrawn)
    told = votes_of(at)
    assert set(told) <= members - set(withdrawn)
    assert set(told.values()) <= (members & present) - set(withdrawn)
    count = quorum_of(at)
    assert count.voters == len(told)
    assert count.counted <= len(members & present)
    # Pouvoirs never change the quorum.
    assert quorum_of(replace(at, proxies={})).reached == count.reached
