"""Changing a meeting already convened: what leaves again, by when, and what the members see."""

import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Mail
from config.lib import clock
from config.lib.access import Refused
from council.enums import (
    ConvocationState,
    EditionChange,
    Intent,
    ItemKind,
    ItemState,
    Matter,
    MeetingState,
    ProxyState,
)
from council.models import (
    AgendaItem,
    Amendment,
    Answer,
    Convocation,
    DossierEdition,
    Meeting,
    Proxy,
)
from council.services import agenda, agreeing, convening, handing_over, items, pieces, planning
from council.services.amending import comparing, preparing, sending
from council.services.items import ItemContent
from documents.services import filing
from tests.council.stage import LAST_MOMENT, NOV_30, NOW, PARIS

SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)
FRIDAY = dt.datetime(2026, 11, 27, 9, tzinfo=PARIS)
C = ConvocationState


@pytest.fixture
def convened(stage):
    """Convened on 21 November; every mail was accepted, the paper dossier given."""
    convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
    Convocation.objects.update(state=C.SENT, handed_over_at=NOW)
    return Meeting.objects.get()


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    told = " ".join(flat.replace("\u00a0", " ").split())
    return re.sub(r" (?=[\]])|(?<=: ) ", "", told)


def opened(stage, meeting, *, now=NOW):
    return preparing.open_amendment(actor=stage.dgs, meeting=meeting, now=now)


def added(stage, amendment, *titles, now=NOW, **content):
    points = [stage.item(title, now=now, **content) for title in titles]
    return preparing.add_points(actor=stage.dgs, amendment=amendment, points=points, now=now)


def agreed(stage, amendment, *, now=NOW):
    sending.ask_mayor(actor=stage.dgs, amendment=amendment, now=now)
    shown = comparing.compare(amendment, now=now).digest
    sending.answer(actor=stage.maire, amendment=amendment, shown=shown, agreed=True, now=now)
    return amendment


def sent(stage, amendment, *, now=NOW):
    agreed(stage, amendment, now=now)
    return sending.send(actor=stage.dgs, amendment=amendment, now=now)


def moved(stage, amendment, starts_at=NOV_30, place="Salle du conseil", now=NOW, **why):
    return preparing.set_setting(
        actor=stage.dgs, amendment=amendment, starts_at=starts_at, place=place, now=now, **why
    )


def sentences(edition):
    told = comparing.read_manifest(edition.manifest).changes
    return tuple(one.replace("\u00a0", " ") for one in told)


