"""Every type of file that a town hall keeps gives its words back, accents included."""

import io
import zipfile

import pikepdf
import pytest

from documents.demo_files import mail, office, pages
from documents.demo_files.blocks import blocks_of
from documents.extraction import State, sniff
from documents.extraction.readers import OCR_TYPES, TEXT_TYPES
from tests.documents.extraction.conftest import DEMO, words_of


@pytest.mark.parametrize("name", [name for name, file in DEMO.items() if file.word])
def test_a_demonstration_file_is_found_by_its_word(name, read):
    file = DEMO[name]

    found = read(file.content, name)

    assert file.word.replace("’", "'").casefold() in words_of(found)
    assert found.state is State.INDEXED
    assert found.problems == ()


@pytest.mark.parametrize("name", [name for name, file in DEMO.items() if not file.word])
def test_a_file_without_words_is_kept_without_being_a_failure(name, read):
    found = read(DEMO[name].content, name)

    assert found.state is State.NO_TEXT
    assert found.reason


def test_the_demonstration_covers_every_type_that_is_read(save):
    covered = {sniff(save(file.content), name).media_type for name, file in DEMO.items()}

    never_met = {"text/vcard", "application/xml", "image/avif", "image/bmp"}
    never_met |= {"application/x-encrypted-office", "application/vnd.oasis.opendocument.graphics"}
    assert (TEXT_TYPES | OCR_TYPES) - covered == never_met


def test_words_cut_at_the_end_of_a_line_are_whole_again(read):
    text = "# Titre\n" + "anticonstitutionnellement " * 40

    found = read(pages.pdf(blocks_of(text)))

    assert found.pages[0].text.split().count("anticonstitutionnellement") == 40


def test_each_page_of_a_pdf_has_its_number(read):
    text = "\n".join(f"Alinéa {n} de la délibération, sur la voirie communale." for n in range(200))

    found = read(pages.pdf(blocks_of(text)))

    assert [page.number for page in found.pages] == list(range(1, found.page_count + 1))
    assert found.page_count >= 4
    assert "Alinéa 0 " in found.pages[0].text
    assert "Alinéa 199 " in found.pages[-1].text


def test_what_was_typed_into_a_form_is_read(read):
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages.pdf(blocks_of("Nom du demandeur :")))) as document:
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="nom",
                V="Hélène Thévenin",
                Rect=[60, 600, 300, 620],
            )
        )
        note = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Text,
                Contents="À vérifier auprès du cadastre",
                Rect=[10, 10, 30, 30],
            )
        )
        document.pages[0].Annots = pikepdf.Array([field, note])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        document.save(buffer)

    text = words_of(read(buffer.getvalue()))

    assert "nom du demandeur" in text
    assert "hélène thévenin" in text
    assert "auprès du cadastre" in text


def test_each_slide_is_a_page(read):
    slides = [("Première diapositive", ["été"]), ("Deuxième", ["hiver"]), ("Troisième", ["mai"])]

    for made in (office.pptx(slides), office.odp(slides)):
        found = read(made)
        assert [page.number for page in found.pages] == [1, 2, 3]
        assert "hiver" in found.pages[1].text


def test_text_is_composed_even_when_the_file_decomposes_it(read):
    found = read("De\u0301libe\u0301ration".encode())

    assert found.pages[0].text == "Délibération"


def test_the_null_character_never_reaches_the_database(read):
    found = read(office.docx(blocks_of("Arrêté")), "a.docx")
    html = read(b"<html><body>Arr&ecirc;t&eacute; &#0;&#1; &#xFFFF; fin</body></html>")

    assert found.pages[0].text == "Arrêté"
    assert not {"\x00", "\x01", "\uffff"} & set(html.pages[0].text)
    assert "Arrêté" in html.pages[0].text


def test_prompts_of_an_old_presentation_are_not_its_words(read):
    text = words_of(read(DEMO["Projet éducatif de territoire.ppt"].content))

    assert text.startswith("projet éducatif de territoire")
    assert "outline" not in text


