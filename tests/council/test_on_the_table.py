"""« Sur table » : what is told in a meeting already convened, and never voted."""

import pytest
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from council.enums import ItemKind, ItemState
from council.models import EditionPiece, Meeting
from council.rules.session import Verb
from council.services import agenda, convening, items
from council.services.items import NotNow
from council.services.session import Impossible, recording
from tests.council.session.live import Live
from tests.council.stage import NOW
from tests.council.test_preparing import text_of


def at(name, *args):
    return reverse(f"council:{name}", args=["saint-aubin", *args])


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def meeting(stage):
    frozen = stage.frozen()
    convening.convene(actor=stage.dgs, meeting=frozen, now=NOW)
    return Meeting.objects.get(pk=frozen.pk)


def test_an_information_is_numbered_last_told_in_session_and_the_dossier_stays(
    stage, meeting, client_of
):
    sent = EditionPiece.objects.count()
    item = stage.item("Travaux du pont", kind=ItemKind.INFORMATION)
    dgs = client_of(stage.dgs_person)
    assert "Présenter sur table" in text_of(dgs.get(at("item-detail", item.uid)))
    table = at("item-table", item.uid)
    assert client_of(stage.mayor).post(table, {"meeting": meeting.uid}).status_code == 404
    assert client_of(stage.agent).post(table, {"meeting": meeting.uid}).status_code == 404
    dgs.post(table, {"meeting": meeting.uid})
    item.refresh_from_db()
    assert (item.state, item.number) == (ItemState.TABLED, 3)
    assert list(agenda.listed(meeting))[-1] == item
    assert EditionPiece.objects.count() == sent
    live = Live(stage, meeting).roll().open()
    live.call(item)
    with pytest.raises(Impossible):
        live.vote(item)
    noted = live.decide(item, Verb.NOTE)
    item.refresh_from_db()
    assert item.state == ItemState.NOTED
    recording.cancel_entry(actor=stage.dgs, entry=noted, now=live.at)
    item.refresh_from_db()
    assert item.state == ItemState.TABLED, "taken back, it is on the table again"


def test_what_is_voted_never_comes_on_the_table(stage, meeting):
    voted = stage.item("Emprunt")
    with pytest.raises(NotNow, match="ne se vote pas"):
        items.table_item(actor=stage.dgs, item=voted, meeting=meeting, now=NOW)
    told = stage.item("Travaux", kind=ItemKind.INFORMATION, by=stage.agent)
    with pytest.raises(Refused):
        items.table_item(actor=stage.actor(stage.agent), item=told, meeting=meeting, now=NOW)
    Meeting.objects.filter(pk=meeting.pk).update(convened_at=None)
    with pytest.raises(NotNow, match="pas convoquée"):
        items.table_item(actor=stage.dgs, item=told, meeting=meeting, now=NOW)