class TestAComplementaryConvocation:
    def test_a_point_added_is_numbered_after_the_others_and_sent_to_all(self, stage, convened):
        edition = sent(stage, added_to(stage, convened, "Achat d’un tracteur"))
        assert (edition.n, edition.change) == (2, EditionChange.COMPLEMENTARY)
        assert [(i.number, i.title) for i in agenda.listed(convened)] == [
            (1, "Tarifs de la cantine"),
            (2, "Chemin des Vignes"),
            (3, "Achat d’un tracteur"),
        ]
        rows = Convocation.objects.filter(edition=edition)
        assert {row.person for row in rows} == set(stage.members)
        assert {row.follows.edition.n for row in rows} == {1}
        assert sentences(edition) == ("Ajouté : point 3, « Achat d’un tracteur ».",)
        assert Mail.objects.filter(kind=convening.CONVOCATION_MAIL, not_after=LAST_MOMENT).count()

    def test_until_it_leaves_nothing_changes_for_the_members(self, stage, convened):
        amendment = opened(stage, convened)
        added(stage, amendment, "Achat d’un tracteur")
        wording = preparing.write_anew(
            actor=stage.dgs, amendment=amendment, item=agenda.listed(convened)[0], now=NOW
        )
        items.edit_item(actor=stage.dgs, item=wording, content=ItemContent("Autre"), now=NOW)
        assert [i.title for i in agenda.listed(convened)] == [
            "Tarifs de la cantine",
            "Chemin des Vignes",
        ]
        assert DossierEdition.objects.count() == 1

    def test_its_delay_is_the_whole_delay_counted_again(self, stage, convened):
        amendment = added_to(stage, convened, "Tracteur", now=LAST_MOMENT)
        verdict = comparing.compare(amendment, now=LAST_MOMENT).verdict
        assert verdict.latest == LAST_MOMENT
        assert "jeudi 26 novembre" in verdict.sentence
        agreed(stage, amendment, now=LAST_MOMENT)
        with pytest.raises(sending.AgainstTheLaw, match="Trop tard pour ajouter ce point"):
            sending.send(actor=stage.dgs, amendment=amendment, now=LAST_MOMENT + SECOND)
        assert sending.send(actor=stage.dgs, amendment=amendment, now=LAST_MOMENT)

    def test_a_mail_that_would_leave_after_its_own_limit_does_not(self, stage, convened):
        edition = sent(stage, added_to(stage, convened, "Tracteur"))
        row = Convocation.objects.by_mail().filter(edition=edition).order_by("pk")[0]
        mail = Mail.objects.get(message_id=row.message_id)
        assert handing_over.why_not_leave(mail, LAST_MOMENT) == ""
        assert "délai légal" in handing_over.why_not_leave(mail, LAST_MOMENT + SECOND)

    def test_too_late_it_is_an_information_or_an_urgency(self, stage, convened):
        amendment = added_to(stage, convened, "Tracteur", now=FRIDAY)
        verdict = comparing.compare(amendment, now=FRIDAY).verdict
        assert verdict.blocked
        assert "urgent" in " ".join(verdict.ways)
        with pytest.raises(sending.AgainstTheLaw):
            sending.ask_mayor(actor=stage.dgs, amendment=amendment, now=FRIDAY)
        amendment = moved(stage, amendment, urgency_reason="Panne de chauffage", now=FRIDAY)
        edition = sent(stage, amendment, now=FRIDAY)
        assert edition.change == EditionChange.URGENT
        first = agenda.listed(convened)[0]
        assert (first.matter, first.number) == (Matter.URGENCY, 3)
        assert not Meeting.objects.get().is_urgent  # the first convocation was on time
        hurried = agenda.listed(convened).filter(hurried_by=first)
        assert [item.title for item in hurried] == ["Tracteur"]

    def test_an_information_is_never_too_late(self, stage, convened):
        amendment = added_to(
            stage, convened, "Bilan du marché", now=FRIDAY, kind=ItemKind.INFORMATION
        )
        assert sent(stage, amendment, now=FRIDAY).change == EditionChange.MODIFIED

    def test_given_up_its_points_wait_again(self, stage, convened):
        amendment = opened(stage, convened)
        (point,) = added(stage, amendment, "Tracteur")
        assert point not in AgendaItem.objects.pool()
        with pytest.raises(items.NotNow):
            items.list_item(actor=stage.dgs, item=point, meeting=stage.meeting(), now=NOW)
        preparing.abandon(actor=stage.dgs, amendment=amendment, now=NOW)
        assert point in AgendaItem.objects.pool()
        assert opened(stage, convened) != amendment


def added_to(stage, meeting, *titles, now=NOW, **content):
    amendment = opened(stage, meeting, now=now)
    added(stage, amendment, *titles, now=now, **content)
    return amendment


