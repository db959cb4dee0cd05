"""Searching: what the reader may read and only that, in results, counts, words and snippets.

Three statements whatever is found, four above the cap (`documents.search.statements`):

1. the readable matches, at most ``CAP`` + 1 of them: how many, of what, and the page to show, the
   best of the recent ones and of those whose name matches first;
2. above the cap, instead of that order: the newest that match;
3. the names that go with them: folders above, authors, folders found, what is not read yet;
4. the lines of the page with the text around what was found.

Rights and trash are joined from their own tables in each statement: nothing can be stale.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.actor import Actor
from config.lib.clock import start_of_day
from config.lib.text import fold
from documents.access import readable_domains_params, readable_domains_sql
from documents.enums import IndexState
from documents.models import Folder
from documents.models.folder import path_end
from documents.search import kinds, snippets, statements
from documents.search.query import Query
from documents.search.results import PAGE_SIZE, Choice, Filters, FolderHit, Hit, Results, Step

#: Matches counted exactly; above, "plus de 1 000".
CAP = 1000
#: So many of the newest matches, and of those by name, have their words weighed.
RANKED = 50
FACET_LENGTH = 8
#: Lines of one folder when results are put together by folder.
SHELF = 4


@dataclass(frozen=True, slots=True)
class _Found:
    """What the first statement says: how many, of what, and which to show."""

    total: int = 0
    shown: tuple[tuple[int, str], ...] = ()
    types: dict[str, int] = field(default_factory=dict)
    authors: dict[str, int] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    natures: tuple[tuple[str, str, int], ...] = ()
    tags: tuple[tuple[str, str, int], ...] = ()
    leaves: int = 0


@dataclass(slots=True)
class _Names:
    above: dict[str, Step] = field(default_factory=dict)
    authors: dict[int, tuple[str, UUID]] = field(default_factory=dict)
    folders: list[FolderHit] = field(default_factory=list)
    waiting: int = 0
    failed: int = 0


def search(
    actor: Actor,
    query: Query,
    filters: Filters | None = None,
    *,
    page: int = 1,
    by_folder: bool = False,
    now: datetime,
) -> Results:
    """The documents and folders that answer, as this reader sees them.

    `by_folder`: the best of each folder together, the folder of the best answer first; above the
    cap, where the order is by date, it changes nothing.
    """
    filters = filters or Filters()
    if not query.askable:
        return Results(query=query)
    page = min(max(page, 1), CAP // PAGE_SIZE)
    found = _find(actor, query, filters, page, now, by_folder=by_folder)
    capped = found.total > CAP
    shown = _newest(actor, query, filters, page) if capped else found.shown
    names = _names(actor, query, shown, found, filters.folder)
    return Results(
        query=query,
        hits=tuple(_hits(actor, query, shown, names, {} if capped else found.folders)),
        total=min(found.total, CAP),
        capped=capped,
        folders=tuple(names.folders) if page == 1 and not filters.any else (),
        kinds=_kind_choices(found, capped),
        authors=tuple(
            Choice(str(names.authors[int(key)][1]), names.authors[int(key)][0], _count(n, capped))
            for key, n in _most(found.authors)
            if int(key) in names.authors
        ),
        below=_below(found, names, filters.folder, capped),
        years=tuple(
            Choice(year, year, _count(n, capped))
            for year, n in sorted(found.years.items(), reverse=True)
        ),
        natures=tuple(Choice(uid, label, _count(n, capped)) for uid, label, n in found.natures),
        tags=tuple(Choice(uid, label, _count(n, capped)) for uid, label, n in found.tags),
        spread=0 if capped else len(found.folders),
        leaves=CAP if capped else found.leaves,
        waiting=names.waiting,
        failed=names.failed,
        page=page,
    )


def _below(found: _Found, names: _Names, folder: Folder | None, capped: bool) -> tuple[Choice, ...]:
    """What was found by folder: the first below the present one that the reader may see."""
    step = int(Folder.steplen)
    start = len(folder.path) if folder else step
    counts: Counter[str] = Counter()
    for path, count in found.folders.items():
        for end in range(start + step, len(path) + 1, step):
            if path[:end] in names.above:
                counts[path[:end]] += count
                break
    return tuple(
        Choice(str(names.above[path].uid), names.above[path].name or "", _count(count, capped))
        for path, count in _most(counts)[:FACET_LENGTH]
    )


def _count(count: int, capped: bool) -> int | None:
    return None if capped else count


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _narrowed(actor: Actor, filters: Filters) -> tuple[str, dict[str, Any]]:
    """The filters as conditions on ``d`` and ``f``, and their parameters."""
    sql = ""
    params: dict[str, Any] = {}
    if filters.folder is not None:
        sql += " AND f.path >= %(low)s AND f.path < %(high)s"
        params |= {"low": filters.folder.path, "high": path_end(filters.folder.path)}
    if filters.kind in kinds.BY_KEY:
        condition, params["types"] = kinds.where(kinds.BY_KEY[filters.kind], "d.media_type")
        sql += f" AND {condition}"
    if filters.author is not None:
        sql += " AND d.changed_by_id = (SELECT id FROM accounts_person WHERE uid = %(author)s)"
        params["author"] = filters.author
    if filters.nature is not None:
        sql += (
            " AND d.type_id = (SELECT n.id FROM documents_documenttype n"
            " WHERE n.uid = %(nature)s AND n.organisation_id = %(own)s)"
        )
        params |= {"nature": filters.nature, "own": actor.organisation.pk}
    if filters.tag is not None:
        sql += (
            " AND EXISTS (SELECT FROM documents_documenttag p"
            " JOIN documents_tag w ON w.id = p.tag_id"
            " WHERE p.document_id = d.id AND w.uid = %(tag)s AND w.organisation_id = %(own)s)"
        )
        params |= {"tag": filters.tag, "own": actor.organisation.pk}
    zone = actor.organisation.timezone
    if filters.since is not None:
        sql += " AND d.changed_at >= %(since)s"
        params["since"] = start_of_day(filters.since, zone)
    if filters.until is not None:
        sql += " AND d.changed_at < %(until)s"
        params["until"] = start_of_day(filters.until + timedelta(days=1), zone)
    return sql, params


def _sets(actor: Actor, narrowed: str) -> tuple[str, str]:
    """The sets of a statement and the condition that a match is readable."""
    if actor.is_dgs:
        ok = f"ok AS MATERIALIZED ({readable_domains_sql()})"
        return _named(ok), statements.ALLOWED.format(narrowed=narrowed)
    sets = _named(statements.MINE.format(narrowed=narrowed))
    return sets, "(t.document_id IN (SELECT id FROM mine)) IS TRUE"


def _named(sql: str) -> str:
    """The same statement with the reader's parameters by name, in their order."""
    for name in _READER:
        sql = sql.replace("%s", f"%({name})s", 1)
    return sql


