"""The list of deliberations and the minutes: what is hidden is nowhere in what the public reads."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from config.lib.storage import blobs
from council.access_public import list_text
from council.models import Act, AgendaItem, Minutes, Redaction, ResultList
from council.services.acts import lists, redacting_papers
from council.services.acts.drafting import ChangedMeanwhile
from council.services.acts.passages import Choices
from council.services.acts.publishing import NotLookedAt
from council.services.minutes import writing
from council.services.refusals import Missing
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.stage import NOV_30, belongs, person
from tests.council.test_public import DAY, body
from tests.council.test_redaction import read_back

LATER = AFTER + 14 * DAY


@pytest.fixture(autouse=True)
def _later(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def later(stage):
    return stage.actor(stage.dgs_person, now=LATER)


@pytest.fixture
def meeting(stage):
    belongs(person("Paulette", "Durand"), stage.organisation)
    return held(stage, ("Aide à Mme Paulette Durand", "Chemin des Vignes"))


@pytest.fixture
def listed(after, meeting):
    return lists.make_list(actor=after, meeting=meeting, now=AFTER)


@pytest.fixture
def settled(stage, after, later, meeting):
    """Minutes approved two weeks later, where somebody's phone was said."""
    minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
    section = minutes.sections.get(item__title="Aide à Mme Paulette Durand")
    writing.write_section(
        actor=after,
        section=section,
        words="M. Garnier dit que **Mme Durand** attend : 06 12 34 56 78.",
        revision=1,
        now=AFTER,
    )
    next_one = held(stage, ("Autre",), starts_at=NOV_30 + 14 * DAY - DAY / 2)
    writing.settle_minutes(
        actor=later, minutes=minutes, approved_in=next_one, remarks="", now=LATER
    )
    writing.print_minutes(actor=later, minutes=minutes, now=LATER)
    return Minutes.objects.get(pk=minutes.pk)


def hide_all(reading, **more):
    return {
        "shown": reading.sha256,
        "choices": Choices(
            hide=frozenset(one.key for one in reading.passages), keep=frozenset(), **more
        ),
    }


def test_a_list_with_a_name_waits_for_a_decision_and_the_original_stays(after, meeting, listed):
    with pytest.raises(NotLookedAt, match="1\u00a0passage de cette liste"):
        lists.note_list_published(actor=after, meeting=meeting, published_on=TODAY, now=AFTER)
    reading = lists.read_list(meeting)
    assert [one.words for one in reading.passages] == ["Mme Paulette Durand"]
    with pytest.raises(Missing):
        redacting_papers.redact_list(
            actor=after,
            meeting=meeting,
            shown=reading.sha256,
            choices=Choices(frozenset(), frozenset()),
            now=AFTER,
        )
    original = blobs().path(listed.version.storage_key).read_bytes()
    kept = redacting_papers.redact_list(
        actor=after, meeting=meeting, now=AFTER, **hide_all(reading)
    )
    done = lists.note_list_published(actor=after, meeting=meeting, published_on=TODAY, now=AFTER)
    assert done.published_on == TODAY
    assert done.version == listed.version
    assert blobs().path(done.version.storage_key).read_bytes() == original
    assert list_text(ResultList.objects.get(pk=done.pk)) == kept.version != listed.version
    said, _, raw = read_back(kept.version)
    assert "Chemin des Vignes" in said
    assert "occultation de données personnelles" in said
    assert "Durand" not in said
    assert b"Durand" not in raw


def test_what_an_act_already_hides_is_hidden_in_the_list(after, meeting, listed):
    from council.services.acts import drafting

    acts = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
    Act.objects.filter(pk=acts[0].pk).update(public_title="Aide à […]")
    reading = lists.read_list(meeting)
    assert reading.passages == ()
    assert reading.parts["0"] == "Aide à […]"


