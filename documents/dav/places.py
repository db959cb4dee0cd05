"""What stands at a path of the drive, for one person: names they may not read are not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from accounts.actor import Actor
from config.lib.text import name_key
from documents.access import (
    role_annotation,
    shared_with_me,
    visible_documents,
    visible_folders,
)
from documents.dav.names import SHARED, as_stored, is_transient
from documents.models import Document, DriveDraft, EditingLink, Folder, Version
from documents.services.drafts import KEPT, drafts_in, put_aside

MOST_SHARED = 500


class Kind(Enum):
    """What a path leads to."""

    LOBBY = "lobby"  # the top, for who may not read the root of the tree
    FOLDER = "folder"
    SHARED = "shared"  # what is shared without the folder above it
    DOCUMENT = "document"
    DRAFT = "draft"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Place:
    """A path, and what this person finds there. `container` is the folder that holds it, if any."""

    kind: Kind
    path: tuple[str, ...]
    folder: Folder | None = None
    document: Document | None = None
    draft: DriveDraft | None = None
    container: Folder | None = None
    parent_exists: bool = True
    in_shared: bool = False

    @property
    def name(self) -> str:
        """Its name on the drive."""
        return self.path[-1] if self.path else ""

    @property
    def is_collection(self) -> bool:
        return self.kind in {Kind.LOBBY, Kind.FOLDER, Kind.SHARED}

    @property
    def version(self) -> Version | None:
        """The bytes that a document has now."""
        return self.document.current_version if self.document is not None else None

    @property
    def etag(self) -> str | None:
        """Quoted; None for what has no bytes."""
        if self.version is not None:
            return f'"{self.version.sha256[:40]}"'
        if self.draft is not None:
            return f'"draft-{self.draft.sha256[:40] or "empty"}"'
        return None

    @property
    def thing(self) -> Document | Folder | DriveDraft | None:
        """The row behind it."""
        return self.document or self.draft or self.folder


class Drive:
    """One person's view of one organisation's documents."""

    prefix: str

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.prefix = f"/dav/{actor.organisation.slug}/"

    def at(self, path: tuple[str, ...]) -> Place:
        """What stands there."""
        place = self._top()
        for depth in range(len(path)):
            place = self._step(place, path[: depth + 1])
        return place

    def _top(self) -> Place:
        root = self._folders().filter(parent=None).first()
        if root is None:
            return Place(Kind.LOBBY, ())
        return Place(Kind.FOLDER, (), folder=root)

    def _folders(self):  # type: ignore[no-untyped-def]
        return visible_folders(self.actor).annotate(role=role_annotation(self.actor, Folder))

    def _documents(self):  # type: ignore[no-untyped-def]
        return (
            visible_documents(self.actor)
            .select_related("folder", "current_version", "reservation__holder")
            .annotate(role=role_annotation(self.actor, Document))
        )

    def _step(self, parent: Place, path: tuple[str, ...]) -> Place:
        name = path[-1]
        if parent.kind is Kind.NOTHING or not parent.is_collection:
            return Place(Kind.NOTHING, path, parent_exists=False)
        if not parent.path and name_key(name) == name_key(SHARED):
            return Place(Kind.SHARED, path)
        if parent.kind is Kind.SHARED:
            found = next((p for p in self.shared(parent) if p.name == name), None)
            return found or Place(Kind.NOTHING, path, in_shared=True)
        if parent.kind is Kind.LOBBY:
            return Place(Kind.NOTHING, path)
        return self._child(parent, path)

    def _child(self, parent: Place, path: tuple[str, ...]) -> Place:
        here, name = parent.folder, path[-1]
        assert here is not None  # noqa: S101 - a folder, by its kind
        keys = {name_key(name), name_key(as_stored(name))}
        if not is_transient(name):
            folder = self._folders().filter(parent=here, name_key__in=keys).first()
            if folder is not None:
                return Place(Kind.FOLDER, path, folder=folder, container=here)
            document = self._documents().filter(folder=here, name_key__in=keys).first()
            if document is not None and document.pk not in put_aside(self.actor, here, self.now):
                return Place(Kind.DOCUMENT, path, document=document, container=here)
        draft = (
            DriveDraft.objects.filter(
                person=self.actor.person,
                organisation=self.actor.organisation,
                folder=here,
                name_key=name_key(name),
                changed_at__gt=self.now - KEPT,
            )
            .select_related("folder", "stands_for")
            .first()
        )
        if draft is not None:
            return Place(Kind.DRAFT, path, draft=draft, container=here)
        return Place(Kind.NOTHING, path, container=here)

    def children(self, place: Place) -> Iterator[Place]:
        """What a collection holds: folders, documents, then the person's own drafts."""
        if place.kind is Kind.SHARED:
            yield from self.shared(place)
            return
        if not place.path and self._shares():
            yield Place(Kind.SHARED, (SHARED,))
        if place.folder is None:
            return
        here = place.folder
        for folder in self._folders().filter(parent=here).in_french_order().iterator(500):
            if not (place.path == () and name_key(folder.name) == name_key(SHARED)):
                yield Place(Kind.FOLDER, (*place.path, folder.name), folder=folder, container=here)
        aside = put_aside(self.actor, here, self.now)
        for document in self._documents().filter(folder=here).in_french_order().iterator(500):
            if document.pk not in aside and not is_transient(document.title):
                yield Place(
                    Kind.DOCUMENT,
                    (*place.path, document.title),
                    document=document,
                    container=here,
                )
        for draft in drafts_in(self.actor, here, self.now):
            yield Place(Kind.DRAFT, (*place.path, draft.name), draft=draft, container=here)

    def _shares(self) -> bool:
        folders, documents = shared_with_me(self.actor)
        return folders.exists() or documents.exists()

    def shared(self, place: Place) -> Iterator[Place]:
        """What is shared without what contains it. A name met twice gets its number."""
        folders, documents = shared_with_me(self.actor)
        taken: dict[str, int] = {}
        for folder in folders.annotate(role=role_annotation(self.actor, Folder)).order_by("id")[
            :MOST_SHARED
        ]:
            path = (*place.path, _numbered(folder.name, taken))
            yield Place(Kind.FOLDER, path, folder=folder, in_shared=True)
        for document in (
            documents.select_related("folder", "current_version", "reservation__holder")
            .annotate(role=role_annotation(self.actor, Document))
            .order_by("id")[:MOST_SHARED]
        ):
            path = (*place.path, _numbered(document.title, taken))
            yield Place(Kind.DOCUMENT, path, document=document, in_shared=True)