_READER = ("organisation", "principals", "closed", "least")


def _params(actor: Actor, query: Query, page: int, limits: dict[str, Any]) -> dict[str, Any]:
    readable = dict(zip(_READER, readable_domains_params(actor), strict=True))
    return {**readable, **query.where()[1], **limits, "offset": (page - 1) * PAGE_SIZE}


def _find(
    actor: Actor, query: Query, filters: Filters, page: int, now: datetime, *, by_folder: bool
) -> _Found:
    match, _ = query.where()
    narrowed, limits = _narrowed(actor, filters)
    sets, allowed = _sets(actor, narrowed)
    weight, weights = query.weight()
    sql = statements.FOUND.format(
        sets=sets,
        match=match,
        allowed=allowed,
        known="documents_document" if actor.is_dgs else "mine",
        weight=weight,
        limit=CAP + 1,
        cap=CAP,
        ranked=RANKED,
        page=(statements.BY_FOLDER if by_folder else statements.BEST_FIRST).format(
            size=PAGE_SIZE, shelf=SHELF
        ),
        leaves=(statements.LEAVES_BY_FOLDER if by_folder else statements.LEAVES).format(
            shelf=SHELF
        ),
        natures=statements.NATURES.format(cap=CAP),
        tags=statements.TAGS.format(cap=CAP),
    )
    params = (
        _params(actor, query, page, limits)
        | weights
        | {
            "beginnings": [f"%{fold(term.exact)[:4]}%" for term in query.all_terms],
            "now": now,
            "zone": actor.organisation.timezone,
        }
    )
    total, ids, paths, *facets, natures, tags, leaves = _rows(sql, params)[0]
    types, authors, folders, years = (json.loads(facet) if facet else {} for facet in facets)
    shown = tuple(zip(ids or (), paths or (), strict=True))
    named, worded = (
        tuple((uid, label, count) for uid, label, count in json.loads(labels or "[]"))
        for labels in (natures, tags)
    )
    return _Found(total, shown, types, authors, folders, years, named, worded, leaves)


