"""Paper dossiers: the order of the round, the print file, the hours typed afterwards."""

import datetime as dt
import hashlib
import io
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.lib.access import Refused
from council import papers
from council.enums import ConvocationState
from council.models import Convocation, Mandate, Meeting, RoundScan, RoundStop
from council.services import convening, proof_making, proving, rounds
from council.services.handing_over import ImpossibleDate
from tests.council.stage import LAST_MOMENT, NOW

MINUTE = dt.timedelta(minutes=1)
LATER = NOW + dt.timedelta(hours=2)


def meeting_of(stage):
    return Meeting.objects.get(assembly=stage.council)


def of(stage, rank):
    return Convocation.objects.get(person=stage.members[rank])


def pdf(*sizes):
    made = io.BytesIO()
    with pikepdf.new() as new:
        for size in sizes:
            new.add_blank_page(page_size=size)
        new.save(made)
    return made.getvalue()


def page(stage, name):
    return reverse(f"council:{name}", args=[stage.organisation.slug, meeting_of(stage).uid])


@pytest.fixture
def paper(stage):
    """Three of the five members are on paper; the dossier has an A4 document and an A3 plan."""
    Mandate.objects.filter(person__in=stage.members[1:4]).update(
        wants_paper=True, paper_requested_on=dt.date(2026, 1, 1)
    )
    meeting = stage.meeting()
    note = stage.document("Note.pdf", pdf((595, 842)))
    plan = stage.document("Plan de la place.pdf", pdf((842, 1191), (595, 842)))
    stage.item("Place du village", meeting=meeting, documents=(note, plan))
    convening.convene(actor=stage.dgs, meeting=stage.frozen(meeting), now=NOW)
    return stage


def names(stage):
    return [one.person.given_name for one in rounds.stops(meeting_of(stage))]


class TestTheOrder:
    def test_of_the_tableau_then_as_it_was_put_and_kept(self, paper, client):
        assert names(paper) == ["René", "Jeanne", "Paul"]
        client.force_login(paper.secretary)
        order = page(paper, "round-order")
        paul, rene = str(of(paper, 3).uid), str(of(paper, 1).uid)
        client.post(order, {"stop": paul, "rank": "1"})
        assert names(paper) == ["Paul", "René", "Jeanne"]
        client.post(order, {"move": f"{rene}:down"})
        assert names(paper) == ["Paul", "Jeanne", "René"]
        dragged = [rene, paul, str(of(paper, 2).uid)]
        client.post(order, {"order": dragged, "moved": rene})
        assert names(paper) == ["René", "Paul", "Jeanne"]
        client.post(order, {"move": "rien"})
        assert RoundStop.objects.count() == 3
        shown = client.get(page(paper, "meeting-round")).content.decode()
        assert shown.index("René Lacombe") < shown.index("Paul Martin")

    def test_by_those_who_prepare_and_for_who_is_on_paper(self, paper, elsewhere):
        meeting = meeting_of(paper)
        for actor in (paper.maire, paper.actor(paper.agent), elsewhere.dgs):
            with pytest.raises(Refused):
                rounds.move_stop(
                    actor=actor, meeting=meeting, convocation=of(paper, 1).uid, rank=1, now=NOW
                )
        with pytest.raises(rounds.NotOnTheRound):
            rounds.move_stop(
                actor=paper.dgs, meeting=meeting, convocation=of(paper, 4).uid, rank=1, now=NOW
            )


class TestThePrint:
    def test_one_file_in_order_each_part_on_a_front_page_plans_apart(self, paper):
        path = papers.round_file(rounds.stops(meeting_of(paper)))
        texts = []
        with pypdfium2.PdfDocument(path) as opened:
            for one in opened:
                words = one.get_textpage().get_text_range()
                texts.append(" ".join(words.replace("\u00a0", " ").split()))
                assert max(one.get_size()) < 850  # no plan among them
        path.unlink()
        starts = [n for n, said in enumerate(texts) if "Tournée :" in said]
        assert [texts[n].split("Tournée : ")[1][:5] for n in starts] == ["1 / 3", "2 / 3", "3 / 3"]
        assert all(n % 2 == 0 for n in starts)  # the first page of a sheet
        assert "1 document à part (plan)" in texts[0]
        for n, said in enumerate(texts):
            if "J’ai l’honneur" in said or "Je soussigné" in said or "Dans ce dossier" in said:
                assert n % 2 == 0, said[:60]
        whole = " ".join(texts)
        assert whole.count("donne pouvoir à") == 3
        assert whole.count("vous est remis à part") == 3
        plans = papers.plans_of(of(paper, 1).edition)
        assert [one.title for one in plans] == ["Plan de la place"]
        with pikepdf.open(papers.plans_file(of(paper, 1).edition)) as apart:
            assert len(apart.pages) == 2

    def test_the_pages_give_the_files(self, paper, client):
        client.force_login(paper.dgs_person)
        for name in ("round-print", "round-sheet", "round-plans"):
            given = client.get(page(paper, name))
            assert given.status_code == 200
            assert b"".join(given)[:5] == b"%PDF-"
        client.force_login(paper.mayor)
        assert client.get(page(paper, "round-print")).status_code == 403


