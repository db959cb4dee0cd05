"""One reading of municipal French, for what is indexed and for what is asked.

A text is read as a run of *tokens*. Each token gives lexemes of two kinds:

- ``norm``: what the token means (``élues`` → ``elu``, ``12 mars 2026`` → ``d2026-03-12``);
- ``exact``: what is written, folded (``élues`` → ``elues``), for prefixes and quoted phrases.

The first lexeme of each kind is what a *query* asks for; the index also holds the others, so
that a document written ``L. 2121-10`` answers ``L2121-10``, ``2121-10`` and nothing else.

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

from documents.search import words as w

VERSION = 2

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

_MONTHS = "|".join(w.MONTHS)

# A word, or something that starts with a digit. A kind that cannot be read after all (day 45 of
# month 13) falls back on a plainer one.
_TOKEN = re.compile(
    rf"""
    (?P<word>[^\W\d_]+(?:['’ʼ‘´`][^\W\d_]+)*)
  | (?=\d)(?:
    (?P<date>(?P<d1>\d{{1,2}})(?:er|ER)?(?P<sep>[/.-])(?P<d2>\d{{1,2}})(?P=sep)
        (?P<d3>\d{{4}}|\d{{2}})(?![\d/_-]))
  | (?P<iso>(?P<i1>(?:19|20)\d\d)-(?P<i2>[01]\d)-(?P<i3>[0-3]\d)(?![\d/_-]))
  | (?P<day>(?P<y1>\d{{1,2}})(?:er|ER)?\s+(?i:(?P<y2>{_MONTHS}))(?![^\W_])
        (?:\s+(?P<y3>(?:19|20)\d\d)(?!\d))?)
  | (?P<phone>0[1-9](?:[ .\u00a0\u202f-]?\d\d){{4}}(?!\d))
  | (?P<siret>\d{{3}}[ \u00a0\u202f]\d{{3}}[ \u00a0\u202f]\d{{3}}[ \u00a0\u202f]\d{{5}}(?!\d))
  | (?P<ref>\d{{1,10}}(?:[-/_]\d{{1,10}})+)
  | (?P<grouped>\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+(?:,\d{{1,3}})?(?![\d-]))
  | (?P<number>\d+(?:[.,]\d+)?(?:[^\W\d_](?![^\W_]))?)
  )
    """,
    re.VERBOSE,
)
# What only starts like a word: tried where one of ``_TRIGGERS`` stands.
_SPECIAL = re.compile(
    rf"""
    (?i:(?P<article>[LRD])\.?\s?\*?(?P<a1>\d{{1,4}}(?:-\d{{1,4}})+))
  | (?i:(?P<no>n\s?[°º]s?|no\.?|num[ée]ro)\s*(?P<n1>\d+(?:[-/_]\d+)*))
  | (?i:(?P<art>art(?:icles?|\.)?)\s+(?P<r1>\d+)(?:er)?(?![\d/_-]))
  | (?i:(?P<month>{_MONTHS})\s+(?P<m1>(?:19|20)\d\d)(?!\d))
  | (?P<acronym>(?:[^\W\d_]\.){{2,}}[^\W\d_]?(?![^\W_]))
  | (?i:(?P<saint>saint|sainte|st|ste)\.?[-\s\u2010\u2011](?P<s1>[^\W\d_]{{2,}}))
  | (?i:(?P<market>march[ée]s?)(?=\s+(?:publi|forain|n[°º]
        |de\s+(?:travaux|fourniture|service|ma[iî]trise)|[aà]\s+(?:bons?|proc[eé]dure))))
    """,
    re.VERBOSE,
)


def _triggers() -> dict[str, int]:
    """Words as written, and where in them a special token may start (after ``l'``)."""
    plain = ["n", "no", "nº", "numéro", "numero", "art", "article", "articles"]
    plain += ["saint", "sainte", "st", "ste", "marche", "marches"]
    plain += [
        *w.MONTH_NAMES,
        "février",
        "août",
        "aôut",
        "décembre",
        *"abcdefghijklmnopqrstuvwxyzéèà",
    ]
    found = {}
    for word in plain:
        for form in (word, word.capitalize(), word.upper()):
            found[form] = 0
            for elision in ("l'", "d'", "l’", "d’", "L'", "D'", "L’", "D’"):
                found[elision + form] = 2
    return found


_TRIGGERS = _triggers()


class Reading(NamedTuple):
    """The lexemes of one token; empty for a stop word. The first of each is the query's."""

    norm: tuple[str, ...]
    exact: tuple[str, ...]


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


STOP = Reading((), ())


def clean(text: str) -> str:
    """Compose accents, spell ligatures out, drop invisible characters and line-end hyphens."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _TO_CLEAN.search(text):
        text = _HIDDEN.sub("", text).translate(_LIGATURES).replace("\x00", "")
    return text


def fold(word: str) -> str:
    """Lower case without accents; ``œ`` and ``æ`` spelt out."""
    word = word.casefold()
    if word.isascii():
        return word
    stripped = "".join(
        c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)
    )
    return stripped.replace("œ", "oe").replace("æ", "ae").replace("ø", "o")


def lemma(word: str) -> str:
    """The dictionary-like form of one word, folded: ``conseillères`` → ``conseille``.

    It need not be a French word; it must be the same for the forms of one word and differ
    from those of another. Tables of ``documents.search.words`` first, then a few rules.
    """
    low = word.casefold()
    known = w.ACCENTED.get(low)
    if known is not None:
        return known
    folded = fold(low)
    known = w.FORMS.get(folded)
    if known is not None:
        return known
    return _by_rule(folded)


def _by_rule(folded: str) -> str:
    word = folded
    if len(word) <= 3 or word in w.INVARIABLE:
        return word
    if word.endswith("aux") and len(word) > 4:
        return word[:-1] if word.endswith(("eaux", "yaux")) else word[:-2] + "l"
    if word.endswith("oux") and len(word) > 4:
        return word[:-1]
    if word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
        known = w.FORMS.get(word)
        if known is not None:
            return known
        if word in w.INVARIABLE or len(word) <= 3:
            return word
    for ending, smallest, replacement in w.ENDINGS:
        if len(word) >= smallest and word.endswith(ending):
            return word[: -len(ending)] + replacement
    return word


@lru_cache(maxsize=200_000)
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
    norm = lemma(word)
    if len(word) > 2 and word.isupper() and exact in w.CAPITALS:
        # Capitals often lose their accents: MARCHE is read as marché, and kept as marche too.
        return Reading(tuple(dict.fromkeys((w.CAPITALS[exact], norm))), (exact,))
    return Reading((norm,), (exact,))


def _whole(number: str) -> str:
    return number.lstrip("0") or "0"


def _reference(raw: str) -> str:
    return "-".join(_whole(part) for part in re.split(r"[-/_]", raw))


def _year(raw: str) -> int:
    year = int(raw)
    return year if year > 99 else (2000 + year if year < 70 else 1900 + year)


def _date(day: int, month: int, year: int | None, raw: str) -> Reading | None:
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    name = w.MONTH_NAMES[month - 1]
    written = re.sub(r"\s+", "", raw)
    if year is None:
        return Reading((f"j{month:02}-{day:02}", str(day), name), (written, str(day), name))
    lexemes = (
        f"d{year}-{month:02}-{day:02}",
        f"m{year}-{month:02}",
        f"j{month:02}-{day:02}",
        str(year),
        name,
        str(day),
    )
    return Reading(
        lexemes, (re.sub(r"\s+", "", raw), f"{day:02}/{month:02}/{year}", str(year), name)
    )


def _decimal(raw: str) -> str:
    whole, _, decimals = raw.replace(",", ".").partition(".")
    decimals = decimals.rstrip("0")
    return _whole(whole) + (f".{decimals}" if decimals else "")


def _read_reference(raw: str) -> Reading:
    parts = re.split(r"[-/_]", raw)
    norm = (_reference(raw), *map(_whole, parts))
    if "/" in raw and len(parts) == 2 and re.fullmatch(r"(?:19|20)\d\d", parts[1]):
        month = int(parts[0])
        if 1 <= month <= 12:  # 03/2026 is a month, and may be a number too
            norm = (*norm, f"m{parts[1]}-{month:02}")
    return Reading(
        tuple(dict.fromkeys(norm)),
        tuple(dict.fromkeys((re.sub(r"[/_]", "-", raw), *parts))),
    )


def _read_digits(match: re.Match[str]) -> Reading:
    """A token that starts with a digit: reference, date, amount, number."""
    kind = match.lastgroup
    raw = fold(match[0])
    reading: Reading | None
    if kind == "date":
        reading = _date(int(match["d1"]), int(match["d2"]), _year(match["d3"]), raw)
        if reading is None:
            reading = Reading((re.sub(r"[-/.]", "-", raw),), (raw,))
    elif kind == "iso":
        reading = _date(int(match["i3"]), int(match["i2"]), int(match["i1"]), raw)
        if reading is None:
            reading = Reading((_reference(raw),), (raw,))
    elif kind == "day":
        month = w.MONTHS_BY_NAME[fold(match["y2"])]
        year = int(match["y3"]) if match["y3"] else None
        reading = _date(int(match["y1"]), month, year, raw)
        if reading is None:
            name = w.MONTH_NAMES[month - 1]
            reading = Reading((name, _whole(match["y1"])), (name, match["y1"]))
    else:
        reading = _read_number(kind, raw)
    return reading


def _read_number(kind: str | None, raw: str) -> Reading:
    if kind in ("phone", "siret"):
        digits = re.sub(r"\D", "", raw)
        return Reading((digits,), (digits,))
    if kind == "ref":
        return _read_reference(raw)
    if kind == "grouped":
        whole, _, decimals = re.sub(r"[ .\u00a0\u202f]", "", raw).partition(",")
        value = _decimal(f"{whole}.{decimals}")
        return Reading(tuple(dict.fromkeys((value, _whole(whole)))), (whole,))
    if raw[-1].isalpha():
        digits, letter = raw[:-1], raw[-1]
        value = _decimal(digits)
        # "12b" is a house number; "12e" an ordinal.
        return Reading((value if letter == "e" else value + letter, value), (raw, digits))
    return Reading((_decimal(raw),), (raw,))


def _read_special(match: re.Match[str]) -> Reading:
    """A token that starts with a word: article of a code, n°, acronym, saint, month."""
    if match["article"]:
        number = match["a1"]
        code = fold(match["article"]) + _reference(number)
        return Reading((code, _reference(number)), (fold(match["article"]) + number, number))
    if match["no"]:
        number = match["n1"]
        if re.search(r"[-/_]", number):
            return _read_reference(number)
        return Reading((f"n°{_whole(number)}", _whole(number)), (number,))
    if match["art"]:
        number = _whole(match["r1"])
        return Reading((f"art{number}", "article", number), (f"article{number}", "article", number))
    if match["acronym"]:
        return _read_word(match[0].replace(".", ""))
    if match["saint"]:
        head = "sainte" if fold(match["saint"]) in ("sainte", "ste") else "saint"
        name = _read_word(match["s1"])
        if not name.norm:
            return Reading((head,), (head,))
        exact = name.exact[0]
        return Reading((f"{head}-{exact}", head, name.norm[0]), (f"{head}-{exact}", head, exact))
    if match["month"]:
        month = w.MONTHS_BY_NAME[fold(match["month"])]
        name_of_month = w.MONTH_NAMES[month - 1]
        year = match["m1"]
        return Reading(
            (f"m{year}-{month:02}", year, name_of_month),
            (f"{name_of_month}{year}", year, name_of_month),
        )
    return Reading((w.CAPITALS["marche"],), (fold(match["market"]),))


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
            special = _SPECIAL.match(text, start + triggers[raw])
            if special is not None:
                after = special.end()
                yield Token(special.start(), after, _read_special(special))
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
        if match.lastindex == 1:
            key = match[0]
            if key in triggers:
                special = _SPECIAL.match(text, match.start() + triggers[key])
                if special is not None:
                    after = special.end()
                    key = _read_special(special)
        else:
            key = match[0]
            if key not in digits:
                if len(digits) > 100_000:
                    digits.clear()
                digits[key] = _read_digits(match)
            key = digits[key]
        try:
            found[key].append(position)
        except KeyError:
            found[key] = [position]
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
    for kind, most in ((0, MAX_POSITIONS_NORM), (1, MAX_POSITIONS_EXACT)):
        head, body = _lexemes(titles, kind), _lexemes(bodies, kind)
        partial = _cut(body) or partial
        literals.append(_literal(head, body, most))
    return Vectors(literals[0], literals[1], words=position - TITLE_ROOM, partial=partial)


def _lexemes(found: dict[str | Reading, list[int]], kind: int) -> dict[str, list[int]]:
    """The positions of each lexeme, from those of each word as written."""
    lexemes: dict[str, list[int]] = {}
    for key, places in found.items():
        reading = _read_word(key) if isinstance(key, str) else key
        for lexeme in reading[kind]:
            if lexeme in lexemes:
                lexemes[lexeme] = sorted(lexemes[lexeme] + places)
            else:
                lexemes[lexeme] = places
    return lexemes


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
