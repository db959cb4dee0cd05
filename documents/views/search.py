"""Searching: a page, and the same results while one types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from urllib.parse import urlencode, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Value
from django.http import HttpResponse
from django.utils.safestring import SafeString

from config.lib import clock
from config.lib.addresses import address
from config.lib.htmx import is_htmx, render_page
from config.lib.http import AuthedRequest, private, read_view
from config.lib.text import human_datetime, number, plural
from config.lib.ui import icon
from documents.access import visible_folders
from documents.models import DocumentType, Folder, Tag
from documents.search.asking import ask
from documents.search.engine import CAP, FACET_LENGTH
from documents.search.forms import SearchForm
from documents.search.kinds import BY_KEY
from documents.search.query import MAX_LENGTH
from documents.search.results import Choice, Filters, Hit, Results
from documents.search.snippets import Segment, Snippet
from documents.search.statements import WAITING_CAP
from documents.views.listing import icon_for

#: Lines under the search of the top bar.
SUGGESTIONS = 6
_FILTERS = ("dossier", "type", "par", "nature", "etiquette", "depuis", "jusqua", "sans", "titre")
#: Those chosen by a link, which the form beside keeps.
_KEPT = ("dossier", "type", "par")
#: In the address: results put together by folder.
_BY_FOLDER = ("ranger", "dossier")


@dataclass(frozen=True, slots=True)
class Link:
    """One word of a filter, as a link."""

    label: str
    href: str
    count: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One document found, ready to be shown."""

    href: str
    icon: str
    title: SafeString
    path: str
    folder: UUID | None
    beside: int
    snippet: SafeString
    page: int
    meta: str
    behind: bool

    def drawn(self, heading: str, *, with_path: bool) -> SafeString:
        """The line as HTML, under a heading "h3" or "h4". Here for the reason of `marked`."""
        where = [self.path] * with_path + [self.meta] + [f"page {self.page}"] * bool(self.page)
        parts = [
            f'<li><{heading} class="hit__title">{icon(self.icon)} '
            f'<a href="{escape(self.href)}">{self.title}</a></{heading}>'
            f'<p class="hit__path">{escape(" · ".join(where))}</p>'
        ]
        if self.snippet:
            parts.append(f'<p class="hit__snippet">{self.snippet}</p>')
        if self.behind:
            parts.append(
                '<p class="hit__path">Une version plus récente est en cours de lecture.</p>'
            )
        return SafeString("".join(parts) + "</li>")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lines of one folder: its path, how many were found there, where all of them are."""

    path: str
    lines: list[SafeString]
    count: str = ""
    everything: str = ""


@read_view
def results(request: AuthedRequest, org: str) -> HttpResponse:
    """What answers to `q` among what this person may read. Works the same without JavaScript."""
    now = clock.now()
    form = SearchForm(request.GET)
    if not (is_htmx(request) and _asked_elsewhere(request)):
        form.offer(*_labels(request))
    text = request.GET.get("q", "")[:MAX_LENGTH]
    typing = is_htmx(request)
    filters = _filters(request, form)
    without = form.understood("sans") or ""
    in_title = bool(form.understood("titre"))
    # In the top bar of another page: a few lines. On the search page: everything.
    compact = typing and _asked_elsewhere(request)
    by_folder = not compact and request.GET.get(_BY_FOLDER[0]) == _BY_FOLDER[1]
    found = ask(
        request.actor, text, filters, typing=typing, without=without, in_title=in_title,
        page=_page_number(request), by_folder=by_folder, now=now,
    )  # fmt: skip
    zone = clock.zone(request.actor.organisation.timezone)
    lines = [_line(org, hit, now, zone) for hit in found.hits[: SUGGESTIONS if compact else None]]
    context = {
        "form": form,
        "text": found.query.text,
        "found": found,
        "compact": compact,
        "lines": lines,
        "shelves": _shelves(request, lines, by_folder=by_folder),
        "by_folder": by_folder,
        "other_order": "" if compact else _other_order(request, found, by_folder=by_folder),
        "folders": [
            {"uid": folder.uid, "name": marked(folder.name), "parent": folder.parent}
            for folder in (found.folders[:3] if compact else found.folders)
        ],
        "asked": f"« {text.strip()} »",
        "summary": _summary(found),
        "meant": _address(request, change={"q": found.corrected}) if found.corrected else "",
        "unread": _unread(found, within=filters.folder is not None),
        "kept": [
            (name, request.GET[name]) for name in (*_KEPT, _BY_FOLDER[0]) if name in request.GET
        ],
        "filtered": filters.any or in_title or bool(without),
        "groups": [] if compact else _groups(request, found, filters, form),
        "uncounted": _uncounted(found),
        "without_filters": _address(request, drop=_FILTERS),
        "all_results": _address(request),
        "page": found,
    }
    return private(render_page(request, "documents/search.html", context))


def _page_number(request: AuthedRequest) -> int:
    raw = request.GET.get("page", "1")
    return max(int(raw), 1) if raw.isdecimal() and len(raw) < 6 else 1


def _asked_elsewhere(request: AuthedRequest) -> bool:
    return urlsplit(request.headers.get("HX-Current-URL", "")).path != request.path


def _filters(request: AuthedRequest, form: SearchForm) -> Filters:
    folder: Folder | None = None
    uid: UUID | None = form.understood("dossier")
    if uid is not None:
        folder = visible_folders(request.actor).filter(uid=uid).first()
    kind = form.understood("type") or ""
    return Filters(
        folder=folder,
        kind=kind if kind in BY_KEY else "",
        author=form.understood("par"),
        nature=_uid(form.understood("nature")),
        tag=_uid(form.understood("etiquette")),
        since=form.understood("depuis"),
        until=form.understood("jusqua"),
    )


def _labels(request: AuthedRequest) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The types and the tags of the acting organisation, in one statement.

    Retired ones too: documents still have them.
    """
    found: dict[str, list[tuple[str, str]]] = {"type": [], "tag": []}
    mine = {"organisation": request.actor.organisation}
    columns = ("kind", "sort_label", "uid", "label")
    types = DocumentType.objects.filter(**mine).annotate(kind=Value("type")).values_list(*columns)
    tags = Tag.objects.filter(**mine).annotate(kind=Value("tag")).values_list(*columns)
    for kind, _, uid, label in types.union(tags).order_by("kind", "sort_label"):
        found[kind].append((str(uid), label))
    return found["type"], found["tag"]


