"""The way out, against a real mail server on this machine."""

from __future__ import annotations

import email
import socket
import threading
from datetime import timedelta
from email import policy

import pytest
from aiosmtpd.controller import Controller

from accounts.enums import MailState, NoticeClass
from accounts.mail import Attachment, MailContent, mail_kind, queue_mail
from accounts.mail.registry import mail_kinds
from accounts.models import Mail
from accounts.services import mailing
from config.lib.clock import now
from config.work import services as work
from config.work.models import Job
from config.work.registry import handlers

SECRET = "https://parvis.exemple.fr/dossier/secret-token"
settled: list[tuple[str, str, str]] = []
refuse_with: list[str] = []


def _render(mail, at):
    if mail.payload.get("broken"):
        raise ValueError("the template is broken")
    return MailContent(
        "votre dossier",
        f"Ouvrez {SECRET}\n.une ligne qui commence par un point\n",
        html=f'<p><a href="{SECRET}">Ouvrir</a></p>',
        attachments=(
            Attachment(
                "séance.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar", {"method": "REQUEST"}
            ),
        ),
        masks=(SECRET,),
    )


if "tests.mail" not in mail_kinds:
    mail_kind(
        "tests.mail",
        render=_render,
        check=lambda mail, at: refuse_with[0] if refuse_with else "",
        settled=lambda mail, at: settled.append((mail.state, mail.response, mail.error)),
    )


class Handler:
    """Answers as told; keeps what it received."""

    def __init__(self) -> None:
        self.received: list[tuple[str, list[str], bytes]] = []
        self.to_recipient = "250 OK"
        self.to_body = "250 2.0.0 Ok: queued as 4F3A"
        self.hang_up = False
        self.in_data = threading.Event()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server, session, envelope):
        self.in_data.set()
        if self.hang_up:
            server.transport.abort()
            return "421 gone"
        if self.to_body.startswith("250"):
            self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.to_body


@pytest.fixture
def server(settings):
    """A mail server on a free port, the one that the product is told to use."""
    handler = Handler()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    settled.clear()
    refuse_with.clear()
    yield handler
    controller.stop()


def _queue(cast, **more) -> Mail:
    return queue_mail(
        "tests.mail",
        person=cast.jeanne,
        organisation=cast.saint_aubin,
        payload=more.pop("payload", {}),
        notice_class=more.pop("notice_class", NoticeClass.LEGAL),
        now=more.pop("at_now", now()),
        **more,
    )


def test_an_accepted_message_keeps_the_server_s_words_and_masks_its_link(cast, server, run_jobs):
    mail = _queue(cast)
    run_jobs()
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED
    assert mail.response == "250 2.0.0 Ok: queued as 4F3A"
    assert mail.handed_over_at is not None
    assert settled == [("accepted", "250 2.0.0 Ok: queued as 4F3A", "")]
    assert SECRET not in mail.body
    assert "Ouvrez …" in mail.body

    sender, recipients, raw = server.received[0]
    message = email.message_from_bytes(raw, policy=policy.default)
    assert recipients == ["jeanne.martin@exemple.fr"]
    assert sender == "parvis@localhost"
    assert message["Message-ID"] == mail.message_id
    assert message["Subject"] == "Jeanne Martin — votre dossier"
    assert message["From"].addresses[0].display_name == "Saint-Aubin-le-Parvis"
    assert message["Reply-To"] == "mairie@saint-aubin.exemple.fr"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Unsubscribe"] is None
    text = message.get_body(("plain",)).get_content()
    assert SECRET in text
    assert "\n.une ligne" in text.replace("\r", "")
    calendar = next(message.iter_attachments())
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_filename() == "séance.ics"


def test_news_can_be_stopped_in_one_click_and_law_cannot(cast, server, run_jobs):
    _queue(cast, notice_class=NoticeClass.FOLLOWED)
    run_jobs()
    message = email.message_from_bytes(server.received[0][2], policy=policy.default)
    assert message["List-Unsubscribe"].strip().startswith("<http")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_refused_recipient_is_a_failure_at_once(cast, server, run_jobs):
    server.to_recipient = "550 5.1.1 No such user"
    mail = _queue(cast)
    run_jobs()
    mail.refresh_from_db()
    assert (mail.state, mail.response) == (MailState.FAILED, "550 5.1.1 No such user")
    assert settled == [("failed", "550 5.1.1 No such user", "Le serveur a refusé ce courriel.")]
    assert not Job.objects.due(now() + timedelta(days=9)).exists()


def test_a_refused_body_is_a_failure_too(cast, server, run_jobs):
    server.to_body = "554 5.7.1 Message rejected"
    mail = _queue(cast)
    run_jobs()
    mail.refresh_from_db()
    assert (mail.state, mail.response) == (MailState.FAILED, "554 5.7.1 Message rejected")


