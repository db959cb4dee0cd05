"""Rows of a folder, and how a page of them is cut: folders first, then documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from accounts.actor import Actor
from config.lib.text import human_datetime, human_size
from documents.access import visible_documents_in, visible_folders
from documents.enums import IndexState
from documents.models import Document, DocumentType, Folder, Reservation
from documents.models.document import DocumentQuerySet
from documents.services.reserving import until_words

PAGE_SIZES = (25, 50, 100)

_ICONS = {
    "application/pdf": "file-text",
    "text/csv": "file-spreadsheet",
    "message/rfc822": "mail",
    "application/vnd.ms-outlook": "mail",
    "application/zip": "file-archive",
}
_ICON_WORDS = (
    ("image/", "file-image"),
    ("spreadsheet", "file-spreadsheet"),
    ("excel", "file-spreadsheet"),
    ("presentation", "presentation"),
    ("powerpoint", "presentation"),
)


def icon_for(media_type: str) -> str:
    """The icon of a type of file."""
    return _ICONS.get(media_type) or next(
        (icon for word, icon in _ICON_WORDS if word in media_type), "file-text"
    )


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list whose total is not counted."""

    number: int
    more: bool

    def has_previous(self) -> bool:
        return self.number > 1

    def has_next(self) -> bool:
        return self.more


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `key` names it in a selection: `d:<uid>` or `f:<uid>`."""

    key: str
    name: str
    href: str
    icon: str
    is_folder: bool = False
    meta: str = ""
    state: str = ""
    state_tone: str = "neutral"
    held: str = ""  # who has set it aside, and until when
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the lines: folders first, always; equal lines keep their own order."""

    code: str
    label: str
    folders: tuple[str, ...]
    documents: tuple[str, ...]


# Each of these orders is an index on (folder, …): a page costs the same in any of them.
SORTS = {
    sort.code: sort
    for sort in (
        Sort("nom", "Nom, de A à Z", ("sort_name", "id"), ("sort_title", "id")),
        Sort("-nom", "Nom, de Z à A", ("-sort_name", "-id"), ("-sort_title", "-id")),
        Sort("-date", "Les plus récents", ("-created_at", "-id"), ("-changed_at", "-id")),
        Sort("date", "Les plus anciens", ("created_at", "id"), ("changed_at", "id")),
        Sort("-taille", "Les plus lourds", ("sort_name", "id"), ("-size", "-id")),
        Sort("taille", "Les plus légers", ("sort_name", "id"), ("size", "id")),
        Sort("type", "Type de fichier", ("sort_name", "id"), ("media_type", "sort_title", "id")),
    )
}
BY_NAME = SORTS["nom"]


def folder_rows(
    actor: Actor, folder: Folder, *, page: int, size: int, now: datetime, sort: Sort = BY_NAME
) -> tuple[list[Row], Page]:
    """The rows of one page, in two statements at most.

    After the first page `folder` comes with the number of its folders (`folder_or_404(counted)`).
    Where the page starts is found on the index; only its own lines are read.
    """
    start = (page - 1) * size
    wanted = size + 1
    folders = visible_folders(actor).filter(parent=folder)
    before = start - folder.inside if start else 0  # of the documents, how many are behind
    rows: list[Row] = []
    if before <= 0:
        rows = rows_of_folders(folders.order_by(*sort.folders)[start : start + wanted], actor)
        before = 0
    if len(rows) < wanted:
        documents = visible_documents_in(actor, folder).order_by(*sort.documents)
        found = documents[before : before + wanted - len(rows)]
        if before:
            found = Document.objects.filter(pk__in=found.values("pk")).order_by(*sort.documents)
        rows += rows_of_documents(found, actor=actor, now=now)
    return rows[:size], Page(page, len(rows) > size)


def rows_of_folders(folders: QuerySet[Folder], actor: Actor) -> list[Row]:
    """Folders as lines."""
    address = _address("documents:folder", actor)
    return [
        Row(key=f"f:{uid}", name=name, href=address(uid), icon="folder", is_folder=True)
        for uid, name in folders.values_list("uid", "name")
    ]


def rows_of_documents(documents: DocumentQuerySet, *, actor: Actor, now: datetime) -> list[Row]:
    """Documents as lines: when and by whom each changed, its state only when not normal.

    Plain values, no objects: a folder of a hundred lines is the page most often opened.
    """
    address, zone = _address("documents:document", actor), ZoneInfo(actor.organisation.timezone)
    # Beside, not joined: each table joined doubles what the planner looks at.
    kinds = DocumentType.objects.filter(pk=OuterRef("type")).values("label")
    held_by = Reservation.objects.filter(document=OuterRef("pk")).values(
        said=JSONObject(ends="expires_at", given="holder__given_name", family="holder__family_name")
    )
    found = documents.with_tag_labels().annotate(kind=Subquery(kinds), held=Subquery(held_by))
    found = found.values_list(
        "uid",
        "title",
        "media_type",
        "size",
        "changed_at",
        "changed_by__given_name",
        "changed_by__family_name",
        "current_version__index_state",
        "kind",
        "tag_labels",
        "held",
    )
    rows = []
    for uid, title, media_type, size, changed_at, given, family, *more in found:
        index_state, kind, tags, held = more
        who = f", par {given} {family}" if given else ""
        what = f"{kind} · " if kind else ""
        state, tone = index_words(index_state) if index_state else ("", "neutral")
        rows.append(
            Row(
                key=f"d:{uid}",
                name=title,
                href=address(uid),
                icon=icon_for(media_type),
                meta=f"{what}{human_datetime(changed_at, now, zone)}{who} · {human_size(size)}",
                state=state,
                state_tone=tone,
                held=_held_words(held, now, actor.organisation.timezone),
                tags=tuple(tags),
            )
        )
    return rows


def _held_words(held: dict[str, str] | None, now: datetime, timezone: str) -> str:
    """Who has set the document aside and until when; nothing when it is free again."""
    ends = datetime.fromisoformat(held["ends"]) if held else now
    if not held or ends <= now:
        return ""
    return f"Réservé par {held['given']} {held['family']} {until_words(ends, now, timezone)}"


_ANY = "00000000-0000-0000-0000-000000000000"


def _address(name: str, actor: Actor) -> Callable[[UUID], str]:
    """The address of each object of a list, worked out once and not once a line."""
    before, after = reverse(name, args=[actor.organisation.slug, _ANY]).split(_ANY)
    return lambda uid: f"{before}{uid}{after}"


def index_words(state: str) -> tuple[str, str]:
    """What a line says of the reading of its text, and in which tone; nothing when it is read."""
    return {
        IndexState.WAITING: ("Lecture en attente", "info"),
        IndexState.OCR: ("Reconnaissance du texte en cours", "info"),
        IndexState.PARTIAL: ("Indexé en partie", "warn"),
        IndexState.FAILED: ("Texte non lu", "warn"),
    }.get(IndexState(state), ("", "neutral"))
