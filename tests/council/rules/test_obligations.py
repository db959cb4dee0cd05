"""The year of a council: what must pass, and by when."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules import blocking
from council.rules.agenda import MAYOR_ELECTION
from council.rules.budget import budget_debate_window, budget_last_day, check_budget_debate
from council.rules.installation import is_renewal_year
from council.rules.nomenclature import MATTERS
from council.rules.obligations import (
    YearFacts,
    check_obligations,
    late_commissions,
    obligations_of,
)
from council.rules.policy import Body

COUNCIL, EPCI, CCAS = Body.MUNICIPAL_COUNCIL, Body.COMMUNITY_COUNCIL, Body.CCAS_BOARD


def day(text):
    return date.fromisoformat(text)


def year(body=COUNCIL, population=2300, n=2027, **facts):
    return {one.code: one for one in obligations_of(YearFacts(body, population, n, **facts))}


def test_a_small_commune_in_an_ordinary_year():
    told = year()
    assert {code: one.last_day.isoformat()[5:] for code, one in told.items()} == {
        "amending": "01-21",
        "quarter_1": "03-31",
        "budget": "04-15",
        "rates": "04-15",
        "allowances_statement": "04-15",
        "accounts": "06-30",
        "land": "06-30",
        "training": "06-30",
        "development_tax": "06-30",
        "quarter_2": "06-30",
        "accounts_sent": "07-15",
        "tax_rules": "09-30",
        "quarter_3": "09-30",
        "epci_report": "12-31",
        "quarter_4": "12-31",
        "register": "12-31",
    }
    assert list(told.values()) == sorted(told.values(), key=lambda o: (o.last_day, o.code))
    assert told["accounts"].subject == "accounts"


def test_the_year_of_a_renewal():
    told = year(n=2026, renewal=True, installed_on=day("2026-03-20"))
    assert told["budget"].last_day == day("2026-04-30")
    assert told["rates"].last_day == day("2026-04-30")
    assert told["rules_of_procedure"].last_day == day("2026-09-20")
    assert told["allowances"].last_day == day("2026-06-20")
    assert told["ccas_board"].last_day == day("2026-05-20")
    assert "opposition_space" in told
    tiny = year(population=400, n=2026, renewal=True, installed_on=day("2026-03-20"))
    assert not {"rules_of_procedure", "opposition_space", "land"} & set(tiny)


def test_services_bring_their_reports():
    told = year(
        runs_water=True, delegates_a_service=True, has_visitor_tax=True, member_of_epci=False
    )
    assert told["water"].last_day == day("2027-09-30")
    assert told["delegate_report"].by_habit
    assert not told["water"].by_habit
    assert told["visitor_tax"].last_day == day("2027-06-30")
    assert "epci_report" not in told


def test_other_bodies_owe_less():
    ccas = year(CCAS)
    assert {"budget", "accounts", "quarter_1"} <= set(ccas)
    assert not {"rates", "register", "training"} & set(ccas)
    assert "CASF" in ccas["quarter_1"].citation
    assert year(Body.COMMISSION) == {}
    assert "land" not in year(population=2000)
    assert "equality" not in year(population=20_000)
    assert "equality" in year(population=20_001)
    epci = year(EPCI, 12_000)
    assert epci["activity_report"].last_day == day("2027-09-29")
    assert epci["allowances_statement"].citation == "CGCT, art. L5211-12-1"
    assert {"budget_debate", "activity_report", "rates"} <= set(epci)


@pytest.mark.law("R-CONV-15", "T-CONV-44")
def test_the_papers_of_the_budget_are_owed_twelve_days_before_its_vote():
    told = year(budget_vote_on=day("2027-04-08"))
    assert told["budget"].papers_by == day("2027-03-27")
    assert year()["budget"].papers_by == day("2027-04-03")


@pytest.mark.law("R-CONV-15")
def test_the_budget_debate():
    vote = day("2027-04-08")
    assert budget_debate_window(vote) == (day("2027-01-28"), day("2027-04-07"))
    told = year(population=3500, budget_vote_on=vote)
    assert (told["budget_debate"].first_day, told["budget_debate"].last_day) == (
        day("2027-01-28"),
        day("2027-04-07"),
    )
    assert "budget_debate" not in year(population=3499, budget_vote_on=vote)


DEBATES = [
    ("R-CONV-15 a small commune owes none", 3499, None, None, 0, 0),
    ("R-CONV-15 forgotten", 3500, None, None, 1, 1),
    ("R-CONV-15 eleven weeks before", 3500, "2027-01-27", None, 1, 1),
    ("R-CONV-15 the same evening", 3500, "2027-04-08", None, 1, 1),
    ("R-CONV-15 in time", 3500, "2027-03-01", "2027-02-24", 0, 0),
    ("R-CONV-15 a late report", 3500, "2027-03-01", "2027-02-25", 1, 0),
]


@pytest.mark.parametrize(
    ("population", "debate", "report", "count", "blocks"),
    [pytest.param(*c[1:], id=c[0]) for c in DEBATES],
)
def test_checking_the_budget_debate(population, debate, report, count, blocks):
    found = check_budget_debate(
        population=population,
        body=COUNCIL,
        debate_on=day(debate) if debate else None,
        vote_on=day("2027-04-08"),
        report_on=day(report) if report else None,
    )
    assert (len(found), len(blocking(found))) == (count, blocks)


@pytest.mark.law("R-CONV-12")
def test_each_quarter_is_an_obligation():
    told = year()
    assert [(told[f"quarter_{n}"].first_day.month) for n in range(1, 5)] == [1, 4, 7, 10]


def test_what_is_late_or_soon_due_is_said():
    owed = obligations_of(YearFacts(COUNCIL, 2300, 2027))
    today = day("2027-03-05")
    said = {f.subject: f for f in check_obligations(owed, frozenset({"rates"}), today=today)}
    assert set(said) == {"amending", "quarter_1", "budget", "allowances_statement"}
    assert "c’était dû" in said["amending"].message
    assert "au plus tard jeudi 15 avril" in said["budget"].message


def test_a_point_planned_in_time_is_silent_and_too_late_is_not():
    owed = [o for o in obligations_of(YearFacts(COUNCIL, 2300, 2027)) if o.code == "budget"]
    today = day("2027-03-05")
    good = check_obligations(owed, frozenset(), today=today, planned=lambda _: day("2027-04-08"))
    bad = check_obligations(owed, frozenset(), today=today, planned=lambda _: day("2027-04-22"))
    assert not good
    assert bad


def test_commissions_meet_within_eight_days():
    named = {"école": day("2026-04-10"), "voirie": day("2026-04-10")}
    assert not late_commissions(named, frozenset(), day("2026-04-18"))
    [finding] = late_commissions(named, frozenset({"école"}), day("2026-04-19"))
    assert finding.subject == "voirie"


@given(
    st.sampled_from(Body),
    st.integers(50, 300_000),
    st.integers(2020, 2060),
    st.booleans(),
    st.booleans(),
)
@pytest.mark.law("R-CONV-15")
def test_whatever_the_body_its_year_is_sound(body, population, n, renewal, services):
    told = obligations_of(
        YearFacts(
            body,
            population,
            n,
            renewal=renewal,
            installed_on=date(n, 3, 20) if renewal else None,
            runs_water=services,
            delegates_a_service=services,
            has_visitor_tax=services,
        )
    )
    assert len({one.code for one in told}) == len(told)
    for one in told:
        assert one.last_day.year == n
        assert one.first_day is None or one.first_day <= one.last_day
        assert one.classification in MATTERS
        assert one.citation
        assert one.subject != MAYOR_ELECTION
        assert one.kind in {"", "deliberation", "information"}
    assert budget_last_day(n, renewal=renewal).month == 4


@pytest.mark.parametrize(
    ("year", "renewed"), [(2020, True), (2025, False), (2026, True), (2027, False), (2032, True)]
)
def test_councils_are_renewed_every_six_years(year, renewed):
    assert is_renewal_year(year) is renewed
