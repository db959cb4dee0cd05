"""The year of a body: its obligations, each with its last day, and the point in one click."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from config.lib import clock
from council.access import can_propose
from council.models import AgendaItem, Assembly, ObligationMet
from council.services import items, obligations
from council.services.obligations import AlreadyProposed, NothingToPropose, Services
from tests.council.stage import NOV_30, NOW

ORG = "saint-aubin"
PAGE = reverse("council:obligations", args=[ORG])
PROPOSE = reverse("council:obligation-propose", args=[ORG])


@pytest.fixture(autouse=True)
def _saturday_21_november(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture
def dgs(stage, client_of):
    return client_of(stage.dgs_person)


def propose(stage, code, *, year=2027):
    return obligations.propose_obligation(
        actor=stage.dgs,
        assembly=stage.council,
        year=year,
        code=code,
        now=NOW,
    )


def due(stage, code, *, year=2027):
    lines = obligations.year_of(stage.council, year)
    return next((line for line in lines if line.obligation.code == code), None)


def test_the_page_tells_the_last_days_and_one_click_makes_the_point(stage, dgs):
    page = text_of(dgs.get(PAGE, {"annee": "2027"}))
    assert "Budget primitif 2027 Au plus tard le jeudi 15 avril 2027" in page
    assert "CGCT, art. L1612-2" in page
    made = dgs.post(PROPOSE, {"instance": stage.council.uid, "annee": "2027", "code": "budget"})
    item = AgendaItem.objects.get()
    assert made.url == reverse("council:item-detail", args=[ORG, item.uid])
    assert (item.title, item.matter, item.subject_code) == ("Budget primitif 2027", "budget", "7.1")
    assert item.due_on == dt.date(2027, 4, 15)
    assert item.budget_told == "Budget principal, 2027"
    assert "À voter au plus tard jeudi 15 avril 2027" in text_of(dgs.get(made.url))
    assert "Ouvrir le point" in text_of(dgs.get(PAGE, {"annee": "2027"}))


def test_it_is_proposed_once_and_again_when_the_point_is_given_up(stage):
    item = propose(stage, "rates")
    with pytest.raises(AlreadyProposed):
        propose(stage, "rates")
    assert due(stage, "rates", year=2026).item is None, "another year is another point"
    items.abandon_item(actor=stage.dgs, item=item, now=NOW)
    assert propose(stage, "rates").pk != item.pk


def test_what_is_not_voted_proposes_nothing(stage):
    for code in ("accounts_sent", "unknown"):
        with pytest.raises(NothingToPropose):
            propose(stage, code)
    assert not due(stage, "accounts_sent").may_be_proposed


def test_a_quarter_is_answered_by_its_session(stage):
    assert not due(stage, "quarter_4", year=2026).is_answered
    meeting = stage.meeting(starts_at=NOV_30)
    assert due(stage, "quarter_4", year=2026).meeting == meeting
    assert due(stage, "quarter_1", year=2027).meeting is None


def test_what_the_commune_runs_is_said_once_and_adds_its_own(stage, dgs, client_of):
    assert due(stage, "water") is None
    told = {"instance": stage.council.uid, "annee": "2027", "eau": "on"}
    url = reverse("council:year-services", args=[ORG])
    assert client_of(stage.agent).post(url, told).status_code == 403
    dgs.post(url, told)
    assert obligations.services_of(stage.council) == Services(water=True)
    assert "qualité de l’eau" in text_of(dgs.get(PAGE, {"annee": "2027"}))
    bodies = Assembly.objects.filter(pk=stage.council.pk)
    owed = obligations.still_owed(bodies, dt.date(2026, 12, 1), dt.date(2027, 12, 31))
    assert "water" in {one.due.obligation.code for one in owed}, "reminded of it too"


def test_what_was_done_elsewhere_is_noted_and_reminds_no_more(stage, dgs, client_of, elsewhere):
    met = reverse("council:obligation-met", args=[ORG])
    told = {"instance": stage.council.uid, "annee": "2026", "code": "budget", "words": "N° 12"}
    assert client_of(stage.agent).post(met, told).status_code == 403
    assert dgs.post(met, told | {"instance": elsewhere.council.uid}).status_code == 404
    dgs.post(met, told)
    assert due(stage, "budget", year=2026).is_answered
    assert not due(stage, "budget", year=2026).may_be_proposed
    assert due(stage, "budget", year=2027).met is None
    page = text_of(dgs.get(PAGE, {"annee": "2026"}))
    assert "Budget primitif 2026 Au plus tard le jeudi 30 avril 2026 Fait N° 12" in page
    dgs.post(met, told | {"off": "1"})
    assert not due(stage, "budget", year=2026).is_answered
    dgs.post(met, told | {"code": "inconnu"})
    assert not ObligationMet.objects.exists()


def test_the_year_of_a_renewal_gives_the_budget_until_the_end_of_april(stage):
    assert due(stage, "budget", year=2026).obligation.last_day == dt.date(2026, 4, 30)


def test_a_point_put_to_a_session_too_late_is_said(stage, dgs):
    item = propose(stage, "amending", year=2026)
    items.list_item(actor=stage.dgs, item=item, meeting=stage.meeting(), now=NOW)
    assert "mais la séance est trop tard" in text_of(dgs.get(PAGE, {"annee": "2026"}))


def test_each_role_and_another_commune(stage, elsewhere, client_of):
    agent, mayor = client_of(stage.agent), client_of(stage.mayor)
    wanted = {"instance": stage.council.uid, "annee": "2027", "code": "budget"}
    assert agent.get(PAGE).status_code == 200
    assert mayor.get(PAGE).status_code == 403
    assert mayor.post(PROPOSE, wanted).status_code == 404
    theirs = wanted | {"instance": elsewhere.council.uid}
    assert agent.post(PROPOSE, theirs).status_code == 404
    assert agent.get(PAGE, {"instance": elsewhere.council.uid}).status_code == 404
    assert agent.get(PAGE, {"annee": "1999"}).status_code == 404
    assert not AgendaItem.objects.exists()
    assert not can_propose(stage.dgs, elsewhere.council)
    assert agent.post(PROPOSE, wanted).status_code == 302
