"""A session as another program, or another person, described it: JSON or CSV in a ZIP.

Pure reading: bytes in, words and dates out, with what was not understood said in French. Nothing
that was read is believed: texts are cut to what the tables hold, control characters fall, dates
and closed lists are checked. The format is that of `docs/session-import.md`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from config.lib.text import clean_name, fold
from council.dossier.pasted import LONGEST, markup_of
from council.enums import BudgetImpact, ItemKind
from council.rules.nomenclature import MATTERS

T = TypeVar("T")
#: The files that describe a session, by name.
JSON_NAME, CSV_NAMES = "seance.json", ("seance.csv", "points.csv", "membres.csv")
MOST_BYTES = 4 * 1024 * 1024
MOST_POINTS, MOST_MEMBERS, MOST_FILES = 200, 300, 60
_KINDS = {fold(kind.label): kind for kind in ItemKind} | {"voeu": ItemKind.WISH}
_IMPACTS = {fold(one.label): one for one in BudgetImpact} | {
    "aucun": BudgetImpact.NONE,
    "prevu": BudgetImpact.PLANNED,
    "depense": BudgetImpact.NEW_EXPENSE,
    "recette": BudgetImpact.INCOME,
}
_YES = {"oui", "o", "x", "1", "vrai", "true", "yes"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINES = re.compile(r"[;,\t]")


class NotDescribed(ValueError):
    """The description as a whole makes no sense. The message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point as it was described. ``line`` is its place in the file, from 1."""

    line: int
    title: str
    kind: str = ItemKind.DELIBERATION.value
    subject_code: str = ""
    budget_impact: str = ""
    rapporteur: str = ""
    summary: str = ""
    text: str = ""
    text_file: str = ""
    closed_doors: bool = False
    files: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A session as it was described. Dates are ISO, empty when missing or not understood."""

    organisation: str = ""
    siren: str = ""
    body: str = ""
    day: str = ""
    hour: str = ""
    place: str = ""
    convened_on: str = ""
    members: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    doubts: tuple[str, ...] = field(default=())

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def again(cls, kept: Mapping[str, Any]) -> Described:
        """What `kept` gave."""
        points = tuple(
            Point(**{**one, "files": tuple(one["files"]), "doubts": tuple(one["doubts"])})
            for one in kept["points"]
        )
        more = {"members": tuple(kept["members"]), "doubts": tuple(kept["doubts"])}
        return cls(**{**kept, **more, "points": points})


def read_json(content: bytes) -> Described:
    """The description in one JSON file. Raises NotDescribed."""
    try:
        told = json.loads(decoded(content))
    except (ValueError, RecursionError):
        raise NotDescribed(
            "« seance.json » n’est pas du JSON bien formé : une virgule ou un guillemet manque "
            "peut-être."
        ) from None
    if not isinstance(told, dict):
        raise NotDescribed("« seance.json » doit contenir un objet : { … }.")
    members = [
        _line(one) or f"{_line(_of(one, 'prenom'))} {_line(_of(one, 'nom'))}".strip()
        for one in _list(told, "membres", MOST_MEMBERS)
    ]
    points = [
        _point(number, one) for number, one in enumerate(_list(told, "points", MOST_POINTS), 1)
    ]
    return _described(_mapping(told, "seance"), _mapping(told, "commune"), members, points)


def read_csv(files: Mapping[str, bytes]) -> Described:
    """The description in spreadsheets: « points.csv », with « seance.csv » and « membres.csv ».
    Raises NotDescribed."""
    setting = next(iter(_rows(files.get("seance.csv", b""))), {})
    members = [
        f"{row.get('prenom', '')} {row.get('nom', '')}".strip()
        for row in _rows(files.get("membres.csv", b""))
    ]
    rows = _rows(files.get("points.csv", b""))
    if len(rows) > MOST_POINTS or len(members) > MOST_MEMBERS:
        raise NotDescribed(_too_many())
    # The number that a spreadsheet shows: its first line holds the titles.
    points = [
        _point(number, {**row, "annexes": list(row.get("annexes", "").split("|"))})
        for number, row in enumerate(rows, 2)
    ]
    return _described(setting, {"nom": setting.get("commune", ""), **setting}, members, points)


def decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with its own, else Windows-1252. Raises
    NotDescribed."""
    if len(content) > MOST_BYTES:
        raise NotDescribed("La description est trop grosse : les textes longs vont en fichiers.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


# --- what was meant ----------------------------------------------------------------------------


def _described(
    setting: Mapping[str, Any], whose: Mapping[str, Any], members: list[str], points: list[Point]
) -> Described:
    if not points:
        raise NotDescribed("Cette description ne contient aucun point.")
    doubts = []
    day, hour = _day(_line(setting.get("date"))), _hour(_line(setting.get("heure")))
    if _line(setting.get("date")) and not day:
        doubts.append(f"La date « {_line(setting['date'])} » ne se lit pas.")
    convened = _day(_line(setting.get("convocation")))
    return Described(
        organisation=_line(whose.get("nom"))[:200],
        siren=re.sub(r"\D", "", _line(whose.get("siren")))[:9],
        body=_line(setting.get("instance"))[:200],
        day=day,
        hour=hour,
        place=_line(setting.get("lieu"))[:200],
        convened_on=convened,
        members=tuple(one[:200] for one in members if one.strip()),
        points=tuple(points),
        doubts=tuple(doubts),
    )


def _point(number: int, told: Any) -> Point:
    if not isinstance(told, dict):
        return Point(number, "", doubts=("Ce point n’est pas décrit.",))
    row = {fold(str(key)).replace(" ", "_"): value for key, value in told.items()}
    doubts: list[str] = []
    kind = _choice(_KINDS, row.get("nature"), ItemKind.DELIBERATION, "La nature", doubts)
    impact = _choice(_IMPACTS, row.get("budget"), None, "L’effet sur le budget", doubts)
    title = _line(row.get("titre"))
    if len(title) > 400:
        doubts.append("L’objet est coupé à 400 signes.")
    text = markup_of(_long(row.get("texte")))
    if len(text) > LONGEST:
        text = ""
        doubts.append("Le texte est trop long : il n’est pas repris.")
    named = row.get("annexes") or []
    files = [_path(one) for one in (named if isinstance(named, list) else [named])]
    files = [one for one in files if one]
    if len(files) > MOST_FILES:
        doubts.append(f"Seules les {MOST_FILES} premières annexes sont reprises.")
    return Point(
        line=number,
        title=title[:400],
        kind=(kind or ItemKind.DELIBERATION).value,
        subject_code=_matter(row.get("matiere"), doubts),
        budget_impact=impact.value if impact else "",
        rapporteur=_line(row.get("rapporteur"))[:200],
        summary=_long(row.get("note")),
        text=text,
        text_file=_path(row.get("texte_fichier")),
        closed_doors=fold(_line(row.get("huis_clos"))) in _YES,
        files=tuple(dict.fromkeys(files[:MOST_FILES])),
        doubts=tuple(doubts),
    )


def _choice(
    known: Mapping[str, T], told: Any, default: T | None, what: str, doubts: list[str]
) -> T | None:
    word = _line(told)
    if not word:
        return default
    found = known.get(fold(word))
    if found is None:
        doubts.append(f"{what} « {word[:60]} » est inconnue : à choisir ensuite.")
    return found or default


def _matter(told: Any, doubts: list[str]) -> str:
    code = re.sub(r"[-/\s]", ".", _line(told)).strip(".")
    if isinstance(told, float) and code.count(".") == 1 and f"{code}0" in MATTERS:
        doubts.append(f"La matière {code} est écrite comme un nombre : est-ce {code}0 ?")
    if code and code not in MATTERS:
        doubts.append(f"La matière « {code[:20]} » n’est pas dans la nomenclature.")
        return ""
    return code


def _day(told: str) -> str:
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", told)
    french = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", told)
    parts = iso.groups() if iso else tuple(reversed(french.groups())) if french else None
    try:
        return dt.date(*map(int, parts)).isoformat() if parts else ""
    except ValueError:
        return ""


def _hour(told: str) -> str:
    found = re.fullmatch(r"(\d{1,2})\s*[hH:]\s*(\d{2})?(?::\d{2})?", told)
    if found is None:
        return ""
    try:
        return dt.time(int(found[1]), int(found[2] or 0)).strftime("%H:%M")
    except ValueError:
        return ""


# --- words -------------------------------------------------------------------------------------


def _line(told: Any) -> str:
    """A single line of text, whatever was there."""
    if isinstance(told, bool):
        return "oui" if told else ""
    if isinstance(told, str | int | float):
        text = str(told).encode("utf-8", "replace").decode()[:2000]
        return " ".join(_CONTROL.sub(" ", text).split())
    return ""


def _long(told: Any) -> str:
    """A text of several lines."""
    if not isinstance(told, str):
        return _line(told)
    text = told[: LONGEST * 2].encode("utf-8", "replace").decode().replace("\r\n", "\n")
    return _CONTROL.sub(" ", text.replace("\r", "\n")).strip()


def _path(told: Any) -> str:
    """The name of a file inside the archive: « fichier » when it is described."""
    named = _line(_of(told, "fichier")) if isinstance(told, dict) else _line(told)
    steps = [clean_name(step) for step in named.replace("\\", "/").split("/")]
    return "/".join(step for step in steps if step not in ("", ".", ".."))


def _of(told: Any, name: str) -> Any:
    if not isinstance(told, dict):
        return None
    return next((value for key, value in told.items() if fold(str(key)) == name), None)


def _mapping(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = _of(told, name)
    if not isinstance(found, dict):
        return {"nom": found} if isinstance(found, str) else {}
    return {fold(str(key)): value for key, value in found.items()}


def _list(told: dict[str, Any], name: str, most: int) -> list[Any]:
    found = _of(told, name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise NotDescribed(f"« {name} » doit être une liste : [ … ].")
    if len(found) > most:
        raise NotDescribed(_too_many())
    return found


def _too_many() -> str:
    return f"Plus de {MOST_POINTS} points ou de {MOST_MEMBERS} membres : coupez cette séance."


def _rows(content: bytes) -> list[dict[str, str]]:
    """The lines of a spreadsheet under their titles, folded."""
    text = decoded(content)
    if "\0" in text:
        raise NotDescribed("Un des fichiers CSV n’en est pas un : enregistrez-le en CSV.")
    head = text.partition("\n")[0]
    found = _LINES.findall(head)
    delimiter = max(";,\t", key=found.count) if found else ";"
    try:
        lines = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    except csv.Error:
        raise NotDescribed(
            "Un des fichiers CSV ne se lit pas : enregistrez-le à nouveau."
        ) from None
    if not lines:
        return []
    titles = [fold(cell.strip()).replace(" ", "_") for cell in lines[0]]
    return [dict(zip(titles, row, strict=False)) for row in lines[1:]]
