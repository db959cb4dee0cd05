"""Searching: what the reader may read and only that, in results, counts, words and snippets.

Four statements whatever is found:

1. the readable matches, at most ``CAP`` + 1 of them, for the count and the facets;
2. their order: the best of the recent and of those whose name matches, or, above the cap, by date;
3. the names that go with them: folders above, authors, folders found, what is not read yet;
4. the lines of the page with the text around what was found.

Rights and trash are joined from their own tables in each statement: nothing can be stale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.actor import Actor
from config.lib.clock import start_of_day
from config.lib.text import fold
from documents.access import readable_domains_params, readable_domains_sql
from documents.enums import IndexState
from documents.models import Folder
from documents.search import kinds, snippets
from documents.search.query import Query
from documents.search.snippets import Segment, Snippet

#: Matches counted exactly; above, "plus de 1 000".
CAP = 1000
PAGE_SIZE = 20
#: Newest matches, and matches by name, whose words are weighed against each other.
RANKED = 200
FACET_LENGTH = 8
#: What is not read yet is counted up to here.
WAITING_CAP = 99

_FROM_MATCHES = """
      FROM (SELECT t.document_id FROM documents_documenttext t
             WHERE t.organisation_id = %s AND {match} OFFSET 0) m
      JOIN documents_document d ON d.id = m.document_id
      JOIN documents_folder f ON f.id = d.folder_id
"""
_FROM_DATES = """
      FROM documents_document d
      JOIN documents_folder f ON f.id = d.folder_id
"""
_READABLE = f"""
       d.organisation_id = %s AND d.trashed_at IS NULL AND f.trashed_at IS NULL
       AND COALESCE(d.own_domain_id, f.domain_id) IN ({readable_domains_sql()})
"""
_NAMES = f"""
    SELECT 'above', f.path, f.uid, f.name, NULL
      FROM documents_folder f
     WHERE f.organisation_id = %s AND f.path = ANY(%s)
       AND f.domain_id IN ({readable_domains_sql()})
    UNION ALL
    SELECT 'author', p.id::text, p.uid, trim(p.given_name || ' ' || p.family_name), NULL
      FROM accounts_person p WHERE p.id = ANY(%s)
    UNION ALL
    (SELECT 'folder', f.path, f.uid, f.name,
            CASE WHEN up.domain_id IN ({readable_domains_sql()}) THEN up.name END
       FROM documents_folder f LEFT JOIN documents_folder up ON up.id = f.parent_id
      WHERE f.organisation_id = %s AND f.trashed_at IS NULL AND f.sort_name LIKE ALL(%s)
        AND f.domain_id IN ({readable_domains_sql()})
      ORDER BY f.depth, f.sort_name LIMIT 30)
    UNION ALL
    SELECT 'waiting', NULL, NULL, count(*)::text, NULL FROM (
        SELECT 1 FROM documents_version v
          JOIN documents_document d ON d.current_version_id = v.id
          JOIN documents_folder f ON f.id = d.folder_id
         WHERE v.organisation_id = %s AND v.index_state IN ('waiting', 'ocr')
           AND {_READABLE}
         LIMIT {WAITING_CAP + 1}) w
"""  # noqa: S608 - constant text, parameters apart
_RANKS = """
    SELECT t.document_id, ts_rank('{0.1, 0.2, 0.4, 1.0}', t.tsv_norm, %s::tsquery, 1)
      FROM documents_documenttext t
     WHERE t.organisation_id = %s AND t.document_id = ANY(%s)
"""
# The first page of the document that may hold one of the words, or else its first page.
_LINES = """
    SELECT d.id, d.uid, d.title, d.media_type, d.changed_at, f.path, f.trashed_at,
           trim(p.given_name || ' ' || p.family_name), v.index_state, v.number,
           t.version_id = d.current_version_id, page.number, page.text
      FROM documents_document d
      JOIN documents_folder f ON f.id = d.folder_id
      LEFT JOIN documents_version v ON v.id = d.current_version_id
      LEFT JOIN accounts_person p ON p.id = d.changed_by_id
      LEFT JOIN documents_documenttext t
             ON t.organisation_id = d.organisation_id AND t.document_id = d.id
      LEFT JOIN LATERAL (
            (SELECT pg.number, pg.text FROM documents_documentpage pg
              WHERE pg.version_id = t.version_id AND pg.text ~* %s
              ORDER BY pg.number LIMIT 1)
            UNION ALL
            (SELECT pg.number, pg.text FROM documents_documentpage pg
              WHERE pg.version_id = t.version_id ORDER BY pg.number LIMIT 1)
            LIMIT 1) page ON true
     WHERE d.organisation_id = %s AND d.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search. Dates are local days, both included."""

    folder: Folder | None = None
    kind: str = ""
    author: UUID | None = None
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        """Whether at least one is set."""
        return bool(self.folder or self.kind or self.author or self.since or self.until)


class Step(NamedTuple):
    """One folder of a path; no name for one that the reader may not see."""

    name: str | None
    uid: UUID | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found."""

    uid: UUID
    title: tuple[Segment, ...]
    media_type: str
    path: tuple[Step, ...]
    changed_at: datetime
    author: str
    version: int
    snippet: Snippet | None
    #: A newer version is not read yet: what matched is the one before.
    behind: bool


