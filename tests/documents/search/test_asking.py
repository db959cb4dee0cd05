"""When nothing holds all the words: a letter mistyped, a word too many, never a word too far."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command

from documents.enums import IndexState, Role
from documents.models import Document, Version, Word
from documents.search import vocabulary
from documents.search.asking import ask
from documents.search.results import Filters, Results
from documents.services.rights import set_role
from tests.documents.search.filing import put, titles
from tests.documents.world import NOW, World, make_world

pytestmark = pytest.mark.django_db


def found(world: World, text: str, **how: object) -> Results:
    return ask(world.dgs, text, now=NOW, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("delibertaion", "délibération"),
        ("assainisement", "assainissement"),
        ("Dupnot", "dupont"),
        ("l’assainisement", "assainissement"),
    ],
)
def test_a_word_mistyped_is_read_as_one_of_ours(world: World, typed: str, meant: str) -> None:
    put(world.root, "a.pdf", "La délibération sur l’assainissement, demandée par M. Dupont.")
    results = found(world, typed)
    assert titles(results) == ["a.pdf"]
    assert results.corrected == meant


def test_only_the_word_that_nothing_holds_is_changed(world: World) -> None:
    put(world.root, "a.pdf", "tarifs du columbarium")
    assert found(world, "tarifs columbariun").corrected == "tarifs columbarium"
    assert found(world, "tarifs columbarium").corrected == ""


def test_a_word_is_never_proposed_to_who_may_not_read_where_it_is(world: World) -> None:
    secret, open_ = world.folder("Secret"), world.folder("Ouvert")
    put(secret, "a.pdf", "la révocation")
    put(open_, "b.pdf", "la rénovation")
    set_role(actor=world.dgs, obj=open_, principal=world.planning, role=Role.READER, now=NOW)
    assert Word.objects.filter(folded="revocation").exists()
    julien = world.actor(world.julien)
    for typed in ("revocatoin", "revocatio", "revocatiom"):
        results = ask(julien, typed, now=NOW)
        assert results.corrected in ("", "rénovation")
        assert "a.pdf" not in titles(results)
    assert ask(world.dgs, "revocatoin", now=NOW).corrected == "révocation"


def test_a_word_of_another_commune_is_never_proposed(world: World) -> None:
    other = make_world("valmorel")
    put(other.root, "a.pdf", "le columbarium")
    assert found(world, "columbariun").corrected == ""
    assert found(world, "columbariun").total == 0


def test_one_word_too_many_is_said_and_left_out(world: World) -> None:
    put(world.root, "Voeux.pdf", "cérémonie des vœux")
    for number in range(4):
        put(world.root, f"d{number}.pdf", "le maire")
    results = found(world, "vœux du maire")
    assert titles(results) == ["Voeux.pdf"]
    assert results.dropped == ("maire",)


def test_a_word_found_nowhere_is_left_out_before_the_common_ones(world: World) -> None:
    put(world.root, "a.pdf", "convention du chenil")
    results = found(world, "convention chenil zzyzx")
    assert titles(results) == ["a.pdf"]
    assert results.dropped == ("zzyzx",)


def test_nothing_is_invented_for_a_word_that_resembles_nothing(world: World) -> None:
    put(world.root, "a.pdf", "convention du chenil")
    results = found(world, "zzyzx")
    assert (results.total, results.corrected, results.dropped) == (0, "", ())


def test_a_filter_holds_whatever_is_tried(world: World) -> None:
    shelf = world.folder("Rangé")
    put(world.root, "a.pdf", "tarifs du columbarium")
    results = ask(world.dgs, "columbariun", Filters(folder=shelf), now=NOW)
    assert (results.total, results.corrected) == (0, "")


def test_only_titles_are_looked_at_when_one_asks(world: World) -> None:
    put(world.root, "Piscine municipale.pdf", "règlement")
    put(world.root, "Autre.pdf", "la piscine municipale")
    for text in ("piscine", '"piscine municipale"', "pisc"):
        assert titles(found(world, text, in_title=True)) == ["Piscine municipale.pdf"], text
    assert titles(found(world, "pisc", typing=True, in_title=True)) == ["Piscine municipale.pdf"]


def test_words_to_leave_out_may_be_given_apart(world: World) -> None:
    put(world.root, "a.pdf", "voirie et travaux")
    put(world.root, "b.pdf", "voirie et budget")
    assert titles(found(world, "voirie", without="travail")) == ["b.pdf"]


@pytest.mark.parametrize(
    "quoted",
    [
        "délibération DCM 2024-017 du 12 mars 2026",
        "17 du 12 mars",
        "017 du 12 mars 2026",
        "plan local d’urbanisme de Saint-Aubin",
        "local d'urbanisme",
        "urbanisme de Saint",
    ],
)
def test_a_quotation_runs_through_numbers_dates_and_initials(world: World, quoted: str) -> None:
    put(world.root, "a.pdf",
        "La délibération DCM 2024-017 du 12 mars 2026 arrête le plan local d’urbanisme de"
        " Saint-Aubin.")  # fmt: skip
    expected = [] if quoted.startswith("17") else ["a.pdf"]
    assert titles(found(world, f"« {quoted} »")) == expected


def test_words_that_no_document_holds_any_more_are_forgotten(world: World) -> None:
    document = put(world.root, "a.pdf", "le columbarium")
    put(world.root, "b.pdf", "la mairie")
    assert document.current_version is not None
    from documents.extraction import PageText
    from documents.search.index import index_version

    index_version(document.current_version, [PageText(1, "autre chose")])
    for day in range(28):
        vocabulary.forget_unused(day)
    assert set(Word.objects.values_list("folded", flat=True)) == {"mairie", "chose"}
    assert not Word.objects.filter(folded="columbarium").exists()


def test_indexing_again_fills_the_vocabulary(world: World) -> None:
    from documents.models import DocumentText

    put(world.root, "a.pdf", "le columbarium")
    Word.objects.all().delete()
    vocabulary._known.clear()
    DocumentText.objects.update(normaliser=0)
    call_command("index_again", verbosity=0)
    assert Word.objects.filter(folded="columbarium").exists()


def test_what_is_not_read_is_counted_where_one_searches(world: World) -> None:
    shelf = world.folder("Rangé")
    put(shelf, "a.pdf", indexed=False)
    put(shelf, "b.pdf", indexed=False)
    put(world.root, "c.pdf", indexed=False)
    failed = put(shelf, "d.pdf", indexed=False)
    Version.objects.filter(document=failed).update(
        index_state=IndexState.FAILED, index_reason="protégé par un mot de passe"
    )
    everywhere, there = found(world, "mot"), ask(world.dgs, "mot", Filters(folder=shelf), now=NOW)
    assert (everywhere.waiting, everywhere.failed) == (3, 1)
    assert (there.waiting, there.failed) == (2, 1)


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("dupnot", "dupont", 1), ("horaire", "horraire", 1), ("maire", "mairie", 1), ("a", "abcd", 3)],
)
def test_distance_counts_letters(one: str, other: str, far: int) -> None:
    assert vocabulary.distance(one, other, 2) == far


def test_dates_are_those_of_documents(world: World) -> None:
    put(world.root, "a.pdf", "tarifs", days_ago=800)
    old = Filters(until=(NOW - dt.timedelta(days=700)).date())
    assert titles(ask(world.dgs, "tarif", old, now=NOW)) == ["a.pdf"]
    assert Document.objects.count() == 1
