"""The proof of convocation: what it holds, what it may not hold, its digest and its time-stamp."""

import datetime as dt
import hashlib
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.mail.returning import return_address
from accounts.models import Mail
from accounts.services import returns
from config.lib.access import Refused
from config.work.registry import GiveUp, Retry
from council.enums import FactKind, Intent, Means
from council.models import Answer, Convocation, ConvocationProof, EditionPiece
from council.services import (
    acknowledging,
    answering,
    convening,
    links,
    proof_making,
    resending,
    stamping,
)
from tests.council.reports import report
from tests.council.stage import NOW

LATER = NOW + dt.timedelta(hours=1)


def aline(stage):
    return Convocation.objects.get(person=stage.members[4])


def text_of(pdf):
    with pypdfium2.PdfDocument(bytes(pdf)) as opened:
        words = "\n".join(page.get_textpage().get_text_range() for page in opened)
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())


def prove(stage, now=LATER):
    return proof_making.make_proof(actor=stage.dgs, meeting=aline(stage).meeting, now=now)


@pytest.fixture
def with_pieces(stage):
    """Convened with one document; everything has left."""
    convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
    Convocation.objects.filter(channel="email").update(
        state="accepted", handed_over_at=NOW, accepted_at=NOW, server_reply="250 Ok"
    )
    return stage


class TestTheFile:
    def test_it_says_all_that_happened_to_each_member(self, letters, settings):
        settings.RETURNS_ADDRESS = "retours@mairie.exemple.fr"
        meeting = aline(letters).meeting
        mayor = Convocation.objects.get(person=letters.mayor)
        links.open_dossier(convocation=mayor, now=NOW + dt.timedelta(minutes=7))
        resending.resend(actor=letters.dgs, convocation=mayor, now=NOW)
        letter = Mail.objects.get(message_id=aline(letters).message_id)
        returns.take_report(report(to=return_address(letter.uid)), now=LATER)
        for intent, holder in ((Intent.PRESENT, None), (Intent.PROXY, letters.mayor)):
            answering.note_answer(
                actor=letters.dgs,
                meeting=meeting,
                person=letters.members[2],
                intent=intent,
                holder=holder,
                received_by=letters.agent,
                means=Means.PHONE,
                now=LATER,
            )
        proof = prove(letters)
        said = text_of(proof.pdf)
        for words in (
            "250 2.0.0 Ok: queued as 4F3A",
            "8 jours francs",
            "Ouverte le samedi 21 novembre 2026 à 10 h 07",
            "Renvoi du même dossier à maire@example.fr par Nadia Morel",
            "Adresse refusée : elle n’existe pas, ou plus.",
            "5.1.1",
            "reçue par téléphone, par Julien Petit (notée par Nadia Morel)",
            "donne pouvoir à Michel Garnier",
            "Remplacée le",
            "à renvoyer",
            "3 dans le délai",
            "aucune lecture n’est relevée",
        ):
            assert words in said, words
        edition = aline(letters).edition
        assert edition.sha256 in said
        assert (proof.sha256, proof.size) == (
            hashlib.sha256(proof.pdf).hexdigest(),
            len(proof.pdf),
        )

    def test_each_document_with_its_digest_and_read_only_as_the_member_said(self, with_pieces):
        convocation = aline(with_pieces)
        piece = EditionPiece.objects.get()
        said = text_of(prove(with_pieces).pdf)
        assert f"Point 1 : Plan {piece.sha256}" in said
        assert "déclare avoir ouverts :" not in said.replace("qu’il a lui-même déclaré", "")
        acknowledging.acknowledge(convocation=convocation, declared=[piece.uid], now=LATER)
        said = text_of(prove(with_pieces).pdf)
        assert "Documents qu’il déclare avoir ouverts : Point 1 : Plan." in said

    def test_the_page_gives_it_with_its_digest(self, letters, client):
        client.force_login(letters.dgs_person)
        args = [letters.organisation.slug, aline(letters).meeting.uid]
        assert client.post(reverse("council:proof-make", args=args)).status_code == 302
        proof = ConvocationProof.objects.get()
        page = client.get(reverse("council:meeting-proof", args=args)).content.decode()
        assert proof.sha256 in page
        given = client.get(reverse("council:proof-file", args=[*args, 1]))
        assert hashlib.sha256(given.content).hexdigest() == proof.sha256
        assert "no-store" in given["Cache-Control"]
        assert client.get(reverse("council:proof-stamp", args=[*args, 1])).status_code == 404

    def test_it_is_final_and_numbered(self, letters):
        first, second = prove(letters), prove(letters)
        assert (first.n, second.n) == (1, 2)
        for wrong in (
            "UPDATE council_convocationproof SET sha256 = 'x'",
            "DELETE FROM council_convocationproof",
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as sql:
                sql.execute(wrong)

    def test_neither_the_mayor_nor_a_member_draws_it(self, letters, elsewhere):
        meeting = aline(letters).meeting
        for who in (letters.mayor, letters.agent, letters.members[4]):
            with pytest.raises(Refused):
                proof_making.make_proof(actor=letters.actor(who), meeting=meeting, now=LATER)
        with pytest.raises(Refused):
            proof_making.make_proof(actor=elsewhere.dgs, meeting=meeting, now=LATER)
        with pytest.raises(proof_making.NothingSent):
            proof_making.make_proof(actor=elsewhere.dgs, meeting=elsewhere.meeting(), now=LATER)


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        ("2026-10-25T00:30+00:00", "le dimanche 25 octobre 2026 à 2 h 30 (heure d’été)"),
        ("2026-10-25T01:30+00:00", "le dimanche 25 octobre 2026 à 2 h 30 (heure d’hiver)"),
        ("2026-10-25T02:30+00:00", "le dimanche 25 octobre 2026 à 3 h 30"),
    ],
)
def test_in_the_hour_read_twice_the_proof_says_which(instant, told):
    at = dt.datetime.fromisoformat(instant)
    said = proof_making.told_moment(at, ZoneInfo("Europe/Paris"))
    assert said.replace("\u00a0", " ").replace("\u202f", " ") == told


