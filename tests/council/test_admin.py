"""Bodies and mandates in the administration: through the services, inside one organisation."""

import datetime as dt

import pytest

from accounts.models import Membership
from council.enums import AnswerSource, Intent
from council.models import Assembly, Convocation, Mandate, Proxy
from council.services import answering, convening
from tests.council.stage import NOW, belongs, person

HOME = "/c/saint-aubin/admin/council/"


@pytest.fixture
def dgs(stage, client_of):
    return client_of(stage.dgs_person)


def test_the_dgs_creates_a_body_and_changes_its_delays(stage, dgs):
    made = dgs.post(
        f"{HOME}assembly/add/",
        {"kind": "commission", "name": "Commission travaux", "position": "2"},
    )
    assert made.status_code == 302
    body = Assembly.objects.get(name="Commission travaux")
    page = f"{HOME}assembly/{stage.council.pk}/change/"
    assert dgs.get(page).status_code == 200
    too_short = {"position": "1", "notice_days": "2", "settings_from": "01/01/2026"}
    refused = dgs.post(page, too_short, follow=True)
    assert "pas le réduire" in refused.content.decode()
    dgs.post(page, too_short | {"notice_days": "7"})
    stage.council.refresh_from_db()
    assert stage.council.notice_days == 7
    assert body.organisation == stage.organisation


def test_the_dgs_gives_and_ends_a_mandate(stage, dgs):
    newcomer = person("Eva", "Neuve")
    belongs(newcomer, stage.organisation, "elected")
    seat = {
        "assembly": stage.council.pk,
        "person": newcomer.pk,
        "capacity": "elected",
        "voice": "deliberative",
        "function": "member",
        "rank": "6",
        "from_date": "01/01/2026",
    }
    assert dgs.post(f"{HOME}mandate/add/", seat).status_code == 302
    mandate = Mandate.objects.get(person=newcomer)
    page = f"{HOME}mandate/{mandate.pk}/change/"
    assert "Eva Neuve" in dgs.get(page).content.decode()
    dgs.post(page, {"to_date": "30/06/2026", "end_reason": "resignation"})
    mandate.refresh_from_db()
    assert (mandate.to_date, mandate.end_reason) == (dt.date(2026, 6, 30), "resignation")


@pytest.mark.parametrize(("last_day", "closed"), [("30/06/2026", True), ("30/06/2099", False)])
def test_a_mandate_ended_there_closes_what_it_opened(stage, dgs, last_day, closed):
    """As by « Fin de mandat »: links and pouvoirs stop when it is over, not before."""
    meeting = stage.frozen()
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    leaver, holder = stage.members[2], stage.members[3]
    Convocation.objects.filter(meeting=meeting).update(state="sent", handed_over_at=NOW)
    convocation = Convocation.objects.get(meeting=meeting, person=leaver)
    answering.answer(
        convocation=convocation,
        intent=Intent.PROXY,
        holder=holder,
        source=AnswerSource.ACCOUNT,
        now=NOW,
    )
    mandate = stage.mandate(leaver)
    dgs.post(
        f"{HOME}mandate/{mandate.pk}/change/", {"to_date": last_day, "end_reason": "resignation"}
    )
    after = Convocation.objects.get(pk=convocation.pk)
    assert (after.generation > convocation.generation) == closed
    assert Proxy.objects.filter(giver=leaver).live().exists() != closed
    left = Membership.objects.filter(person=leaver, to_date__isnull=False)
    assert left.exists() == closed


def test_the_other_communes_bodies_are_neither_shown_nor_chosen(stage, elsewhere, dgs):
    shown = dgs.get(f"{HOME}mandate/").content.decode()
    assert shown.count("field-rank") == 5
    assert dgs.get(f"{HOME}assembly/{elsewhere.council.pk}/change/").status_code == 404
    seat = {
        "assembly": elsewhere.council.pk,
        "person": stage.agent.pk,
        "capacity": "elected",
        "voice": "deliberative",
        "function": "member",
        "rank": "6",
        "from_date": "01/01/2026",
    }
    assert dgs.post(f"{HOME}mandate/add/", seat).status_code == 200
    assert not Mandate.objects.filter(person=stage.agent).exists()


def test_an_agent_has_no_administration(stage, client_of):
    assert client_of(stage.agent).get(f"{HOME}mandate/").status_code == 403
