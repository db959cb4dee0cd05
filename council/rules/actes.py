"""The fields of an @ctes transmission, checked from drafting on (R-ACT-01 to R-ACT-05).

Schema ``actesv1_1.xsd``. Parvis prepares and exports; a certified operator transmits (R-ACT-00).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from config.lib.sirene import is_siren
from council.rules.finding import Finding, refuse
from council.rules.nomenclature import MATTERS, level_two, levels
from council.rules.wording import plural

CITATION = "cahier des charges @ctes"
NUMBER_LENGTH, OBJECT_LENGTH = 15, 499
#: Bytes of an act with its annexes, all together.
WEIGHT = 150_000_000
ACT_TYPES = frozenset({"pdf", "xml"})
ANNEX_TYPES = frozenset({"pdf", "xml", "jpg", "jpeg", "png"})

_NUMBER = re.compile(r"^[A-Z0-9_]{2,15}$")
_TYPOLOGY = re.compile(r"^\d{2}_[A-Z]{2}$")


class Nature(Enum):
    """CodeNatureActe; the value is the number, ``letters`` what the unique id ends with."""

    DELIBERATION = 1
    REGULATORY = 2
    INDIVIDUAL = 3
    CONTRACT = 4
    BUDGET = 5
    OTHER = 6

    @property
    def letters(self) -> str:
        """DE, AR, AI, CC, BF, AU."""
        return _LETTERS[self]

    @property
    def label(self) -> str:
        """As people say it."""
        return _NATURES[self]


_LETTERS = {
    Nature.DELIBERATION: "DE",
    Nature.REGULATORY: "AR",
    Nature.INDIVIDUAL: "AI",
    Nature.CONTRACT: "CC",
    Nature.BUDGET: "BF",
    Nature.OTHER: "AU",
}
_NATURES = {
    Nature.DELIBERATION: "Délibérations",
    Nature.REGULATORY: "Actes réglementaires",
    Nature.INDIVIDUAL: "Actes individuels",
    Nature.CONTRACT: "Contrats, conventions et avenants",
    Nature.BUDGET: "Documents budgétaires et financiers",
    Nature.OTHER: "Autres",
}

#: R-ACT-05: the messages of the exchange.
MESSAGES = {
    "1-1": "envoi de l’acte",
    "1-2": "accusé de réception",
    "1-3": "anomalie",
    "2": "courrier simple",
    "3": "demande de pièces complémentaires",
    "4": "lettre d’observations",
    "5": "déféré au tribunal administratif",
    "6-1": "demande d’annulation",
    "6-2": "accusé d’annulation",
    "7-1": "demande de classification",
    "7-2": "classification",
}


def normal_number(raw: str) -> str:
    """Upper case, spaces around removed (T-ACT-03)."""
    return raw.strip().upper()


def suggested_number(raw: str) -> str:
    """A lawful number as near as possible: « 2026-11-30/1 » → « 2026_11_30_1 »; empty when none.

    When it is too long, the word at its head becomes its initial, then the marks go.
    """
    number = re.sub(r"[^A-Z0-9]+", "_", normal_number(raw)).strip("_")
    if len(number) > NUMBER_LENGTH:
        number = re.sub(r"^([A-Z])[A-Z]+", r"\1", number)
    if len(number) > NUMBER_LENGTH:
        number = number.replace("_", "")
    return number if _NUMBER.match(number) else ""


def check_number(raw: str, *, ref: str = "") -> list[Finding]:
    """Two to fifteen signs: capitals, digits, underscore (T-ACT-01, T-ACT-02)."""
    number = normal_number(raw)
    if _NUMBER.match(number):
        return []
    proposal = suggested_number(raw)
    instead = f" Essayez « {proposal} »." if proposal else ""
    if len(number) > NUMBER_LENGTH:
        why = f"Ce numéro a {len(number)} signes : 15 au plus."
    else:
        why = "Un numéro d’acte n’a que des lettres, des chiffres et « _ », deux signes au moins."
    return [refuse("R-ACT-01", why + instead, CITATION, ref)]


def clean_object(text: str) -> str:
    """One line: every break becomes a space (T-ACT-04)."""
    return " ".join(text.split())


def check_object(text: str, *, ref: str = "") -> list[Finding]:
    """From 1 to 499 signs."""
    size = len(clean_object(text))
    if 1 <= size <= OBJECT_LENGTH:
        return []
    why = (
        "L’objet de l’acte est vide."
        if not size
        else f"L’objet a {size} signes : 499 au plus. Retirez-en {size - OBJECT_LENGTH}."
    )
    return [refuse("R-ACT-01", why, CITATION, ref)]


def check_matter(code: str, *, classification: Iterable[str] = (), ref: str = "") -> list[Finding]:
    """Two levels at least, known; from the third on, of the prefecture's own classification."""
    try:
        depth = len(levels(code))
    except ValueError:
        return [refuse("R-ACT-01", "Choisissez la matière de l’acte dans la liste.", CITATION, ref)]
    if depth < 2:
        return [refuse("R-ACT-01", "Précisez la matière : deux niveaux au moins.", CITATION, ref)]
    local = frozenset(classification)
    if level_two(code) not in MATTERS or (depth > 2 and code not in local):
        return [
            refuse(
                "R-ACT-01",
                f"La matière « {code} » n’est pas dans la classification de la préfecture.",
                CITATION,
                ref,
            )
        ]
    return []


