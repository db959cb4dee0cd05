"""Private notes: their author's alone, kept across editions, erased after leaving."""

import datetime as dt
import io
import logging
import re
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.db import connection
from django.urls import reverse

from accounts.models import Mail
from accounts.services import mailing
from config.lib import clock
from config.lib.access import Refused
from council.enums import Channel, ConvocationState, EndReason
from council.link_tokens import Link, mint
from council.models import Convocation, EditionPiece, NotesLeave, PrivateNote
from council.sealed import Unreadable, seal, unseal
from council.services import convening, leaving_notes, noting, seating
from documents.services import filing
from documents.services.transfer.exporting import export_tree
from tests.conftest import StrictClient
from tests.council.stage import LONG_AGO, NOW

ORG = "saint-aubin"
DAY = dt.timedelta(days=1)
TODAY = NOW.date()
WORDS = "Voter contre : le devis zorglub est gonflé"


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """The instant that everything reads; tests move its only element."""
    instant = [NOW]
    monkeypatch.setattr(clock, "now", lambda: instant[0])
    return instant


@pytest.fixture
def convened(stage):
    """Two points: the first has a document, the second none. Everything has left."""
    convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
    Convocation.objects.update(state=ConvocationState.SENT, handed_over_at=NOW)
    return stage


def aline(stage):
    return stage.members[4]


def of(who):
    return Convocation.objects.select_related("meeting", "edition").get(person=who)


def by_link(who):
    """A browser in which the button of the personal link was pressed."""
    client, own = StrictClient(), of(who)
    token = mint(Link(own.uid, own.generation, TODAY + 20 * DAY))
    client.post(reverse("portal:gate", args=[token]))
    return client


def piece():
    return EditionPiece.objects.order_by("edition__n").first()


def point(stage):
    """The point without a document."""
    return of(aline(stage)).meeting.items.get(title="Chemin des Vignes")


def url(name, who, *more):
    return reverse(f"portal:{name}", args=[of(who).uid, *more])


def on_point(stage, text=WORDS, who=None, mark="", now=NOW):
    return noting.write_on_point(
        convocation=of(who or aline(stage)),
        item=point(stage).uid,
        text=text,
        mark=mark,
        now=now,
    )


def on_piece(stage, text=WORDS, page=0, who=None, mark=""):
    return noting.write_on_piece(
        convocation=of(who or aline(stage)),
        piece=piece().uid,
        page=page,
        text=text,
        mark=mark,
        now=NOW,
    )


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


class TestWriting:
    @pytest.mark.parametrize("way", ["link", "account"])
    def test_under_a_point_and_on_a_page_of_a_document(self, convened, client_of, way):
        who = aline(convened)
        browser = by_link(who) if way == "link" else client_of(who)
        page = url("read-point", who, point(convened).uid)
        assert "Vous seul la lisez" in text_of(browser.get(page))
        kept = browser.post(url("note-point", who, point(convened).uid), {"text": WORDS})
        assert kept["Location"] == f"{page}#ma-note"
        assert WORDS in text_of(browser.get(page))
        document = url("read-piece", who, piece().uid)
        for number in ("", "3"):
            browser.post(
                url("note-piece", who, piece().uid),
                {"text": f"Remarque {number}", "page": number},
            )
        shown = text_of(browser.get(document))
        assert "Ma note, page 3" in shown
        listed = text_of(browser.get(url("notes", who)))
        assert listed.index("Remarque") < listed.index(WORDS), "in the order of the agenda"
        assert "1. Tarifs de la cantine · Plan, page 3" in listed
        took = browser.get(url("notes-file", who))
        assert took["Content-Disposition"].startswith("attachment")
        assert WORDS in text_of(took)

    def test_without_a_word_it_goes(self, convened):
        note = on_point(convened)
        assert on_point(convened, "  ", mark=note.mark) is None
        assert not PrivateNote.objects.exists()

    def test_two_devices_lose_nothing(self, convened, client_of):
        who, browser = aline(convened), client_of(aline(convened))
        address = url("note-point", who, point(convened).uid)
        browser.post(address, {"text": "Sur le téléphone"})
        again = browser.post(address, {"text": "Sur la tablette", "mark": ""})
        assert again.status_code == 422
        assert "Sur le téléphone" in text_of(again)
        assert "Sur la tablette" in text_of(again)
        mark = re.search(r'name="mark" value="([^"]+)"', again.content.decode())[1]
        browser.post(address, {"text": "Les deux", "mark": mark.replace("&#x27;", "'")})
        assert noting.on_point(who, point(convened).uid).text == "Les deux"

    def test_what_is_too_long_or_not_in_the_dossier_is_refused(self, convened, elsewhere):
        with pytest.raises(noting.TooLong):
            on_point(convened, "x" * (noting.LONGEST + 1))
        other = elsewhere.item(meeting=elsewhere.meeting())
        for item in (other.uid, uuid4()):
            with pytest.raises(noting.NotThere):
                noting.write_on_point(
                    convocation=of(aline(convened)), item=item, text="x", mark="", now=NOW
                )
        with pytest.raises(noting.NotThere):
            noting.write_on_piece(
                convocation=of(aline(convened)), piece=uuid4(), page=0, text="x", mark="", now=NOW
            )

    def test_a_modified_dossier_and_a_new_version_keep_it(self, convened, client_of):
        on_point(convened)
        on_piece(convened, "À la page 2", page=2)
        who, former = aline(convened), of(aline(convened))
        filing.add_version(
            actor=convened.dgs,
            document=piece().version.document,
            received=filing.receive(io.BytesIO(b"Plan corrige."), "Plan.txt"),
            now=NOW,
        )
        row = piece().item.pieces.get()
        row.pinned_version = row.document.versions.latest("number")
        row.save()
        second = convening._create_edition(convened.dgs, former.meeting, NOW)
        fresh = Convocation.objects.create(
            organisation=former.organisation,
            meeting=former.meeting,
            edition=second,
            mandate=former.mandate,
            person=who,
            follows=former,
            channel=Channel.EMAIL,
            state=ConvocationState.ACCEPTED,
            handed_over_at=NOW,
            created_at=NOW,
        )
        browser = client_of(who)
        new = second.pieces.get()
        assert new.version_id != piece().version_id
        shown = browser.get(reverse("portal:read-piece", args=[former.uid, new.uid]))
        assert "À la page 2" in text_of(shown)
        listed = text_of(browser.get(reverse("portal:notes", args=[fresh.uid])))
        assert WORDS in listed


