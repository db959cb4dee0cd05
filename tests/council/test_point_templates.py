"""Models of points: kept by those who prepare, begun from by whoever writes, blanks counted."""

import pytest
from django.urls import reverse

from config.lib import clock
from council.models import AgendaItem, PointTemplate
from council.rules.review import blanks
from council.services import point_templates
from council.services.usual_points import USUAL
from tests.council.stage import NOW
from tests.council.test_preparing import text_of

ORG = "saint-aubin"
SENT = {"name": "Subvention", "title": "Subvention à …", "kind": "deliberation"}
SENT |= {"matter": "ordinary", "subject_code": "7.5", "proposed_text": "Article … : … €."}


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def dgs(stage, client_of):
    return client_of(stage.dgs_person)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("l’association … reçoit … €", 2),
        ("« … » et n°\u00a0…", 2),
        ("…", 1),
        ("à l’association …, de …", 2),
        ("Vu le code…", 0),
        ("« Les communes […] délibèrent »", 0),
        ("etc… ; le reste", 0),
        ("", 0),
    ],
)
def test_a_blank_stands_alone(text, left):
    assert blanks(text) == left


def test_an_agent_begins_a_point_and_is_told_what_is_left_to_fill(stage, dgs, client_of):
    assert dgs.post(at("point-template-add"), SENT).status_code == 302
    model = PointTemplate.objects.get()
    agent = client_of(stage.agent)
    new = f"{at('item-create')}?instance={stage.council.uid}"
    assert "Partir d’un modèle" in text_of(agent.get(new))
    page = agent.get(f"{new}&modele={model.uid}").content.decode()
    assert 'value="Subvention à …"' in page
    assert "Article … : … €." in page
    told = {k: v for k, v in SENT.items() if k != "name"} | {"budget_impact": "planned"}
    agent.post(at("item-create"), told | {"instance": stage.council.uid, "summary": "Note."})
    item = AgendaItem.objects.get()
    assert item.subject_code == "7.5"
    assert "Il reste 3 « … » à remplir." in text_of(agent.get(at("item-detail", item.uid)))


def test_a_point_gives_a_model_without_its_people(stage, dgs):
    item = stage.item("Convention avec l’école", rapporteur=stage.mayor, closed_doors=True)
    page = dgs.get(f"{at('point-template-add')}?point={item.uid}").content.decode()
    assert 'value="Convention avec l’école"' in page
    assert dgs.post(at("point-template-add"), SENT | {"name": "Convention"}).status_code == 302
    assert dgs.post(at("point-template-add"), SENT | {"name": "Convention"}).status_code == 422
    assert not hasattr(PointTemplate.objects.get(), "rapporteur")


def test_they_belong_to_those_who_prepare_and_to_their_commune(stage, elsewhere, dgs, client_of):
    assert point_templates.begin_with_usual(actor=elsewhere.dgs, now=NOW) == len(USUAL)
    theirs = PointTemplate.objects.first()
    assert dgs.get(at("point-template-edit", theirs.uid)).status_code == 404
    assert dgs.post(at("point-template-remove", theirs.uid)).status_code == 404
    new = f"{at('item-create')}?instance={stage.council.uid}"
    assert dgs.get(f"{new}&modele={theirs.uid}").status_code == 404
    assert client_of(stage.agent).post(at("point-template-add"), SENT).status_code == 403
    assert client_of(stage.mayor).post(at("point-template-begin")).status_code == 403
    assert client_of(stage.secretary).post(at("point-template-add"), SENT).status_code == 302
    mine = PointTemplate.objects.get(organisation=stage.organisation)
    dgs.post(at("point-template-edit", mine.uid), SENT | {"title": "Aide à …"})
    mine.refresh_from_db()
    assert mine.title == "Aide à …"
    dgs.post(at("point-template-remove", mine.uid))
    assert PointTemplate.objects.count() == len(USUAL)