class OneDocument(Drive):
    """What an editing link opens: one document, under whatever name the programme gives it."""

    def __init__(self, actor: Actor, link: EditingLink, token: str, now: datetime) -> None:
        super().__init__(actor, now)
        self.prefix = f"/dav/~/{token}/"
        self._link = link

    def _only(self) -> Document | None:
        found: Document | None = self._documents().filter(pk=self._link.document_id).first()
        return found

    def at(self, path: tuple[str, ...]) -> Place:
        """The top holds the document; nothing else is anywhere."""
        if not path:
            return Place(Kind.SHARED, ())
        document = self._only() if len(path) == 1 and not is_transient(path[0]) else None
        if document is None:
            return Place(Kind.NOTHING, path, in_shared=True)
        return Place(Kind.DOCUMENT, path, document=document, in_shared=True)

    def children(self, place: Place) -> Iterator[Place]:
        """The one document."""
        document = self._only()
        if document is not None:
            yield Place(Kind.DOCUMENT, (document.title,), document=document, in_shared=True)


def _numbered(name: str, taken: dict[str, int]) -> str:
    """The name, or the name with its number when it was met before."""
    key = name_key(name)
    taken[key] = taken.get(key, 0) + 1
    if taken[key] == 1:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    return f"{stem} ({taken[key]}){dot}{extension}"
