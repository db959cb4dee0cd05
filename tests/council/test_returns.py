"""What comes back of a convocation, what is believed, and the same dossier sent again."""

import datetime as dt

import pytest
from django.core import mail as outbox
from django.urls import reverse

from accounts.enums import MailState
from accounts.mail.reports import read_report
from accounts.mail.returning import return_address, returned_uid
from accounts.models import Mail, Notification
from accounts.services import mailing, returns
from config.lib.access import Refused
from council.access import can_open_dossier, visible_editions
from council.enums import ConvocationState, FactKind
from council.models import Convocation, SendingFact
from council.rules.delivery import Verdict
from council.services import (
    handing_over,
    links,
    planning,
    proving,
    resending,
    returning,
)
from documents.models import FetchedMail
from documents.services.mail_arriving import take_mail
from tests.council.reports import report
from tests.council.stage import LAST_MOMENT, NOW

C = ConvocationState
MINUTE = dt.timedelta(minutes=1)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def sent(letters, settings):
    """A meeting convened, each message accepted by the server; returns have an address."""
    settings.RETURNS_ADDRESS = "retours@mairie.exemple.fr"
    return letters


def aline(stage):
    return Convocation.objects.get(person=stage.members[4])


def mail_of(convocation):
    return Mail.objects.get(message_id=convocation.message_id)


def line_of(stage, convocation):
    lines = proving.lines_of(convocation.meeting)
    return next(one for one in lines if one.convocation.pk == convocation.pk)


class TestABounce:
    def test_by_its_own_address_it_fails_the_letter_and_says_whom_to_call(self, sent, client):
        sent.members[4].phone = "06 12 34 56 78"
        sent.members[4].save()
        raw = report(to=return_address(mail_of(aline(sent)).uid), recipient="autre@example.fr")
        assert returns.take_report(raw, now=LATER) == returns.NOTED
        convocation = aline(sent)
        assert (convocation.state, convocation.handed_over_at) == (C.FAILED, NOW)
        assert "Adresse refusée" in convocation.failure
        assert Notification.objects.filter(kind="council.convocation.trouble").exists()
        assert [one.person.phone for one in proving.calls_for(convocation.meeting)] == [
            "06 12 34 56 78"
        ]
        client.force_login(sent.dgs_person)
        for page in ("meeting-detail", "meeting-proof"):
            shown = client.get(
                reverse(f"council:{page}", args=[sent.organisation.slug, convocation.meeting.uid])
            ).content.decode()
            assert "Aline Zola" in shown
            assert "06 12 34 56 78" in shown
            assert "Adresse refusée" in shown

    def test_by_the_message_that_it_returns(self, sent):
        raw = report(message_id=aline(sent).message_id)
        assert returns.take_report(raw, now=LATER) == returns.NOTED
        assert aline(sent).state == C.FAILED

    def test_twice_it_is_noted_once(self, sent):
        raw = report(message_id=aline(sent).message_id)
        for _ in range(2):
            returns.take_report(raw, now=LATER)
        assert SendingFact.objects.filter(kind=FactKind.RETURNED).count() == 1

    def test_a_delay_is_no_bounce(self, sent):
        raw = report(message_id=aline(sent).message_id, action="delayed", status="4.4.1")
        assert returns.take_report(raw, now=LATER) == returns.NOTED
        assert aline(sent).state == C.ACCEPTED
        assert line_of(sent, aline(sent)).verdict is Verdict.ON_TIME

    def test_given_up_after_delays_it_is_one(self, sent):
        identity = aline(sent).message_id
        returns.take_report(report(message_id=identity, action="delayed", status="4.4.1"), now=NOW)
        returns.take_report(report(message_id=identity, status="4.4.7"), now=LATER)
        assert aline(sent).state == C.FAILED

    def test_a_positive_report_says_that_it_was_put_in_the_mailbox(self, sent):
        raw = report(message_id=aline(sent).message_id, action="delivered", status="2.0.0")
        returns.take_report(raw, now=LATER)
        assert (aline(sent).state, aline(sent).delivered_at) == (C.DELIVERED, LATER)

    def test_who_opened_it_all_the_same_has_it(self, sent):
        links.open_dossier(convocation=aline(sent), now=NOW + MINUTE)
        returns.take_report(report(message_id=aline(sent).message_id), now=LATER)
        assert aline(sent).state == C.ACCEPTED
        assert line_of(sent, aline(sent)).last(FactKind.RETURNED) is not None

    def test_what_was_given_on_paper_meanwhile_stays_given(self, sent):
        identity = aline(sent).message_id
        returns.take_report(report(message_id=identity, action="delayed"), now=NOW)
        Convocation.objects.filter(pk=aline(sent).pk).update(channel="paper", state=C.SENT)
        returns.take_report(report(message_id=identity), now=LATER)
        assert aline(sent).state == C.SENT

    def test_the_dossier_stays_open_to_who_received_it_otherwise(self, sent):
        returns.take_report(report(message_id=aline(sent).message_id), now=LATER)
        convocation = aline(sent)
        today = NOW.date()
        assert can_open_dossier(convocation.person, convocation.edition, today=today)
        assert convocation.edition in visible_editions(convocation.person, today=today)
        links.open_dossier(convocation=convocation, now=LATER)
        assert line_of(sent, convocation).verdict is Verdict.CURED


