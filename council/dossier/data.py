"""What the builders are given: frozen data, no model.

Every string may come from a person's keyboard. None is ever pasted into a typst source: they
travel as JSON (see `typeset.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo


class PieceKind(StrEnum):
    """What a piece is for in the dossier."""

    NOTE = "note"
    DRAFT = "projet"
    ANNEX = "annexe"
    CONTRACT = "convention"
    PLAN = "plan"
    BUDGET = "budget"
    QUOTE = "devis"
    REPORT = "rapport"
    RULES = "reglement"

    @property
    def label(self) -> str:
        """The words shown to a reader."""
        return {
            PieceKind.NOTE: "Note de synthèse",
            PieceKind.DRAFT: "Projet de délibération",
            PieceKind.ANNEX: "Pièce jointe",
            PieceKind.CONTRACT: "Convention ou contrat",
            PieceKind.PLAN: "Plan",
            PieceKind.BUDGET: "Document budgétaire",
            PieceKind.QUOTE: "Devis ou estimation",
            PieceKind.REPORT: "Rapport ou étude",
            PieceKind.RULES: "Règlement ou statuts",
        }[self]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: the organisation, as printed on its paper."""

    organisation: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    accent: str = "#1f4a5c"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whose name stands under the convocation (`R-CONV-01`)."""

    name: str
    title: str
    delegation: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """When and where: `starts_at` is aware, `zone` is the commune's."""

    uid: str
    assembly: str
    assembly_article: str
    starts_at: datetime
    zone: ZoneInfo
    place: str
    place_address: str = ""
    title: str = ""
    minutes: int = 150

    @property
    def local_start(self) -> datetime:
        """The start on the town hall's clock."""
        return self.starts_at.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Piece:
    """One frozen file of the dossier.

    `path` is where its bytes are now; `sha256` is what they were when the edition was frozen.
    """

    uid: str
    title: str
    media_type: str
    sha256: str
    size: int
    path: Path | None = None
    kind: PieceKind = PieceKind.ANNEX
    file_name: str = ""
    version: int = 0

    @property
    def told(self) -> str:
        """« Plan : Chemin des Vignes »; the title alone when nobody said what it is."""
        plain = self.kind is PieceKind.ANNEX
        return self.title if plain else f"{self.kind.label}\u00a0: {self.title}"


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the agenda, with the number it was given when the agenda was frozen."""

    uid: str
    number: int
    title: str
    section: str = ""
    rapporteur: str = ""
    closed: bool = False
    for_information: bool = False
    summary: str = ""
    proposed_text: str = ""
    pieces: tuple[Piece, ...] = ()
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a letter is addressed, when it is addressed to one person."""

    name: str
    salutation: str = "Madame, Monsieur"
    address: tuple[str, ...] = ()
    voting: bool = True


@dataclass(frozen=True, slots=True)
class Dossier:
    """A whole edition of a session's dossier."""

    letterhead: Letterhead
    session: Session
    signatory: Signatory
    points: tuple[Point, ...]
    edition: int
    frozen_at: datetime
    written_at: datetime
    legal_mention: str = ""
    urgency_reason: str = ""
    proxies_allowed: bool = True
    changes: tuple[str, ...] = ()
    extra_mentions: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Every piece, in reading order."""
        return tuple(piece for point in self.points for piece in point.pieces)