def _uid(value: str | None) -> UUID | None:
    return UUID(value) if value else None  # one of the choices offered: it reads


def _line(org: str, hit: Hit, now: datetime, zone: ZoneInfo) -> Line:
    when = human_datetime(hit.changed_at, now, zone)
    return Line(
        href=address("documents:document", org, hit.uid),
        icon=icon_for(hit.media_type),
        title=marked(hit.title),
        path=" › ".join(step.name or "…" for step in hit.path),
        folder=hit.path[-1].uid if hit.path else None,
        beside=hit.beside,
        snippet=_shown(hit.snippet),
        page=hit.snippet.page if hit.snippet else 0,
        meta=f"{when}, par {hit.author}" if hit.author else when,
        behind=hit.behind,
    )


def marked(segments: Iterable[Segment]) -> SafeString:
    """Segments as HTML: every text escaped, what was found marked.

    Here rather than in the template: a page has hundreds of segments.
    """
    return SafeString(
        "".join(
            f"<mark>{escape(segment.text)}</mark>" if segment.marked else escape(segment.text)
            for segment in segments
        )
    )


def _shown(snippet: Snippet | None) -> SafeString:
    if snippet is None:
        return SafeString("")
    before = "… " if snippet.cut_before else ""
    after = " …" if snippet.cut_after else ""
    return SafeString(f"{before}{marked(snippet.segments)}{after}")


def _summary(found: Results) -> str:
    if found.capped:
        return f"Plus de {number(CAP)} documents, les plus récents d’abord."
    count = plural(found.total, "document")
    if found.dropped:
        words = ", ".join(f"« {word} »" for word in found.dropped)
        return f"Aucun document n’a tous ces mots. {count} sans {words}."
    if found.loosened and found.total:
        return f"{count} où un mot commence ainsi."
    return f"{count}."


def _uncounted(found: Results) -> str:
    """Why the filters stand without numbers, above the cap."""
    if not found.capped:
        return ""
    return (
        f"Plus de {number(CAP)} documents répondent : ce que garde chaque filtre n’est pas compté. "
        "Choisissez-en un, ou ajoutez un mot."
    )


def _unread(found: Results, *, within: bool) -> list[str]:
    """What is not in the results because its text is not known, in sentences."""
    where = " de ce dossier" if within else ""
    sentences = []
    if found.waiting:
        more = " et plus" if found.waiting > WAITING_CAP else ""
        sentences.append(
            f"{plural(min(found.waiting, WAITING_CAP), 'document')}{more}{where} en cours de"
            " lecture : pour l’instant, seul leur nom est cherché."
            if found.waiting > 1
            else f"{plural(1, 'document')}{where} en cours de lecture : pour l’instant, seul son"
            " nom est cherché."
        )
    if found.failed > 1:
        more = " et plus" if found.failed > WAITING_CAP else ""
        sentences.append(
            f"{plural(min(found.failed, WAITING_CAP), 'document')}{more}{where} n’ont pas pu être"
            " lus : seul leur nom est cherché."
        )
    elif found.failed:
        sentences.append(
            f"{plural(1, 'document')}{where} n’a pas pu être lu : seul son nom est cherché."
        )
    return sentences


