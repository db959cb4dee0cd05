"""Who is told what of a meeting, and only while they may see it."""

import io

from accounts.models import Mail, Notification
from accounts.services import following, mailing
from council import alerts
from council.services import agreeing, convening, items, planning
from documents.services import filing
from tests.council.stage import NOW
from tests.inbox import still_asked


def told(who, kind):
    return Notification.objects.filter(person=who, kind=kind).exists()


def follow(stage, who, meeting):
    following.follow(actor=stage.actor(who), object_type="meeting", object_uid=meeting.uid, now=NOW)


def test_the_mayor_is_asked_and_the_preparers_get_the_answer(stage):
    meeting = stage.meeting()
    stage.item(meeting=meeting)
    agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
    assert told(stage.mayor, alerts.AGREEMENT_ASKED)
    assert not told(stage.members[2], alerts.AGREEMENT_ASKED)
    assert still_asked(alerts.AGREEMENT_ASKED) == 1
    agreeing.refuse_with_reason(actor=stage.maire, meeting=meeting, reason="Non", now=NOW)
    assert not still_asked(alerts.AGREEMENT_ASKED), "answered: nobody is asked any more"
    assert told(stage.dgs_person, alerts.AGREEMENT_REFUSED)
    assert told(stage.secretary, alerts.AGREEMENT_REFUSED)
    assert not told(stage.agent, alerts.AGREEMENT_REFUSED)


def test_what_no_longer_stands_is_asked_no_more(stage):
    meeting = stage.meeting()
    stage.item(meeting=meeting)
    agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
    planning.cancel_meeting(actor=stage.dgs, meeting=meeting, reason="Neige", now=NOW)
    assert not still_asked(alerts.AGREEMENT_ASKED)


def test_the_author_hears_of_a_returned_point(stage):
    item = stage.item(by=stage.agent)
    items.propose_item(actor=stage.actor(stage.agent), item=item, now=NOW)
    assert told(stage.dgs_person, alerts.ITEM_PROPOSED)
    items.return_item(actor=stage.dgs, item=item, reason="À revoir", now=NOW)
    assert told(stage.agent, alerts.ITEM_RETURNED)


def test_each_member_finds_the_convocation_in_the_inbox_without_a_second_mail(stage):
    convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
    for who in stage.members:
        [line] = Notification.objects.filter(person=who, kind=alerts.CONVENED)
        assert line.send_after is None


def test_a_follower_hears_what_happens(stage, run_jobs):
    meeting = stage.frozen()
    follow(stage, stage.agent, meeting)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    run_jobs()
    assert told(stage.agent, alerts.MEETING_CONVENED)
    assert not told(stage.secretary, alerts.MEETING_CONVENED)


def test_a_follower_hears_of_a_new_version_of_a_piece(stage, run_jobs):
    meeting = stage.meeting()
    document = stage.document()
    stage.item(meeting=meeting, documents=(document,))
    follow(stage, stage.secretary, meeting)
    filing.add_version(
        actor=stage.dgs,
        document=document,
        received=filing.receive(io.BytesIO(b"Autre."), "Plan.txt"),
        now=NOW,
    )
    run_jobs()
    assert told(stage.secretary, alerts.PIECE_CHANGED)


def test_nobody_follows_a_meeting_of_another_commune(stage, elsewhere, client_of):
    meeting = elsewhere.meeting()
    browser = client_of(stage.dgs_person)
    answer = browser.post(
        "/c/saint-aubin/suivre/", {"type": "meeting", "object": meeting.uid, "follow": "1"}
    )
    assert answer.status_code == 404


def test_a_cancelled_meeting_is_written_to_the_members_once(stage):
    meeting = stage.frozen()
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    planning.cancel_meeting(
        actor=stage.dgs, meeting=meeting, reason="Neige", now=NOW, decided_by_mayor=True
    )
    mails = Mail.objects.filter(kind=alerts.NOTICE_MAIL).order_by("pk")
    assert {mail.person for mail in mails} == {m for m in stage.members if m.email}
    mailing.hand_over(mails[0].pk, now=NOW)
    mails[0].refresh_from_db()
    sent = Mail.objects.get(pk=mails[0].pk)
    assert "séance annulée" in sent.subject
    assert "Neige" in sent.body


def test_before_the_convocation_a_change_is_written_to_nobody(stage):
    meeting = stage.meeting()
    planning.cancel_meeting(
        actor=stage.dgs, meeting=meeting, reason="Neige", now=NOW, decided_by_mayor=True
    )
    assert not Mail.objects.filter(kind=alerts.NOTICE_MAIL).exists()
