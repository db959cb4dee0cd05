"""A network drive looked at before it is imported: what is there, and what will need a decision.

Reading only, and nothing leaves the machine: sizes, copies, names, words that call for care.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import IO

from config.lib.storage import CHUNK
from config.lib.text import clean_name, fold
from documents.services.folders import DEEPEST, LONGEST_NAME
from documents.services.import_sources import Item, Source, is_litter
from documents.services.names import MAX_NAME_BYTES

#: Words in a name that announce personal or secret matter, folded; each begins a word.
_CARE = {
    "mot de passe": r"mots? de passe|mdp|password|passwd|identifiants?",
    "santé": r"medica(l|ux|le)|maladies?|arrets? de travail|handicap|mdph|invalidite",
    "paie": r"bulletins? de (paie|salaire)|fiches? de paie|salaires?|traitements? et salaires",
    "identité": (
        r"cni|cartes? (nationale )?d.?identite|passeports?|livrets? de famille|carte vitale"
    ),
    "banque": r"ribs?|iban|releves? bancaires?",
    "sanction ou justice": r"disciplin\w*|sanctions?|casiers?|contentieux|plaintes?|huissier",
    "aide sociale": r"aides? sociales?|secours|rsa|surendettement|impayes?",
    "opinion ou syndicat": r"syndica(t|l|le|ux)|cgt|cfdt|greves?",
}
_CARE_WORDS = {
    subject: re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])")
    for subject, words in _CARE.items()
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about one file; `subject` groups them."""

    subject: str
    path: str
    detail: str = ""


@dataclass(slots=True)
class Survey:
    """What was found. `copies` holds groups of paths of identical files, the largest first."""

    files: int = 0
    folders: int = 0
    bytes: int = 0
    litter: int = 0
    by_ending: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    copies: list[list[str]] = field(default_factory=list)
    bytes_in_copies: int = 0

    def write_report(self, target: IO[str]) -> None:
        """A table for a spreadsheet: subject, file, detail."""
        table = csv.writer(target, delimiter=";")
        table.writerow(["sujet", "fichier", "détail"])
        for remark in self.remarks:
            table.writerow([remark.subject, _harmless(remark.path), _harmless(remark.detail)])
        for group in self.copies:
            for path in group[1:]:
                table.writerow(["copie identique", _harmless(path), _harmless(group[0])])


def _harmless(cell: str) -> str:
    """A name that begins like a formula would be run by a spreadsheet."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def survey(source: Source) -> Survey:
    """Walk the source; only files of equal size are read, to know whether they are copies."""
    found = Survey()
    by_size: dict[int, list[Item]] = defaultdict(list)
    for item in source.items():
        path = "/".join(item.parts)
        if is_litter(item.parts):
            found.litter += 1
            continue
        if item.is_folder:
            found.folders += 1
        else:
            found.files += 1
            found.bytes += item.size
            name = item.parts[-1]
            found.by_ending[name.rpartition(".")[2].lower() if "." in name else ""] += 1
            if item.size:
                by_size[item.size].append(item)
            else:
                found.remarks.append(Remark("fichier vide", path, "Il ne sera pas importé."))
        found.remarks.extend(_remarks(item, path))
    _copies(source, by_size, found)
    return found


def _remarks(item: Item, path: str) -> list[Remark]:
    name = item.parts[-1] if item.parts else ""
    remarks = []
    problem = getattr(item, "problem", "")
    if problem:
        remarks.append(Remark("illisible", path, problem))
    if len(item.parts) > DEEPEST - 2:
        remarks.append(Remark("trop profond", path, f"{len(item.parts)} niveaux"))
    longest = LONGEST_NAME if item.is_folder else MAX_NAME_BYTES
    length = len(name) if item.is_folder else len(name.encode(errors="replace"))
    if length > longest:
        remarks.append(Remark("nom trop long", path, "Il sera raccourci."))
    elif clean_name(name) != name:
        remarks.append(Remark("nom à nettoyer", path, clean_name(name)))
    folded = re.sub(r"[_\-.]+", " ", fold(name))
    for subject, words in _CARE_WORDS.items():
        if words.search(folded):
            remarks.append(Remark("à protéger", path, subject))
    return remarks


def _copies(source: Source, by_size: dict[int, list[Item]], found: Survey) -> None:
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    for size, items in by_size.items():
        if len(items) < 2:
            continue
        for item in items:
            path = "/".join(item.parts)
            try:
                groups[size, _sum(source, item)].append(path)
            except OSError:
                found.remarks.append(
                    Remark("illisible", path, "Ce fichier n’a pas pu être ouvert.")
                )
    same = [(size, paths) for (size, _), paths in groups.items() if len(paths) > 1]
    same.sort(key=lambda one: (-one[0] * len(one[1]), one[1]))
    found.copies = [paths for _, paths in same]
    found.bytes_in_copies = sum(size * (len(paths) - 1) for size, paths in same)


def _sum(source: Source, item: Item) -> str:
    digest, opened = hashlib.sha256(), source.open(item)
    try:
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
    finally:
        getattr(opened, "close", lambda: None)()
    return digest.hexdigest()