def count_each(actor: Actor, questions: Sequence[Query], filters: Filters) -> list[int]:
    """How many readable documents answer each of these questions, up to the cap; one statement."""
    narrowed, limits = _narrowed(actor, filters)
    sets, allowed = _sets(actor, narrowed)
    counts, params = [], limits
    for number, question in enumerate(questions):
        match, asked = question.where(name=f"asked{number}_")
        params |= asked
        counts.append(statements.COUNT.format(match=match, allowed=allowed, limit=CAP + 1))
    sql = statements.COUNTS.format(sets=sets, counts=", ".join(counts))
    readable = dict(zip(_READER, readable_domains_params(actor), strict=True))
    return [int(count) for count in _rows(sql, readable | params)[0]]


def _newest(actor: Actor, query: Query, filters: Filters, page: int) -> tuple[tuple[int, str], ...]:
    match, _ = query.where()
    narrowed, limits = _narrowed(actor, filters)
    sets, _ = _sets(actor, narrowed)
    asked = statements.NEWEST_OF_ALL if actor.is_dgs else statements.NEWEST
    sql = asked.format(sets=sets, narrowed=narrowed, match=match, size=PAGE_SIZE)
    return tuple((key, path) for key, path in _rows(sql, _params(actor, query, page, limits)))


def _names(
    actor: Actor,
    query: Query,
    shown: Sequence[tuple[int, str]],
    found: _Found,
    within: Folder | None,
) -> _Names:
    step = int(Folder.steplen)
    paths = {path for _, path in shown}.union(found.folders)
    above = {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
    readable = readable_domains_params(actor)
    organisation = actor.organisation.pk
    # The words of a name are compared for good in Python, with the normaliser.
    likes = [f"%{fold(term.exact)[:3]}%" for term in query.all_terms]
    params = [
        *readable,
        organisation,
        sorted(above),
        [int(key) for key in found.authors],
        organisation,
        likes,
        organisation,
        within.path if within else "",
        path_end(within.path) if within else "~",
        organisation,
    ]
    names = _Names()
    for what, key, uid, name, parent in _rows(statements.NAMES, params):
        if what == "above":
            names.above[key] = Step(name, uid)
        elif what == "author":
            names.authors[int(key)] = (name, uid)
        elif what == "failed":
            names.failed = int(name)
        elif what in _UNREAD:
            names.waiting += int(name)
        elif query.matches_name(name) and len(names.folders) < FACET_LENGTH:
            names.folders.append(FolderHit(uid, snippets.mark(name, query), parent))
    return names


def _hits(
    actor: Actor,
    query: Query,
    shown: Sequence[tuple[int, str]],
    names: _Names,
    counts: dict[str, int],
) -> list[Hit]:
    if not shown:
        return []
    expression = snippets.pattern(query)
    order = [key for key, _ in shown]
    rows = {
        row[0]: row for row in _rows(statements.LINES, [expression, actor.organisation.pk, order])
    }
    hits = []
    for key in order:
        if key not in rows:
            continue  # thrown away between two statements
        (_, uid, title, media_type, changed_at, path, trashed_at, author, state, version,
         current, number, text) = rows[key]  # fmt: skip
        if trashed_at is not None:
            continue
        hits.append(
            Hit(
                uid=uid,
                title=snippets.mark(title, query),
                media_type=media_type,
                path=_trail(path, names.above),
                changed_at=changed_at,
                author=author or "",
                version=version or 1,
                snippet=snippets.cut(text, query, page=number) if text else None,
                behind=bool(text) and current is False and state in _UNREAD,
                beside=counts.get(path, 0),
            )
        )
    return hits


_UNREAD = frozenset({IndexState.WAITING.value, IndexState.OCR.value})


def _trail(path: str, above: dict[str, Step]) -> tuple[Step, ...]:
    """The folders from the root down; several hidden ones in a row are one mask."""
    step = int(Folder.steplen)
    trail: list[Step] = []
    for end in range(step, len(path) + 1, step):
        known = above.get(path[:end])
        if known is not None:
            trail.append(known)
        elif not trail or trail[-1].name is not None:
            trail.append(Step(None, None))
    return tuple(trail)


def _kind_choices(found: _Found, capped: bool) -> tuple[Choice, ...]:
    counts: Counter[kinds.Kind] = Counter()
    for media_type, count in found.types.items():
        counts[kinds.kind_of(media_type)] += count
    return tuple(
        Choice(kind.key, kind.label, _count(count, capped)) for kind, count in counts.most_common()
    )


def _rows(sql: str, params: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
