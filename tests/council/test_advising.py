"""Advice on a point: asked, noted, released; the members never read it before."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import TeamKind
from config.lib import clock
from config.lib.access import Refused
from council.access_preparing import (
    can_record_advice,
    can_see_advice,
    recordable_advice,
    visible_advice,
)
from council.enums import Opinion
from council.models import Advice, DossierEdition, Meeting
from council.services import advising, agenda, convening
from tests.council.stage import NOW, team
from tests.council.test_preparing import text_of
from tests.inbox import still_asked

ORG = "saint-aubin"
DUE = NOW.date() + dt.timedelta(days=5)
WORDS = "Sous réserve du coût réel."


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def finance(stage):
    return team(stage.organisation, "Finances", TeamKind.SERVICE, stage.agent)


@pytest.fixture
def advice(stage, finance):
    meeting = stage.meeting()
    item = stage.item(meeting=meeting)
    return advising.ask_advice(actor=stage.dgs, item=item, team=finance, due_on=DUE, now=NOW)


def noted(stage, advice, opinion=Opinion.RESERVED, words=WORDS):
    return advising.record_advice(
        actor=stage.actor(stage.agent),
        advice=advice,
        opinion=opinion,
        words=words,
        given_on=NOW.date(),
        now=NOW,
    )


def test_who_is_asked_reads_what_is_proposed_and_its_pieces(stage, finance, client_of):
    item = stage.item(
        summary="Le repas coûte 5 €.",
        proposed_text="Article unique",
        documents=(stage.document(content=b"Le bilan."),),
    )
    made = advising.ask_advice(actor=stage.dgs, item=item, team=finance, due_on=DUE, now=NOW)
    document = item.pieces.get().document
    agent, piece = client_of(stage.agent), at("advice-piece", made.uid, document.uid)
    assert agent.get(at("item-detail", item.uid)).status_code == 404
    page = agent.get(at("advice-record", made.uid))
    for words in ("Le repas coûte 5 €.", "Article unique", "Plan.txt"):
        assert words in text_of(page)
    assert piece in page.content.decode()
    assert b"".join(agent.get(piece)) == b"Le bilan."
    other = stage.document("Autre.txt")
    assert agent.get(at("advice-piece", made.uid, other.uid)).status_code == 404
    assert client_of(stage.mayor).get(piece).status_code == 404


def test_the_members_read_it_once_released_and_never_before(stage, elsewhere, advice):
    everybody = [stage.dgs, stage.maire, *(stage.actor(p) for p in stage.members[1:])]
    everybody += [stage.actor(stage.agent), stage.actor(stage.secretary), elsewhere.dgs]
    inside = {stage.dgs_person, stage.secretary, stage.agent}

    def readers():
        for actor in everybody:
            listed = visible_advice(actor).filter(pk=advice.pk).exists()
            assert listed == bool(can_see_advice(actor, advice)), actor.person
            noter = recordable_advice(actor).filter(pk=advice.pk).exists()
            assert noter == bool(can_record_advice(actor, advice)), actor.person
        return {one.person for one in everybody if can_see_advice(one, advice)}

    assert readers() == inside
    assert still_asked("council.advice.asked")
    noted(stage, advice)
    assert not still_asked("council.advice.asked")
    assert readers() == inside, "noted is not released"
    meeting = Meeting.objects.get()
    stage.frozen(meeting)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    assert readers() == inside, "convened without it: it stays inside"
    assert WORDS not in str(DossierEdition.objects.get().manifest)


def test_released_it_is_printed_with_the_point_and_the_agreement_is_asked_again(
    stage, advice, client_of
):
    meeting = Meeting.objects.get()
    stage.agreed(meeting)
    noted(stage, advice)
    page = at("item-detail", advice.item.uid)
    assert client_of(stage.dgs_person).post(at("advice-release", advice.uid)).status_code == 302
    assert not agenda.agreement_stands(meeting)
    advice.refresh_from_db()
    with pytest.raises(advising.AlreadySent):
        noted(stage, advice, Opinion.FAVOURABLE)
    stage.frozen(meeting)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    said = f"Finances : avis réservé. {WORDS}"
    assert said in str(DossierEdition.objects.get().manifest).replace("\\xa0", " ")
    assert said in text_of(client_of(stage.members[4]).get(page))


def test_the_service_asked_answers_by_its_page_and_nobody_else(stage, elsewhere, advice, client_of):
    page = at("advice-record", advice.uid)
    posted = {"opinion": "unfavourable", "words": "", "given_on": NOW.date()}
    agent = client_of(stage.agent)
    assert "Donner l’avis de Finances" in text_of(agent.get(reverse("accounts:home", args=[ORG])))
    assert agent.post(page, posted).status_code == 422, "an unfavourable advice says why"
    assert agent.post(page, posted | {"words": "Trop cher."}).status_code == 302
    assert Advice.objects.get().recorded_by == stage.agent
    for other in (stage.mayor, stage.members[4]):
        assert client_of(other).get(page).status_code == 404
    with pytest.raises(Refused):
        advising.release_advice(actor=stage.actor(stage.agent), advice=advice, now=NOW)
    theirs = elsewhere.item()
    assert agent.get(at("item-ask-advice", theirs.uid)).status_code == 404


def test_asked_once_with_a_day_to_come(stage, finance, advice, client_of):
    dgs, page = client_of(stage.dgs_person), at("item-ask-advice", advice.item.uid)
    posted = {"asked_of": f"team:{finance.uid}", "due_on": DUE}
    assert "Cet avis est déjà demandé." in text_of(dgs.post(page, posted))
    late = posted | {"due_on": NOW.date() - dt.timedelta(days=1)}
    assert "Donnez une date à venir." in text_of(dgs.post(page, late))
    assert client_of(stage.mayor).post(page, posted).status_code == 403
