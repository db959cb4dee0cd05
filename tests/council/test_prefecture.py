"""The way of an act to the prefecture: its checks, its archive, its receipt."""

from __future__ import annotations

import io
import tarfile
from xml.etree import ElementTree as ET

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from config.lib import clock
from config.lib.access import Refused
from council.dossier.ctes import ACTES, NotAReceipt, read_receipt
from council.enums import ActState, PublicationMode, SignatureMode
from council.models import Act, FormalitySettings, Transmission
from council.services.acts import drafting, settings, signing, transmitting
from council.services.refusals import Refusal
from documents.models import Document
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.test_public import pdf

SIREN = "213801855"
RIGHT = {
    "department": "038",
    "arrondissement": "2",
    "body_nature": "31",
    "prefecture": "SPREF0382",
    "classification_on": TODAY.replace(month=1),
    "return_emails": "mairie@montreval.fr\ndgs@montreval.fr",
    "referent_name": "Nadia Morel",
}
UNIQUE = f"038-{SIREN}-20261130-D2026_001-DE"


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def after(stage):
    Organisation.objects.filter(pk=stage.organisation.pk).update(siren=SIREN)
    stage.organisation.refresh_from_db()
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def act(stage, after):
    """A signed deliberation of matter 7.10, with one PDF among its pieces."""
    meeting = held(stage, ("Tarifs de la cantine",), subject_code="7.10")
    (made,) = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
    piece = pdf(stage, "Grille des tarifs", b"%PDF-1.4 GRILLE")
    made.item.pieces.create(
        organisation=stage.organisation, document=piece.document, pinned_version=piece,
        label="Grille", added_at=AFTER,
    )  # fmt: skip
    signing.note_signature(
        actor=after, act=made, signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
    )
    Act.objects.filter(pk=made.pk).update(signed_version=pdf(stage, "Signé", b"%PDF-1.4 SIGNE"))
    return Act.objects.get(pk=made.pk)


@pytest.fixture
def ready(stage, after, act):
    settings.set_formalities(actor=after, now=AFTER, **RIGHT)
    (piece,) = transmitting.pieces_of(act)
    typed = transmitting.Piece(piece.version, piece.title, "99_AU")
    return transmitting.type_files(
        actor=after, act=act, matter="7.10", nature=1, typology="99_DE", pieces=[typed], now=AFTER
    )


def archive(sending):
    out = io.BytesIO()
    name = transmitting.write_archive(sending, out)
    return name, out.getvalue()


def receipt(unique=UNIQUE, day="2026-12-02", root="ARActe", before=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<a:{root} xmlns:a="{ACTES}" '
        f'a:IDActe="{unique}" a:DateReception="{day}"/>'
    ).encode()


class TestTheArchive:
    def test_it_has_the_names_and_the_messages_of_the_schema(self, after, ready):
        sending = transmitting.make_archive(actor=after, act=ready, now=AFTER)
        assert Act.objects.get(pk=ready.pk).state == ActState.TO_TRANSMIT
        name, content = archive(sending)
        assert name == f"TRI-EACT--{SIREN}--20261201-1.tar.gz"
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            files = {one.name: packed.extractfile(one).read() for one in packed.getmembers()}
        assert list(files) == [
            f"EACT--{SIREN}--20261201-1.xml",
            f"{UNIQUE}-1-1_0.xml",
            f"99_DE-{UNIQUE}-1-1_1.pdf",
            f"99_AU-{UNIQUE}-1-1_2.pdf",
        ]
        assert list(files.values())[2:] == [b"%PDF-1.4 SIGNE", b"%PDF-1.4 GRILLE"]
        a = f"{{{ACTES}}}"
        said = ET.fromstring(files[f"{UNIQUE}-1-1_0.xml"])
        assert said.attrib == {
            f"{a}Date": "2026-11-30", f"{a}NumeroInterne": "D2026_001", f"{a}CodeNatureActe": "1",
        }  # fmt: skip
        assert [one.tag.removeprefix(a) for one in said] == [
            *("CodeMatiere1", "CodeMatiere2", "Objet", "ClassificationDateVersion"),
            *("Document", "Annexes", "DocumentPapier"),
        ]
        assert [one.get(f"{a}CodeMatiere") for one in said[:2]] == ["7", "10"]
        assert said.find(f"{a}Annexes").get(f"{a}Nombre") == "1"
        envelope = ET.fromstring(files[f"EACT--{SIREN}--20261201-1.xml"])
        sender = envelope.find(f"{a}Emetteur/{a}IDCL")
        assert sender.get("{http://xml.insee.fr/schema}SIREN") == SIREN
        assert sender.get(f"{a}Departement") == "038"
        assert len(envelope.findall(f"{a}AdressesRetour/{a}Email")) == 2

    def test_made_again_it_is_the_same_and_the_next_one_has_the_next_number(self, after, ready):
        first = transmitting.make_archive(actor=after, act=ready, now=AFTER)
        kept = archive(first)
        Act.objects.filter(pk=ready.pk).update(title="Autre objet")
        settings.set_formalities(actor=after, now=AFTER, arrondissement="3")
        assert archive(Transmission.objects.get(pk=first.pk)) == kept
        second = transmitting.make_archive(actor=after, act=ready, now=AFTER)
        assert (first.serial, second.serial) == (1, 2)

    @pytest.mark.parametrize(
        ("lacking", "said"),
        [
            ({"department": ""}, "département"),
            ({"classification_on": None}, "classification"),
            ({"return_emails": ""}, "adresse électronique"),
        ],
    )
    def test_what_lacks_is_told_and_nothing_is_made(self, after, ready, lacking, said):
        settings.set_formalities(actor=after, now=AFTER, **lacking)
        with pytest.raises(transmitting.NotReady, match=said):
            transmitting.make_archive(actor=after, act=ready, now=AFTER)
        assert not Transmission.objects.exists()

    def test_the_matter_is_asked_from_the_draft_on(self, stage, after, client):
        meeting = held(stage, ("Sans matière",))
        (act,) = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
        client.force_login(stage.dgs_person)
        page = client.get(reverse("council:act", args=[stage.organisation.slug, act.uid]))
        assert "Choisissez la matière" in page.content.decode()

    def test_only_who_keeps_the_register(self, stage, ready):
        agent = stage.actor(stage.agent, now=AFTER)
        with pytest.raises(Refused):
            transmitting.make_archive(actor=agent, act=ready, now=AFTER)
        with pytest.raises(Refused):
            settings.set_formalities(actor=agent, now=AFTER, department="001")
        with pytest.raises(Refused):
            settings.set_formalities(
                actor=stage.actor(stage.secretary, now=AFTER), now=AFTER, department="001"
            )


