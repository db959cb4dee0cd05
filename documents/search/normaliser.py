"""One reading of municipal French, for what is indexed and for what is asked.

A text is read as a run of *tokens*. Each token gives lexemes of two kinds:

- ``norm``: what the token means (``élues`` → ``elu``, ``12 mars 2026`` → ``d2026-03-12``);
- ``exact``: what is written, folded (``élues`` → ``elues``), for prefixes and quoted phrases.

A *query* asks for the first lexeme, or for any of the first ``asked``; the index also holds the
others, so that a document written ``L. 2121-10`` answers ``L2121-10``, ``2121-10`` and nothing
else. What is read as one token (``12 mars 2026``, ``plan local d'urbanisme``) still has a place
for each of its words in ``exact``: a quoted phrase runs through it.

Why not a PostgreSQL dictionary: Snowball confuses *maire* with *mairie* and *marché* with
*marche*, separates *élu* from *élus* and *travaux* from *travail*, and a dictionary file cannot
be installed on a managed server. PostgreSQL only sees ready lexemes (the ``simple`` way).

Any change of what this module returns must raise ``VERSION``: texts indexed under another
version are indexed again (``documents.search.index.stale``).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from documents.search import acronyms, numbers
from documents.search import words as w
from documents.search.lemmas import fold, keys_of

VERSION = 3

#: Positions 1 to 100 belong to the title, whose words weigh A; the text starts after them.
TITLE_ROOM = 100
#: PostgreSQL keeps no position above this one.
MAX_POSITION = 16_383
#: PostgreSQL keeps at most 255 positions of a lexeme; a few are enough to rank.
MAX_POSITIONS_EXACT = 200
MAX_POSITIONS_NORM = 16
#: A tsvector is limited to 1,048,575 bytes; we stop a little before.
MAX_VECTOR_BYTES = 900_000
#: Words read in one document; beyond, it is "indexé partiellement".
MAX_WORDS = 600_000
#: Longer "words" are encoded data, not language.
MAX_WORD_LENGTH = 60

_LIGATURES = str.maketrans(
    dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))
)
_HIDDEN = re.compile("[\u00ad\u200b\u200c\u200d\ufeff]|[\u00ad\u0002\ufffe]\n?")
_TO_CLEAN = re.compile("[\x00\u0002\u00ad\u200b-\u200d\ufb00-\ufb06\ufeff\ufffe]")

_WORD = r"[^\W\d_]+(?:['’ʼ‘´`][^\W\d_]+)*"
_ACRONYM = r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])"
# A word, or something that starts with a digit.
_TOKEN = re.compile(rf"(?P<word>{_WORD})|(?=\d)(?:{numbers.PATTERN})", re.VERBOSE)
# Word by word, whatever they mean together: what a quotation is compared with.
_PLAIN = re.compile(rf"{_ACRONYM}|{_WORD}|\d+")
_MARKS = re.compile("['’ʼ‘´`]")
# What only starts like a word: tried where one of ``_TRIGGERS`` stands.
_SPECIAL = re.compile(
    rf"""
    (?i:(?:art(?:icles?|\.)?\s*)?(?P<article>[LRD])\.?\s?\*?(?P<a1>\d{{1,4}}(?:-\d{{1,4}})+))
  | (?i:(?P<permit>PC|PA|PD|DP|CU[ab]?|AT|DIA)[\s-]?
        (?P<p1>\d{{3}}[\s-]?\d{{3}}[\s-]?\d\d[\s-]?[A-Z]?\d{{4,5}})(?![\w-]))
  | (?i:(?P<no>n\s?[°º]s?|no\.?|num[ée]ro)\s*(?P<n1>\d+(?:[-/_]\d+)*))
  | (?i:(?P<art>art(?:icles?|\.)?)\s+(?P<r1>\d+)(?:er)?(?![\d/_-]))
  | (?i:(?P<month>{"|".join(w.MONTHS)})\.?\s+(?P<m1>(?:19|20)\d\d)(?!\d))
  | (?P<acronym>{_ACRONYM})
  | (?i:(?P<saint>s(?:ain)?te?s?)\.?[-\s\u2010\u2011]+(?P<s1>[^\W\d_]{{2,}}))
  | (?i:(?P<prefix>{"|".join(w.PREFIXES)}|pr[ée]|p[ée]ri|m[ée]ga|t[ée]l[ée]|[ée]co|vid[ée]o)
        [-\s\u2010\u2011](?P<x1>[^\W\d_]{{3,}}))
  | (?i:(?P<market>march[ée]s?)(?=\s+(?:publi|forain|n[°º]
        |de\s+(?:travaux|fourniture|service|ma[iî]trise)|[aà]\s+(?:bons?|proc[eé]dure))))
    """,
    re.VERBOSE,
)


def _spelt(way: str) -> str:
    """A regular expression for a way to say initials, with or without accents and plurals."""
    spelling = {"a": "[aàâ]", "c": "[cç]", "e": "[eéèêë]", "i": "[iîï]", "o": "[oô]", "u": "[uùû]"}
    words = []
    for word in re.split(r"[ '-]", way):
        letters = "".join(spelling.get(letter, letter) for letter in fold(word))
        words.append(letters.replace("[oô][eéèêë]", "(?:[oô][eéèêë]|œ)"))
    return r"s?(?:\s+|['’-]\s?)".join(words) + r"s?(?![^\W_])"


def _sayings() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """By first word, folded: what initials stand for."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for initials, way in acronyms.SAID:
        first = fold(re.split(r"[ '-]", way)[0])
        found.setdefault(first, []).append((initials, re.compile(_spelt(way), re.IGNORECASE)))
    return found


