"""A reminder: the list first, once, by day; and the pace of what leaves."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.urls import reverse

from accounts.models import Mail
from accounts.services import mailing
from config.lib.access import Refused
from config.work.models import Job
from council.enums import AnswerSource, FactKind, Intent
from council.models import Assembly, Convocation, Meeting, SendingFact
from council.services import answering, convening, links, planning, reminding
from tests.council.stage import NOW

PARIS = ZoneInfo("Europe/Paris")
LATER = NOW + dt.timedelta(hours=1)


def at(day, hour, minute=0):
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


def meeting_of(stage):
    return Meeting.objects.get(assembly=stage.council)


def of(stage, rank):
    return Convocation.objects.get(person=stage.members[rank])


def answered(convocation, now=LATER):
    answering.answer(
        convocation=convocation, intent=Intent.PRESENT, source=AnswerSource.LINK, now=now
    )


def remind(stage, now=LATER, expected=4):
    return reminding.remind(actor=stage.dgs, meeting=meeting_of(stage), expected=expected, now=now)


class TestTheList:
    def test_who_opened_and_answered_is_not_on_it_nor_who_is_on_paper(self, letters):
        links.open_dossier(convocation=of(letters, 0), now=LATER)
        answered(of(letters, 0))
        links.open_dossier(convocation=of(letters, 2), now=LATER)
        answered(of(letters, 3))
        told = {
            one.convocation.person: one.why
            for one in reminding.to_remind(meeting_of(letters), now=LATER)
        }
        assert told == {
            letters.members[2]: "n’a pas répondu",
            letters.members[3]: "n’a pas ouvert son dossier",
            letters.members[4]: "n’a ni ouvert son dossier, ni répondu",
        }

    def test_by_the_page_what_was_shown_is_what_leaves(self, letters, client):
        client.force_login(letters.secretary)
        meeting = meeting_of(letters)
        page = reverse("council:meeting-remind", args=[letters.organisation.slug, meeting.uid])
        shown = client.get(page).content.decode()
        assert "Aline Zola" in shown
        assert "Relancer 4" in shown.replace("\u00a0", " ")
        assert client.post(page, {"expected": "3"}).status_code == 422
        assert client.post(page, {"expected": "4"}).status_code == 302
        assert SendingFact.objects.filter(kind=FactKind.REMINDER).count() == 4
        assert "Personne à relancer" in client.get(page).content.decode()
        proof = reverse("council:meeting-proof", args=[letters.organisation.slug, meeting.uid])
        assert "Relance" in client.get(proof).content.decode()

    def test_not_by_others_and_not_for_another_commune(self, letters, elsewhere):
        for actor in (letters.maire, letters.actor(letters.agent), elsewhere.dgs):
            with pytest.raises(Refused):
                reminding.remind(actor=actor, meeting=meeting_of(letters), expected=4, now=LATER)
            with pytest.raises(Refused):
                reminding.set_reminder(actor=actor, assembly=letters.council, days=3, now=LATER)


class TestOnce:
    def test_a_second_one_finds_nobody(self, letters):
        assert remind(letters) == 4
        with pytest.raises(reminding.NobodyToRemind):
            remind(letters)
        reminding.set_reminder(actor=letters.dgs, assembly=letters.council, days=9, now=LATER)
        assert reminding.remind_due(now=at(25, 10)) == 0
        assert Mail.objects.filter(kind=reminding.REMINDER_MAIL).count() == 4

    def test_who_did_it_meanwhile_receives_nothing(self, letters):
        remind(letters)
        mail = Mail.objects.get(kind=reminding.REMINDER_MAIL, person=letters.members[4])
        links.open_dossier(convocation=of(letters, 4), now=LATER)
        answered(of(letters, 4))
        mailing.hand_over(mail.pk, now=LATER)
        assert not outbox.outbox
        other = Mail.objects.get(kind=reminding.REMINDER_MAIL, person=letters.mayor)
        letters.organisation.email = "mairie@saint-aubin.example"
        letters.organisation.save()
        mailing.hand_over(other.pk, now=LATER)
        message = outbox.outbox[-1]
        assert "serez-vous là" in message.body
        assert "/dossier/lien/" in message.body
        assert message.reply_to == ["mairie@saint-aubin.example"]
        planning.cancel_meeting(
            actor=letters.dgs,
            meeting=meeting_of(letters),
            reason="Neige",
            decided_by_mayor=True,
            now=LATER,
        )
        assert reminding.why_not_leave(other, LATER)


class TestByDay:
    @pytest.mark.parametrize(
        ("asked", "leaves"),
        [
            (at(25, 23), at(26, 8)),
            (at(26, 6), at(26, 8)),
            (at(26, 14), at(26, 14)),
            (at(28, 22), at(30, 8)),  # Saturday night: not on Sunday
        ],
    )
    def test_asked_at_night_it_waits_for_the_morning(self, letters, asked, leaves):
        assert reminding.leaves_at(meeting_of(letters), now=asked) == leaves
        remind(letters, now=asked)
        mail = Mail.objects.filter(kind=reminding.REMINDER_MAIL).first()
        assert Job.objects.get(payload={"mail": mail.pk}).next_try_at == leaves

    def test_the_night_before_a_morning_meeting_it_is_too_late(self, letters):
        Meeting.objects.update(starts_at=at(26, 7, 30))
        with pytest.raises(reminding.TooLateToRemind):
            remind(letters, now=at(25, 23))


class TestByItself:
    @pytest.mark.parametrize(
        ("days", "now", "due"),
        [
            (3, at(27, 8, 59), False),
            (3, at(27, 9), True),
            (3, at(27, 20), False),
            (3, at(26, 12), False),
            (1, at(28, 12), True),  # Sunday 29: it leaves on Saturday
            (1, at(29, 12), False),
            (3, at(30, 10), False),  # the day itself is too late
            (None, at(27, 12), False),
        ],
    )
    def test_on_the_day_set_at_a_decent_hour(self, letters, days, now, due):
        Assembly.objects.update(reminder_days=days)
        assert reminding.is_due(meeting_of(letters), now=now) is due
        assert reminding.remind_due(now=now) == (4 if due else 0)
        assert reminding.remind_due(now=now) == 0

    @pytest.mark.parametrize(
        ("now", "due"),
        [
            # Monday 26 October 2026, the morning after the clocks go back: Saturday 24 instead.
            ("2026-10-24T06:59+00:00", False),
            ("2026-10-24T07:00+00:00", True),
            ("2026-10-24T17:59+00:00", True),
            ("2026-10-24T18:00+00:00", False),
            ("2026-10-25T09:00+00:00", False),
            ("2026-10-26T08:00+00:00", False),
        ],
    )
    def test_the_town_hall_s_hours_are_kept_across_a_clock_change(self, now, due):
        meeting = Meeting(
            assembly=Assembly(reminder_days=1),
            timezone="Europe/Paris",
            starts_at=dt.datetime(2026, 10, 26, 20, tzinfo=PARIS),
        )
        assert reminding.is_due(meeting, now=dt.datetime.fromisoformat(now)) is due

    @pytest.mark.parametrize(
        ("meets", "asked", "leaves"),
        [
            ("2026-10-26T20:00+01:00", "2026-10-24T22:30+02:00", "2026-10-26T08:00+01:00"),
            ("2027-03-29T20:00+02:00", "2027-03-27T22:30+01:00", "2027-03-29T08:00+02:00"),
        ],
    )
    def test_asked_before_the_clocks_change_it_leaves_at_eight_of_the_new_hour(
        self, meets, asked, leaves
    ):
        meeting = Meeting(timezone="Europe/Paris", starts_at=dt.datetime.fromisoformat(meets))
        told = reminding.leaves_at(meeting, now=dt.datetime.fromisoformat(asked))
        assert told == dt.datetime.fromisoformat(leaves)

    def test_not_of_what_was_received_today(self, letters):
        Assembly.objects.update(reminder_days=3)
        Convocation.objects.filter(handed_over_at__isnull=False).update(
            handed_over_at=at(27, 8), accepted_at=None
        )
        assert reminding.remind_due(now=at(27, 9)) == 0

    def test_the_setting_is_of_the_body_and_bounded(self, letters, client):
        client.force_login(letters.secretary)
        args = [letters.organisation.slug, meeting_of(letters).uid]
        page = reverse("council:reminder-days", args=args)
        for given, kept in (("4", 4), ("40", 4), ("", None)):
            assert client.post(page, {"days": given}).status_code == 302
            assert Assembly.objects.get(pk=letters.council.pk).reminder_days == kept


class TestThePace:
    def test_messages_of_one_provider_are_spread_and_the_page_says_so(
        self, stage, settings, client
    ):
        settings.MAIL_PACE_PER_MINUTE = 1
        meeting = stage.meeting()
        stage.item("Tarifs", meeting=meeting)
        convening.convene(actor=stage.dgs, meeting=stage.frozen(meeting), now=NOW)
        waits = sorted(
            job.next_try_at - NOW for job in Job.objects.filter(kind="accounts.mail.hand_over")
        )
        assert waits == [dt.timedelta(minutes=n) for n in (0, 1, 2, 3)]  # all of example.fr
        client.force_login(stage.dgs_person)
        page = reverse("council:meeting-proof", args=[stage.organisation.slug, meeting.uid])
        shown = client.get(page).content.decode()
        assert "0 sur 4" in shown
        assert "hx-get" in shown
        headers = {"HX-Request": "true", "HX-Target": "envoi"}
        for mail in Mail.objects.filter(kind=convening.CONVOCATION_MAIL):
            mailing.hand_over(mail.pk, now=NOW)
        fragment = client.get(page, headers=headers).content.decode()
        assert "Tous les messages sont traités" in fragment
        assert "<html" not in fragment