class TestTheReceipt:
    def test_by_the_member_once_of_their_own_edition(self, with_pieces, client):
        convocation = aline(with_pieces)
        piece = EditionPiece.objects.get()
        client.force_login(convocation.person)
        page = reverse("portal:receipt", args=[convocation.uid])
        assert "J’ai bien reçu mon dossier" in client.get(page).content.decode()
        stranger = "00000000-0000-4000-8000-000000000000"
        for _ in range(2):
            posted = client.post(page, {"piece": [str(piece.uid), stranger, "n’importe"]})
            assert posted.status_code == 303
        fact = acknowledging.receipt_of(convocation)
        assert (fact.pieces, fact.by) == ([str(piece.uid)], convocation.person)
        assert convocation.facts.filter(kind=FactKind.RECEIPT).count() == 1
        assert "Vous avez accusé réception" in client.get(page).content.decode()

    def test_the_town_hall_s_page_does_not_say_which_documents(self, with_pieces, client):
        convocation = aline(with_pieces)
        piece = EditionPiece.objects.get()
        acknowledging.acknowledge(convocation=convocation, declared=[piece.uid], now=LATER)
        client.force_login(with_pieces.dgs_person)
        args = [with_pieces.organisation.slug, convocation.meeting.uid]
        page = client.get(reverse("council:meeting-proof", args=args)).content.decode()
        assert "Accusé de réception" in page
        assert str(piece.uid) not in page
        assert "déclare avoir ouverts" not in page


