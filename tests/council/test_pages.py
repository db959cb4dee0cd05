"""The screens of the séances: what each persona finds, and what each button does."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.lib import clock
from council.enums import ConvocationState, ItemState, MeetingState
from council.models import AgendaItem, Convocation, Meeting
from council.services import agenda, agreeing, convening, planning
from tests.council.stage import NOV_30, NOW, PARIS, make_stage

ORG = "saint-aubin"


@pytest.fixture(autouse=True)
def _saturday_21_november(monkeypatch):
    """Pages read the clock; these tests all happen at the same moment."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture
def dgs(stage, client_of):
    return client_of(stage.dgs_person)


@pytest.fixture
def mayor(stage, client_of):
    return client_of(stage.mayor)


class TestTheWholeCycleByItsPages:
    def test_from_a_document_to_the_proof(self, stage, dgs, mayor):
        document = stage.document("Plan du chemin.txt")
        created = dgs.post(
            at("meeting-create"),
            {
                "assembly": stage.council.uid,
                "day": "2026-11-30",
                "hour": "20:00",
                "place": "Salle du conseil",
            },
        )
        meeting = Meeting.objects.get()
        assert created.url == at("meeting-detail", meeting.uid)
        assert meeting.starts_at == NOV_30

        new = dgs.get(at("item-create"), {"document": document.uid})
        assert "Plan du chemin" in text_of(new)
        dgs.post(
            at("item-create"),
            {
                "instance": stage.council.uid,
                "document": document.uid,
                "title": "Chemin des Vignes",
                "kind": "deliberation",
                "matter": "ordinary",
                "summary": "Élargir le chemin.",
                "proposed_text": "",
            },
        )
        item = AgendaItem.objects.get()
        dgs.post(at("item-list", item.uid), {"meeting": meeting.uid})

        page = text_of(dgs.get(at("meeting-detail", meeting.uid)))
        assert "Chemin des Vignes" in page
        assert (
            "Tout doit partir au plus tard jeudi 26 novembre, 23 h 59 : "
            "4 courriels et 1 dossier papier. Il vous reste 5 jours."
        ) in page
        assert "Lui demander son accord" in page

        assert "Michel Garnier" in text_of(dgs.get(at("meeting-ask", meeting.uid)))
        dgs.post(at("meeting-ask", meeting.uid))
        assert "À valider" in text_of(mayor.get(at("meeting-list")))
        phone = mayor.get(at("meeting-agree", meeting.uid))
        assert "Je donne mon accord" in text_of(phone)
        shown = re.search(r'name="shown" value="([0-9a-f]{64})"', phone.content.decode())[1]
        mayor.post(at("meeting-agree", meeting.uid), {"shown": shown})
        assert "Vous avez donné votre accord" in text_of(
            mayor.get(at("meeting-agree", meeting.uid))
        )

        assert "Chemin des Vignes" in text_of(dgs.get(at("meeting-freeze", meeting.uid)))
        dgs.post(at("meeting-freeze", meeting.uid))
        assert Meeting.objects.get().state == MeetingState.SETTLED

        confirm = text_of(dgs.get(at("meeting-convene", meeting.uid)))
        assert "Convoquer 5 membres" in confirm
        assert "4 par courriel, 1 sur papier" in confirm
        assert "Boîte partagée" in confirm
        assert "(lien personnel)" in confirm
        sent = dgs.post(at("meeting-convene", meeting.uid), {"expected": "5"})
        assert sent.url == at("meeting-proof", meeting.uid)
        assert Convocation.objects.count() == 5

        proof = text_of(dgs.get(at("meeting-proof", meeting.uid)))
        assert "René Lacombe" in proof
        assert "Imprimer son dossier" in proof
        again = dgs.get(at("meeting-convene", meeting.uid))
        assert again.url == at("meeting-proof", meeting.uid)

    def test_the_paper_dossier_is_printed_and_its_giving_noted(self, stage, dgs):
        meeting = stage.frozen()
        edition = convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        paper = Convocation.objects.get(edition=edition, channel="paper")
        printed = dgs.get(at("convocation-print", paper.uid))
        assert b"".join(printed.streaming_content).startswith(b"%PDF")
        dgs.post(
            at("convocation-paper", paper.uid),
            {"day": "2026-11-21", "hour": "10:00", "how": "En main propre"},
        )
        paper.refresh_from_db()
        assert paper.state == ConvocationState.SENT
        future = {"day": "2026-11-25", "hour": "10:00"}
        assert dgs.post(at("convocation-paper", paper.uid), future).status_code == 422


