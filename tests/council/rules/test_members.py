"""Mandates, rights of members, conflicts of interest."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.enums import EndReason
from council.rules import Severity, blocking
from council.rules.interests import (
    Interest,
    PointPart,
    check_part,
    named_interests,
    prompts,
)
from council.rules.mandates import (
    Candidate,
    Chamber,
    Cut,
    Ending,
    Post,
    Rank,
    Renewal,
    TableauEntry,
    check_replacement,
    check_resignation,
    check_vacancies,
    cuts_of,
    ends_at_renewal,
    max_deputies,
    next_on_list,
    order_of_tableau,
    private_notes_until,
    resignation_takes_effect,
)
from council.rules.members import (
    Paper,
    PaperRequest,
    QuestionRules,
    check_general_debate,
    check_oral_question,
    check_paper_request,
    check_public_request,
    general_debate_needs,
    is_communicable,
    paper_answer_due,
    question_deadline,
    questions_are_ruled_by,
)
from council.rules.policy import Body
from council.rules.voters import Basis

ON = date(2026, 11, 30)


def day(text):
    return date.fromisoformat(text)


RESIGNATIONS = [
    ("T-QUO-24", Post.COUNCILLOR, {}, ON),
    ("R-QUO-03 a community councillor", Post.COMMUNITY_COUNCILLOR, {}, ON),
    ("R-QUO-03 a mayor waits for the prefect", Post.MAYOR, {}, None),
    (
        "R-QUO-03 a mayor accepted",
        Post.MAYOR,
        {"accepted_on": day("2026-12-05")},
        day("2026-12-05"),
    ),
    (
        "R-QUO-03 a deputy who wrote again",
        Post.DEPUTY,
        {"renewed_on": day("2027-01-31")},
        day("2027-02-28"),
    ),
]


@pytest.mark.parametrize(
    ("post", "how", "free"), [pytest.param(*c[1:], id=c[0]) for c in RESIGNATIONS]
)
def test_when_a_resignation_takes_effect(post, how, free):
    assert resignation_takes_effect(post, received_on=ON, **how) == free


@pytest.mark.law("R-QUO-03")
def test_a_resignation_is_certain_and_goes_to_the_right_person():
    [finding] = check_resignation(Post.COUNCILLOR, written=True, signed=True, addressed_right=True)
    assert finding.severity is Severity.INFO
    assert not check_resignation(Post.MAYOR, written=True, signed=True, addressed_right=True)
    found = check_resignation(Post.MAYOR, written=True, signed=False, addressed_right=False)
    assert len(blocking(found)) == 2
    assert "préfet" in found[1].message


def candidates(elected, *, sat=(), unavailable=(), size=6):
    return [
        Candidate(f"c{n}", n, n <= elected, f"c{n}" in sat, f"c{n}" in unavailable)
        for n in range(1, size + 1)
    ]


LISTS = [
    ("R-QUO-03 the first after the last elected", candidates(3), "c4"),
    ("R-QUO-03 the fourth refused", candidates(3, unavailable=("c4",)), "c5"),
    ("R-QUO-03 the fourth sat and left", candidates(3, sat=("c4",)), "c5"),
    ("R-QUO-03 nobody is left", candidates(6), ""),
    ("R-QUO-03 given in disorder", candidates(3)[::-1], "c4"),
]


@pytest.mark.parametrize(("people", "person"), [pytest.param(*c[1:], id=c[0]) for c in LISTS])
def test_the_next_on_the_list(people, person):
    assert next_on_list(people) == person


@given(st.integers(1, 30), st.integers(0, 30), st.sets(st.integers(1, 30)))
@pytest.mark.law("R-QUO-03")
def test_the_next_was_never_elected_and_can_sit(size, elected, gone):
    people = candidates(min(elected, size), unavailable={f"c{n}" for n in gone}, size=size)
    person = next_on_list(people)
    if person:
        [chosen] = [one for one in people if one.person == person]
        assert not chosen.elected
        assert not chosen.unavailable


@pytest.mark.law("T-QUO-24")
def test_the_next_must_have_been_convened():
    late = check_replacement(person="c4", since=ON, convened=False, meets_on=ON)
    assert [f.code for f in late] == ["R-CONV-11"]
    assert not check_replacement(person="c4", since=ON, convened=True, meets_on=ON)
    assert not check_replacement(person="c4", since=ON, convened=False, meets_on=None)


@pytest.mark.parametrize(
    ("legal", "vacant", "exhausted", "population", "words"),
    [
        (19, 7, True, 2300, "trois mois"),
        (19, 6, True, 2300, "compléter"),
        (19, 7, False, 2300, "compléter"),
        (15, 2, False, 800, ""),
        (15, 3, False, 800, "compléter"),
        (19, 0, True, 2300, ""),
    ],
)
def test_vacant_seats(legal, vacant, exhausted, population, words):
    found = check_vacancies(
        legal=legal, vacant=vacant, list_exhausted=exhausted, population=population
    )
    assert words in " ".join(f.message for f in found)
    assert bool(found) == bool(words)


def test_what_stops_when_a_mandate_ends():
    assert cuts_of(Ending.DEATH) == frozenset(Cut)
    assert Cut.MAILS not in cuts_of(Ending.TERM, keeps_another_mandate=True)
    assert Cut.COMMISSIONS not in cuts_of(Ending.REPLACEMENT)
    assert {Cut.LINKS, Cut.PROXIES_GIVEN, Cut.PROXIES_HELD, Cut.SEAT} <= cuts_of(Ending.REPLACEMENT)
    assert {one.value for one in Ending} == set(EndReason.values)
    assert private_notes_until(ON) == day("2026-12-30")


@pytest.mark.law("R-CONV-14")
def test_the_dates_of_a_renewal():
    renewal = Renewal(day("2026-03-15"), day("2026-03-21"))
    ends = {chamber: ends_at_renewal(chamber, renewal) for chamber in Chamber}
    assert ends == {
        Chamber.COUNCIL: day("2026-03-15"),
        Chamber.EXECUTIVE: day("2026-03-21"),
        Chamber.COMMUNITY: None,
        Chamber.CCAS: day("2026-05-21"),
        Chamber.COMMISSION: day("2026-03-21"),
    }
    sooner = replace(
        renewal, ccas_elected_on=day("2026-04-02"), community_installed_on=day("2026-04-16")
    )
    assert ends_at_renewal(Chamber.CCAS, sooner) == day("2026-04-02")
    assert ends_at_renewal(Chamber.COMMUNITY, sooner) == day("2026-04-16")


def test_the_number_of_deputies():
    assert [max_deputies(n) for n in (7, 11, 15, 19, 23, 27)] == [2, 3, 4, 5, 6, 8]


def test_the_order_of_the_tableau():
    first, later = day("2026-03-15"), day("2027-05-02")
    people = [
        TableauEntry("late", Rank.COUNCILLOR, later, 900, day("1950-01-01")),
        TableauEntry("young", Rank.COUNCILLOR, first, 700, day("1990-01-01")),
        TableauEntry("old", Rank.COUNCILLOR, first, 700, day("1960-01-01")),
        TableauEntry("popular", Rank.COUNCILLOR, first, 800, day("2000-01-01")),
        TableauEntry("second", Rank.DEPUTY, first, 800, day("1950-01-01"), 2),
        TableauEntry("first", Rank.DEPUTY, first, 800, day("1999-01-01"), 1),
        TableauEntry("mayor", Rank.MAYOR, first, 800, day("1999-01-01")),
    ]
    assert order_of_tableau(people) == [
        "mayor",
        "first",
        "second",
        "popular",
        "old",
        "young",
        "late",
    ]


ASKED = PaperRequest(day("2026-11-25"))
PAPERS = [
    ("R-AGE-03 given in time", {"given_on": day("2026-11-27")}, 0),
    ("R-AGE-03 given the same day", {"given_on": ON}, 1),
    ("R-AGE-03 unanswered two days before", {}, 1),
    ("R-AGE-03 refused without a reason", {"refused_on": day("2026-11-27")}, 2),
    (
        "R-AGE-03 refused with a reason, before the vote",
        {"refused_on": day("2026-11-27"), "refusal_reason": "secret médical"},
        1,
    ),
    (
        "R-AGE-03 refused, of another matter",
        {"refused_on": ON, "refusal_reason": "hors sujet", "about_the_agenda": False},
        0,
    ),
    ("R-AGE-03 another matter waits", {"about_the_agenda": False}, 0),
]


@pytest.mark.parametrize(("changes", "count"), [pytest.param(*c[1:], id=c[0]) for c in PAPERS])
def test_a_paper_asked_for(changes, count):
    request = replace(ASKED, **changes)
    found = check_paper_request(request, today=day("2026-11-28"), meets_on=ON)
    assert len(found) == count
    assert not check_paper_request(ASKED, today=day("2026-11-26"), meets_on=ON)


STARTS = datetime(2026, 11, 30, 20, tzinfo=ZoneInfo("Europe/Paris"))
RULES = QuestionRules(hours_before=48, per_member=2)


def question(hours_before, rules=RULES, **how):
    moment = datetime.fromtimestamp(STARTS.timestamp() - hours_before * 3600, tz=STARTS.tzinfo)
    return check_oral_question(asked_at=moment, starts_at=STARTS, rules=rules, **how)


@pytest.mark.law("R-AGE-04")
def test_a_question_in_time():
    assert not question(48)
    assert question_deadline(STARTS, RULES).day == 28
    [finding] = question(47)
    assert "samedi 28 novembre" in finding.message
    assert not finding.is_blocking


@pytest.mark.law("R-AGE-04")
def test_without_a_rule_a_question_is_free_until_the_opening():
    assert not question(0, QuestionRules())
    assert question(-1, QuestionRules())
    assert question(72, already_asked=2)
    assert blocking(question(72, by_a_member=False))


def test_where_questions_are_ruled():
    assert questions_are_ruled_by(Body.MUNICIPAL_COUNCIL, 1000) == "règlement intérieur"
    assert questions_are_ruled_by(Body.MUNICIPAL_COUNCIL, 999) == "délibération du conseil"
    assert questions_are_ruled_by(Body.COMMUNITY_COUNCIL, 10) == "règlement intérieur"


@pytest.mark.law("R-AGE-04")
def test_a_debate_on_general_policy():
    assert [general_debate_needs(n) for n in (7, 10, 19, 29)] == [1, 1, 2, 3]
    how = {"members": 19, "today": ON}
    assert blocking(check_general_debate(asking=1, last_debate_on=None, **how))
    assert not blocking(check_general_debate(asking=2, last_debate_on=day("2025-11-30"), **how))
    assert blocking(check_general_debate(asking=2, last_debate_on=day("2025-12-01"), **how))


COMMUNICABLE = [
    ("R-AGE-08 a draft before the vote", Paper.DRAFT, False, True, False),
    ("R-AGE-08 the note after the vote", Paper.SUMMARY_NOTE, True, True, True),
    ("R-AGE-08 the note before", Paper.SUMMARY_NOTE, False, True, False),
    ("R-AGE-08 a deliberation", Paper.DELIBERATION, True, True, True),
    ("R-AGE-08 minutes not approved", Paper.MINUTES, True, False, False),
    ("R-AGE-08 the convocation is posted", Paper.CONVOCATION, False, True, True),
    ("R-AGE-08 a personal file, ever", Paper.PERSONAL_FILE, True, True, False),
]


@pytest.mark.parametrize(
    ("paper", "decided", "approved", "given_out"),
    [pytest.param(*c[1:], id=c[0]) for c in COMMUNICABLE],
)
def test_what_the_public_may_read(paper, decided, approved, given_out):
    assert is_communicable(paper, decided=decided, approved=approved) is given_out
    found = check_public_request(paper, asked_on=ON, today=ON, decided=decided, approved=approved)
    assert bool(found) != given_out


@pytest.mark.law("R-AGE-08")
def test_the_public_is_answered_within_a_month():
    how = {"asked_on": ON, "decided": True}
    assert not check_public_request(Paper.DELIBERATION, today=day("2026-12-30"), **how)
    assert check_public_request(Paper.DELIBERATION, today=day("2026-12-31"), **how)


BOULE = Interest("Boule lyonnaise de Montréval")
LAND = Interest("Syndicat des eaux", Basis.REPRESENTS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("Subvention à la BOULE LYONNAISE de Montreval", [BOULE], id="R-VOT-11 case"),
        pytest.param("Subvention à la boule lyonnaise", [], id="R-VOT-11 another association"),
        pytest.param("Convention avec le syndicat-des-eaux", [LAND], id="R-VOT-11 hyphens"),
        pytest.param("Convention avec le syndicat des eauxvives", [], id="R-VOT-11 whole words"),
    ],
)
def test_a_declared_interest_is_seen_in_a_point(text, named):
    assert named_interests(text, [BOULE, LAND]) == named


def test_a_prompt_is_a_question_and_no_more():
    [finding] = prompts("Aide au syndicat des eaux", [BOULE, LAND], person="A")
    assert finding.severity is Severity.INFO
    assert finding.subject == "A"
    assert "représentez la commune" in finding.message
    assert "voulez-vous vous retirer" in prompts(BOULE.name, [BOULE])[0].message
    assert not prompts("Vœu", [Interest("eau")])


W = {"A": Basis.PERSONAL}
PARTS = [
    ("R-VOT-11 sits and keeps silent", PointPart(W), 0),
    ("R-VOT-11 reports", PointPart(W, rapporteur="A"), 1),
    ("R-VOT-11 speaks and votes", PointPart(W, speakers=frozenset("A"), voters=frozenset("AB")), 2),
    ("R-VOT-11 chairs", PointPart(W, chair="A"), 1),
    ("R-PRO-04 is represented", PointPart(W, proxies={"A": "B"}), 1),
    ("R-PRO-04 represents", PointPart(W, proxies={"B": "A"}), 1),
    (
        "R-QUO-07 the mayor debates the accounts",
        PointPart({"A": Basis.ACCOUNTS}, rapporteur="A", speakers=frozenset("A")),
        0,
    ),
    (
        "R-QUO-07 the mayor votes the accounts",
        PointPart({"A": Basis.ACCOUNTS}, voters=frozenset("A")),
        1,
    ),
]


@pytest.mark.parametrize(("part", "count"), [pytest.param(*c[1:], id=c[0]) for c in PARTS])
def test_whoever_withdrew_takes_no_part(part, count):
    assert len(blocking(check_part(part))) == count


@pytest.mark.parametrize(
    ("asked_on", "due"),
    [
        (date(2026, 11, 21), date(2026, 11, 28)),
        (date(2026, 11, 28), date(2026, 11, 28)),
        (date(2026, 11, 30), date(2026, 11, 30)),
    ],
)
def test_an_answer_leaves_two_days_to_read_when_it_can(asked_on, due):
    assert paper_answer_due(asked_on, date(2026, 11, 30)) == due
