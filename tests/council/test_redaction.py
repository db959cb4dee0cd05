"""What is hidden before an act is put online is nowhere in the file that the public reads."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from config.lib.storage import blobs
from council.dossier.act_paper import act_pdf
from council.dossier.written import without_look
from council.enums import PublicationMode, SignatureMode
from council.models import Act, AgendaItem, Redaction
from council.services.acts import drafting, formalities, publishing, redacting, signing
from council.services.acts.printing import paper_of
from council.services.acts.redacting import Choices
from council.services.refusals import Missing
from documents.models import DocumentPage
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.stage import belongs, person
from tests.council.test_public import DAY, body, pdf

TEXT = """Le conseil décide :
- d’aider Mme Paulette Durand, 12 rue des Lilas 03000 Montréval, paulette.durand@orange.fr ;
- de verser 300 € à Mme **Paulette** *Durand*, tél. 06 12 34 56 78 ;
- de dire à Paulette Durand qu’elle est aidée ;
- de remercier M. Michel Garnier et l’association Les Amis du Lavoir."""
HIDDEN = ("Paulette", "Durand", "Lilas", "orange.fr", "06 12 34 56 78", "Lavoir")


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def act(stage, after):
    belongs(person("Paulette", "Durand"), stage.organisation)
    meeting = held(stage, ("Aide à Mme Paulette Durand",))
    (made,) = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
    Act.objects.filter(pk=made.pk).update(text=TEXT)
    signing.note_signature(
        actor=after, act=made, signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
    )
    original = pdf(stage, "Original signé", b"%PDF-1.4 ORIGINAL Paulette Durand")
    Act.objects.filter(pk=made.pk).update(signed_version=original)
    return Act.objects.get(pk=made.pk)


def redact(after, act, *, keep=(), others=("Les Amis du Lavoir",)):
    reading = redacting.read(act)
    kept = {one.key for one in reading.passages if one.words in keep}
    return redacting.redact(
        actor=after,
        act=act,
        shown=reading.sha256,
        choices=Choices(
            hide=frozenset(one.key for one in reading.passages if one.key not in kept),
            keep=frozenset(kept),
            others=others,
        ),
        now=AFTER,
    )


def extracted(content):
    """The words of the pages, and those of the file's own description."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
        return " ".join(pages), " ".join(document.get_metadata_dict().values())


def read_back(version):
    """The text as a reader extracts it, and every byte that the file holds, unpacked."""
    content = blobs().path(version.storage_key).read_bytes()
    text, titles = extracted(content)
    raw = [content]
    with pikepdf.open(io.BytesIO(content)) as made:
        for one in made.objects:
            if isinstance(one, pikepdf.Stream):
                raw.append(one.read_bytes())
            else:
                raw.append(one.unparse(resolved=True))
    return text, titles, b"\n".join(raw)


class TestTheProposals:
    def test_each_passage_once_with_its_sentence_and_elected_people_left_out(self, act):
        found = {one.words: one for one in redacting.read(act).passages}
        name = found["Mme Paulette Durand"]
        assert len(name.places) == 3
        assert len(found["Paulette Durand"].places) == 1
        assert {part for part, _ in name.places} == {"title", "text"}
        assert {one.why for one in found.values()} == {
            *("nom d’une personne", "adresse", "adresse électronique", "téléphone"),
        }
        assert not any("Garnier" in words for words in found)
        phone = found["06 12 34 56 78"]
        assert phone.around[0].endswith("tél. ")

    def test_an_act_in_a_file_is_read_from_its_pages(self, stage, act):
        Act.objects.filter(pk=act.pk).update(own_file=True)
        act.refresh_from_db()
        with pytest.raises(redacting.NoText):
            redacting.read(act)
        DocumentPage.objects.create(
            organisation=stage.organisation, version=act.signed_version, number=1,
            text="Mme Paulette Durand est aidée.",
        )  # fmt: skip
        assert len(redacting.read(act).passages) == 1


def test_a_text_without_its_look_keeps_its_lines():
    kept = "# Titre *gras*\n* un **point**\n| **a** | b \\| c |\n| --- | --- |\n2 \\* 3"
    assert without_look(kept) == "# Titre gras\n* un point\n| a | b \\| c |\n| --- | --- |\n2 \\* 3"


