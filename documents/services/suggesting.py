"""Where a thing that arrived should go, under what name: read from its words and from habit.

Only folders where the actor may file, only documents that they may read: a proposal never tells
of a place that they do not know. Looks at 60 documents for each of a dozen words at most, so that
it costs the same in a commune of a hundred documents and in one of a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.actor import Actor
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.text import sort_key
from documents.access import (
    breadcrumbs,
    readable_domains_params,
    readable_domains_sql,
    visible_documents,
)
from documents.access.arrivals import can_sort, editable_folders
from documents.enums import ArrivalSource, ArrivalState, Role
from documents.models import Arrival, Folder
from documents.rules.clues import Clues, clues_of, good_name, kind_of
from documents.rules.habits import Neighbour, Proposal, rank_folders
from documents.search.normaliser import lexemes
from documents.search.query import quote

_WORDS = 14
_EACH = 60

_NEIGHBOURS = f"""
    WITH editable AS MATERIALIZED ({readable_domains_sql()}),
         asked AS (SELECT * FROM unnest(%s::text[], %s::text[]) AS a (word, question))
    SELECT n.document_id, n.folder_id, n.title, array_agg(a.word)
      FROM asked a
     CROSS JOIN LATERAL (
            SELECT d.id AS document_id, d.folder_id, d.title
              FROM documents_documenttext t
              JOIN documents_document d ON d.id = t.document_id
              JOIN documents_folder f ON f.id = d.folder_id
             WHERE t.organisation_id = %s AND t.tsv_norm @@ a.question::tsquery
               AND d.trashed_at IS NULL AND f.trashed_at IS NULL
               AND COALESCE(d.own_domain_id, f.domain_id) IN (SELECT domain_id FROM editable)
               AND f.domain_id IN (SELECT domain_id FROM editable)
             LIMIT {_EACH}) n
     GROUP BY n.document_id, n.folder_id, n.title
"""  # noqa: S608 - constant text, parameters apart


@dataclass(frozen=True, slots=True)
class Place:
    """A folder proposed: its path as the actor may know it, and why."""

    folder: Folder
    path: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Everything that the form is filled with."""

    clues: Clues
    name: str
    day: date
    places: tuple[Place, ...]


def name_for(arrival: Arrival, *, now: datetime) -> tuple[Clues, str, date]:
    """What was read of an arrival, the name that follows from it, and its date."""
    envelope, organisation = arrival.envelope, arrival.organisation
    zone = organisation.timezone
    own = organisation.email.rpartition("@")[2].casefold()
    deposited = envelope.source == ArrivalSource.DEPOSIT
    clues = clues_of(
        name=arrival.name,
        text=arrival.text,
        subject=envelope.subject,
        sender_name="" if deposited else envelope.sender_name,
        sender_address=envelope.sender_address,
        own_domains=frozenset({own}),
        today=local_date(now, zone),
    )
    day = clues.day or local_date(envelope.received_at, zone)
    name = good_name(clues, extension=arrival.extension, day=day, fallback=arrival.name)
    return clues, name, day


def suggest(*, actor: Actor, arrival: Arrival, now: datetime) -> Suggestion:
    """The form of one arrival, filled: what it is read from is for those who sort it.

    Without a clue, it proposes no folder. Raises Refused.
    """
    require(can_sort(actor, arrival.envelope))
    clues, name, day = name_for(arrival, now=now)
    addressed = arrival.envelope.folder
    places: tuple[Place, ...] = ()
    if addressed is not None and editable_folders(actor).filter(pk=addressed.pk).exists():
        path = paths_of(actor, [addressed])[addressed.pk]
        because = "parce que ce pli a été envoyé à l’adresse de ce dossier"
        places = (Place(addressed, path, because),)
    near = tuple(place for place in _near(actor, arrival, clues) if place.folder != addressed)
    return Suggestion(clues, name, day, (places + near)[:3])


def _near(actor: Actor, arrival: Arrival, clues: Clues) -> list[Place]:
    words, author = _weighed(arrival, clues)
    neighbours = _neighbours(actor, arrival, words, author)
    named = _named(actor, words)
    folders = {
        folder.pk: folder
        for folder in editable_folders(actor).filter(
            pk__in={*(one.folder for one in neighbours), *named}
        )
    }
    paths = paths_of(actor, list(folders.values()))
    ranked: list[Proposal] = rank_folders(
        words=words,
        kind=clues.kind,
        author=clues.author,
        neighbours=[one for one in neighbours if one.folder in folders],
        folder_words={key: found for key, found in named.items() if key in folders},
    )
    return [Place(folders[p.folder], paths[p.folder], p.because) for p in ranked]


