"""What changed between two texts, word by word. Pure: strings in, pieces out.

Words are first anchored where a run of them stands exactly once in each text, by runs of eight,
then three, then one; only what is left between two anchors is compared in every way. The cost
grows with the length of the texts and not with its square, and a paragraph whose lines were
folded otherwise is the same paragraph: white space never counts.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Characters of each text that are compared: about 500 full pages.
MAX_CHARACTERS = 1_500_000
#: Steps of the fine comparison, over the whole text and for one passage between two anchors.
MAX_EFFORT = 6_000_000
MAX_EFFORT_OF_A_PASSAGE = 400_000

_RUNS = (8, 3, 1)
_SPACES = "\u0020\u00a0\u2009\u202f"
_TOKEN = re.compile(
    rf"""(?:
        \d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:,\d+)?(?!\d)      # 1 234,50
      | \d+(?:[.,:/-]\d+)*                                   # 2024-017, 12/03/2026, 20:30
      # peut-être, or a word cut at the end of a line
      | [^\W\d_](?:[^\W_]|[\u0300-\u036f]|[-\u2010\u2011\u00ad]\n?(?=[^\W\d_]))*
        (?:['’ʼ](?=[^\W\d_]))?                               # l’ of l’article
      | \S
    )\s*""",
    re.VERBOSE,
)
_SAME_SIGN = str.maketrans(
    {"'": "’", "ʼ": "’", "\u2010": "-", "\u2011": "-", "\u00ad": "", **dict.fromkeys(_SPACES, "")}
)
_CUT = re.compile(r"[-\u2010\u2011\u00ad]\n?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, or one change: `old` gave way to `new` (either may be empty).

    Pages are those where the run begins and ends in each text, from 1; where one side is empty,
    the page on which the words would stand.
    """

    changed: bool
    old: str
    new: str
    old_pages: tuple[int, int]
    new_pages: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts as one list of pieces, in the order of reading.

    `cut`: the texts are longer than what is compared. `coarse`: some passages differ so much that
    they are shown whole instead of word by word.
    """

    pieces: tuple[Piece, ...]
    cut: bool = False
    coarse: bool = False

    @property
    def changes(self) -> tuple[Piece, ...]:
        """The pieces that differ."""
        return tuple(piece for piece in self.pieces if piece.changed)

    @property
    def old(self) -> str:
        """The first text, as compared."""
        return "".join(piece.old for piece in self.pieces)

    @property
    def new(self) -> str:
        """The second text, as compared."""
        return "".join(piece.new for piece in self.pieces)


class _Text:
    """A text cut in words, each with the space after it, and the page of each word."""

    def __init__(self, pages: Sequence[tuple[int, str]]) -> None:
        self.words: list[str] = []
        self.starts: list[int] = []
        self.numbers: list[int] = []
        self.cut = False
        left = MAX_CHARACTERS
        for number, text in pages:
            body = text.strip()
            if len(body) > left:
                # Not in the middle of a word.
                body, self.cut = body[:left].rpartition(" ")[0].strip(), True
            left -= len(body)
            found = _TOKEN.findall(body)
            if found:
                if self.words:
                    self.words[-1] += "\n\n"
                self.starts.append(len(self.words))
                self.numbers.append(number)
                self.words += found
            if self.cut:
                break

    def page(self, position: int) -> int:
        """The page of the word at this position."""
        rank = bisect_right(self.starts, position) - 1
        return self.numbers[rank] if rank >= 0 else 1

    def span(self, low: int, high: int) -> tuple[int, int]:
        """The first and last page of these words."""
        return self.page(low), self.page(max(low, high - 1))


def words_of(text: str) -> int:
    """How many words and numbers a text has, signs apart."""
    return sum(1 for token in _TOKEN.findall(text) if token[0].isalnum())


def compare(old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]) -> Comparison:
    """Compare two texts given as (page number, text of the page), pages in order."""
    left, right = _Text(old), _Text(new)
    left_keys, right_keys = _numbered(left.words, right.words)
    aligner = _Aligner(left_keys, right_keys)
    spans = _readable(left, right, list(_spans(aligner.blocks(), len(left_keys), len(right_keys))))
    return Comparison(
        tuple(
            Piece(
                changed,
                "".join(left.words[a:b]),
                "".join(right.words[c:d]),
                left.span(a, b),
                right.span(c, d),
            )
            for changed, a, b, c, d in spans
        ),
        cut=left.cut or right.cut,
        coarse=aligner.coarse,
    )


def _key(word: str) -> str:
    """What makes two words the same: neither the space after, nor the shape of an apostrophe."""
    text = unicodedata.normalize("NFC", word.strip())
    if text.isascii() and text.isalnum():
        return text
    return text.replace("\u00ad\n", "").translate(_SAME_SIGN)


def _numbered(one: list[str], two: list[str]) -> tuple[list[int], list[int]]:
    """Each distinct word as a number: faster to hash and to compare."""
    known: dict[str, int] = {}
    written: dict[str, int] = {}

    def number(word: str) -> int:
        found = written.get(word)
        if found is None:
            found = written[word] = known.setdefault(_key(word), len(known))
        return found

    return [number(word) for word in one], [number(word) for word in two]


class _Aligner:
    """Finds the runs of words that both texts have, in the same order."""

    def __init__(self, old: list[int], new: list[int]) -> None:
        self.old, self.new = old, new
        self.effort = 0
        self.coarse = False

    def blocks(self) -> list[tuple[int, int, int]]:
        """(position in old, position in new, length), in order, none empty."""
        found: list[tuple[int, int, int]] = []
        todo = [(0, len(self.old), 0, len(self.new), 0)]
        while todo:
            a, b, c, d, level = todo.pop()
            old, new = self.old, self.new
            start = a
            while a < b and c < d and old[a] == new[c]:
                a, c = a + 1, c + 1
            if a > start:
                found.append((start, c - (a - start), a - start))
            end = b
            while a < b and c < d and old[b - 1] == new[d - 1]:
                b, d = b - 1, d - 1
            if end > b:
                found.append((b, d, end - b))
            if a == b or c == d:
                continue
            if level == len(_RUNS):
                found += self._fine(a, b, c, d)
                continue
            anchors = self._anchors(a, b, c, d, _RUNS[level])
            for at_old, at_new in anchors:
                todo.append((a, at_old, c, at_new, level + 1))
                a, c = at_old, at_new
            # The last stretch starts on an anchor: its head is taken as common at once.
            todo.append((a, b, c, d, level + 1))
        return sorted(found)

    def _anchors(self, a: int, b: int, c: int, d: int, run: int) -> list[tuple[int, int]]:
        """Positions of runs that stand once on each side, the longest list in the same order.

        Where there is none (a form, a table that repeats its words), runs that stand as often on
        both sides are paired in their order.
        """
        mine, theirs = _places(self.old, a, b, run), _places(self.new, c, d, run)
        pairs = [
            (at[0], theirs[key][0])
            for key, at in mine.items()
            if len(at) == 1 and len(theirs.get(key, ())) == 1
        ]
        if not pairs and run > 1:
            pairs = [
                pair
                for key, at in mine.items()
                if len(theirs.get(key, ())) == len(at)
                for pair in zip(at, theirs[key], strict=True)
            ]
        chosen = _rising(sorted(pairs))
        # Of neighbouring runs only the first matters: the others are met while walking from it.
        return [
            pair
            for before, pair in zip([(-2, -2), *chosen], chosen, strict=False)
            if pair[0] - before[0] != 1 or pair[1] - before[1] != 1
        ]

    def _fine(self, a: int, b: int, c: int, d: int) -> Iterator[tuple[int, int, int]]:
        """Every way of matching a short passage; nothing when it would cost too much."""
        one, two = self.old[a:b], self.new[c:d]
        times = Counter(two)
        effort = sum(times[word] for word in one) + len(one) + len(two)
        if effort > MAX_EFFORT_OF_A_PASSAGE or self.effort + effort > MAX_EFFORT:
            self.coarse = True
            return
        self.effort += effort
        for at_old, at_new, size in SequenceMatcher(
            None, one, two, autojunk=False
        ).get_matching_blocks():
            if size:
                yield a + at_old, c + at_new, size


def _places(words: list[int], low: int, high: int, run: int) -> dict[tuple[int, ...], list[int]]:
    """Where each run of this length stands, in order."""
    seen: dict[tuple[int, ...], list[int]] = {}
    for at in range(low, high - run + 1):
        seen.setdefault(tuple(words[at : at + run]), []).append(at)
    return seen


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest rising sequence of the second numbers (the first ones already rise)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for rank, (_, value) in enumerate(pairs):
        place = bisect_right(tails, value)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            ends.append(rank)
        else:
            tails[place] = value
            ends[place] = rank
    chosen: list[tuple[int, int]] = []
    rank = ends[-1] if ends else -1
    while rank >= 0:
        chosen.append(pairs[rank])
        rank = before[rank]
    return chosen[::-1]


_Span = tuple[bool, int, int, int, int]  # changed, then from and to in each text


def _spans(blocks: list[tuple[int, int, int]], old: int, new: int) -> Iterator[_Span]:
    a = c = 0
    for at_old, at_new, size in [*blocks, (old, new, 0)]:
        if at_old > a or at_new > c:
            yield True, a, at_old, c, at_new
        if size:
            yield False, at_old, at_old + size, at_new, at_new + size
        a, c = at_old + size, at_new + size


def _readable(left: _Text, right: _Text, spans: list[_Span]) -> list[_Span]:
    """One change where a reader sees one: a little word left alone between two changes joins
    them; a word cut at the end of a line is no change."""
    joined: list[_Span] = []
    for kind, a, b, c, d in _after_the_sign(left, right, spans):
        changed = kind and not _only_cut(left.words[a:b], right.words[c:d])
        if joined and joined[-1][0] == changed:
            last = joined.pop()
            joined.append((changed, last[1], b, last[3], d))
        elif changed and len(joined) >= 2 and _lonely(left, joined, max(b - a, d - c)):
            joined.pop()
            last = joined.pop()
            joined.append((True, last[1], b, last[3], d))
        else:
            joined.append((changed, a, b, c, d))
    return joined


def _after_the_sign(left: _Text, right: _Text, spans: list[_Span]) -> list[_Span]:
    """A sentence that came or went starts after the full stop before it, not with it."""
    moved = list(spans)
    for rank in range(1, len(moved) - 1):
        before, (changed, a, b, c, d), after = moved[rank - 1 : rank + 2]
        if not changed or (a < b and c < d):
            continue
        words, at = (left.words, a) if a < b else (right.words, c)
        end = b if a < b else d
        if after[2] - after[1] > 1 and _is_sign(words[at]) and _key(words[at]) == _key(words[end]):
            moved[rank - 1] = (False, before[1], before[2] + 1, before[3], before[4] + 1)
            moved[rank] = (True, a + 1, b + 1, c + 1, d + 1)
            moved[rank + 1] = (False, after[1] + 1, after[2], after[3] + 1, after[4])
    return moved


def _is_sign(word: str) -> bool:
    return not word[0].isalnum()


def _lonely(left: _Text, joined: list[_Span], coming: int) -> bool:
    """Whether what stayed last is a little word or two between changes of some length."""
    (changed, a, b, c, d), (_, low, high, _, _) = joined[-2:]
    words = [word.strip() for word in left.words[low:high]]
    small = len(words) <= 2 and all(len(word) <= 3 for word in words)
    return changed and small and max(b - a, d - c) + coming >= 4


def _only_cut(old: list[str], new: list[str]) -> bool:
    """Whether the two differ only by a word cut at the end of a line."""
    if "-\n" not in "".join(old) + "".join(new):
        return False
    return [_CUT.sub("", _key(word)) for word in old] == [_CUT.sub("", _key(word)) for word in new]
