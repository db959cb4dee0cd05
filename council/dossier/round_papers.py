"""What is printed for the members on paper: one file in the order of the round, plans apart."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from council.dossier import letters
from council.dossier.conversion import draw, is_larger_than_a4
from council.dossier.data import Dossier, Piece, Recipient
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.typeset import typeset_pdf

_A4 = (595.28, 841.89)


def plans(dossier: Dossier) -> list[Piece]:
    """The pieces that do not fit an A4 sheet: printed apart, on the machine that can."""
    found = []
    for piece in dossier.pieces:
        if piece.media_type != "application/pdf" or piece.path is None:
            continue
        try:
            if is_larger_than_a4(piece.path):
                found.append(piece)
        except (pikepdf.PdfError, OSError):
            continue  # what cannot be opened is said so in the dossier itself
    return found


def build_plans(dossier: Dossier, target: Path) -> int:
    """The plans one after the other, as large as they are. Returns how many pages."""
    wanted = {piece.uid for piece in plans(dossier)}
    with tempfile.TemporaryDirectory(prefix="plans-", dir=target.parent) as name:
        paths = [
            draw(piece, point, dossier, Path(name)).path
            for point in dossier.points
            for piece in point.pieces
            if piece.uid in wanted
        ]
        _join(paths, target)
    with pikepdf.open(target) as made:
        return len(made.pages)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one member receives: the dossier that all share (``common``), and how many plans."""

    dossier: Dossier
    recipient: Recipient
    common: Path
    apart: int


def build_round(parcels: Sequence[Parcel], target: Path) -> int:
    """One file for the whole run: for each member, in order, the page with their name, their
    letter with its pouvoir slip, then the dossier. Each part starts on the front of a sheet.
    Returns how many pages."""
    with tempfile.TemporaryDirectory(prefix="tournee-", dir=target.parent) as name:
        folder = Path(name)
        blank = folder / "blanc.pdf"
        with pikepdf.new() as empty:
            empty.add_blank_page(page_size=_A4)
            empty.save(blank)
        parts: list[Path] = []
        for number, one in enumerate(parcels, start=1):
            named = folder / f"nom-{number}.pdf"
            named.write_bytes(name_pdf(one, number, len(parcels)))
            letter = folder / f"lettre-{number}.pdf"
            letter.write_bytes(
                letters.convocation_pdf(one.dossier, recipient=one.recipient, on_paper=True)
            )
            for part in (named, letter, one.common):
                parts.append(part)
                if _pages(part) % 2:
                    parts.append(blank)
        _join(parts, target)
    return _pages(target)


def name_pdf(parcel: Parcel, number: int, count: int) -> bytes:
    """The page that says whose dossier begins here: it stays on top of the pile, or in a window."""
    dossier, recipient, apart = parcel.dossier, parcel.recipient, parcel.apart
    aside = ""
    if apart:
        aside = "1 document à part (plan)" if apart == 1 else f"{apart} documents à part (plans)"
    data = {
        "letterhead": letterhead_data(dossier.letterhead),
        "title": t(f"Dossier de {recipient.name}"),
        "name": t(recipient.name),
        "address": [t(one) for one in recipient.address],
        "number": f"{number} / {count}",
        "what": t(f"{dossier.session.assembly}, {letters.session_when(dossier)}"),
        "aside": t(aside),
    }
    return typeset_pdf("name", data, at=dossier.frozen_at)


def _pages(path: Path) -> int:
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def _join(paths: Sequence[Path], target: Path) -> None:
    arguments = ["qpdf", "--empty", "--no-warn", "--warning-exit-0", "--pages"]
    for path in paths:
        arguments += [str(path), "1-z"]
    pikepdf.Job([*arguments, "--", str(target)]).run()
