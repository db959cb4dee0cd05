"""A comparison as it is read: passages around the changes, what stayed cut short between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from documents.rules.differences import Comparison, Piece, words_of

#: Words shown before and after a change, so that one knows where one is.
CONTEXT = 40
_WORD = re.compile(r"\S+\s*")
# A line that goes on: its break was made by the page, not by the writer.
_FOLD = re.compile(r"(?<![.;:!?\n])\n(?=[a-zà-öø-ÿœ(«’])")
_LETTERS_CUT = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]\n(?=[a-zà-öø-ÿœ])")


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that stayed (`number` 0), or the change of that number, counted from 1."""

    number: int
    old: str
    new: str

    @property
    def removed(self) -> tuple[str, str]:
        """What went, and the space after it, which is not to be struck through."""
        return _apart(self.old)

    @property
    def added(self) -> tuple[str, str]:
        """What came, and the space after it."""
        return _apart(self.new)


@dataclass(frozen=True, slots=True)
class Passage:
    """Changes that stand near each other, with the words around them.

    `skipped` counts the words left out before it; pages are those of the changes.
    """

    segments: tuple[Segment, ...]
    first: int
    last: int
    old_pages: tuple[int, int]
    new_pages: tuple[int, int]
    skipped: int


def passages(
    comparison: Comparison, *, first: int = 1, last: int | None = None, context: int = CONTEXT
) -> list[Passage]:
    """The passages that hold the changes from `first` to `last`."""
    found: list[Passage] = []
    for group in _groups(comparison.pieces, context):
        numbers = [number for number, piece in group if piece.changed]
        if numbers[0] < first or (last is not None and numbers[0] > last):
            continue
        found.append(_passage(group, numbers, comparison.pieces, context))
    return found


_Numbered = tuple[int, Piece]  # rank of the change, or minus the place of what stayed


def _groups(pieces: tuple[Piece, ...], context: int) -> Iterator[list[_Numbered]]:
    """Changes with what stands between and around them; far ones are apart."""
    group: list[_Numbered] = []
    rank = 0
    for place, piece in enumerate(pieces):
        if piece.changed:
            rank += 1
            group.append((rank, piece))
            continue
        if group and any(p.changed for _, p in group):
            group.append((-place - 1, piece))
            if len(_WORD.findall(piece.new)) <= 2 * context:
                continue
            yield group
        group = [(-place - 1, piece)]
    if any(piece.changed for _, piece in group):
        yield group


def _passage(
    group: list[_Numbered], numbers: list[int], pieces: tuple[Piece, ...], context: int
) -> Passage:
    segments: list[Segment] = []
    skipped = 0
    for rank, (number, piece) in enumerate(group):
        if piece.changed:
            segments.append(Segment(number, unfolded(piece.old), unfolded(piece.new)))
            continue
        head, tail = rank == 0, rank == len(group) - 1
        if head:
            # What the passage before has shown of it is not left out.
            before = context if -number > 1 else 0
            skipped = max(0, words_of(piece.new) - context - before)
        old, new = piece.old, piece.new
        if head and not tail:
            old, new = _last(old, context), _last(new, context)
        elif tail and not head:
            old, new = _first(old, context), _first(new, context)
        segments.append(Segment(0, unfolded(old), unfolded(new)))
    changed = [piece for _, piece in group if piece.changed]
    return Passage(
        tuple(segments),
        numbers[0],
        numbers[-1],
        (changed[0].old_pages[0], changed[-1].old_pages[1]),
        (changed[0].new_pages[0], changed[-1].new_pages[1]),
        skipped,
    )


def _apart(text: str) -> tuple[str, str]:
    body = text.rstrip()
    return body, text[len(body) :]


def _last(text: str, words: int) -> str:
    found = _WORD.findall(text)
    return text if len(found) <= words else "… " + "".join(found[-words:])


def _first(text: str, words: int) -> str:
    found = _WORD.findall(text)
    return text if len(found) <= words else "".join(found[:words]).rstrip() + " …"


def unfolded(text: str) -> str:
    """Lines cut by the width of a page put back together; paragraphs and lists stay."""
    return _FOLD.sub(" ", _LETTERS_CUT.sub("", text))


def ranges(numbers: Set[int]) -> list[tuple[int, int]]:
    """3, 5, 6, 7 as (3, 3), (5, 7)."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
