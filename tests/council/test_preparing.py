"""Preparing: from what is ticked in a folder to a point that aims at a meeting."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from config.lib import clock
from council.enums import ActKind, ActState, ActType, SignatureMode
from council.models import Act, AgendaItem, Meeting
from council.services import agenda, pieces
from council.services.acts.registers import register_of_mayor
from tests.council.stage import NOV_30, NOW

ORG = "saint-aubin"


@pytest.fixture(autouse=True)
def _saturday_21_november(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture
def dgs(stage, client_of):
    return client_of(stage.dgs_person)


def a_decision(commune, title):
    """A decision of the mayor, signed on 20 November, not yet reported to the council."""
    day = dt.date(2026, 11, 20)
    return Act.objects.create(
        organisation=commune.organisation,
        register=register_of_mayor(commune.organisation, ActKind.DECISION, now=NOW),
        kind=ActKind.DECISION,
        type=ActType.DECISION,
        state=ActState.SIGNED,
        year=2026,
        number=1,
        dated=day,
        title=title,
        signatory=commune.mayor,
        signed_on=day,
        signature_mode=next(iter(SignatureMode)),
        created_at=NOW,
        changed_at=NOW,
    )


def ticked(*documents):
    keys = [f"d:{document.uid}" for document in documents]
    return {"choix": keys, "geste": "ordre-du-jour"}


class TestFromTheTree:
    def test_what_is_ticked_in_a_folder_becomes_a_point_with_its_pieces(self, stage, dgs):
        meeting = stage.meeting()
        plan, quote = stage.document("Plan.txt"), stage.document("Devis.txt", b"Un devis.")
        folder = reverse("documents:folder", args=[ORG, stage.root.uid])
        assert 'value="ordre-du-jour"' in dgs.get(folder).content.decode()
        handed = dgs.post(reverse("documents:bulk", args=[ORG]), ticked(plan, quote))
        assert handed.status_code == 302
        page = dgs.get(handed.url)
        assert "Plan.txt" in text_of(page)
        assert "Devis.txt" in text_of(page)
        made = dgs.post(
            at("item-create"),
            {
                "instance": stage.council.uid,
                "document": [plan.uid, quote.uid],
                "title": "Chemin des Vignes",
                "kind": "deliberation",
                "matter": "ordinary",
                "meeting": meeting.uid,
            },
        )
        item = AgendaItem.objects.get()
        assert made.url == at("item-detail", item.uid)
        assert [p.document for p in item.pieces.order_by("position")] == [plan, quote]
        assert item.meeting == meeting
        assert item.state == "draft", "aimed at, not yet listed"
        assert "Séance visée lundi 30 novembre 2026" in text_of(dgs.get(made.url))

    def test_several_pieces_join_a_known_point_or_none_does(self, stage, dgs):
        item = stage.item()
        plan, quote = stage.document("Plan.txt"), stage.document("Devis.txt", b"Un devis.")
        join = at("item-join", item.uid)
        unknown = "00000000-0000-4000-8000-000000000000"
        assert dgs.post(f"{join}?document={plan.uid}&document={unknown}").status_code == 404
        assert item.pieces.count() == 0
        dgs.post(f"{join}?document={plan.uid}&document={quote.uid}")
        assert item.pieces.count() == 2

    def test_a_folder_alone_is_not_joined_and_the_page_says_why(self, stage, dgs):
        posted = {"choix": [f"f:{stage.root.uid}"], "geste": "ordre-du-jour"}
        back = dgs.post(reverse("documents:bulk", args=[ORG]), posted, follow=True)
        assert "un dossier entier ne se joint pas" in text_of(back)

    def test_members_are_not_offered_it(self, stage, client_of):
        mayor = client_of(stage.mayor)
        plan = stage.document("Plan.txt")
        answer = mayor.post(reverse("documents:bulk", args=[ORG]), ticked(plan))
        assert "nouveau" not in answer.url

    def test_another_commune_s_documents_and_meetings_are_unknown(self, stage, elsewhere, dgs):
        theirs, meeting = elsewhere.document("Secret.txt"), elsewhere.meeting()
        assert dgs.get(at("item-create"), {"document": theirs.uid}).status_code == 404
        posted = {
            "instance": stage.council.uid,
            "title": "Point",
            "kind": "deliberation",
            "meeting": meeting.uid,
        }
        assert dgs.post(at("item-create"), posted).status_code == 422


class TestWhatItLacks:
    def test_the_page_and_the_agenda_say_it_in_words_until_it_is_told(self, stage, dgs):
        meeting = stage.meeting()
        item = stage.item("Budget 2027", meeting=meeting, matter="budget", summary="Note.")
        said = (
            "Il manque : la matière, le projet de délibération, l’effet sur le budget, "
            "une annexe budgétaire."
        )
        assert said in text_of(dgs.get(at("item-detail", item.uid)))
        assert said in text_of(dgs.get(at("meeting-detail", meeting.uid)))
        pieces.join_document(actor=stage.dgs, item=item, document=stage.document(), now=NOW)
        form = text_of(dgs.get(at("item-edit", item.uid)))
        assert "7.1 Décisions budgétaires" in form
        posted = {
            "title": item.title,
            "kind": "deliberation",
            "matter": "budget",
            "summary": "Note.",
            "subject_code": "7.1",
            "budget_impact": "planned",
        }
        assert dgs.post(at("item-edit", item.uid), posted).status_code == 302
        page = text_of(dgs.get(at("item-detail", item.uid)))
        assert "Il manque" not in page
        assert "7.1 Décisions budgétaires" in page
        assert "Crédits déjà prévus au budget" in page
        assert "Il manque" not in text_of(dgs.get(at("meeting-detail", meeting.uid)))
        wrong = posted | {"subject_code": "7.99"}
        assert dgs.post(at("item-edit", item.uid), wrong).status_code == 422

    def test_members_are_not_told_of_it(self, stage, client_of):
        meeting = stage.meeting()
        stage.item("Budget 2027", meeting=meeting, matter="budget", summary="Note.")
        page = text_of(client_of(stage.mayor).get(at("meeting-detail", meeting.uid)))
        assert "Budget 2027" in page
        assert "Il manque" not in page


class TestTheAgenda:
    def test_a_point_goes_to_rank_n_from_the_agenda_without_a_script(self, stage, dgs, client_of):
        meeting = stage.meeting()
        third = [stage.item(title, meeting=meeting) for title in "ABC"][-1]
        order = at("meeting-order", meeting.uid)
        assert "Aller au rang" in text_of(dgs.get(at("meeting-detail", meeting.uid)))
        dgs.post(order, {"point": third.uid, "rank": "1"})
        assert [i.title for i in agenda.listed(meeting)] == ["C", "A", "B"]
        dgs.post(order, {"point": third.uid, "rank": "99"})
        assert [i.title for i in agenda.listed(meeting)] == ["A", "B", "C"]
        refused = dgs.post(order, {"point": "x", "rank": "1"}, follow=True)
        assert "Choisissez un point" in text_of(refused)
        assert (
            client_of(stage.mayor).post(order, {"point": third.uid, "rank": 1}).status_code == 403
        )
        assert [i.title for i in agenda.listed(meeting)] == ["A", "B", "C"]

    def test_what_comes_back_is_listed_first_told_and_taken_off(self, stage, elsewhere, dgs):
        decided = a_decision(stage, "Louage du local de la poste")
        a_decision(elsewhere, "Achat d’une tondeuse")
        held = stage.frozen()
        Meeting.objects.filter(pk=held.pk).update(convened_at=NOW)
        after = stage.meeting(starts_at=NOV_30 + dt.timedelta(days=21))
        assert [i.title for i in agenda.listed(after)] == [
            "Approbation du procès-verbal de la séance du lundi 30 novembre 2026",
            "Compte rendu des décisions du maire prises par délégation",
        ]
        minutes, report = agenda.listed(after)
        assert report.kind == "decisions_report"
        assert "Louage du local de la poste" in report.summary
        assert "tondeuse" not in report.summary
        assert decided.reference in report.summary
        page = text_of(dgs.get(at("meeting-detail", after.uid)))
        assert "Ajouté de lui-même à la création de la séance" in page
        dgs.post(at("meeting-order", after.uid), {"move": f"{report.uid}:off"})
        assert list(agenda.listed(after)) == [minutes]

    def test_nothing_comes_back_when_nothing_was_decided(self, stage):
        assert list(agenda.listed(stage.meeting())) == []