def department_code(raw: str) -> str:
    """Three signs: 001, 02A, 974 (T-ACT-09). Raises ValueError otherwise."""
    code = raw.strip().upper()
    if not re.fullmatch(r"\d{1,3}|0?2[AB]", code):
        raise ValueError(f"not a department: {raw!r}")
    return code.zfill(3)


def unique_id(*, department: str, siren: str, decided_on: date, number: str, nature: Nature) -> str:
    """R-ACT-03: « 038-213801855-20261130-D20261130_001-DE »; the civil year, always (T-ACT-08)."""
    return (
        f"{department_code(department)}-{siren}-{decided_on:%Y%m%d}-"
        f"{normal_number(number)}-{nature.letters}"
    )


def duplicate_ids(ids: Sequence[str]) -> list[Finding]:
    """Two acts of one date with one number would be one act for the State (T-ACT-07)."""
    seen: set[str] = set()
    found = []
    for one in ids:
        if one in seen:
            found.append(
                refuse(
                    "R-ACT-03", f"Deux actes auraient le même identifiant : {one}.", CITATION, one
                )
            )
        seen.add(one)
    return found


@dataclass(frozen=True, slots=True)
class File:
    """One file of a transmission. ``typology``: its code, e.g. 99_DE; ``size`` in bytes."""

    name: str
    typology: str
    size: int

    @property
    def extension(self) -> str:
        """Lower case, without the dot."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""


def check_files(
    act: File | None, annexes: Sequence[File], *, typologies: Iterable[str] = ()
) -> list[Finding]:
    """One act, annexes each with a type, 150 MB in all (T-ACT-10).

    ``typologies``: the codes that came with the classification; any well-formed one when empty.
    """
    if act is None:
        return [refuse("R-ACT-01", "Il manque le fichier de l’acte.", CITATION)]
    known = frozenset(typologies)
    found: list[Finding] = []
    for file, allowed in [(act, ACT_TYPES), *((annex, ANNEX_TYPES) for annex in annexes)]:
        if file.extension not in allowed:
            words = ", ".join(sorted(t.upper() for t in allowed))
            found.append(
                refuse("R-ACT-01", f"Ce format ne se transmet pas ({words}).", CITATION, file.name)
            )
        if not _TYPOLOGY.match(file.typology) or (known and file.typology not in known):
            found.append(
                refuse("R-ACT-01", "Il manque le type de cette pièce.", CITATION, file.name)
            )
    weight = act.size + sum(annex.size for annex in annexes)
    if weight > WEIGHT:
        found.append(
            refuse(
                "R-ACT-01",
                f"L’acte et ses annexes pèsent {plural(weight // 1_000_000, 'Mo', 'Mo')} : 150 "
                "Mo au "
                "plus.",
                CITATION,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Envelope:
    """R-ACT-02: who sends. ``nature`` is the two digits of the sort of body."""

    siren: str
    department: str
    arrondissement: str
    nature: str
    return_emails: tuple[str, ...]
    referent_name: str = ""
    referent_phone: str = ""
    referent_email: str = ""


def check_envelope(envelope: Envelope) -> list[Finding]:
    """What the envelope lacks."""
    try:
        department = department_code(envelope.department)
    except ValueError:
        department = ""
    siren_ok = is_siren(envelope.siren)
    mails = envelope.return_emails
    checks = [
        (siren_ok, "Le SIREN de la collectivité est à vérifier : neuf chiffres et leur clé."),
        (department, "Le département est à vérifier : 038, 02A, 974."),
        (
            re.fullmatch(r"[0-9]", envelope.arrondissement),
            "L’arrondissement est un chiffre, donné par la préfecture.",
        ),
        (
            re.fullmatch(r"[0-9]{2}", envelope.nature),
            "La nature de la collectivité a deux chiffres, donnés par la préfecture.",
        ),
        (
            mails and all(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", mail) for mail in mails),
            "Il faut une adresse électronique de retour.",
        ),
    ]
    return [refuse("R-ACT-02", words, CITATION) for right, words in checks if not right]


@dataclass(frozen=True, slots=True)
class Draft:
    """An act as far as it is known. Checked at every stage of its drafting."""

    number: str
    object: str
    matter: str
    nature: Nature | None
    decided_on: date | None = None
    classification_on: date | None = None
    act: File | None = None
    annexes: tuple[File, ...] = ()


def check_draft(
    draft: Draft,
    *,
    classification: Iterable[str] = (),
    typologies: Iterable[str] = (),
    ready_to_send: bool = False,
) -> list[Finding]:
    """All that would be refused on the night of the transmission, said from the first draft on.

    Files, date and classification are asked for when it is ready to leave only.
    """
    found = [
        *check_number(draft.number),
        *check_object(draft.object),
        *check_matter(draft.matter, classification=classification),
    ]
    if draft.nature is None:
        found.append(refuse("R-ACT-01", "Choisissez la nature de l’acte.", CITATION))
    if not ready_to_send:
        return found
    if draft.decided_on is None:
        found.append(refuse("R-ACT-01", "Il manque la date de l’acte.", CITATION))
    if draft.classification_on is None:
        found.append(
            refuse("R-ACT-01", "Il manque la date de la classification de la préfecture.", CITATION)
        )
    return found + check_files(draft.act, draft.annexes, typologies=typologies)


def file_names(
    *,
    department: str,
    siren: str,
    decided_on: date,
    number: str,
    nature: Nature,
    act: File,
    annexes: Sequence[File],
) -> list[str]:
    """R-ACT-04: the message, then the act, then the annexes in their order."""
    base = unique_id(
        department=department, siren=siren, decided_on=decided_on, number=number, nature=nature
    )
    files = [act, *annexes]
    return [f"{base}-1-1_0.xml"] + [
        f"{file.typology}-{base}-1-1_{n}.{file.extension}" for n, file in enumerate(files, start=1)
    ]


def envelope_names(*, siren: str, sent_on: date, serial: int) -> tuple[str, str]:
    """R-ACT-04: the envelope and the archive. ``serial``: which one of that day, from 1."""
    name = f"EACT--{siren}--{sent_on:%Y%m%d}-{serial}"
    return f"{name}.xml", f"TRI-{name}.tar.gz"


def check_receipt(
    expected_id: str, received_id: str, *, decided_on: date, received_on: date
) -> list[Finding]:
    """R-ACT-03: the receipt is that of this act, and comes after it."""
    found = []
    if expected_id != received_id.strip():
        found.append(
            refuse(
                "R-ACT-03",
                f"Cet accusé de réception est celui d’un autre acte : {received_id.strip()}.",
                CITATION,
            )
        )
    if received_on < decided_on:
        found.append(
            refuse(
                "R-ACT-03", "La préfecture ne reçoit pas un acte avant qu’il soit pris.", CITATION
            )
        )
    return found
