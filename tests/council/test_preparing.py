"""Preparing: from what is ticked in a folder to a point that aims at a meeting."""

import re

import pytest
from django.urls import reverse

from config.lib import clock
from council.models import AgendaItem
from tests.council.stage import NOW

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
