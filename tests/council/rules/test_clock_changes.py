"""The last Sundays of March and October: days are counted on the calendar, hours in time."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from council.rules.notice import Count, Notice, check_sending, is_on_time, latest_sending_moment
from council.rules.session import Kind
from council.rules.wording import remaining_sentence
from council.rules.wording.events import suspension_sentence
from council.rules.wording.hours import told_hour
from tests.council.session.sitting import PARIS, Script, frame, people

THREE = Notice(3)
SECOND = dt.timedelta(seconds=1)


def local(zone, *moment, fold=0):
    return dt.datetime(*moment, tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("zone", "meets", "last_day", "utc"),
    [
        # Clocks forward on Sunday 29 March 2026, back on Sunday 25 October 2026.
        ("Europe/Paris", (2026, 3, 30, 20), (2026, 3, 26), (2026, 3, 26, 22, 59, 59)),
        ("Europe/Paris", (2026, 4, 2, 20), (2026, 3, 29), (2026, 3, 29, 21, 59, 59)),
        ("Europe/Paris", (2026, 10, 26, 20), (2026, 10, 22), (2026, 10, 22, 21, 59, 59)),
        ("Europe/Paris", (2026, 10, 29, 20), (2026, 10, 25), (2026, 10, 25, 22, 59, 59)),
        # Saint-Pierre-et-Miquelon changes on other Sundays (8 March, 1 November).
        ("America/Miquelon", (2026, 3, 12, 18), (2026, 3, 8), (2026, 3, 9, 1, 59, 59)),
        ("America/Miquelon", (2026, 11, 5, 18), (2026, 11, 1), (2026, 11, 2, 2, 59, 59)),
        # No change at all.
        ("Indian/Reunion", (2026, 10, 26, 18), (2026, 10, 22), (2026, 10, 22, 19, 59, 59)),
        ("America/Cayenne", (2026, 3, 30, 18), (2026, 3, 26), (2026, 3, 27, 2, 59, 59)),
        ("Pacific/Noumea", (2026, 3, 30, 18), (2026, 3, 26), (2026, 3, 26, 12, 59, 59)),
    ],
)
def test_clear_days_cross_the_change_whole(zone, meets, last_day, utc):
    starts = local(zone, *meets)
    latest = latest_sending_moment(starts, THREE, zone)
    assert latest.date() == dt.date(*last_day)
    assert latest.astimezone(dt.UTC) == dt.datetime(*utc, tzinfo=dt.UTC)
    last = latest.astimezone(dt.UTC)
    assert not check_sending(sent_at=last, starts_at=starts, notice=THREE, timezone=zone)
    assert check_sending(sent_at=last + SECOND, starts_at=starts, notice=THREE, timezone=zone)


def test_sent_in_the_repeated_hour_before_a_meeting_of_that_hour():
    """Without any delay, before is before in time: 2 h 50 of summer is before 2 h 10 of winter."""
    none = Notice(0, Count.CALENDAR)
    sent = local("Europe/Paris", 2026, 10, 25, 2, 50)
    starts = local("Europe/Paris", 2026, 10, 25, 2, 10, fold=1)
    assert is_on_time(sent, starts, none, "Europe/Paris")
    assert not is_on_time(starts, sent, none, "Europe/Paris")


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 10, 25), 24), ((2026, 3, 29), 22), ((2026, 11, 30), 23)]
)
def test_what_is_left_of_a_long_and_of_a_short_day(day, hours):
    now = local("Europe/Paris", *day, 0, 30)
    latest = local("Europe/Paris", *day, 23, 59, 59)
    told = remaining_sentence(now, latest, "Europe/Paris").replace("\u00a0", " ")
    assert told == f"C’est aujourd’hui : il vous reste {hours} heures."


class TestTheNight:
    SATURDAY = dt.datetime(2026, 10, 24, 20, 0, tzinfo=PARIS)

    def night(self):
        script = Script(frame(not_before=self.SATURDAY)).roll(*people(12))
        return script.add(Kind.OPENED, at=self.SATURDAY)

    def at(self, minute, fold):
        return dt.datetime(2026, 10, 25, 2, minute, tzinfo=PARIS, fold=fold)

    def test_facts_of_the_repeated_hour_are_in_the_order_of_time(self):
        # Entered in the wrong order, as from a sheet: the wall would put the return first.
        script = self.night()
        script.add(Kind.ARRIVAL, at=self.at(10, 1), person="m1")
        script.add(Kind.DEPARTURE, at=self.at(40, 0), person="m1")
        told = script.told()
        assert not told.contradictions
        assert "m1" in told.present

    def test_the_minutes_say_which_of_the_two_hours(self):
        plain = suspension_sentence(self.at(40, 0), self.at(10, 1)).replace("\u00a0", " ")
        assert plain == (
            "La séance est suspendue à 2 h 40 (heure d’été) et reprise à 2 h 10 (heure d’hiver)."
        )

    @pytest.mark.parametrize(
        ("hour", "minute", "told"),
        [(1, 59, "1 h 59"), (2, 0, "2 h 00 (heure d’été)"), (3, 0, "3 h 00")],
    )
    def test_only_that_hour(self, hour, minute, told):
        at = dt.datetime(2026, 10, 25, hour, minute, tzinfo=PARIS)
        assert told_hour(at).replace("\u00a0", " ") == told

    def test_overseas_reads_no_hour_twice_that_night(self):
        at = dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Indian/Reunion"))
        assert "heure" not in told_hour(at)