def test_a_server_that_asks_to_come_back_is_asked_again(cast, server, run_jobs):
    server.to_recipient = "451 4.7.1 Greylisted"
    mail = _queue(cast)
    run_jobs()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert mail.response == "451 4.7.1 Greylisted"
    server.to_recipient = "250 OK"
    job = Job.objects.get(payload={"mail": mail.pk})
    assert job.next_try_at > now()
    mailing.hand_over(mail.pk, now=job.next_try_at)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.ACCEPTED, 2)
    assert len(server.received) == 1


def test_an_absent_server_is_waited_for_until_the_limit(cast, server, settings, run_jobs):
    settings.EMAIL_PORT = 1
    limit = now() + timedelta(hours=1)
    mail = _queue(cast, not_after=limit)
    run_jobs()
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED
    mailing.hand_over(mail.pk, now=limit + timedelta(seconds=1))
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (MailState.FAILED, mailing.TOO_LATE)
    assert settled[-1][0] == "failed"


def test_a_line_cut_after_the_body_leaves_the_message_uncertain(cast, server, run_jobs):
    server.hang_up = True
    mail = _queue(cast)
    run_jobs()
    assert server.in_data.is_set()
    mail.refresh_from_db()
    assert mail.state == MailState.UNCERTAIN
    server.hang_up = False
    mailing.hand_over(mail.pk, now=now())
    assert server.received == []
    assert [state for state, _, _ in settled] == ["uncertain"]


def test_a_worker_that_died_while_sending_leaves_it_uncertain(cast, server):
    mail = _queue(cast)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.SENDING)
    mailing.hand_over(mail.pk, now=now())
    mail.refresh_from_db()
    assert mail.state == MailState.UNCERTAIN
    assert server.received == []


def test_a_worker_that_died_before_the_body_is_simply_replaced(cast, server):
    mail = _queue(cast)
    Mail.objects.filter(pk=mail.pk).update(attempts=1)
    mailing.hand_over(mail.pk, now=now())
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED
    assert len(server.received) == 1


def test_a_message_already_settled_is_never_sent_again(cast, server, run_jobs):
    mail = _queue(cast)
    run_jobs()
    mailing.hand_over(mail.pk, now=now())
    assert len(server.received) == 1


def test_two_workers_send_one_body(cast, server):
    mail = _queue(cast)
    prepared = mailing._prepare(mail.pk, now())
    mailing.hand_over(mail.pk, now=now())
    with pytest.raises(mailing._TakenOver):
        mailing._start_sending(prepared[0])
    assert len(server.received) == 1


def test_the_last_check_keeps_a_message_in(cast, server, run_jobs):
    refuse_with.append("Le délai légal est passé.")
    mail = _queue(cast)
    run_jobs()
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (MailState.CANCELLED, "Le délai légal est passé.")
    assert server.received == []
    assert settled[-1][0] == "cancelled"


def test_the_address_is_the_one_of_the_moment(cast, server, run_jobs):
    _queue(cast)
    cast.jeanne.email = "nouvelle@exemple.fr"
    cast.jeanne.save()
    run_jobs()
    assert server.received[0][1] == ["nouvelle@exemple.fr"]


def test_a_person_without_address_is_a_failure_that_says_so(cast, server, run_jobs):
    mail = queue_mail(
        "tests.mail",
        person=cast.rene,
        organisation=cast.saint_aubin,
        payload={},
        notice_class=NoticeClass.LEGAL,
        now=now(),
    )
    run_jobs()
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (MailState.FAILED, mailing.NO_ADDRESS)


def test_one_cause_is_one_message(cast, server, run_jobs):
    first, second = _queue(cast, dedupe="same"), _queue(cast, dedupe="same")
    run_jobs()
    assert first.pk == second.pk
    assert len(server.received) == 1


def test_a_message_that_cannot_be_prepared_ends_as_a_failure_that_says_so(cast, server):
    mail = _queue(cast, payload={"broken": True})
    job = Job.objects.get(payload={"mail": mail.pk})
    for _ in range(handlers.get(job.kind).max_attempts):
        work.run(job.pk, now=Job.objects.get(pk=job.pk).next_try_at)
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (MailState.FAILED, mailing.BROKEN)
    job.refresh_from_db()
    assert "template is broken" in job.error  # for the host; nobody else reads English
    assert mail.response == ""
    assert [state for state, _, _ in settled] == ["failed"]


def test_an_unknown_kind_is_refused_when_queued(cast):
    with pytest.raises(LookupError):
        queue_mail(
            "tests.unknown",
            person=cast.jeanne,
            organisation=None,
            payload={},
            notice_class=NoticeClass.LEGAL,
            now=now(),
        )
    assert not Mail.objects.exists()


def test_a_line_break_in_a_title_cannot_add_a_header(cast, server, run_jobs):
    cast.jeanne.family_name = "Martin\r\nBcc: tous@exemple.fr"
    cast.jeanne.save()
    mail = _queue(cast)
    run_jobs()
    mail.refresh_from_db()
    for _, recipients, raw in server.received:
        message = email.message_from_bytes(raw, policy=policy.default)
        assert message["Bcc"] is None
        assert recipients == ["jeanne.martin@exemple.fr"]
