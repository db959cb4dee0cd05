"""The search page, and the same results while one types."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.enums import Role
from documents.models import Document, DocumentTag, DocumentType, Tag
from documents.search import engine
from documents.services import labels
from documents.services.rights import set_role
from documents.views import search
from tests.conftest import StrictClient
from tests.documents.search.filing import put
from tests.documents.world import NOW, World

pytestmark = pytest.mark.django_db
ClientOf = Callable[[object], StrictClient]
ADDRESS = "/c/saint-aubin/recherche/"


@pytest.fixture
def nadia(world: World, client_of: ClientOf) -> StrictClient:
    return client_of(world.nadia)


def page(client: StrictClient, **values: str) -> str:
    response = client.get(ADDRESS, values)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    return response.content.decode()


def test_the_address_is_the_one_of_the_frame(world: World) -> None:
    assert reverse("documents:search", args=["saint-aubin"]) == ADDRESS


def test_without_a_question_the_page_says_what_may_be_asked(nadia: StrictClient) -> None:
    assert "Que cherchez-vous" in page(nadia)


def test_a_question_too_short_or_too_common_is_said(nadia: StrictClient) -> None:
    assert "trop courte" in page(nadia, q="de la")


def test_nothing_found_is_said_with_what_to_try(nadia: StrictClient) -> None:
    html = page(nadia, q="introuvable")
    assert "Rien ne répond à « introuvable »" in html
    assert "un mot de moins" in html


def test_a_result_shows_title_path_date_and_marked_snippet(
    world: World, nadia: StrictClient
) -> None:
    folder = world.folder("Finances")
    document = put(folder, "Budget primitif.pdf", "vide", "Le budget de la piscine est voté.",
                   by=world.julien)  # fmt: skip
    html = page(nadia, q="piscine")
    assert f"/c/saint-aubin/documents/document/{document.uid}/" in html
    assert "Documents › Finances" in html
    assert "la <mark>piscine</mark> est voté" in html
    assert "par Julien Petit" in html
    assert "page 2" in html
    assert "1\u00a0document." in html


def test_titles_and_texts_are_never_markup(world: World, nadia: StrictClient) -> None:
    put(world.root, "<img src=x onerror=alert(1)> piscine.pdf",
        "</p><script>alert(2)</script> la piscine <b>municipale</b>")  # fmt: skip
    html = page(nadia, q="piscine")
    assert "<img src=x" not in html
    assert "<script>alert" not in html
    assert "&lt;b&gt;municipale&lt;/b&gt;" in html
    html = page(nadia, q='"><script>alert(3)</script>')
    assert "<script>alert(3)" not in html


def test_typing_gives_the_results_alone(world: World, nadia: StrictClient) -> None:
    put(world.root, "Règlement.pdf", "la piscine municipale")
    here = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": "http://x" + ADDRESS}
    html = nadia.get(ADDRESS, {"q": "pisc"}, headers=here).content.decode()
    assert "<html" not in html
    assert "<mark>piscine</mark>" in html
    assert "Modifié depuis" in html


def test_the_top_bar_of_another_page_gets_a_few_lines(world: World, nadia: StrictClient) -> None:
    for number in range(9):
        put(world.root, f"Règlement {number}.pdf", "la piscine municipale")
    elsewhere = {
        "HX-Request": "true",
        "HX-Target": "results",
        "HX-Current-URL": "http://x/c/saint-aubin/documents/",
    }
    html = nadia.get(ADDRESS, {"q": "pisc"}, headers=elsewhere).content.decode()
    assert html.count("/documents/document/") == 6
    assert "Voir tous les résultats" in html
    assert "Modifié depuis" not in html


def test_filters_are_links_and_the_one_set_leads_back(world: World, nadia: StrictClient) -> None:
    finances = world.folder("Finances")
    put(finances, "a.pdf", "piscine")
    put(world.root, "b.jpg", "piscine", media_type="image/jpeg")
    html = page(nadia, q="piscine")
    assert f"dossier={finances.uid}" in html
    assert "type=image" in html
    html = page(nadia, q="piscine", type="image")
    assert "b.jpg" in html
    assert "a.pdf" not in html
    assert "Retirer tous les filtres" in html


@pytest.mark.parametrize(
    "values",
    [
        {"dossier": "pas-un-identifiant"},
        {"dossier": "00000000-0000-0000-0000-000000000000"},
        {"type": "inconnu"},
        {"par": "x"},
        {"depuis": "hier", "jusqua": "31/02/2026"},
        {"page": "-3"},
        {"page": "99999999999"},
    ],
)
def test_a_filter_that_makes_no_sense_is_no_filter(
    world: World, nadia: StrictClient, values: dict[str, str]
) -> None:
    put(world.root, "a.pdf", "piscine")
    response = nadia.get(ADDRESS, {"q": "piscine", **values})
    assert response.status_code == 200


def test_what_is_still_being_read_is_said(world: World, nadia: StrictClient) -> None:
    put(world.root, "a.pdf", indexed=False)
    assert "1\u00a0document en cours de lecture" in page(nadia, q="piscine")


def test_a_new_question_keeps_the_filters(world: World, nadia: StrictClient) -> None:
    put(world.root, "a.pdf", "piscine")
    html = page(nadia, q="piscine", type="pdf", sans="budget", page="2")
    search = html[html.index('role="search"') :].partition("</form>")[0]
    assert '<input type="hidden" name="type" value="pdf">' in search
    assert '<input type="hidden" name="sans" value="budget">' in search
    assert 'name="page"' not in search


def test_a_mistyped_word_is_said_and_its_results_shown(world: World, nadia: StrictClient) -> None:
    put(world.root, "a.pdf", "le columbarium")
    html = page(nadia, q="columbariun")
    assert "Vouliez-vous dire" in html
    assert "q=columbarium" in html
    assert "<mark>columbarium</mark>" in html


def test_a_word_left_out_is_said(world: World, nadia: StrictClient) -> None:
    put(world.root, "a.pdf", "convention du chenil")
    assert "sans « zzyzx »" in page(nadia, q="convention zzyzx")


def test_titles_alone_and_words_to_leave_out(world: World, nadia: StrictClient) -> None:
    put(world.root, "Piscine.pdf", "règlement")
    put(world.root, "Autre.pdf", "la piscine et le budget")
    html = page(nadia, q="piscine", titre="on")
    assert "Autre.pdf" not in html
    assert "Retirer tous les filtres" in html
    html = page(nadia, q="piscine", sans="budget")
    assert "Autre.pdf" not in html
    assert "/documents/document/" in html


def test_results_may_be_put_together_by_folder(world: World, nadia: StrictClient) -> None:
    for name in ("Finances", "Voirie"):
        shelf = world.folder(name)
        for number in range(2):
            put(shelf, f"{name} {number}.pdf", "piscine", days_ago=number)
    assert "Regrouper par dossier" in page(nadia, q="piscine")
    html = page(nadia, q="piscine", ranger="dossier")
    shelves = html.index("Documents › Finances"), html.index("Documents › Voirie")
    assert html.count(".pdf</a>", *sorted(shelves)) == 2
    assert html.count('class="hits__shelf"') == 2
    assert "Revenir à l’ordre" in html


def test_folders_are_put_together_over_all_that_was_found_and_not_over_one_page(
    world: World, nadia: StrictClient
) -> None:
    """The folder of the best answer first, a few lines of each, the rest behind a link."""
    full, best = world.folder("Finances"), world.folder("Voirie")
    for number in range(30):
        put(full, f"n{number}.pdf", "piscine", days_ago=number)
    put(best, "Piscine.pdf", "la piscine, la piscine et encore la piscine")
    put(best, "Vieux.pdf", "piscine", days_ago=900)
    for number in range(5):
        small = world.folder(f"Dossier {number}")
        for one in range(4):
            put(small, f"d{one}.pdf", "piscine", days_ago=100 + number)
    html = page(nadia, q="piscine", ranger="dossier")
    assert html.count('class="hits__shelf"') == 6
    # The oldest of all stands beside the best of all, on the first page.
    assert html.index("Documents › Voirie") < html.index("Vieux.pdf")
    assert html.index("Vieux.pdf") < html.index("Documents › Finances")
    assert len(re.findall(r">n\d+\.pdf<", html)) == 4
    assert "30\u00a0documents" in html
    links = re.findall(r'href="([^"]*)">Tout voir dans ce dossier', html)
    assert f"dossier={full.uid}" in links[0]
    assert "ranger" not in links[0]
    assert "52\u00a0documents." in html
    second = page(nadia, q="piscine", ranger="dossier", page="2")
    assert second.count("/documents/document/") == 6
    assert not re.findall(r">n\d+\.pdf<", second)
    assert "page=3" not in second


def test_above_the_cap_nothing_is_put_together_that_nobody_has_counted(
    world: World, nadia: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CAP", 20)
    monkeypatch.setattr(search, "CAP", 20)
    folders = [world.folder("Ici"), world.folder("Là")]
    for number in range(22):
        put(folders[number % 2], f"d{number}.pdf", "piscine", days_ago=number)
    labels.create_label(actor=world.dgs, kind=DocumentType, label="Contrat", now=NOW)
    groups = nadia.get(ADDRESS, {"q": "piscine"}).context["groups"]
    assert [(link.label, link.count) for link in dict(groups)["Type"]] == [("Contrat", None)]
    html = page(nadia, q="piscine")
    assert "Plus de 20 documents, les plus récents d’abord" in html
    assert "ce que garde chaque filtre n’est pas compté" in html
    assert "Regrouper par dossier" not in html
    html = page(nadia, q="piscine", ranger="dossier")
    assert "Tout voir dans ce dossier" not in html


def test_strangers_and_visitors_do_not_search(
    world: World, client_of: ClientOf, client: StrictClient
) -> None:
    from tests.documents.world import make_organisation, make_person

    stranger = make_person("Sophie", "Bertin", make_organisation("valmorel"))
    assert client_of(stranger).get(ADDRESS, {"q": "mot"}).status_code == 404
    assert client.get(ADDRESS, {"q": "mot"}).status_code == 302


def test_types_and_tags_narrow_the_results(world: World, nadia: StrictClient) -> None:
    kind = labels.create_label(actor=world.dgs, kind=DocumentType, label="Contrat", now=NOW)
    tag = labels.create_label(actor=world.dgs, kind=Tag, label="Urgent", now=NOW)
    put(world.root, "plain.pdf", "piscine")
    put(world.root, "typed.pdf", "piscine")
    put(world.root, "tagged.pdf", "piscine")
    Document.objects.filter(title="typed.pdf").update(type=kind)
    DocumentTag.objects.create(
        organisation=world.organisation, document=Document.objects.get(title="tagged.pdf"), tag=tag
    )
    every = page(nadia, q="piscine")
    assert "Contrat" in every
    for filters, kept in (({"nature": kind.uid}, "typed"), ({"etiquette": tag.uid}, "tagged")):
        html = page(nadia, q="piscine", **filters)
        assert f"{kept}.pdf" in html
        assert "plain.pdf" not in html
    assert "plain.pdf" in page(nadia, q="piscine", nature="n’importe quoi")


def test_types_and_tags_are_words_with_their_counts_among_what_one_may_read(
    world: World, client_of: ClientOf
) -> None:
    contract = labels.create_label(actor=world.dgs, kind=DocumentType, label="Contrat", now=NOW)
    plan = labels.create_label(actor=world.dgs, kind=DocumentType, label="Plan", now=NOW)
    urgent = labels.create_label(actor=world.dgs, kind=Tag, label="Urgent", now=NOW)
    shown, closed = world.folder("Ouvert"), world.folder("Fermé")
    set_role(actor=world.dgs, obj=shown, principal=world.planning, role=Role.READER, now=NOW)
    for number, (folder, kind) in enumerate(
        ((shown, contract), (shown, contract), (shown, plan), (closed, contract), (closed, plan))
    ):
        document = put(folder, f"{number}.pdf", "piscine")
        Document.objects.filter(pk=document.pk).update(type=kind)
        if number in (0, 3):
            DocumentTag.objects.create(
                organisation=world.organisation, document=document, tag=urgent
            )
    julien, direction = client_of(world.julien), client_of(world.nadia)

    def counts(client: StrictClient, name: str, **more: str) -> dict[str, str]:
        groups = client.get(ADDRESS, {"q": "piscine", **more}).context["groups"]
        return {link.label: link.count for link in dict(groups).get(name, [])}

    assert counts(julien, "Type") == {"Contrat": "2", "Plan": "1"}
    assert counts(julien, "Étiquette") == {"Urgent": "1"}
    assert counts(direction, "Type") == {"Contrat": "3", "Plan": "2"}
    assert counts(direction, "Étiquette") == {"Urgent": "2"}
    # Of what is narrowed already; the one that is set leads back without it.
    assert counts(julien, "Étiquette", nature=str(plan.uid)) == {}
    assert counts(julien, "Type", nature=str(plan.uid)) == {"Plan": None}
    assert counts(julien, "Type", etiquette=str(urgent.uid)) == {"Contrat": "1"}


def test_as_many_statements_for_two_results_as_for_two_hundred(
    world: World, client_of: ClientOf
) -> None:
    set_role(actor=world.dgs, obj=world.root, principal=world.planning, role=Role.READER, now=NOW)
    client = client_of(world.julien)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "piscine" in page(client, q="piscine")
        return len(queries)

    for number in range(2):
        put(world.root, f"d{number}.pdf", "piscine")
    few = count()
    for number in range(2, 200):
        put(world.root, f"d{number}.pdf", "piscine", by=world.julien)
    assert count() == few
    assert few <= 8


def test_the_page_has_one_title_per_level(world: World, nadia: StrictClient) -> None:
    put(world.root, "a.pdf", "piscine")
    html = page(nadia, q="piscine")
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
