"""Deliberations as open data: the SCDL schema 2.1.5 and the checks of Validata.

https://schema.data.gouv.fr/scdl/deliberations/. Vote columns are counts of a deliberation: they
stay empty for a nomination, and for a secret ballot with blank or void papers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.lib.sirene import luhn_is_right
from config.lib.text import fold
from council.rules.actes import department_code
from council.rules.finding import Finding, refuse
from council.rules.nomenclature import DOMAINS, MATTERS, open_data_name
from council.rules.votes import Counts

CITATION = "schéma SCDL « Délibérations » 2.1.5"

_NOT_REQUIRED: dict[str, Any] = {"required": False}
_COUNT: dict[str, Any] = {"required": False, "minimum": 0}

#: The Table Schema: names, types and constraints, in the order of the columns.
TABLE_SCHEMA: dict[str, Any] = {
    "name": "deliberations",
    "fields": [
        {"name": "COLL_NOM", "type": "string", "constraints": {"required": True}},
        {
            "name": "COLL_SIRET",
            "type": "string",
            "constraints": {"required": True, "pattern": r"^\d{14}$"},
        },
        {"name": "DELIB_ID", "type": "string", "constraints": {"required": True}},
        {
            "name": "DELIB_DATE",
            "type": "date",
            "format": "%Y-%m-%d",
            "constraints": {"required": True},
        },
        {
            "name": "DELIB_MATIERE_CODE",
            "type": "string",
            "constraints": {
                "required": True,
                "pattern": r"^\d\.\d{1,2}$",
                "enum": list(MATTERS),
            },
        },
        {"name": "DELIB_MATIERE_NOM", "type": "string", "constraints": {"required": True}},
        {"name": "DELIB_OBJET", "type": "string", "constraints": {"required": True}},
        {
            "name": "BUDGET_ANNEE",
            "type": "string",
            "constraints": {"required": False, "pattern": r"^[0-9]{4}(\/[0-9]{4})?$"},
        },
        {"name": "BUDGET_NOM", "type": "string", "constraints": _NOT_REQUIRED},
        {
            "name": "PREF_ID",
            "type": "string",
            "constraints": {
                "required": False,
                "pattern": r"^(PREF(\d{3}|02[AB])|SPREF(\d{3}|02[AB])\d|SGAR\d{3})$",
            },
        },
        {"name": "PREF_DATE", "type": "date", "format": "%Y-%m-%d", "constraints": _NOT_REQUIRED},
        *(
            {"name": name, "type": "integer", "constraints": _COUNT}
            for name in (
                *("VOTE_EFFECTIF", "VOTE_REEL"),
                *("VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION"),
            )
        ),
        {"name": "DELIB_URL", "type": "string", "format": "uri", "constraints": _NOT_REQUIRED},
    ],
}
COLUMNS: tuple[str, ...] = tuple(field["name"] for field in TABLE_SCHEMA["fields"])
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PublicAct:
    """A deliberation as it goes out. ``object`` is the redacted one when there is need.

    ``counts`` is None for a nomination; ``in_office`` the members entitled to vote on this point.
    """

    number: str
    decided_on: date
    matter: str
    object: str
    adopted: bool = True
    closed_doors: bool = False
    redacted: bool = False
    budget_year: str = ""
    budget_name: str = ""
    prefecture: str = ""
    received_on: date | None = None
    in_office: int | None = None
    counts: Counts | None = None
    url: str = ""


def prefecture_id(department: str, arrondissement: str = "") -> str:
    """PREF038, or SPREF0382 for a sous-préfecture."""
    code = department_code(department)
    return f"SPREF{code}{arrondissement}" if arrondissement else f"PREF{code}"


def row_of(act: PublicAct, *, body_name: str, siret: str) -> dict[str, str]:
    """The seventeen cells. Raises KeyError for a matter out of the nomenclature."""
    told = act.counts is not None and not (act.counts.blank or act.counts.void)
    counts = act.counts if told and act.counts is not None else None
    cells = {
        "COLL_NOM": body_name,
        "COLL_SIRET": siret,
        "DELIB_ID": act.number,
        "DELIB_DATE": act.decided_on.isoformat(),
        "DELIB_MATIERE_CODE": ".".join(act.matter.split(".")[:2]),
        "DELIB_MATIERE_NOM": open_data_name(act.matter),
        "DELIB_OBJET": " ".join(act.object.split()),
        "BUDGET_ANNEE": act.budget_year,
        "BUDGET_NOM": act.budget_name,
        "PREF_ID": act.prefecture,
        "PREF_DATE": act.received_on.isoformat() if act.received_on else "",
        "DELIB_URL": act.url,
    }
    votes = dict.fromkeys(COLUMNS[11:16], "")
    if counts is not None:
        votes = {
            "VOTE_EFFECTIF": "" if act.in_office is None else str(act.in_office),
            "VOTE_REEL": str(counts.took_part),
            "VOTE_POUR": str(counts.in_favour),
            "VOTE_CONTRE": str(counts.against),
            "VOTE_ABSTENTION": str(counts.abstentions),
        }
    whole = cells | votes
    return {name: whole[name] for name in COLUMNS}


def exportable(acts: Iterable[PublicAct], *, rejected_too: bool = False) -> list[PublicAct]:
    """The schema is of adopted deliberations (T-SCDL-12); the list of the session keeps all.

    One that was taken behind closed doors waits for its redaction (T-SCDL-13).
    """
    return [
        act
        for act in acts
        if (act.adopted or rejected_too) and (act.redacted or not act.closed_doors)
    ]


def csv_text(rows: Iterable[Row]) -> str:
    """Commas, every cell quoted: a spreadsheet must not turn « 7.10 » into 7.1 (T-SCDL-11)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return out.getvalue()


