"""The paper of an act: archivable, accessible, its code on every page; what comes back signed."""

import datetime as dt
import io
from uuid import uuid4

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.work.models import Job
from council.dossier.page_codes import PageCode, read_code
from council.dossier.written import blocks
from council.enums import ActState, ItemState, SignatureMode
from council.models import Act
from council.services.acts import drafting, printing, scans, signing
from documents.extraction import close_shared_pool
from documents.models import Arrival, Document, Envelope, Folder, VersionHold
from documents.services import filing
from tests.council.acts_stage import AFTER, TODAY, held


@pytest.fixture(autouse=True)
def _no_helper_left():
    yield
    close_shared_pool()


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def acts(stage, after):
    return drafting.draft_deliberations(actor=after, meeting=held(stage), now=AFTER)


def printed(act, who):
    version = printing.print_act(act_id=act.pk, person_id=who.person.pk, now=AFTER)
    act.refresh_from_db()
    return version


def bytes_of(version):
    return filing.blobs().path(version.storage_key).read_bytes()


def words(content):
    document = pypdfium2.PdfDocument(content)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


def scanned(*contents, dpi=150, turn=0):
    """These PDF as a copier gives them back: one grey picture a page, in one file."""
    out = io.BytesIO()
    pictures = []
    for content in contents:
        document = pypdfium2.PdfDocument(content)
        for page in document:
            image = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            pictures.append(image.rotate(turn, expand=True) if turn else image)
        document.close()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=dpi)
    return out.getvalue()


def blank_page():
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(out)
    return out.getvalue()


def brought(actor, content, name="Scan.pdf"):
    return scans.bring_scan(
        actor=actor,
        received=filing.receive(io.BytesIO(content), name),
        signed_on=TODAY,
        now=AFTER,
    )


def split(actor, envelope):
    return scans.split_scan(
        envelope_id=envelope.pk, person_id=actor.person.pk, signed_on=TODAY, now=AFTER
    )


class TestThePaper:
    def test_it_is_archivable_accessible_and_says_what_was_decided(self, acts, after):
        content = bytes_of(printed(acts[0], after))
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert pdf.Root.MarkInfo.Marked
            with pdf.open_metadata() as meta:
                assert meta.pdfa_status == "2A"
                assert meta["pdfuaid:part"] == "1"
        said = words(content)
        assert "Délibération n° 2026-001" in said
        assert "Tarifs de la cantine" in said
        assert "lundi 30 novembre 2026 à 20 heures" in said
        assert "convoqué le 21 novembre 2026" in said
        assert "Le conseil décide : tarifs de la cantine." in said
        assert "Michel GARNIER" in said

    def test_drafting_asks_for_one_print_of_each(self, acts):
        jobs = Job.objects.filter(kind=printing.TYPESET)
        assert {job.payload["act"] for job in jobs} == {act.pk for act in acts}

    def test_printing_again_the_same_text_makes_no_version(self, acts, after):
        first, second = printed(acts[0], after), printed(acts[0], after)
        assert first == second
        assert first.document.versions.count() == 1

    def test_a_corrected_text_is_the_next_version_of_the_same_document(self, acts, after):
        first = printed(acts[0], after)
        content = drafting.ActContent("Tarifs", "Le repas est à 3,40 €.")
        drafting.write_act(actor=after, act=acts[0], content=content, now=AFTER + dt.timedelta(1))
        second = printed(acts[0], after)
        assert second.document == first.document
        assert second.number == 2
        assert "3,40 €" in words(bytes_of(second))

    def test_a_text_changed_while_the_page_was_set_is_not_filed(self, acts, after, monkeypatch):
        real = printing.act_pdf

        def slow(paper):
            Act.objects.filter(pk=acts[0].pk).update(revision=9)
            return real(paper)

        monkeypatch.setattr(printing, "act_pdf", slow)
        assert printed(acts[0], after) is None
        assert not Document.objects.filter(title__contains="2026-001").exists()

    def test_it_lands_in_the_folder_of_its_point(self, stage, after):
        folder = Folder.objects.get(pk=stage.root.pk)
        from documents.services import folders

        school = folders.create_folder(actor=after, parent=folder, name="École", now=AFTER)
        received = filing.receive(io.BytesIO(b"Plan."), "Menu.txt")
        menu = filing.file_document(
            actor=after, folder=school, received=received, now=AFTER
        ).document
        meeting = held(stage, ("Cantine",), documents=(menu,))
        act = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)[0]
        assert printed(act, after).document.folder == school

    def test_else_in_the_folder_of_its_register_made_the_first_time(self, acts, after):
        places = {printed(act, after).document.folder.name for act in acts}
        assert places == {"Délibérations"}
        assert Folder.objects.filter(name="Délibérations").count() == 1

    def test_nobody_hides_markup_in_a_text(self, acts, after):
        content = drafting.ActContent('#read("/etc/passwd")', "$x$ *gras* #pagebreak()")
        drafting.write_act(actor=after, act=acts[0], content=content, now=AFTER)
        assert '#read("/etc/passwd")' in words(bytes_of(printed(acts[0], after)))

    def test_a_rejected_proposal_says_so(self, stage, after):
        meeting = held(stage, ("Rejeté",), outcome=ItemState.REJECTED)
        act = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)[0]
        assert "rejette" in words(bytes_of(printed(act, after)))


