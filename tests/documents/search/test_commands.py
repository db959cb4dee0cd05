"""The commands of the search."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.actor import actor_for
from accounts.models import Organisation, Person
from bench import corpus
from config.lib.clock import now
from documents.management.commands import load_corpus
from documents.models import Document, DocumentText
from documents.search.engine import search
from documents.search.index import stale
from documents.search.query import parse
from documents.search.results import Results
from tests.documents.search.filing import ask, put, titles
from tests.documents.world import World


@pytest.mark.django_db
def test_what_an_older_normaliser_made_is_made_again(world: World) -> None:
    for number in range(3):
        put(world.root, f"d{number}.pdf", "la piscine")
    DocumentText.objects.update(normaliser=0, tsv_norm="'ancien':1")
    out = StringIO()
    call_command("index_again", "--batch", "2", stdout=out)
    assert "3 documents indexés de nouveau" in out.getvalue()
    assert not stale().exists()
    assert len(titles(ask(world, world.nadia, "piscine"))) == 3
    call_command("index_again", stdout=out)
    assert "Tout est déjà à jour." in out.getvalue()


@pytest.mark.django_db
def test_a_corpus_is_read_in_part_by_each_and_whole_by_the_direction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(corpus, "FOLDERS", corpus.FOLDERS[::10])
    numbers = list(range(1, 61))
    load_corpus._build("mesure")
    load_corpus.Command(stdout=StringIO())._load("mesure", numbers)
    organisation = Organisation.objects.get(slug="mesure")
    assert Document.objects.filter(organisation=organisation).count() == len(numbers)
    seen = set()
    for number in range(corpus.GROUPS):
        person = Person.objects.get(identifier=f"mesure-{number:03}")
        found = _found(person, organisation)
        assert found.total < len(numbers) / 2
        seen |= {hit.uid for hit in found.hits}
    assert len(seen) == _found(Person.objects.get(identifier="dgs.mesure"), organisation).total > 0


def _found(person: Person, organisation: Organisation) -> Results:
    actor = actor_for(person, organisation, now=now())
    assert actor is not None
    return search(actor, parse(corpus.HALF[0]), now=now())