class TestWhatIsNotBelieved:
    @pytest.mark.parametrize(
        "told",
        [
            {"message_id": "<00000000-0000-4000-8000-000000000000@localhost>"},
            {"to": "retours+" + "a" * 42 + "@mairie.exemple.fr"},
            {"recipient": "quelquun@ailleurs.fr", "message_id": "hers"},
            {"to": "retours+" + "a" * 42 + "@mairie.exemple.fr", "message_id": "hers"},
            {"to": "his own", "message_id": "hers"},
            {"message_id": "hers", "action": "relayed"},
        ],
        ids=["unknown", "made up", "of another", "wrong word", "of two letters", "relayed"],
    )
    def test_it_changes_nothing(self, sent, told):
        his = Convocation.objects.get(person=sent.mayor)
        if told.get("message_id") == "hers":
            told = told | {"message_id": aline(sent).message_id}
        if told.get("to") == "his own":
            told = told | {"to": return_address(mail_of(his).uid)}
        returns.take_report(report(**told), now=LATER)
        by_mail = Convocation.objects.exclude(channel="paper")
        assert set(by_mail.values_list("state", flat=True)) == {C.ACCEPTED}
        assert not SendingFact.objects.exclude(kind=FactKind.SENT).exists()

    def test_no_other_mail_is_a_report(self):
        assert read_report(b"Subject: Bonjour\r\n\r\nAction: failed") is None
        assert read_report(b"\xff\x00" * 200) is None
        head = b'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        assert read_report(head) is None
        part = b"--B\r\nContent-Type: message/delivery-status\r\n\r\n\xff"
        assert read_report(head + part) is None

    def test_a_return_address_is_of_one_message_and_of_this_house(self, settings):
        settings.RETURNS_ADDRESS = "retours@mairie.exemple.fr"
        uid = Mail._meta.get_field("uid").get_default()
        address = return_address(uid)
        assert returned_uid([address.upper()]) == uid
        other = "c" if address[12] == "b" else "b"
        assert returned_uid([address[:12] + other + address[13:]]) is None
        assert returned_uid([address.replace("mairie", "autre")]) is None
        settings.RETURNS_ADDRESS = "x" * 30 + "@mairie.exemple.fr"
        assert return_address(uid) == ""  # too long for a mail server: none
        settings.RETURNS_ADDRESS = ""
        assert (return_address(uid), returned_uid([address])) == ("", None)


def test_the_mailbox_gives_its_reports_and_never_files_them(sent):
    raw = report(message_id=aline(sent).message_id)
    args = {"whole": True, "mailbox": "m", "uid_validity": 1, "now": LATER}
    assert take_mail(raw=raw, number=1, **args) == "returned"
    assert take_mail(raw=raw, number=1, **args) == "already"
    assert aline(sent).state == C.FAILED
    assert take_mail(raw=report(message_id="<x@y>"), number=2, **args) == "unknown"
    assert FetchedMail.objects.count() == 2


class TestPosted:
    def post(self, client, stage, body, *, secret, stamp=None, signed=None):
        stamp = stamp or str(int(dt.datetime.now(dt.UTC).timestamp()))
        signed = signed or returning.signature(secret, stamp, body)
        return client.post(
            reverse("council:returns-take", args=[stage.organisation.slug]),
            data=body,
            content_type="message/rfc822",
            headers={"X-Parvis-Timestamp": stamp, "X-Parvis-Signature": signed},
        ).status_code

    def test_signed_it_is_taken_and_nothing_else_is(self, sent, client):
        body = report(message_id=aline(sent).message_id)
        assert self.post(client, sent, body, secret="rien") == 403  # no address was opened
        first = returning.secret_of(returning.open_hook(actor=sent.dgs, now=NOW))
        secret = returning.secret_of(returning.open_hook(actor=sent.dgs, now=NOW))
        assert first != secret
        for wrong in (
            {"secret": first},
            {"secret": secret, "stamp": "1600000000"},
            {"secret": secret, "stamp": "maintenant"},
            {"secret": secret, "signed": "00"},
        ):
            assert self.post(client, sent, body, **wrong) == 403
        assert aline(sent).state == C.ACCEPTED
        big = b"x" * (returning.LARGEST_REPORT + 1)
        assert self.post(client, sent, big, secret=secret) == 413
        assert self.post(client, sent, body, secret=secret) == 204
        assert aline(sent).state == C.FAILED
        returning.close_hook(actor=sent.dgs, now=NOW)
        assert self.post(client, sent, body, secret=secret) == 403

    def test_of_its_own_letters_only(self, sent, elsewhere, client):
        secret = returning.secret_of(returning.open_hook(actor=elsewhere.dgs, now=NOW))
        body = report(message_id=aline(sent).message_id)
        assert self.post(client, elsewhere, body, secret=secret) == 204
        assert aline(sent).state == C.ACCEPTED

    def test_not_too_many(self, sent, client, monkeypatch):
        monkeypatch.setattr(returning, "MOST_PER_MINUTE", 0)
        secret = returning.secret_of(returning.open_hook(actor=sent.dgs, now=NOW))
        codes = {self.post(client, sent, b"x", secret=secret) for _ in range(2)}
        assert 429 in codes

    def test_only_the_direction_opens_it(self, sent):
        for who in (sent.secretary, sent.mayor, sent.agent):
            with pytest.raises(Refused):
                returning.open_hook(actor=sent.actor(who), now=NOW)
            with pytest.raises(Refused):
                returning.close_hook(actor=sent.actor(who), now=NOW)