def test_lines_headings_and_lists_are_told_apart():
    found = blocks("# Article 1\nVu le code ;\n- un\n- deux\n\nFin")
    words = [{k: v for k, v in one.items() if k not in ("runs", "items")} for one in found]
    assert words == [
        {"kind": "heading", "text": "Article 1"},
        {"kind": "text", "text": "Vu le code\u202f;"},
        {"kind": "list", "lines": ["un", "deux"]},
        {"kind": "text", "text": "Fin"},
    ]


class TestCodes:
    def test_a_code_says_its_act_and_its_page(self):
        uid = uuid4()
        assert read_code(PageCode(uid, 12).text) == PageCode(uid, 12)

    @pytest.mark.parametrize("text", ["", "https://exemple.fr", "P1ABC001", "P2" + "0" * 35])
    def test_another_code_is_none_of_ours(self, text):
        assert read_code(text) is None

    def test_pages_go_back_in_the_order_of_the_paper(self):
        one, two = uuid4(), uuid4()
        codes = {
            1: PageCode(one, 2).text,
            2: PageCode(two, 1).text,
            3: PageCode(one, 1).text,
            5: PageCode(uuid4(), 1).text,
            6: PageCode(one, 1).text,
            7: f"{PageCode(one, 3).text}\n{PageCode(two, 2).text}",
            8: f"https://exemple.fr\n{PageCode(two, 2).text}",
        }
        sheets = scans.sort_pages(codes, 8, {one, two})
        assert sheets.by_act == {one: [2, 0], two: [1, 7]}
        assert sheets.lost == [3, 4, 5, 6]


