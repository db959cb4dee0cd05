"""Posting at the door: the notice, its dates, its certificate, and what it publishes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from council.access_public import CLOSED_DOORS_POINT
from council.enums import ActState, ActType, PostedWhat, PublicationMode, SignatureMode
from council.models import Act, AgendaItem, Posting, ResultList
from council.services.acts import (
    drafting,
    formalities,
    lists,
    posting,
    publishing,
    settings,
    signing,
)
from council.services.acts.posting import PostingDates
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.test_acts import order
from tests.council.test_public import DAY


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def meeting(stage):
    return held(stage, ("Tarifs de la cantine", "SECRET du dossier"))


@pytest.fixture
def act(after, meeting):
    made = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)[0]
    return signing.note_signature(
        actor=after, act=made, signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
    )


@pytest.fixture
def small(after):
    """A commune whose council chose posting."""
    settings.set_formalities(
        actor=after, now=AFTER, publication_mode="posting", mode_reference="2026-07-012",
        mode_decided_on=TODAY.replace(month=7),
    )  # fmt: skip


def words(content):
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        said = " ".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(said.split())


def up(**more):
    return PostingDates(**{"posted_on": TODAY, "by": "Sami Leroy", **more})


def test_the_notice_has_the_agenda_that_the_public_may_read(stage, meeting):
    AgendaItem.objects.filter(title__contains="SECRET").update(closed_doors=True)
    said = words(posting.poster(meeting))
    assert "Tarifs de la cantine" in said
    assert CLOSED_DOORS_POINT in said
    assert "SECRET" not in said
    assert "30 novembre 2026" in said
    with pytest.raises(posting.NotConvened):
        posting.poster(stage.meeting(starts_at=AFTER + 14 * DAY))


class TestWhereTheCouncilChosePosting:
    def test_the_first_day_at_the_door_publishes(self, after, act, small):
        posting.note_act_posting(actor=after, act=act, dates=up(), now=AFTER)
        done = formalities.note_receipt(
            actor=after, act=act, received_on=TODAY, receipt_id="", now=AFTER
        )
        assert done.publication_mode == PublicationMode.POSTING
        assert (done.state, done.enforceable_on) == (ActState.IN_FORCE, TODAY)

    def test_taken_down_its_dates_are_kept_and_the_certificate_says_them(self, after, act, small):
        kept = posting.note_act_posting(actor=after, act=act, dates=up(), now=AFTER)
        later = after
        posting.note_act_posting(actor=later, act=act, dates=up(removed_on=TODAY), now=AFTER)
        kept.refresh_from_db()
        act.refresh_from_db()
        assert act.posted_until == kept.removed_on == TODAY
        assert [one.code for one in posting.findings(kept, TODAY)] == ["R-PUB-02"]
        said = words(posting.certificate(kept, today=TODAY))
        assert "Certificat d’affichage" in said
        assert "Michel Garnier" in said
        assert "du 01/12/2026 au 01/12/2026" in said
        assert "Sami Leroy" in said

    def test_a_day_put_right_is_the_day_of_the_act_too(self, after, act, small):
        later = dt.datetime.combine(TODAY + DAY, dt.time(8), tzinfo=dt.UTC)
        corrected = dataclasses.replace(after, today=TODAY + DAY)
        posting.note_act_posting(actor=corrected, act=act, dates=up(), now=later)
        kept = posting.note_act_posting(
            actor=corrected, act=act, dates=up(posted_on=TODAY + DAY), now=later
        )
        act.refresh_from_db()
        assert act.published_on == kept.posted_on == TODAY + DAY


def test_what_is_notified_is_not_posted_but_a_permit(stage, after):
    for kind, posted in ((ActType.PLANNING, True), (ActType.INDIVIDUAL, False)):
        one = order(
            stage, after, type=kind, year=2026, number=1 + posted, state=ActState.SIGNED,
            dated=TODAY, signed_on=TODAY, signature_mode=SignatureMode.PAPER,
        )  # fmt: skip
        if posted:
            posting.note_act_posting(actor=after, act=one, dates=up(), now=AFTER)
            one.refresh_from_db()
            assert one.published_on is None
        else:
            with pytest.raises(formalities.NeverPublished):
                posting.note_act_posting(actor=after, act=one, dates=up(), now=AFTER)


def test_elsewhere_posting_publishes_nothing(after, act):
    posting.note_act_posting(actor=after, act=act, dates=up(), now=AFTER)
    act.refresh_from_db()
    assert act.published_on is None
    with pytest.raises(publishing.ModeNotChosen):
        publishing.publish_act(
            actor=after, act=act, mode=PublicationMode.POSTING, on=TODAY, now=AFTER
        )


@pytest.mark.parametrize(
    ("dates", "why"),
    [
        ({"posted_on": TODAY + DAY}, "à venir"),
        ({"by": " "}, "qui a affiché"),
        ({"removed_on": TODAY - DAY}, "après l’affichage"),
        ({"removed_on": TODAY + DAY}, "le jour venu"),
    ],
)
def test_dates_that_cannot_be_are_refused(after, act, dates, why):
    with pytest.raises(posting.BadPosting, match=why):
        posting.note_act_posting(actor=after, act=act, dates=up(**dates), now=AFTER)
    assert not Posting.objects.exists()


def test_what_names_people_and_what_is_not_signed_stay_inside(stage, after, act):
    Act.objects.filter(pk=act.pk).update(nominative=True)
    with pytest.raises(formalities.NeverPublished):
        posting.note_act_posting(actor=after, act=act, dates=up(), now=AFTER)
    with pytest.raises(Refused):
        posting.note_act_posting(
            actor=stage.actor(stage.agent, now=AFTER), act=act, dates=up(), now=AFTER
        )


def test_both_notices_of_a_session_by_its_page(stage, after, meeting):
    client = Client()
    client.force_login(stage.dgs_person)
    slug = stage.organisation.slug
    page = reverse("council:meeting-posting", args=[slug, meeting.uid])

    def send(what, **dates):
        told = {"posted_on": "2026-12-01", "by": "Sami Leroy", "place": "au tableau", **dates}
        data = {f"{what}-{name}": value for name, value in told.items()}
        return client.post(page, data | {"what": what})

    assert send("convocation", posted_on="2026-11-24", removed_on="2026-11-28").status_code == 302
    assert "jusqu’à la séance" in client.get(page).content.decode()
    early = send("list")
    assert early.status_code == 422
    assert "Établissez d’abord la liste" in early.content.decode()
    paper = reverse("council:results-file", args=[slug, meeting.uid])
    assert paper not in client.get(page).content.decode()  # it would lead nowhere
    lists.make_list(actor=after, meeting=meeting, now=AFTER)
    assert paper in client.get(page).content.decode()
    assert b"".join(client.get(paper).streaming_content).startswith(b"%PDF")
    assert send("list").status_code == 302
    assert ResultList.objects.get().posted_on == TODAY
    kept = Posting.objects.get(what=PostedWhat.LIST)
    answer = client.get(reverse("council:posting-certificate", args=[slug, kept.uid]))
    assert "la liste des délibérations examinées" in words(answer.content)
    assert (
        client.get(reverse("council:meeting-poster", args=[slug, meeting.uid])).status_code == 200
    )
    client.force_login(stage.agent)
    assert client.get(
        reverse("council:posting-certificate", args=[slug, kept.uid])
    ).status_code in (403, 404)
