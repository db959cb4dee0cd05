"""Home, agenda and letter box: filled by others through registries, never by a word of theirs."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from accounts import home
from accounts.calendar import CalendarEntry, calendar_sources
from accounts.colours import contrast, darker, readable
from config.lib.clock import now

shown: dict[str, list] = {"expected": [], "recent": [], "places": [], "dates": []}

for registry, key in (
    (home.expected_sources, "expected"),
    (home.recent_sources, "recent"),
    (home.place_sources, "places"),
):
    if "tests.source" not in registry:
        registry.register("tests.source", lambda actor, at, key=key: shown[key])
if "tests.source" not in calendar_sources:
    calendar_sources.register(
        "tests.source",
        lambda actor, start, end: [e for e in shown["dates"] if start <= e.at < end],
    )


@pytest.fixture(autouse=True)
def _nothing_shown():
    for lines in shown.values():
        lines.clear()
    yield
    for lines in shown.values():
        lines.clear()


def test_an_empty_home_says_what_its_places_are_for(cast, client_of):
    page = client_of(cast.julien).get("/c/saint-aubin/").content.decode()
    for words in ("Ce qu’on attend de vous", "Récemment", "Vos dossiers", "Rien ne vous attend"):
        assert words in page


def test_at_most_seven_things_are_expected_the_most_pressing_first(cast, client_of):
    at = now()
    shown["expected"] += [
        home.Expected("Sans date", "/sans/"),
        *(
            home.Expected(f"Chose {n}", f"/chose/{n}/", due=at + timedelta(days=9 - n))
            for n in range(9)
        ),
    ]
    page = client_of(cast.julien).get("/c/saint-aubin/").content.decode()
    assert page.count('href="/chose/') == 7
    assert page.index("Chose 8") < page.index("Chose 7") < page.index("Chose 2")
    assert "Sans date" not in page
    assert "et 3 autres" in page


def test_recent_things_come_latest_first_and_places_as_given(cast, client_of):
    at = now()
    shown["recent"] += [
        home.Recent("Ancien", "/ancien/", at - timedelta(days=3)),
        home.Recent("Nouveau", "/nouveau/", at),
    ]
    shown["places"] += [home.Place("Finances", "/finances/")]
    page = client_of(cast.julien).get("/c/saint-aubin/").content.decode()
    assert page.index("Nouveau") < page.index("Ancien")
    assert "Finances" in page


def _dates():
    shown["dates"] += [
        # Midnight in Paris, still the day before in UTC.
        CalendarEntry(datetime(2026, 5, 31, 22, 30, tzinfo=UTC), "Séance de juin", "/juin/"),
        CalendarEntry(
            datetime(2026, 5, 12, 18, tzinfo=UTC), "Conseil de mai", "/mai/", place="Salle"
        ),
        CalendarEntry(datetime(2026, 5, 12, 8, tzinfo=UTC), "Date limite", all_day=True),
    ]


def test_the_agenda_shows_one_month_of_the_town_hall_s_calendar(cast, client_of):
    _dates()
    julien = client_of(cast.julien)
    may = julien.get("/c/saint-aubin/agenda/?mois=2026-05").content.decode()
    june = julien.get("/c/saint-aubin/agenda/?mois=2026-06").content.decode()
    assert "mai 2026" in may
    assert "mardi 12 mai" in may
    assert may.index("Date limite") < may.index("Conseil de mai")
    assert "Séance de juin" not in may
    assert "lundi 1er juin" in june
    assert "?mois=2026-04" in may
    assert "?mois=2026-06" in may


@pytest.mark.parametrize("month", ["", "2026-13", "0000-01", "abc", "2026-00", "99999-01"])
def test_a_month_that_does_not_exist_is_the_present_one(cast, client_of, month):
    answer = client_of(cast.julien).get("/c/saint-aubin/agenda/", {"mois": month})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("colour", "fine"),
    [("#1f4a5c", True), ("#ffffff", False), ("#8a4f0e", True), ("#e0a000", False)],
)
def test_a_colour_is_accepted_only_where_white_stays_readable(colour, fine):
    assert readable(colour) is fine


def test_contrast_is_the_one_of_the_norm():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast(darker("#8a4f0e"), "#ffffff") > contrast("#8a4f0e", "#ffffff")
    with pytest.raises(ValueError, match="not a colour"):
        contrast("red", "#ffffff")


# -- the letter box of a developer's machine ----------------------------------------------------


@pytest.fixture
def letters(settings, tmp_path):
    """Messages written by the file backend, as the worker of the demo writes them."""
    settings.EMAIL_FILE_PATH = str(tmp_path)
    backend = "django.core.mail.backends.filebased.EmailBackend"
    for n in range(2):
        message = EmailMultiAlternatives(
            f"Jeanne Martin — message {n}",
            f"Ouvrez http://localhost:8000/dossier/{n}/ <script>alert(1)</script>",
            to=["Jeanne Martin <jeanne@exemple.fr>"],
        )
        message.attach_alternative(f"<p>Bonjour {n}</p>", "text/html")
        message.attach("séance.ics", "BEGIN:VCALENDAR", "text/calendar")
        connection = get_connection(backend, file_path=str(tmp_path))
        connection.send_messages([message])
        connection.close()
        written = next(p for p in tmp_path.iterdir() if f"dossier/{n}/" in p.read_text())
        os.utime(written, ns=(n * 10**9, n * 10**9))


def test_the_letter_box_shows_messages_with_links_that_work(db, client, letters):
    page = client.get("/_courriels/").content.decode()
    assert 'href="http://localhost:8000/dossier/1/"' in page
    assert "<script>alert" not in page
    assert page.index("message 1") < page.index("message 0")
    assert "à l’instant" in page
    assert "séance.ics" in page


def test_the_letter_box_opens_the_message_and_its_attachments(db, client, letters):
    from accounts.views.letterbox import _letters

    number = _letters()[0].number
    rich = client.get(reverse("accounts:letter", args=[number]))
    assert rich.content.decode().strip() == "<p>Bonjour 1</p>"
    piece = client.get(reverse("accounts:letter-attachment", args=[number, 0]))
    assert piece.content == b"BEGIN:VCALENDAR"
    assert client.get(reverse("accounts:letter", args=["absent"])).status_code == 404


def test_an_empty_letter_box_says_what_it_is_for(db, client, settings):
    settings.EMAIL_FILE_PATH = "/nonexistent"
    assert "Aucun courriel" in client.get("/_courriels/").content.decode()
