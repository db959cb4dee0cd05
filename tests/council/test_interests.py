"""Interests: a member's own list that nobody else reads, and what they choose to announce."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import AuditEntry
from config.lib import clock
from config.lib.access import Refused
from council import access_interests as access
from council.enums import EntryKind, ItemState, RecusalBasis
from council.models import (
    AgendaItem,
    AnnouncedWithdrawal,
    DeclaredInterest,
    Mandate,
    SessionEntry,
)
from council.services import interests, leaving_notes
from council.services.interests import AlreadyDeclared, TooLate
from council.services.refusals import Missing, Refusal
from council.services.session import sitting_of
from tests.council.session.live import EVENING, Live
from tests.council.stage import NOW
from tests.council.test_access_acts import DAY, everybody
from tests.council.test_member_rights import convened, of, text_of

ORG = "saint-aubin"
SECRET = "Vignes"  # the second point is « Chemin des Vignes »


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    told = {"now": NOW}
    monkeypatch.setattr(clock, "now", lambda: told["now"])
    return told


@pytest.fixture
def meeting(stage):
    return convened(stage)


@pytest.fixture
def martin(stage, meeting):
    """The convocation of Jeanne Martin."""
    return of(meeting, stage.members[2])


@pytest.fixture
def point(meeting):
    return AgendaItem.objects.get(meeting=meeting, title="Chemin des Vignes")


def declare(convocation, name=SECRET, basis=RecusalBasis.PERSONAL):
    return interests.declare_interest(convocation=convocation, name=name, basis=basis, now=NOW)


def announce(convocation, item, basis=RecusalBasis.PERSONAL, now=NOW):
    return interests.announce_withdrawal(convocation=convocation, item=item, basis=basis, now=now)


def portal(name, convocation, *more):
    return reverse(f"portal:{name}", args=[convocation.uid, *more])


class TestMyList:
    def test_a_point_that_names_it_says_so_to_me_alone(self, stage, martin, point, client_of):
        mine, page = client_of(stage.members[2]), portal("interests", martin)
        posted = {"name": "  chemin des VIGNES ", "basis": "interet_personnel"}
        assert mine.post(page, posted).status_code == 303
        assert "2. Chemin des Vignes" in text_of(mine.get(page))
        assert "1 point nomme ce que vous avez déclaré" in text_of(mine.get(portal("home", martin)))
        told = mine.get(portal("point-where", martin, point.uid), follow=True)
        assert "Ce point nomme « chemin des VIGNES », que vous avez déclaré" in text_of(told)
        other = AgendaItem.objects.get(title="Tarifs de la cantine")
        told = mine.get(portal("point-where", martin, other.uid), follow=True)
        assert "que vous avez déclaré" not in text_of(told)
        assert "Un intérêt dans ce point ?" in text_of(told)

    def test_the_names_of_documents_count_too(self, martin):
        declare(martin, "plan", RecusalBasis.REPRESENTS)
        named = interests.points_named(martin.person, martin.edition)
        assert [one.title for one in named] == ["Tarifs de la cantine"], "its piece is Plan.txt"

    def test_nobody_else_reads_it_from_anywhere(
        self, stage, elsewhere, meeting, martin, point, client_of
    ):
        row = declare(martin, "Chemin des Vignes rouges")
        assert b"Vignes" not in bytes(row.content), "sealed: no table holds the words"
        before = AuditEntry.objects.count()
        declare(martin, "Zinzolin & fils")
        assert AuditEntry.objects.count() == before, "not even that there is one"
        others = [stage.dgs_person, stage.secretary, stage.agent, stage.mayor, stage.members[3]]
        for who in [*others, elsewhere.dgs_person]:
            client = client_of(who)
            assert client.get(portal("interests", martin)).status_code == 404
            gone = client.post(portal("interest-forget", martin, row.uid))
            assert gone.status_code == 404
            assert not access.can_read_interest(who, row)
            assert not access.own_interests(who, stage.organisation).exists()
        theirs = of(meeting, stage.members[3])
        forget = portal("interest-forget", theirs, row.uid)
        assert client_of(stage.members[3]).post(forget).status_code == 404, "by my own dossier"
        with pytest.raises(Refused):
            interests.forget_interest(convocation=theirs, interest=row, now=NOW)
        pages = [
            reverse(f"council:{name}", args=[ORG, uid])
            for name, uid in (
                ("meeting-detail", meeting.uid),
                ("session", meeting.uid),
                ("item-detail", point.uid),
                ("meeting-proof", meeting.uid),
                ("requests", meeting.uid),
            )
        ]
        for page in pages:
            assert "Zinzolin" not in client_of(stage.dgs_person).get(page).content.decode()
        assert DeclaredInterest not in admin.site._registry
        assert AnnouncedWithdrawal not in admin.site._registry

    def test_erased_nothing_is_left(self, stage, martin, client_of):
        row = declare(martin)
        client_of(stage.members[2]).post(portal("interest-forget", martin, row.uid))
        assert not DeclaredInterest.objects.exists()

    def test_it_goes_with_the_notes_of_who_left(self, stage, martin):
        declare(martin)
        Mandate.objects.filter(person=martin.person).update(
            to_date=NOW.date() - DAY, end_reason="resignation"
        )
        for days in (0, 30):
            leaving_notes.every_night(now=NOW + days * DAY)
            assert DeclaredInterest.objects.exists()
        leaving_notes.every_night(now=NOW + 32 * DAY)
        assert not DeclaredInterest.objects.exists()

    @pytest.mark.parametrize("name", ["", "Ain", "  a b c "])
    def test_too_short_a_name_would_be_everywhere(self, martin, name):
        with pytest.raises(Missing):
            declare(martin, name)

    def test_once_and_not_without_end(self, martin, monkeypatch):
        declare(martin)
        with pytest.raises(AlreadyDeclared):
            declare(martin, SECRET.upper())
        monkeypatch.setattr(interests, "MOST", 1)
        with pytest.raises(interests.TooMany):
            declare(martin, "Autre nom")


class TestAnnounced:
    def test_who_records_reads_it_and_nobody_else(self, stage, elsewhere, martin, point):
        declare(martin)
        told = announce(martin, point)
        assert AuditEntry.objects.latest("pk").verb == "council.withdrawal.announced"
        actors = [stage.actor(who) for who in everybody(stage)]
        for actor in [*actors, elsewhere.dgs]:
            seen = access.announced_withdrawals(actor)
            assert (told in seen) == bool(access.can_see_withdrawal(actor, told))
        readers = [
            who
            for who in (stage.dgs_person, stage.secretary, stage.agent, *stage.members)
            if access.can_see_withdrawal(stage.actor(who), told)
        ]
        assert readers == [stage.dgs_person, stage.secretary]

    def test_it_is_one_button_of_the_session_and_no_more_than_that(
        self, stage, meeting, martin, point, client_of, evening
    ):
        declare(martin, "Chemin des Vignes")
        mine = client_of(stage.members[2])
        posted = {"basis": "L1111-6"}
        back = mine.post(portal("withdrawal", martin, point.uid), posted, follow=True)
        assert "Vous avez annoncé que vous vous retirez" in text_of(back)
        evening["now"] = EVENING
        live = Live(stage, meeting).roll(*stage.members).open()
        page = reverse("council:session", args=[ORG, meeting.uid])
        secretary = client_of(stage.secretary)
        assert "A annoncé son retrait" not in text_of(secretary.get(page)), "another point"
        live.call(point)
        shown = text_of(secretary.get(page))
        assert "A annoncé son retrait : Jeanne Martin (représente la collectivité" in shown
        assert not sitting_of(meeting).session.points[str(point.uid)].withdrawn, "only announced"
        assert client_of(stage.mayor).get(page).status_code == 403
        noted = {"kind": "recusal", "item": point.uid, "basis": "L1111-6"}
        noted |= {"person": stage.members[2].uid, "key": "5b8d8f9e-0000-4000-8000-000000000001"}
        secretary.post(reverse("council:session-enter", args=[ORG, meeting.uid]), noted)
        assert SessionEntry.objects.filter(kind=EntryKind.RECUSAL).count() == 1
        shown = text_of(secretary.get(page))
        assert "A annoncé son retrait" not in shown
        assert "Ne prennent pas part" in shown

    def test_taken_back_it_is_gone(self, stage, martin, point, client_of):
        announce(martin, point)
        mine = client_of(stage.members[2])
        mine.post(portal("withdrawal", martin, point.uid), {"undo": "1"})
        assert not AnnouncedWithdrawal.objects.exists()
        assert mine.post(portal("withdrawal", martin, point.uid), {"basis": "x"}).status_code == 303
        assert not AnnouncedWithdrawal.objects.exists()

    def test_neither_a_point_examined_nor_another_s(self, stage, elsewhere, martin, point):
        theirs = elsewhere.item("Ailleurs", meeting=elsewhere.meeting())
        with pytest.raises(Refusal, match="ordre du jour de cette séance"):
            announce(martin, theirs)
        AgendaItem.objects.filter(pk=point.pk).update(state=ItemState.ADOPTED)
        point.refresh_from_db()
        with pytest.raises(TooLate):
            announce(martin, point)
