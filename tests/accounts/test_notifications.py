"""Who is told what, when: one line per object, few mails, never about what one may not see."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.enums import Capacity, MailState, NoticeClass, Rhythm
from accounts.models import Follow, Mail, Membership, Notification, Person, Preference
from accounts.notifications import (
    Shown,
    followable,
    followables,
    followers_of,
    notice_kind,
    notice_kinds,
    notify,
    seen,
)
from accounts.notifications.slots import AGENT, ELECTED, next_sending
from accounts.services import following, joining, leaving, mailing, telling
from config.lib.access import ALLOWED, Refused, refuse
from tests.personas import make_cast

PARIS = "Europe/Paris"
# A Tuesday, 10 h in Paris.
TUESDAY = datetime(2026, 3, 10, 9, tzinfo=UTC)
hidden: set[UUID] = set()


def _resolve(actor, lines):
    return {
        line.uid: Shown(
            line.payload["title"],
            f"/c/{actor.organisation.slug}/objet/{line.object_uid}/",
            mail_title=line.payload.get("mail_title", ""),
        )
        for line in lines
        if line.object_uid not in hidden
    }


for code, level in (
    ("tests.comment", NoticeClass.DIRECT),
    ("tests.version", NoticeClass.FOLLOWED),
    ("tests.due", NoticeClass.ACTION),
    ("tests.moved", NoticeClass.AMBIENT),
):
    if code not in notice_kinds:
        notice_kind(
            code,
            level,
            one="{actors} a commenté « {title} »",
            many="{count} commentaires de {actors} sur « {title} »",
            resolve=_resolve,
        )
if "tests.thing" not in followables:
    followable(
        "tests.thing",
        can_follow=lambda actor, uid: (
            None
            if uid in hidden
            else (ALLOWED if actor.is_agent else refuse("Réservé aux agents."))
        ),
    )


@pytest.fixture(autouse=True)
def _everything_visible():
    hidden.clear()
    yield
    hidden.clear()


@pytest.fixture
def tuesday(db):
    """The cast, a Tuesday morning."""
    return make_cast(TUESDAY)


@pytest.fixture
def leave():
    """`leave()`: hand over every queued message, just after the slot of half past eight."""

    def hand_over_all(at=None):
        for mail in Mail.objects.filter(state=MailState.QUEUED).order_by("pk"):
            mailing.hand_over(mail.pk, now=at or _at(8, 32))

    return hand_over_all


def _tell(
    cast, *people, kind="tests.comment", thing=None, at=TUESDAY, by=None, title="Budget", **more
):
    thing = thing or uuid4()
    return notify(
        kind,
        organisation=more.pop("organisation", cast.saint_aubin),
        recipients=people,
        actor=by,
        group_key=f"thing:{thing}",
        object_uid=thing,
        payload={"title": title, **more.pop("payload", {})},
        now=at,
        **more,
    )


def _at(hour, minute=0, day=11):
    """An hour of Paris, in March 2026 (the 11th is a Wednesday)."""
    return datetime.combine(
        datetime(2026, 3, day, tzinfo=UTC).date(), time(hour, minute), tzinfo=ZoneInfo(PARIS)
    )


def test_fifty_comments_in_five_minutes_are_one_line_and_one_mail(tuesday, leave, mailoutbox):
    thing = uuid4()
    for n in range(50):
        by = tuesday.actor(tuesday.claire if n % 2 else tuesday.karim)
        _tell(tuesday, tuesday.julien, thing=thing, by=by, at=TUESDAY + timedelta(seconds=6 * n))
    line = Notification.objects.get()
    assert (line.count, len(line.actors)) == (50, 2)
    assert telling.flush(now=TUESDAY + timedelta(hours=1)) == 0
    assert telling.flush(now=_at(8, 30)) == 1
    assert telling.flush(now=_at(8, 35)) == 0
    leave()
    assert [m.subject for m in mailoutbox] == [
        "Julien Petit — 50 commentaires de Claire Fontaine et Karim Haddad sur « Budget »"
    ]


def test_what_was_read_before_the_slot_is_not_mailed(tuesday):
    _tell(tuesday, tuesday.julien)
    following.mark_read(actor=tuesday.actor(tuesday.julien), uids=None, now=TUESDAY)
    assert telling.flush(now=_at(8, 30)) == 0


def test_what_is_read_between_the_queue_and_the_mail_is_not_sent(tuesday, leave, mailoutbox):
    _tell(tuesday, tuesday.julien)
    telling.flush(now=_at(8, 30))
    following.mark_read(actor=tuesday.actor(tuesday.julien), uids=None, now=_at(8, 31))
    leave()
    assert mailoutbox == []
    assert Mail.objects.get().state == MailState.CANCELLED


def test_rights_withdrawn_before_the_slot_leave_no_trace_in_the_mail(tuesday, leave, mailoutbox):
    secret, open_thing = uuid4(), uuid4()
    _tell(tuesday, tuesday.julien, thing=secret, title="Sanction de M. X")
    _tell(tuesday, tuesday.julien, thing=open_thing, title="Budget")
    hidden.add(secret)
    telling.flush(now=_at(8, 30))
    leave()
    assert len(mailoutbox) == 1
    assert "Sanction" not in mailoutbox[0].body + mailoutbox[0].subject
    assert "Sanction" not in str(mailoutbox[0].alternatives)


def test_rights_withdrawn_after_the_queue_are_checked_again_when_it_leaves(
    tuesday, leave, mailoutbox
):
    secret = uuid4()
    _tell(tuesday, tuesday.julien, thing=secret, title="Sanction de M. X")
    telling.flush(now=_at(8, 30))
    hidden.add(secret)
    leave()
    assert mailoutbox == []


def test_someone_who_left_is_not_written_to(tuesday):
    _tell(tuesday, tuesday.julien)
    leaving.end_membership(
        actor=tuesday.dgs,
        membership=Membership.objects.get(person=tuesday.julien),
        last_day=TUESDAY.date(),
        now=TUESDAY,
    )
    assert telling.flush(now=_at(8, 30)) == 0
    assert Notification.objects.get().cancelled_at is not None


def test_nobody_is_told_of_their_own_act_nor_of_what_they_cannot_see(tuesday):
    thing = uuid4()
    assert _tell(tuesday, tuesday.julien, thing=thing, by=tuesday.actor(tuesday.julien)) == 0
    hidden.add(thing)
    assert _tell(tuesday, tuesday.claire, thing=thing) == 0
    assert _tell(tuesday, tuesday.sophie) == 0
    assert not Notification.objects.exists()


def test_two_communes_make_one_mail_with_two_sections(tuesday, leave, mailoutbox):
    _tell(tuesday, tuesday.karim, title="Budget A")
    _tell(tuesday, tuesday.karim, title="Budget B", organisation=tuesday.valmorel)
    assert telling.flush(now=_at(8, 30)) == 1
    leave()
    assert len(mailoutbox) == 1
    body = mailoutbox[0].body
    assert body.index("Saint-Aubin-le-Parvis — Pour vous") < body.index("Budget A")
    assert body.index("Valmorel-sur-Orge — Pour vous") < body.index("Budget B")
    assert mailoutbox[0].subject == "Karim Haddad — 2\u00a0nouvelles"


def test_a_long_digest_says_how_many_more(tuesday, leave, mailoutbox):
    for n in range(9):
        _tell(tuesday, tuesday.julien, title=f"Document {n}")
    telling.flush(now=_at(8, 30))
    leave()
    assert mailoutbox[0].body.count("a commenté") == 5
    assert "et 4 autres" in mailoutbox[0].body


def test_a_confidential_title_stays_out_of_the_mail(tuesday, leave, mailoutbox, client_of):
    _tell(
        tuesday,
        tuesday.julien,
        title="Sanction de M. X",
        payload={"mail_title": "document confidentiel"},
    )
    telling.flush(now=_at(8, 30))
    leave()
    assert "Sanction" not in mailoutbox[0].body + mailoutbox[0].subject
    assert "document confidentiel" in mailoutbox[0].body


def test_an_object_is_not_mailed_again_until_it_was_looked_at(tuesday):
    thing = uuid4()
    _tell(tuesday, tuesday.julien, thing=thing)
    assert telling.flush(now=_at(8, 30)) == 1
    _tell(tuesday, tuesday.julien, thing=thing, at=_at(9))
    assert telling.flush(now=_at(8, 30, day=12)) == 0
    assert seen(tuesday.actor(tuesday.julien), [thing], now=_at(9, day=12)) == 1
    _tell(tuesday, tuesday.julien, thing=thing, at=_at(10, day=12))
    assert telling.flush(now=_at(8, 30, day=13)) == 1


def test_more_pressing_news_of_the_same_object_are_mailed_all_the_same(tuesday):
    thing = uuid4()
    _tell(tuesday, tuesday.julien, thing=thing, kind="tests.version")
    assert telling.flush(now=_at(8, 30)) == 1
    _tell(tuesday, tuesday.julien, thing=thing, kind="tests.due", at=_at(9))
    assert telling.flush(now=_at(9, 10)) == 1
    assert Notification.objects.get().notice_class == NoticeClass.ACTION


def test_a_person_without_address_has_the_inbox_and_nothing_else(tuesday):
    Person.objects.filter(pk=tuesday.julien.pk).update(email="", email_confirmed_at=None)
    tuesday.julien.refresh_from_db()
    _tell(tuesday, tuesday.julien)
    assert telling.flush(now=_at(8, 30)) == 0
    assert Notification.objects.filter(read_at=None, cancelled_at=None).count() == 1


def test_a_flush_interrupted_before_its_commit_sends_once(tuesday, leave, mailoutbox):
    from django.db import transaction

    _tell(tuesday, tuesday.julien)

    def killed_after_the_flush():
        with transaction.atomic():
            telling.flush(now=_at(8, 30))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed_after_the_flush()
    telling.flush(now=_at(8, 31))
    telling.flush(now=_at(8, 32))
    leave()
    assert len(mailoutbox) == 1


def test_a_silent_import_fills_the_inbox_and_mails_nobody(tuesday):
    _tell(tuesday, tuesday.julien, silent=True)
    assert telling.flush(now=_at(8, 30, day=20)) == 0
    assert Notification.objects.count() == 1


# -- when ---------------------------------------------------------------------------------------


def _next(notice_class, rhythm, now, *, hours=AGENT, due=None):
    found = next_sending(notice_class, rhythm, hours=hours, timezone=PARIS, now=now, due=due)
    return found and found.astimezone(ZoneInfo(PARIS)).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("notice_class", "rhythm", "hours", "now", "expected"),
    [
        # Sunday the 8th: an agent reads on Monday morning, an élu is left alone on Sunday.
        ("B", "daily", AGENT, _at(11, day=8), "Mon 09 08:30"),
        ("A", "daily", AGENT, _at(11, day=8), "Mon 09 08:30"),
        ("A", "daily", ELECTED, _at(11, day=8), "Mon 09 08:00"),
        ("B", "daily", ELECTED, _at(11, day=8), "Mon 09 12:30"),
        ("A", "daily", ELECTED, _at(11, day=7), "Sat 07 11:10"),
        ("A", "daily", AGENT, _at(10), "Wed 11 10:10"),
        ("A", "daily", AGENT, _at(17, 25), "Thu 12 08:30"),
        ("B", "now", AGENT, _at(23), "Wed 11 23:10"),
        ("C", "weekly", AGENT, _at(10), "Mon 16 08:30"),
        ("C", "weekly", ELECTED, _at(10), "Thu 12 18:00"),
        ("L", "never", AGENT, _at(3, day=8), "Sun 08 03:00"),
        ("S", "weekly", ELECTED, _at(3, day=8), "Sun 08 03:00"),
        ("C", "never", AGENT, _at(10), None),
        ("D", "now", AGENT, _at(10), None),
        # The clocks change on Sunday the 29th: the wall still says 8 h 30 on Monday.
        ("B", "daily", AGENT, _at(20, day=27), "Mon 30 08:30"),
        ("B", "daily", ELECTED, _at(20, day=28), "Mon 30 12:30"),
    ],
)
def test_the_hours_of_the_reader_decide(notice_class, rhythm, hours, now, expected):
    assert _next(notice_class, rhythm, now, hours=hours) == expected


def test_what_would_be_too_late_does_not_wait_for_the_morning():
    evening = _at(20)
    assert _next("A", "daily", evening, due=_at(23)) == "Wed 11 20:00"
    assert _next("A", "daily", evening, due=_at(18, day=12)) == "Thu 12 08:30"


def test_each_organisation_has_its_own_rhythm(tuesday):
    following.choose_rhythm(
        person=tuesday.karim, organisation_id=tuesday.valmorel.pk, rhythm=Rhythm.AT_ONCE
    )
    _tell(tuesday, tuesday.karim)
    _tell(tuesday, tuesday.karim, organisation=tuesday.valmorel)
    assert telling.flush(now=TUESDAY + timedelta(minutes=11)) == 1
    assert Notification.objects.get(organisation=tuesday.saint_aubin).mailed_at is None


# -- pages --------------------------------------------------------------------------------------


def test_the_inbox_shows_each_his_own_and_counts_what_is_unread(cast, client_of):
    thing = uuid4()
    _tell(cast, cast.julien, cast.claire, thing=thing, by=cast.dgs, at=cast.now)
    julien = client_of(cast.julien)
    page = julien.get("/c/saint-aubin/messages/").content.decode()
    assert "Nadia Morel a commenté « Budget »" in page
    assert "non lus" in page
    assert (
        "Nadia Morel a commenté"
        not in client_of(cast.karim).get("/c/saint-aubin/messages/").content.decode()
    )
    hidden.add(thing)
    assert "Budget" not in julien.get("/c/saint-aubin/messages/").content.decode()


def test_opening_a_line_reads_it_and_leads_to_its_object(cast, client_of):
    thing = uuid4()
    _tell(cast, cast.julien, thing=thing, at=cast.now)
    line = Notification.objects.get()
    address = reverse("accounts:inbox-open", args=["saint-aubin", line.uid])
    assert client_of(cast.claire).get(address).status_code == 404
    line.refresh_from_db()
    assert line.read_at is None
    answer = client_of(cast.julien).get(address)
    assert answer["Location"] == f"/c/saint-aubin/objet/{thing}/"
    line.refresh_from_db()
    assert line.read_at is not None


def test_lines_are_marked_read_one_by_one_or_together(cast, client_of):
    for _ in range(3):
        _tell(cast, cast.julien, at=cast.now)
    _tell(cast, cast.claire, at=cast.now)
    julien = client_of(cast.julien)
    address = reverse("accounts:inbox-read", args=["saint-aubin"])
    one = Notification.objects.filter(person=cast.julien).order_by("pk")[0]
    of_claire = Notification.objects.get(person=cast.claire)
    julien.post(address, {"line": [one.uid, of_claire.uid]})
    assert Notification.objects.filter(read_at=None).count() == 3
    julien.post(address, {"all": "1"})
    assert list(Notification.objects.filter(read_at=None)) == [of_claire]
    assert julien.post(address, {"line": "n’importe quoi"}).status_code == 404


def test_the_inbox_costs_the_same_for_two_lines_and_for_many(cast, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    julien = client_of(cast.julien)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            julien.get("/c/saint-aubin/messages/")
        return len(captured)

    for _ in range(2):
        _tell(cast, cast.julien, by=cast.dgs, at=cast.now)
    few = queries()
    for _ in range(18):
        _tell(cast, cast.julien, by=cast.actor(cast.claire), at=cast.now)
    assert queries() == few


def test_a_get_on_the_unsubscribe_link_changes_nothing_and_one_post_stops_the_news(
    tuesday, client, leave, mailoutbox
):
    _tell(tuesday, tuesday.julien, kind="tests.version")
    telling.flush(now=_at(8, 30))
    leave()
    link = mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("http://localhost:8000")
    assert "Julien Petit" in client.get(path).content.decode()
    assert not Preference.objects.exists()
    # As a mail programme posts it: no cookie, no token of ours.
    from tests.conftest import StrictClient

    programme = StrictClient(enforce_csrf_checks=True)
    assert programme.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get().rhythm == Rhythm.NEVER
    _tell(tuesday, tuesday.julien, kind="tests.version", at=_at(9))
    assert telling.flush(now=_at(8, 30, day=20)) == 0
    _tell(tuesday, tuesday.julien, kind="tests.due", at=_at(9))
    assert telling.flush(now=_at(9, 10)) == 1
    assert client.get(path[:-3] + "xx/").status_code == 410


def test_the_rhythm_is_chosen_in_my_account_for_each_organisation(cast, client_of):
    karim = client_of(cast.karim)
    page = karim.get("/compte/").content.decode()
    assert "Valmorel-sur-Orge" in page
    address = reverse("accounts:rhythm-change", args=[cast.valmorel.uid])
    karim.post(address, {"rhythm": "weekly"})
    assert Preference.objects.get().rhythm == Rhythm.WEEKLY
    karim.post(address, {"rhythm": "hourly"})
    assert Preference.objects.get().rhythm == Rhythm.WEEKLY
    assert client_of(cast.julien).post(address, {"rhythm": "now"}).status_code == 404


# -- following ----------------------------------------------------------------------------------


def test_following_asks_for_the_right_to_and_goes_back_to_the_page(cast, client_of):
    thing = uuid4()
    address = reverse("accounts:follow", args=["saint-aubin"])
    form = {"type": "tests.thing", "object": thing, "next": "/c/saint-aubin/"}
    julien = client_of(cast.julien)
    assert julien.post(address, form)["Location"] == "/c/saint-aubin/"
    julien.post(address, form)
    assert Follow.objects.count() == 1
    assert client_of(cast.jeanne).post(address, form).status_code == 403
    hidden.add(thing)
    assert client_of(cast.claire).post(address, form).status_code == 404
    assert julien.post(address, {**form, "type": "inconnu"}).status_code == 404
    elsewhere = julien.post(address, {**form, "follow": "0", "next": "//ailleurs.exemple/"})
    assert elsewhere["Location"] == "/c/saint-aubin/"
    assert not Follow.objects.exists()


def test_followers_are_current_members_who_did_not_mute(cast):
    thing, parent = uuid4(), uuid4()
    for person, uid in ((cast.julien, thing), (cast.claire, parent), (cast.karim, thing)):
        following.follow(
            actor=cast.actor(person), object_type="tests.thing", object_uid=uid, now=cast.now
        )
    Follow.objects.filter(person=cast.karim).update(muted=True)
    found = followers_of(cast.saint_aubin, [thing, parent], now=cast.now)
    assert list(found) == [cast.julien, cast.claire]
    leaving.end_membership(
        actor=cast.dgs,
        membership=Membership.objects.get(person=cast.julien),
        last_day=cast.dgs.today - timedelta(days=1),
        now=cast.now,
    )
    assert list(followers_of(cast.saint_aubin, [thing, parent], now=cast.now)) == [cast.claire]
    assert not followers_of(cast.valmorel, [thing], now=cast.now).exists()


def test_the_service_refuses_to_follow_what_may_not_be_followed(cast):
    with pytest.raises(Refused):
        following.follow(
            actor=cast.actor(cast.jeanne),
            object_type="tests.thing",
            object_uid=uuid4(),
            now=cast.now,
        )


def test_an_agent_who_is_also_elected_keeps_an_agent_s_hours(tuesday):
    joining.join(actor=tuesday.dgs, person=tuesday.julien, capacity=Capacity.ELECTED, now=TUESDAY)
    _tell(tuesday, tuesday.julien)
    assert Notification.objects.get().send_after == _at(8, 30)