class TestBeforeAgreeing:
    def test_the_mayor_reads_the_pieces_that_they_are_asked_about(self, stage, mayor):
        meeting = stage.meeting()
        document = stage.document("Plan.txt", b"Plan du chemin.")
        stage.item("Chemin", meeting=meeting, documents=(document,))
        page = at("agree-piece", meeting.uid, document.uid)
        assert mayor.get(page).status_code == 403
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        assert "Plan.txt" in text_of(mayor.get(at("meeting-agree", meeting.uid)))
        assert b"".join(mayor.get(page)) == b"Plan du chemin."

    def test_nobody_else_reads_them_there_and_no_other_document(self, stage, mayor, client_of):
        meeting = stage.meeting()
        document, other = stage.document("A.txt"), stage.document("B.txt")
        stage.item("Chemin", meeting=meeting, documents=(document,))
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        page = at("agree-piece", meeting.uid, document.uid)
        for who in (stage.agent, stage.secretary):
            assert client_of(who).get(page).status_code == 403
        assert client_of(stage.members[2]).get(page).status_code == 404
        assert mayor.get(at("agree-piece", meeting.uid, other.uid)).status_code == 404


class TestTheAgenda:
    def test_the_little_buttons_move_a_point_without_javascript(self, stage, dgs):
        meeting = stage.meeting()
        stage.item("Un", meeting=meeting)
        two = stage.item("Deux", meeting=meeting)
        dgs.post(at("meeting-order", meeting.uid), {"move": f"{two.uid}:up"})
        assert [i.title for i in agenda.listed(meeting)] == ["Deux", "Un"]
        dgs.post(at("meeting-order", meeting.uid), {"move": f"{two.uid}:down"})
        assert [i.title for i in agenda.listed(meeting)] == ["Un", "Deux"]

    def test_dragging_posts_the_new_order(self, stage, dgs):
        meeting = stage.meeting()
        one, two, three = (stage.item(t, meeting=meeting) for t in ("Un", "Deux", "Trois"))
        dgs.post(
            at("meeting-order", meeting.uid),
            {"order": [str(three.uid), str(one.uid), str(two.uid)], "moved": str(three.uid)},
        )
        assert [i.title for i in agenda.listed(meeting)] == ["Trois", "Un", "Deux"]

    def test_a_frozen_agenda_refuses_in_json_to_a_script(self, stage, dgs):
        meeting = stage.frozen()
        item = agenda.listed(meeting)[0]
        refused = dgs.post(
            at("meeting-order", meeting.uid),
            {"order": [str(item.uid)], "moved": str(item.uid)},
            headers={"accept": "application/json"},
        )
        assert refused.status_code == 409
        assert "arrêté" in refused.json()["reason"]

    def test_go_to_rank(self, stage, dgs):
        meeting = stage.meeting()
        stage.item("Un", meeting=meeting)
        two = stage.item("Deux", meeting=meeting)
        dgs.post(at("item-move", two.uid), {"rank": "1"})
        assert [i.title for i in agenda.listed(meeting)] == ["Deux", "Un"]
        dgs.post(at("item-move", two.uid), {"rank": "zéro"})
        assert [i.title for i in agenda.listed(meeting)] == ["Deux", "Un"]

    def test_the_title_of_a_hidden_document_is_not_shown(self, stage, client_of):
        meeting = stage.meeting()
        stage.item("Un", meeting=meeting, documents=(stage.document("Secret.txt"),))
        page = text_of(client_of(stage.secretary).get(at("meeting-detail", meeting.uid)))
        assert "Secret" not in page
        assert "Document réservé" in page


