"""The register of a year: many PDFs put one after the other, each page given its feuillet.

From files to a file, so that a year of a thousand acts stays in the memory of a few pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, NumberTree, OutlineItem

from council.dossier.data import Letterhead
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.typeset import typeset_pdf
from council.dossier.whole import disarm, disarm_form


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of feuillets. ``running``: what stands at the head of each of its pages;
    ``session``: the bookmark above it, empty at the first level."""

    path: Path
    pages: int
    title: str
    running: str
    session: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One act in the tables of the year."""

    date: str
    number: str
    title: str
    sheet: int


def page_count(path: Path) -> int:
    """How many pages. Raises pikepdf.PdfError on a damaged file, PasswordError on a closed one."""
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def tables_pdf(
    letterhead: Letterhead,
    lines: Sequence[Line],
    groups: Sequence[tuple[str, Sequence[Line]]],
    *,
    at: datetime,
) -> bytes:
    """The tables by date and by subject (R-DOC-04)."""

    def told(line: Line) -> dict[str, str]:
        return {
            "date": line.date,
            "number": line.number,
            "title": t(line.title),
            "sheet": str(line.sheet),
        }

    data: dict[str, Any] = {
        "letterhead": letterhead_data(letterhead),
        "title": "Tables du registre",
        "rows": [told(one) for one in lines],
        "groups": [
            {"name": t(name), "rows": [told(one) for one in group]} for name, group in groups
        ],
    }
    return typeset_pdf("register_tables", data, at=at)


def bind(opening: Path, parts: Sequence[Part], target: Path, *, title: str, author: str) -> int:
    """Write the register: the opening page, then every part, its feuillets numbered from 1.
    Returns how many feuillets it has, the opening left out."""
    front = page_count(opening)
    raw = target.with_suffix(".raw.pdf")
    arguments = ["qpdf", "--empty", "--no-warn", "--warning-exit-0", "--deterministic-id"]
    arguments += ["--pages", str(opening), "1-z"]
    for part in parts:
        arguments += [str(part.path), "1-z"]
    pikepdf.Job([*arguments, "--", str(raw)]).run()
    with pikepdf.open(raw, access_mode=pikepdf.AccessMode.stream) as whole:
        font = whole.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type1,
                BaseFont=Name.Helvetica,
                Encoding=Name.WinAnsiEncoding,
            )
        )
        heads = [part.running for part in parts for _ in range(part.pages)]
        for number, page in enumerate(whole.pages, start=1 - front):
            disarm(page)
            if number >= 1:
                _head(page, f"{heads[number - 1]} – Feuillet n° {number}", font)
        disarm_form(whole)
        _bookmark(whole, parts, front)
        labels = NumberTree.new(whole)
        labels[0] = Dictionary(S=Name.r)
        labels[front] = Dictionary(S=Name.D, St=1)
        whole.Root.PageLabels = labels.obj
        whole.Root.Lang = pikepdf.String("fr-FR")
        whole.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as meta:
            meta["dc:title"] = t(title)
            meta["dc:creator"] = [author]
            meta["dc:language"] = {"fr-FR"}
        whole.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    raw.unlink()
    return len(heads)


def _head(page: pikepdf.Page, words: str, font: pikepdf.Object) -> None:
    """Write in the upper right corner of a page, as the page is seen."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    rotation = int(page.obj.get("/Rotate", 0)) % 360
    matrix = {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, left + width, bottom),
        180: (-1, 0, 0, -1, left + width, bottom + height),
        270: (0, -1, 1, 0, left, bottom + height),
    }.get(rotation, (1, 0, 0, 1, left, bottom))
    seen_width, seen_height = (height, width) if rotation in (90, 270) else (width, height)
    name = page.add_resource(font, Name.Font, name=Name("/ParvisSheet"))
    told = words.encode("cp1252", errors="replace")
    length = 4.1 * len(told)
    x, y = max(16.0, seen_width - length - 20), seen_height - 26
    escaped = told.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    place = " ".join(f"{value:.2f}" for value in matrix)
    drawing = (
        f"\nQ /Artifact BMC q {place} cm "
        f"1 g {x - 4:.2f} {y - 4:.2f} {length + 8:.2f} 14 re f "
        f"0.2 g BT {name} 8 Tf {x:.2f} {y:.2f} Td ("
    ).encode("ascii")
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(drawing + escaped + b") Tj ET Q EMC\n")


def _bookmark(whole: pikepdf.Pdf, parts: Sequence[Part], front: int) -> None:
    with whole.open_outline() as outline:
        above: OutlineItem | None = None
        session, at = "", front
        for part in parts:
            item = OutlineItem(part.title, at)
            if part.session and part.session != session:
                session = part.session
                above = OutlineItem(session, at)
                above.is_closed = True
                outline.root.append(above)
            if part.session and above is not None:
                above.children.append(item)
            else:
                outline.root.append(item)
            at += part.pages