_SAYINGS = _sayings()


def _triggers() -> tuple[dict[str, int], frozenset[str]]:
    """Words as written, and where in them a special token may start (after ``l'``).

    Apart, those that only begin what initials stand for.
    """
    plain = ["n", "no", "nº", "numéro", "numero", "art", "article", "articles"]
    plain += ["saint", "sainte", "st", "ste", "saints", "saintes", "sts", "stes"]
    plain += ["marche", "marches", "marché", "marchés", "pc", "pa", "pd", "dp", "cu", "at", "dia"]
    plain += [*w.PREFIXES, "pré", "péri", "méga", "télé", "éco", "vidéo", "cua", "cub"]
    plain += [*w.MONTH_NAMES, "janv", "fév", "févr", "fev", "fevr", "avr", "juil", "sept", "oct"]
    plain += ["nov", "dec", "déc", "février", "août", "aôut", "décembre"]
    plain += "abcdefghijklmnopqrstuvwxyzéèà"
    said = []
    for _, way in acronyms.SAID:
        first = re.split(r"[ '-]", way)[0]
        said += [first, first + "s", fold(first)]
    found = _written(plain)
    return _written(said) | found, frozenset(_written(said)).difference(found)


def _written(words: Iterable[str]) -> dict[str, int]:
    found = {}
    for word in words:
        for form in (word, word.capitalize(), word.upper()):
            found[form] = 0
            for elision in ("l'", "d'", "l’", "d’", "L'", "D'", "L’", "D’"):
                found[elision + form] = 2
    return found


_TRIGGERS, _SAID_ONLY = _triggers()
#: Letters that a number may follow: L. 2121-10, n° 12.
_NUMBERED = frozenset("lLdDrRnN")


class Reading(NamedTuple):
    """The lexemes of one token; none for a stop word."""

    norm: tuple[str, ...]
    exact: tuple[str, ...]
    #: A question asks for any of so many of the first of `norm`.
    asked: int = 1
    #: The words of a token made of several, each in its place; a stop word is empty.
    parts: tuple[str, ...] = ()


class Token(NamedTuple):
    """Where a reading was found: ``text[start:end]`` of the *cleaned* text."""

    start: int
    end: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Vectors:
    """Two ready ``tsvector`` literals. ``partial`` when something had to be left out."""

    norm: str
    exact: str
    words: int
    partial: bool
    #: Its plain words as they were written, without their elisions.
    spelt: frozenset[str] = frozenset()


