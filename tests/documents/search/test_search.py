"""Finding: by words, references and beginnings, in titles and texts, in a sensible order."""

from __future__ import annotations

import datetime as dt

import pytest

from documents.enums import Role
from documents.extraction import PageText
from documents.models import DocumentPage, DocumentText
from documents.search import asking, engine, normaliser
from documents.search.index import index_again, index_title, index_version, stale
from documents.search.results import Filters
from documents.services import moving
from documents.services.rights import set_role
from tests.documents.search.filing import add_version, ask, put, titles
from tests.documents.world import NOW, World

pytestmark = pytest.mark.django_db


def test_the_words_of_a_text_find_it_in_any_of_their_forms(world: World) -> None:
    put(world.root, "Note.pdf", "Les élues ont voté les travaux budgétaires.")
    put(world.root, "Autre.pdf", "La mairie fait une marche.")
    assert titles(ask(world, world.nadia, "élu travail budget")) == ["Note.pdf"]
    assert titles(ask(world, world.nadia, "maire")) == []
    assert titles(ask(world, world.nadia, "marché")) == []


def test_all_the_words_must_be_there_wherever_they_are(world: World) -> None:
    put(world.root, "Cantine.pdf", "première page", "les tarifs de septembre")
    assert titles(ask(world, world.nadia, "cantine tarif première")) == ["Cantine.pdf"]
    assert titles(ask(world, world.nadia, "cantine piscine")) == []


def test_a_reference_finds_its_document_however_it_is_written(world: World) -> None:
    put(world.root, "a.pdf", "Délibération DCM 2024-017 du 12 mars 2026, article L. 2121-10")
    put(world.root, "b.pdf", "Délibération DCM 2024-018 du 13 mars 2026, article L. 2121-11")
    for question in ("2024-17", "dcm 2024/017", "12/03/2026", "L2121-10"):
        assert titles(ask(world, world.nadia, question)) == ["a.pdf"], question


def test_the_beginning_of_a_word_is_enough_while_typing_only(world: World) -> None:
    put(world.root, "a.pdf", "une délibération")
    assert titles(ask(world, world.nadia, "délib", typing=True)) == ["a.pdf"]
    assert titles(ask(world, world.nadia, "délib")) == []


def test_a_finished_word_that_nothing_holds_is_tried_as_a_beginning(world: World) -> None:
    put(world.root, "a.pdf", "une délibération")
    found = asking.ask(world.dgs, "délib", now=NOW)
    assert titles(found) == ["a.pdf"]
    assert found.loosened


def test_a_phrase_is_found_in_its_order_only(world: World) -> None:
    put(world.root, "a.pdf", "le maire de la commune de Valmorel")
    put(world.root, "b.pdf", "la commune, son maire")
    assert titles(ask(world, world.nadia, '"maire de la commune"')) == ["a.pdf"]


def test_a_word_after_a_dash_is_left_out(world: World) -> None:
    put(world.root, "a.pdf", "voirie et travaux")
    put(world.root, "b.pdf", "voirie et budget")
    assert titles(ask(world, world.nadia, "voirie -travaux")) == ["b.pdf"]


def test_a_title_comes_before_a_mention_and_recent_before_old(world: World) -> None:
    put(world.root, "Divers.pdf", "on y parle une fois de la piscine municipale " + "texte " * 50)
    put(world.root, "Piscine.pdf", "règlement", days_ago=900)
    put(world.root, "Vieux.pdf", "on y parle une fois de la piscine municipale " + "texte " * 50,
        days_ago=2000)  # fmt: skip
    assert titles(ask(world, world.nadia, "piscine")) == ["Piscine.pdf", "Divers.pdf", "Vieux.pdf"]


def test_while_typing_titles_come_first_too(world: World) -> None:
    put(world.root, "Divers.pdf", "la piscine municipale")
    put(world.root, "Piscine.pdf", "règlement", days_ago=900)
    found = ask(world, world.nadia, "pisc", typing=True)
    assert titles(found) == ["Piscine.pdf", "Divers.pdf"]


