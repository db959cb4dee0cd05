"""When a convocation must leave. Each case carries the id that the rules document gives it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from council.rules import Severity, blocking
from council.rules.notice import (
    SPECIAL_DELAYS,
    Notice,
    Occasion,
    check_sending,
    check_special_delay,
    clear_days_between,
    clock,
    earliest_meeting_day,
    is_on_time,
    latest_sending_day,
    latest_sending_moment,
    notice_owed,
    recommended_moment,
)
from council.rules.policy import (
    Body,
    BodyFacts,
    Count,
    OwnSettings,
    policy_for,
    shorter_than_the_law,
)

PARIS = "Europe/Paris"
NOV_30 = datetime(2026, 11, 30, 20, 0, tzinfo=ZoneInfo(PARIS))


def owed(population=3000, body=Body.MUNICIPAL_COUNCIL, *, on=date(2026, 11, 30), **kwargs):
    local_law = kwargs.pop("local_law", False)
    policy = policy_for(BodyFacts(body, population, local_law=local_law), on)
    return notice_owed(policy, **kwargs)


LATEST = [
    ("T-CONV-01", owed(3000), "2026-11-30", "2026-11-26"),
    ("T-CONV-02", owed(3500), "2026-11-30", "2026-11-24"),
    ("T-CONV-03", owed(3000, urgent=True), "2026-11-30", "2026-11-28"),
    ("T-CONV-03 (3,500)", owed(8000, urgent=True), "2026-11-30", "2026-11-28"),
    ("T-CONV-04", owed(3499), "2026-11-30", "2026-11-26"),
    ("T-CONV-05", owed(3000), "2026-12-01", "2026-11-27"),
    ("T-CONV-06", owed(3000), "2026-11-12", "2026-11-08"),
    ("T-CONV-08", owed(3500), "2026-11-16", "2026-11-10"),
    ("T-CONV-09", owed(3000), "2026-12-28", "2026-12-24"),
    ("T-CONV-10", owed(3500), "2026-12-28", "2026-12-22"),
    ("T-CONV-11", owed(3000), "2027-01-04", "2026-12-31"),
    ("T-CONV-12", owed(3500), "2027-01-04", "2026-12-29"),
    ("T-CONV-13", owed(3000), "2026-10-26", "2026-10-22"),
    ("T-CONV-15", owed(3000), "2026-04-08", "2026-04-04"),
    ("T-CONV-16", owed(3500), "2026-04-08", "2026-04-02"),
    ("T-CONV-18", owed(3500), "2028-03-02", "2028-02-25"),
    ("T-CONV-19", owed(3000), "2026-07-16", "2026-07-12"),
    ("T-CONV-21", owed(3000, Body.CCAS_BOARD), "2026-11-30", "2026-11-26"),
    ("T-CONV-22", owed(9000, occasion=Occasion.FIRST_MEETING), "2026-03-20", "2026-03-16"),
    ("T-CONV-23", owed(9000, occasion=Occasion.FIRST_MEETING), "2026-03-21", "2026-03-17"),
    ("T-CONV-24", owed(9000, occasion=Occasion.FIRST_MEETING), "2026-03-22", "2026-03-18"),
    ("T-CONV-25", owed(9000, occasion=Occasion.FIRST_MEETING), "2026-03-27", "2026-03-23"),
    ("T-CONV-26", owed(9000, occasion=Occasion.FIRST_MEETING), "2026-03-29", "2026-03-25"),
    (
        "T-CONV-27",
        owed(900, Body.COMMUNITY_COUNCIL, occasion=Occasion.FIRST_MEETING),
        "2026-04-16",
        "2026-04-10",
    ),
    ("T-CONV-35", owed(3000), "2026-12-28", "2026-12-24"),
    ("T-CONV-40", owed(4000), "2026-11-30", "2026-11-24"),
    ("EPCI under 3,500", owed(1200, Body.SYNDICATE_COMMITTEE), "2026-11-30", "2026-11-24"),
    ("Alsace-Moselle", owed(1200, local_law=True), "2026-11-30", "2026-11-26"),
    (
        "Alsace-Moselle, urgency",
        owed(1200, local_law=True, urgent=True),
        "2026-11-30",
        "2026-11-29",
    ),
    ("Alsace-Moselle ≥ 3,500", owed(5000, local_law=True), "2026-11-30", "2026-11-24"),
    ("calendar days", Notice(8, Count.CALENDAR, "règlement intérieur"), "2026-11-30", "2026-11-22"),
    (
        "second convocation",
        owed(5000, occasion=Occasion.SECOND_CONVOCATION),
        "2026-12-04",
        "2026-11-30",
    ),
]


@pytest.mark.parametrize(
    ("notice", "meets", "latest"), [c[1:] for c in LATEST], ids=[c[0] for c in LATEST]
)
def test_the_last_day_to_send(notice, meets, latest):
    assert latest_sending_day(date.fromisoformat(meets), notice) == date.fromisoformat(latest)


@pytest.mark.parametrize(
    ("notice", "meets", "latest"), [c[1:] for c in LATEST], ids=[c[0] for c in LATEST]
)
def test_the_last_second_of_that_day_is_on_time_and_the_next_one_is_late(notice, meets, latest):
    zone = ZoneInfo(PARIS)
    starts = datetime.combine(date.fromisoformat(meets), datetime.min.time(), zone).replace(hour=9)
    last = latest_sending_moment(starts, notice, PARIS)
    assert last.isoformat()[:19] == f"{latest}T23:59:59"
    assert is_on_time(last, starts, notice, PARIS)
    after = datetime.fromtimestamp(last.timestamp() + 1, tz=UTC)
    assert not is_on_time(after, starts, notice, PARIS)


@pytest.mark.law("T-CONV-30")
def test_t_conv_30_a_second_before_midnight_is_on_time():
    assert is_on_time(datetime.fromisoformat("2026-11-26T23:59:59+01:00"), NOV_30, owed(), PARIS)


@pytest.mark.law("T-CONV-31")
def test_t_conv_31_midnight_is_late_and_says_so():
    sent = datetime.fromisoformat("2026-11-27T00:00:00+01:00")
    [finding] = check_sending(sent_at=sent, starts_at=NOV_30, notice=owed(), timezone=PARIS)
    assert finding.is_blocking
    assert finding.code == "R-CONV-04"
    assert "jeudi 26 novembre, 23" in finding.message
    assert "2\u00a0jours francs" in finding.message


@pytest.mark.law("T-CONV-34")
def test_t_conv_34_the_decided_case_has_four_clear_days():
    assert clear_days_between(date(1989, 12, 21), date(1989, 12, 26)) == 4
    starts = datetime(1989, 12, 26, 20, tzinfo=ZoneInfo(PARIS))
    assert is_on_time(datetime(1989, 12, 21, 18, tzinfo=ZoneInfo(PARIS)), starts, owed(), PARIS)


@pytest.mark.law("T-CONV-35")
def test_t_conv_35_a_holiday_inside_gives_no_extra_day():
    starts = datetime(2026, 12, 28, 20, tzinfo=ZoneInfo(PARIS))
    sent = datetime(2026, 12, 25, 9, tzinfo=ZoneInfo(PARIS))
    assert not is_on_time(sent, starts, owed(), PARIS)


@pytest.mark.parametrize(
    ("timezone", "last_second_utc"),
    [
        ("Europe/Paris", "2026-11-26T22:59:59"),
        ("America/Guadeloupe", "2026-11-27T03:59:59"),
        ("America/Cayenne", "2026-11-27T02:59:59"),
        ("America/Miquelon", "2026-11-27T02:59:59"),
        ("Indian/Reunion", "2026-11-26T19:59:59"),
        ("Indian/Mayotte", "2026-11-26T20:59:59"),
        ("Pacific/Noumea", "2026-11-26T12:59:59"),
        ("Pacific/Tahiti", "2026-11-27T09:59:59"),
    ],
)
def test_overseas_the_day_is_the_town_halls_own(timezone, last_second_utc):
    starts = datetime(2026, 11, 30, 18, 0, tzinfo=ZoneInfo(timezone))
    last = latest_sending_moment(starts, owed(), timezone)
    assert last.astimezone(UTC).isoformat()[:19] == last_second_utc
    assert is_on_time(last, starts, owed(), timezone)
    assert not is_on_time(
        datetime.fromtimestamp(last.timestamp() + 1, tz=UTC), starts, owed(), timezone
    )


def test_the_same_instant_is_on_time_in_guadeloupe_and_late_in_reunion():
    sent = datetime(2026, 11, 26, 22, 0, tzinfo=UTC)
    west = datetime(2026, 11, 30, 18, tzinfo=ZoneInfo("America/Guadeloupe"))
    east = datetime(2026, 11, 30, 18, tzinfo=ZoneInfo("Indian/Reunion"))
    assert is_on_time(sent, west, owed(), "America/Guadeloupe")
    assert not is_on_time(sent, east, owed(), "Indian/Reunion")


def test_an_instant_given_in_utc_counts_on_the_local_date():
    # 23:30 UTC on the 26th is already the 27th in Paris.
    assert not is_on_time(datetime(2026, 11, 26, 23, 30, tzinfo=UTC), NOV_30, owed(), PARIS)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="aware"):
        is_on_time(datetime(2026, 11, 26, 12), NOV_30, owed(), PARIS)


def test_a_meeting_begun_can_no_longer_be_convened():
    [finding] = check_sending(sent_at=NOV_30, starts_at=NOV_30, notice=owed(), timezone=PARIS)
    assert "a commencé" in finding.message


def test_a_commission_has_no_delay_in_the_law():
    notice = owed(3000, Body.COMMISSION)
    assert is_on_time(NOV_30.replace(hour=19), NOV_30, notice, PARIS)
    assert not is_on_time(NOV_30, NOV_30, notice, PARIS)
    assert latest_sending_moment(NOV_30, notice, PARIS) == NOV_30


def test_a_ccas_has_no_urgency_in_the_text():
    with pytest.raises(ValueError, match="no text"):
        owed(3000, Body.CCAS_BOARD, urgent=True)


def test_an_own_delay_counts_from_its_date_only():
    own = OwnSettings(notice_days=7, since=date(2026, 12, 1))
    facts = BodyFacts(Body.MUNICIPAL_COUNCIL, 3000, own=own)
    assert policy_for(facts, date(2026, 11, 30)).notice_days == 3
    assert policy_for(facts, date(2026, 12, 1)).notice_days == 7
    assert policy_for(facts, date(2026, 12, 1)).notice_citation == "règlement intérieur"


def test_an_own_delay_may_not_be_shorter_than_the_law():
    on = date(2026, 11, 30)
    short = BodyFacts(Body.MUNICIPAL_COUNCIL, 4000, own=OwnSettings(notice_days=4, since=on))
    calendar = BodyFacts(
        Body.MUNICIPAL_COUNCIL,
        3000,
        own=OwnSettings(notice_days=3, notice_count=Count.CALENDAR, since=on),
    )
    longer = BodyFacts(Body.MUNICIPAL_COUNCIL, 3000, own=OwnSettings(notice_days=5, since=on))
    assert shorter_than_the_law(short, on)
    assert shorter_than_the_law(calendar, on)
    assert not shorter_than_the_law(longer, on)


@pytest.mark.law("T-DEAD-10")
def test_t_dead_10_the_delay_follows_the_frozen_population():
    # The census gives 3,600 in mid-term: the caller keeps giving the figure of the last renewal.
    assert owed(3400).days == 3


def test_the_clock_names_the_days_that_count():
    told = clock(
        now=datetime(2026, 11, 24, 9, tzinfo=UTC), starts_at=NOV_30, notice=owed(), timezone=PARIS
    )
    assert told.counted == (date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29))
    assert told.reason == (
        "3\u00a0jours francs : vendredi 27, samedi 28 et dimanche 29 novembre "
        "(art. L2121-11 du CGCT)."
    )
    assert not told.late


def test_the_clock_advises_noon_of_the_day_before():
    assert recommended_moment(NOV_30, owed(), PARIS).isoformat() == "2026-11-25T12:00:00+01:00"


def test_earliest_meeting_is_the_other_way_round():
    for _, notice, meets, latest in LATEST:
        assert earliest_meeting_day(date.fromisoformat(latest), notice) == date.fromisoformat(meets)


@pytest.mark.law("T-CONV-44")
def test_t_conv_44_the_budget_is_owed_twelve_days_before():
    budget = SPECIAL_DELAYS["budget"]
    assert budget.latest_day(date(2027, 4, 8)) == date(2027, 3, 27)
    assert budget.safe_day(date(2027, 4, 8)) == date(2027, 3, 26)


@pytest.mark.law("T-CONV-45")
def test_t_conv_45_a_concession_is_owed_fifteen_days_before():
    dsp = SPECIAL_DELAYS["dsp"]
    assert dsp.latest_day(date(2026, 11, 30)) == date(2026, 11, 15)
    assert dsp.safe_day(date(2026, 11, 30)) == date(2026, 11, 14)


@pytest.mark.law("T-CONV-46")
def test_t_conv_46_a_late_budget_flags_its_point_and_not_the_meeting():
    meets = date(2027, 4, 8)
    findings = check_special_delay(
        matter="budget", given_on=date(2027, 4, 1), meets_on=meets, subject="b"
    )
    assert [(f.severity, f.subject) for f in findings] == [(Severity.WARNING, "b")]
    assert not blocking(findings)
    assert not check_special_delay(matter="budget", given_on=date(2027, 3, 27), meets_on=meets)
    assert not check_special_delay(matter="ordinary", given_on=meets, meets_on=meets)