STOP = Reading((), ())


def clean(text: str) -> str:
    """Compose accents, spell ligatures out, drop invisible characters and line-end hyphens."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _TO_CLEAN.search(text):
        text = _HIDDEN.sub("", text).translate(_LIGATURES).replace("\x00", "")
    return text


def lemma(word: str) -> str:
    """The first key of one word: ``conseillères`` → ``conseille``."""
    return keys_of(word).keys[0]


@lru_cache(maxsize=50_000)
def _read_word(raw: str) -> Reading:
    """One plain word, apostrophes included; cached, for a text repeats itself."""
    word = raw
    for mark in "’ʼ‘´`":
        word = word.replace(mark, "'")
    while "'" in word:
        head, _, rest = word.partition("'")
        if head.casefold() not in w.ELISIONS:
            word = head + rest  # aujourd'hui, prud'homme
            continue
        word = rest
    if len(word) > MAX_WORD_LENGTH:
        return STOP
    exact = fold(word)
    if exact in w.STOP_WORDS and word.casefold() not in w.NOT_STOP_WORDS:
        return STOP
    if len(exact) == 1 and not word.isupper():
        return STOP
    keys, asked = keys_of(word)
    return Reading(keys, (exact,), asked)


def plain_words(text: str) -> list[str]:
    """The words of a cleaned text one by one, folded; empty for those never searched."""
    found = []
    for raw in _PLAIN.findall(text):
        if raw[0].isdigit():
            found.append(raw)
            continue
        exact = _read_word(raw.replace(".", "") if "." in raw else raw).exact
        found.append(exact[0] if exact else "")
    return found


def _joined(text: str, norm: Sequence[str], asked: int = 1, exact: str = "") -> Reading:
    """The reading of a token made of several words."""
    parts = tuple(plain_words(text))
    written = exact or next(filter(None, parts), "")
    return Reading(tuple(dict.fromkeys(norm)), (written,) if written else (), asked, parts)


def _read_digits(match: re.Match[str]) -> Reading:
    keys, written, asked = numbers.read(match)
    return _joined(match[0], keys, asked, written)


def _read_special(match: re.Match[str]) -> Reading | None:
    """A token that starts with a word: article of a code, n°, acronym, saint, month."""
    text = match[0]
    if match["article"]:
        number = match["a1"]
        code = fold(match["article"])
        reference = numbers.key_of_reference(number)
        also = ("article",) if fold(text).startswith("art") else ()
        return _joined(text, (code + reference, reference, *also), exact=code + number)
    if match["permit"]:
        number = fold(re.sub(r"[\s-]", "", match["p1"]))
        kind = fold(match["permit"])
        return _joined(text, (kind + number, numbers.whole(number), kind), exact=kind + number)
    if match["no"] or match["art"]:
        return _read_numbered(match)
    if match["acronym"]:
        return _read_word(text.replace(".", ""))
    if match["saint"]:
        return _read_saint(match)
    if match["prefix"]:
        return _read_prefixed(match)
    if match["month"]:
        month = numbers.month_of(match["month"])
        name, year = w.MONTH_NAMES[month - 1], match["m1"]
        return _joined(text, (f"m{year}-{month:02}", year, name), exact=f"{name}{year}")
    return Reading((w.CAPITALS["marche"],), (fold(match["market"]),))


def _read_numbered(match: re.Match[str]) -> Reading:
    if match["art"]:
        number = numbers.whole(match["r1"])
        return _joined(match[0], (f"art{number}", "article", number), exact=f"article{number}")
    written = match["n1"]
    if re.search(r"[-/_]", written):
        keys, exact, asked = numbers.reference(written)
        return _joined(match[0], keys, asked, exact)
    number = numbers.whole(written)
    return _joined(match[0], (f"n°{number}", number), exact=written)


def _read_prefixed(match: re.Match[str]) -> Reading | None:
    first, rest = fold(match["prefix"]), _read_word(match["x1"])
    if not rest.norm:
        return None
    whole = _read_word(match["prefix"] + match["x1"].lower())
    return _joined(match[0], (*whole.norm[:1], first, *rest.norm), exact=whole.exact[0])


def _read_saint(match: re.Match[str]) -> Reading:
    head = "sainte" if "te" in fold(match["saint"]) else "saint"
    name = _read_word(match["s1"])
    if not name.norm:
        return _joined(match[0], (head,), exact=head)
    exact = name.exact[0]
    return _joined(match[0], (f"{head}-{exact}", head, *name.norm), exact=f"{head}-{exact}")


_SPECIALS: dict[tuple[int | None, str], Reading | None] = {}


def _special(text: str, start: int, raw: str) -> tuple[int, Reading] | None:
    """What starts like the word `raw` at `start` and goes on: where it ends, and its reading."""
    shift = _TRIGGERS[raw]
    start += shift
    if len(raw) - shift == 1 and raw[-1] not in _NUMBERED and text[start + 1 : start + 2] != ".":
        return None  # "à", "a" and "y" are everywhere
    match = None if raw in _SAID_ONLY else _SPECIAL.match(text, start)
    if match is not None:
        key = match.lastindex, match[0]
        if key not in _SPECIALS:
            if len(_SPECIALS) > 20_000:
                _SPECIALS.clear()
            _SPECIALS[key] = _read_special(match)
        reading = _SPECIALS[key]
        if reading is not None:
            return match.end(), reading
    first = fold(raw[_TRIGGERS[raw] :])
    for initials, saying in _SAYINGS.get(first, ()) or _SAYINGS.get(first[:-1], ()):
        match = saying.match(text, start)
        if match is not None:
            words = [
                lexeme for word in _PLAIN.findall(match[0]) for lexeme in _read_word(word).norm
            ]
            return match.end(), _joined(match[0], (initials, *words))
    return None


def tokens(text: str) -> Iterator[Token]:
    """Every token of an already cleaned text, in order, stop words included."""
    after = 0
    triggers = _TRIGGERS
    for match in _TOKEN.finditer(text):
        start = match.start()
        if start < after:
            continue
        if match.lastgroup != "word":
            yield Token(start, match.end(), _read_digits(match))
            continue
        raw = match[0]
        if raw in triggers:
            special = _special(text, start, raw)
            if special is not None:
                after, reading = special
                yield Token(start + triggers[raw], after, reading)
                continue
        yield Token(start, match.end(), _read_word(raw))


_DIGITS: dict[str, Reading] = {}


def _places(text: str, position: int, found: dict[str | Reading, list[int]]) -> int:
    """Add the positions of a text's words to ``found``; the next free position is returned.

    The same walk as ``tokens``, which a test holds it to, without building its tuples: this
    loop decides how many documents a second are indexed.
    """
    after = 0
    triggers, digits = _TRIGGERS, _DIGITS
    for match in _TOKEN.finditer(text):
        key: str | Reading
        if after and match.start() < after:
            continue
        position += 1
        width = 1
        if match.lastindex == 1:
            key = match[0]
            if key in triggers:
                special = _special(text, match.start(), key)
                if special is not None:
                    after, key = special
                    width = len(key.parts)
        else:
            key = match[0]
            if key not in digits:
                if len(digits) > 20_000:
                    digits.clear()
                digits[key] = _read_digits(match)
            key = digits[key]
            width = len(key.parts)
        try:
            found[key].append(position)
        except KeyError:
            found[key] = [position]
        if width > 1:
            position += width - 1
    return position


def vectors(title: str, pages: Iterable[str]) -> Vectors:
    """The two vectors of a document: its title (weight A) and its pages (weight D).

    The pages are already cleaned, as they are kept.
    """
    titles: dict[str | Reading, list[int]] = {}
    _places(clean(title), 0, titles)
    bodies: dict[str | Reading, list[int]] = {}
    position = TITLE_ROOM
    partial = False
    for page in pages:
        position = _places(page, position, bodies)
        if position > MAX_WORDS:
            partial = True
            break
    literals = []
    read = zip(_lexemes(titles), _lexemes(bodies), strict=True)
    for (head, body), most in zip(read, (MAX_POSITIONS_NORM, MAX_POSITIONS_EXACT), strict=True):
        partial = _cut(body) or partial
        literals.append(_literal(head, body, most))
    spelt = frozenset(
        _MARKS.split(key)[-1] for found in (titles, bodies) for key in found if isinstance(key, str)
    )
    return Vectors(literals[0], literals[1], position - TITLE_ROOM, partial, spelt)


def _lexemes(
    found: dict[str | Reading, list[int]],
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """The positions of each lexeme, meant and written, from those of each word as written."""
    norm: dict[str, list[int]] = {}
    exact: dict[str, list[int]] = {}
    for key, places in found.items():
        reading = _read_word(key) if isinstance(key, str) else key
        for lexeme in reading.norm:
            _add(norm, lexeme, places)
        for lexeme in reading.exact:
            _add(exact, lexeme, places)
        if reading.parts:
            for step, lexeme in enumerate(reading.parts):
                if lexeme:
                    _add(exact, lexeme, [place + step for place in places])
    return norm, exact


def _add(lexemes: dict[str, list[int]], lexeme: str, places: list[int]) -> None:
    known = lexemes.setdefault(lexeme, places)
    if known is not places:
        lexemes[lexeme] = sorted({*known, *places})


def title_vectors(title: str) -> tuple[str, str]:
    """The literals of the title alone, to change it without reading the text again."""
    found = vectors(title, ())
    return found.norm, found.exact


def _cut(lexemes: dict[str, list[int]]) -> bool:
    """Leave out what would exceed a tsvector: lone numbers first, then the latest words."""
    most = MAX_POSITIONS_EXACT
    if len(lexemes) < 1_300:  # below the limit even if each were as long and frequent as allowed
        return False
    size = sum(2 * min(len(places), most) + len(lexeme) + 6 for lexeme, places in lexemes.items())
    # Accented characters are folded away: a byte is a character, but for foreign alphabets.
    if not all(map(str.isascii, lexemes)):
        size += sum(len(lexeme.encode()) - len(lexeme) for lexeme in lexemes)
    if size <= MAX_VECTOR_BYTES:
        return False
    later = sorted(
        lexemes,
        key=lambda lexeme: (lexeme[0].isdigit(), len(lexemes[lexeme]) == 1, lexemes[lexeme][0]),
        reverse=True,
    )
    for lexeme in later:
        size -= 2 * min(len(lexemes[lexeme]), most) + len(lexeme.encode()) + 6
        del lexemes[lexeme]
        if size <= MAX_VECTOR_BYTES:
            break
    return True


def _literal(title: dict[str, list[int]], body: dict[str, list[int]], most: int) -> str:
    # Lexemes hold letters, digits and a few marks, never a quote nor a backslash.
    parts = []
    for lexeme, places in title.items():
        marks = ",".join(f"{min(place, TITLE_ROOM)}A" for place in places)
        parts.append(f"'{lexeme}':{marks}")
    for lexeme, places in body.items():
        if len(places) == 1:
            place = places[0]
            parts.append(f"'{lexeme}':{place if place < MAX_POSITION else MAX_POSITION}")
        elif places[-1] < MAX_POSITION:
            # A list of numbers already reads as PostgreSQL wants it, brackets and spaces apart.
            parts.append(f"'{lexeme}':{str(places[:most])[1:-1].replace(' ', '')}")
        else:
            kept = [place for place in places[:most] if place < MAX_POSITION] or [MAX_POSITION]
            parts.append(f"'{lexeme}':{','.join(map(str, kept))}")
    return " ".join(parts)


def lexemes(text: str) -> Sequence[Reading]:
    """The readings of a text without its stop words: what tests and queries look at."""
    return [token.reading for token in tokens(clean(text)) if token.reading.norm]
