"""The moment that the law counts: checked again at hand-over, told as it was."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail as outbox
from django.db import connection

from accounts.enums import MailState
from accounts.models import AuditEntry, Mail, Notification
from accounts.services import mailing
from config.lib.access import Refused
from config.work.registry import Retry
from council.enums import Channel, ConvocationState
from council.models import Assembly, Convocation, DossierEdition
from council.services import convening, handing_over, planning
from tests.council.stage import LAST_MOMENT, NOW, make_stage

MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)
C = ConvocationState


@pytest.fixture
def sent(stage):
    """A meeting convened on Saturday 21 November; nothing has been handed over yet."""
    convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
    return stage


def aline(stage):
    return Convocation.objects.get(person=stage.members[4])


def mail_of(convocation):
    return Mail.objects.get(message_id=convocation.message_id)


def settle(convocation, state, at, *, error=""):
    """What the mail path does when it knows the fate of a message."""
    mail = mail_of(convocation)
    mail.state, mail.error = state, error
    mail.response = "250 2.0.0 Ok" if state == MailState.ACCEPTED else ""
    if state in (MailState.ACCEPTED, MailState.UNCERTAIN):
        mail.handed_over_at = at
    mail.save()
    handing_over.note_outcome(mail, at)
    convocation.refresh_from_db()
    return convocation


class TestTheLastCheck:
    def test_in_time_the_message_leaves(self, sent):
        assert handing_over.why_not_leave(mail_of(aline(sent)), LAST_MOMENT) == ""

    def test_a_second_too_late_it_does_not(self, sent):
        reason = handing_over.why_not_leave(mail_of(aline(sent)), LAST_MOMENT + SECOND)
        assert "délai légal" in reason

    def test_a_cancelled_meeting_convenes_nobody(self, sent):
        convocation = aline(sent)
        planning.cancel_meeting(
            actor=sent.dgs,
            meeting=convocation.meeting,
            reason="Neige",
            now=NOW,
            decided_by_mayor=True,
        )
        assert "annulée" in handing_over.why_not_leave(mail_of(convocation), NOW)

    def test_given_on_paper_meanwhile_the_message_stays(self, sent):
        convocation = aline(sent)
        settle(convocation, MailState.FAILED, NOW, error="Boîte pleine")
        convocation = handing_over.hand_over_paper(
            actor=sent.dgs, convocation=convocation, given_at=NOW, now=NOW
        )
        assert "déjà partie" in handing_over.why_not_leave(mail_of(convocation), NOW)
        settle(convocation, MailState.CANCELLED, NOW)
        assert convocation.state == C.SENT


class TestTheOutcome:
    def test_accepted_keeps_the_instant_and_the_servers_words(self, sent):
        convocation = settle(aline(sent), MailState.ACCEPTED, NOW + MINUTE)
        assert convocation.state == C.ACCEPTED
        assert convocation.handed_over_at == NOW + MINUTE
        assert convocation.server_reply == "250 2.0.0 Ok"
        assert convening.clear_days_of(convocation) == 8

    def test_a_failure_within_the_delay_may_be_sent_again(self, sent):
        convocation = settle(aline(sent), MailState.FAILED, NOW, error="Boîte pleine")
        assert (convocation.state, convocation.failure) == (C.FAILED, "Boîte pleine")
        first = convocation.message_id
        again = handing_over.send_again(actor=sent.dgs, convocation=convocation, now=NOW)
        assert again.state == C.TO_SEND
        assert again.message_id != first

    def test_the_outcome_of_a_replaced_message_changes_nothing(self, sent):
        convocation = settle(aline(sent), MailState.FAILED, NOW, error="Boîte pleine")
        old = mail_of(convocation)
        handing_over.send_again(actor=sent.dgs, convocation=convocation, now=NOW)
        old.state = MailState.ACCEPTED
        handing_over.note_outcome(old, NOW)
        convocation.refresh_from_db()
        assert convocation.state == C.TO_SEND

    def test_not_left_before_the_limit_it_is_out_of_time_and_told(self, sent):
        late = LAST_MOMENT + SECOND
        convocation = settle(aline(sent), MailState.FAILED, late, error="Le délai est passé.")
        assert convocation.state == C.TOO_LATE
        assert Notification.objects.filter(person=sent.dgs_person).exists()
        assert Notification.objects.filter(person=sent.secretary).exists()
        assert not Notification.objects.filter(
            person=sent.agent, kind="council.convocation.trouble"
        ).exists()
        with pytest.raises(handing_over.NotRetriable):
            handing_over.send_again(actor=sent.dgs, convocation=convocation, now=late)

    def test_accepted_after_midnight_is_told_as_late(self, sent):
        convocation = settle(aline(sent), MailState.ACCEPTED, LAST_MOMENT + SECOND)
        assert convocation.state == C.ACCEPTED
        assert convening.clear_days_of(convocation) == 2
        assert Notification.objects.filter(
            person=sent.dgs_person, kind="council.convocation.trouble"
        ).exists()

    def test_uncertain_is_told_and_never_sent_twice_by_itself(self, sent):
        convocation = settle(aline(sent), MailState.UNCERTAIN, NOW)
        assert convocation.state == C.UNCERTAIN
        assert Mail.objects.filter(person=sent.members[4]).count() == 1
        handing_over.send_again(actor=sent.dgs, convocation=convocation, now=NOW)
        assert Mail.objects.filter(person=sent.members[4]).count() == 2

    def test_uncertain_may_turn_out_accepted(self, sent):
        convocation = settle(aline(sent), MailState.UNCERTAIN, NOW)
        assert settle(convocation, MailState.ACCEPTED, NOW).state == C.ACCEPTED

    def test_each_outcome_is_in_the_audit(self, sent):
        settle(aline(sent), MailState.ACCEPTED, NOW)
        assert AuditEntry.objects.filter(verb="council.convocation.handed_over").exists()


class TestPaper:
    def paper(self, stage):
        return Convocation.objects.get(person=stage.members[1])

    def give(self, stage, at, *, now=NOW, convocation=None):
        return handing_over.hand_over_paper(
            actor=stage.dgs,
            convocation=convocation or self.paper(stage),
            given_at=at,
            now=now,
        )

    def test_given_into_a_hand_it_is_sent(self, sent):
        given = self.give(sent, NOW)
        assert (given.state, given.handed_over_by) == (C.SENT, sent.dgs_person)

    def test_twice_is_refused(self, sent):
        self.give(sent, NOW)
        with pytest.raises(handing_over.NotRetriable):
            self.give(sent, NOW)

    def test_not_before_it_exists_nor_in_the_future(self, sent):
        for at in (NOW - MINUTE, NOW + MINUTE):
            with pytest.raises(handing_over.ImpossibleDate):
                self.give(sent, at)

    def test_given_late_it_is_noted_as_it_was(self, sent):
        late = LAST_MOMENT + MINUTE
        given = self.give(sent, late, now=late)
        assert given.handed_over_at == late
        assert Notification.objects.filter(
            person=sent.dgs_person, kind="council.convocation.trouble"
        ).exists()

    def test_who_is_on_mail_gets_no_paper_while_the_mail_is_under_way(self, sent):
        with pytest.raises(handing_over.NotPaper):
            self.give(sent, NOW, convocation=aline(sent))

    def test_a_failed_mail_may_be_rescued_by_paper(self, sent):
        convocation = settle(aline(sent), MailState.FAILED, NOW, error="Boîte pleine")
        rescued = self.give(sent, NOW, convocation=convocation)
        assert (rescued.channel, rescued.state) == (Channel.PAPER, C.SENT)

    def test_only_those_who_prepare_note_it(self, sent):
        for who in (sent.agent, sent.mayor, sent.members[2]):
            with pytest.raises(Refused):
                handing_over.hand_over_paper(
                    actor=sent.actor(who), convocation=self.paper(sent), given_at=NOW, now=NOW
                )


class TestTheAlarm:
    def test_what_has_not_left_is_told_hours_before(self, sent):
        meeting = aline(sent).meeting
        near = LAST_MOMENT - convening.ALARM_BEFORE
        assert handing_over.alarm(meeting_uid=str(meeting.uid), now=near) == 5
        assert Notification.objects.filter(
            person=sent.dgs_person, kind="council.deadline.close"
        ).exists()

    def test_nothing_is_told_once_all_has_left(self, sent):
        Convocation.objects.update(state=C.ACCEPTED, handed_over_at=NOW)
        meeting = aline(sent).meeting
        assert handing_over.alarm(meeting_uid=str(meeting.uid), now=NOW) == 0
        assert not Notification.objects.filter(kind="council.deadline.close").exists()


class TestThroughTheMailPath:
    def test_each_member_on_mail_receives_one_message_with_a_link_and_a_date(self, sent):
        Assembly.objects.update(reply_email="assemblees@saint-aubin.example")
        for mail in Mail.objects.filter(kind=convening.CONVOCATION_MAIL).order_by("pk"):
            mailing.hand_over(mail.pk, now=NOW)
        assert len(outbox.outbox) == 4
        message = outbox.outbox[-1]
        subject = message.subject.replace("\u00a0", " ")
        assert subject.startswith("Aline Zola — Conseil municipal du lundi 30 novembre")
        assert "/dossier/lien/" in message.body
        assert message.reply_to == ["assemblees@saint-aubin.example"]
        names = [part.get_filename() for part in message.attachments]
        assert any(name.endswith(".ics") for name in names)
        assert any(name.endswith(".pdf") for name in names)
        assert aline(sent).state == C.ACCEPTED
        assert "/dossier/lien/" not in mail_of(aline(sent)).body

    def test_a_message_found_late_in_the_queue_is_not_sent(self, sent):
        mailing.hand_over(mail_of(aline(sent)).pk, now=LAST_MOMENT + SECOND)
        assert not outbox.outbox
        assert aline(sent).state == C.TOO_LATE

    def test_a_server_away_is_tried_again(self, sent, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        with pytest.raises(Retry):
            mailing.hand_over(mail_of(aline(sent)).pk, now=NOW)
        assert aline(sent).state == C.TO_SEND


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_convene_once():
    stage = make_stage()
    meeting = stage.frozen()
    actor = stage.dgs
    start = threading.Barrier(2)

    def click():
        try:
            start.wait()
            return convening.convene(actor=actor, meeting=meeting, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        clicks = [pool.submit(click) for _ in range(2)]
    editions = [one.result() for one in clicks]
    assert editions[0] == editions[1]
    assert DossierEdition.objects.count() == 1
    assert Convocation.objects.count() == 5
    assert Mail.objects.filter(kind=convening.CONVOCATION_MAIL).count() == 4
