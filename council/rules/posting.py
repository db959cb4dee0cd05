"""What is posted at the door of the town hall, and its certificate (R-CONV-02, R-DOC-01, R-PUB-03).

CGCT, art. R2121-7, L2121-25, R2131-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from council.rules.finding import Finding, refuse, warn
from council.rules.publication import earliest_removal
from council.rules.wording import Named


class Notice(Enum):
    """What is posted."""

    CONVOCATION = "convocation"
    LIST = "list"
    ACT = "act"


_WHAT = {
    Notice.CONVOCATION: "la convocation",
    Notice.LIST: "la liste des délibérations examinées",
    Notice.ACT: "l’acte",
}


@dataclass(frozen=True, slots=True)
class Posting:
    """Posted from ``posted_on`` to ``removed_on``, at that place, by that person."""

    what: Notice
    posted_on: date
    removed_on: date | None = None
    place: str = "à la porte de la mairie"
    by: str = ""


def check_posting(posting: Posting, *, today: date, meets_on: date | None = None) -> list[Finding]:
    """What a posting lacks to be certified. ``meets_on``: the meeting of a convocation."""
    found: list[Finding] = []
    if posting.posted_on > today:
        found.append(refuse("R-PUB-03", "La date d’affichage est à venir.", "CGCT, art. R2131-1"))
    if posting.removed_on and posting.removed_on < posting.posted_on:
        found.append(
            refuse("R-PUB-03", "Le retrait vient après l’affichage.", "CGCT, art. R2131-1")
        )
    if not posting.by.strip():
        found.append(refuse("R-PUB-03", "Dites qui a affiché : cette personne en répond.", ""))
    late = posting.what is Notice.CONVOCATION and meets_on and posting.posted_on >= meets_on
    if late:
        found.append(
            warn(
                "R-CONV-02",
                "La convocation s’affiche avant la séance, le jour où elle part.",
                "CGCT, art. R2121-7",
            )
        )
    early = posting.removed_on and posting.removed_on < earliest_removal(posting.posted_on)
    if posting.what is Notice.ACT and early:
        found.append(
            warn("R-PUB-02", "Un acte reste affiché deux mois au moins.", "CGCT, art. R2131-1")
        )
    removed = posting.removed_on
    if posting.what is Notice.CONVOCATION and meets_on and removed and removed < meets_on:
        found.append(
            warn(
                "R-CONV-02",
                "La convocation reste affichée jusqu’à la séance.",
                "CGCT, art. R2121-7",
            )
        )
    return found


def published_by_posting_on(posting: Posting) -> date | None:
    """The date that counts for an act of a commune that chose posting: its first day."""
    return posting.posted_on if posting.what is Notice.ACT else None


def certificate(posting: Posting, signatory: Named, capacity: str, title: str = "") -> str:
    """The sentence of the certificat d’affichage."""
    until = (
        f"du {posting.posted_on:%d/%m/%Y} au {posting.removed_on:%d/%m/%Y}"
        if posting.removed_on
        else f"depuis le {posting.posted_on:%d/%m/%Y}"
    )
    what = _WHAT[posting.what] + (f" « {title} »" if title else "")
    posted = "affiché" if posting.what is Notice.ACT else "affichée"
    return (
        f"Je soussigné{'e' if signatory.gender.value == 'f' else ''} {signatory.titled}, "
        f"{capacity}, "
        f"certifie que {what} a été {posted} {posting.place} {until}."
    )