class TestTheHours:
    def posted(self, stage, **given):
        data = {}
        for rank, (at, how) in given.items():
            key = of(stage, int(rank[1:])).uid.hex
            local = at.astimezone(meeting_of(stage).tz)
            data |= {f"{key}-day": f"{local:%Y-%m-%d}", f"{key}-hour": f"{local:%H:%M}"}
            data[f"{key}-how"] = how
        return data

    def test_typed_after_the_round_they_count_and_the_late_one_says_so(self, paper):
        late = LAST_MOMENT + MINUTE
        given = {
            of(paper, 1).uid: rounds.Given(NOW, "En main propre"),
            of(paper, 2).uid: rounds.Given(late),
        }
        said = rounds.note_round(
            actor=paper.dgs, meeting=meeting_of(paper), given=given, now=late + MINUTE
        )
        assert len(said) == 1
        assert "Remis hors délai à Jeanne Martin" in said[0]
        assert "2 jours francs" in said[0].replace("\u00a0", " ")
        assert (of(paper, 1).state, of(paper, 1).handed_over_at) == (ConvocationState.SENT, NOW)
        verdicts = {
            one.convocation.person.given_name: one.verdict.value
            for one in proving.lines_of(meeting_of(paper))
            if one.verdict
        }
        assert verdicts == {"René": "on_time", "Jeanne": "to_resend"}

    def test_all_or_none(self, paper):
        given = {
            of(paper, 1).uid: rounds.Given(NOW),
            of(paper, 2).uid: rounds.Given(LATER + MINUTE),  # in the future
        }
        with pytest.raises(ImpossibleDate):
            rounds.note_round(actor=paper.dgs, meeting=meeting_of(paper), given=given, now=LATER)
        assert of(paper, 1).state == ConvocationState.TO_SEND
        for wrong, refusal in (
            ({}, rounds.NothingGiven),
            ({of(paper, 4).uid: rounds.Given(NOW)}, rounds.NotOnTheRound),
            ({UUID(int=1): rounds.Given(NOW)}, rounds.NotOnTheRound),
        ):
            with pytest.raises(refusal):
                rounds.note_round(
                    actor=paper.dgs, meeting=meeting_of(paper), given=wrong, now=LATER
                )

    def test_by_the_page_a_line_left_empty_waits(self, paper, client):
        client.force_login(paper.secretary)
        give = page(paper, "round-give")
        now = dt.datetime.now(dt.UTC)
        Convocation.objects.update(created_at=now - dt.timedelta(hours=3))
        half = self.posted(paper, m1=(now, ""))
        del half[f"{of(paper, 1).uid.hex}-hour"]
        assert client.post(give, half).status_code == 422
        assert client.post(give, {}).status_code == 422
        assert (
            client.post(give, self.posted(paper, m1=(now - MINUTE, "À sa fille"))).status_code
            == 302
        )
        assert of(paper, 1).server_reply == "À sa fille"
        assert of(paper, 2).state == ConvocationState.TO_SEND


class TestTheSignedSheet:
    def test_filed_with_the_documents_of_the_meeting_and_in_the_proof(self, paper, client):
        client.force_login(paper.dgs_person)
        sheet = pdf((595, 842))
        brought = SimpleUploadedFile("feuille signée.pdf", sheet, "application/pdf")
        assert client.post(page(paper, "round-scan"), {"file": brought}).status_code == 302
        scan = RoundScan.objects.get()
        assert scan.version.document.folder == paper.root
        assert "feuille signée" in client.get(page(paper, "meeting-round")).content.decode()
        proof = proof_making.make_proof(actor=paper.dgs, meeting=meeting_of(paper), now=LATER)
        with pypdfium2.PdfDocument(bytes(proof.pdf)) as opened:
            words = "".join(one.get_textpage().get_text_range() for one in opened)
        assert hashlib.sha256(sheet).hexdigest() in words
        wrong = SimpleUploadedFile("feuille.txt", b"bonjour", "text/plain")
        client.post(page(paper, "round-scan"), {"file": wrong})
        assert RoundScan.objects.count() == 1
