"""French typography of what people typed, and dates as a town hall writes them."""

import re
from datetime import date, datetime

NARROW = "\u202f"
WIDE = "\u00a0"

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

_BEFORE = re.compile(r"[ \u00a0\u202f]+([;!?])")
_COLON = re.compile(r"[ \u00a0\u202f]+:")
_OPEN = re.compile(r"«[ \u00a0\u202f]*")
_CLOSE = re.compile(r"[ \u00a0\u202f]*»")
_NUMBER = re.compile(r"\bn°[ \u00a0\u202f]*(?=\w)", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")
_EURO = re.compile(r"(?<=\d) (?=[€%])")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069]"
)


def typeset(text: str) -> str:
    """Put the spaces that French asks for; take out what no page can show.

    Controls and the marks that turn the direction of writing are dropped: a title must not be able
    to show something else than what it says.
    """
    text = _CONTROL.sub("", text).replace("'", "’")
    text = _BEFORE.sub(rf"{NARROW}\1", text)
    text = _COLON.sub(f"{WIDE}:", text)
    text = _OPEN.sub(f"«{WIDE}", text)
    text = _CLOSE.sub(f"{WIDE}»", text)
    text = _NUMBER.sub(f"n°{WIDE}", text)
    text = _THOUSANDS.sub(NARROW, text)
    return _EURO.sub(WIDE, text)


def long_date(day: date, *, with_day: bool = True, with_year: bool = True) -> str:
    """`lundi 30 novembre 2026`; the first of a month is `1er`."""
    number = "1er" if day.day == 1 else str(day.day)
    words = [f"{number}{WIDE}{MONTHS[day.month - 1]}"]
    if with_day:
        words.insert(0, DAYS[day.weekday()])
    if with_year:
        words.append(str(day.year))
    return " ".join(words)


def hour(at: datetime) -> str:
    """`20 heures`, `18 h 30`, as in a letter."""
    if at.minute:
        return f"{at.hour}{WIDE}h{WIDE}{at.minute:02d}"
    return f"{at.hour}{WIDE}heure{'s' if at.hour > 1 else ''}"


def short_hour(at: datetime) -> str:
    """`20 h`, `18 h 30`, as in a subject line."""
    return f"{at.hour}{WIDE}h" + (f"{WIDE}{at.minute:02d}" if at.minute else "")


def of(noun: str) -> str:
    """`du conseil municipal`, `de la commission Finances`, `de l’assemblée`: the article of a body.

    `noun` is the body with its definite article: `le conseil municipal`.
    """
    if noun.startswith("le "):
        return f"du {noun[3:]}"
    if noun.startswith("les "):
        return f"des {noun[4:]}"
    return f"de {noun}"