def test_tags_of_an_xml_file_are_not_words(read):
    content = "<?xml version='1.0'?><PES><Objet lib='x'>Réfection &amp; voirie</Objet></PES>"

    assert words_of(read(content.encode(), "flux.xml")) == "réfection & voirie"


def test_scripts_and_styles_of_a_page_are_not_words(read):
    found = read(office.html(blocks_of("Tarifs de la cantine")))

    assert words_of(found) == "tarifs de la cantine"


def test_a_page_in_windows_1252_keeps_its_accents(read):
    found = read(office.html(blocks_of("Sœur Noëlle, 12 €"), charset="windows-1252"))

    assert "sœur noëlle, 12 €" in words_of(found)


def test_a_message_gives_its_headers_body_and_the_names_of_its_attachments(read):
    content = mail.eml(
        sender="Élise Côté <elise@mairie.example>",
        to="mairie@saint-aubin.example",
        subject="Réfection du préau",
        date="Tue, 17 Feb 2026 09:41:00 +0100",
        body="Voici le devis signé.",
        attachment=("devis préau.pdf", b"%PDF-1.4 nothing"),
    )

    text = words_of(read(content, "a.eml"))

    for expected in ("élise côté", "réfection du préau", "devis signé", "devis préau.pdf"):
        assert expected in text


def test_a_scan_with_the_stamp_of_the_prefecture_is_still_recognised(pool, save):
    file = DEMO["Notification DETR préfecture.pdf"]

    found = pool.extract(save(file.content), "application/pdf")

    assert found.needs_ocr_pages == (1,)
    assert "Envoyé en préfecture" in found.pages[0].text


def test_a_blank_page_is_not_sent_to_ocr(pool, save):
    blank = pages.typst.compile(b"#set document(date: none)\n#pagebreak()")

    found = pool.extract(save(blank), "application/pdf")

    assert found.needs_ocr_pages == ()
    assert found.state is State.NO_TEXT


def test_every_page_of_a_fax_is_recognised(read):
    found = read(DEMO["Délibération fontaine 1994.tiff"].content)

    assert [page.number for page in found.pages] == [1, 2]


def test_extraction_and_ocr_may_be_asked_together(pool, save):
    file = DEMO["Registre 1987 (numérisé).pdf"]

    found = pool.extract(save(file.content), "application/pdf", ocr=True)

    assert "préau" in words_of(found)
    assert found.needs_ocr_pages == ()


@pytest.mark.parametrize("turn", ["ROTATE_90", "ROTATE_180", "ROTATE_270"])
def test_a_sheet_scanned_in_any_direction_is_read(turn, read):
    text = "# Arrêté de voirie\n" + "La circulation est interdite rue des Tilleuls.\n" * 4
    sheet = pages.cropped(pages.sheets(pages.pdf(blocks_of(text), size=14))[0])
    turned = sheet.transpose(getattr(pages.PIL.Image.Transpose, turn))

    assert "rue des tilleuls" in words_of(read(pages.encoded(turned, "PNG")))


def test_large_letters_on_a_badly_lit_photo_are_read(read):
    text = words_of(read(DEMO["IMG_2043.jpg"].content))

    assert "route barrée" in text
    assert "déviation par la rue du lavoir" in text


@pytest.mark.parametrize("angle", [-4, 3])
def test_a_crooked_sheet_is_straightened(angle):
    from documents.extraction.readers.ocr import skew

    text = "La circulation est interdite rue des Tilleuls pendant les travaux de voirie. " * 20
    sheet = pages.sheets(pages.pdf(blocks_of(text)))[0].rotate(angle, fillcolor=255)

    assert skew(sheet) == pytest.approx(-angle, abs=0.5)


def test_names_inside_an_archive_are_words(read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("Marché/Règlement de consultation.pdf", b"x")

    assert "règlement de consultation.pdf" in words_of(read(buffer.getvalue(), "a.zip"))