class TestNobodyElse:
    def test_no_other_person_reaches_them_by_any_page(self, convened, client_of, elsewhere):
        """The clerk, the DGS, the mayor, an agent, another member, another commune, the host."""
        on_point(convened)
        on_piece(convened, page=3)
        item, who = point(convened), aline(convened)
        stage = convened
        host = stage.agent
        host.is_staff = host.is_superuser = True
        host.save()
        people = [
            stage.dgs_person,
            stage.secretary,
            stage.mayor,
            host,
            stage.members[2],
            elsewhere.dgs_person,
            elsewhere.members[4],
        ]
        hers = [
            url("read-point", who, item.uid),
            url("read-piece", who, piece().uid),
            url("notes", who),
            url("notes-file", who),
        ]
        meeting = of(who).meeting
        theirs = [
            reverse("portal:my-notes"),
            reverse("portal:my-notes-file"),
            reverse("portal:mine"),
            *(
                reverse(f"council:{name}", args=[ORG, meeting.uid])
                for name in ("meeting-detail", "meeting-proof")
            ),
            reverse("council:item-detail", args=[ORG, item.uid]),
        ]
        for person in people:
            browser = client_of(person)
            for address in hers:
                assert browser.get(address).status_code == 404, (person, address)
            for name, uid in (("note-point", item.uid), ("note-piece", piece().uid)):
                assert browser.post(url(name, who, uid), {"text": "x"}).status_code == 404
            for address in theirs:
                assert "zorglub" not in browser.get(address).content.decode(), (person, address)
        look = client_of(stage.dgs_person)
        started = reverse("accounts:viewing-start", args=[ORG, who.uid])
        assert look.post(started, {"reason": "Elle ne voit pas son dossier"}).status_code == 302
        for address in hers:
            assert look.get(address).status_code == 404, address
        assert {one.text for one in noting.of_dossier(of(who))} == {WORDS}

    def test_one_member_s_link_opens_none_of_another_s(self, convened):
        on_point(convened)
        on_point(convened, "Celle de Paul", who=convened.members[3])
        browser = by_link(convened.members[3])
        assert browser.get(url("notes", aline(convened))).status_code == 404
        assert "zorglub" not in text_of(browser.get(url("notes", convened.members[3])))
        assert browser.get(reverse("portal:my-notes")).status_code == 302, "asks for the account"

    def test_no_table_no_log_and_no_export_holds_a_word(self, convened, client_of, caplog):
        caplog.set_level(logging.DEBUG)
        browser = client_of(aline(convened))
        browser.post(url("note-point", aline(convened), point(convened).uid), {"text": WORDS})
        browser.get(url("notes", aline(convened)))
        assert "zorglub" not in caplog.text
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            parts = [
                f"SELECT '{name}' FROM \"{name}\" t WHERE t::text LIKE '%zorglub%'"
                for name in tables
            ]
            cursor.execute(" UNION ALL ".join(parts))
            assert cursor.fetchall() == []
        target = io.BytesIO()
        export_tree(organisation=convened.organisation, target=target, now=NOW)
        assert b"zorglub" not in target.getvalue()
        assert str(PrivateNote.objects.get()) == "Note personnelle"

    def test_sealed_for_one_person_and_one_row(self):
        person, row = uuid4(), uuid4()
        kept = seal(WORDS, person=person, row=row)
        assert unseal(kept, person=person, row=row) == WORDS
        for wrong in (
            lambda: unseal(kept, person=uuid4(), row=row),
            lambda: unseal(kept, person=person, row=uuid4()),
            lambda: unseal(kept[:-1] + bytes([kept[-1] ^ 1]), person=person, row=row),
            lambda: unseal(b"", person=person, row=row),
        ):
            with pytest.raises(Unreadable):
                wrong()

    def test_another_key_loses_the_words_and_breaks_no_page(self, convened, settings, client_of):
        on_point(convened)
        settings.LINK_KEY = "another key altogether"
        shown = text_of(client_of(aline(convened)).get(url("notes", aline(convened))))
        assert "ne se lit plus" in shown


