"""A few words around what was found, cut and marked by the same reading as the index.

Nothing here makes HTML: a snippet is a list of segments, escaped by the template that marks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from documents.search import normaliser
from documents.search.acronyms import SAID
from documents.search.lemmas import fold
from documents.search.query import Query
from documents.search.words import FORMS, IRREGULAR, ORDINALS, PREFIXES

#: Characters before the first mark, and in all.
BEFORE = 80
LENGTH = 240
#: Places of one page looked at from afar, and read for good, before settling for the best.
MAX_LOOKS = 60
MAX_PLACES = 3

_LOOKALIKES = {
    "a": "[aàâä]",
    "c": "[cç]",
    "e": "[eéèêë]",
    "i": "[iîï]",
    "o": "[oôöœ]",
    "u": "[uùûü]",
    "y": "[yÿ]",
    "n": "[nñ]",
    "œ": "(?:œ|oe)",
}
#: Between a prefix and its word.
_GAP = "[ -]"
_DIGITS = re.compile(r"\d+")


class Segment(NamedTuple):
    """A piece of text, marked or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """What is shown under a result. `page` is 0 when nothing was found in the text itself."""

    segments: tuple[Segment, ...]
    page: int
    cut_before: bool
    cut_after: bool


def pattern(query: Query) -> str:
    """A regular expression of PostgreSQL that every place to mark satisfies.

    It finds a little more than the marks: only the first letters are compared, so that a page
    can be thrown away without being read. ``\\m`` is the beginning of a word.
    """
    return "|".join(_patterns(query))


def _patterns(query: Query) -> list[str]:
    """One expression for each way to write what is looked for."""
    found = [
        expression
        for term in query.all_terms
        for expression in _term_patterns(term.exact, term.meanings)
    ]
    return list(dict.fromkeys(filter(None, found)))