class TestAModificatif:
    def anew(self, stage, meeting, *, now=NOW):
        amendment = opened(stage, meeting, now=now)
        wording = preparing.write_anew(
            actor=stage.dgs, amendment=amendment, item=agenda.listed(meeting)[0], now=now
        )
        return amendment, wording

    def test_the_changed_words_and_the_replaced_file_are_told(self, stage, convened):
        amendment, wording = self.anew(stage, convened)
        items.edit_item(
            actor=stage.dgs,
            item=wording,
            content=ItemContent("Tarifs de la cantine 2027", summary="Le repas passe à 3,20 €."),
            now=NOW,
        )
        document = wording.pieces.get().document
        filing.add_version(
            actor=stage.dgs,
            document=document,
            received=filing.receive(io.BytesIO(b"Plan corrige."), "Plan.txt"),
            now=NOW,
        )
        edition = sent(stage, amendment)
        assert edition.change == EditionChange.MODIFIED
        assert sentences(edition) == (
            "Point 1, « Tarifs de la cantine 2027 » : l’objet était « Tarifs de la cantine ».",
            "Point 1, « Tarifs de la cantine 2027 » : la note de synthèse est modifiée.",
            "Point 1, « Tarifs de la cantine 2027 » : la pièce « Plan » est remplacée "
            "(version 2 au lieu de 1).",
        )
        kept = agenda.listed(convened)[0]
        assert (kept.number, kept.title, kept.pieces.get().pinned_version.number) == (
            1,
            "Tarifs de la cantine 2027",
            2,
        )
        assert AgendaItem.objects.get(pk=wording.pk).state == ItemState.ABANDONED

    def test_pieces_changed_after_the_delay_leave_with_a_warning(self, stage, convened):
        amendment, wording = self.anew(stage, convened, now=FRIDAY)
        pieces.join_document(
            actor=stage.dgs, item=wording, document=stage.document("Avis.txt"), now=FRIDAY
        )
        verdict = comparing.compare(amendment, now=FRIDAY).verdict
        assert not verdict.blocked
        assert "change après le délai" in verdict.findings[0].message
        edition = sent(stage, amendment, now=FRIDAY)
        row = Convocation.objects.by_mail().filter(edition=edition).order_by("pk")[0]
        mail = Mail.objects.get(message_id=row.message_id)
        assert handing_over.why_not_leave(mail, NOV_30 - SECOND) == ""

    def test_a_withdrawn_point_is_told(self, stage, convened):
        items.withdraw_item(
            actor=stage.dgs, item=agenda.listed(convened)[0], reason="Étude à finir", now=NOW
        )
        edition = sent(stage, opened(stage, convened))
        assert sentences(edition) == ("Retiré : point 1, « Tarifs de la cantine ».",)
        assert edition.change == EditionChange.MODIFIED

    def test_a_small_change_of_hour_passes_with_its_reason(self, stage, convened):
        amendment = opened(stage, convened, now=FRIDAY)
        seven = NOV_30.replace(hour=19)
        amendment = moved(stage, amendment, seven, now=FRIDAY)
        assert comparing.compare(amendment, now=FRIDAY).verdict.blocked
        amendment = moved(
            stage, amendment, seven, now=FRIDAY, minor_reason="La salle est prise à 20 h."
        )
        edition = sent(stage, amendment, now=FRIDAY)
        assert Meeting.objects.get().starts_at == seven
        assert sentences(edition) == (
            "La séance se tient lundi 30 novembre 2026 à 19 heures, et non lundi 30 novembre 2026 "
            "à 20 heures.",
        )

    def test_another_day_is_a_new_convocation_and_asks_everybody_again(self, stage, convened):
        giver, holder = stage.members[2], stage.members[4]
        common = {"organisation": stage.organisation, "meeting": convened}
        Answer.objects.create(
            person=giver, intent=Intent.PROXY, source="link", answered_at=NOW, **common
        )
        Proxy.objects.create(
            giver=giver,
            holder=holder,
            state=ProxyState.CONFIRMED,
            source="link",
            given_at=NOW,
            confirmed_at=NOW,
            **common,
        )
        amendment = opened(stage, convened)
        amendment = moved(stage, amendment, NOV_30 + DAY, place="Salle des fêtes")
        edition = sent(stage, amendment)
        assert edition.change == EditionChange.NEW
        assert len(sentences(edition)) == 2
        assert not Answer.objects.current().exists()
        assert not Proxy.objects.live().exists()
        assert Meeting.objects.get().local_start == NOV_30 + DAY

    def test_a_new_day_too_soon_is_refused_with_the_first_possible(self, stage, convened):
        amendment = opened(stage, convened, now=FRIDAY)
        amendment = moved(stage, amendment, NOV_30 - DAY, now=FRIDAY)
        verdict = comparing.compare(amendment, now=FRIDAY).verdict
        assert verdict.blocked
        assert "mardi 1" in verdict.ways[0]


class TestWhatHadNotLeft:
    def test_it_is_replaced_and_the_new_one_begins_the_chain(self, stage, convened):
        aline = stage.members[4]
        Convocation.objects.filter(person=aline).update(state=C.TO_SEND, handed_over_at=None)
        old = Convocation.objects.get(person=aline)
        edition = sent(stage, added_to(stage, convened, "Tracteur"))
        old.refresh_from_db()
        assert old.state == C.REPLACED
        assert Convocation.objects.get(person=aline, edition=edition).follows is None
        mail = Mail.objects.get(message_id=old.message_id)
        assert "remplace" in handing_over.why_not_leave(mail, NOW)


