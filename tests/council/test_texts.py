"""The text of a point: signs, pasted HTML, a file of one's own, sentences, its preview."""

import io
import zipfile

import pypdfium2
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from config.lib import clock
from council.dossier.pasted import from_html, markup_of
from council.dossier.written import Run, blocks, line_of, plain, runs
from council.models import Act, AgendaItem, Snippet
from council.services import snippets
from council.services.acts.drafting import draft_deliberations
from tests.council.acts_stage import AFTER, held
from tests.council.stage import NOW

ORG = "saint-aubin"
TABLE = "| Quotient | Prix |\n| --- | --- |\n| A | **3,20 €** |"


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


@pytest.fixture
def dgs(stage, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client_of(stage.dgs_person)


def docx(*paragraphs: tuple[str, str]) -> bytes:
    """A small Word document: (style, text) for each paragraph; « b » is bold."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style if style != "b" else "Normal"}"/></w:pPr>'
        f"<w:r>{'<w:rPr><w:b/></w:rPr>' if style == 'b' else ''}<w:t>{text}</w:t></w:r></w:p>"
        for style, text in paragraphs
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{types}"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        file.writestr("word/document.xml", f"<w:document {w}><w:body>{body}</w:body></w:document>")
    return made.getvalue()


class TestWhatIsKept:
    def test_each_sign_makes_its_block(self):
        text = f"# Décide\nVu le *code* **général** ;\n- un\n- deux\n{TABLE}\n1. reste tel quel"
        heading, visa, items, table, numbered = blocks(text)
        assert heading["kind"] == "heading"
        assert [(r["text"], r["bold"], r["italic"]) for r in visa["runs"]][1::2] == [
            ("code", False, True),
            ("général", True, False),
        ]
        assert items["lines"] == ["un", "deux"]
        assert (table["columns"], len(table["head"]), len(table["rows"])) == (2, 2, 1)
        assert numbered["text"] == "1. reste tel quel"

    @pytest.mark.parametrize(
        "words", ["2 * 3 * 4", "une étoile * seule", "**ouvert", "a_b_c", "\\* dit", "||", "50 %*"]
    )
    def test_a_sign_without_its_pair_is_a_character(self, words):
        assert all(not run.bold and not run.italic for run in runs(words))

    @pytest.mark.parametrize(
        ("html", "kept"),
        [
            ("<p>Vu le <b>code</b></p><p>Suite</p>", "Vu le **code**\nSuite"),
            ("<h2>Objet <b>net</b></h2>", "# Objet net"),
            (
                "<ul><li><p>Un</p></li><li>Deux<ul><li>Trois</li></ul></li></ul>",
                "- Un\n- Deux\n- Trois",
            ),
            ("<ol><li>Un</li><li>Deux</li></ol>", "1. Un\n2. Deux"),
            ("<div>a<br>b<div>c</div></div>", "a\nb\nc"),
            ("<p># pas un titre</p>", "\\# pas un titre"),
            ("<p>3*4</p>", "3\\*4"),
            (
                "<table><tr><th>Quotient</th><th>Prix</th></tr>"
                "<tr><td><p>A</p></td><td><strong>3,20 €</strong></td></tr></table>",
                TABLE,
            ),
            ("<p>a<script>alert(1)</script><style>p{}</style><img src=x onerror=y>b</p>", "ab"),
            ('<p onclick="x()" style="color:red"><a href="javascript:z">lien</a></p>', "lien"),
        ],
    )
    def test_html_becomes_signs_and_nothing_else(self, html, kept):
        assert from_html(html) == kept

    def test_what_is_typed_stays_as_typed(self):
        assert markup_of("si a < b\r\nalors <b>non</b>") == "si a < b\nalors <b>non</b>"

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.builds(
                Run,
                st.text("ab *|#\\-é", min_size=1, max_size=6).filter(str.strip).map(str.strip),
                st.booleans(),
                st.booleans(),
            ),
            max_size=4,
        )
    )
    def test_words_are_never_lost(self, found):
        spaced = [run for one in found for run in (one, Run(" "))][:-1]
        said = " ".join("".join(run.text for run in spaced).split())
        assert "".join(run.text for run in runs(line_of(spaced))) == said

    def test_the_words_alone(self):
        assert plain(f"# A\n- **b**\n{TABLE}") == "A\nb\nQuotient Prix\nA 3,20 €"


class TestThePages:
    def test_pasted_html_is_kept_as_signs_and_shown_set_out(self, stage, dgs):
        item = stage.item()
        posted = {
            "title": item.title,
            "kind": "deliberation",
            "matter": "ordinary",
            "proposed_text": "<div><h3>Décide</h3><p>Le <b>prix</b><script>x</script></p></div>",
        }
        assert dgs.post(at("item-edit", item.uid), posted).status_code == 302
        item.refresh_from_db()
        assert item.proposed_text == "# Décide\nLe **prix**"
        page = dgs.get(at("item-detail", item.uid)).content.decode()
        assert "<h3>Décide</h3>" in page
        assert "<strong>prix</strong>" in page

    def test_a_sentence_is_inserted_without_the_script(self, stage, dgs, client_of):
        assert snippets.begin_with_usual(actor=stage.dgs, now=NOW) == len(snippets.USUAL)
        visa = Snippet.objects.get(title="Code général des collectivités territoriales")
        item = stage.item(by=stage.agent)
        posted = {"title": "Titre", "proposed_text": "Déjà là.", "insert": visa.uid}
        page = client_of(stage.agent).post(at("item-edit", item.uid), posted).content.decode()
        assert f"Déjà là.\n{visa.text}" in page
        item.refresh_from_db()
        assert item.proposed_text == "", "nothing is saved yet"

    def test_sentences_belong_to_those_who_prepare_and_to_their_commune(
        self, stage, elsewhere, dgs, client_of
    ):
        theirs = Snippet.objects.create(
            organisation=elsewhere.organisation, kind="visa", title="X", text="x", changed_at=NOW
        )
        assert dgs.get(at("snippet-edit", theirs.uid)).status_code == 404
        assert dgs.post(at("snippet-remove", theirs.uid)).status_code == 404
        assert client_of(stage.agent).get(at("snippets")).status_code == 403
        sent = {"kind": "visa", "title": "Budget", "text": "Vu le budget ;"}
        assert client_of(stage.agent).post(at("snippet-add"), sent).status_code == 403
        assert client_of(stage.secretary).post(at("snippet-add"), sent).status_code == 302
        assert dgs.post(at("snippet-add"), sent).status_code == 422, "one name, one sentence"
        mine = Snippet.objects.get(title="Budget")
        assert dgs.post(at("snippet-remove", mine.uid)).status_code == 302
        assert list(Snippet.objects.values_list("title", flat=True)) == ["X"]

    def test_a_file_is_filed_joined_and_read(self, stage, dgs):
        item = stage.item()
        file = io.BytesIO(docx(("Heading1", "Décide"), ("b", "Article 1er"), ("", "Voir B &lt; C")))
        file.name = "Projet.docx"
        answer = dgs.post(at("item-text-file", item.uid), {"file": file, "folder": stage.root.uid})
        assert answer.url == at("item-edit", item.uid)
        item.refresh_from_db()
        assert item.proposed_text.startswith("# Décide\n**Article 1er**\nVoir B")
        piece = item.pieces.get().document
        assert (piece.title, piece.folder) == ("Projet.docx", stage.root)
        again = dgs.post(at("item-use-text", item.uid), {"document": piece.uid})
        assert again.url == at("item-edit", item.uid)

    def test_what_is_not_a_text_is_refused_with_the_reason(self, stage, dgs):
        item = stage.item(documents=(stage.document("Plan.txt"),))
        plan = item.pieces.get().document
        said = dgs.post(at("item-use-text", item.uid), {"document": plan.uid}, follow=True)
        assert "Donnez un document Word (.docx) ou LibreOffice (.odt)." in said.content.decode()
        other = stage.document("Autre.txt")
        assert dgs.post(at("item-use-text", item.uid), {"document": other.uid}).status_code == 404

    def test_the_preview_is_the_paper_of_the_act_marked_as_a_draft(self, stage, dgs):
        meeting = stage.meeting()
        item = stage.item(meeting=meeting, proposed_text=f"# Décide\nArticle 1er\n{TABLE}")
        answer = dgs.get(at("item-preview", item.uid))
        with pypdfium2.PdfDocument(answer.content) as pdf:
            said = pdf[0].get_textpage().get_text_bounded()
        for words in ("Projet de délibération", "Tarifs de la cantine", "Quotient", "PROJET"):
            assert words in said
        assert not Act.objects.exists()

    def test_the_text_becomes_the_act_s(self, stage):
        meeting = held(stage, ("Tarifs",))
        AgendaItem.objects.filter(meeting=meeting).update(proposed_text=TABLE)
        (act,) = draft_deliberations(actor=stage.dgs, meeting=meeting, now=AFTER)
        assert act.text == TABLE
