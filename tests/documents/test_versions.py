"""The history of a document: opening, comparing and restoring any of its versions."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from documents.enums import IndexState
from documents.models import Document, DocumentPage, Version
from documents.services.comparing import NotComparable, compare_versions, two_versions
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
ORG = "saint-aubin"
OLD = "La commune vend le terrain de la gare au prix de 12 000 euros."
NEW = "La commune loue le terrain de la gare au prix de 12 500 euros par an."


def _url(name: str, uid: object, query: str = "") -> str:
    return reverse(f"documents:{name}", args=[ORG, uid]) + query


@pytest.fixture
def two(tree: Tree, run_jobs: Callable[[], int]) -> Document:
    """A note in two versions, both read."""
    tree.file("bail.txt", OLD.encode())
    document = tree.file("bail.txt", NEW.encode(), as_new_version=True)
    run_jobs()
    return Document.objects.get(pk=document.pk)


def test_each_version_keeps_its_own_words(two: Document) -> None:
    kept = DocumentPage.objects.filter(version__document=two).order_by("version__number")
    assert list(kept.values_list("text", flat=True)) == [OLD, NEW]


def test_the_differences_are_words(two: Document) -> None:
    found = compare_versions(*two_versions(two, None, None))
    changes = [(c.old.strip(), c.new.strip()) for c in found.comparison.changes]
    assert changes == [("vend", "loue"), ("12 000", "12 500"), ("", "par an")]
    assert (found.added, found.removed) == (4, 2)
    assert not found.warnings
    assert not found.same_file


def test_the_older_one_always_comes_first(two: Document) -> None:
    assert [v.number for v in two_versions(two, 2, 1)] == [1, 2]
    assert [v.number for v in two_versions(two, 2, 2)] == [1, 2]
    assert [v.number for v in two_versions(two, 1, 1)] == [1, 2]
    assert [v.number for v in two_versions(two, 99, None)] == [1, 2]


@pytest.mark.parametrize("view", ["cote", "fil"])
def test_the_page_shows_what_went_and_what_came(
    two: Document, tree: Tree, client_of: ClientOf, view: str
) -> None:
    page = client_of(tree.cast.claire).get(_url("compare", two.uid, f"?vue={view}"))
    text = page.content.decode()
    assert "<strong>3\N{NO-BREAK SPACE}changements</strong>" in text
    assert 'id="changement-3"' in text
    assert "[retiré : </span>vend" in text
    assert "[ajouté : </span>loue" in text
    assert 'aria-current="page">' + ("Côte à côte" if view == "cote" else "Dans le texte") in text


@pytest.mark.parametrize(
    ("who", "answer"), [("nadia", 200), ("claire", 200), ("jeanne", 404), ("sophie", 404)]
)
def test_who_compares_is_who_reads(
    two: Document, tree: Tree, client_of: ClientOf, who: str, answer: int
) -> None:
    client = client_of(getattr(tree.cast, who))
    assert client.get(_url("compare", two.uid)).status_code == answer
    old = two.versions.get(number=1)
    assert client.get(_url("version", old.uid)).status_code == answer
    assert client.get(_url("versions", two.uid)).status_code == answer


def test_nobody_compares_from_another_commune(
    two: Document, tree: Tree, client_of: ClientOf
) -> None:
    """Karim belongs to both; the document belongs to one."""
    address = reverse("documents:compare", args=["valmorel", two.uid])
    assert client_of(tree.cast.karim).get(address).status_code == 404


def test_what_one_types_in_the_address_breaks_nothing(
    two: Document, tree: Tree, client_of: ClientOf
) -> None:
    client = client_of(tree.cast.nadia)
    for query in ("?de=x&a=-1", "?de=99999999999&a=²", "?partie=0", "?partie=9&vue=autre"):
        assert client.get(_url("compare", two.uid, query)).status_code == 200


def test_what_is_written_in_a_document_is_shown_and_never_run(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    tree.file("code.txt", b"<script>alert(1)</script> un")
    document = tree.file("code.txt", b"<script>alert(2)</script> un", as_new_version=True)
    run_jobs()
    text = client_of(tree.cast.nadia).get(_url("compare", document.uid)).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (IndexState.WAITING, "", "est en cours de lecture"),
        (IndexState.OCR, "", "est en cours de lecture"),
        (IndexState.FAILED, "Fichier abîmé.", "n’a pas pu être lu : Fichier abîmé."),
        (IndexState.NO_TEXT, "", "ne contient pas de texte"),
    ],
)
def test_a_version_without_words_says_why(
    two: Document, tree: Tree, client_of: ClientOf, state: str, reason: str, words: str
) -> None:
    two.versions.filter(number=1).update(index_state=state, index_reason=reason)
    with pytest.raises(NotComparable):
        compare_versions(*two_versions(two, None, None))
    reader = client_of(tree.cast.claire).get(_url("compare", two.uid)).content.decode()
    assert f"La version 1 {words}" in reader.replace("Le texte de la", "La")
    assert "Réessayer" not in reader
    editor = client_of(tree.cast.julien).get(_url("compare", two.uid)).content.decode()
    assert ("Réessayer" in editor) is (state == IndexState.FAILED)


def test_a_scan_is_said_to_be_one(two: Document) -> None:
    two.versions.filter(number=2).update(scanned_pages=3)
    said = " ".join(compare_versions(*two_versions(two, None, None)).warnings)
    assert "La version 2 est numérisée" in said
    two.versions.update(scanned_pages=3)
    said = " ".join(compare_versions(*two_versions(two, None, None)).warnings)
    assert "Ces deux versions sont numérisées" in said


def test_reading_a_scan_counts_its_pages(tree: Tree, run_jobs: Callable[[], int]) -> None:
    from documents.demo_files import make_files

    scan = next(f for f in make_files() if f.name.startswith("Registre 1987"))
    document = tree.file(scan.name, scan.content)
    run_jobs()
    version = Version.objects.get(document=document)
    assert version.scanned_pages >= 1
    assert version.scanned_pages == version.page_count


def test_a_part_that_was_not_read_is_said(two: Document) -> None:
    two.versions.filter(number=1).update(
        index_state=IndexState.PARTIAL, index_reason="Texte très long : indexé en partie."
    )
    assert compare_versions(*two_versions(two, None, None)).warnings == (
        "La version 1 n’a été lue qu’en partie : Texte très long : indexé en partie.",
    )


def test_a_restored_version_is_the_same_file(
    two: Document, tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    client = client_of(tree.cast.julien)
    client.post(_url("version-restore", two.versions.get(number=1).uid))
    run_jobs()
    text = client.get(_url("compare", two.uid, "?de=1&a=3")).content.decode()
    assert "Ces deux versions sont le même fichier" in text
    history = client.get(_url("versions", two.uid)).content.decode()
    assert "Reprise de la version 1" in history
    assert history.count("Actuelle") == 1


def test_changed_pages_of_a_pdf_lead_to_them(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    from documents.demo_files import make_files, make_next_version

    after = make_next_version()
    before = next(f for f in make_files() if f.name == after.name)
    tree.file(before.name, before.content)
    document = tree.file(after.name, after.content, as_new_version=True)
    run_jobs()
    client = client_of(tree.cast.claire)
    found = client.get(_url("compare", document.uid)).context["found"]
    assert found["total"] == 8
    assert [page["label"] for page in found["pages"]] == ["1"]
    page = client.get(found["pages"][0]["href"].replace("page=1", "page=2"))
    assert page.context["preview"].page == 2
    assert page.context["preview"].kind == "pdf"


def test_a_page_whose_plan_alone_changed_is_named(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    tree.file("Plan.pdf", _plans(0, 60))
    document = tree.file("Plan.pdf", _plans(0, 90), as_new_version=True)
    run_jobs()
    client = client_of(tree.cast.claire)
    page = client.get(_url("compare", document.uid))
    found = page.context["found"]
    assert found["total"] == 0
    assert [one["label"] for one in found["redrawn"]] == ["2"]
    assert "seule l’apparence des pages" in page.content.decode()
    # Saved again by another program: other bytes, the same pages.
    document = tree.file("Plan.pdf", _plans(0, 90, compress=False), as_new_version=True)
    run_jobs()
    found = client.get(_url("compare", document.uid)).context["found"]
    assert (found["same_file"], found["looked"], found["redrawn"]) == (False, True, [])


def _plans(*sizes: int, compress: bool = True) -> bytes:
    """For each size, a page with the same words and a black square as large as that."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for size in sizes:
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = pdf.make_stream(
                b"BT /F1 14 Tf 60 780 Td (Plan de situation du lotissement) Tj ET "
                + f"200 400 {size} {size} re f".encode()
            )
        pdf.save(made, compress_streams=compress)
    return made.getvalue()