def test_minutes_are_read_without_what_was_hidden_bold_or_not(stage, later, settled):
    with pytest.raises(NotLookedAt, match="de ce procès-verbal"):
        redacting_papers.minutes_text(settled)
    reading = redacting_papers.read_minutes(settled)
    found = {one.words for one in reading.passages}
    assert {"Mme Paulette Durand", "06 12 34 56 78", "Mme Durand"} <= found
    assert not any("Garnier" in words for words in found)
    kept = redacting_papers.redact_minutes(
        actor=later, minutes=settled, now=LATER, **hide_all(reading)
    )
    text = redacting_papers.minutes_text(settled)
    assert text == kept.version != settled.draft_version
    said, _, raw = read_back(kept.version)
    assert "M. Garnier dit que" in said
    assert "Procès-verbal arrêté" in said
    for word in ("Durand", "06 12 34 56 78"):
        assert word not in said
        assert word.encode() not in raw
    done = writing.publish_minutes(
        actor=later, minutes=settled, on=later.today, version=text, now=LATER
    )
    # Decided again once online: read in the new text at once.
    again = redacting_papers.redact_minutes(
        actor=later,
        minutes=done,
        now=LATER,
        **hide_all(reading, others=("attend",)),
    )
    done.refresh_from_db()
    assert done.published_version == again.version
    assert Redaction.objects.count() == 1


def test_a_point_behind_closed_doors_is_looked_at_whatever_its_words(stage, after, meeting):
    minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
    AgendaItem.objects.filter(meeting=meeting).update(title="Chemin", closed_doors=True)
    minutes.sections.all().delete()
    with pytest.raises(NotLookedAt, match="huis clos"):
        redacting_papers.minutes_text(minutes)


def test_not_before_its_time_not_after_a_change_not_by_somebody_else(
    stage, after, later, meeting, listed, elsewhere
):
    minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
    reading = redacting_papers.read_minutes(minutes)
    with pytest.raises(writing.NotYet):
        redacting_papers.redact_minutes(
            actor=after, minutes=minutes, now=AFTER, **hide_all(reading)
        )
    seen = hide_all(lists.read_list(meeting))
    for who in (stage.actor(stage.agent), stage.actor(stage.mayor), elsewhere.dgs):
        with pytest.raises(Refused):
            redacting_papers.redact_list(actor=who, meeting=meeting, now=AFTER, **seen)
        with pytest.raises(Refused):
            redacting_papers.redact_minutes(actor=who, minutes=minutes, now=AFTER, **seen)
    AgendaItem.objects.filter(meeting=meeting, title="Chemin des Vignes").update(title="Rue")
    with pytest.raises(ChangedMeanwhile):
        redacting_papers.redact_list(actor=after, meeting=meeting, now=AFTER, **seen)
    other = held(stage, ("Autre",), starts_at=NOV_30 + DAY)
    with pytest.raises(lists.NotMade):
        redacting_papers.redact_list(actor=after, meeting=other, now=AFTER, **seen)


def test_by_its_pages_to_what_the_public_opens(stage, listed, settled):
    client, org, uid = Client(), stage.organisation.slug, listed.meeting.uid
    client.force_login(stage.dgs_person)
    for name, reading in (
        ("list", lists.read_list(listed.meeting)),
        ("minutes", redacting_papers.read_minutes(settled)),
    ):
        page = reverse(f"council:{name}-redaction", args=[org, uid])
        file = reverse(f"council:{name}-redacted", args=[org, uid])
        assert client.get(file).status_code == 404
        assert "Mme Paulette Durand" in client.get(page).content.decode()
        assert client.post(page, {"shown": reading.sha256}).status_code == 422
        given = {one.key: "hide" for one in reading.passages}
        sent = client.post(page, {"shown": reading.sha256, "others": "", **given})
        assert sent.status_code == 302, sent.content.decode()
        assert file in client.get(sent["Location"]).content.decode()
        assert body(client.get(file)).startswith(b"%PDF")
    publish = reverse("council:minutes-publish", args=[org, uid])
    assert client.post(publish, {"day": "2026-12-15"}).status_code == 302
    settled.refresh_from_db()
    assert settled.published_version == settled.redaction.version
