"""The room's screen, its revocable link, and the paper sheets."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from council.models import AgendaItem, RoomScreen
from council.rules.result import Way
from council.rules.session.facts import About
from council.rules.votes import Ballot as Mode
from council.rules.votes import Choice
from council.services.acts.drafting import draft_deliberations
from council.services.acts.results import results
from council.services.session import screens, sheets
from tests.council.session.live import EVENING, Live, convened


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    told = {"now": EVENING + dt.timedelta(minutes=40)}
    monkeypatch.setattr(clock, "now", lambda: told["now"])
    return told


@pytest.fixture
def live(stage):
    return Live(stage, convened(stage)).roll().open()


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


def projector(client, stage, meeting):
    screen = screens.show_in_the_room(actor=stage.dgs, meeting=meeting, now=EVENING)
    return client.get(reverse("portal:room-screen", args=[screens.token_of(screen)]))


class TestWhatTheRoomSees:
    def test_the_current_point_then_its_result(self, stage, live, client):
        first = live.items[0]
        live.call(first)
        page = text_of(projector(client, stage, live.meeting))
        assert "Point en discussion 1. Tarifs de la cantine" in page
        live.vote(first)
        page = text_of(projector(client, stage, live.meeting))
        assert "Point examiné" in page
        assert "à l’unanimité : 5 voix pour" in page

    def test_a_secret_ballot_shows_totals_alone(self, stage, live, client):
        first = live.items[0]
        live.call(first)
        live.vote(first, mode=Mode.SECRET, in_favour=3, against=2, asking_secret=2)
        page = text_of(projector(client, stage, live.meeting))
        assert "3 voix pour, 2 voix contre" in page
        assert not any(person.full_name in page for person in stage.members)

    def test_closed_doors_hide_the_point_and_its_result(self, stage, live, client):
        first = live.items[0]
        live.call(first)
        live.vote(first, about=About.CLOSED_DOORS, asked_by_chair=True)
        live.vote(first)
        page = text_of(projector(client, stage, live.meeting))
        assert "Huis clos" in page
        assert first.title not in page
        told = live.told()
        assert told.session.points[str(first.uid)].closed_doors

    def test_a_point_announced_behind_closed_doors_never_shows_its_title(self, stage, live, client):
        first = live.items[0]
        AgendaItem.objects.filter(pk=first.pk).update(closed_doors=True)
        live.call(first)
        assert first.title not in text_of(projector(client, stage, live.meeting))


class TestTheLink:
    def test_revoked_it_shows_nothing(self, stage, live, client):
        screen = screens.show_in_the_room(actor=stage.dgs, meeting=live.meeting, now=EVENING)
        address = reverse("portal:room-screen", args=[screens.token_of(screen)])
        assert client.get(address).status_code == 200
        screens.hide_from_the_room(actor=stage.dgs, meeting=live.meeting, now=EVENING)
        assert client.get(address).status_code == 404

    def test_a_new_one_stops_the_former(self, stage, live, client):
        old = screens.show_in_the_room(actor=stage.dgs, meeting=live.meeting, now=EVENING)
        screens.show_in_the_room(actor=stage.dgs, meeting=live.meeting, now=EVENING)
        address = reverse("portal:room-screen", args=[screens.token_of(old)])
        assert client.get(address).status_code == 404
        assert RoomScreen.objects.filter(revoked_at=None).count() == 1

    def test_it_does_not_outlive_the_session(self, stage, live, client, evening):
        assert projector(client, stage, live.meeting).status_code == 200
        evening["now"] = EVENING + dt.timedelta(days=2)
        assert projector(client, stage, live.meeting).status_code == 404

    def test_made_up_it_opens_nothing(self, client):
        assert client.get(reverse("portal:room-screen", args=["a~b"])).status_code == 404

    def test_who_gives_it(self, stage, live):
        with pytest.raises(Refused):
            screens.show_in_the_room(actor=stage.maire, meeting=live.meeting, now=EVENING)


class TestForWhom:
    def test_members_see_what_the_room_sees_and_no_link(self, stage, live, client_of):
        screens.show_in_the_room(actor=stage.dgs, meeting=live.meeting, now=EVENING)
        page = client_of(stage.members[2]).get(
            reverse("council:room", args=["saint-aubin", live.meeting.uid])
        )
        assert "La séance est ouverte" in text_of(page)
        assert "Lien du projecteur" not in text_of(page)

    def test_the_secretary_opens_and_closes_the_link(self, stage, live, client_of):
        client = client_of(stage.secretary)
        link = reverse("council:room-link", args=["saint-aubin", live.meeting.uid])
        page = reverse("council:room", args=["saint-aubin", live.meeting.uid])
        client.post(link)
        assert "/salle/" in client.get(page).content.decode()
        client.post(link, {"close": "1"})
        assert "/salle/" not in client.get(page).content.decode()
        assert client_of(stage.agent).post(link).status_code == 403


class TestSheets:
    def test_they_name_the_members_and_the_points(self, stage, live):
        data = sheets.sheets_data(live.told())
        assert [one["name"] for one in data["people"]] == [p.full_name for p in stage.members]
        assert [one["title"] for one in data["points"]] == [
            "Tarifs de la cantine",
            "Chemin des Vignes",
        ]
        assert data["needed"] == 3
        assert sheets.sheets_pdf(live.told(), now=EVENING).startswith(b"%PDF")


def test_the_acts_say_what_the_session_decided(stage, live):
    first, second = live.items
    live.call(first)
    live.vote(first, voices={str(stage.members[4].uid): Choice.ABSTAINS})
    live.call(second).vote(second)
    live.close()
    told = results(live.meeting)[first.pk]
    assert told.way is Way.ORDINARY
    assert told.abstaining_names == (stage.members[4].full_name,)
    live.meeting.refresh_from_db()
    acts = draft_deliberations(actor=stage.dgs, meeting=live.meeting, now=live.at)
    assert acts[0].result["tally"]["in_favour"] == 4
    assert "Aline Zola" in acts[0].result["sentence"]