@dataclass(frozen=True, slots=True)
class FolderHit:
    """One folder whose name matches, with its parent's name when the reader may see it."""

    uid: UUID
    name: tuple[Segment, ...]
    parent: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a filter. No count above the cap, where it would be false."""

    key: str
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found."""

    query: Query
    hits: tuple[Hit, ...] = ()
    total: int = 0
    capped: bool = False
    folders: tuple[FolderHit, ...] = ()
    kinds: tuple[Choice, ...] = ()
    authors: tuple[Choice, ...] = ()
    below: tuple[Choice, ...] = ()
    years: tuple[Choice, ...] = ()
    waiting: int = 0
    page: int = 1
    #: Nothing held the words as asked; these hold words that begin so.
    loosened: bool = False

    @property
    def number(self) -> int:
        """The number of this page, for the pager."""
        return self.page

    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.page > 1

    def has_next(self) -> bool:
        """Whether a page comes after. Nobody leafs beyond the cap: one narrows the search."""
        return self.page * PAGE_SIZE < self.total


class _Match(NamedTuple):
    document: int
    path: str
    media_type: str
    author: int | None
    changed_at: datetime
    sort_title: str


@dataclass(slots=True)
class _Names:
    above: dict[str, Step] = field(default_factory=dict)
    authors: dict[int, tuple[str, UUID]] = field(default_factory=dict)
    folders: list[FolderHit] = field(default_factory=list)
    waiting: int = 0