class TestTheReceipt:
    def test_its_file_gives_the_day_and_is_kept_beside_the_act(self, stage, after, ready):
        client = Client()
        client.force_login(stage.dgs_person)
        address = reverse("council:act-transmission", args=[stage.organisation.slug, ready.uid])
        file = SimpleUploadedFile("ar.xml", receipt(day="2026-12-01"))
        assert client.post(address, {"receipt": file}).status_code == 302
        ready.refresh_from_db()
        assert (ready.received_on, ready.receipt_id) == (TODAY, UNIQUE)
        assert ready.transmitted_at is not None
        kept = Document.objects.get(title="ar.xml")
        assert kept.folder == ready.item.pieces.get().document.folder

    def test_the_receipt_of_another_act_is_refused_with_its_name(self, stage, after, ready):
        other = UNIQUE.replace("_001", "_002")
        client = Client()
        client.force_login(stage.dgs_person)
        address = reverse("council:act-transmission", args=[stage.organisation.slug, ready.uid])
        answer = client.post(address, {"receipt": SimpleUploadedFile("ar.xml", receipt(other))})
        assert answer.status_code == 422
        assert other in answer.content.decode()
        ready.refresh_from_db()
        assert ready.received_on is None

    @pytest.mark.parametrize("known", [True, False], ids=["envelope set", "envelope unknown"])
    def test_typed_by_hand_it_is_checked_the_same(self, after, ready, known):
        if not known:
            settings.set_formalities(actor=after, now=AFTER, department="")

        def typed(text):
            return transmitting.note_receipt_by_hand(
                actor=after, act=ready, received_on=TODAY, receipt_id=text, now=AFTER
            )

        with pytest.raises(transmitting.WrongReceipt):
            typed(UNIQUE.replace("20261130", "20261129"))
        assert typed(UNIQUE).receipt_id == UNIQUE
        assert typed("tampon n° 12").receipt_id == "tampon n° 12"

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"pas du XML", "lisible"),
            (receipt(root="AnomalieActe"), "anomalie"),
            (receipt(root="Acte"), "Acte"),
            (receipt(day="hier"), "manquent"),
            (receipt(before='<!DOCTYPE a [<!ENTITY x "y">]>'), "entités"),
            (receipt(before='<!DOCTYPE a SYSTEM "file:///etc/passwd">'), "entités"),
            (b" " * 1_000_001, "trop gros"),
        ],
    )
    def test_anything_else_is_refused(self, content, why):
        with pytest.raises(NotAReceipt, match=why):
            read_receipt(content)


class TestTheMode:
    def test_a_small_commune_chooses_by_deliberation(self, stage, after):
        with pytest.raises(Refusal):
            settings.set_formalities(actor=after, now=AFTER, publication_mode="posting")
        settings.set_formalities(
            actor=after, now=AFTER, publication_mode="posting", mode_decided_on=TODAY,
            mode_reference="2026-001",
        )  # fmt: skip
        assert settings.mode_on(stage.organisation, TODAY) == PublicationMode.POSTING
        before = TODAY.replace(month=11)
        assert settings.mode_on(stage.organisation, before) == PublicationMode.ELECTRONIC

    def test_a_census_that_passes_3500_is_told_and_counts(self, stage, after):
        Organisation.objects.filter(pk=stage.organisation.pk).update(population=3400)
        stage.organisation.refresh_from_db()
        dgs = stage.actor(stage.dgs_person, now=AFTER)
        choice = {"mode_decided_on": TODAY, "mode_reference": "2026-07-012"}
        settings.set_formalities(actor=dgs, now=AFTER, publication_mode="posting", **choice)
        assert settings.mode_on(stage.organisation, TODAY) == PublicationMode.POSTING
        # T-DEAD-10: the frozen figure still says the delays, the new one says the publicity.
        FormalitySettings.objects.update(current_population=3600)
        assert settings.mode_on(stage.organisation, TODAY) == PublicationMode.ELECTRONIC
        with pytest.raises(settings.NotAllowed):
            settings.set_formalities(actor=dgs, now=AFTER, referent_name="Nadia")
        client = Client()
        client.force_login(stage.dgs_person)
        page = client.get(reverse("council:formalities", args=[stage.organisation.slug]))
        assert "a dépassé 3 500 habitants" in page.content.decode().replace("\u00a0", " ")

    def test_a_larger_one_publishes_online(self, stage, after):
        Organisation.objects.filter(pk=stage.organisation.pk).update(population=3500)
        large = stage.actor(stage.dgs_person, now=AFTER)
        large.organisation.refresh_from_db()
        with pytest.raises(settings.NotAllowed):
            settings.set_formalities(
                actor=large, now=AFTER, publication_mode="paper", mode_decided_on=TODAY,
                mode_reference="2026-001",
            )  # fmt: skip
