"""The year where one looks first, all the assemblies month by month, and in one's own agenda."""

import datetime as dt
import io
import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts.feed_tokens import mask, mint
from accounts.models import CalendarFeed, Membership
from accounts.services import feeds
from config.lib import clock
from council.enums import AssemblyKind, EndReason
from council.models import AgendaItem, Mandate, Meeting
from council.services import seating
from documents.enums import DeadlineKind, Role
from documents.services import deadlines, filing, folders, rights
from tests.council.stage import LONG_AGO, NOV_30, NOW

ORG = "saint-aubin"
DAY = dt.timedelta(days=1)
AGENDA = reverse("accounts:agenda", args=[ORG])
FEED = reverse("accounts:agenda-feed", args=[ORG])
STANDING = reverse("accounts:standing", args=[ORG])


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """A clock that each test may move."""
    told = {"now": NOW}
    monkeypatch.setattr(clock, "now", lambda: told["now"])
    for module in ("accounts.views.feeds", "accounts.views.interim", "accounts.views.home"):
        monkeypatch.setattr(f"{module}.now", lambda: told["now"])
    return told


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture
def commission(stage):
    """Of the last member alone; its meeting is convened, the council's is in preparation."""
    body = seating.create_assembly(
        actor=stage.dgs, kind=AssemblyKind.COMMISSION, name="Commission Voirie", now=NOW
    )
    seating.give_mandate(
        actor=stage.dgs,
        assembly=body,
        person=stage.members[4],
        rank=1,
        from_date=LONG_AGO,
        now=NOW,
    )
    stage.meeting()
    meeting = stage.meeting(assembly=body, starts_at=NOV_30 - 2 * DAY)
    Meeting.objects.filter(pk=meeting.pk).update(agenda_frozen_at=NOW, convened_at=NOW)
    return meeting


def subscribed(stage, who):
    """The path of the address of that person."""
    feed = feeds.open_feed(actor=stage.actor(who), now=NOW)
    return reverse("accounts:agenda-ics", args=[mint(feed.uid, feed.generation)])


def titles(answer):
    """[(title, place), …] as a calendar program reads them."""
    assert answer.status_code == 200, answer.status_code
    return sorted(
        (str(event["summary"]), str(event.get("location", "")))
        for event in Calendar.from_ical(answer.content).walk("VEVENT")
    )


COUNCIL = ("Conseil municipal (En préparation)", "Salle du conseil")
ROADS = ("Commission Voirie (Convoquée)", "Salle du conseil")


class TestTheYear:
    def test_where_the_commune_stands_proposes_each_point_in_one_button(self, stage, client_of):
        dgs = client_of(stage.dgs_person)
        page = dgs.get(STANDING)
        owed = re.findall(r'name="owed" value="([^"]+:2027:[^"]+)"', page.content.decode())
        assert f"{stage.council.uid}:2027:budget" in owed
        assert "15 avril 2027" in text_of(page)
        made = dgs.post(
            reverse("council:obligation-propose", args=[ORG]),
            {"owed": f"{stage.council.uid}:2027:budget"},
        )
        item = AgendaItem.objects.get()
        assert made.url == reverse("council:item-detail", args=[ORG, item.uid])
        assert item.due_on == dt.date(2027, 4, 15)
        assert ":2027:budget" not in dgs.get(STANDING).content.decode()

    def test_the_mayor_reads_it_and_proposes_nothing(self, stage, client_of):
        page = client_of(stage.mayor).get(STANDING)
        assert page.status_code == 200
        assert "15 avril 2027" in text_of(page)
        assert 'name="owed"' not in page.content.decode()

    def test_another_commune_s_year_is_unknown(self, stage, elsewhere, client_of):
        answer = client_of(stage.dgs_person).post(
            reverse("council:obligation-propose", args=[ORG]),
            {"owed": f"{elsewhere.council.uid}:2027:budget"},
        )
        assert answer.status_code == 404

    @pytest.mark.parametrize("owed", ["", ":", "x:2027:budget", "a:b:c:d:e"])
    def test_what_is_not_one_of_ours_is_not_found(self, stage, client_of, owed):
        propose = reverse("council:obligation-propose", args=[ORG])
        assert client_of(stage.dgs_person).post(propose, {"owed": owed}).status_code == 404

    def test_soon_it_is_expected_of_those_who_prepare(self, stage, client_of, today):
        home = reverse("accounts:home", args=[ORG])
        today["now"] = dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC)
        words = "Proposer le point « "
        assert words in text_of(client_of(stage.dgs_person).get(home))
        assert words not in text_of(client_of(stage.agent).get(home))