class TestWhatTheTownHallHeard:
    def test_by_its_page_with_whom_received_it(self, letters, client):
        client.force_login(letters.secretary)
        meeting = aline(letters).meeting
        page = reverse("council:answer-note", args=[letters.organisation.slug, meeting.uid])
        member, holder = letters.mandate(letters.members[2]), letters.mandate(letters.mayor)
        posted = {
            "member": member.uid,
            "intent": "proxy",
            "holder": holder.uid,
            "means": "phone",
            "received_by": letters.agent.uid,
        }
        assert client.post(page, posted | {"holder": ""}).status_code == 422
        assert client.post(page, posted | {"received_by": letters.mayor.uid}).status_code == 422
        assert client.post(page, posted).status_code == 302
        answer = Answer.objects.get(person=letters.members[2])
        assert (answer.received_by, answer.recorded_by) == (letters.agent, letters.secretary)
        proof = reverse("council:meeting-proof", args=[letters.organisation.slug, meeting.uid])
        assert "reçue par téléphone, par Julien Petit" in client.get(proof).content.decode()

    def test_nobody_from_outside_received_it(self, letters, elsewhere):
        for who in (elsewhere.agent, letters.mayor):
            with pytest.raises(answering.NotAnAgent):
                answering.note_answer(
                    actor=letters.dgs,
                    meeting=aline(letters).meeting,
                    person=letters.members[2],
                    intent=Intent.PRESENT,
                    received_by=who,
                    now=LATER,
                )


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A time-stamping authority: its own root, answers by the real openssl."""
    folder = tmp_path_factory.mktemp("tsa")

    def openssl(*args, given=b""):
        return subprocess.run(
            ["openssl", *args], cwd=folder, input=given, capture_output=True, check=True
        ).stdout

    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
        "default_policy=1.2.3.4.1\ndigests=sha256\nsigner_digest=sha256\n"
        "tsa_name=yes\nordering=no\ness_cert_id_chain=no\n"
    )
    (folder / "tsa.ext").write_text(
        "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
    )
    (folder / "serial").write_text("01")
    key = ("-newkey", "rsa:2048", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "2",
            "-subj", "/CN=Racine d'essai")  # fmt: skip
    openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Horodateur")
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-set_serial", "2", "-days", "2", "-extfile", "tsa.ext", "-out", "tsa.pem")  # fmt: skip

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            (folder / "asked.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl("ts", "-reply", "-config", "tsa.cnf", "-section", "t",
                    "-queryfile", "asked.tsq", "-out", "given.tsr")  # fmt: skip
            self.send_response(200)
            self.end_headers()
            self.wfile.write((folder / "given.tsr").read_bytes())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", folder
    server.shutdown()
    server.server_close()
    thread.join()


class TestTheTimeStamp:
    def test_kept_verified_and_checked_by_anybody(self, letters, authority, settings, client):
        address, folder = authority
        settings.TSA_URL, settings.TSA_CERTIFICATES = address, str(folder / "root.pem")
        proof = prove(letters)
        for _ in range(2):
            proof_making.stamp(proof_uid=str(proof.uid))
        proof.refresh_from_db()
        assert abs(proof.stamped_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
        assert "Horodateur" in proof.stamp_authority
        (folder / "proof.pdf").write_bytes(proof.pdf)
        (folder / "proof.tsr").write_bytes(proof.stamp)
        checked = subprocess.run(
            ["openssl", "ts", "-verify", "-data", "proof.pdf", "-in", "proof.tsr", "-CAfile",
             "root.pem"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Verification: OK" in checked.stdout + checked.stderr
        with pytest.raises(stamping.NotTrusted):
            stamping.read(bytes(proof.stamp), bytes(proof.pdf) + b" ")
        client.force_login(letters.dgs_person)
        args = [letters.organisation.slug, proof.meeting.uid]
        given = client.get(reverse("council:proof-stamp", args=[*args, proof.n]))
        assert given.content == bytes(proof.stamp)
        page = client.get(reverse("council:meeting-proof", args=args)).content.decode()
        assert "Horodatée" in page

    def test_of_another_chain_it_is_refused_and_away_it_waits(
        self, letters, authority, settings, tmp_path
    ):
        address, _ = authority
        other = tmp_path / "autre.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k", "-out",
             str(other), "-subj", "/CN=Autre"],
            cwd=tmp_path, capture_output=True, check=True,
        )  # fmt: skip
        settings.TSA_URL, settings.TSA_CERTIFICATES = address, str(other)
        proof = prove(letters)
        with pytest.raises(GiveUp):
            proof_making.stamp(proof_uid=str(proof.uid))
        settings.TSA_URL = "http://127.0.0.1:1/"
        with pytest.raises(Retry):
            proof_making.stamp(proof_uid=str(proof.uid))
        proof_making.note_unstamped(proof_uid=str(proof.uid), reason="Pas de réponse.")
        proof.refresh_from_db()
        assert (proof.stamped_at, proof.stamp_problem) == (None, "Pas de réponse.")

    def test_off_nothing_is_asked(self, letters):
        proof = prove(letters)
        proof_making.stamp(proof_uid=str(proof.uid))
        proof.refresh_from_db()
        assert proof.stamp is None
