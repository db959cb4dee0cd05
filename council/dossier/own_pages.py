"""Somebody's own PDF as the paper of an act: each page keeps all its words and gains its code.

The page is drawn a little smaller, so that the strip at its foot hides nothing.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pikepdf
from pikepdf import Rectangle

from council.dossier.data import Letterhead
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.page_codes import drawings
from council.dossier.typeset import typeset_pdf

#: A code says a page on three digits; an act of more pages is rather an annex.
MOST_PAGES = 300
#: The strip at the foot, in points: the code of 15 mm and its margins.
_STRIP = 54.0
_CLOSED = "Ce PDF est protégé par un mot de passe : enregistrez-le sans."
_DAMAGED = "Ce fichier est abîmé : il ne s’ouvre pas comme un PDF."


class CannotTake(Exception):
    """This PDF cannot be the paper of an act; a French sentence says why."""


def with_codes(
    source: Path, *, uid: UUID, label: str, letterhead: Letterhead, at: datetime
) -> bytes:
    """The same pages with, at the foot of each, the code of the act and of the page.

    ``label``: what the strip says beside it. Raises CannotTake.
    """
    try:
        with pikepdf.open(source) as own:
            return _drawn(own, uid, label, letterhead, at)
    except pikepdf.PasswordError:
        raise CannotTake("Ce PDF est protégé par un mot de passe : enregistrez-le sans.") from None
    except pikepdf.PdfError:
        raise CannotTake("Ce fichier est abîmé : il ne s’ouvre pas comme un PDF.") from None


def followed_by(source: Path, last: bytes) -> bytes:
    """The same pages, then those of ``last``. Raises CannotTake."""
    out = io.BytesIO()
    try:
        with pikepdf.open(source) as own, pikepdf.open(io.BytesIO(last)) as more:
            own.pages.extend(more.pages)
            own.save(out, deterministic_id=True)
    except pikepdf.PasswordError:
        raise CannotTake(_CLOSED) from None
    except pikepdf.PdfError:
        raise CannotTake(_DAMAGED) from None
    return out.getvalue()


def _drawn(own: pikepdf.Pdf, uid: UUID, label: str, letterhead: Letterhead, at: datetime) -> bytes:
    count = len(own.pages)
    if not 0 < count <= MOST_PAGES:
        raise CannotTake(f"Un acte a de 1 à {MOST_PAGES} pages : joignez le reste en annexe.")
    strips = typeset_pdf(
        "codes",
        {
            "letterhead": letterhead_data(letterhead),
            "title": t(label),
            "label": t(label),
            "codes": drawings(uid, count),
        },
        at=at,
    )
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(strips)) as feet, pikepdf.new() as made:
        for page, foot in zip(own.pages, feet.pages, strict=True):
            width, height = _seen_size(page)
            drawn = made.add_blank_page(page_size=(width, height))
            _place(made, drawn, page, "/Own", Rectangle(0, _STRIP, width, height))
            _place(made, drawn, foot, "/Code", Rectangle(0, 0, width, _STRIP))
        made.Root.Lang = pikepdf.String("fr-FR")
        with made.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as meta:
            meta["dc:title"] = t(label)
        made.save(out, deterministic_id=True)
    return out.getvalue()


def _place(
    made: pikepdf.Pdf, drawn: pikepdf.Page, page: pikepdf.Page, name: str, rect: Rectangle
) -> None:
    """Draw a page upright in a rectangle. (``add_overlay`` gives random names: other bytes each
    time.)"""
    form = made.copy_foreign(page.as_form_xobject())
    kept = drawn.add_resource(form, pikepdf.Name.XObject, name=pikepdf.Name(name))
    drawn.contents_add(drawn.calc_form_xobject_placement(form, kept, rect))


def _seen_size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    return (height, width) if int(page.obj.get("/Rotate", 0)) % 180 else (width, height)
