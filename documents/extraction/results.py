"""What an extraction gives back, and the limits under which it runs. Plain values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MB = 1024 * 1024


class State(StrEnum):
    """State of a version in the search index, with the words shown to people."""

    PENDING = "pending"
    INDEXED = "indexed"
    PARTIAL = "partial"
    NO_TEXT = "no_text"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


_STATE_LABELS = {
    State.PENDING: "en attente",
    State.INDEXED: "indexé",
    State.PARTIAL: "indexé partiellement",
    State.NO_TEXT: "sans texte",
    State.FAILED: "échec",
}

# A new try can only help when the cause is outside the file: load, memory of the machine.
_RETRYABLE = frozenset({"too_slow", "out_of_memory", "crashed", "unavailable"})
# The file was read as far as it can be: nothing went wrong, there is no (more) text to expect.
_HARMLESS = frozenset({"no_text_kind", "unrecognised"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong or was left out: a stable code, and the French sentence shown."""

    code: str
    message_fr: str

    @property
    def retryable(self) -> bool:
        """True when trying the same bytes again may succeed."""
        return self.code in _RETRYABLE


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of one page (slide, sheet, image), numbered from 1, in NFC, lines split by \\n."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """Result of reading one file.

    `pages` holds only the pages that gave text. `needs_ocr_pages` are pages that carry an image
    and no usable text: give them to `ocr_pages`. `page_count` is the real number of pages, even
    beyond the cap. `partial` says that some text of the file is missing from `pages` for good
    (cap reached, damaged page, stopped half-way); pages that merely wait for OCR do not count.
    """

    pages: tuple[PageText, ...] = ()
    needs_ocr_pages: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    partial: bool = False
    page_count: int = 0

    @property
    def state(self) -> State:
        """State to show once this result is stored, OCR apart (see `needs_ocr_pages`)."""
        if self.pages:
            return State.PARTIAL if self.partial else State.INDEXED
        if self.needs_ocr_pages:
            return State.PENDING
        if all(problem.code in _HARMLESS for problem in self.problems):
            return State.NO_TEXT
        return State.FAILED

    @property
    def reason(self) -> str:
        """French sentences saying what is missing and why; empty when all went well."""
        return " ".join(problem.message_fr for problem in self.problems)

    @property
    def retryable(self) -> bool:
        """True when trying again may give more text."""
        return any(problem.retryable for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps for one file. Sizes in bytes, times in seconds; memory is capped by the pool.

    `wall_seconds` is for the text; OCR has `ocr_page_seconds` more for each page asked, and
    `ocr_wall_seconds` at most.
    """

    max_bytes: int = 300 * MB
    max_unpacked_bytes: int = 600 * MB
    max_pages: int = 2000
    max_text_chars: int = 10_000_000
    max_pixels: int = 150_000_000
    max_ocr_pages: int = 200
    ocr_page_seconds: float = 40
    cpu_seconds: float = 60
    wall_seconds: float = 90
    ocr_wall_seconds: float = 1200

    def __post_init__(self) -> None:
        if min(self.max_pages, self.max_bytes, self.cpu_seconds, self.wall_seconds) <= 0:
            raise ValueError("limits must be positive")


DEFAULT_LIMITS = Limits()