def _shelves(request: AuthedRequest, lines: list[Line], *, by_folder: bool) -> list[Shelf]:
    """The lines as HTML; by folder, the folder of the best answer first."""
    if not by_folder:
        return [Shelf("", [line.drawn("h3", with_path=True) for line in lines])]
    together: dict[str, list[Line]] = {}
    for line in lines:
        together.setdefault(line.path, []).append(line)
    shelves = []
    for path, shelved in together.items():
        first = shelved[0]
        everything = (
            _address(request, drop=_BY_FOLDER[:1], change={"dossier": str(first.folder)})
            if first.folder is not None and first.beside > len(shelved)
            else ""
        )
        count = plural(first.beside, "document") if first.beside else ""
        drawn = [line.drawn("h4", with_path=False) for line in shelved]
        shelves.append(Shelf(path, drawn, count, everything))
    return shelves


def _other_order(request: AuthedRequest, found: Results, *, by_folder: bool) -> str:
    """Where the same results are put together by folder, or no longer; empty when of no use."""
    if by_folder:
        return _address(request, drop=_BY_FOLDER[:1])
    if 1 < found.spread < found.total:
        return _address(request, change=dict([_BY_FOLDER]))
    return ""


def _groups(
    request: AuthedRequest, found: Results, filters: Filters, form: SearchForm
) -> list[tuple[str, list[Link]]]:
    """The filters as words; the one that is set comes first and leads back without it."""
    below = [_choice(request, "dossier", choice) for choice in found.below]
    if filters.folder is not None:
        below.insert(0, _set(request, "dossier", filters.folder.name))
    kinds = [_choice(request, "type", choice) for choice in found.kinds]
    if filters.kind:
        kinds = [_set(request, "type", BY_KEY[filters.kind].label)]
    authors = [_choice(request, "par", choice) for choice in found.authors]
    if filters.author is not None:
        label = found.authors[0].label if found.authors else "cette personne"
        authors = [_set(request, "par", label)]
    natures = [_choice(request, "nature", choice) for choice in _named(found, form, "nature")]
    if filters.nature is not None:
        natures = [_set(request, "nature", form.named("nature"))]
    tags = [_choice(request, "etiquette", choice) for choice in _named(found, form, "etiquette")]
    if filters.tag is not None:
        tags = [_set(request, "etiquette", form.named("etiquette"))]
    groups = [("Dossier", below), ("Type", natures), ("Étiquette", tags)]
    groups += [("Format", kinds), ("Modifié par", authors)]
    groups.append(("Année", _years(request, found, filters)))
    return [(title, links) for title, links in groups if links]


def _named(found: Results, form: SearchForm, name: str) -> tuple[Choice, ...]:
    """The types or the tags among what was found; above the cap, some of those that exist."""
    if not found.capped:
        return found.natures if name == "nature" else found.tags
    return tuple(Choice(uid, label, None) for uid, label in form.offered(name)[:FACET_LENGTH])


def _years(request: AuthedRequest, found: Results, filters: Filters) -> list[Link]:
    if filters.since is not None or filters.until is not None:
        return [
            Link(
                _period(filters.since, filters.until),
                _address(request, drop=("depuis", "jusqua")),
                None,
                current=True,
            )
        ]
    return [
        Link(
            year.label,
            _address(
                request, change={"depuis": f"{year.key}-01-01", "jusqua": f"{year.key}-12-31"}
            ),
            _count(year),
            current=False,
        )
        for year in found.years
    ]


def _period(since: date | None, until: date | None) -> str:
    if since and until and (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
        return str(since.year) if since.year == until.year else f"{since.year} à {until.year}"
    words = []
    if since:
        words.append(f"depuis le {since:%d/%m/%Y}")
    if until:
        words.append(f"jusqu’au {until:%d/%m/%Y}")
    return " ".join(words)


def _choice(request: AuthedRequest, name: str, choice: Choice) -> Link:
    return Link(choice.label, _address(request, change={name: choice.key}), _count(choice), False)


def _set(request: AuthedRequest, name: str, label: str) -> Link:
    return Link(label, _address(request, drop=(name,)), None, current=True)


def _count(choice: Choice) -> str | None:
    return None if choice.count is None else number(choice.count)


def _address(
    request: AuthedRequest,
    *,
    drop: tuple[str, ...] = (),
    change: Mapping[str, str] | None = None,
) -> str:
    """This page with other filters, from its first page."""
    changed = change or {}
    gone = {*drop, *changed, "page"}
    values = [(name, value) for name, value in request.GET.items() if name not in gone]
    values += changed.items()
    return f"{request.path}?{urlencode(values)}" if values else request.path