class TestRefusals:
    def test_a_late_convocation_says_why_and_offers_urgency(self, stage, dgs, monkeypatch):
        meeting = stage.frozen()
        friday = dt.datetime(2026, 11, 27, 9, tzinfo=PARIS)
        monkeypatch.setattr(clock, "now", lambda: friday)
        page = text_of(dgs.get(at("meeting-convene", meeting.uid)))
        assert "Le délai est passé" in page
        assert "Convoquer en urgence" in page
        answer = dgs.post(at("meeting-convene", meeting.uid), {"expected": "5"})
        assert answer.status_code == 422
        assert not Convocation.objects.exists()
        dgs.post(at("meeting-urgency", meeting.uid), {"reason": "Toit arraché"})
        page = text_of(dgs.get(at("meeting-detail", meeting.uid)))
        assert "Approbation de l’urgence" in page

    def test_the_mayor_asks_for_a_change_with_a_reason(self, stage, mayor, dgs):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        page = at("meeting-agree", meeting.uid)
        assert mayor.post(page, {"refuse": "1", "reason": ""}).status_code == 422
        mayor.post(page, {"refuse": "1", "reason": "Sans la cantine"})
        assert "Sans la cantine" in text_of(dgs.get(at("meeting-detail", meeting.uid)))

    def test_reasons_are_asked(self, stage, dgs):
        meeting = stage.frozen()
        item = agenda.listed(meeting)[0]
        for url in (
            at("meeting-cancel", meeting.uid),
            at("meeting-unfreeze", meeting.uid),
            at("meeting-urgency", meeting.uid),
            at("item-withdraw", item.uid),
        ):
            assert dgs.get(url).status_code == 200
            assert dgs.post(url, {"reason": ""}).status_code == 422
        dgs.post(at("item-withdraw", item.uid), {"reason": "Étude à finir"})
        dgs.post(at("meeting-unfreeze", meeting.uid), {"reason": "Ajout"})
        dgs.post(at("meeting-cancel", meeting.uid), {"reason": "Neige"})
        assert Meeting.objects.get().state == MeetingState.CANCELLED


class TestAnAgent:
    def test_proposes_a_point_and_gets_it_back(self, stage, client_of):
        julien, nadia = client_of(stage.agent), client_of(stage.dgs_person)
        julien.post(
            at("item-create"),
            {
                "instance": stage.council.uid,
                "title": "Clôture du stade",
                "kind": "deliberation",
                "matter": "ordinary",
            },
        )
        item = AgendaItem.objects.get()
        julien.post(at("item-propose", item.uid))
        assert "Clôture du stade" in text_of(nadia.get(at("meeting-list")))
        nadia.post(at("item-return", item.uid), {"reason": "Il manque le devis"})
        page = text_of(julien.get(at("item-detail", item.uid)))
        assert "Il manque le devis" in page
        assert "Inscrire" not in page
        edited = {"title": "Clôture du stade (devis)", "kind": "deliberation", "matter": "ordinary"}
        julien.post(at("item-edit", item.uid), edited)
        julien.post(at("item-propose", item.uid))
        nadia.post(at("item-ready", item.uid))
        item.refresh_from_db()
        assert (item.title, item.state) == (edited["title"], ItemState.READY)
        nadia.post(at("item-abandon", item.uid))
        item.refresh_from_db()
        assert item.state == ItemState.ABANDONED

    def test_joins_and_takes_off_a_piece(self, stage, dgs):
        item = stage.item()
        document = stage.document()
        dgs.post(at("item-join", item.uid), {"document": document.uid})
        assert item.pieces.count() == 1
        assert "Plan.txt" in text_of(dgs.get(at("item-detail", item.uid)))
        dgs.post(at("item-part", item.uid), {"document": document.uid})
        assert item.pieces.count() == 0

    def test_sees_no_proof_and_prepares_nothing(self, stage, client_of):
        meeting = stage.frozen()
        convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        convocation = Convocation.objects.order_by("pk")[0]
        for who in (stage.agent, stage.mayor, stage.members[2]):
            browser = client_of(who)
            assert browser.get(at("meeting-detail", meeting.uid)).status_code == 200
            for name in ("meeting-proof", "meeting-change", "meeting-dossier", "meeting-freeze"):
                assert browser.get(at(name, meeting.uid)).status_code == 403
            assert browser.get(at("convocation-print", convocation.uid)).status_code == 404
            assert browser.post(at("convocation-retry", convocation.uid)).status_code == 404