def check_headers(headers: Sequence[str]) -> list[Finding]:
    """The seventeen columns, in their order; a semicolon makes one column of them."""
    if tuple(headers) == COLUMNS:
        return []
    if len(headers) == 1 and ";" in headers[0]:
        return [_bad("", "Les colonnes se séparent par des virgules, pas des points-virgules.")]
    return [_bad("", "Les dix-sept colonnes attendues, dans l’ordre du schéma, ne sont pas là.")]


def check_row(row: Row) -> list[Finding]:
    """The schema, then the checks of Validata; each is skipped when one of its cells is empty."""
    found = _check_cells(row)
    if not found:
        found = [*_check_siret(row), *_check_matter(row), *_check_budget(row), *_check_votes(row)]
        if _both(row, "PREF_DATE", "DELIB_DATE") and row["PREF_DATE"] < row["DELIB_DATE"]:
            found.append(_bad("PREF_DATE", "La préfecture n’a pu recevoir l’acte avant sa date."))
    return found


def _check_cells(row: Row) -> list[Finding]:
    found = []
    for field in TABLE_SCHEMA["fields"]:
        name, rules = field["name"], field["constraints"]
        value = row.get(name, "")
        if not value:
            if rules["required"]:
                found.append(_bad(name, f"La colonne {name} est vide."))
        elif not _fits(value, field):
            found.append(_bad(name, f"La colonne {name} n’a pas la forme attendue : {value}."))
    return found


def _fits(value: str, field: Mapping[str, Any]) -> bool:
    rules = field["constraints"]
    if "pattern" in rules and not re.match(rules["pattern"], value):
        return False
    if "enum" in rules and value not in rules["enum"]:
        return False
    if field["type"] == "integer":
        return value.isascii() and value.isdigit()
    if field["type"] == "date":
        return _is_day(value)
    if field.get("format") == "uri":
        return re.match(r"^https?://\S+$", value) is not None
    return True


def _is_day(value: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _check_siret(row: Row) -> list[Finding]:
    if luhn_is_right(row["COLL_SIRET"]):
        return []
    return [_bad("COLL_SIRET", "La clé du SIRET est fausse : vérifiez ses quatorze chiffres.")]


def _check_matter(row: Row) -> list[Finding]:
    """The part before the slash is one of the nine domains, of the same number as the code."""
    name = row["DELIB_MATIERE_NOM"]
    domain, slash, _ = name.partition("/")
    known = {fold(label): number for number, label in DOMAINS.items()}
    if not slash:
        return [_bad("DELIB_MATIERE_NOM", "Il manque la barre « / » entre les deux niveaux.")]
    if re.search(r"\s/|/\s", name):
        return [_bad("DELIB_MATIERE_NOM", "Pas d’espace autour de la barre « / ».")]
    number = known.get(fold(domain))
    if number is None:
        return [_bad("DELIB_MATIERE_NOM", f"« {domain} » n’est pas un domaine de la nomenclature.")]
    if not row["DELIB_MATIERE_CODE"].startswith(f"{number}."):
        return [_bad("DELIB_MATIERE_NOM", "Le nom de la matière ne répond pas à son code.")]
    return []


def _check_budget(row: Row) -> list[Finding]:
    year, name = row["BUDGET_ANNEE"], row["BUDGET_NOM"]
    if bool(year) != bool(name):
        return [_bad("BUDGET_ANNEE", "L’année et le nom du budget vont ensemble.")]
    first, _, second = year.partition("/")
    if second and second <= first:
        return [_bad("BUDGET_ANNEE", "La seconde année suit la première.")]
    return []


def _check_votes(row: Row) -> list[Finding]:
    names = ("VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION")
    if not _both(row, *names):
        return []
    real, *parts = (int(row[name]) for name in names)
    if real == sum(parts):
        return []
    return [_bad("VOTE_REEL", f"Pour, contre et abstentions font {sum(parts)}, pas {real}.")]


def _both(row: Row, *names: str) -> bool:
    return all(row[name] for name in names)


def _bad(column: str, message: str) -> Finding:
    return refuse("SCDL", message, CITATION, column)
