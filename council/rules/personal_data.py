"""Personal data to look at before a text goes public (R-PUB-05). CRPA, art. L312-1-2, D312-1-3.

Nothing is masked here: each span is a proposal with its reason, an agent decides, the original is
kept. Names of elected members in office may stay (D312-1-3). Texts are in composed Unicode (NFC).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from config.lib.text import fold


class Kind(Enum):
    """What was found."""

    NAME = "name"
    MAYBE_NAME = "maybe_name"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"
    BIRTH = "birth"
    SOCIAL_NUMBER = "social_number"
    BANK = "bank"


KIND_WORDS = {
    Kind.NAME: "nom d’une personne",
    Kind.MAYBE_NAME: "sans doute un nom",
    Kind.ADDRESS: "adresse",
    Kind.EMAIL: "adresse électronique",
    Kind.PHONE: "téléphone",
    Kind.BIRTH: "date de naissance",
    Kind.SOCIAL_NUMBER: "numéro de sécurité sociale",
    Kind.BANK: "coordonnées bancaires",
}
#: When two proposals overlap, the surer or the longer one is kept, in this order.
_ORDER = (
    *(Kind.EMAIL, Kind.BANK, Kind.SOCIAL_NUMBER, Kind.BIRTH, Kind.ADDRESS),
    *(Kind.PHONE, Kind.NAME, Kind.MAYBE_NAME),
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A passage of the text: ``text[start:end]``."""

    start: int
    end: int
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody that the commune knows. ``public``: an elected member in office, an author."""

    given: str
    family: str
    public: bool = False


_TITLE = r"(?:M\.|Mme|Mlle|Monsieur|Madame|Mademoiselle|Mr|Me|Maître|Dr|Docteur)"
_TITLES = r"(?:MM\.|Mmes|Mlles|Mesdames|Messieurs)"
_WORD = r"[A-ZÀ-ÖØ-ÞŒ][\wÀ-ÿœŒ’'-]*"
_INITIALS = r"(?:[A-ZÀ-ÖØ-Þ]\.(?:-?[A-ZÀ-ÖØ-Þ]\.)?\s*)?"
_FULL = (
    rf"(?!(?:{_TITLE}|{_TITLES})\s){_INITIALS}{_WORD}"
    rf"(?:\s+(?:(?:de|du|des|la|le)\s+|d[’'])*{_WORD}){{0,3}}"
)
#: One person behind a title; several behind a plural one.
_TITLED = re.compile(
    rf"\b{_TITLES}\s+(?P<names>{_FULL}(?:\s*(?:,|\bet\b)\s+{_FULL})*)|"
    rf"\b{_TITLE}\s+(?P<name>{_FULL})"
)
#: « Monsieur Le Maire »: a function, whatever its capitals. Without its article, it is a name.
_FUNCTIONS = re.compile(
    r"^(?:l[ea]\s+|l')(?:maire|prefete?|sous-prefete?|presidente?|adjointe?|rapporteure?|ministre|"
    r"tresorier|tresoriere|directeur|directrice|receveur|receveuse|commissaire|notaire)(?!\w)"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\d+])(?:(?:\+|00)33\s?(?:\(0\)\s?)?|0)[1-9](?:[\s.\-\u00a0\u202f]?\d{2}){4}(?!\d)"
)
_WAY = (
    r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|allées|route|quai|cours|square|"
    r"passage|sentier|ruelle|montée|faubourg|rond-point|esplanade|résidence|lotissement|hameau)"
)
_LINK = r"(?:(?:de|du|des|la|le|les|et|à|aux|en|sur)\s+|l[’']|d[’'])"
# Words of an address begin with a capital: without it, the rest of the sentence would follow.
_ADDRESS = re.compile(
    rf"\b\d{{1,4}}(?:\s?(?:bis|ter|quater|[A-D])\b)?\s*,?\s+"
    rf"(?:de\s+la\s+|de\s+l[’']\s*|du\s+)?(?i:{_WAY})\s+{_LINK}*"
    rf"[\wÀ-ÿ’'-]+(?:\s+{_LINK}*{_WORD})*"
    rf"(?:\s*,?\s*\d{{5}}(?:\s+{_WORD}(?:\s+{_WORD})*)?)?"
)
_PLACE_CALLED = re.compile(rf"\b(?i:lieu-?dit)\s+[«\"]?\s*{_WORD}(?:\s+{_WORD})*")
_MONTH = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_BIRTH = re.compile(
    rf"\bnée?(?:\(e\))?\s+le\s+(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|(?:1er|\d{{1,2}})\s+{_MONTH}\s+\d{{4}})",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"\b[12]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?\b"
)
_BANK = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){4,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?\b")

_PATTERNS = (
    (Kind.EMAIL, _EMAIL),
    (Kind.BANK, _BANK),
    (Kind.SOCIAL_NUMBER, _SOCIAL),
    (Kind.BIRTH, _BIRTH),
    (Kind.ADDRESS, _ADDRESS),
    (Kind.ADDRESS, _PLACE_CALLED),
    (Kind.PHONE, _PHONE),
)


def _level(text: str) -> str:
    """The same length, folded sign by sign, so that places in it are places in the text."""
    return "".join((fold(sign) or sign)[:1] for sign in text)


def _spelled(*words: str) -> str:
    """A pattern for these words in a row, spaces and hyphens alike."""
    parts = [
        re.escape(part) for word in words for part in re.split(r"[\s-]+", word.strip()) if part
    ]
    return r"[\s\-\u00a0]+".join(parts)


def _initials(given: str) -> str:
    """J. or J.-P."""
    return r"-?".join(rf"{re.escape(part[0])}\." for part in re.split(r"[\s-]+", given) if part)


def names_in(text: str, people: Iterable[KnownPerson]) -> list[Span]:
    """The people of the list: given and family name in either order, or the family name behind a
    title. A family name alone is only « maybe »: it is often a street, or a first name."""
    level = _level(text)
    title = _level("(?:m|mm|mme|mmes|mlle|monsieur|madame|mr|me|maitre|dr|docteur)") + r"\.?"
    found = []
    for person in people:
        if person.public or not person.family.strip():
            continue
        given, family = _level(person.given), _level(person.family)
        # Most people of a list are in no given text: say so before any pattern is made.
        if re.split(r"[\s-]+", family.strip())[0] not in level:
            continue
        sure = [rf"{title}[\s\u00a0]+{_spelled(family)}"]
        if given.strip():
            sure = [
                rf"(?:{title}[\s\u00a0]+)?{_spelled(given, family)}",
                rf"(?:{title}[\s\u00a0]+)?{_spelled(family, given)}",
                rf"(?:{title}[\s\u00a0]+)?{_initials(given)}[\s\u00a0]*{_spelled(family)}",
                *sure,
            ]
        for kind, patterns in ((Kind.NAME, sure), (Kind.MAYBE_NAME, [_spelled(family)])):
            for pattern in patterns:
                found += [
                    Span(m.start(), m.end(), kind, text[m.start() : m.end()])
                    for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", level)
                ]
    return found


def _public_name(person: KnownPerson) -> str:
    """Their family name, alone or with their own given name, spelled out or by its initials."""
    given, family = _level(person.given), _spelled(_level(person.family))
    if not given.strip():
        return family
    own = rf"(?:{_spelled(given)}|{_initials(given)})"
    return rf"(?:{own}[\s\u00a0]*)?{family}|{family}[\s\u00a0]+{own}"


def titled_names_in(text: str, public: Iterable[KnownPerson] = ()) -> list[Span]:
    """« Mme Durand »: somebody, known or not, unless they are public, or named by a function.

    Another given name beside the family name of somebody elected is another person."""
    known = [re.compile(_public_name(p)) for p in public if p.public and p.family.strip()]

    def is_public(name: str) -> bool:
        level = _level(name).strip()
        return bool(_FUNCTIONS.match(level)) or any(one.fullmatch(level) for one in known)

    found = []
    for match in _TITLED.finditer(text):
        if match["name"] is not None:
            if not is_public(match["name"]):
                found.append(Span(match.start(), match.end(), Kind.NAME, match.group()))
            continue
        for one in re.finditer(_FULL, match["names"]):
            if not is_public(one.group()):
                start = match.start("names") + one.start()
                found.append(Span(start, start + len(one.group()), Kind.NAME, one.group()))
    return found


def without_title(words: str) -> str:
    """« Mme Paulette Durand » is Paulette Durand: the name that stands elsewhere without it."""
    return re.sub(rf"^(?:{_TITLE}|{_TITLES})\s+", "", words)


def proposals(text: str, people: Sequence[KnownPerson] = ()) -> list[Span]:
    """Everything to look at, in the order of the text, without overlaps."""
    found = [
        Span(m.start(), m.end(), kind, m.group())
        for kind, pattern in _PATTERNS
        for m in pattern.finditer(text)
    ]
    found += names_in(text, people)
    found += titled_names_in(text, people)
    return _apart(found)


def _apart(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (_ORDER.index(s.kind), s.start - s.end, s.start)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept)


def mask(text: str, spans: Iterable[Span], *, sign: str = "█") -> str:
    """The text with those passages masked, the same length whatever the name was: eight signs.

    Spans may touch or overlap; places are those of the text given.
    """
    out, at = [], 0
    for start, end in _merged(spans):
        out += [text[at:start], sign * 8]
        at = end
    return "".join([*out, text[at:]])


def _merged(spans: Iterable[Span]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if runs and span.start < runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], span.end))
        else:
            runs.append((span.start, span.end))
    return runs


def same_everywhere(text: str, chosen: Span) -> list[Span]:
    """The other places where the very same words stand, to mask them all at once."""
    level, words = _level(text), _level(chosen.text)
    return [
        Span(m.start(), m.end(), chosen.kind, text[m.start() : m.end()])
        for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", level)
        if m.start() != chosen.start
    ]
