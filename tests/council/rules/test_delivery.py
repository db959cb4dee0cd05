"""Who is convened, and whether the convocation reached them in time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules import Severity, blocking
from council.rules.delivery import (
    Delivery,
    Verdict,
    check_deliveries,
    summary,
    verdict,
    verdict_of_all,
)
from council.rules.notice import notice_owed
from council.rules.policy import Body, BodyFacts, policy_for
from council.rules.recipients import (
    Quality,
    Recipient,
    Seat,
    Way,
    check_recipients,
    recipients_of,
    way_for,
)

PARIS = "Europe/Paris"
ON = date(2026, 11, 30)
STARTS = datetime(2026, 11, 30, 20, tzinfo=ZoneInfo(PARIS))
NOTICE = notice_owed(policy_for(BodyFacts(Body.MUNICIPAL_COUNCIL, 3000), ON))
GOOD = datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC)
LATE = GOOD + timedelta(seconds=1)
BY = {"starts_at": STARTS, "notice": NOTICE, "timezone": PARIS}

VERDICTS = [
    ("R-CONV-08 the last second", Delivery("A", GOOD), Verdict.ON_TIME),
    ("R-CONV-08 one second later", Delivery("A", LATE), Verdict.TO_RESEND),
    ("R-CONV-08 a bounce is no sending", Delivery("A", GOOD, bounced=True), Verdict.TO_RESEND),
    ("R-CONV-08 never left", Delivery("A"), Verdict.TO_RESEND),
    ("R-CONV-09 bounced, and handed over in time", Delivery("A", GOOD, GOOD, True), Verdict.CURED),
    ("R-CONV-09 no trace of sending, read in time", Delivery("A", None, GOOD), Verdict.CURED),
    ("R-CONV-09 read too late", Delivery("A", LATE, LATE), Verdict.TO_RESEND),
]


@pytest.mark.parametrize(("one", "told"), [pytest.param(*c[1:], id=c[0]) for c in VERDICTS])
def test_the_verdict_for_one_person(one, told):
    assert verdict(one, **BY) is told


@pytest.mark.law("R-CONV-08")
def test_one_late_person_makes_the_meeting_late():
    on_time, cured, again = Verdict.ON_TIME, Verdict.CURED, Verdict.TO_RESEND
    assert verdict_of_all([on_time] * 18 + [again]) is again
    assert verdict_of_all([on_time, cured]) is cured
    assert verdict_of_all([on_time] * 19) is on_time
    assert verdict_of_all([]) is again


@pytest.mark.law("R-CONV-09")
def test_what_is_to_be_proved_is_said():
    told = [
        Delivery("A", GOOD),
        Delivery("B", GOOD, bounced=True),
        Delivery("C", LATE),
        Delivery("D", None, GOOD),
        Delivery("E"),
    ]
    found = check_deliveries(told, **BY)
    assert [(f.subject, f.severity is Severity.INFO) for f in found] == [
        ("B", False),
        ("C", False),
        ("D", True),
        ("E", False),
    ]
    said = [f.message.replace("\u00a0", " ") for f in found]
    assert "revenue en erreur" in said[0]
    assert "partie hors délai, vendredi 27 novembre, 0 h 00" in said[1]
    assert "Régularisé" in said[2]
    assert "jamais partie" in said[3]
    verdicts = [verdict(one, **BY) for one in told]
    assert summary(verdicts) == "1 dans le délai, 1 régularisé, 3 à renvoyer."


@given(st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 5)))
@pytest.mark.law("R-CONV-08")
def test_an_earlier_hand_over_is_never_worse(moment):
    at = moment.replace(tzinfo=UTC)
    if verdict(Delivery("A", at), **BY) is Verdict.ON_TIME:
        assert verdict(Delivery("A", at - timedelta(hours=1)), **BY) is Verdict.ON_TIME


FROM = date(2026, 3, 22)


def seat(person, **facts):
    return Seat(person, FROM, **facts)


COUNCIL = [
    seat("A"),
    seat("B", paper_asked_on=date(2026, 5, 1), paper_address="2 rue Haute"),
    seat("C", has_email=False),
    seat("gone", sits_until=date(2026, 10, 1)),
    Seat("next", date(2026, 12, 15)),
    seat("S", is_alternate=True),
]


def told(body, *, councillors=(), on=ON):
    return {
        r.person: (r.quality, r.way)
        for r in recipients_of(body, COUNCIL, on=on, commune_councillors=councillors)
    }


@pytest.mark.law("R-CONV-11")
def test_members_in_office_and_nobody_else():
    assert told(Body.MUNICIPAL_COUNCIL) == {
        "A": (Quality.MEMBER, Way.ELECTRONIC),
        "B": (Quality.MEMBER, Way.PAPER),
        "C": (Quality.MEMBER, Way.NONE),
    }


@pytest.mark.law("R-CONV-11")
def test_a_mandate_counts_on_its_days():
    assert "gone" in told(Body.MUNICIPAL_COUNCIL, on=date(2026, 10, 1))
    assert "next" in told(Body.MUNICIPAL_COUNCIL, on=date(2026, 12, 15))


@pytest.mark.law("R-EPCI-03")
def test_councillors_of_member_communes_get_a_copy():
    whole = told(Body.COMMUNITY_COUNCIL, councillors=[seat("V"), seat("A")])
    assert whole["V"] == (Quality.COPY, Way.ELECTRONIC)
    assert whole["A"][0] is Quality.MEMBER


@pytest.mark.law("R-EPCI-04")
def test_alternates_get_the_documents_too():
    people = recipients_of(Body.COMMUNITY_COUNCIL, COUNCIL, on=ON)
    [alternate] = [r for r in people if r.person == "S"]
    assert (alternate.quality, alternate.with_documents) == (Quality.ALTERNATE, True)
    assert "S" not in told(Body.MUNICIPAL_COUNCIL)


@pytest.mark.law("R-EPCI-03")
def test_a_copy_is_not_for_a_municipal_council():
    assert "V" not in told(Body.MUNICIPAL_COUNCIL, councillors=[seat("V")])


@pytest.mark.law("R-CONV-03")
def test_paper_is_for_who_asked_from_the_day_they_did():
    asked = seat("B", paper_asked_on=ON)
    assert way_for(asked, ON) is Way.PAPER
    assert way_for(asked, date(2026, 11, 29)) is Way.ELECTRONIC


A = Recipient("A", Quality.MEMBER, Way.ELECTRONIC, True)
RECIPIENTS = [
    ("R-CONV-11 one forgotten", [seat("A")], [], "n’est pas convoqué"),
    ("R-CONV-11 one gone", [seat("A", sits_until=FROM)], [A], "pas en exercice"),
    ("R-CONV-11 a stranger", [], [A], "ne siège pas"),
    ("R-CONV-03 no way to reach", [seat("A", has_email=False)], [replace(A, way=Way.NONE)], "Ni"),
    ("R-CONV-03 paper nobody asked for", [seat("A")], [replace(A, way=Way.PAPER)], "sans demande"),
    (
        "R-CONV-03 mail to who wants paper",
        [seat("A", paper_asked_on=FROM, paper_address="x")],
        [A],
        "demandé le papier",
    ),
    (
        "R-CONV-03 no address",
        [seat("A", paper_asked_on=FROM)],
        [replace(A, way=Way.PAPER)],
        "l’adresse",
    ),
]


@pytest.mark.parametrize(
    ("seats", "chosen", "words"), [pytest.param(*c[1:], id=c[0]) for c in RECIPIENTS]
)
def test_a_wrong_list_of_recipients(seats, chosen, words):
    [finding] = check_recipients(seats, chosen, on=ON)
    assert words in finding.message


@pytest.mark.law("R-CONV-11")
def test_the_right_list_is_silent_but_for_who_cannot_be_reached():
    people = recipients_of(Body.COMMUNITY_COUNCIL, COUNCIL, on=ON, commune_councillors=[seat("V")])
    [finding] = check_recipients(COUNCIL, people, on=ON)
    assert finding.subject == "C"
    assert blocking([finding])
