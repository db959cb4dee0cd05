"""The pieces of a point: brought, told what they are, put in order, read by who is asked."""

import io

import pytest
from django.urls import reverse

from accounts.enums import TeamKind
from config.lib import clock
from config.lib.access import Refused
from council.dossier.manifest import read_manifest
from council.enums import PieceNature
from council.models import AgendaItem, EditionPiece
from council.services import convening, items, pieces, validating
from council.services.session.carrying_over import carry_over
from council.services.validating import StepContent
from tests.council.stage import NOV_30, NOW, team
from tests.council.test_preparing import text_of

ORG = "saint-aubin"


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def file(name, content=b"Du texte."):
    made = io.BytesIO(content)
    made.name = name
    return made


def titles(item):
    return [one.told for one in pieces.pieces_of(item)]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def dgs(stage, client_of):
    return client_of(stage.dgs_person)


@pytest.fixture
def item(stage):
    return stage.item(documents=(stage.document("Plan.txt"), stage.document("Devis.txt")))


class TestBrought:
    def test_files_are_filed_joined_and_told_what_they_are_in_one_gesture(self, stage, dgs):
        item = stage.item()
        sent = {
            "files_to_join": [file("Lot 1.txt"), file("Lot 2.txt")],
            "what": "devis",
            "folder": stage.root.uid,
        }
        answer = dgs.post(at("item-bring", item.uid), sent, follow=True)
        assert "2 pièces déposées et jointes" in text_of(answer)
        assert titles(item) == [f"Devis ou estimation\u00a0: Lot {n}.txt" for n in (1, 2)]
        assert {one.document.folder for one in pieces.pieces_of(item)} == {stage.root}

    def test_nothing_is_chosen_or_the_folder_is_closed_to_them(self, stage, dgs, client_of):
        item = stage.item(by=stage.agent)
        assert dgs.post(at("item-bring", item.uid), {"what": "plan"}).status_code == 422
        sent = {"files_to_join": [file("A.txt")], "what": "plan", "folder": stage.root.uid}
        assert client_of(stage.agent).post(at("item-bring", item.uid), sent).status_code == 422
        assert titles(item) == []

    def test_a_settled_agenda_takes_no_more(self, stage, dgs):
        meeting = stage.frozen()
        item = AgendaItem.objects.filter(meeting=meeting).first()
        assert dgs.get(at("item-bring", item.uid)).status_code == 403
        with pytest.raises(Refused):
            pieces.name_nature(
                actor=stage.dgs,
                item=item,
                document=item.pieces.get().document,
                nature=PieceNature.PLAN,
                now=NOW,
            )


class TestOrderAndNature:
    def test_by_the_little_buttons_by_dropping_and_by_the_list(self, stage, dgs, item):
        plan, quote = (one.document for one in pieces.pieces_of(item))
        order = at("item-piece-order", item.uid)
        dgs.post(order, {"move": f"{quote.uid}:up"})
        assert titles(item) == ["Devis.txt", "Plan.txt"]
        dgs.post(order, {"move": f"{quote.uid}:up"})
        assert titles(item) == ["Devis.txt", "Plan.txt"], "the first stays first"
        dropped = {"order": [plan.uid, quote.uid], "moved": plan.uid}
        dgs.post(order, dropped, headers={"accept": "application/json"})
        assert titles(item) == ["Plan.txt", "Devis.txt"]
        told = {f"nature-{plan.uid}": "plan", f"nature-{quote.uid}": "annexe"}
        assert dgs.post(at("item-pieces", item.uid), told).status_code == 302
        assert titles(item) == ["Plan\u00a0: Plan.txt", "Devis.txt"]
        wrong = told | {f"nature-{plan.uid}": "recette"}
        assert dgs.post(at("item-pieces", item.uid), wrong).status_code == 422

    def test_whoever_does_not_write_the_point_changes_nothing(self, stage, client_of, item):
        (first, last) = (one.document for one in pieces.pieces_of(item))
        for who, status in ((stage.mayor, 404), (stage.agent, 404), (stage.secretary, 302)):
            sent = client_of(who).post(at("item-piece-order", item.uid), {"move": f"{last.uid}:up"})
            assert sent.status_code == status
        assert titles(item) == ["Devis.txt", "Plan.txt"]
        with pytest.raises(pieces.NotJoined):
            pieces.move_piece(
                actor=stage.dgs, item=stage.item("Autre"), document=first, rank=1, now=NOW
            )

    def test_the_members_read_it_in_that_order_and_a_point_put_off_keeps_it(self, stage):
        meeting = stage.meeting()
        item = stage.item(
            meeting=meeting, documents=(stage.document("A.txt"), stage.document("B.txt"))
        )
        second = pieces.pieces_of(item)[1].document
        pieces.move_piece(actor=stage.dgs, item=item, document=second, rank=1, now=NOW)
        pieces.name_nature(
            actor=stage.dgs, item=item, document=second, nature=PieceNature.PLAN, now=NOW
        )
        convening.convene(actor=stage.dgs, meeting=stage.frozen(meeting), now=NOW)
        sent = EditionPiece.objects.get(position=1)
        assert sent.label == "Plan\u00a0: B.txt"
        (point,) = read_manifest(sent.edition.manifest).points
        assert [one.told for one in point.pieces] == ["Plan\u00a0: B", "A"]
        AgendaItem.objects.filter(pk=item.pk).update(subject_code="7.5", budget_impact="planned")
        item.refresh_from_db()
        later = carry_over(actor=stage.dgs, item=item, meeting=meeting, now=NOV_30)
        assert titles(later) == ["Plan\u00a0: B.txt", "A.txt"]
        assert (later.subject_code, later.budget_impact) == ("7.5", "planned")


class TestWhoIsAsked:
    def test_a_validator_reads_the_pieces_of_a_folder_that_is_not_theirs(
        self, stage, client_of, item
    ):
        chiefs = team(stage.organisation, "Finances", TeamKind.SERVICE, stage.agent)
        step = StepContent("Finances", team=chiefs)
        validating.settle_steps(actor=stage.dgs, assembly=stage.council, content=[step], now=NOW)
        items.propose_item(actor=stage.dgs, item=item, now=NOW)
        plan = pieces.pieces_of(item)[0].document
        page = at("validate-piece", item.uid, plan.uid)
        agent = client_of(stage.agent)
        assert page in agent.get(at("item-validate", item.uid)).content.decode()
        assert b"".join(agent.get(page)) == b"Plan du chemin."
        other = stage.document("Autre.txt")
        assert agent.get(at("validate-piece", item.uid, other.uid)).status_code == 404
        assert client_of(stage.secretary).get(page).status_code == 403
        assert client_of(stage.mayor).get(page).status_code == 404

    def test_the_mayor_reads_the_draft_before_agreeing(self, stage, client_of):
        meeting = stage.meeting()
        stage.item(meeting=meeting, proposed_text="# Décide\nArticle unique")
        page = text_of(client_of(stage.mayor).get(at("meeting-agree", meeting.uid)))
        assert "Article unique" in page