def _weighed(arrival: Arrival, clues: Clues) -> tuple[dict[str, float], frozenset[str]]:
    """The words worth looking for, each with its weight; and which of them name its author."""
    weighed: dict[str, float] = {}

    def add(text: str, weight: float) -> list[str]:
        found = []
        for reading in lexemes(text[:2000]):
            word = reading.norm[0]
            if len(word) < 3 or word.replace("-", "").isdigit():
                continue
            found.append(word)
            weighed[word] = max(weighed.get(word, 0.0), weight)
        return found

    author = frozenset(add(clues.author, 3.0))
    add(clues.object, 2.0)
    if clues.kind is not None:
        add(clues.kind.one, 1.2)
    add(arrival.envelope.subject, 1.0)
    add(arrival.name.rpartition(".")[0].replace("_", " "), 1.0)
    head: dict[str, int] = {}
    for reading in lexemes(arrival.text[:2500]):
        word = reading.norm[0]
        if len(word) > 3 and not word[0].isdigit():
            head[word] = head.get(word, 0) + 1
    for word in sorted(head, key=lambda w: (-head[w], -len(w), w))[:12]:
        weighed.setdefault(word, 0.4 + 0.1 * min(3, head[word]))
    best = sorted(weighed, key=lambda word: (-weighed[word], word))[:_WORDS]
    return {word: weighed[word] for word in best}, author & set(best)


def _neighbours(
    actor: Actor, arrival: Arrival, words: Mapping[str, float], author: frozenset[str]
) -> list[Neighbour]:
    asked = list(words)
    params: list[Any] = [*readable_domains_params(actor, Role.EDITOR), asked]
    params += [[quote(word) for word in asked], actor.organisation.pk]
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, params)
        rows = {key: (folder, title, held) for key, folder, title, held in cursor.fetchall()}
    same_sender = _by_same_sender(actor, arrival)
    for key, (folder, title) in same_sender.items():
        rows.setdefault(key, (folder, title, []))
    found = []
    for key, (folder, title, held) in rows.items():
        kind = kind_of(title)
        found.append(
            Neighbour(
                folder=folder,
                title=title,
                words=frozenset(held),
                kind=kind.code if kind else "",
                by_author=bool(author) and author <= frozenset(held),
                same_sender=key in same_sender,
            )
        )
    return found


def _by_same_sender(actor: Actor, arrival: Arrival) -> dict[int, tuple[int, str]]:
    """Documents made of what the same address sent before, where the actor may file: the folder
    and the title of each."""
    address = arrival.envelope.sender_address
    if not address:
        return {}
    earlier = Arrival.objects.filter(
        organisation=actor.organisation,
        state=ArrivalState.FILED,
        envelope__sender_address__iexact=address,
    ).order_by("-sorted_at", "-pk")
    keys = list(earlier.values_list("document_id", flat=True)[:200])
    documents = visible_documents(actor, Role.EDITOR).filter(pk__in=keys).order_by("pk")
    return {
        key: (folder, title)
        for key, folder, title in documents.values_list("pk", "folder", "title")
    }


def _named(actor: Actor, words: Mapping[str, float]) -> dict[int, frozenset[str]]:
    """Folders whose own name holds one of the words, read as search reads them."""
    likely = Q()
    for word in words:
        likely |= Q(sort_name__contains=word[:4])
    if not likely:
        return {}
    folders = editable_folders(actor).exclude(parent=None).filter(likely).order_by("pk")
    found: dict[int, frozenset[str]] = {}
    for key, name in folders.values_list("pk", "name")[:400]:
        held = {reading.norm[0] for reading in lexemes(name)} & set(words)
        if held:
            found[key] = frozenset(held)
    return found


def paths_of(actor: Actor, folders: list[Folder]) -> dict[int, str]:
    """« Finances / Factures », the root left out, hidden names masked. One statement."""
    return {
        key: " / ".join(crumb.name for crumb in trail[1:] or trail)
        for key, trail in breadcrumbs(actor, folders).items()
    }


def find_folders(*, actor: Actor, words: str, most: int = 8) -> list[Place]:
    """Folders whose name holds these letters, where the actor may file: the type-ahead."""
    parts = sort_key(words.replace("/", " ")).split()[:6]
    if not parts:
        return []
    folders = editable_folders(actor).filter(sort_name__contains=parts[-1])
    found = list(folders.order_by("depth", "sort_name", "id")[: most * 6])
    paths = paths_of(actor, found)
    kept = [f for f in found if all(part in sort_key(paths[f.pk]) for part in parts)]
    return [Place(folder, paths[folder.pk]) for folder in kept[:most]]