class TestASignedScan:
    def test_each_act_gets_its_pages_and_what_cannot_be_read_is_to_be_sorted(
        self, stage, acts, after
    ):
        long = drafting.ActContent("Tarifs", "Une ligne de plus.\n" * 90)
        drafting.write_act(actor=after, act=acts[0], content=long, now=AFTER)
        drafts = [bytes_of(printed(act, after)) for act in acts]
        envelope = brought(after, scanned(drafts[1], blank_page(), drafts[0]))
        assert split(after, envelope) == 2
        for act, draft in zip(acts, drafts, strict=True):
            act.refresh_from_db()
            assert (act.state, act.signed_on) == (ActState.SIGNED, TODAY)
            assert act.document.current_version == act.signed_version != act.draft_version
            with pikepdf.open(io.BytesIO(bytes_of(act.signed_version))) as pdf:
                assert len(pdf.pages) == len(pypdfium2.PdfDocument(draft))
            assert VersionHold.objects.filter(version=act.signed_version).exists()
        assert len(pypdfium2.PdfDocument(drafts[0])) > 1
        left = Arrival.objects.get(envelope=envelope)
        with pikepdf.open(filing.blobs().path(left.storage_key)) as pdf:
            assert len(pdf.pages) == 1

    def test_an_act_that_lacks_a_page_waits_for_a_person(self, acts, after):
        long = drafting.ActContent("Tarifs", "Une ligne de plus.\n" * 90)
        drafting.write_act(actor=after, act=acts[0], content=long, now=AFTER)
        draft = bytes_of(printed(acts[0], after))
        one_short = io.BytesIO()
        with pikepdf.open(io.BytesIO(draft)) as pdf:
            count = len(pdf.pages)
            del pdf.pages[1]
            pdf.save(one_short)
        envelope = brought(after, scanned(one_short.getvalue()))
        assert split(after, envelope) == 0
        acts[0].refresh_from_db()
        assert (acts[0].state, acts[0].signed_version) == (ActState.TO_SIGN, None)
        envelope.refresh_from_db()
        assert f"2026-001\u00a0: il manque la page 2 sur {count}" in envelope.notice
        left = Arrival.objects.get(envelope=envelope)
        with pikepdf.open(filing.blobs().path(left.storage_key)) as pdf:
            assert len(pdf.pages) == count - 1

    def test_a_page_put_upside_down_is_read(self, acts, after):
        draft = bytes_of(printed(acts[0], after))
        envelope = brought(after, scanned(draft, turn=180, dpi=200))
        assert split(after, envelope) == 1

    def test_a_worker_killed_in_the_middle_files_nothing_twice(self, acts, after):
        draft = bytes_of(printed(acts[0], after))
        envelope = brought(after, scanned(draft, blank_page()))
        split(after, envelope)
        count = Document.objects.count()
        split(after, envelope)
        acts[0].refresh_from_db()
        assert acts[0].document.versions.count() == 2
        assert Document.objects.count() == count
        assert Arrival.objects.filter(envelope=envelope).count() == 1

    def test_the_same_scan_brought_twice_is_told(self, acts, after):
        content = scanned(bytes_of(printed(acts[0], after)))
        brought(after, content)
        with pytest.raises(scans.AlreadyBrought):
            brought(after, content)
        assert Envelope.objects.count() == 1

    def test_a_signed_original_is_not_replaced_by_another_scan(self, acts, after):
        draft = bytes_of(printed(acts[0], after))
        split(after, brought(after, scanned(draft)))
        other = brought(after, scanned(draft, dpi=180), name="Autre.pdf")
        assert split(after, other) == 0
        assert Arrival.objects.filter(envelope=other).count() == 1

    def test_a_file_brought_by_mistake_gives_way_until_the_prefecture_has_it(
        self, stage, acts, after, client_of
    ):
        draft = bytes_of(printed(acts[0], after))
        split(after, brought(after, scanned(draft)))
        acts[0].refresh_from_db()
        wrong = acts[0].signed_version
        page = reverse("council:act-signature", args=["saint-aubin", acts[0].uid])
        boss = client_of(stage.dgs_person)
        assert "Remplacer l’original" in boss.get(page).content.decode()
        right = SimpleUploadedFile("Bon.pdf", scanned(draft, dpi=180))
        assert client_of(stage.agent).post(page, {"reason": "x", "file": right}).status_code == 403
        assert boss.post(page, {"reason": "Une autre page"}).status_code == 422
        right.seek(0)
        boss.post(page, {"reason": "Scan d’un autre acte", "file": right})
        acts[0].refresh_from_db()
        assert acts[0].signed_version.number == wrong.number + 1
        assert "Scan d’un autre acte" in acts[0].signed_version.reason
        assert VersionHold.objects.filter(version=wrong).exists(), "the former stays"
        same = filing.receive(io.BytesIO(scanned(draft)), "Encore.pdf")
        act = acts[0]
        act.transmitted_at = AFTER
        act.save(update_fields=["transmitted_at"])
        with pytest.raises(signing.HasOriginal, match="préfecture"):
            signing.replace_original(
                actor=after, act=act, received=same, reason="Trop tard", now=AFTER
            )

    def test_the_pages_of_another_commune_stay_to_be_sorted(self, acts, after, elsewhere):
        there = elsewhere.actor(elsewhere.dgs_person, now=AFTER)
        draft = bytes_of(printed(acts[0], after))
        envelope = brought(there, scanned(draft))
        assert split(there, envelope) == 0
        acts[0].refresh_from_db()
        assert acts[0].state == ActState.TO_SIGN

    def test_only_a_pdf_is_a_scan(self, acts, after):
        with pytest.raises(scans.NotAScan):
            brought(after, b"du texte", name="Scan.txt")


def test_a_file_signed_with_a_certificate_takes_the_place_of_the_draft(acts, after):
    printed(acts[0], after)
    received = filing.receive(io.BytesIO(blank_page()), "Signé.pdf")
    for _ in range(2):
        act = signing.note_signature(
            actor=after,
            act=acts[0],
            signed_on=TODAY,
            mode=SignatureMode.ELECTRONIC,
            received=received,
            now=AFTER,
        )
    assert act.document.versions.count() == 2
    assert act.signed_version.number == 2
    assert act.signature_mode == SignatureMode.ELECTRONIC
