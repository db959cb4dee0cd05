"""A meeting that will not be held, or could not: who is told, what becomes of its points."""

import datetime as dt
import re

import pypdfium2
import pytest
from django.core import mail as outbox
from django.urls import reverse

from accounts.models import Mail
from accounts.services import mailing
from config.lib import clock
from config.lib.access import Refused
from council import alerts, law
from council.enums import ConvocationState, ItemState, Matter, MeetingState
from council.models import AgendaItem, Convocation, Meeting
from council.services import agenda, convening, items, planning, reconvening
from council.services.amending import comparing, preparing
from council.services.session.reading import sitting_of
from tests.council.stage import NOV_30, NOW, PARIS

ORG = "saint-aubin"
DAY = dt.timedelta(days=1)
MISSED = NOV_30 + dt.timedelta(minutes=40)
TUESDAY = dt.datetime(2026, 12, 1, 9, tzinfo=PARIS)


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture
def convened(stage):
    convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
    Convocation.objects.update(state=ConvocationState.SENT, handed_over_at=NOW)
    return Meeting.objects.get()


def cancel(stage, meeting, *, actor=None, now=NOW, decided=True):
    return planning.cancel_meeting(
        actor=actor or stage.dgs,
        meeting=meeting,
        reason="Neige annoncée",
        decided_by_mayor=decided,
        now=now,
    )


class TestCancelling:
    def test_its_points_wait_again_in_order_and_keep_no_number(self, stage, convened):
        cancel(stage, convened)
        waiting = list(AgendaItem.objects.pool())
        assert [(i.title, i.number, i.state) for i in waiting] == [
            ("Tarifs de la cantine", None, ItemState.READY),
            ("Chemin des Vignes", None, ItemState.READY),
        ]
        former = AgendaItem.objects.filter(meeting=convened).order_by("number")
        assert [(i.number, i.state) for i in former] == [
            (1, ItemState.POSTPONED),
            (2, ItemState.POSTPONED),
        ]
        assert waiting[0].postponed_from == former[0]
        assert waiting[0].pieces.get().document == former[0].pieces.get().document
        again = stage.meeting(starts_at=NOV_30 + 7 * DAY)
        for item in waiting:
            items.list_item(actor=stage.dgs, item=item, meeting=again, now=NOW)
        assert [i.number for i in agenda.listed(stage.frozen(again))] == [1, 2]

    def test_before_any_number_the_very_points_wait(self, stage):
        meeting = stage.meeting()
        item = stage.item("Un", meeting=meeting)
        cancel(stage, meeting, decided=False)
        assert list(AgendaItem.objects.pool()) == [item]

    def test_each_is_told_by_their_way_with_the_same_for_their_calendar(
        self, stage, convened, client_of, monkeypatch
    ):
        cancel(stage, convened)
        mails = Mail.objects.filter(kind=alerts.NOTICE_MAIL).order_by("pk")
        assert {mail.person for mail in mails} == {one for one in stage.members if one.email}
        mailing.hand_over(mails[0].pk, now=NOW)
        message = outbox.outbox[-1]
        assert "Neige annoncée" in message.body
        assert b"STATUS:CANCELLED" in message.message().get_payload()[-1].get_payload(decode=True)
        monkeypatch.setattr(clock, "now", lambda: NOW)
        dgs = client_of(stage.dgs_person)
        page = text_of(dgs.get(at("meeting-detail", convened.uid)))
        assert "René Lacombe Lettre à remettre" in page
        paper = Convocation.objects.get(person=stage.members[1])
        letter = pypdfium2.PdfDocument(dgs.get(at("cancellation-letter", paper.uid)).content)
        words = letter[0].get_textpage().get_text_bounded()
        letter.close()
        assert "Annulation de la séance" in words
        assert "Ordre du jour" not in words

    def test_the_link_explains(self, stage, convened, client_of, monkeypatch):
        cancel(stage, convened)
        monkeypatch.setattr(clock, "now", lambda: NOW)
        own = Convocation.objects.get(person=stage.members[4])
        page = text_of(client_of(stage.members[4]).get(reverse("portal:home", args=[own.uid])))
        assert "Cette séance est annulée. Neige annoncée" in page

    def test_a_change_in_preparation_is_given_up(self, stage, convened):
        amendment = preparing.open_amendment(actor=stage.dgs, meeting=convened, now=NOW)
        added = stage.item("Tracteur")
        preparing.add_points(actor=stage.dgs, amendment=amendment, points=[added], now=NOW)
        cancel(stage, convened)
        assert comparing.in_preparation(convened) is None
        assert added in AgendaItem.objects.pool()

    def test_it_is_the_mayor_who_cancels_until_the_hour(self, stage, convened):
        with pytest.raises(planning.TooFarGone, match="le maire qui annule"):
            cancel(stage, convened, decided=False)
        for who in (stage.agent, stage.mayor, stage.members[2]):
            with pytest.raises(Refused):
                cancel(stage, convened, actor=stage.actor(who))
        with pytest.raises(planning.TooFarGone, match="passée"):
            cancel(stage, convened, now=NOV_30)
        cancel(stage, convened, now=NOV_30 - dt.timedelta(minutes=1))
        with pytest.raises(planning.TooFarGone):
            cancel(stage, convened)


