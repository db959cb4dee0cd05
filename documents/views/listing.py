"""Rows of a folder, and how a page of them is cut: folders first, then documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse

from accounts.actor import Actor
from config.lib.text import human_datetime, human_size
from documents.access import visible_documents, visible_folders
from documents.enums import IndexState
from documents.models import Document, Folder
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
    """One line of a list."""

    name: str
    href: str
    icon: str
    is_folder: bool = False
    meta: str = ""
    state: str = ""
    state_tone: str = "neutral"
    held: str = ""  # who has set it aside, and until when


def folder_rows(
    actor: Actor, folder: Folder, *, page: int, size: int, now: datetime
) -> tuple[list[Row], Page]:
    """The rows of one page. Two statements on the first page, three on the next ones."""
    start = (page - 1) * size
    wanted = size + 1
    folders = visible_folders(actor).filter(parent=folder)
    rows = rows_of_folders(folders.in_french_order()[start : start + wanted], actor)
    if len(rows) < wanted:
        before = max(start - folders.count(), 0) if start and not rows else 0
        documents = visible_documents(actor).filter(folder=folder).in_french_order()
        rows += rows_of_documents(
            documents[before : before + wanted - len(rows)], actor=actor, now=now
        )
    return rows[:size], Page(page, len(rows) > size)


def rows_of_folders(folders: QuerySet[Folder], actor: Actor) -> list[Row]:
    """Folders as lines."""
    address = _address("documents:folder", actor)
    return [
        Row(name=name, href=address(uid), icon="folder", is_folder=True)
        for uid, name in folders.values_list("uid", "name")
    ]


def rows_of_documents(documents: QuerySet[Document], *, actor: Actor, now: datetime) -> list[Row]:
    """Documents as lines: when and by whom each changed, its state only when not normal.

    Plain values, no objects: a folder of a hundred lines is the page most often opened.
    """
    address, zone = _address("documents:document", actor), ZoneInfo(actor.organisation.timezone)
    found = documents.values_list(
        "uid",
        "title",
        "media_type",
        "size",
        "changed_at",
        "changed_by__given_name",
        "changed_by__family_name",
        "current_version__index_state",
        "reservation__expires_at",
        "reservation__holder__given_name",
        "reservation__holder__family_name",
    )
    rows = []
    for uid, title, media_type, size, changed_at, given, family, index_state, *held in found:
        who = f", par {given} {family}" if given else ""
        state, tone = index_words(index_state) if index_state else ("", "neutral")
        rows.append(
            Row(
                name=title,
                href=address(uid),
                icon=icon_for(media_type),
                meta=f"{human_datetime(changed_at, now, zone)}{who} · {human_size(size)}",
                state=state,
                state_tone=tone,
                held=_held_words(*held, now, actor.organisation.timezone),
            )
        )
    return rows


def _held_words(
    ends: datetime | None, given: str, family: str, now: datetime, timezone: str
) -> str:
    """Who has set the document aside and until when; nothing when it is free again."""
    if ends is None or ends <= now:
        return ""
    return f"Réservé par {given} {family} {until_words(ends, now, timezone)}"


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
