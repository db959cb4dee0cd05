"""Rows of a folder, and how a page of them is cut: folders first, then documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from config.lib.text import human_datetime, human_size
from documents.access import role_annotation, visible_documents, visible_folders
from documents.enums import IndexState, Role
from documents.models import Document, Folder

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
    """One line of a folder."""

    uid: str
    name: str
    is_folder: bool
    icon: str
    meta: str
    state: str
    state_tone: str
    can_edit: bool
    role: Role


def folder_rows(
    actor: Actor, folder: Folder, *, page: int, size: int, now: datetime
) -> tuple[list[Row], Page]:
    """The rows of one page. Two statements on the first page, three on the next ones."""
    start = (page - 1) * size
    wanted = size + 1
    folders = (
        visible_folders(actor)
        .filter(parent=folder)
        .annotate(role=role_annotation(actor, Folder))
        .in_french_order()
    )
    shown_folders = list(folders[start : start + wanted])
    rows = [row_of_folder(f) for f in shown_folders]
    if len(rows) < wanted:
        before = 0
        if start and not shown_folders:
            before = max(start - folders.count(), 0)
        documents = (
            visible_documents(actor)
            .filter(folder=folder)
            .select_related("folder", "changed_by", "current_version")
            .annotate(role=role_annotation(actor, Document))
            .in_french_order()
        )
        rows += [
            row_of_document(d, actor=actor, now=now)
            for d in documents[before : before + wanted - len(rows)]
        ]
    return rows[:size], Page(page, len(rows) > size)


def row_of_folder(folder: Folder) -> Row:
    """A folder as a line."""
    role = Role(folder.role)
    return Row(
        uid=str(folder.uid),
        name=folder.name,
        is_folder=True,
        icon="folder",
        meta="",
        state="",
        state_tone="neutral",
        can_edit=role >= Role.EDITOR,
        role=role,
    )


def row_of_document(document: Document, *, actor: Actor, now: datetime) -> Row:
    """A document as a line: when and by whom it changed, its state only when not normal."""
    version = document.current_version
    who = f", par {document.changed_by}" if document.changed_by else ""
    when = human_datetime(document.changed_at, now, actor.organisation.timezone)
    state, tone = index_words(version.index_state) if version else ("", "neutral")
    return Row(
        uid=str(document.uid),
        name=document.title,
        is_folder=False,
        icon=icon_for(document.media_type),
        meta=f"{when}{who} · {human_size(document.size)}",
        state=state,
        state_tone=tone,
        can_edit=Role(document.role) >= Role.EDITOR,
        role=Role(document.role),
    )


def index_words(state: str) -> tuple[str, str]:
    """What a line says of the reading of its text, and in which tone; nothing when it is read."""
    return {
        IndexState.WAITING: ("Lecture en attente", "info"),
        IndexState.OCR: ("Reconnaissance du texte en cours", "info"),
        IndexState.PARTIAL: ("Indexé en partie", "warn"),
        IndexState.FAILED: ("Texte non lu", "warn"),
    }.get(IndexState(state), ("", "neutral"))