@pytest.fixture
def missed(stage, convened):
    """On 30 November too few came."""
    Meeting.objects.update(quorum_missed_at=MISSED)
    return Meeting.objects.get()


def again(stage, meeting, day, *, now=TUESDAY, actor=None):
    return reconvening.convene_again(
        actor=actor or stage.dgs,
        meeting=meeting,
        starts_at=dt.datetime(2026, 12, day, 20, tzinfo=PARIS),
        place="Salle du conseil",
        now=now,
    )


class TestMeetingAgain:
    def test_three_clear_days_later_the_same_agenda_without_quorum(self, stage, missed):
        with pytest.raises(reconvening.NotAgain, match="à partir du samedi 5"):
            again(stage, missed, 4)
        second = again(stage, missed, 5)
        assert again(stage, missed, 5) == second
        assert [i.title for i in agenda.listed(second)] == [
            "Tarifs de la cantine",
            "Chemin des Vignes",
        ]
        assert law.latest_moment(second).date() == dt.date(2026, 12, 1)
        stage.frozen(second, now=TUESDAY)
        edition = convening.convene(actor=stage.dgs, meeting=second, now=TUESDAY)
        told = comparing.read_manifest(edition.manifest)
        assert "quel que soit le nombre de membres présents" in told.extra_mentions[0]
        assert "lundi 30 novembre 2026" in told.extra_mentions[0].replace("\u00a0", " ")
        frame = sitting_of(Meeting.objects.get(pk=second.pk)).frame
        assert all(point.needs_no_quorum for point in frame.points)
        mail = Mail.objects.filter(kind=convening.CONVOCATION_MAIL).latest("pk")
        mailing.hand_over(mail.pk, now=TUESDAY)
        assert "quel que soit le nombre" in outbox.outbox[-1].body

    def test_only_after_a_quorum_missed_and_a_first_convocation_in_time(self, stage, convened):
        with pytest.raises(reconvening.NotAgain, match="pas manqué de quorum"):
            again(stage, convened, 5)
        Meeting.objects.update(quorum_missed_at=MISSED)
        late = NOV_30 - DAY
        Convocation.objects.filter(person=stage.members[4]).update(handed_over_at=late)
        with pytest.raises(reconvening.NotAgain, match="première convocation"):
            again(stage, convened, 5)

    def test_what_an_urgency_brought_depends_on_the_second_vote(self, stage, missed):
        urgency, brought = agenda.listed(missed)
        AgendaItem.objects.filter(pk=urgency.pk).update(matter=Matter.URGENCY)
        AgendaItem.objects.filter(pk=brought.pk).update(hurried_by=urgency)
        vote, point = agenda.listed(again(stage, missed, 5))
        assert (vote.matter, point.hurried_by) == (Matter.URGENCY, vote)
        assert sitting_of(point.meeting).frame.hurried(str(vote.uid))[0].ref == str(point.uid)

    def test_only_those_who_prepare(self, stage, missed, elsewhere):
        for actor in (stage.actor(stage.agent), stage.maire, elsewhere.dgs):
            with pytest.raises(Refused):
                again(stage, missed, 5, actor=actor)

    def test_one_click_from_the_session_that_lacked_its_quorum(
        self, stage, missed, client_of, monkeypatch
    ):
        monkeypatch.setattr(clock, "now", lambda: TUESDAY)
        dgs = client_of(stage.dgs_person)
        page = at("meeting-again", missed.uid)
        assert page in dgs.get(at("meeting-detail", missed.uid)).content.decode()
        asked = text_of(dgs.get(page))
        assert "à partir du samedi 5 décembre" in asked
        form = {"day": "2026-12-05", "hour": "20:00", "place": "Salle du conseil"}
        dgs.post(page, form)
        second = Meeting.objects.get(again_after=missed)
        assert second.state == MeetingState.PREPARATION
        assert dgs.get(page).url == at("meeting-detail", second.uid)
        assert "Seconde convocation" in text_of(dgs.get(at("meeting-detail", second.uid)))