@lru_cache(maxsize=512)
def _term_patterns(exact: str, meanings: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for norm in meanings:
        found += [_pattern(norm, exact), *map(_word_pattern, _OTHERWISE.get(norm, ()))]
        for prefix in PREFIXES:
            if norm.startswith(prefix) and len(norm) > len(prefix) + 2:
                found.append(_word_pattern(prefix) + _GAP + norm[len(prefix)])
    return tuple(dict.fromkeys(found))


def _pattern(norm: str, exact: str) -> str:
    digits = _DIGITS.findall(norm)
    if digits:
        if norm[:1] == "d" and len(digits) == 3:  # a date: its day, however the rest is said
            number = digits[2].lstrip("0")
        elif norm[:1] == "m" and len(digits) == 2:  # a month: its year
            number = digits[0]
        elif norm[:1] == "j" and len(digits) == 2:
            number = digits[1].lstrip("0")
        else:
            number = max(digits, key=len)
            if not number.strip("0"):
                return ""
            if len(number.rstrip("0")) < 4 and len(number) > 3:
                number = number.rstrip("0")  # 250 000 may be said 250 k€
        return "[ .,\u00a0\u202f-]?".join(number)
    letters = norm if norm.isalpha() else exact
    return _word_pattern(fold(letters.partition("-")[2] or letters))


def _word_pattern(letters: str) -> str:
    begun = letters[:3].replace("oe", "œ")
    return r"\m" + r"[.]?".join(_LOOKALIKES.get(letter, letter) for letter in begun)


def _otherwise() -> dict[str, tuple[str, ...]]:
    """The other beginnings under which a key is written: an acronym in full, a verb's stems."""
    found: dict[str, list[str]] = {}
    for initials, way in SAID:
        found.setdefault(initials, []).append(fold(re.split(r"[ '-]", way)[0]))
    for form, key in (FORMS | IRREGULAR).items():
        if form[:3] != key[:3]:
            found.setdefault(key, []).append(form)
    for number, ordinal in enumerate(ORDINALS, 1):
        found.setdefault(ordinal, []).append(str(number))
    return {key: tuple(dict.fromkeys(ways)) for key, ways in found.items()}


_OTHERWISE = _otherwise()


@lru_cache(maxsize=256)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def mark(text: str, query: Query) -> tuple[Segment, ...]:
    """The whole of a short text (a title) with what was found marked."""
    text = normaliser.clean(text)
    return tuple(_segments(text, query)[0])


def cut(text: str, query: Query, *, page: int = 0) -> Snippet | None:
    """The best place of a page, about 240 characters, marked; None for a page without words."""
    if not text.strip():
        return None
    best: tuple[int, int, list[Segment]] | None = None
    tried: list[int] = []
    for promised, at in _places(text, query)[:MAX_LOOKS]:
        if any(abs(at - other) < LENGTH - BEFORE for other in tried) or not _holds(text, at, query):
            continue
        tried.append(at)
        start = _word_start(text, max(0, at - BEFORE))
        segments, distinct = _segments(text[start : start + LENGTH], query, trim=True)
        if distinct and (best is None or distinct > best[0]):
            best = (distinct, start, segments)
        if (best and best[0] >= promised) or len(tried) >= MAX_PLACES:
            break
    if best is None:
        segments = [Segment(_one_line(_trimmed(text[:LENGTH])), marked=False)]
        return Snippet(tuple(segments), 0, cut_before=False, cut_after=len(text) > LENGTH)
    _, start, segments = best
    shown = sum(len(segment.text) for segment in segments)
    return Snippet(tuple(segments), page, start > 0, start + shown < len(text.rstrip()) - 1)


def _places(text: str, query: Query) -> list[tuple[int, int]]:
    """Where words may stand, with how many different ones may follow closely; the best first."""
    flat = _flat(text)
    found: list[tuple[int, int]] = []
    for number, expression in enumerate(_patterns(query)):
        if expression.startswith(r"\m"):
            starts = _word_places(flat, expression)
        else:
            starts = (match.start() for match in _compiled(expression).finditer(text))
        found += [(at, number) for at in islice(starts, MAX_LOOKS)]
    found.sort()
    places = []
    for index, (at, _) in enumerate(found):
        near = set()
        for other, number in found[index:]:
            if other >= at + LENGTH - BEFORE:
                break
            near.add(number)
        places.append((len(near), at))
    return sorted(places, key=lambda place: (-place[0], place[1]))


# The commonest first. One search per letter is three times as quick as a table of letters.
_FLAT = tuple(zip("éèàêçôîûâùïëüöäÿñ", "eeaecoiuauieuoayn", strict=True))


def _flat(text: str) -> str:
    """Lower case without accents, each letter in its place."""
    low = text.lower()
    if low.isascii():
        return low
    if len(low) != len(text):
        return text
    for letter, plain in _FLAT:
        low = low.replace(letter, plain)
    return low


def _word_places(flat: str, expression: str) -> Iterator[int]:
    """Where a word starts as the expression says; plain searches, not a regex."""
    for needle in _needles(expression):
        at = flat.find(needle)
        while at >= 0:
            if at == 0 or not flat[at - 1].isalnum():
                yield at
            at = flat.find(needle, at + 1)


@lru_cache(maxsize=256)
def _needles(expression: str) -> tuple[str, ...]:
    """What a word pattern spells: as a word, with œ or oe, as an acronym with its dots."""
    plain = expression.removeprefix(r"\m")
    for letter, alike in _LOOKALIKES.items():
        plain = plain.replace(alike, letter)
    if _GAP in plain:
        head, _, tail = plain.partition(_GAP)
        return tuple(begun + gap + tail for begun in _needles(head) for gap in ("-", " "))
    letters = plain.split("[.]?")
    word = "".join(letters)
    return tuple(dict.fromkeys((word, word.replace("œ", "oe"), ".".join(letters))))


def _holds(text: str, at: int, query: Query) -> bool:
    """Whether a mark really stands here: a few words are read, not the page."""
    start = _word_start(text, max(0, at - 24))
    return any(query.marks(token) for token in normaliser.tokens(text[start : at + 90]))


def _word_start(text: str, at: int) -> int:
    """The beginning of a word at or after this place."""
    if at == 0:
        return 0
    while at < len(text) and not text[at - 1].isspace():
        at += 1
    return at


def _trimmed(text: str) -> str:
    """Without the word that the cut went through."""
    if len(text) < LENGTH:
        return text
    head, space, _ = text.rpartition(" ")
    return head if space and len(head) > LENGTH // 2 else text


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text) if "\n" in text or "  " in text else text


def _segments(text: str, query: Query, *, trim: bool = False) -> tuple[list[Segment], int]:
    """The text cut where the marks begin and end, and how many different words were marked."""
    if trim:
        text = _trimmed(text)
    segments: list[Segment] = []
    seen: set[str] = set()
    done = 0
    for token in normaliser.tokens(text):
        if not token.reading.norm or not query.marks(token):
            continue
        seen.add(token.reading.norm[0])
        if token.start > done:
            segments.append(Segment(_one_line(text[done : token.start]), marked=False))
        segments.append(Segment(_one_line(text[token.start : token.end]), marked=True))
        done = token.end
    if done < len(text):
        segments.append(Segment(_one_line(text[done:]), marked=False))
    return segments, len(seen)