class TestEveryAssembly:
    def test_a_month_shows_what_each_may_see(self, stage, commission, client_of):
        month = {"mois": "2026-11"}
        dgs = text_of(client_of(stage.dgs_person).get(AGENDA, month))
        assert "Salle du conseil · En préparation" in dgs
        assert "Dernier jour pour convoquer : Conseil municipal" in dgs
        member = text_of(client_of(stage.members[4]).get(AGENDA, month))
        assert "Commission Voirie" in member
        assert "En préparation" not in member
        other = text_of(client_of(stage.members[2]).get(AGENDA, month))
        assert "Commission Voirie" not in other

    def test_the_year_is_in_the_agenda_of_those_who_prepare(self, stage, client_of):
        month = {"mois": "2027-04"}
        assert "Au plus tard : " in text_of(client_of(stage.dgs_person).get(AGENDA, month))
        for who in (stage.agent, stage.mayor):
            assert "Au plus tard : " not in text_of(client_of(who).get(AGENDA, month))


class TestMyOwnProgram:
    def test_opened_changed_and_closed_from_its_page(self, stage, commission, client_of, client):
        mine = client_of(stage.members[4])
        assert "Pas encore d’adresse" in text_of(mine.get(FEED))
        mine.post(FEED, {"do": "open"})
        shown = re.search(r'value="([^"]+\.ics)"', mine.get(FEED).content.decode())
        first = urlsplit(shown[1]).path
        answer = client.get(first)
        assert titles(answer) == [ROADS]
        assert answer["Cache-Control"] == "no-store, private"
        assert not answer.cookies
        mine.post(FEED, {"do": "open"})
        assert client.get(first).status_code == 404, "the former address is a stranger's"
        shown = re.search(r'value="([^"]+\.ics)"', mine.get(FEED).content.decode())
        second = urlsplit(shown[1]).path
        assert client.get(second).status_code == 200
        mine.post(FEED, {"do": "close"})
        assert client.get(second).status_code == 404
        assert CalendarFeed.objects.count() == 1

    def test_it_is_what_its_owner_may_see_at_that_instant(self, stage, commission, client):
        dgs, agent = subscribed(stage, stage.dgs_person), subscribed(stage, stage.agent)
        member = subscribed(stage, stage.members[4])
        latest = ("Dernier jour pour convoquer : Conseil municipal", "")
        seen = titles(client.get(dgs))
        assert {COUNCIL, ROADS, latest} <= set(seen)
        assert any(title.startswith("Au plus tard : ") for title, _ in seen)
        assert set(titles(client.get(agent))) == {COUNCIL, ROADS}
        assert titles(client.get(member)) == [ROADS]
        Mandate.objects.filter(person=stage.members[4], assembly=commission.assembly).update(
            to_date=NOW.date() - DAY, end_reason=EndReason.RESIGNATION
        )
        assert titles(client.get(member)) == []
        Membership.objects.filter(person=stage.members[4]).update(to_date=NOW.date() - DAY)
        assert client.get(member).status_code == 404
        type(stage.agent).objects.filter(pk=stage.agent.pk).update(is_active=False)
        assert client.get(agent).status_code == 404

    def test_another_commune_s_agenda_is_another_address(self, stage, elsewhere, client):
        elsewhere.meeting()
        assert titles(client.get(subscribed(stage, stage.agent))) == []
        theirs = feeds.open_feed(actor=elsewhere.dgs, now=NOW)
        path = reverse("accounts:agenda-ics", args=[mint(theirs.uid, theirs.generation)])
        assert COUNCIL in titles(client.get(path))

    def test_what_is_confidential_never_leaves_by_it(self, stage, client, client_of):
        folder = folders.create_folder(
            actor=stage.dgs, parent=stage.root, name="Personnel", now=NOW
        )
        received = filing.receive(io.BytesIO(b"Contrat."), "Contrat de Zoe.txt")
        document = filing.file_document(
            actor=stage.dgs, folder=folder, received=received, now=NOW
        ).document
        kind = next(iter(DeadlineKind))
        terms = deadlines.Terms(kind, "Fin du contrat", dt.date(2026, 12, 15))
        deadlines.set_deadline(actor=stage.dgs, document=document, terms=terms, now=NOW)
        path = subscribed(stage, stage.dgs_person)
        assert "Zoe" in client.get(path).content.decode()
        rights.set_role(
            actor=stage.dgs, obj=folder, principal=stage.dgs_person, role=Role.MANAGER, now=NOW
        )
        rights.make_confidential(actor=stage.dgs, folder=folder, now=NOW)
        assert "Zoe" not in client.get(path).content.decode()
        page = client_of(stage.dgs_person).get(AGENDA, {"mois": "2026-12"})
        assert "Zoe" in text_of(page), "on the platform, they still see it"

    @pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "A" * 48, lambda t: t + "A"])
    def test_a_made_up_address_opens_nothing(self, stage, client, change):
        feed = feeds.open_feed(actor=stage.dgs, now=NOW)
        token = mint(feed.uid, feed.generation)
        path = reverse("accounts:agenda-ics", args=[change(token)])
        assert client.get(path).status_code == 404
        assert token not in mask(f'"GET /agenda/{token}.ics HTTP/1.1" 200')
