"""The legal clock as it is read by a DGS."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from council.rules.wording import day_in_words, days_in_words, deadline_sentence, parcel_in_words

PARIS = "Europe/Paris"
LATEST = datetime(2026, 11, 26, 23, 59, 59, tzinfo=ZoneInfo(PARIS))


def said(now, mails=17, papers=2, timezone=PARIS, latest=LATEST):
    sentence = deadline_sentence(
        latest=latest, now=now, timezone=timezone, mails=mails, papers=papers
    )
    return sentence.replace("\u00a0", " ")


def test_two_days_before():
    assert said(datetime(2026, 11, 24, 9, tzinfo=UTC)) == (
        "Tout doit partir au plus tard jeudi 26 novembre, 23 h 59 : 17 courriels et "
        "2 dossiers papier. Il vous reste 2 jours."
    )


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (datetime(2026, 11, 25, 9, tzinfo=UTC), "C’est demain."),
        (datetime(2026, 11, 26, 9, tzinfo=UTC), "C’est aujourd’hui : il vous reste 13 heures."),
        (datetime(2026, 11, 26, 21, 30, tzinfo=UTC), "C’est aujourd’hui : il vous reste 1 heure."),
        (
            datetime(2026, 11, 26, 22, 30, tzinfo=UTC),
            "C’est maintenant : il vous reste 29 minutes.",
        ),
        (LATEST, "C’est maintenant : il vous reste 1 minute."),
    ],
)
def test_what_is_left(now, end):
    assert said(now).endswith(end)


def test_once_past_it_says_when_it_was():
    assert said(LATEST + timedelta(seconds=1)) == (
        "Le délai est passé : tout devait partir au plus tard jeudi 26 novembre, 23 h 59."
    )


def test_days_are_counted_on_the_town_halls_calendar():
    # 23:30 UTC on the 24th is the 25th in Paris: one day is left, not two.
    assert said(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)).endswith("C’est demain.")


@pytest.mark.parametrize(
    ("mails", "papers", "words"),
    [
        (17, 2, "17 courriels et 2 dossiers papier"),
        (1, 1, "1 courriel et 1 dossier papier"),
        (3, 0, "3 courriels"),
        (0, 2, "2 dossiers papier"),
        (0, 0, ""),
    ],
)
def test_the_parcel(mails, papers, words):
    assert parcel_in_words(mails, papers).replace("\u00a0", " ") == words


def test_nothing_left_to_send_names_the_date_only():
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert said(now, 0, 0).startswith("Tout doit partir au plus tard jeudi 26 novembre, 23 h 59. ")


def test_the_month_is_said_once_when_it_is_the_same():
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)]
    assert days_in_words(days) == "mercredi 30, jeudi 31 décembre et vendredi 1er janvier"


def test_the_year_is_said_when_it_changes():
    assert day_in_words(date(2027, 1, 1), today=date(2026, 12, 28)) == "vendredi 1er janvier 2027"
    assert day_in_words(date(2027, 1, 1), today=date(2027, 1, 1)) == "vendredi 1er janvier"
