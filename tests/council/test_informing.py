"""Copies to the councillors of the member communes who do not sit (R-EPCI-03)."""

from datetime import date, timedelta

import pytest
from django.core import mail as sent
from django.urls import reverse

from accounts.models import Mail
from accounts.services import mailing
from config.lib import clock
from config.lib.access import Refused
from council.enums import AssemblyKind, CopyOf
from council.models import Convocation, InformationCopy, InformedCouncillor, Meeting, ResultList
from council.services import convening, informing, proof_making
from council.services.proving import lines_of
from tests.council.stage import NOW

CSV = (
    "commune;civilité;prénom;nom;courriel\r\n"
    "Montreuil;Mme;Odile;Petit;odile@example.fr\r\n"
    "Vaux;M.;Luc;Grand;\r\n"
)


@pytest.fixture
def epci(stage):
    stage.council.kind = AssemblyKind.COMMUNITY_COUNCIL
    stage.council.save(update_fields=["kind"])
    first = stage.members[0]
    rows = CSV + f"Montreuil;;{first.given_name};{first.family_name};autre@example.fr\r\n"
    informing.keep_informed(actor=stage.dgs, assembly=stage.council, content=rows.encode(), now=NOW)
    return stage


@pytest.fixture
def meeting(epci):
    made = epci.meeting()
    epci.item("Tarifs", meeting=made, summary="Note de synthèse sur les tarifs.")
    return epci.frozen(made)


def names(stage):
    return [one.person.full_name for one in informing.informed(stage.council, date(2026, 11, 21))]


class TestWho:
    def test_who_sits_gets_no_copy_and_keeps_their_own_address(self, epci):
        assert names(epci) == ["Odile Petit", "Luc Grand"]
        assert InformedCouncillor.objects.filter(person=epci.members[0]).exists()
        epci.members[0].refresh_from_db()
        assert epci.members[0].email != "autre@example.fr"

    def test_the_same_file_again_adds_nobody_and_corrects_an_address(self, epci):
        told = CSV.replace("odile@", "o.petit@").encode()
        again = informing.keep_informed(
            actor=epci.dgs, assembly=epci.council, content=told, now=NOW
        )
        assert again == 0
        assert (
            InformedCouncillor.objects.get(person__family_name="Petit").person.email
            == "o.petit@example.fr"
        )

    def test_all_or_nobody(self, epci):
        wrong = CSV + "Vaux;;;Sans;x\r\nVaux;M.;Bon;Nom;\r\n"
        with pytest.raises(informing.LinesWrong, match="Ligne 4 : Il manque le prénom"):
            informing.keep_informed(
                actor=epci.dgs, assembly=epci.council, content=wrong.encode(), now=NOW
            )
        assert len(names(epci)) == 2

    def test_a_municipal_council_has_none(self, stage):
        with pytest.raises(Exception, match="EPCI"):
            informing.keep_informed(
                actor=stage.dgs, assembly=stage.council, content=CSV.encode(), now=NOW
            )
        assert informing.informed(stage.council, NOW.date()) == []

    def test_who_left_their_commune_gets_none(self, epci):
        odile = InformedCouncillor.objects.get(person__family_name="Petit")
        InformedCouncillor.objects.update(from_date=date(2026, 1, 1))
        informing.stop_informing(actor=epci.dgs, councillor=odile, now=NOW)
        assert informing.informed(epci.council, date(2026, 11, 22))[0].person.family_name == "Grand"

    def test_an_elected_member_decides_nothing_of_it(self, epci):
        with pytest.raises(Refused):
            informing.keep_informed(
                actor=epci.maire, assembly=epci.council, content=CSV.encode(), now=NOW
            )


class TestTheConvocation:
    def test_leaves_with_it_once_with_the_note_and_is_in_the_proof(self, epci, meeting):
        convening.convene(actor=epci.dgs, meeting=meeting, now=NOW)
        convening.convene(actor=epci.dgs, meeting=meeting, now=NOW)
        odile, luc = InformationCopy.objects.order_by("councillor__commune")
        assert luc.mail is None
        assert "dans sa mairie" in luc.words
        assert Mail.objects.filter(kind=informing.COPY_MAIL).count() == 1
        mailing.hand_over(Mail.objects.get(uid=odile.mail).pk, now=NOW)
        message = sent.outbox[-1]
        assert [one.get_filename() for one in message.attachments] == [
            "Convocation 2026-11-30.pdf",
            "Note de synthèse 2026-11-30.pdf",
        ]
        assert "ne vous convoque pas" in message.body
        assert "lien" not in message.body
        odile.refresh_from_db()
        assert odile.outcome == "accepted"
        # They are not members: neither convened nor counted in the verdict.
        assert not Convocation.objects.filter(person=odile.councillor.person).exists()
        assert len(lines_of(meeting)) == 5
        assert proof_making.draw(meeting, made_by="Nadia Morel", now=NOW).startswith(b"%PDF")

    def test_nothing_leaves_of_a_meeting_cancelled_meanwhile(self, epci, meeting):
        convening.convene(actor=epci.dgs, meeting=meeting, now=NOW)
        Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=NOW, cancel_reason="Neige")
        mail = Mail.objects.get(kind=informing.COPY_MAIL)
        assert informing.why_not_leave(mail, NOW) == "La séance est annulée."


class TestAfterwards:
    def test_the_list_goes_once_made_and_once_to_each(self, epci, meeting):
        with pytest.raises(informing.NothingYet, match="pas encore faite"):
            informing.send_copies(actor=epci.dgs, meeting=meeting, what=CopyOf.RESULTS, now=NOW)
        ResultList.objects.create(
            organisation=epci.organisation,
            meeting=meeting,
            version=epci.document("Liste.txt").current_version,
            made_at=NOW,
            made_by=epci.dgs_person,
        )
        told = [
            informing.send_copies(actor=epci.dgs, meeting=meeting, what=CopyOf.RESULTS, now=NOW)
            for _ in range(2)
        ]
        assert told == [2, 0]
        mailing.hand_over(Mail.objects.get(kind=informing.COPY_MAIL).pk, now=NOW)
        assert len(sent.outbox[-1].attachments) == 1
        with pytest.raises(informing.NothingYet, match="arrêté et signé"):
            informing.send_copies(actor=epci.dgs, meeting=meeting, what=CopyOf.MINUTES, now=NOW)
        with pytest.raises(Refused):
            informing.send_copies(actor=epci.maire, meeting=meeting, what=CopyOf.RESULTS, now=NOW)


def test_the_pages_show_who_before_sending_and_what_became_of_each(
    epci, meeting, client_of, monkeypatch
):
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
    dgs = client_of(epci.dgs_person)
    slug = epci.organisation.slug

    def page(name, *args):
        return dgs.get(reverse(f"council:{name}", args=[slug, *args])).content.decode()

    assert "Luc Grand" in page("informed", epci.council.uid)
    shown = page("meeting-convene", meeting.uid)
    assert "2 copies pour information" in shown.replace("\u00a0", " ")
    assert "odile@example.fr" in shown
    convening.convene(actor=epci.dgs, meeting=meeting, now=NOW)
    told = page("meeting-copies", meeting.uid)
    assert "En cours d’envoi." in told
    assert "dans sa mairie" in told
