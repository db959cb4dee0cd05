"""The secretary's screen as plain pages and forms: whole without script, for whom it is meant."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.lib import clock
from council.enums import EntryKind, ItemState
from council.models import AgendaItem, Ballot, Meeting, SessionEntry
from tests.council.session.live import EVENING, Live, convened
from tests.council.stage import NOW

ORG = "saint-aubin"


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    """A clock that each test may move."""
    told = {"now": EVENING}
    monkeypatch.setattr(clock, "now", lambda: told["now"])
    return told


@pytest.fixture
def meeting(stage):
    return convened(stage)


@pytest.fixture
def dgs(stage, client_of):
    return client_of(stage.dgs_person)


@pytest.fixture
def post(dgs, meeting):
    def send(kind, *, accept="", **fields):
        told = {name: getattr(value, "uid", value) for name, value in fields.items()}
        return dgs.post(
            at("session-enter", meeting.uid),
            {"kind": kind, "key": str(uuid4()), **told},
            headers={"Accept": accept} if accept else {},
        )

    return send


class TestWithoutScript:
    def test_a_whole_session_by_plain_forms(self, stage, meeting, dgs, post, evening):
        page = text_of(dgs.get(at("session", meeting.uid)))
        assert "Avant l’ouverture" in page
        assert "Le quorum n’est pas atteint : 0 présent pour 3 nécessaires." in page
        for person in stage.members:
            assert post("present", person=person).url == at("session", meeting.uid)
        assert "Quorum atteint : 5 présents" in text_of(dgs.get(at("session", meeting.uid)))
        post("opened")
        first, second = AgendaItem.objects.filter(meeting=meeting).order_by("position")
        evening["now"] += dt.timedelta(minutes=5)
        post("called", item=first)
        assert f"1. {first.title}" in text_of(dgs.get(at("session", meeting.uid)))
        post("ballot", item=first)
        page = text_of(dgs.get(at("session", meeting.uid)))
        assert "La délibération est adoptée à l’unanimité : 5 voix pour." in page
        post("called", item=second)
        against = {f"voice-{stage.members[1].uid}": "against"}
        post("ballot", item=second, **against)
        post("closed")
        assert "Séance levée à 20 h 05" in text_of(dgs.get(at("session", meeting.uid)))
        assert {i.state for i in AgendaItem.objects.filter(meeting=meeting)} == {ItemState.ADOPTED}

    def test_all_at_once_but_those_who_said_that_they_would_not_come(
        self, stage, meeting, dgs, post
    ):
        post("excused", person=stage.members[4])
        post("proxy", person=stage.members[3], holder=stage.mayor)
        page = dgs.get(at("session", meeting.uid))
        awaited = page.context["awaited"]
        assert awaited == [str(person.uid) for person in stage.members[:3]]
        told = {"kind": "present", "person": awaited, "key": str(uuid4())}
        for _ in range(2):
            dgs.post(at("session-enter", meeting.uid), told)
        shown = text_of(dgs.get(at("session", meeting.uid)))
        assert "Quorum atteint : 3 présents" in shown
        assert "et 2 autres personnes" in shown
        assert "Tous présents" not in shown
        numbers = SessionEntry.objects.order_by("n").values_list("n", flat=True)
        assert list(numbers) == [1, 2, 3, 4, 5]
        # Taken back, they all are.
        first = SessionEntry.objects.filter(kind=EntryKind.PRESENT).order_by("n").first()
        dgs.post(at("session-cancel", meeting.uid, first.uid))
        assert "0 présent pour 3" in text_of(dgs.get(at("session", meeting.uid)))

    def test_a_refusal_says_why(self, stage, meeting, dgs, post):
        post("departure", person=stage.mayor)
        page = text_of(dgs.get(at("session", meeting.uid)))
        assert "M. Michel Garnier n’est pas" in page or "Michel Garnier n’est pas" in page
        assert SessionEntry.objects.count() == 0

    def test_an_entry_is_taken_back_from_the_journal(self, stage, meeting, dgs, post):
        post("present", person=stage.mayor)
        entry = SessionEntry.objects.get()
        assert "Présent à l’ouverture, Michel Garnier" in text_of(
            dgs.get(at("session", meeting.uid))
        )
        dgs.post(at("session-cancel", meeting.uid, entry.uid))
        entry.refresh_from_db()
        assert entry.cancelled_at is not None

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "n-importe-quoi"},
            {"kind": "present"},
            {"kind": "present", "person": "pas-un-identifiant"},
            {"kind": "called", "item": str(uuid4())},
            {"kind": "outcome", "verb": "brûler"},
            {"kind": "ballot", "mode": "télépathique"},
            {"kind": "note", "text": "  "},
            {"kind": "present", "hour": "25 h"},
            {"kind": "ballot", "against": "beaucoup"},
        ],
    )
    def test_what_does_not_hold_changes_nothing(self, meeting, post, wrong):
        answer = post(**wrong, accept="application/json")
        assert answer.status_code == 409
        assert answer.json()["reason"].endswith((".", "?"))
        assert SessionEntry.objects.count() == 0


class TestHours:
    def test_typed_afterwards_each_fact_has_its_real_hour(self, stage, meeting, post, evening):
        evening["now"] = EVENING + dt.timedelta(hours=15)
        answer = post("present", person=stage.mayor, hour="19:50", late="1")
        assert answer.url == at("session", meeting.uid) + "?apres=1"
        assert SessionEntry.objects.get().at == EVENING - dt.timedelta(minutes=10)

    def test_each_form_begins_with_the_hour_of_the_last_fact(self, stage, meeting, dgs, post):
        late = at("session", meeting.uid) + "?apres=1"
        assert 'name="hour" value="20:00"' in dgs.get(late).content.decode()
        post("present", person=stage.mayor, hour="19:50", late="1")
        shown = dgs.get(late).content.decode()
        assert 'name="hour" value="19:50"' in shown
        assert 'name="hour" value=""' not in shown

    def test_after_midnight(self, stage, meeting, post, evening):
        evening["now"] = EVENING + dt.timedelta(hours=15)
        post("note", text="Question sur la voirie", hour="00:20")
        assert SessionEntry.objects.get().at == EVENING + dt.timedelta(hours=4, minutes=20)

    def test_what_waited_for_the_network_keeps_the_hour_of_its_key(self, stage, post):
        post("present", person=stage.mayor, ago="600000")
        assert SessionEntry.objects.get().at == EVENING - dt.timedelta(minutes=10)
        old = post("present", person=stage.members[1], ago=str(8 * 24 * 3600 * 1000))
        assert old.status_code == 302
        assert SessionEntry.objects.count() == 1


class TestJson:
    def test_it_says_when_it_was_saved(self, stage, post):
        answer = post("present", person=stage.mayor, accept="application/json")
        assert answer.json()["saved"] == "20:00:00"

    def test_the_same_key_is_one_entry(self, stage, post):
        key = str(uuid4())
        for _ in range(2):
            assert post("present", person=stage.mayor, key=key).status_code == 302
        assert SessionEntry.objects.count() == 1


class TestVotes:
    @pytest.fixture
    def item(self, stage, meeting):
        live = Live(stage, meeting).roll().open()
        first = live.items[0]
        live.call(first)
        return first

    def test_a_roll_call_is_yes_for_who_was_left_untouched(
        self, stage, meeting, dgs, item, evening
    ):
        evening["now"] += dt.timedelta(minutes=9)
        voters = [str(person.uid) for person in stage.members]
        dgs.post(
            at("session-enter", meeting.uid),
            {
                "kind": "ballot",
                "item": item.uid,
                "mode": "public",
                "voter": voters,
                f"voice-{voters[4]}": "against",
            },
        )
        ballot = Ballot.objects.get()
        assert (ballot.for_count, ballot.against_count) == (4, 1)
        assert ballot.voices.count() == 5

    def test_a_secret_ballot_from_its_form(self, post, item, evening):
        evening["now"] += dt.timedelta(minutes=9)
        post("ballot", item=item, mode="secret", in_favour="3", against="2", asking_secret="2")
        ballot = Ballot.objects.get()
        assert (ballot.mode, ballot.for_count, ballot.voices.count()) == ("secret", 3, 0)

    def test_a_nomination_from_its_form(self, stage, meeting, post, item, evening):
        evening["now"] += dt.timedelta(minutes=9)
        post(
            "ballot",
            item=item,
            about="nomination",
            mode="secret",
            question="déléguée",
            **{"candidate-1": "Jeanne Martin", "votes-1": "4", "candidate-2": "X", "votes-2": "1"},
        )
        assert Ballot.objects.get().choices.get(elected=True).label == "Jeanne Martin"


class TestRehearsal:
    def test_its_screen_says_so_and_it_is_erased_whole(self, stage, meeting, dgs, post):
        assert "Répétition" in text_of(dgs.get(at("session-rehearsal", meeting.uid)))
        post("present", person=stage.mayor, rehearsal="1")
        assert SessionEntry.objects.get().rehearsal
        assert "Une répétition existe" in text_of(dgs.get(at("session", meeting.uid)))
        dgs.post(at("rehearsal-undo", meeting.uid))
        assert SessionEntry.objects.count() == 0


class TestForWhom:
    @pytest.mark.parametrize(
        ("who", "status"), [("secretary", 200), ("agent", 403), ("mayor", 403)]
    )
    def test_those_who_prepare(self, stage, meeting, client_of, who, status):
        client = client_of(getattr(stage, who))
        assert client.get(at("session", meeting.uid)).status_code == status
        posted = client.post(
            at("session-enter", meeting.uid), {"kind": "present", "person": stage.mayor.uid}
        )
        assert posted.status_code == (302 if status == 200 else 403)
        assert SessionEntry.objects.exists() is (status == 200)

    def test_another_commune_finds_nothing(self, stage, elsewhere, meeting, client_of):
        client = client_of(elsewhere.dgs_person)
        assert client.get(at("session", meeting.uid)).status_code == 404
        own = reverse("council:session", args=["valmorel", meeting.uid])
        assert client.get(own).status_code == 404

    def test_an_entry_of_another_meeting_is_not_taken_back_from_here(self, stage, meeting, dgs):
        other = convened(stage, "Autre")
        Live(stage, other).roll(stage.mayor)
        entry = SessionEntry.objects.get(kind=EntryKind.PRESENT)
        assert dgs.post(at("session-cancel", meeting.uid, entry.uid)).status_code == 404

    def test_the_page_is_kept_by_no_cache(self, meeting, dgs):
        assert dgs.get(at("session", meeting.uid))["Cache-Control"] == "no-store, private"


def test_the_screen_takes_as_many_queries_for_two_points_as_for_twenty(stage, dgs):
    counts = []
    for number in (2, 20):
        meeting = convened(stage, *[f"Point {n}" for n in range(number)])
        live = Live(stage, meeting).roll().open()
        for item in live.items[: number // 2]:
            live.call(item).vote(item)
        with CaptureQueriesContext(connection) as queries:
            dgs.get(at("session", meeting.uid))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_the_screen_is_reached_from_the_meeting(stage, meeting, dgs, monkeypatch):
    page = text_of(dgs.get(at("meeting-detail", meeting.uid)))
    assert "En séance" in page
    Meeting.objects.filter(pk=meeting.pk).update(convened_at=None)
    assert "En séance" not in text_of(dgs.get(at("meeting-detail", meeting.uid)))
    assert NOW < EVENING