def search(
    actor: Actor,
    query: Query,
    filters: Filters | None = None,
    *,
    page: int = 1,
    now: datetime,
    otherwise: Query | None = None,
) -> Results:
    """The documents and folders that answer, as this reader sees them. Four statements.

    When nothing answers, `otherwise` is asked instead (one more statement).
    """
    filters = filters or Filters()
    if not query.askable:
        return Results(query=query)
    page = min(max(page, 1), CAP // PAGE_SIZE)
    matches = _matches(actor, query, filters)
    loosened = False
    if not matches and otherwise is not None and otherwise.askable and otherwise != query:
        query, loosened = otherwise, True
        matches = _matches(actor, query, filters)
    capped = len(matches) > CAP
    if capped:
        shown = _by_date(actor, query, filters, page)
    else:
        ordered = _ordered(actor, query, matches, now)
        shown = ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    level = filters.folder.depth if filters.folder else 1
    counted = matches[:CAP]
    below = Counter(_step(match.path, level + 1) for match in counted)
    authors = Counter(match.author for match in counted if match.author)
    names = _names(
        actor, query, shown, [path for path, _ in below.most_common(FACET_LENGTH + 4)], authors
    )
    return Results(
        query=query,
        hits=tuple(_hits(actor, query, shown, names)),
        total=min(len(matches), CAP),
        capped=capped,
        folders=tuple(names.folders) if page == 1 and not filters.any else (),
        kinds=_kind_choices(counted, capped),
        authors=tuple(
            Choice(str(names.authors[key][1]), names.authors[key][0], None if capped else count)
            for key, count in authors.most_common(FACET_LENGTH)
            if key in names.authors
        ),
        below=_below(below, names, level, capped),
        years=_year_choices(actor, counted, capped),
        waiting=names.waiting,
        page=page,
        loosened=loosened,
    )


def _narrowed(actor: Actor, filters: Filters) -> tuple[str, list[Any]]:
    """What a document must be besides holding the words: readable, live, within the filters."""
    sql = _READABLE
    params: list[Any] = [actor.organisation.pk, *readable_domains_params(actor)]
    if filters.folder is not None:
        sql += " AND f.path >= %s AND f.path < %s"
        params += [filters.folder.path, filters.folder.path + "["]
    if filters.kind in kinds.BY_KEY:
        condition, values = kinds.where(kinds.BY_KEY[filters.kind], "d.media_type")
        sql += f" AND {condition}"
        params += values
    if filters.author is not None:
        sql += " AND d.changed_by_id = (SELECT id FROM accounts_person WHERE uid = %s)"
        params.append(filters.author)
    zone = actor.organisation.timezone
    if filters.since is not None:
        sql += " AND d.changed_at >= %s"
        params.append(start_of_day(filters.since, zone))
    if filters.until is not None:
        sql += " AND d.changed_at < %s"
        params.append(start_of_day(filters.until + timedelta(days=1), zone))
    return sql, params


_COLUMNS = "d.id, f.path, d.media_type, d.changed_by_id, d.changed_at, d.sort_title"


def _matches(actor: Actor, query: Query, filters: Filters) -> list[_Match]:
    match, words = query.where()
    narrowed, limits = _narrowed(actor, filters)
    sql = f"SELECT {_COLUMNS} {_FROM_MATCHES.format(match=match)} WHERE {narrowed} LIMIT %s"
    return [_Match(*row) for row in _rows(sql, [actor.organisation.pk, *words, *limits, CAP + 1])]


def _by_date(actor: Actor, query: Query, filters: Filters, page: int) -> list[_Match]:
    """Above the cap: walk the readable documents from the newest until the page is full."""
    match, words = query.where()
    narrowed, limits = _narrowed(actor, filters)
    sql = f"""
        SELECT {_COLUMNS} {_FROM_DATES}
         WHERE {narrowed} AND EXISTS (
               SELECT 1 FROM documents_documenttext t
                WHERE t.organisation_id = %s AND t.document_id = d.id AND {match} OFFSET 0)
         ORDER BY d.changed_at DESC, d.id DESC LIMIT %s OFFSET %s
    """  # noqa: S608 - constant text, parameters apart
    params = [*limits, actor.organisation.pk, *words, PAGE_SIZE, (page - 1) * PAGE_SIZE]
    return [_Match(*row) for row in _rows(sql, params)]


def _ordered(actor: Actor, query: Query, matches: list[_Match], now: datetime) -> list[_Match]:
    """Names first, then how much of the words and how recent; the rest by date."""
    if not matches:
        return []
    newest = sorted(matches, key=lambda m: (m.changed_at, m.document), reverse=True)
    beginnings = [fold(term.exact)[:4] for term in query.all_terms]
    named = [m for m in newest if any(word in m.sort_title for word in beginnings)][:RANKED]
    weighed = {m.document for m in (*newest[:RANKED], *named)}
    ranks: dict[int, float] = dict(
        _rows(_RANKS, [query.rank(), actor.organisation.pk, sorted(weighed)])
    )

    def score(match: _Match) -> float:
        rank = ranks.get(match.document)
        if rank is None:
            return -1.0
        years = max((now - match.changed_at).days, 0) / 365
        return rank * (1 + 0.5 / (1 + years))

    return sorted(newest, key=score, reverse=True)


def _step(path: str, depth: int) -> str:
    return path[: depth * int(Folder.steplen)]


def _names(
    actor: Actor, query: Query, shown: Sequence[_Match], below: list[str], authors: Counter[int]
) -> _Names:
    step = int(Folder.steplen)
    paths = {m.path[:end] for m in shown for end in range(step, len(m.path) + 1, step)}
    readable = readable_domains_params(actor)
    organisation = actor.organisation.pk
    # The words of a name are compared for good in Python, with the normaliser.
    likes = [f"%{fold(term.exact)[:3]}%" for term in query.all_terms]
    params = [
        organisation,
        sorted(paths.union(below)),
        *readable,
        [key for key, _ in authors.most_common(FACET_LENGTH)],
        *readable,
        organisation,
        likes,
        *readable,
        organisation,
        organisation,
        *readable,
    ]
    names = _Names()
    for what, key, uid, name, parent in _rows(_NAMES, params):
        if what == "above":
            names.above[key] = Step(name, uid)
        elif what == "author":
            names.authors[int(key)] = (name, uid)
        elif what == "waiting":
            names.waiting = int(name)
        elif query.matches_name(name) and len(names.folders) < FACET_LENGTH:
            names.folders.append(FolderHit(uid, snippets.mark(name, query), parent))
    return names


def _hits(actor: Actor, query: Query, shown: Sequence[_Match], names: _Names) -> list[Hit]:
    if not shown:
        return []
    expression = snippets.pattern(query)
    order = [match.document for match in shown]
    rows = {row[0]: row for row in _rows(_LINES, [expression, actor.organisation.pk, order])}
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


def _kind_choices(matches: Sequence[_Match], capped: bool) -> tuple[Choice, ...]:
    counts = Counter(kinds.kind_of(match.media_type) for match in matches)
    return tuple(
        Choice(kind.key, kind.label, None if capped else count)
        for kind, count in counts.most_common()
    )


def _year_choices(actor: Actor, matches: Sequence[_Match], capped: bool) -> tuple[Choice, ...]:
    zone = ZoneInfo(actor.organisation.timezone)
    counts = Counter(match.changed_at.astimezone(zone).year for match in matches)
    return tuple(
        Choice(str(year), str(year), None if capped else counts[year])
        for year in sorted(counts, reverse=True)[:FACET_LENGTH]
    )


def _below(below: Counter[str], names: _Names, level: int, capped: bool) -> tuple[Choice, ...]:
    length = (level + 1) * int(Folder.steplen)
    return tuple(
        Choice(str(names.above[path].uid), names.above[path].name or "", None if capped else count)
        for path, count in below.most_common(FACET_LENGTH + 4)
        if path in names.above and len(path) == length
    )[:FACET_LENGTH]


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
