"""The whole dossier as one PDF: cover, convocation, each point with its documents, bookmarks.

The pages are merged from files to a file, so that memory stays bounded whatever the size. Every
page carries its number in the dossier, which is also its page label and the number in the table
of contents: "page 47" means the same on paper, on a tablet and in the room.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, NumberTree, OutlineItem, String

from council.dossier import letters
from council.dossier.conversion import Drawn, draw, set_apart
from council.dossier.data import Dossier, Piece, Point, Recipient
from council.dossier.french import typeset as t

# Of what a page may ask of a reader's program, only these stay.
_KEPT_ACTIONS = (Name.URI, Name.GoTo, Name.Named)
_DROPPED = (
    Name.FileAttachment,
    Name.RichMedia,
    Name.Screen,
    Name.Movie,
    Name.Sound,
    Name("/3D"),
)
PAGE_MARK = "https://dossier.invalid/page/"


@dataclass(slots=True)
class _Part:
    """One stretch of pages: where it comes from, and its bookmark."""

    drawn: Drawn
    title: str
    level: int
    number: str = ""
    section: str = ""
    first_page: int = 0


@dataclass(frozen=True, slots=True)
class Whole:
    """The result: how many pages, and which documents are not among them."""

    path: Path
    pages: int
    missing: tuple[tuple[Piece, str], ...] = field(default=())


def build_whole(
    dossier: Dossier,
    target: Path,
    *,
    convocation: Path | None = None,
    recipient: Recipient | None = None,
    on_paper: bool = False,
    with_letter: bool = True,
    apart: frozenset[str] = frozenset(),
) -> Whole:
    """Write the whole dossier to `target`.

    `convocation` is the edition's own file, taken as it was sent; without it, one is made. On
    paper each part starts on a right-hand page and the convocation carries its slip. Without its
    letter it is what all the members on paper share; the pieces ``apart`` (by uid) are handed over
    beside it, and a page says so.
    """
    with tempfile.TemporaryDirectory(prefix="dossier-", dir=target.parent) as name:
        folder = Path(name)
        parts: list[_Part] = []
        if with_letter and (convocation is None or on_paper):
            made = letters.convocation_pdf(dossier, recipient=recipient, on_paper=on_paper)
            convocation = folder / "convocation.pdf"
            convocation.write_bytes(made)
        if with_letter and convocation is not None:
            parts.append(_Part(_existing(convocation), "Convocation et ordre du jour", 0))
        missing: list[tuple[Piece, str]] = []
        for point in dossier.points:
            parts.extend(_point_parts(dossier, point, folder, missing, apart))
        cover = _cover(dossier, parts, folder, recipient=recipient, on_paper=on_paper)
        pages = _merge(dossier, cover, parts, folder, target)
    return Whole(target, pages, tuple(missing))


def _existing(path: Path) -> Drawn:
    with pikepdf.open(path) as pdf:
        return Drawn(path, len(pdf.pages))


def _point_parts(
    dossier: Dossier,
    point: Point,
    folder: Path,
    missing: list[tuple[Piece, str]],
    apart: frozenset[str],
) -> list[_Part]:
    drawn = [
        (set_apart if piece.uid in apart else draw)(piece, point, dossier, folder)
        for piece in point.pieces
    ]
    missing.extend(
        (piece, one.problem) for piece, one in zip(point.pieces, drawn, strict=True) if one.problem
    )
    notes = ["à part" if one.problem else _page_count(one.pages) for one in drawn]
    path = folder / f"point-{point.number}-{point.uid}.pdf"
    path.write_bytes(letters.divider_pdf(dossier, point, notes))
    opening = _Part(
        _existing(path), t(point.title), 0, number=str(point.number), section=point.section
    )
    return [
        opening,
        *(_Part(one, t(piece.told), 1) for piece, one in zip(point.pieces, drawn, strict=True)),
    ]


def _page_count(pages: int) -> str:
    return "1 page" if pages == 1 else f"{pages} pages"


def _place(parts: list[_Part], first: int, *, on_paper: bool) -> int:
    """Give each part its first page, from `first`; return the number of the last page.

    On paper the convocation and each point start on a right-hand page, their documents follow.
    """
    page = first
    for part in parts:
        if on_paper and part.level == 0 and page % 2 == 0:
            page += 1
        part.first_page = page
        page += part.drawn.pages
    return page - 1


def _cover(
    dossier: Dossier,
    parts: list[_Part],
    folder: Path,
    *,
    recipient: Recipient | None,
    on_paper: bool,
) -> Drawn:
    """The cover, made again until its own length no longer moves the numbers that it prints."""
    path = folder / "cover.pdf"
    cover = Drawn(path, 1)
    for _ in range(4):
        _place(parts, cover.pages + 1, on_paper=on_paper)
        contents: list[dict[str, Any]] = []
        section = ""
        for one in parts:
            if one.number and one.section != section:
                section = one.section
                if section:
                    contents.append({"level": 0, "number": "", "title": t(section), "page": None})
            contents.append(
                {
                    "level": one.level,
                    "number": one.number,
                    "title": one.title,
                    "page": one.first_page,
                }
            )
        path.write_bytes(letters.cover_pdf(dossier, contents, recipient=recipient))
        made = _existing(path)
        if made.pages == cover.pages:
            return made
        cover = made
    return cover


def _merge(dossier: Dossier, cover: Drawn, parts: list[_Part], folder: Path, target: Path) -> int:
    front = [_Part(cover, "Sommaire", 0, first_page=1), *parts]
    raw, blanks = _concatenate(front, folder)
    # Read from the disk as it is written again: neither pass holds the documents in memory.
    with pikepdf.open(raw, access_mode=pikepdf.AccessMode.stream) as whole:
        total = len(whole.pages)
        font = whole.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type1,
                BaseFont=Name.Helvetica,
                Encoding=Name.WinAnsiEncoding,
            )
        )
        for part in front:
            _follow_names(whole, part)
        for number, page in enumerate(whole.pages, start=1):
            disarm(page)
            if number not in blanks and number > 1:
                _stamp(page, f"{number} / {total}", font)
        disarm_form(whole)
        _link_contents(whole, cover.pages)
        _bookmark(whole, front)
        labels = NumberTree.new(whole)
        labels[0] = Dictionary(S=Name.D, St=1)
        whole.Root.PageLabels = labels.obj
        whole.Root.Lang = pikepdf.String("fr-FR")
        whole.Root.PageMode = Name.UseOutlines
        whole.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        when = letters.session_when(dossier)
        with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as meta:
            meta["dc:title"] = t(f"Dossier de séance : {dossier.session.assembly}, {when}")
            meta["dc:creator"] = [dossier.letterhead.organisation]
            meta["dc:language"] = {"fr-FR"}
            meta["xmp:CreateDate"] = dossier.frozen_at.isoformat()
        whole.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return total


def _concatenate(parts: list[_Part], folder: Path) -> tuple[Path, set[int]]:
    """All the pages in one file, blank ones where a part waits for a right-hand page."""
    blank = folder / "blank.pdf"
    with pikepdf.new() as empty:
        empty.add_blank_page(page_size=(595.28, 841.89))
        empty.save(blank)
    raw = folder / "raw.pdf"
    arguments = ["qpdf", "--empty", "--no-warn", "--warning-exit-0", "--pages"]
    blanks: set[int] = set()
    written = 0
    for part in parts:
        while written < part.first_page - 1:
            arguments += [str(blank), "1"]
            written += 1
            blanks.add(written)
        arguments += [str(part.drawn.path), "1-z"]
        written += part.drawn.pages
    pikepdf.Job([*arguments, "--", str(raw)]).run()
    return raw, blanks


def _follow_names(whole: pikepdf.Pdf, part: _Part) -> None:
    """Keep the inner links of a document that go by name: its names do not come with its pages."""
    with pikepdf.open(part.drawn.path, access_mode=pikepdf.AccessMode.stream) as source:
        names = _destinations(source)
        if not names:
            return
        page_of = {page.obj.objgen: number for number, page in enumerate(source.pages)}
        for number in range(part.drawn.pages):
            page = whole.pages[part.first_page - 1 + number]
            annotations = page.obj.get("/Annots")
            for annotation in annotations if isinstance(annotations, Array) else ():
                _resolve(annotation, names, page_of, whole, part.first_page - 1)


def _destinations(source: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    found: dict[str, pikepdf.Object] = {}
    root = source.Root
    tree = root.get("/Names", Dictionary()).get("/Dests")
    if isinstance(tree, Dictionary):
        found.update((str(key), value) for key, value in NameTree(tree).items())
    old = root.get("/Dests")
    if isinstance(old, Dictionary):
        found.update((str(key).removeprefix("/"), value) for key, value in old.items())
    return found


def _resolve(
    annotation: pikepdf.Object,
    names: dict[str, pikepdf.Object],
    page_of: dict[tuple[int, int], int],
    whole: pikepdf.Pdf,
    first: int,
) -> None:
    if not isinstance(annotation, Dictionary):
        return
    action = annotation.get("/A")
    goes = isinstance(action, Dictionary) and action.get("/S") == Name.GoTo
    wanted = action.get("/D") if goes and action is not None else annotation.get("/Dest")
    if not isinstance(wanted, String | Name):
        return
    place = names.get(str(wanted).removeprefix("/"))
    if isinstance(place, Dictionary):
        place = place.get("/D")
    if not isinstance(place, Array) or len(place) == 0:
        return
    number = page_of.get(place[0].objgen) if isinstance(place[0], Dictionary) else None
    if number is None:
        return
    numbers = [one for one in list(place)[1:] if not isinstance(one, Dictionary | Array)]
    annotation["/Dest"] = Array([whole.pages[first + number].obj, *numbers])
    if goes:
        del annotation["/A"]


def disarm(page: pikepdf.Page) -> None:
    """Take out what acts by itself: scripts, programs to start, embedded media."""
    for key in ("/AA", "/B", "/StructParents", "/Tabs"):
        if key in page.obj:
            del page.obj[key]
    annotations = page.obj.get("/Annots")
    if not isinstance(annotations, Array):
        return
    kept = []
    for annotation in annotations:
        if not isinstance(annotation, Dictionary) or annotation.get("/Subtype") in _DROPPED:
            continue
        if "/AA" in annotation:
            del annotation["/AA"]
        action = annotation.get("/A")
        if action is not None:
            if not isinstance(action, Dictionary) or action.get("/S") not in _KEPT_ACTIONS:
                del annotation["/A"]
            elif "/Next" in action:
                del action["/Next"]
        kept.append(annotation)
    page.obj["/Annots"] = Array(kept)


def disarm_form(whole: pikepdf.Pdf) -> None:
    """Filled forms stay as they look; their scripts and their XFA twin go."""
    form = whole.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    for key in ("/XFA", "/CO"):
        if key in form:
            del form[key]
    waiting = list(form.get("/Fields", Array()))
    seen: set[tuple[int, int]] = set()
    while waiting:
        field_ = waiting.pop()
        if not isinstance(field_, Dictionary) or field_.objgen in seen:
            continue
        if field_.objgen != (0, 0):
            seen.add(field_.objgen)
        for key in ("/AA", "/A"):
            if key in field_:
                del field_[key]
        waiting.extend(field_.get("/Kids", Array()))


def _stamp(page: pikepdf.Page, words: str, font: pikepdf.Object) -> None:
    """Write the page's number in its lower right corner, as the page is seen."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    rotation = int(page.obj.get("/Rotate", 0)) % 360
    # From the page as it is seen (origin bottom left, upright) to the page as it is written.
    matrix = {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, left + width, bottom),
        180: (-1, 0, 0, -1, left + width, bottom + height),
        270: (0, -1, 1, 0, left, bottom + height),
    }.get(rotation, (1, 0, 0, 1, left, bottom))
    seen_width = height if rotation in (90, 270) else width
    name = page.add_resource(font, Name.Font, name=Name("/ParvisPage"))
    length = 4.6 * len(words)
    x = seen_width - length - 16
    drawing = (
        "\nQ /Artifact BMC q "
        f"{' '.join(f'{value:.2f}' for value in matrix)} cm "
        f"1 g {x - 4:.2f} 8 {length + 8:.2f} 13 re f "
        f"0.34 g BT {name} 8.5 Tf {x:.2f} 12 Td ({words}) Tj ET Q EMC\n"
    )
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(drawing.encode("ascii"))


def _link_contents(whole: pikepdf.Pdf, cover_pages: int) -> None:
    """Turn the marks left by the table of contents into links to pages."""
    for page in list(whole.pages)[:cover_pages]:
        for annotation in page.obj.get("/Annots", Array()):
            action = annotation.get("/A", Dictionary())
            address = str(action.get("/URI", ""))
            if address.startswith(PAGE_MARK):
                number = int(address.removeprefix(PAGE_MARK))
                del annotation["/A"]
                annotation["/Dest"] = Array([whole.pages[number - 1].obj, Name.Fit])


def _bookmark(whole: pikepdf.Pdf, parts: list[_Part]) -> None:
    with whole.open_outline() as outline:
        above: OutlineItem | None = None
        for part in parts:
            title = f"{part.number}. {part.title}" if part.number else part.title
            item = OutlineItem(title, part.first_page - 1)
            if part.level == 0 or above is None:
                outline.root.append(item)
                above = item
            else:
                above.children.append(item)
                above.is_closed = False