class TestTheAgreement:
    def test_nothing_leaves_without_it(self, stage, convened):
        amendment = added_to(stage, convened, "Tracteur")
        with pytest.raises(sending.NotAgreed):
            sending.send(actor=stage.dgs, amendment=amendment, now=NOW)

    def test_it_is_for_exactly_what_was_shown(self, stage, convened):
        amendment = agreed(stage, added_to(stage, convened, "Tracteur"))
        added(stage, amendment, "Remorque")
        with pytest.raises(sending.NotAgreed):
            sending.send(actor=stage.dgs, amendment=amendment, now=NOW)
        edition = sent(stage, amendment)
        assert edition.agreement.answered_by == stage.mayor

    def test_a_new_version_of_a_piece_asks_again(self, stage, convened):
        amendment = opened(stage, convened)
        document = stage.document("Devis.txt")
        added(stage, amendment, "Tracteur")
        (point,) = comparing.draft_of(amendment).fresh
        pieces.join_document(actor=stage.dgs, item=point, document=document, now=NOW)
        agreed(stage, amendment)
        received = filing.receive(io.BytesIO(b"Autre devis."), "Devis.txt")
        filing.add_version(actor=stage.dgs, document=document, received=received, now=NOW)
        with pytest.raises(sending.NotAgreed):
            sending.send(actor=stage.dgs, amendment=amendment, now=NOW)

    def test_the_first_agenda_keeps_its_own(self, stage, convened):
        agreed(stage, added_to(stage, convened, "Tracteur"))
        first = agenda.current_agreement(convened)
        assert (first.agreed, first.amendment) == (True, None)

    def test_the_mayor_may_refuse_with_a_reason(self, stage, convened):
        amendment = added_to(stage, convened, "Tracteur")
        sending.ask_mayor(actor=stage.dgs, amendment=amendment, now=NOW)
        told = {"actor": stage.maire, "amendment": amendment, "shown": "", "now": NOW}
        sending.answer(agreed=False, reason="Trop cher", **told)
        with pytest.raises(sending.NotAgreed):
            sending.send(actor=stage.dgs, amendment=amendment, now=NOW)
        with pytest.raises(agreeing.NothingToAgree):
            sending.answer(agreed=True, **told)


class TestWhoAndWhen:
    def attempts(self, stage, actor, amendment, meeting):
        item = agenda.listed(meeting)[0]
        common = {"actor": actor, "amendment": amendment, "now": NOW}
        return [
            lambda: preparing.open_amendment(actor=actor, meeting=meeting, now=NOW),
            lambda: preparing.set_setting(starts_at=NOV_30, place="X", **common),
            lambda: preparing.write_anew(item=item, **common),
            lambda: preparing.add_points(points=[], **common),
            lambda: preparing.leave_out(item=item, **common),
            lambda: preparing.abandon(**common),
            lambda: sending.ask_mayor(**common),
            lambda: sending.send(**common),
        ]

    def test_only_those_who_prepare(self, stage, elsewhere, convened):
        amendment = opened(stage, convened)
        for actor in (stage.actor(stage.agent), stage.maire, elsewhere.dgs):
            for attempt in self.attempts(stage, actor, amendment, convened):
                with pytest.raises(Refused):
                    attempt()
        for who in (stage.dgs_person, stage.secretary, stage.members[2]):
            with pytest.raises(Refused):
                sending.answer(
                    actor=stage.actor(who), amendment=amendment, shown="", agreed=True, now=NOW
                )

    def test_only_a_meeting_convened_that_has_not_begun(self, stage, convened):
        with pytest.raises(preparing.NotConvened):
            opened(stage, stage.meeting())
        with pytest.raises(preparing.NotConvened):
            opened(stage, convened, now=NOV_30)
        amendment = opened(stage, convened)
        planning.cancel_meeting(
            actor=stage.dgs, meeting=convened, reason="Neige", now=NOW, decided_by_mayor=True
        )
        assert Meeting.objects.get(pk=convened.pk).state == MeetingState.CANCELLED
        with pytest.raises((preparing.NotConvened, preparing.NotInPreparation)):
            moved(stage, amendment)

    def test_twice_is_once_and_nothing_is_nothing(self, stage, convened):
        amendment = added_to(stage, convened, "Tracteur")
        edition = sent(stage, amendment)
        assert sending.send(actor=stage.dgs, amendment=amendment, now=NOW) == edition
        assert Convocation.objects.count() == 10
        with pytest.raises(preparing.NotInPreparation):
            added(stage, amendment, "Remorque")
        empty = opened(stage, convened)
        with pytest.raises(sending.AgainstTheLaw, match="Rien ne change"):
            sending.ask_mayor(actor=stage.dgs, amendment=empty, now=NOW)

    def test_the_database_refuses_two_at_once(self, stage, convened):
        opened(stage, convened)
        with pytest.raises(Exception, match="one_in_preparation"), connection.cursor():
            Amendment.objects.create(
                organisation=stage.organisation,
                meeting=convened,
                created_by=stage.dgs_person,
                created_at=NOW,
            )