def test_many_changes_come_a_hundred_at_a_time(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    filler = " ".join(f"mot{n}" for n in range(90))
    old = "\n".join(f"{filler} avant{n}" for n in range(150))
    tree.file("long.txt", old.encode())
    document = tree.file("long.txt", old.replace("avant", "apres").encode(), as_new_version=True)
    run_jobs()
    client = client_of(tree.cast.nadia)
    first = client.get(_url("compare", document.uid)).context["found"]
    assert (first["total"], len(first["passages"])) == (150, 100)
    after = first["passages"][-1]["after"]
    assert after.endswith("partie=2#changement-101")
    second = client.get(_url("compare", document.uid) + after.partition("#")[0])
    assert "Changements 101 à 150 sur 150" in second.content.decode()
    assert second.context["found"]["passages"][0]["before"].endswith("#changement-100")


def test_comparing_a_confidential_document_is_noted(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    for content in (b"un", b"deux"):
        document = tree.file(
            "acte.txt", content, by=tree.cast.claire, folder=tree.secret, as_new_version=True
        )
    run_jobs()
    client_of(tree.cast.claire).get(_url("compare", document.uid))
    client_of(tree.cast.claire).get(_url("version", document.versions.get(number=1).uid))
    opened = AuditEntry.objects.filter(verb="documents.document.opened", target_uid=document.uid)
    assert opened.count() == 2


def test_a_document_of_one_version_has_nothing_to_compare(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    client = client_of(tree.cast.nadia)
    assert client.get(_url("compare", document.uid)).status_code == 404
    assert "Comparer" not in client.get(_url("versions", document.uid)).content.decode()


def test_the_history_costs_the_same_for_two_and_twenty_versions(
    tree: Tree, client_of: ClientOf, django_assert_num_queries: Callable[..., object]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    document = tree.file("v.txt", b"0")
    tree.file("v.txt", b"1", as_new_version=True)
    client = client_of(tree.cast.claire)
    client.get(_url("versions", document.uid))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(_url("versions", document.uid))
    for number in range(2, 20):
        tree.file("v.txt", str(number).encode(), as_new_version=True)
    with CaptureQueriesContext(connection) as many:
        client.get(_url("versions", document.uid))
    assert len(few) == len(many)