def test_a_new_name_finds_at_once_and_the_old_one_no_longer(world: World) -> None:
    document = put(world.root, "Brouillon.pdf", "le texte reste")
    moving.rename_document(actor=world.dgs, document=document, name="Convention.pdf", now=NOW)
    assert titles(ask(world, world.nadia, "convention texte")) == ["Convention.pdf"]
    assert titles(ask(world, world.nadia, "brouillon")) == []


def test_a_title_changed_many_times_leaves_the_text_as_it_was(world: World) -> None:
    document = put(world.root, "Un.pdf", "alpha beta gamma")
    before = DocumentText.objects.get(document=document)
    for name in ("Deux.pdf", "Trois alpha.pdf", "Un.pdf"):
        document.title = name
        index_title(document)
    after = DocumentText.objects.get(document=document)
    assert (after.tsv_norm, after.tsv_exact) == (before.tsv_norm, before.tsv_exact)


def test_the_former_text_answers_until_the_new_version_is_read(world: World) -> None:
    document = put(world.root, "Plan.pdf", "ancienne parcelle")
    version = add_version(document, indexed=False)
    found = ask(world, world.nadia, "parcelle")
    assert titles(found) == ["Plan.pdf"]
    assert found.hits[0].behind
    assert found.waiting == 1
    index_version(version, [PageText(1, "nouveau lotissement")])
    assert titles(ask(world, world.nadia, "parcelle")) == []
    assert titles(ask(world, world.nadia, "lotissement")) == ["Plan.pdf"]


def test_a_version_read_too_late_does_not_replace_the_current_one(world: World) -> None:
    document = put(world.root, "Plan.pdf", "ancien")
    late = add_version(document, indexed=False)
    add_version(document, "actuel")
    index_version(late, [PageText(1, "dépassé")])
    assert titles(ask(world, world.nadia, "dépassé")) == []
    assert titles(ask(world, world.nadia, "actuel")) == ["Plan.pdf"]


def test_reading_twice_changes_nothing(world: World) -> None:
    document = put(world.root, "Plan.pdf", "une page", "deux pages")
    assert document.current_version is not None
    pages = [PageText(1, "une page"), PageText(2, "deux pages")]
    assert index_version(document.current_version, pages)
    assert DocumentPage.objects.filter(version=document.current_version).count() == 2
    assert DocumentText.objects.filter(document=document).count() == 1


def test_what_another_normaliser_indexed_is_found_and_indexed_again(world: World) -> None:
    document = put(world.root, "Plan.pdf", "une page")
    DocumentText.objects.filter(document=document).update(normaliser=0)
    assert [text.document_id for text in stale()] == [document.pk]
    assert index_again(document)
    assert not stale().exists()
    assert titles(ask(world, world.nadia, "page")) == ["Plan.pdf"]


def test_a_text_too_rich_for_the_index_is_indexed_in_part(world: World) -> None:
    document = put(world.root, "Registre.pdf", "début")
    version = document.current_version
    assert version is not None
    numbers = " ".join(str(n) for n in range(1_000_000, 1_150_000))
    assert not index_version(version, [PageText(1, numbers), PageText(2, "conclusion")])
    assert titles(ask(world, world.nadia, "conclusion")) == ["Registre.pdf"]


def test_folders_are_found_by_their_name(world: World) -> None:
    urbanisme = world.folder("Urbanisme et voirie")
    world.folder("Élus", urbanisme)
    found = ask(world, world.nadia, "élu")
    assert [(f.name[0].text, f.parent) for f in found.folders] == [("Élus", "Urbanisme et voirie")]
    assert ask(world, world.nadia, "maire").folders == ()