class TestThePages:
    """The same, by its buttons; and what a member finds."""

    def url(self, name, meeting):
        return reverse(f"council:{name}", args=["saint-aubin", meeting.uid])

    def test_from_the_menu_to_the_members_dossier(self, stage, convened, client_of, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        dgs, mayor = client_of(stage.dgs_person), client_of(stage.mayor)
        page = self.url("meeting-amend", convened)
        assert "Modifier après l’envoi" in text_of(dgs.get(self.url("meeting-detail", convened)))
        assert dgs.get(self.url("meeting-change", convened)).url == page
        dgs.post(page, {"do": "open"})
        sent_point = agenda.listed(convened)[0]
        wording_page = dgs.post(page, {"do": "point", "point": sent_point.uid}).url
        dgs.post(
            wording_page,
            {
                "title": sent_point.title,
                "kind": "deliberation",
                "matter": "ordinary",
                "summary": "Le repas passe de 3 € à 3,20 €.",
            },
        )
        tractor = stage.item("Achat d’un tracteur")
        dgs.post(page, {"do": "add", "point": [str(tractor.uid)]})
        told = text_of(dgs.get(page))
        assert "Convocation complémentaire : elle doit partir au plus tard jeudi 26" in told
        assert "Note de synthèse modifié" in told
        dgs.post(page, {"do": "ask"})
        assert "Valider un changement" in text_of(mayor.get("/c/saint-aubin/"))
        phone = mayor.get(self.url("amendment-agree", convened))
        shown = re.search(r'name="shown" value="([0-9a-f]{64})"', phone.content.decode())[1]
        mayor.post(self.url("amendment-agree", convened), {"shown": shown})
        confirm = text_of(dgs.get(self.url("amend-send", convened)))
        assert "votre dossier modifié" in confirm
        assert "- Ajouté : point 3, « Achat d’un tracteur »." in confirm
        done = dgs.post(self.url("amend-send", convened), {"expected": "5"})
        assert done.url == self.url("meeting-proof", convened)
        last = stage.members[4]
        Convocation.objects.filter(edition__n=2).update(state=C.SENT, handed_over_at=NOW)
        first = Convocation.objects.get(person=last, edition__n=1)
        member = text_of(client_of(last).get(reverse("portal:home", args=[first.uid])))
        assert "Modifié depuis l’envoi" in member
        assert "Achat d’un tracteur" in member
        assert "[ajouté : Le repas passe de 3 € à 3,20 €.]" in member

    def test_each_point_says_to_each_member_what_changed_since_their_own_reading(
        self, stage, convened, client_of, monkeypatch
    ):
        """Aline had opened the first dossier, Jeanne opens the second one only."""
        monkeypatch.setattr(clock, "now", lambda: NOW)
        aline, jeanne = stage.members[4], stage.members[2]
        Convocation.objects.filter(meeting=convened).update(state=C.SENT, handed_over_at=NOW)
        Convocation.objects.filter(person=aline).update(opened_at=NOW)
        amendment = opened(stage, convened)
        first = agenda.listed(convened)[0]
        anew = preparing.write_anew(actor=stage.dgs, amendment=amendment, item=first, now=NOW)
        content = ItemContent(first.title, summary="Le repas passe de 3 € à 3,20 €.")
        items.edit_item(actor=stage.dgs, item=anew, content=content, now=NOW)
        sent(stage, amendment)
        Convocation.objects.filter(edition__n=2).update(state=C.SENT, handed_over_at=NOW)

        def page(who, name, *more):
            own = Convocation.objects.get(person=who, edition__n=1)
            return text_of(client_of(who).get(reverse(f"portal:{name}", args=[own.uid, *more])))

        assert page(aline, "read").count("Modifié") == 2, "that point alone, in the two outlines"
        told = page(aline, "read-point", first.uid)
        assert "Modifié depuis votre lecture" in told
        assert "[ajouté : Le repas passe de 3 € à 3,20 €.]" in told
        assert "Modifié" not in page(jeanne, "read")
        assert "Modifié" not in page(jeanne, "read-point", first.uid)

    def test_what_is_prepared_is_given_up_in_one_click(
        self, stage, convened, client_of, monkeypatch
    ):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        dgs, page = client_of(stage.dgs_person), self.url("meeting-amend", convened)
        dgs.post(page, {"do": "open"})
        moved_to = {"day": "2026-12-02", "hour": "18:30", "place": "Salle des fêtes"}
        dgs.post(self.url("amend-setting", convened), moved_to)
        told = text_of(dgs.get(page))
        assert "Nouvelle convocation : elle doit partir au plus tard samedi 28 novembre" in told
        dgs.post(page, {"do": "abandon"})
        assert Meeting.objects.get().starts_at == NOV_30
        assert dgs.get(self.url("amend-send", convened)).status_code == 404
