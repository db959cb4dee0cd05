"""What a text taken from a former year says that may no longer be true: dates, amounts, names,
references and years, to be looked at one by one before it is voted again.

No text of law: an error copied from last year is the commonest reason to vote twice (a wrong
amount, a mandate that ended, a repealed deliberation). Detection is generous: what is marked for
nothing costs one click, what is not marked is voted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Why a passage is to be looked at."""

    REFERENCE = "reference"
    DATE = "date"
    AMOUNT = "amount"
    NAME = "name"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a text, exactly as written, and where they stand (characters, end excluded)."""

    kind: Kind
    words: str
    start: int
    end: int


_S = "[ \\u00a0\\u202f\\u2009]"
_MONTHS = (
    "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre"
    "|décembre|decembre"
)
_LONG_DATE = rf"(?:1{_S}?er|\d{{1,2}}){_S}+(?:{_MONTHS})\b(?:{_S}+\d{{4}}\b)?"
_MONTH_OF = rf"\b(?:{_MONTHS}){_S}+\d{{4}}\b"
_SHORT_DATE = r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b"
_NUMBER = rf"\d{{1,3}}(?:(?:{_S}|\.)\d{{3}})+(?:,\d+)?|\d+(?:,\d+)?"
_CIVIL = r"(?:MM?\.|Mmes?|Mlle|Mgr|Me|Dr|Monsieur|Madame|Mademoiselle|Maître|Docteur)"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
_PARTICLE = r"(?:de|du|des|la|le|d’|d')"
_ACT = (
    r"(?:d[ée]lib[ée]ration|d[ée]cision|arr[êe]t[ée]|convention|march[ée]|loi|d[ée]cret"
    r"|ordonnance|circulaire|r[èe]glement)"
)

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.REFERENCE,
        re.compile(
            rf"\b{_ACT}s?(?:{_S}[\w’'-]{{1,20}}){{0,3}}?{_S}+n°{_S}*[\w./-]*\w"
            rf"(?:{_S}+du{_S}+(?:{_LONG_DATE}|{_SHORT_DATE}))?",
            re.I,
        ),
    ),
    (Kind.REFERENCE, re.compile(rf"\bn°{_S}*\w[\w./-]*\w", re.I)),
    (Kind.REFERENCE, re.compile(rf"\b[LRD]\.?{_S}?\*?\d{{1,4}}(?:-\d{{1,3}}){{1,3}}\b")),
    (Kind.DATE, re.compile(rf"\b{_LONG_DATE}|{_MONTH_OF}|{_SHORT_DATE}", re.I)),
    (
        Kind.AMOUNT,
        re.compile(
            rf"(?<![\w,.])(?:{_NUMBER}){_S}*(?:€|%|(?:k€|M€|euros?|centimes?|pour{_S}cent)\b)", re.I
        ),
    ),
    (
        Kind.NAME,
        re.compile(
            rf"\b{_CIVIL}{_S}+(?:(?:de|du|des|d’|d'){_S}*)?{_CAPITAL}(?:{_S}+(?:{_PARTICLE}{_S}*)?{_CAPITAL}){{0,3}}"
        ),
    ),
    (Kind.YEAR, re.compile(r"(?<![\w./-])(?:19|20)\d{2}(?:[-/](?:(?:19|20)?\d{2}))?(?![\w])")),
)


def passages(text: str, *, known_names: Collection[str] = ()) -> list[Passage]:
    """The passages to look at again, in the order of the text, none inside another.

    ``known_names`` are people whose bare name is recognised without « M. » or « Mme »: the
    members, past and present. The same words are marked once: seen once, seen everywhere.
    """
    found: list[Passage] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in (*_PATTERNS[:-1], *_names(known_names), _PATTERNS[-1]):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            found.append(Passage(kind, match[0], start, end))
    found.sort(key=lambda one: one.start)
    once: dict[tuple[Kind, str], Passage] = {}
    for one in found:
        once.setdefault((one.kind, same(one.words)), one)
    return list(once.values())


def _names(known: Collection[str]) -> Sequence[tuple[Kind, re.Pattern[str]]]:
    names = sorted({name.strip() for name in known if len(name.strip()) > 3}, key=len, reverse=True)
    if not names:
        return ()
    one_of = "|".join(re.escape(name) for name in names)
    return ((Kind.NAME, re.compile(rf"\b(?:{one_of})\b", re.I)),)


_BLANK = re.compile(r"(?:(?<=[\s«(’'])|^)…(?=[\s»);:,.!?%€]|$)", re.M)


def blanks(text: str) -> int:
    """How many « … » of a model still wait for their words. One that ends a word, or stands in the
    brackets of a quotation, is not one."""
    return len(_BLANK.findall(text))


def same(words: str) -> str:
    """What two passages are compared by: spaces and case apart."""
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split()).casefold()


def still_there(words: str, text: str) -> bool:
    """Whether a passage is still written: changed or taken away, it needs no look any more."""
    return same(words) in same(text)
