"""Somebody's own document as the paper of an act: its pages, its codes, its text."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from config.lib.storage import blobs
from config.work.models import Job
from council.dossier.act_paper import act_pdf
from council.dossier.page_codes import PageCode
from council.models import Act
from council.rules.result import ItemResult, Nomination, RoundTold, Way
from council.services.acts import drafting, own_files, printing, redacting
from council.services.acts.redacting import Choices
from documents.extraction import read_codes
from documents.models import Document
from documents.services import filing
from tests.council.acts_stage import AFTER, held
from tests.council.test_redaction import extracted
from tests.council.test_texts import docx


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def act(stage, after):
    meeting = held(stage, ("Tarifs de la cantine",), subject_code="7.10")
    return drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)[0]


def own_pdf(*rotations, password=""):
    """Pages with words up to their very foot."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for rotation in rotations:
            page = made.add_blank_page(page_size=(595, 842))
            page.obj["/Rotate"] = rotation
            name = page.add_resource(font, pikepdf.Name.Font)
            page.contents_add(f"BT {name} 9 Tf 40 6 Td (Dernier mot) Tj ET".encode())
        made.save(
            out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False
        )
    return out.getvalue()


def bring(after, act, content, name):
    received = filing.receive(io.BytesIO(content), name)
    return own_files.use_own_file(actor=after, act=act, received=received, now=AFTER)


class TestAPdf:
    def test_each_page_has_its_code_and_all_its_words(self, after, act):
        original = own_pdf(0, 90, 0)
        done = bring(after, act, original, "Ma délibération.pdf")
        assert done.own_file
        path = blobs().path(done.draft_version.storage_key)
        codes = {page.number: page.text for page in read_codes(path, "application/pdf").pages}
        assert codes == {n: PageCode(act.uid, n).text for n in (1, 2, 3)}
        text, _ = extracted(path.read_bytes())
        assert text.count("Dernier mot") == 3
        assert "Délibération 2026-001" in text
        assert blobs().path(done.own_version.storage_key).read_bytes() == original
        assert done.own_version.document_id == done.draft_version.document_id

    def test_printed_again_it_is_the_same_version_and_never_set_out_over(self, after, act):
        done = bring(after, act, own_pdf(0), "Ma délibération.pdf")
        again = printing.print_act(act_id=act.pk, person_id=after.person.pk, now=AFTER)
        assert again == done.draft_version
        back = own_files.return_to_editor(actor=after, act=act, now=AFTER)
        assert not back.own_file
        set_out = printing.print_act(act_id=act.pk, person_id=after.person.pk, now=AFTER)
        text, _ = extracted(blobs().path(set_out.storage_key).read_bytes())
        assert "Le conseil décide" in text

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (own_pdf(0, password="secret"), "mot de passe"),
            (b"%PDF-1.4 rien", "abîmé"),
            (b"GIF89a", "Donnez un document"),
        ],
        ids=["password", "damaged", "picture"],
    )
    def test_what_cannot_be_taken_is_refused_and_nothing_changes(self, after, act, content, why):
        with pytest.raises(own_files.NotAText, match=why):
            bring(after, act, content, "Acte.pdf")
        assert not Act.objects.get(pk=act.pk).own_file

    def test_from_the_form_of_a_deliberation_by_who_keeps_the_register(self, stage, after, act):
        client = Client()
        client.force_login(stage.dgs_person)
        page = reverse("council:act-edit", args=[stage.organisation.slug, act.uid])
        told = {"title": act.title, "text": act.text, "subject_code": "7.10", "revision": 1}
        file = SimpleUploadedFile("Acte.pdf", own_pdf(0))
        assert client.post(page, told | {"own_file": file}).status_code == 302
        assert Act.objects.get(pk=act.pk).own_file
        told["revision"] = Act.objects.get(pk=act.pk).revision
        assert "Ne plus utiliser le PDF" in client.get(page).content.decode()
        assert client.post(page, told | {"to_editor": "on"}).status_code == 302
        assert not Act.objects.get(pk=act.pk).own_file
        with pytest.raises(Refused):
            bring(stage.actor(stage.agent, now=AFTER), act, own_pdf(0), "Acte.pdf")


def test_the_text_of_a_word_document_is_taken_over_and_the_file_kept(after, act):
    Job.objects.all().delete()
    done = bring(after, act, docx(("Heading1", "Décide"), ("", "Article unique.")), "Projet.docx")
    assert not done.own_file
    assert done.text == "# Décide\nArticle unique."
    assert Document.objects.get(title="Projet.docx").folder.name == "Délibérations"
    assert Job.objects.filter(kind=printing.TYPESET).count() == 1


class TestNominations:
    @pytest.fixture
    def named(self, act):
        told = ItemResult(
            outcome="adopted",
            way=Way.NOMINATION,
            sentence="M. Luc Mas est élu délégué.",
            nominations=(
                Nomination(
                    "délégué au syndicat des eaux",
                    ("Luc Mas", "Paul Martin"),
                    ("Luc Mas",),
                    (RoundTold((2, 2), 1, 0), RoundTold((3, 2))),
                ),
                Nomination("délégué à l’école", ("Aline Zola",), ("Aline Zola",)),
            ),
        )
        assert ItemResult.from_json(told.as_json()) == told
        Act.objects.filter(pk=act.pk).update(result=told.as_json())
        return Act.objects.get(pk=act.pk)

    def test_each_seat_has_its_table(self, named):
        text, _ = extracted(act_pdf(printing.paper_of(named)))
        assert "Délégué au syndicat des eaux" in text
        assert "Luc Mas 2 3 Désigné·e" in text
        assert "Paul Martin 2 2" in text
        assert "Blancs et nuls 1 0" in text
        assert "Aline Zola Désigné·e" in text

    def test_a_name_hidden_is_hidden_in_the_tables_too(self, after, named):
        Act.objects.filter(pk=named.pk).update(
            state="signed", signature_mode="paper", signed_on=AFTER.date()
        )
        named.refresh_from_db()
        reading = redacting.read(named)
        (name,) = (one for one in reading.passages if one.words == "M. Luc Mas")
        assert {part for part, _ in name.places} == {"result", "names"}
        done = redacting.redact(
            actor=after,
            act=named,
            shown=reading.sha256,
            choices=Choices(
                frozenset({name.key}), frozenset(o.key for o in reading.passages if o is not name)
            ),
            now=AFTER,
        )
        text, _ = extracted(blobs().path(done.version.storage_key).read_bytes())
        assert "Luc" not in text
        assert "████████ 2 3" in text
        assert "Paul Martin" in text
