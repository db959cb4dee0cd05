"""The proof of convocation as one PDF that a secretary, and a court, can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.dossier.data import Letterhead
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.typeset import typeset_pdf

PRIVATE = (
    "Ce que chaque membre lit dans son dossier ne regarde que lui : aucune lecture n’est relevée. "
    "Seuls figurent l’ouverture du dossier, confirmée par un clic du membre, et les documents "
    "qu’il a lui-même déclaré avoir ouverts dans son accusé de réception."
)
HOW_TO_CHECK = (
    "L’empreinte SHA-256 de ce fichier est gardée par Parvis avec la preuve ; « sha256sum » la "
    "recalcule. Celle du manifeste est l’empreinte de la liste exacte de ce qui a été envoyé."
)


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One edition: its manifest's digest, and each file in order with its own."""

    n: int
    frozen: str
    sha256: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member: dated lines in the order in which they happened. ``tone``: ok, cured, bad or
    waiting."""

    name: str
    function: str
    edition: int
    verdict: str
    tone: str
    why: str
    facts: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str], ...]


def proof_pdf(
    letterhead: Letterhead,
    *,
    heading: str,
    when: str,
    place: str,
    notice: str,
    verdict: str,
    tone: str,
    counted: str,
    editions: Sequence[EditionRow],
    members: Sequence[MemberRow],
    sheets: Sequence[tuple[str, str]],
    copies: Sequence[tuple[str, str]] = (),
    made: str,
    at: datetime,
) -> bytes:
    """The whole proof. Every sentence is chosen by the caller, in French."""
    data = {
        "letterhead": letterhead_data(letterhead),
        "title": t(f"Preuve de convocation, {heading}, {when}"),
        "heading": "Preuve de convocation",
        "meeting": t(heading),
        "when": t(when),
        "place": t(place),
        "notice": t(notice),
        "verdict": t(verdict),
        "tone": tone,
        "counted": t(counted),
        "editions": [
            {
                "n": one.n,
                "frozen": t(one.frozen),
                "sha256": one.sha256,
                "files": [{"name": t(name), "sha256": sha} for name, sha in one.files],
            }
            for one in editions
        ],
        "members": [
            {
                "name": t(one.name),
                "function": t(one.function),
                "edition": one.edition,
                "verdict": t(one.verdict),
                "tone": one.tone,
                "why": t(one.why),
                "facts": [{"name": t(name), "value": t(value)} for name, value in one.facts],
                "events": [{"at": t(when), "what": t(what)} for when, what in one.events],
            }
            for one in members
        ],
        "sheets": [{"name": t(name), "sha256": sha} for name, sha in sheets],
        "copies": [{"name": t(name), "what": t(what)} for name, what in copies],
        "private": t(PRIVATE),
        "check": t(HOW_TO_CHECK),
        "made": t(made),
    }
    return typeset_pdf("proof", data, at=at)
