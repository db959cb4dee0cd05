"""When an act is in force, how it is published, what is owed after a session."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules import Severity, blocking
from council.rules.afterwards import (
    DecisionTaken,
    Due,
    MinutesFacts,
    check_approval,
    check_decisions_report,
    check_due,
    check_list,
    check_minutes,
    councillors_copy_due,
    decisions_to_report,
    list_due,
    minutes_due,
    owed_after,
)
from council.rules.calendar import add_months, easter, next_working_day, public_holidays
from council.rules.enforce import (
    ActFacts,
    Sort,
    appeal_until,
    enforceable_on,
    executory_sentence,
    formalities_of,
    missing_words,
)
from council.rules.mayor_acts import (
    Exempt,
    check_delegated_decision,
    check_publication,
    check_transmission,
    is_transmissible,
    must_transmit_electronically,
    transmission_due,
)
from council.rules.policy import Body
from council.rules.posting import (
    Notice,
    Posting,
    certificate,
    check_posting,
    published_by_posting_on,
)
from council.rules.publication import (
    Mode,
    ModeChoice,
    PublishedCopy,
    check_copy,
    check_mode,
    check_open_data,
    check_removal,
    earliest_removal,
    owes_open_data,
    publication_mode,
)
from council.rules.wording import Gender, Named

COUNCIL, EPCI, SYNDICATE = Body.MUNICIPAL_COUNCIL, Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE
ON = date(2026, 11, 30)
POSTING = ModeChoice(Mode.POSTING, date(2026, 7, 1), "2026-07-012")


def day(text):
    return date.fromisoformat(text)


MODES = [
    ("T-DEAD-09", COUNCIL, 2900, None, Mode.ELECTRONIC),
    ("R-PUB-03 posting was chosen", COUNCIL, 2900, POSTING, Mode.POSTING),
    (
        "R-PUB-03 chosen later",
        COUNCIL,
        2900,
        replace(POSTING, decided_on=day("2026-12-01")),
        Mode.ELECTRONIC,
    ),
    ("R-PUB-03 a syndicate chooses too", SYNDICATE, 40000, POSTING, Mode.POSTING),
    ("R-PUB-02 3,500 inhabitants do not choose", COUNCIL, 3500, POSTING, Mode.ELECTRONIC),
    ("R-EPCI-07 an EPCI does not choose", EPCI, 900, POSTING, Mode.ELECTRONIC),
    ("R-EPCI-07 even without a choice", EPCI, 900, None, Mode.ELECTRONIC),
]


@pytest.mark.parametrize(
    ("body", "population", "choice", "mode"), [pytest.param(*c[1:], id=c[0]) for c in MODES]
)
def test_the_mode_of_publication(body, population, choice, mode):
    assert publication_mode(body, population, choice, on=ON) is mode


def modes(body=COUNCIL, *, population=2900, frozen=2900, choice=None, **how):
    return check_mode(
        body, population=population, frozen_population=frozen, choice=choice, on=ON, **how
    )


@pytest.mark.law("T-DEAD-10")
def test_crossing_the_threshold_in_mid_term_is_said():
    [finding] = modes(population=3600, frozen=3400)
    assert finding.severity is Severity.WARNING
    assert "ne changent pas" in finding.message
    assert not modes(population=3400, frozen=3400)
    assert not modes(population=3600, frozen=3600)


@pytest.mark.law("R-PUB-02")
def test_posting_is_not_enough_in_a_large_commune():
    assert blocking(modes(population=4000, frozen=4000, choice=POSTING))
    assert not modes(choice=POSTING)


@pytest.mark.law("R-EPCI-07")
def test_an_epci_that_posts_is_told():
    [finding] = blocking(modes(EPCI, choice=POSTING))
    assert "EPCI" in finding.message


@pytest.mark.law("R-PUB-03")
def test_a_choice_has_its_deliberation_and_no_site_has_its_way_out():
    assert "délibération" in modes(choice=replace(POSTING, reference=" "))[0].message
    assert "EPCI" in modes(has_website=False)[0].message


COPY = PublishedCopy("Anne", "Bel", "maire", day("2026-12-02"), redaction_checked_by="secrétariat")
COPIES = [
    ("T-DEAD-08 no capacity", {"author_capacity": ""}, "R-PUB-02", "qualité"),
    ("T-DEAD-08 no date", {"posted_on": None}, "R-PUB-02", "date de mise en ligne"),
    ("R-PUB-02 no first name", {"author_given_name": " "}, "R-PUB-02", "prénom"),
    ("R-PUB-02 a word processor's file", {"is_pdf": False}, "R-PUB-02", "PDF"),
    ("R-PUB-02 an excerpt", {"is_whole": False}, "R-PUB-02", "en entier"),
    ("R-PUB-05 nobody looked", {"redaction_checked_by": ""}, "R-PUB-05", "données personnelles"),
    (
        "R-PUB-05 on the board too",
        {"redaction_checked_by": "", "mode": Mode.POSTING},
        "R-PUB-05",
        "données personnelles",
    ),
]


@pytest.mark.parametrize(
    ("changes", "code", "words"), [pytest.param(*c[1:], id=c[0]) for c in COPIES]
)
def test_what_a_public_copy_lacks(changes, code, words):
    [finding] = blocking(check_copy(replace(COPY, **changes)))
    assert finding.code == code
    assert words in finding.message


def test_a_whole_copy_is_published():
    assert not check_copy(COPY)
    assert not check_copy(replace(COPY, posted_on=None, mode=Mode.POSTING, is_pdf=False))


@pytest.mark.law("T-DEAD-05")
def test_two_months_of_publicity():
    assert earliest_removal(day("2026-12-02")) == day("2027-02-02")
    assert check_removal(posted_on=day("2026-12-02"), on=day("2027-02-01"))
    assert not check_removal(posted_on=day("2026-12-02"), on=day("2027-02-02"))


SIGNED, READ, RECEIVED = day("2026-12-01"), day("2026-12-02"), day("2026-12-04")


def act(sort=Sort.DELIBERATION, sent=True, **facts):
    return ActFacts(sort, sent, **({"signed_on": SIGNED} | facts))


ACTS = [
    ("R-PUB-01 the receipt comes last", act(published_on=READ, received_on=RECEIVED), RECEIVED),
    ("R-PUB-01 the publication comes last", act(published_on=RECEIVED, received_on=READ), RECEIVED),
    ("R-PUB-01 no receipt", act(published_on=READ), None),
    ("R-PUB-01 not published", act(received_on=RECEIVED), None),
    ("R-PUB-01 individual, notified", act(Sort.STAFF, False, notified_on=READ), READ),
    (
        "R-PUB-01 individual, published is not enough",
        act(Sort.STAFF, False, published_on=READ),
        None,
    ),
    (
        "T-DEAD-11 in force once published",
        act(sent=is_transmissible(Sort.DELIBERATION, Exempt.ROAD_TARIFF), published_on=READ),
        READ,
    ),
]


@pytest.mark.parametrize(("facts", "since"), [pytest.param(*c[1:], id=c[0]) for c in ACTS])
def test_when_an_act_comes_into_force(facts, since):
    assert enforceable_on(facts) == since
    assert bool(missing_words(facts)) == (since is None)
    assert executory_sentence(facts).startswith("Acte exécutoire" if since else "Pas encore")


def test_the_executory_clock_in_words():
    assert executory_sentence(act(published_on=READ, received_on=RECEIVED)) == (
        "Acte exécutoire le 04/12/2026 : reçu en préfecture le 04/12/2026, publié le 02/12/2026."
    )
    assert executory_sentence(act()) == (
        "Pas encore exécutoire : il manque l’accusé de réception de la préfecture et la "
        "publication."
    )


@pytest.mark.parametrize(
    ("public", "last"),
    [
        ("2026-01-15", "2026-03-16"),
        ("2026-12-02", "2027-02-03"),
        ("2026-12-30", "2027-03-01"),
        ("2026-10-24", "2026-12-28"),
        ("2026-03-13", "2026-05-15"),
    ],
)
def test_the_last_day_to_go_to_court(public, last):
    assert appeal_until(day(public)) == day(last)


def test_holidays_of_a_year():
    assert [easter(y) for y in (2024, 2025, 2026, 2027)] == [
        day("2024-03-31"),
        day("2025-04-20"),
        day("2026-04-05"),
        day("2027-03-28"),
    ]
    assert len(public_holidays(2026)) == 11
    assert len(public_holidays(2026, local_law=True)) == 13
    assert next_working_day(day("2026-12-25")) == day("2026-12-28")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_never_leave_their_month(start, months):
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or end.day < start.day


@pytest.mark.law("R-PUB-06")
def test_open_data_above_both_thresholds():
    assert owes_open_data(3501, 50)
    assert not owes_open_data(3500, 50)
    assert not owes_open_data(9000, 49)


@pytest.mark.law("R-PUB-06")
def test_open_data_is_said_and_not_imposed():
    [finding] = check_open_data(9000, 60, publishes=False)
    assert finding.severity is Severity.INFO
    assert not check_open_data(9000, 60, publishes=True)


@pytest.mark.law("T-DEAD-11")
def test_a_road_tariff_is_not_transmitted():
    assert not is_transmissible(Sort.DELIBERATION, Exempt.ROAD_TARIFF)


KINDS = [
    ("R-PUB-04 a deliberation", Sort.DELIBERATION, Exempt.NONE, True),
    ("R-PUB-04 a promotion rate", Sort.DELIBERATION, Exempt.PROMOTION_RATE, False),
    ("R-PUB-04 a decision on roads", Sort.DECISION, Exempt.ROAD_CLASSIFICATION, False),
    ("R-PUB-04 a traffic order", Sort.TRAFFIC, Exempt.NONE, False),
    ("R-PUB-04 a police order", Sort.POLICE_INDIVIDUAL, Exempt.NONE, True),
    ("R-PUB-04 a step of an agent", Sort.STAFF, Exempt.NONE, False),
    ("R-PUB-04 a building permit", Sort.PLANNING, Exempt.NONE, True),
]


@pytest.mark.parametrize(("sort", "exempt", "sent"), [pytest.param(*c[1:], id=c[0]) for c in KINDS])
def test_what_is_transmitted(sort, exempt, sent):
    assert is_transmissible(sort, exempt) is sent


@pytest.mark.law("R-PUB-04")
def test_individual_decisions_leave_within_fifteen_days():
    assert transmission_due(Sort.POLICE_INDIVIDUAL, SIGNED) == day("2026-12-16")
    assert transmission_due(Sort.DELIBERATION, SIGNED) is None
    assert transmission_due(Sort.STAFF, SIGNED) is None
    sort = Sort.PLANNING
    assert not check_transmission(sort, signed_on=SIGNED, today=day("2026-12-16"))
    assert check_transmission(sort, signed_on=SIGNED, today=day("2026-12-17"))
    sent = day("2026-12-10")
    assert not check_transmission(
        sort, signed_on=SIGNED, today=day("2027-01-01"), transmitted_on=sent
    )


def test_who_must_transmit_by_computer():
    assert must_transmit_electronically(50_001, intercommunal_with_taxation=False)
    assert must_transmit_electronically(900, intercommunal_with_taxation=True)
    assert not must_transmit_electronically(50_000, intercommunal_with_taxation=False)


@pytest.mark.parametrize("sort", [k for k in Sort if "POLICE" in k.name or k is Sort.STAFF])
@pytest.mark.law("R-PUB-05")
def test_staff_and_police_never_publish_themselves(sort):
    assert not formalities_of(sort).by_itself
    assert blocking(check_publication(sort, decided_by=""))


@pytest.mark.law("R-PUB-01")
def test_what_is_only_notified_is_never_published():
    for sort in Sort:
        notified_only = not formalities_of(sort).publish
        assert bool(blocking(check_publication(sort, decided_by="le maire"))) == notified_only


@pytest.mark.law("R-PUB-01")
def test_a_delegation_is_notified_too():
    assert check_publication(Sort.DELEGATION, decided_by="le maire", notified=False)


DECISION = {
    "delegation": "2026-03-002",
    "given_on": day("2026-03-28"),
    "ends_on": None,
    "signed_on": SIGNED,
    "signatory_is_mayor": True,
}


@pytest.mark.law("R-DOC-05")
def test_a_decision_cites_a_delegation_in_force():
    assert not check_delegated_decision(**DECISION)
    assert blocking(check_delegated_decision(**(DECISION | {"delegation": ""})))
    assert blocking(check_delegated_decision(**(DECISION | {"given_on": READ})))
    assert blocking(check_delegated_decision(**(DECISION | {"ends_on": day("2026-11-30")})))
    [finding] = check_delegated_decision(**(DECISION | {"signatory_is_mayor": False}))
    assert not finding.is_blocking


TAKEN = [
    DecisionTaken("b", "D2026_02", day("2026-10-02")),
    DecisionTaken("a", "D2026_01", day("2026-10-02")),
    DecisionTaken("c", "D2026_03", day("2026-12-05")),
    DecisionTaken("o", "D2025_99", day("2026-01-02")),
]


@pytest.mark.law("R-DOC-05")
def test_what_the_mayor_reports():
    due = decisions_to_report(TAKEN, frozenset("o"), session_on=ON)
    assert [one.ref for one in due] == ["a", "b"]


@pytest.mark.law("R-DOC-05")
def test_a_forgotten_report_is_said():
    [finding] = check_decisions_report(TAKEN, frozenset("o"), session_on=ON, on_the_agenda=False)
    assert "2\u00a0décisions" in finding.message
    assert not check_decisions_report(TAKEN, frozenset("o"), session_on=ON, on_the_agenda=True)
    assert not check_decisions_report([], frozenset(), session_on=ON, on_the_agenda=False)


DEADLINES = [
    ("T-DEAD-01", list_due, "2026-11-30", "2026-12-07"),
    ("T-DEAD-03", councillors_copy_due, "2026-11-30", "2026-12-30"),
    ("T-DEAD-04", councillors_copy_due, "2026-12-14", "2027-01-14"),
    ("R-DOC-01 over the new year", list_due, "2026-12-28", "2027-01-04"),
    ("R-DOC-01 no rest on a holiday", list_due, "2026-12-18", "2026-12-25"),
    ("R-DOC-03 the week after the approval", minutes_due, "2026-12-14", "2026-12-21"),
    ("R-DOC-03 over February", minutes_due, "2028-02-24", "2028-03-02"),
    ("R-EPCI-03 a shorter month", councillors_copy_due, "2027-01-31", "2027-02-28"),
    ("R-EPCI-03 a leap year", councillors_copy_due, "2028-01-31", "2028-02-29"),
]


@pytest.mark.parametrize(
    ("rule", "start", "last"), [pytest.param(*c[1:], id=c[0]) for c in DEADLINES]
)
def test_deadlines_after_a_session(rule, start, last):
    assert rule(day(start)) == day(last)


@pytest.mark.law("R-DOC-03", "R-EPCI-03")
def test_all_that_is_owed_by_date():
    owed = owed_after(ON, body=EPCI, approved_on=day("2026-12-14"))
    assert [(d.code, d.by.isoformat()) for d in owed] == [
        ("R-DOC-01", "2026-12-07"),
        ("R-DOC-03", "2026-12-21"),
        ("R-EPCI-03", "2026-12-30"),
        ("R-EPCI-03", "2027-01-14"),
    ]
    assert [d.code for d in owed_after(ON, body=COUNCIL)] == ["R-DOC-01"]


@pytest.mark.parametrize(
    ("today", "done", "words"),
    [
        ("2026-12-04", None, ""),
        ("2026-12-05", None, "au plus tard lundi 7 décembre"),
        ("2026-12-08", None, "c’était dû le lundi 7 décembre"),
        ("2026-12-20", "2026-12-07", ""),
        ("2026-12-20", "2026-12-09", "avec 2 jours de retard"),
    ],
)
def test_what_is_due_is_said_in_time(today, done, words):
    due = Due("R-DOC-01", "Liste", day("2026-12-07"), "")
    found = check_due(due, today=day(today), done_on=day(done) if done else None)
    said = " ".join(f.message for f in found).replace("\u00a0", " ")
    assert words in said
    assert bool(found) == bool(words)


@pytest.mark.law("R-DOC-01")
def test_the_list_has_all_that_was_examined():
    assert not check_list("abc", "cab")
    assert [f.subject for f in check_list("abc", "ab")] == ["c"]
    assert [f.subject for f in check_list("ab", "abz")] == ["z"]


@pytest.mark.law("R-DOC-02")
def test_whole_minutes():
    assert not check_minutes(MinutesFacts(chair="A", secretaries=("B",)))


@pytest.mark.law("R-DOC-02")
def test_minutes_that_lack_something_say_what():
    found = check_minutes(
        MinutesFacts(quorum_said=False, without_result=("3",), public_without_names=("4",))
    )
    said = " ".join(f.message for f in found)
    for words in ("président", "secrétaire", "quorum", "résultat", "sens de leur vote"):
        assert words in said
    assert {f.subject for f in found} == {"", "3", "4"}


@pytest.mark.law("R-DOC-02")
def test_minutes_are_approved_next_time_and_signed_by_both():
    session = day("2026-12-14")
    assert not check_approval(
        approved_on=session, next_session_on=session, signed_by_mayor=True, unsigned=()
    )
    found = check_approval(
        approved_on=session, next_session_on=session, signed_by_mayor=False, unsigned=("B",)
    )
    assert len(blocking(found)) == 2
    assert check_approval(
        approved_on=None, next_session_on=session, signed_by_mayor=False, unsigned=("B",)
    )


POSTED = Posting(Notice.ACT, day("2026-12-02"), day("2027-02-02"), by="Luc Mas")


@pytest.mark.law("R-CONV-02")
def test_a_convocation_stays_until_the_meeting():
    convocation = replace(
        POSTED, what=Notice.CONVOCATION, posted_on=day("2026-11-24"), removed_on=day("2026-11-28")
    )
    assert check_posting(convocation, today=ON, meets_on=ON)
    later = replace(convocation, removed_on=ON)
    assert not check_posting(later, today=ON, meets_on=ON)
    after = replace(convocation, posted_on=ON, removed_on=None)
    assert [one.message for one in check_posting(after, today=ON, meets_on=ON)] == [
        "La convocation s’affiche avant la séance, le jour où elle part."
    ]


@pytest.mark.law("R-PUB-03")
def test_posting_dates_the_publication_of_an_act_alone():
    assert published_by_posting_on(POSTED) == day("2026-12-02")
    assert published_by_posting_on(replace(POSTED, what=Notice.LIST)) is None


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"by": ""}, 1),
        ({"removed_on": day("2027-01-15")}, 1),
        ({"removed_on": day("2026-11-15")}, 2),
        ({"posted_on": day("2027-06-02"), "removed_on": None}, 1),
    ],
)
def test_what_a_posting_lacks(changes, count):
    assert len(check_posting(replace(POSTED, **changes), today=day("2027-03-01"))) == count


def test_the_certificate():
    anne = Named("Anne Bel", Gender.FEMININE)
    assert certificate(POSTED, anne, "maire de Montreval", "2026-012").replace("\u00a0", " ") == (
        "Je soussignée Mme Anne Bel, maire de Montreval, certifie que l’acte « 2026-012 » a été "
        "affiché à la porte de la mairie du 02/12/2026 au 02/02/2027."
    )
    listed = replace(POSTED, what=Notice.LIST, removed_on=None)
    assert "a été affichée à la porte de la mairie depuis le 02/12/2026" in certificate(
        listed, Named("Luc Mas", Gender.MASCULINE), "maire"
    )