def test_filters_narrow_and_their_words_are_counted(world: World) -> None:
    finances, voirie = world.folder("Finances"), world.folder("Voirie")
    sub = world.folder("2026", finances)
    put(finances, "a.pdf", "subvention", by=world.julien)
    put(sub, "b.xlsx", "subvention", media_type="text/csv", by=world.claire, days_ago=400)
    put(voirie, "c.jpg", "subvention", media_type="image/jpeg", by=world.claire)
    everything = ask(world, world.nadia, "subvention")
    assert everything.total == 3
    assert {(c.label, c.count) for c in everything.below} == {("Finances", 2), ("Voirie", 1)}
    assert {(c.label, c.count) for c in everything.kinds} == {
        ("PDF", 1), ("Tableur", 1), ("Image", 1),
    }  # fmt: skip
    assert {(c.label, c.count) for c in everything.authors} == {
        ("Julien Petit", 1), ("Claire Fontaine", 2),
    }  # fmt: skip
    assert {(c.label, c.count) for c in everything.years} == {("2026", 2), ("2025", 1)}

    def narrowed(**filters: object) -> set[str]:
        return set(titles(ask(world, world.nadia, "subvention", filters=Filters(**filters))))

    assert narrowed(folder=finances) == {"a.pdf", "b.xlsx"}
    assert narrowed(kind="image") == {"c.jpg"}
    assert narrowed(kind="tableur") == {"b.xlsx"}
    assert narrowed(kind="autre") == set()
    assert narrowed(author=world.claire.uid) == {"b.xlsx", "c.jpg"}
    assert narrowed(since=dt.date(2026, 1, 1)) == {"a.pdf", "c.jpg"}
    assert narrowed(until=dt.date(2025, 12, 31)) == {"b.xlsx"}
    assert narrowed(folder=finances, author=world.claire.uid) == {"b.xlsx"}
    below = ask(world, world.nadia, "subvention", filters=Filters(folder=finances)).below
    assert [(c.label, c.count) for c in below] == [("2026", 1)]


def test_above_the_cap_the_newest_come_first_and_counts_are_not_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CAP", 3)
    monkeypatch.setattr(engine, "PAGE_SIZE", 2)
    for days in (5, 1, 4, 2, 3):
        put(world.root, f"j{days}.pdf", "voirie", days_ago=days)
    for person in (world.nadia, world.julien):
        grant_reading(world)
        found = ask(world, person, "voirie")
        assert found.capped
        assert found.total == 3
        assert titles(found) == ["j1.pdf", "j2.pdf"]
        assert {c.count for c in (*found.kinds, *found.years)} == {None}


def grant_reading(world: World) -> None:
    set_role(actor=world.dgs, obj=world.root, principal=world.planning, role=Role.READER, now=NOW)


def test_pages_follow_each_other_without_repeating(world: World) -> None:
    for n in range(45):
        put(world.root, f"d{n:02}.pdf", "voirie", days_ago=n)
    seen = [
        title
        for page in (1, 2, 3)
        for title in titles(ask(world, world.nadia, "voirie", page=page))
    ]
    assert len(seen) == len(set(seen)) == 45
    assert ask(world, world.nadia, "voirie", page=2).has_next()
    assert not ask(world, world.nadia, "voirie", page=3).has_next()


def test_the_limits_of_postgresql_are_those_that_the_normaliser_keeps(world: World) -> None:
    words = " ".join(f"mot{chr(97 + n % 26)}{n}x" for n in range(90_000))
    document = put(world.root, "Long.pdf", words)
    text = DocumentText.objects.get(document=document)
    assert text.words > 16_383
    assert text.normaliser == normaliser.VERSION


@pytest.mark.parametrize("question", ["voirie", "voirie subvention", "voi", '"la voirie"'])
def test_the_index_of_words_is_always_used(
    world: World, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    """A handful of texts, all of which match: where PostgreSQL would rather read them all."""
    for number in range(30):
        put(world.root, f"d{number}.pdf", "la voirie, la subvention " + "mot " * 200)
    grant_reading(world)
    asked: list[tuple[str, object]] = []
    rows = engine._rows
    monkeypatch.setattr(engine, "_rows", lambda *args: (asked.append(args), rows(*args))[1])
    for person in (world.nadia, world.julien):
        asked.clear()
        assert ask(world, person, question, typing=question == "voi").total == 30
        plan = "\n".join(row[0] for row in rows(f"EXPLAIN {asked[0][0]}", asked[0][1]))
        assert "Bitmap Index Scan on documents_documenttext" in plan
        assert "Seq Scan on documents_documenttext" not in plan