GETS = [
    ("meeting-detail", "meeting"),
    ("meeting-change", "meeting"),
    ("meeting-cancel", "meeting"),
    ("meeting-urgency", "meeting"),
    ("meeting-ask", "meeting"),
    ("meeting-agree", "meeting"),
    ("meeting-freeze", "meeting"),
    ("meeting-unfreeze", "meeting"),
    ("meeting-convene", "meeting"),
    ("meeting-proof", "meeting"),
    ("meeting-dossier", "meeting"),
    ("item-detail", "item"),
    ("item-edit", "item"),
    ("item-return", "item"),
    ("item-withdraw", "item"),
    ("convocation-paper", "convocation"),
    ("convocation-print", "convocation"),
]
POSTS = [
    ("meeting-order", "meeting"),
    ("meeting-ordinary", "meeting"),
    ("item-propose", "item"),
    ("item-ready", "item"),
    ("item-list", "item"),
    ("item-unlist", "item"),
    ("item-move", "item"),
    ("item-abandon", "item"),
    ("item-join", "item"),
    ("item-part", "item"),
    ("convocation-retry", "convocation"),
]


def test_the_other_communes_ids_lead_nowhere(stage, elsewhere, client_of):
    """With the ids of the first commune, in the path of the second: 404 everywhere."""
    meeting = stage.frozen()
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    rows = {
        "meeting": meeting.uid,
        "item": agenda.listed(meeting)[0].uid,
        "convocation": Convocation.objects.order_by("pk")[0].uid,
    }
    stranger = client_of(elsewhere.dgs_person)
    for name, of in GETS:
        inside = reverse(f"council:{name}", args=["valmorel", rows[of]])
        assert stranger.get(inside).status_code == 404, name
        assert stranger.get(at(name, rows[of])).status_code == 404, name
    for name, of in POSTS:
        inside = reverse(f"council:{name}", args=["valmorel", rows[of]])
        assert stranger.post(inside).status_code == 404, name


def test_a_list_costs_the_same_for_two_and_twelve(stage, dgs):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            dgs.get(at("meeting-list"))
        return len(captured)

    for week in range(2):
        stage.meeting(starts_at=NOV_30 + dt.timedelta(days=7 * week))
        stage.item(f"Point {week}")
    few = cost()
    for week in range(2, 12):
        stage.meeting(starts_at=NOV_30 + dt.timedelta(days=7 * week))
        stage.item(f"Point {week}")
    assert cost() == few


def test_a_meeting_costs_the_same_for_two_and_fourteen_points(stage, dgs):
    meeting = stage.meeting()

    def cost():
        with CaptureQueriesContext(connection) as captured:
            dgs.get(at("meeting-detail", meeting.uid))
        return len(captured)

    document = stage.document()
    for rank in range(2):
        stage.item(f"Point {rank}", meeting=meeting, documents=(document,))
    few = cost()
    for rank in range(2, 14):
        stage.item(f"Point {rank}", meeting=meeting, documents=(document,))
    assert cost() == few


def test_a_cancelled_meeting_says_it_to_everybody(stage, dgs):
    meeting = stage.meeting()
    planning.cancel_meeting(
        actor=stage.dgs, meeting=meeting, reason="Neige", now=NOW, decided_by_mayor=True
    )
    assert "Neige" in text_of(dgs.get(at("meeting-detail", meeting.uid)))


def test_without_a_body_to_propose_to_an_elected_member_proposes_nothing(stage, client_of):
    browser = client_of(stage.members[2])
    assert browser.get(at("item-create")).status_code == 403
    assert browser.get(at("meeting-create")).status_code == 403


def test_a_large_commune_is_told_what_is_missing(db, client_of):
    large = make_stage("grandville", population=4000)
    meeting = large.meeting()
    large.item(meeting=meeting)
    url = reverse("council:meeting-detail", args=["grandville", meeting.uid])
    page = text_of(client_of(large.dgs_person).get(url))
    assert "Il manque la note de synthèse" in page
