"""What starts with a digit: dates, references, amounts, telephones; one key, however said."""

from __future__ import annotations

import re

from documents.search import words as w
from documents.search.lemmas import fold

_MONTHS = "|".join(w.MONTHS)

#: The alternatives of a token that starts with a digit. One that cannot be read after all (day 45
#: of month 13) falls back on a plainer reading.
PATTERN = rf"""
    (?P<phone>0[1-9](?:[ .\u00a0\u202f-]?\d\d){{4}}(?![\d/_-]))
  | (?P<date>(?P<d1>\d{{1,2}})(?:er|ER)?(?P<sep>[/.-])(?P<d2>\d{{1,2}})(?P=sep)
        (?P<d3>\d{{4}}|\d{{2}})(?![\d/_-]))
  | (?P<iso>(?P<i1>(?:19|20)\d\d)-(?P<i2>[01]\d)-(?P<i3>[0-3]\d)(?![\d/_-]))
  | (?P<compact>(?P<c1>(?:19|20)\d\d)(?P<c2>0[1-9]|1[0-2])(?P<c3>0[1-9]|[12]\d|3[01])(?![\d/_-]))
  | (?P<day>(?P<y1>\d{{1,2}})(?:er|ER)?\s+(?i:(?P<y2>{_MONTHS}))(?![^\W_])\.?
        (?:\s+(?P<y3>(?:19|20)\d\d)(?!\d))?)
  | (?P<scaled>(?P<v1>\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})*(?:[.,]\d{{1,3}})?)[ \u00a0\u202f]?
        (?i:(?P<v2>k€|ke|m€|md€|millions?|milliards?))(?![^\W_]))
  | (?P<siret>\d{{3}}[ \u00a0\u202f]\d{{3}}[ \u00a0\u202f]\d{{3}}[ \u00a0\u202f]\d{{5}}(?!\d))
  | (?P<ref>\d{{1,10}}(?:[-/_]\d{{1,10}})+)
  | (?P<grouped>\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+(?:,\d{{1,3}})?(?![\d-]))
  | (?P<ordinal>(?P<o1>\d{{1,2}})(?i:er|[èe]re|re|nde?|[èeé]me|e)(?![^\W_]))
  | (?P<number>\d+(?:[.,]\d+)?(?:[^\W\d_](?![^\W_]))?)
"""
_SCALES = {"k": 1_000, "m": 1_000_000, "milliard": 1_000_000_000, "md": 1_000_000_000}


def read(match: re.Match[str]) -> tuple[tuple[str, ...], str, int]:
    """The keys of a token of `PATTERN`, how it is written, and how many of the keys are asked."""
    raw = fold(match[0])
    found: tuple[tuple[str, ...], str, int] | None = None
    match match.lastgroup:
        case "date":
            found = date(int(match["d1"]), int(match["d2"]), _year(match["d3"]), raw)
            found = found or ((re.sub(r"[-/.]", "-", raw),), raw, 1)
        case "iso":
            found = date(int(match["i3"]), int(match["i2"]), int(match["i1"]), raw)
            found = found or reference(raw)
        case "compact":
            found = date(int(match["c3"]), int(match["c2"]), int(match["c1"]), raw)
            found = ((*found[0], raw), raw, 1) if found else ((raw,), raw, 1)
        case "day":
            month = month_of(match["y2"])
            found = date(int(match["y1"]), month, int(match["y3"] or 0), raw)
            found = found or ((w.MONTH_NAMES[month - 1], whole(match["y1"])), raw, 1)
        case "ordinal":
            found = ordinal(match["o1"], raw)
        case _:
            found = _number(match, raw)
    return found


def month_of(name: str) -> int:
    """The number of a month said in full or cut short."""
    return w.MONTHS_BY_START[fold(name)[: 4 if fold(name).startswith(("jui", "mai")) else 3]]


def date(day: int, month: int, year: int, raw: str) -> tuple[tuple[str, ...], str, int] | None:
    """The keys of a day (`year` 0 when unsaid); None when there is no such day."""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    name = w.MONTH_NAMES[month - 1]
    written = re.sub(r"\s+", "", raw)
    of_year = f"j{month:02}-{day:02}"
    if not year:
        return (of_year, str(day), name), written, 1
    keys = (
        f"d{year}-{month:02}-{day:02}", f"m{year}-{month:02}", of_year, str(year), name, str(day),
    )  # fmt: skip
    return keys, written, 1


def reference(raw: str) -> tuple[tuple[str, ...], str, int]:
    """``2024-017``: as a whole, and each of its numbers."""
    parts = re.split(r"[-/_]", raw)
    also: list[str] = []
    if len(parts) == 2:
        first, second = parts
        if "/" in raw and re.fullmatch(r"(?:19|20)\d\d", second) and 1 <= int(first) <= 12:
            also.append(f"m{second}-{int(first):02}")  # 03/2026 is a month, or a number
        if (
            len(first) == 4
            and len(second) == 2
            and int(second) == (int(first) + 1) % 100
            and first[:2] in ("19", "20")
        ):
            also.append(f"{first}-{int(first) + 1}")  # 2024-25 is a school year, or a number
    asked = (key_of_reference(raw), *also)
    return tuple(dict.fromkeys((*asked, *map(whole, parts)))), re.sub(r"[/_]", "-", raw), len(asked)


def key_of_reference(raw: str) -> str:
    """The numbers of a reference without their leading zeros."""
    return "-".join(whole(part) for part in re.split(r"[-/_]", raw))


def ordinal(digits: str, raw: str) -> tuple[tuple[str, ...], str, int]:
    """``1er`` is premier, ``2e`` is deuxième; the others keep their number."""
    number = int(digits)
    said = w.ORDINALS[number - 1] if 1 <= number <= len(w.ORDINALS) else f"{number}e"
    return (said, str(number)), raw, 1


def whole(number: str) -> str:
    """Without leading zeros."""
    return number.lstrip("0") or "0"


def _number(match: re.Match[str], raw: str) -> tuple[tuple[str, ...], str, int]:
    kind = match.lastgroup
    if kind in ("phone", "siret"):
        digits = re.sub(r"\D", "", raw)
        return (digits,), digits, 1
    if kind == "ref":
        return reference(raw)
    if kind == "scaled":
        scale = fold(match["v2"])
        many = _SCALES["milliard"] if scale.startswith(("md", "milliard")) else _SCALES[scale[0]]
        value = float(re.sub(r"[ \u00a0\u202f]", "", match["v1"]).replace(",", "."))
        said = _decimal(f"{value * many:.2f}")
        return (said, _decimal(f"{value:.3f}")), said, 1
    if kind == "grouped":
        full, _, decimals = re.sub(r"[ .\u00a0\u202f]", "", raw).partition(",")
        return tuple(dict.fromkeys((_decimal(f"{full}.{decimals}"), whole(full)))), full, 1
    if raw[-1].isalpha():  # "12b" is a house number
        value_, letter = _decimal(raw[:-1]), raw[-1]
        return (value_ + letter, value_), raw, 1
    return (_decimal(raw),), raw, 1


def _year(raw: str) -> int:
    year = int(raw)
    return year if year > 99 else (2000 + year if year < 70 else 1900 + year)


def _decimal(raw: str) -> str:
    full, _, decimals = raw.replace(",", ".").partition(".")
    decimals = decimals.rstrip("0")
    return whole(full) + (f".{decimals}" if decimals else "")
