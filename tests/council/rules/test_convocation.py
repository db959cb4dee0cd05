"""What a convocation says; what changes after it left; first meetings; the year."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules import Severity, blocking
from council.rules.agenda import Setting
from council.rules.backplan import back_planning
from council.rules.changes import (
    CHANGE_WORDS,
    Change,
    Sent,
    SentItem,
    check_changes,
    differences,
    kind_of,
    latest_moment_for,
)
from council.rules.convocation import (
    ConvocationText,
    check_cancellation,
    check_place,
    check_remote,
    check_text,
    check_titles,
)
from council.rules.frequency import (
    MeetingRequest,
    check_frequency,
    check_request,
    must_meet_quarterly,
    request_due,
)
from council.rules.installation import (
    FirstMeeting,
    check_first_meeting,
    check_rules_of_procedure,
    first_commission_meeting_due,
    first_community_meeting_due,
    first_meeting_window,
    opposition_has_space,
    rules_of_procedure_due,
)
from council.rules.notice import (
    SPECIAL_DELAYS,
    check_sending,
    check_special_delay,
    clear_days_between,
    earliest_meeting_day,
    is_on_time,
    latest_sending_day,
    notice_owed,
)
from council.rules.policy import Body, BodyFacts, policy_for

PARIS = "Europe/Paris"
ON = date(2026, 11, 30)
COUNCIL, EPCI, CCAS = Body.MUNICIPAL_COUNCIL, Body.COMMUNITY_COUNCIL, Body.CCAS_BOARD


def day(text):
    return date.fromisoformat(text)


def at(month, d, hour=20, minute=0, second=0):
    return datetime(2026, month, d, hour, minute, second, tzinfo=ZoneInfo(PARIS))


def policy(population=3000, body=COUNCIL, **facts):
    return policy_for(BodyFacts(body, population, **facts), ON)


DAYS = [
    ("R-CONV-04 999 inhabitants", policy(999), {}, "2026-11-26"),
    ("R-CONV-04 over a leap day", policy(800), {}, "2028-02-26", "2028-03-01"),
    ("R-CONV-05 3,501 inhabitants", policy(3501), {}, "2026-11-24"),
    ("R-CONV-05 over the new year", policy(9000), {}, "2026-12-27", "2027-01-02"),
    ("R-CONV-06 urgency in an EPCI", policy(100, EPCI), {"urgent": True}, "2026-11-28"),
    ("R-CONV-06 urgency on a Monday", policy(), {"urgent": True}, "2026-11-14", "2026-11-16"),
    ("R-CONV-07 1 and 8 May inside", policy(), {}, "2026-05-07", "2026-05-11"),
    ("R-CONV-07 the change to summer time", policy(), {}, "2027-03-26", "2027-03-30"),
    ("R-CONV-16 the day before", policy(800, local_law=True), {"urgent": True}, "2026-11-29"),
    ("R-CONV-16 5 days when large", policy(3500, local_law=True), {}, "2026-11-24"),
    (
        "R-CONV-16 general urgency when large",
        policy(3500, local_law=True),
        {"urgent": True},
        "2026-11-28",
    ),
    ("R-EPCI-01 a small syndicate", policy(200, Body.SYNDICATE_COMMITTEE), {}, "2026-11-24"),
    ("R-EPCI-01 an EPCI of 100,000", policy(100_000, EPCI), {}, "2026-11-24"),
]


@pytest.mark.parametrize("case", [pytest.param(c[1:], id=c[0]) for c in DAYS])
def test_the_last_day_to_send(case):
    owed, how, latest, *rest = case
    meets = day(rest[0]) if rest else ON
    assert latest_sending_day(meets, notice_owed(owed, **how)) == day(latest)


@given(
    st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    st.sampled_from([policy(), policy(9000), policy(9, EPCI), policy(9, CCAS)]),
    st.integers(0, 23),
)
@pytest.mark.law("R-CONV-07")
def test_clear_days_hold_on_every_day_of_the_century(meets, owed, hour):
    notice = notice_owed(owed)
    last = latest_sending_day(meets, notice)
    assert clear_days_between(last, meets) == notice.days
    assert earliest_meeting_day(last, notice) == meets
    zone = ZoneInfo(PARIS)
    starts = datetime(meets.year, meets.month, meets.day, hour, 30, tzinfo=zone)
    sent = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=zone)
    assert is_on_time(sent, starts, notice, PARIS)


@pytest.mark.law("R-CONV-06")
def test_an_urgent_convocation_one_day_late_says_its_text():
    notice = notice_owed(policy(), urgent=True)
    [finding] = check_sending(
        sent_at=at(11, 29), starts_at=at(11, 30), notice=notice, timezone=PARIS
    )
    assert finding.code == "R-CONV-06"


TEXT = ConvocationText(at(11, 30), "Mairie", ("Budget",), "Anne Bel, maire", agreed_by="Anne Bel")
TEXTS = [
    ("R-CONV-02 no place", {"place": " "}, "R-CONV-02"),
    ("R-CONV-02 no agenda", {"titles": ()}, "R-CONV-02"),
    ("R-CONV-02 no date", {"starts_at": None}, "R-CONV-02"),
    ("R-CONV-01 nobody signs", {"author": ""}, "R-CONV-01"),
    ("R-CONV-01 somebody else signs", {"author_is_mayor": False}, "R-CONV-01"),
    ("R-CONV-01 the mayor has not agreed", {"agreed_by": ""}, "R-CONV-01"),
    ("R-CONV-06 an urgency without reason", {"urgent": True}, "R-CONV-06"),
]


@pytest.mark.parametrize(("changes", "code"), [pytest.param(*c[1:], id=c[0]) for c in TEXTS])
def test_a_convocation_that_lacks_something(changes, code):
    assert [f.code for f in blocking(check_text(replace(TEXT, **changes)))] == [code]


@pytest.mark.law("R-CONV-01")
def test_a_whole_convocation():
    assert not check_text(TEXT)
    deputy = replace(TEXT, author="Luc Mas", author_is_mayor=False, acting_for="le maire empêché")
    assert not check_text(deputy)


TITLES = [
    ("R-AGE-01 a vote under questions diverses", "Questions diverses", True, "R-AGE-01"),
    ("R-AGE-01 whatever its capitals", " QUESTIONS DIVERSES : ", True, "R-AGE-01"),
    ("R-AGE-02 no title", "  ", True, "R-AGE-02"),
    ("R-AGE-02 too short", "Eau", True, "R-AGE-02"),
]


@pytest.mark.parametrize(
    ("title", "votable", "code"), [pytest.param(*c[1:], id=c[0]) for c in TITLES]
)
def test_a_title_that_announces_nothing(title, votable, code):
    assert [f.code for f in check_titles([("a", title, votable)])] == [code]


@pytest.mark.law("R-AGE-02")
def test_questions_diverses_may_be_an_information():
    assert not check_titles([("a", "Questions diverses", False), ("b", "Tarifs de l’eau", True)])


@pytest.mark.law("R-CONV-17")
def test_the_usual_place_is_silent():
    assert not check_place(" salle du CONSEIL ", ["Salle du conseil"])
    assert not check_place("n’importe où", [])


@pytest.mark.law("R-CONV-17")
def test_another_place_is_said():
    [finding] = check_place("Gymnase", ["Salle du conseil", "Salle des fêtes"])
    assert finding.severity is Severity.WARNING
    assert not check_place("Salle des fetes", ["Salle du conseil", "Salle des fêtes"])


CANCELLATIONS = [
    ("R-CONV-10 a minute before", at(11, 30, 19, 59), True, False, 0),
    ("R-CONV-10 at its hour", at(11, 30), True, False, 1),
    ("R-CONV-10 opened early", at(11, 30, 19), True, True, 1),
    ("R-CONV-10 by somebody else", at(11, 29), False, False, 1),
]


@pytest.mark.parametrize(
    ("now", "mayor", "opened", "count"), [pytest.param(*c[1:], id=c[0]) for c in CANCELLATIONS]
)
def test_calling_a_meeting_off(now, mayor, opened, count):
    found = check_cancellation(now=now, starts_at=at(11, 30), by_the_mayor=mayor, open_=opened)
    assert len(blocking(found)) == count
    assert found


REMOTE = {"allowed_by_the_rules": True, "said_in_the_convocation": True}
REMOTES = [
    ("R-EPCI-06 an EPCI", EPCI, {}, 0),
    ("R-EPCI-06 never a municipal council", COUNCIL, {}, 1),
    ("R-EPCI-06 not in the rules of procedure", EPCI, {"allowed_by_the_rules": False}, 1),
    ("R-EPCI-06 budget and secret ballot", EPCI, {"budget": True, "secret_ballot": True}, 2),
    ("R-QUO-09 not announced", EPCI, {"said_in_the_convocation": False}, 1),
    ("R-QUO-09 the president is elected in the room", EPCI, {"election": True}, 1),
]


@pytest.mark.parametrize(("body", "how", "count"), [pytest.param(*c[1:], id=c[0]) for c in REMOTES])
def test_meeting_in_several_places(body, how, count):
    assert len(check_remote(body, **(REMOTE | how))) == count


ITEM = SentItem("a", "Tarifs", "deliberation", "t1", {"note.pdf": "s1"})
INFO = SentItem("i", "Travaux", "information")
SENT = Sent(Setting(at(11, 30), "Mairie"), (ITEM, INFO))
NEW = SentItem("n", "Emprunt", "deliberation")


def sent(*items, **setting):
    return Sent(replace(SENT.setting, **setting), items or SENT.items)


CHANGES = [
    ("R-CONV-10 nothing", SENT, "", Change.NOTHING),
    ("R-CONV-10 a point withdrawn", sent(ITEM), "", Change.WITHDRAWAL),
    (
        "R-CONV-10 a piece replaced",
        sent(replace(ITEM, pieces={"note.pdf": "s2"}), INFO),
        "",
        Change.PIECES,
    ),
    ("R-CONV-10 another order", sent(INFO, ITEM), "", Change.PIECES),
    ("R-CONV-10 an information", sent(ITEM, INFO, replace(INFO, ref="j")), "", Change.INFORMATION),
    ("R-CONV-10 a deliberation", sent(ITEM, INFO, NEW), "", Change.COMPLEMENTARY),
    (
        "R-AGE-01 an information turned into a vote",
        sent(ITEM, replace(INFO, kind="deliberation")),
        "",
        Change.COMPLEMENTARY,
    ),
    ("T-CONV-39 another hour", sent(starts_at=at(11, 30, 18)), "", Change.NEW_CONVOCATION),
    ("T-CONV-39 ticked as minor", sent(starts_at=at(11, 30, 18)), "salle prise", Change.MINOR),
    (
        "R-CONV-10 another day is never minor",
        sent(starts_at=at(12, 1)),
        "salle prise",
        Change.NEW_CONVOCATION,
    ),
    (
        "R-CONV-10 another place is never minor",
        sent(place="École"),
        "travaux",
        Change.NEW_CONVOCATION,
    ),
]


@pytest.mark.parametrize(
    ("after", "reason", "kind"), [pytest.param(*c[1:], id=c[0]) for c in CHANGES]
)
def test_what_a_new_edition_is(after, reason, kind):
    assert kind_of(SENT, after, minor_reason=reason) is kind
    assert CHANGE_WORDS[kind]
    notice = notice_owed(policy())
    heavy = kind in (Change.COMPLEMENTARY, Change.NEW_CONVOCATION)
    assert (latest_moment_for(kind, after, notice, PARIS) is not None) == heavy


@pytest.mark.law("R-CONV-10")
def test_the_differences_are_told_one_by_one():
    after = sent(
        INFO,
        replace(ITEM, title="Tarifs 2027", text="t2", pieces={"note.pdf": "s2", "plan.pdf": "s3"}),
        NEW,
        place="École",
    )
    told = differences(SENT, after)
    [change] = told.changed
    assert (told.added, told.removed, told.reordered, told.setting_changed) == (
        ("n",),
        (),
        True,
        True,
    )
    assert (change.old_title, change.new_title, change.text_changed) == (
        "Tarifs",
        "Tarifs 2027",
        True,
    )
    assert (change.pieces_added, change.pieces_removed, change.pieces_replaced) == (
        ("plan.pdf",),
        (),
        ("note.pdf",),
    )
    assert differences(SENT, SENT).is_empty


def changes(after, when, **how):
    owed = policy(how.pop("population", 3000))
    return check_changes(
        SENT,
        after,
        sending_at=when,
        notice=notice_owed(owed),
        urgent=notice_owed(owed, urgent=True),
        policy=owed,
        **how,
    )


@pytest.mark.law("T-CONV-38")
def test_a_point_added_two_days_before():
    after = sent(ITEM, INFO, NEW)
    assert [f.code for f in blocking(changes(after, at(11, 28)))] == ["R-CONV-10"]
    assert not blocking(changes(after, at(11, 28), declared_urgent=True))
    assert not blocking(changes(sent(ITEM, INFO, replace(NEW, kind="information")), at(11, 28)))
    assert not changes(after, at(11, 26, 23, 59, 59))


@pytest.mark.law("R-AGE-03", "R-CONV-05")
def test_a_piece_changed_after_the_delay_is_said():
    after = sent(replace(ITEM, pieces={"note.pdf": "s2"}), INFO)
    assert not changes(after, at(11, 24))
    [finding] = changes(after, at(11, 29))
    assert (finding.code, finding.is_blocking, finding.subject) == ("R-AGE-03", False, "a")
    assert changes(after, at(11, 29), population=4000)[0].code == "R-CONV-05"


@pytest.mark.law("R-CONV-10")
def test_a_withdrawal_is_always_possible():
    [finding] = changes(sent(ITEM), at(11, 30, 19))
    assert finding.severity is Severity.INFO


WINDOWS = [
    ("T-CONV-22", "2026-03-15", "2026-03-20", "2026-03-22"),
    ("T-CONV-25", "2026-03-22", "2026-03-27", "2026-03-29"),
    ("R-CONV-14 over a month", "2028-01-30", "2028-02-04", "2028-02-06"),
    ("R-CONV-14 complete on a Friday", "2027-01-01", "2027-01-08", "2027-01-10"),
]


@pytest.mark.parametrize(
    ("complete", "first", "last"), [pytest.param(*c[1:], id=c[0]) for c in WINDOWS]
)
def test_the_first_meeting_is_held_by_right(complete, first, last):
    assert first_meeting_window(day(complete)) == (day(first), day(last))


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)))
@pytest.mark.law("R-CONV-14")
def test_the_window_is_always_a_friday_to_a_sunday_to_come(complete):
    first, last = first_meeting_window(complete)
    assert (first.weekday(), last.weekday()) == (4, 6)
    assert 1 <= (first - complete).days <= 7


FIRST = FirstMeeting(day("2026-03-15"), day("2026-03-21"))


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"meets_on": day("2026-03-19")}, 1),
        ({"meets_on": day("2026-03-23")}, 1),
        ({"convened_by_outgoing_mayor": False}, 1),
        ({"announces_election": False}, 1),
        ({"has_charter": False}, 0),
    ],
)
def test_an_installation(changes, count):
    assert len(blocking(check_first_meeting(replace(FIRST, **changes)))) == count


@pytest.mark.law("R-EPCI-01")
def test_the_first_community_meeting():
    assert first_community_meeting_due(day("2014-04-04")) == day("2014-05-02")
    assert first_community_meeting_due(day("2026-03-21")) == day("2026-04-17")
    assert first_commission_meeting_due(day("2026-04-10")) == day("2026-04-18")


RULES = [
    ("R-AGE-05 1,000 inhabitants", COUNCIL, 1000, "2026-09-20"),
    ("R-AGE-05 999 inhabitants", COUNCIL, 999, None),
    ("R-AGE-05 every EPCI", EPCI, 300, "2026-09-20"),
    ("R-AGE-05 no CCAS", CCAS, 9000, None),
]


@pytest.mark.parametrize(
    ("body", "population", "due"), [pytest.param(*c[1:], id=c[0]) for c in RULES]
)
def test_the_rules_of_procedure(body, population, due):
    on = day("2026-03-20")
    assert rules_of_procedure_due(body, population, on) == (day(due) if due else None)
    found = check_rules_of_procedure(
        body, population, installed_on=on, adopted_on=None, today=day("2026-08-20")
    )
    assert bool(found) == bool(due)
    assert not check_rules_of_procedure(
        body, population, installed_on=on, adopted_on=None, today=day("2026-08-19")
    )
    assert not check_rules_of_procedure(
        body, population, installed_on=on, adopted_on=day("2026-07-01"), today=day("2027-01-01")
    )


@pytest.mark.law("R-AGE-06")
def test_the_space_of_the_opposition():
    assert opposition_has_space(1000)
    assert not opposition_has_space(999)


@pytest.mark.law("R-AGE-06")
def test_an_epci_gives_space_whatever_its_size():
    assert opposition_has_space(10, EPCI)


REQUEST = MeetingRequest(ON, 7, 19, "L’école ferme", "Avenir de l’école")
REQUESTS = [
    ("T-CONV-42", {"asking": 6}, {}, "il en faut 7"),
    ("R-CONV-13 a third: to convene", {}, {}, "mercredi 30 décembre"),
    ("R-CONV-13 no reason", {"reason": " "}, {}, "motifs"),
    ("R-CONV-13 the prefect alone", {"asking": 0, "by_the_prefect": True}, {}, "30 décembre"),
    ("R-CONV-13 shortened by the prefect", {"shortened_to": 8}, {}, "mardi 8 décembre"),
    ("R-CONV-13 convened in time", {}, {"meets_on": day("2026-12-30")}, ""),
    ("R-CONV-13 convened too late", {}, {"meets_on": day("2026-12-31")}, "devait se tenir"),
    ("R-CONV-13 forgotten", {}, {"today": day("2027-01-04")}, "devait se tenir"),
    ("R-CONV-16 no cap in Alsace-Moselle", {}, {"local_law": True}, ""),
]


@pytest.mark.parametrize(
    ("changes", "how", "words"), [pytest.param(*c[1:], id=c[0]) for c in REQUESTS]
)
def test_a_request_of_the_members(changes, how, words):
    request = replace(REQUEST, **changes)
    found = check_request(request, COUNCIL, 2300, **({"today": ON} | how))
    said = " ".join(f.message for f in found)
    assert words in said
    assert bool(found) == bool(words)


@pytest.mark.law("R-CONV-16")
def test_a_third_asks_whatever_the_size_in_alsace_moselle():
    assert request_due(REQUEST, local_law=True) is None
    assert not blocking(check_request(REQUEST, COUNCIL, 300, today=ON, local_law=True))
    assert blocking(check_request(REQUEST, COUNCIL, 300, today=ON))


@pytest.mark.law("R-CONV-12")
def test_who_meets_every_quarter():
    quarterly = {b for b in Body if must_meet_quarterly(b)}
    assert quarterly == {COUNCIL, EPCI, Body.SYNDICATE_COMMITTEE, CCAS}


@pytest.mark.law("R-CONV-12")
def test_two_meetings_in_one_quarter_do_not_serve_another():
    meetings = [day("2026-01-02"), day("2026-03-31")]
    assert check_frequency(meetings, since=day("2026-01-01"), today=day("2026-07-01"))


MATTERS = [
    ("R-CONV-15 the budget debate's report", "budget_debate", "2026-11-25", 0),
    ("R-CONV-15 the same, one day late", "budget_debate", "2026-11-26", 1),
    ("R-CONV-15 a meeting in an annex", "annex_meeting", "2026-11-15", 0),
    ("R-CONV-15 the public was told late", "annex_meeting", "2026-11-16", 1),
]


@pytest.mark.parametrize(
    ("matter", "given_on", "count"), [pytest.param(*c[1:], id=c[0]) for c in MATTERS]
)
def test_special_delays(matter, given_on, count):
    assert matter in SPECIAL_DELAYS
    found = check_special_delay(matter=matter, given_on=day(given_on), meets_on=ON)
    assert len(found) == count


def test_the_weeks_around_a_meeting():
    steps = back_planning(ON, notice_owed(policy()))
    assert [(s.code, s.on.isoformat()) for s in steps] == [
        ("drafts", "2026-11-19"),
        ("visa", "2026-11-22"),
        ("freeze", "2026-11-24"),
        ("agreement", "2026-11-25"),
        ("sending", "2026-11-26"),
        ("session", "2026-11-30"),
        ("extracts", "2026-12-03"),
        ("list", "2026-12-07"),
    ]
    assert [s.code for s in steps if s.legal] == ["sending", "list"]
