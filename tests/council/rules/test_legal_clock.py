"""The clock said in words: what must leave by when, what each point brings, what is left to do."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from council.rules.legal_clock import Announced, ClockFacts, Tone, legal_clock
from council.rules.notice import notice_owed
from council.rules.policy import Body, BodyFacts, policy_for

PARIS = ZoneInfo("Europe/Paris")
NOV_30 = dt.datetime(2026, 11, 30, 20, 0, tzinfo=PARIS)


def at(day, hour=10, month=11, year=2026):
    return dt.datetime(year, month, day, hour, tzinfo=PARIS)


def told(now, *, starts_at=NOV_30, body=Body.MUNICIPAL_COUNCIL, population=2300, **facts):
    policy = policy_for(BodyFacts(body, population), starts_at.date())
    urgent = policy.urgent_notice_days is not None
    return legal_clock(
        ClockFacts(
            now=now,
            starts_at=starts_at,
            timezone="Europe/Paris",
            notice=notice_owed(policy),
            ordinary=notice_owed(policy),
            urgent_notice=notice_owed(policy, urgent=True) if urgent else None,
            **facts,
        )
    )


def plain(text):
    return text.replace("\u00a0", " ")


def test_in_time_it_says_the_day_the_hour_and_what_leaves():
    clock = told(at(21), mails=17, papers=2)
    assert plain(clock.text) == (
        "Tout doit partir au plus tard jeudi 26 novembre, 23 h 59 : "
        "17 courriels et 2 dossiers papier."
    )
    assert (plain(clock.left), clock.tone, clock.ways) == (
        "Il vous reste 5 jours.",
        Tone.CALM,
        (),
    )
    assert "art. L2121-11" in clock.reason


@pytest.mark.parametrize(
    ("now", "tone"),
    [(at(25, 11), Tone.CALM), (at(25, 13), Tone.SOON), (at(27, 0), Tone.LATE)],
)
def test_its_tone_follows_what_is_left(now, tone):
    assert told(now, mails=1).tone is tone


def test_too_late_it_says_the_first_day_possible_and_urgency_with_its_own_hour():
    clock = told(at(27), mails=5)
    assert clock.urgency_possible
    change, urgency = (plain(way) for way in clock.ways)
    assert "à partir du mardi 1er décembre" in change
    assert "au plus tard samedi 28 novembre, 23 h 59" in urgency


@pytest.mark.parametrize(
    ("now", "body"),
    [(at(29), Body.MUNICIPAL_COUNCIL), (at(27), Body.CCAS_BOARD)],
    ids=["too late even for urgency", "a body that has none"],
)
def test_no_urgency_is_offered_where_none_is_possible(now, body):
    clock = told(now, body=body, mails=5)
    assert (clock.late, clock.urgency_possible, len(clock.ways)) == (True, False, 1)


def test_sent_it_says_how_much_the_members_had():
    clock = told(at(27), sent_at=at(21))
    assert plain(clock.text) == (
        "Tout est parti samedi 21 novembre, 10 h 00 : 8 jours francs avant la séance. "
        "Il en fallait 3."
    )
    assert (clock.late, clock.tone) == (False, Tone.CALM)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (at(26, 23), "convocation complémentaire, envoyée au plus tard jeudi 26 novembre"),
        (at(28), "En urgence, avec son motif, c’est possible jusqu’à samedi 28 novembre"),
        (at(29), "une information, sans vote, reste possible"),
    ],
)
def test_once_sent_it_says_how_a_point_may_still_be_added(now, words):
    assert words in plain(" ".join(told(now, sent_at=at(21)).additions))


def test_what_did_not_leave_in_time_is_still_late_once_convened():
    clock = told(at(27), sent_at=at(21), mails=1)
    assert clock.late
    assert "en main propre" in clock.ways[0]


BUDGET = Announced("b", "Point 2, Budget primitif 2027", "budget")
APRIL = dt.datetime(2027, 4, 8, 20, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "tone", "words"),
    [
        pytest.param(
            at(10, month=3, year=2027),
            Tone.CALM,
            "samedi 27 mars, 23 h 59 (12 jours avant la séance ; par prudence, vendredi 26 mars)",
            id="in time",
        ),
        pytest.param(
            at(27, 9, month=3, year=2027),
            Tone.SOON,
            "C’est aujourd’hui : il vous reste 14 heures.",
            id="the last day",
        ),
        pytest.param(
            at(28, month=3, year=2027),
            Tone.LATE,
            "Étaient dus au plus tard samedi 27 mars",
            id="late",
        ),
    ],
)
def test_the_budget_brings_its_own_day(now, tone, words):
    (line,) = told(now, starts_at=APRIL, items=(BUDGET,)).points
    assert (line.name, line.tone) == (BUDGET.name, tone)
    assert words in plain(line.text)
    assert bool(line.ways) is (tone is Tone.LATE)


def test_the_budget_sent_in_time_says_so_and_sent_late_flags_its_point_alone():
    def line(sent):
        clock = told(at(5, month=4, year=2027), starts_at=APRIL, items=(BUDGET,), sent_at=sent)
        assert clock.tone is Tone.CALM  # the meeting itself is regular
        return clock.points[0]

    assert "12 jours avant la séance" in plain(line(at(27, month=3, year=2027)).text)
    assert line(at(1, month=4, year=2027)).tone is Tone.LATE


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Announced("d", "Délégataire", "dsp"), "dimanche 15 novembre"),
        (Announced("o", "ROB", obligation="2026:budget_debate"), "mercredi 25 novembre"),
        (Announced("m", "Élection", "mayor_election"), "La convocation doit annoncer"),
        (Announced("i", "ICPE", "icpe"), "La note de synthèse part avec la convocation"),
        (Announced("a", "CFU", "accounts"), "30 juin : la séance vient après. Le maire se retire"),
        (Announced("t", "Taux", due_on=dt.date(2026, 12, 15)), "le voter : mardi 15 décembre"),
    ],
)
def test_each_matter_says_what_it_asks(item, words):
    (line,) = told(at(2), items=(item,)).points
    assert words in plain(line.text)


def test_an_ordinary_point_brings_nothing():
    assert told(at(2), items=(Announced("x", "Chemin"),)).points == ()
