"""What may be on an agenda, added to it, changed after it left; how often a council meets."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from council.rules import blocking
from council.rules.agenda import (
    Addition,
    ItemFacts,
    Setting,
    check_addition,
    check_agenda,
    check_change,
    check_election_mention,
    check_vote,
    ways_to_add,
)
from council.rules.frequency import (
    Quarter,
    check_frequency,
    missing_quarters,
    request_is_valid,
    request_needs,
)
from council.rules.notice import notice_owed
from council.rules.policy import Body, BodyFacts, policy_for

ON = date(2026, 11, 30)
SMALL = policy_for(BodyFacts(Body.MUNICIPAL_COUNCIL, 2300), ON)
LARGE = policy_for(BodyFacts(Body.MUNICIPAL_COUNCIL, 4000), ON)
MINUTES = ItemFacts("pv", "Approbation du procès-verbal", "deliberation", "minutes")


def item(**changes):
    return ItemFacts(
        **({"ref": "a", "title": "Tarifs de la cantine", "kind": "deliberation"} | changes)
    )


def codes(findings):
    return [f.code for f in findings]


@pytest.mark.law("T-CONV-37")
def test_t_conv_37_a_missing_note_blocks_a_large_commune():
    findings = check_agenda([MINUTES, item()], LARGE)
    assert codes(blocking(findings)) == ["R-CONV-05"]
    assert findings[0].subject == "a"
    assert "Tarifs de la cantine" in findings[0].message


@pytest.mark.law("T-CONV-37")
def test_t_conv_37_an_equivalent_document_replaces_the_note():
    assert not check_agenda([MINUTES, item(equivalent_document=True, documents=1)], LARGE)
    assert blocking(check_agenda([MINUTES, item(equivalent_document=True, documents=0)], LARGE))


def test_a_small_commune_owes_no_note_except_for_a_classified_installation():
    assert not check_agenda([MINUTES, item()], SMALL)
    assert codes(blocking(check_agenda([MINUTES, item(matter="icpe")], SMALL))) == ["R-CONV-05"]


def test_an_information_owes_no_note():
    assert not check_agenda([MINUTES, item(kind="information")], LARGE)


def test_an_intermunicipal_body_owes_a_note_whatever_its_size():
    policy = policy_for(BodyFacts(Body.SYNDICATE_COMMITTEE, 800), ON)
    assert codes(blocking(check_agenda([item()], policy))) == ["R-CONV-05"]


def test_an_empty_agenda_is_refused():
    assert codes(blocking(check_agenda([], SMALL))) == ["R-CONV-02"]


def test_urgency_is_voted_before_anything_else():
    urgency = ItemFacts("u", "Approbation de l’urgence", "deliberation", "urgency")
    assert "R-CONV-06" in codes(blocking(check_agenda([MINUTES, item()], SMALL, urgent=True)))
    assert not blocking(check_agenda([urgency, MINUTES, item()], SMALL, urgent=True))
    assert "R-CONV-06" in codes(blocking(check_agenda([MINUTES, urgency], SMALL, urgent=True)))
    assert "R-CONV-06" in codes(check_agenda([urgency, MINUTES], SMALL))


@pytest.mark.law("T-DEAD-07")
def test_t_dead_07_forgotten_minutes_are_said_and_do_not_block():
    findings = check_agenda([item()], SMALL)
    assert codes(findings) == ["R-DOC-02"]
    assert not blocking(findings)
    assert not check_agenda([item()], SMALL, first_of_the_body=True)


@pytest.mark.parametrize("kind", ["information", "oral_question", "decisions_report"])
@pytest.mark.law("T-VOT-23")
def test_t_vot_23_only_what_was_announced_is_voted(kind):
    assert codes(check_vote(item(kind=kind))) == ["R-AGE-01"]


@pytest.mark.parametrize("kind", ["deliberation", "wish"])
def test_a_deliberation_and_an_announced_wish_are_voted(kind):
    assert not check_vote(item(kind=kind))


@pytest.mark.law("T-CONV-40")
def test_t_conv_40_the_election_of_the_mayor_is_announced():
    assert codes(blocking(check_election_mention([item()], election_due=True))) == ["R-CONV-14"]
    assert not check_election_mention([item(matter="mayor_election")], election_due=True)
    assert not check_election_mention([item()], election_due=False)


class TestAdditionAfterSending:
    notice = notice_owed(SMALL)
    urgent = notice_owed(SMALL, urgent=True)

    def check(self, day, kind="deliberation", **kwargs):
        return check_addition(
            added_on=date(2026, 11, day),
            meets_on=ON,
            kind=kind,
            notice=self.notice,
            urgent=self.urgent,
            **kwargs,
        )

    @pytest.mark.law("T-CONV-38")
    def test_t_conv_38_refused_for_decision_two_days_before(self):
        [finding] = self.check(28)
        assert finding.is_blocking
        assert finding.code == "R-CONV-10"
        assert "jeudi 26 novembre" in finding.message
        assert "comme information" in finding.message
        assert "en urgence" in finding.message

    @pytest.mark.law("T-CONV-38")
    def test_t_conv_38_allowed_as_information(self):
        assert not self.check(28, "information")
        assert not self.check(30, "information")

    @pytest.mark.law("T-CONV-38")
    def test_t_conv_38_allowed_in_urgency_with_one_clear_day(self):
        assert not self.check(28, declared_urgent=True)
        assert self.check(29, declared_urgent=True)

    def test_a_complementary_convocation_keeps_the_whole_delay(self):
        assert not self.check(26)
        assert self.check(27)

    def test_the_ways_are_listed(self):
        ways = ways_to_add(
            added_on=date(2026, 11, 28), meets_on=ON, notice=self.notice, urgent=self.urgent
        )
        assert ways == (Addition.URGENCY, Addition.INFORMATION)


class TestChangeAfterSending:
    at = datetime(2026, 11, 30, 20, tzinfo=ZoneInfo("Europe/Paris"))
    before = Setting(at, "Salle du conseil")

    @pytest.mark.law("T-CONV-39")
    def test_t_conv_39_another_hour_demands_a_new_convocation(self):
        after = Setting(self.at.replace(hour=18), "Salle du conseil")
        [finding] = check_change(self.before, after)
        assert finding.is_blocking
        assert "l’heure" in finding.message

    @pytest.mark.law("T-CONV-39")
    def test_t_conv_39_a_minor_change_of_hour_has_a_reason(self):
        after = Setting(self.at.replace(hour=18), "Salle du conseil")
        assert not blocking(check_change(self.before, after, minor_reason="salle occupée avant"))
        assert blocking(check_change(self.before, after, minor_reason="  "))

    def test_another_day_or_place_is_never_minor(self):
        day = Setting(self.at.replace(day=29), "Salle du conseil")
        place = Setting(self.at, "École")
        assert blocking(check_change(self.before, day, minor_reason="motif"))
        assert blocking(check_change(self.before, place, minor_reason="motif"))

    def test_no_change_is_no_finding(self):
        assert not check_change(self.before, self.before)


@pytest.mark.law("T-CONV-42")
def test_t_conv_42_six_of_nineteen_cannot_ask_for_a_meeting():
    council = Body.MUNICIPAL_COUNCIL
    assert not request_is_valid(council, 2300, members=19, asking=6)
    assert request_is_valid(council, 2300, members=19, asking=7)


def test_under_a_thousand_inhabitants_the_majority_must_ask():
    assert request_needs(Body.MUNICIPAL_COUNCIL, 999, 15) == 8
    assert request_needs(Body.MUNICIPAL_COUNCIL, 1000, 15) == 5
    assert request_needs(Body.COMMUNITY_COUNCIL, 500, 21) == 7
    assert request_needs(Body.MUNICIPAL_COUNCIL, 400, 15, local_law=True) == 5
    assert request_needs(Body.CCAS_BOARD, 4000, 9) == 5


@pytest.mark.law("T-CONV-48")
def test_t_conv_48_one_meeting_per_quarter_is_enough():
    meetings = [date(2026, 10, 5), date(2027, 3, 31)]
    assert not missing_quarters(meetings, since=date(2026, 10, 1), until=date(2027, 3, 31))


@pytest.mark.law("T-CONV-49")
def test_t_conv_49_a_quarter_without_meeting_is_told():
    meetings = [date(2026, 1, 15), date(2026, 7, 2)]
    assert missing_quarters(meetings, since=date(2026, 1, 1), until=date(2026, 9, 30)) == [
        Quarter(2026, 2)
    ]
    [finding] = check_frequency(meetings, since=date(2026, 1, 1), today=date(2026, 8, 1))
    assert "2e trimestre 2026" in finding.message


def test_the_warning_comes_with_the_third_month_of_the_quarter():
    meetings = [date(2026, 1, 15)]
    assert not check_frequency(meetings, since=date(2026, 1, 1), today=date(2026, 5, 31))
    assert check_frequency(meetings, since=date(2026, 1, 1), today=date(2026, 6, 1))
