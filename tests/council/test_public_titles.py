"""The agenda as the public reads it: names are hidden in its titles until somebody decides."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from council.models import AgendaItem
from council.services import convening, public_titles
from council.services.acts import posting
from council.services.acts.drafting import ChangedMeanwhile
from council.services.acts.passages import Choices
from tests.council.stage import NOW
from tests.council.test_public import words

NAMED = "Cession de terrain à Mme Paulette Durand"


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def convened(stage):
    meeting = stage.meeting()
    stage.item("Tarifs de la cantine", meeting=meeting)
    stage.item(NAMED, meeting=meeting)
    meeting = stage.frozen(meeting)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    meeting.refresh_from_db()
    return meeting


def shown(stage, meeting):
    """What anybody reads: the page, the programs' page, the notice at the door."""
    slug, uid = stage.organisation.slug, meeting.uid
    item = AgendaItem.objects.get(title=NAMED)
    addresses = [
        reverse("public:meeting", args=[slug, uid]),
        reverse("public:oparl-object", args=[slug, "agenda-items", item.uid]),
    ]
    told = [Client().get(address).content.decode() for address in addresses]
    return [*told, words(posting.poster(meeting))]


def test_a_name_is_hidden_everywhere_as_soon_as_it_is_convened(stage, convened):
    for said in shown(stage, convened):
        assert "Cession de terrain à" in said
        assert "Durand" not in said
    assert public_titles.hidden_alone(convened) == 1
    # The members' own paper keeps the whole title.
    assert AgendaItem.objects.get(title=NAMED).title == NAMED


def test_decided_by_its_page_it_is_shown_and_stays_so(stage, convened):
    client = Client()
    client.force_login(stage.dgs_person)
    slug = stage.organisation.slug
    door = reverse("council:meeting-posting", args=[slug, convened.uid])
    assert "Décider de chaque passage" in client.get(door).content.decode()
    page = reverse("council:meeting-titles", args=[slug, convened.uid])
    reading = public_titles.read_titles(convened)
    (passage,) = reading.passages
    assert client.post(page, {"shown": reading.sha256}).status_code == 422
    told = {"shown": reading.sha256, passage.key: "keep"}
    assert client.post(page, told).status_code == 302
    for said in shown(stage, convened):
        assert "Paulette Durand" in said
    assert "Décider de chaque passage" not in client.get(door).content.decode()
    public_titles.hide_in_titles(convened)
    assert public_titles.hidden_alone(convened) == 0
    # Another wording is another decision.
    AgendaItem.objects.filter(title=NAMED).update(title=f"{NAMED} et à son fils")
    public_titles.hide_in_titles(convened)
    assert public_titles.hidden_alone(convened) == 1


def test_only_who_prepares_and_only_what_was_looked_at(stage, convened):
    choices = Choices(hide=frozenset(), keep=frozenset())
    with pytest.raises(Refused):
        public_titles.decide_titles(
            actor=stage.maire, meeting=convened, shown="", choices=choices, now=NOW
        )
    with pytest.raises(ChangedMeanwhile):
        public_titles.decide_titles(
            actor=stage.dgs, meeting=convened, shown="", choices=choices, now=NOW
        )
