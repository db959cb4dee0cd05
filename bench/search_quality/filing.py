"""A town hall for the score of the search: one person who reads everything, many documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

from django.db import transaction

from accounts.actor import Actor, actor_for
from accounts.models import Person
from accounts.services.founding import found_organisation
from bench.search_quality.score import SEED, library
from config.lib import clock
from config.lib.text import name_key, sort_key
from documents.enums import IndexState
from documents.extraction import PageText
from documents.models import Document, Folder, Version
from documents.search.asking import ask
from documents.search.index import index_title, index_version
from documents.services.folders import create_root


@transaction.atomic
def fill(distractors: int) -> Actor:
    """An organisation with every document of the score among `distractors` others."""
    now = clock.now()
    director = Person.objects.create(given_name="Dominique", family_name="Score")
    organisation = found_organisation(
        name="Commune du score", slug="score", kind="commune", director=director, now=now
    ).organisation
    root = create_root(organisation=organisation, now=now)
    file_library(root, distractors)
    actor = actor_for(director, organisation, now=now)
    if actor is None:
        raise LookupError("the director has no membership")
    return actor


def file_library(folder: Folder, distractors: int) -> None:
    """Every document of the score in one folder, changed on days drawn by seed."""
    now = clock.now()
    draw = Random(SEED)  # noqa: S311 - nothing here is a secret
    for title, text in library(distractors):
        at = now - timedelta(days=draw.randrange(1500))
        document = Document.objects.create(
            organisation_id=folder.organisation_id,
            folder=folder,
            title=title,
            name_key=name_key(title),
            sort_title=sort_key(title),
            created_at=at,
            changed_at=at,
            media_type="application/pdf",
        )
        version = Version.objects.create(
            organisation_id=folder.organisation_id,
            document=document,
            number=1,
            storage_key="0" * 32,
            size=1,
            sha256="0" * 64,
            media_type="application/pdf",
            original_name=title,
            created_at=at,
            index_state=IndexState.INDEXED,
        )
        document.current_version = version
        document.save(update_fields=["current_version"])
        index_title(document)
        index_version(version, [PageText(1, text)])


def finder(actor: Actor) -> Callable[[str], Sequence[str]]:
    """What the page would show first for a question, as titles."""

    def find(question: str) -> Sequence[str]:
        found = ask(actor, question, now=clock.now())
        return ["".join(segment.text for segment in hit.title) for hit in found.hits]

    return find