class TestSentAgain:
    def again(self, stage, now=LATER, who=None):
        actor = stage.actor(who) if who else stage.dgs
        return resending.resend(actor=actor, convocation=aline(stage), now=now)

    def test_a_copy_keeps_the_first_instant_the_edition_and_the_link(self, sent):
        before = aline(sent)
        self.again(sent)
        copy = Mail.objects.get(kind=resending.COPY_MAIL)
        mailing.hand_over(copy.pk, now=LATER)
        after = aline(sent)
        assert (after.handed_over_at, after.message_id, after.generation, after.edition_id) == (
            before.handed_over_at,
            before.message_id,
            before.generation,
            before.edition_id,
        )
        assert "/dossier/lien/" in outbox.outbox[-1].body
        fact = SendingFact.objects.get(kind=FactKind.COPY)
        assert (fact.by, fact.outcome, fact.address) == (
            sent.dgs_person,
            MailState.ACCEPTED,
            "aline@example.fr",
        )

    def test_two_clicks_are_one_copy_and_there_is_an_end(self, sent):
        for _ in range(2):
            self.again(sent)
        assert Mail.objects.filter(kind=resending.COPY_MAIL).count() == 1
        for n in range(1, resending.MOST_COPIES):
            self.again(sent, LATER + n * resending.TOGETHER)
        with pytest.raises(resending.TooManyCopies):
            self.again(sent, LATER + 10 * resending.TOGETHER)

    def test_what_came_back_starts_anew_and_both_sendings_are_kept(self, sent):
        returns.take_report(report(message_id=aline(sent).message_id), now=LATER)
        again = self.again(sent)
        assert again.state == C.TO_SEND
        mailing.hand_over(mail_of(again).pk, now=LATER)
        kinds = list(aline(sent).facts.values_list("kind", flat=True))
        assert sorted(kinds) == sorted([FactKind.SENT, FactKind.RETURNED, FactKind.SENT])
        assert line_of(sent, aline(sent)).verdict is Verdict.ON_TIME
        # The report of the first message, come late, says nothing of the second.
        returns.take_report(
            report(message_id=aline(sent).message_id, recipient="x@y.fr"), now=LATER
        )
        assert aline(sent).state == C.ACCEPTED

    def test_not_for_paper_nor_once_it_is_over_nor_by_others(self, sent):
        paper = Convocation.objects.get(person=sent.members[1])
        with pytest.raises(handing_over.NotRetriable):
            resending.resend(actor=sent.dgs, convocation=paper, now=LATER)
        for who in (sent.mayor, sent.agent, sent.members[4]):
            with pytest.raises(Refused):
                self.again(sent, who=who)
        with pytest.raises(handing_over.NotRetriable):
            self.again(sent, now=aline(sent).meeting.starts_at)
        self.again(sent)
        planning.cancel_meeting(
            actor=sent.dgs,
            meeting=aline(sent).meeting,
            reason="Neige",
            decided_by_mayor=True,
            now=LATER,
        )
        assert "annulée" in resending.why_not_leave(
            Mail.objects.get(kind=resending.COPY_MAIL), LATER
        )


class TestTheVerdict:
    def told(self, stage):
        return proving.whole_verdict(proving.lines_of(aline(stage).meeting))

    def test_none_while_something_has_to_leave_then_on_time(self, sent):
        assert self.told(sent)[0] is None  # the paper is not given yet
        handing_over.hand_over_paper(
            actor=sent.dgs,
            convocation=Convocation.objects.get(person=sent.members[1]),
            given_at=NOW,
            now=NOW,
        )
        assert self.told(sent) == (Verdict.ON_TIME, "5 dans le délai.")

    def test_late_and_opened_late_is_to_be_sent_again(self, sent):
        late = LAST_MOMENT + MINUTE
        Convocation.objects.filter(pk=aline(sent).pk).update(handed_over_at=late, accepted_at=late)
        assert self.told(sent)[0] is Verdict.TO_RESEND
        Convocation.objects.filter(pk=aline(sent).pk).update(opened_at=late)
        assert line_of(sent, aline(sent)).verdict is Verdict.TO_RESEND
