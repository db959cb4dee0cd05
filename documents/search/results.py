"""What a search is asked and what it answers: plain values between the engine and the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from documents.models import Folder
from documents.search.query import Query
from documents.search.snippets import Segment, Snippet

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search. Dates are local days, both included."""

    folder: Folder | None = None
    kind: str = ""
    author: UUID | None = None
    #: What the document is (`DocumentType`), a word put on it (`Tag`): of the same organisation.
    nature: UUID | None = None
    tag: UUID | None = None
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        """Whether at least one is set."""
        return bool(
            self.folder
            or self.kind
            or self.author
            or self.nature
            or self.tag
            or self.since
            or self.until
        )


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
    #: How many were found in its folder; 0 above the cap, where nobody has counted.
    beside: int = 0


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
    #: Empty above the cap: the organisation's own list says the words then.
    natures: tuple[Choice, ...] = ()
    tags: tuple[Choice, ...] = ()
    #: In how many folders; 0 above the cap.
    spread: int = 0
    #: Lines to leaf through: all of them, or a few of each folder.
    leaves: int = 0
    #: Documents whose text is not read yet, and could not be read: where one searches.
    waiting: int = 0
    failed: int = 0
    page: int = 1
    #: Nothing held the words as asked; these hold words that begin so,
    loosened: bool = False
    #: or the words of this other question,
    corrected: str = ""
    #: or all of them but these.
    dropped: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The number of this page, for the pager."""
        return self.page

    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.page > 1

    def has_next(self) -> bool:
        """Whether a page comes after. Nobody leafs beyond the cap: one narrows the search."""
        return self.page * PAGE_SIZE < self.leaves
