"""The register of a year: many PDFs put one after the other, each page given its feuillet.

From files to a file, so that a year of a thousand acts stays in the memory of a few pages.
"""

from __future__ import annotations

import io
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
    # It says that it is PDF/A: the whole may be one only when each of its parts is.
    archivable: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One act in the tables of the year."""

    date: str
    number: str
    title: str
    sheet: int


def page_count(path: Path) -> int:
    """How many pages. Raises pikepdf.PdfError on a damaged file, PasswordError on a closed one."""
    return look(path)[0]


def look(path: Path) -> tuple[int, bool]:
    """How many pages, and whether the file says that it is PDF/A. Raises as `page_count`."""
    with pikepdf.open(path) as pdf:
        with pdf.open_metadata() as meta:
            archivable = meta.pdfa_status[:1] in ("1", "2")
        return len(pdf.pages), archivable


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


def bind(
    opening: Path,
    parts: Sequence[Part],
    target: Path,
    *,
    title: str,
    author: str,
    at: datetime,
) -> int:
    """Write the register: the opening page, then every part, its feuillets numbered from 1. It is
    PDF/A-2b when each part says that it is archivable: a copier's scan seldom does.
    Returns how many feuillets it has, the opening left out."""
    front = page_count(opening)
    raw = target.with_suffix(".raw.pdf")
    arguments = ["qpdf", "--empty", "--no-warn", "--warning-exit-0", "--deterministic-id"]
    arguments += ["--pages", str(opening), "1-z"]
    for part in parts:
        arguments += [str(part.path), "1-z"]
    pikepdf.Job([*arguments, "--", str(raw)]).run()
    running = [part.running for part in parts for _ in range(part.pages)]
    told = [f"{one} – Feuillet n° {number}" for number, one in enumerate(running, start=1)]
    with (
        pikepdf.open(raw, access_mode=pikepdf.AccessMode.stream) as whole,
        pikepdf.open(io.BytesIO(_heads_pdf(told, title, author, at))) as heads,
    ):
        for number, page in enumerate(whole.pages, start=1 - front):
            disarm(page)
            if number >= 1:
                _head(whole, page, heads.pages[number - 1])
        disarm_form(whole)
        archivable = all(part.archivable for part in parts)
        if archivable:
            whole.Root.OutputIntents = whole.copy_foreign(heads.Root.OutputIntents)
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
            if archivable:
                meta["pdfaid:part"], meta["pdfaid:conformance"] = "2", "B"
        whole.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    raw.unlink()
    return len(told)


def _heads_pdf(told: Sequence[str], title: str, author: str, at: datetime) -> bytes:
    """The words of each feuillet on a page of their own size, their font with them."""
    data = {
        "letterhead": letterhead_data(Letterhead(author)),
        "title": title,
        "heads": list(told),
    }
    return typeset_pdf("heads", data, at=at)


def _head(whole: pikepdf.Pdf, page: pikepdf.Page, words: pikepdf.Page) -> None:
    """Draw in the upper right corner of a page, as the page is seen."""
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
    drawn = whole.copy_foreign(words.as_form_xobject())
    for key in ("/StructParents", "/StructParent"):
        if key in drawn:
            del drawn[key]
    name = page.add_resource(drawn, Name.XObject, name=Name("/ParvisSheet"))
    _, _, length, tall = (float(edge) for edge in words.mediabox)
    x, y = max(12.0, seen_width - length - 16), seen_height - 14 - tall
    place = " ".join(f"{value:.2f}" for value in matrix)
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(
        (
            f"\nQ /Artifact BMC q {place} cm "
            f"1 g {x:.2f} {y:.2f} {length:.2f} {tall:.2f} re f "
            f"1 0 0 1 {x:.2f} {y:.2f} cm {name} Do Q EMC\n"
        ).encode("ascii")
    )


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