class TestTheText:
    def test_what_is_hidden_is_not_in_the_file_and_the_original_is_whole(self, after, act):
        whole, _ = extracted(act_pdf(paper_of(act)))
        assert all(secret in whole for secret in HIDDEN)
        kept = redact(after, act)
        text, titles, raw = read_back(kept.version)
        assert "association ████████" in text
        assert "Michel Garnier" in text
        assert "300" in text
        assert "occultation" in text
        for secret in HIDDEN:
            for form in (secret, secret.upper(), secret.replace(" ", "")):
                assert form not in text
                assert form not in titles
                for code in ("utf-8", "latin-1", "utf-16-be", "utf-16-le"):
                    assert form.encode(code) not in raw, (form, code)
                assert form.encode("utf-16-be").hex().upper().encode() not in raw.upper()
        act.refresh_from_db()
        assert b"Paulette" in blobs().path(act.signed_version.storage_key).read_bytes()
        assert act.public_title == "Aide à ████████"
        assert kept.version.document_id != act.document_id

    def test_what_is_kept_stays(self, after, act):
        kept = redact(after, act, keep=("06 12 34 56 78",), others=())
        text, _, _ = read_back(kept.version)
        assert "06 12 34 56 78" in text.replace("\u00a0", " ")
        assert "Durand" not in text
        assert [one["hidden"] for one in kept.decisions].count(False) == 1

    def test_nothing_is_made_while_a_passage_has_no_decision(self, after, act):
        reading = redacting.read(act)
        first, *rest = (one.key for one in reading.passages)
        with pytest.raises(Missing, match=re.escape(reading.passages[0].words)):
            redacting.redact(
                actor=after, act=act, shown=reading.sha256, now=AFTER,
                choices=Choices(frozenset(rest), frozenset()),
            )  # fmt: skip
        assert first
        with pytest.raises(Missing, match="n’est pas dans ce texte"):
            redact(after, act, others=("Jamais écrit",))
        assert not Redaction.objects.exists()

    def test_another_text_than_the_one_looked_at_is_refused(self, after, act):
        shown = redacting.read(act).sha256
        Act.objects.filter(pk=act.pk).update(text="Autre texte.")
        with pytest.raises(drafting.ChangedMeanwhile):
            redacting.redact(
                actor=after, act=act, shown=shown, now=AFTER,
                choices=Choices(frozenset(), frozenset()),
            )  # fmt: skip

    def test_only_who_keeps_the_register_and_once_signed(self, stage, after, act):
        agent = stage.actor(stage.agent, now=AFTER)
        with pytest.raises(Refused):
            redact(agent, act)
        Act.objects.filter(pk=act.pk).update(state="to_sign", signature_mode="", signed_on=None)
        with pytest.raises(formalities.NotSigned):
            redact(after, act)


class TestWhatThePublicReads:
    def test_from_the_page_to_the_public_text(self, stage, after, act, monkeypatch):
        client = Client()
        client.force_login(stage.dgs_person)
        slug = stage.organisation.slug
        page = reverse("council:act-redaction", args=[slug, act.uid])
        reading = redacting.read(act)
        assert "Mme Paulette Durand" in client.get(page).content.decode()
        told = {one.key: "hide" for one in reading.passages} | {"shown": reading.sha256}
        half = {key: value for key, value in told.items() if key != reading.passages[0].key}
        assert client.post(page, half).status_code == 422
        assert client.post(page, told | {"others": "Les Amis du Lavoir"}).status_code == 302
        shown = client.get(reverse("council:act-redacted", args=[slug, act.uid]))
        assert body(shown).startswith(b"%PDF")
        publishing.publish_act(
            actor=after, act=act, mode=PublicationMode.ELECTRONIC, on=TODAY, now=AFTER
        )
        monkeypatch.setattr(clock, "now", lambda: AFTER + DAY)
        for name in ("act", "act-text"):
            said = body(Client().get(reverse(f"public:{name}", args=[slug, act.uid])))
            assert b"Durand" not in said
        meeting = reverse("public:meeting", args=[slug, act.item.meeting.uid])
        for address in (meeting, reverse("public:acts", args=[slug]) + "?q=durand"):
            assert "Aide à Mme" not in Client().get(address).content.decode()

    def test_an_act_online_is_read_in_its_new_text_at_once(self, stage, after, act):
        Act.objects.filter(pk=act.pk).update(draft_version=pdf(stage, "d", b"%PDF-1.4 Durand"))
        told = {"mode": PublicationMode.ELECTRONIC, "on": TODAY, "now": AFTER}
        with pytest.raises(publishing.NotLookedAt, match="à regarder"):
            publishing.publish_act(actor=after, act=act, **told)
        formalities.note_publication(
            actor=after, act=act, version=Act.objects.get(pk=act.pk).draft_version, **told
        )
        kept = redact(after, act)
        act.refresh_from_db()
        assert act.published_version_id == kept.version_id

    def test_behind_closed_doors_it_is_the_text_that_was_waited_for(self, after, act):
        AgendaItem.objects.filter(pk=act.item_id).update(closed_doors=True)
        with pytest.raises(Missing, match="huis clos"):
            publishing.publish_act(
                actor=after, act=act, mode=PublicationMode.ELECTRONIC, on=TODAY, now=AFTER
            )
        redact(after, act)
        done = publishing.publish_act(
            actor=after, act=act, mode=PublicationMode.ELECTRONIC, on=TODAY, now=AFTER
        )
        assert done.published_version is not None
