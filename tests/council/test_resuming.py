"""« Reprendre une délibération » : what comes back, what is marked, who may, until all is seen."""

import datetime as dt

import pytest
from django.urls import reverse

from config.lib import clock
from council.enums import Function, ItemState
from council.models import AgendaItem, Mandate
from council.services import items, reviewing
from council.services.acts.drafting import draft_deliberations
from tests.council.acts_stage import AFTER, held
from tests.council.stage import NOV_30
from tests.council.test_preparing import text_of

ORG = "saint-aubin"
TEXT = (
    "Vu la délibération n° 2025-017 du 3 mars 2025 ;\n# Décide\n"
    "Le repas est à **3,20 €** en 2026, Mme Jeanne Martin entendue."
)
MARKED = ["délibération n° 2025-017 du 3 mars 2025", "3,20 €", "2026", "Mme Jeanne Martin"]


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


@pytest.fixture
def past(stage):
    """A point adopted on 30 November, with its act, one annex, and a rapporteur."""
    document = stage.document("Grille.txt")
    meeting = held(stage, ("Tarifs de la cantine",), documents=(document,), rapporteur=stage.mayor)
    item = AgendaItem.objects.get(meeting=meeting)
    AgendaItem.objects.filter(pk=item.pk).update(proposed_text=TEXT, subject_code="7.1")
    draft_deliberations(actor=stage.dgs, meeting=meeting, now=AFTER)
    item.refresh_from_db()
    return item


@pytest.fixture
def client(stage, past, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    return client_of(stage.dgs_person)


def resumed(stage, client, past, **posted):
    answer = client.post(at("item-resume", past.uid), posted)
    assert answer.status_code == 302
    return AgendaItem.objects.get(taken_from=past)


class TestOnePastPoint:
    def test_it_comes_back_with_what_may_be_old_marked(self, stage, past, client):
        piece = past.pieces.get().document
        item = resumed(stage, client, past, pieces=[piece.uid])
        assert (item.title, item.proposed_text, item.subject_code) == (past.title, TEXT, "7.1")
        assert item.state == ItemState.DRAFT
        assert item.rapporteur == stage.mayor
        assert item.budget_impact == ""
        assert item.pieces.get().document == piece
        assert [row.words for row in reviewing.left_of(item)] == MARKED
        page = client.get(at("item-detail", item.uid))
        assert "Il reste 4 passages à revoir." in text_of(page)
        assert "<mark><strong>3,20" in page.content.decode()
        assert "Repris de" in text_of(page)
        editor = client.get(at("item-edit", item.uid)).content.decode()
        assert "<mark><strong>3,20" in editor

    def test_it_is_ready_once_each_passage_is_changed_or_seen(self, stage, past, client):
        item = resumed(stage, client, past)
        assert not item.pieces.exists(), "no annex was ticked"
        with pytest.raises(items.NotComplete, match=r"Il reste 4.passages"):
            items.mark_ready(actor=stage.dgs, item=item, now=AFTER)
        AgendaItem.objects.filter(pk=item.pk).update(
            proposed_text=TEXT.replace("3,20", "3,40").replace("2026", "2027")
        )
        item.refresh_from_db()
        left = reviewing.left_of(item)
        assert [row.words for row in left] == [MARKED[0], MARKED[3]]
        client.post(at("item-review", item.uid), {"vu": [left[0].uid]})
        assert "Il reste 1 passage à revoir." in text_of(client.get(at("item-detail", item.uid)))
        with pytest.raises(items.NotComplete):
            items.list_item(
                actor=stage.dgs,
                item=item,
                meeting=stage.meeting(starts_at=NOV_30 + dt.timedelta(days=30), now=AFTER),
                now=AFTER,
            )
        client.post(at("item-review", item.uid), {"vu": [left[1].uid]})
        assert items.mark_ready(actor=stage.dgs, item=item, now=AFTER).state == ItemState.READY

    def test_the_rapporteur_who_left_is_not_named_again(self, stage, past, client):
        Mandate.objects.filter(person=stage.mayor).update(
            to_date=dt.date(2026, 11, 30), end_reason="term", function=Function.MEMBER
        )
        assert resumed(stage, client, past).rapporteur is None

    def test_a_piece_of_another_point_does_not_come(self, stage, past, client):
        other = stage.document("Autre.txt")
        answer = client.post(at("item-resume", past.uid), {"pieces": [other.uid]})
        assert answer.status_code == 422


def test_it_is_found_by_words_whatever_their_accents_and_by_year(client):
    for asked, found in (
        ({"q": "cantine"}, True),
        ({"q": "deliberation TARIFS"}, True),
        ({"q": "entendue"}, True),
        ({"q": "piscine"}, False),
        ({"annee": "2026"}, True),
        ({"annee": "1999"}, True),
        ({"q": "%.*("}, True),
    ):
        said = text_of(client.get(at("former-list"), asked))
        assert ("Tarifs de la cantine" in said) is found, asked


class TestWhoMay:
    def test_agents_may_but_not_what_was_said_behind_closed_doors(
        self, stage, past, client, client_of
    ):
        agent = client_of(stage.agent)
        assert "Tarifs de la cantine" in text_of(agent.get(at("former-list")))
        assert agent.get(at("item-resume", past.uid)).status_code == 200
        AgendaItem.objects.filter(pk=past.pk).update(closed_doors=True)
        assert "Tarifs de la cantine" not in text_of(agent.get(at("former-list")))
        assert agent.get(at("item-resume", past.uid)).status_code == 404

    def test_members_do_not_write_points(self, stage, past, client, client_of):
        elected = client_of(stage.mayor)
        assert elected.get(at("former-list")).status_code == 403
        assert elected.post(at("item-resume", past.uid)).status_code == 403

    def test_another_commune_s_is_unknown_and_what_waits_is_not_past(
        self, stage, elsewhere, past, client
    ):
        theirs = elsewhere.item("Ailleurs")
        AgendaItem.objects.filter(pk=theirs.pk).update(state=ItemState.DRAFT)
        assert client.get(at("item-resume", theirs.uid)).status_code == 404
        waiting = stage.item("En attente")
        assert client.get(at("item-resume", waiting.uid)).status_code == 403

    def test_only_who_may_edit_says_that_all_is_seen(self, stage, past, client, client_of):
        item = resumed(stage, client, past)
        left = reviewing.left_of(item)
        sent = {"vu": [left[0].uid]}
        assert client_of(stage.agent).post(at("item-review", item.uid), sent).status_code == 404
        assert len(reviewing.left_of(item)) == 4


def test_what_is_left_is_one_question_for_all_points(
    stage, past, client, django_assert_max_num_queries
):
    item = resumed(stage, client, past)
    with django_assert_max_num_queries(1):
        assert list(reviewing.left_by_item([item, past])) == [item.pk]
