"""The legal clock where people see it: the agenda, the convocation, « Où en est la commune »."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from config.lib import clock
from council.enums import Matter
from council.services import convening, timing
from tests.council.stage import NOW, PARIS

ORG = "saint-aubin"


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture
def dgs(stage, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client_of(stage.dgs_person)


def test_every_page_of_the_meeting_says_the_delay_and_names_the_point(stage, dgs):
    meeting = stage.meeting(starts_at=dt.datetime(2026, 12, 14, 20, tzinfo=PARIS))
    stage.item("Budget primitif 2027", meeting=meeting, matter=Matter.BUDGET)
    pages = [
        reverse("council:meeting-detail", args=[ORG, meeting.uid]),
        reverse("council:meeting-convene", args=[ORG, meeting.uid]),
        reverse("accounts:standing", args=[ORG]),
    ]
    for page in pages:
        words = text_of(dgs.get(page))
        assert "Budget primitif 2027" in words
        assert "Sont dus au plus tard mercredi 2 décembre, 23 h 59 (12 jours avant" in words
    stage.frozen(meeting)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    words = text_of(dgs.get(pages[0]))
    assert "Tout doit partir au plus tard jeudi 10 décembre, 23 h 59" in words
    assert "convocation complémentaire, envoyée au plus tard jeudi 10 décembre" in words


def test_it_stops_when_the_meeting_begins(stage):
    meeting = stage.meeting()
    assert timing.clock_for(meeting, now=NOW) is not None
    assert timing.clock_for(meeting, now=meeting.starts_at) is None


def test_it_costs_the_same_for_many_points(stage, django_assert_max_num_queries):
    meeting = stage.meeting()
    for n in range(6):
        stage.item(f"Point {n}", meeting=meeting, matter=Matter.BUDGET)
    with django_assert_max_num_queries(3):
        timing.clock_for(meeting, now=NOW)
