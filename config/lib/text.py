"""French words: folding, sort keys, dates and sizes as a person reads them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
MONTHS = [
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
]
DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'"})
_DIGITS = re.compile(r"\d+")
# Control characters and the marks that turn text round could make one name look like another.
_UNSAFE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def fold(value: str) -> str:
    """Without accents, ligatures or case: what two people would call the same word."""
    decomposed = unicodedata.normalize("NFKD", value.casefold().translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def sort_key(value: str) -> str:
    """French alphabetical order as a string: folded, numbers in their natural order.

    Stored beside the name, because the database's own collation is "C".
    """
    folded = _DIGITS.sub(lambda m: m.group().zfill(8), fold(value))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", folded).split())[:300]


def name_key(value: str) -> str:
    """What makes two names the same in one folder: NFC and case folded, accents kept."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).casefold())


def clean_name(value: str) -> str:
    """A name as stored: NFC, one line, no control or direction marks, no slash."""
    flat = _UNSAFE.sub(" ", unicodedata.normalize("NFC", value))
    flat = flat.replace("/", "-").replace("\\", "-")
    return " ".join(flat.split())


def plural(count: int, singular: str, many: str = "") -> str:
    """The count and its noun: "1 document", "3 documents". From 2 on, as French has it."""
    return f"{number(count)}{NBSP}{singular if abs(count) < 2 else many or singular + 's'}"


def number(value: int) -> str:
    """1 234 567 with thin spaces."""
    return f"{value:,}".replace(",", NARROW_NBSP)


def human_size(size: int) -> str:
    """Bytes in octets, Ko, Mo or Go, one decimal under ten."""
    if size < 1024:
        return plural(size, "octet")
    value = float(size)
    for unit in ("Ko", "Mo", "Go"):
        value /= 1024
        if value < 1000 or unit == "Go":
            break
    text = f"{value:.1f}".replace(".", ",") if value < 10 else number(round(value))
    return f"{text.removesuffix(',0')}{NBSP}{unit}"


def hour(at: datetime) -> str:
    """20 h 00, as on a convocation. The datetime is already local."""
    return f"{at.hour}{NBSP}h{NBSP}{at.minute:02d}"


def day_name(at: datetime) -> str:
    """lundi 30 novembre (1er for the first of the month)."""
    return f"{DAYS[at.weekday()]} {day_number(at.day)} {MONTHS[at.month - 1]}"


def day_number(day: int) -> str:
    """The first is said "1er"."""
    return "1er" if day == 1 else str(day)


def long_date(at: datetime) -> str:
    """lundi 30 novembre 2026."""
    return f"{day_name(at)} {at.year}"


def human_datetime(at: datetime, now: datetime, tz: tzinfo | str) -> str:
    """As one says it: "à l'instant", "hier à 14 h 32", then "12 mars 2026"."""
    where = ZoneInfo(tz) if isinstance(tz, str) else tz
    local, today = at.astimezone(where), now.astimezone(where).date()
    if timedelta(0) <= now - at < timedelta(minutes=1):
        return "à l’instant"
    if local.date() == today:
        return f"aujourd’hui à {hour(local)}"
    if local.date() == today - timedelta(days=1):
        return f"hier à {hour(local)}"
    if local.date() == today + timedelta(days=1):
        return f"demain à {hour(local)}"
    return f"{day_number(local.day)} {MONTHS[local.month - 1]} {local.year}"


def mask_email(address: str) -> str:
    """j…@orange.fr: enough to recognise one's own address, too little to learn another's."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}" if domain else ""


def join_french(words: list[str]) -> str:
    """a, b et c."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " et " + words[-1]