def leaves(stage, who, day=TODAY):
    seating.end_mandate(
        actor=stage.dgs,
        mandate=stage.mandate(who),
        last_day=day,
        reason=EndReason.TERM,
        now=NOW,
    )


class TestLeaving:
    def test_thirty_days_to_take_them_away_then_nothing(self, convened, client_of, at):
        on_point(convened)
        who = aline(convened)
        leaves(convened, who)
        assert not NotesLeave.objects.exists()
        at[0] = NOW + DAY
        leaving_notes.every_night(now=at[0])
        leaving_notes.every_night(now=at[0])
        (mail,) = Mail.objects.filter(kind="council.notes_leave")
        mailing.hand_over(mail.pk, now=at[0])
        mail.refresh_from_db()
        address = re.search(r"https?://[^/\s]+(/dossier/lien/\S+)", outbox.outbox[-1].body)[1]
        assert address not in mail.body
        assert "lundi 21 décembre" not in mail.body
        assert "mardi 22 décembre 2026" in mail.body
        # Nothing else opens any more; the account shows the notes and no dossier.
        with pytest.raises(Refused):
            on_point(convened, now=at[0])
        browser = client_of(who)
        closed = browser.get(url("read-point", who, point(convened).uid))
        assert closed.status_code == 403
        assert reverse("portal:my-notes") in closed.content.decode()
        assert WORDS in text_of(browser.get(reverse("portal:my-notes")))
        at[0] = NOW + 31 * DAY
        leaving_notes.every_night(now=at[0])
        gate = StrictClient().get(address)
        assert gate["Referrer-Policy"] == "no-referrer"
        assert "Vous êtes bien Aline Zola" in text_of(gate)
        assert "zorglub" not in text_of(gate), "looking at the gate shows nothing"
        assert WORDS in text_of(StrictClient(enforce_csrf_checks=True).post(address))
        at[0] = NOW + 32 * DAY
        leaving_notes.every_night(now=at[0])
        assert not PrivateNote.objects.exists()
        assert StrictClient().post(address).status_code == 410

    def test_everybody_who_leaves_gets_the_same_words_notes_or_not(self, convened):
        on_point(convened)
        for who in (aline(convened), convened.members[3]):
            leaves(convened, who)
        leaving_notes.every_night(now=NOW + DAY)
        told = Mail.objects.filter(kind="council.notes_leave")
        assert {one.person for one in told} == {aline(convened), convened.members[3]}

    def test_an_end_noted_late_still_leaves_thirty_days(self, convened):
        on_point(convened)
        leaves(convened, aline(convened), day=LONG_AGO)
        leaving_notes.every_night(now=NOW)
        assert PrivateNote.objects.exists()
        assert NotesLeave.objects.get().until == TODAY + 30 * DAY

    def test_whoever_sits_again_keeps_everything(self, convened):
        on_point(convened)
        who = aline(convened)
        leaves(convened, who)
        leaving_notes.every_night(now=NOW + DAY)
        seating.give_mandate(
            actor=convened.dgs,
            assembly=convened.council,
            person=who,
            rank=9,
            from_date=TODAY + DAY,
            now=NOW,
        )
        mail = Mail.objects.get(kind="council.notes_leave")
        leaving_notes.every_night(now=NOW + 60 * DAY)
        assert PrivateNote.objects.exists()
        mailing.hand_over(mail.pk, now=NOW + DAY)
        assert outbox.outbox == []

    def test_other_tokens_take_nothing(self, convened):
        on_point(convened)
        own = of(aline(convened))
        wrong = mint(Link(own.uid, own.generation, TODAY + 20 * DAY))
        for token in (wrong, "n-importe-quoi"):
            assert (
                StrictClient().post(reverse("portal:take-notes", args=[token])).status_code == 410
            )
