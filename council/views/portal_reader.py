"""Reading the dossier: the convocation, each point, each document, one after the other.

Bytes come from the frozen edition, under the rule of the dossier: no right on the document itself
is needed, and the document's own addresses stay closed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string

from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import read_view
from config.lib.storage import blobs
from config.lib.text import human_size
from council import papers
from council.dossier.data import Point
from council.dossier.manifest import read_manifest
from council.dossier.written import blocks
from council.models import EditionPiece
from council.portal_outline import Step, StepKind, Turn, steps_of, turn_at
from council.views.portal import frame
from council.views.portal_interests import about_point
from council.views.portal_notes import piece_context, point_context
from council.views.portal_reading import changed_points, mark_read, new_pieces, read_marks
from council.views.portal_session import Visit, portal_page
from documents.models import DocumentPage, Version
from documents.previews import draw
from documents.views.shown import has_pdf, serve_shown

#: Characters of a text shown in the page; the whole is downloaded.
SHOWN = 200_000


class _Book:
    """The dossier of a visit, opened at one place."""

    def __init__(self, request: HttpRequest, visit: Visit) -> None:
        self.visit = visit
        self.dossier = read_manifest(visit.latest.edition.manifest)
        self.rows = list(
            EditionPiece.objects.filter(edition=visit.latest.edition)
            .select_related("item")
            .only("uid", "label", "version_id", "item__uid")
            .order_by("position")
        )
        # Hundreds of addresses that differ by one part: written, not looked up.
        self.base = visit.url("read")
        by_point: dict[str, list[tuple[UUID, str]]] = {}
        for row in self.rows:
            by_point.setdefault(str(row.item.uid), []).append(
                (row.uid, papers.shown_title(row.label))
            )
        self.steps = steps_of(
            self.dossier.points,
            by_point,
            new=new_pieces(visit),
            read=read_marks(request),
        )
        self.changed = changed_points(visit)

    def turn(self, kind: StepKind, uid: str = "") -> Turn:
        """Where we are; 404 for what this dossier does not hold."""
        turn = turn_at(self.steps, kind, uid)
        if turn is None:
            raise Http404
        return turn

    def url(self, step: Step | None) -> str:
        """The page of a step."""
        if step is None:
            return ""
        if step.kind is StepKind.CONVOCATION:
            return self.base
        return f"{self.base}{'point' if step.kind is StepKind.POINT else 'piece'}/{step.uid}/"

    def outline(self, here: Step) -> list[dict[str, Any]]:
        """The lines of the outline: points, their documents below."""
        lines: list[dict[str, Any]] = []
        section = ""
        for step in self.steps:
            if step.point is not None and step.point.section != section:
                section = step.point.section
                lines += [self._section_line(section)] if section else []
            if step.kind is StepKind.PIECE and step.opens_point and step.point is not None:
                lines.append(
                    self._point_line(step.point) | {"is_changed": step.point.uid in self.changed}
                )
            lines.append(
                {
                    "kind": step.kind.value,
                    "number": str(step.number) if step.opens_point else "",
                    "title": step.title,
                    "url": self.url(step),
                    "current": step is here,
                    "is_new": step.is_new and not step.is_read,
                    "is_read": step.is_read,
                    "is_changed": step.kind is StepKind.POINT and step.uid in self.changed,
                }
            )
            if step.kind is StepKind.PIECE:
                lines[-1]["number"] = ""
        return lines

    @classmethod
    def _section_line(cls, section: str) -> dict[str, Any]:
        return cls._line("section", "", section)

    @classmethod
    def _point_line(cls, point: Point) -> dict[str, Any]:
        return cls._line("heading", str(point.number), point.title)

    @staticmethod
    def _line(kind: str, number: str, title: str) -> dict[str, Any]:
        return {
            "kind": kind,
            "number": number,
            "title": title,
            "url": "",
            "current": False,
            "is_new": False,
            "is_read": False,
            "is_changed": False,
        }


def _context(book: _Book, turn: Turn) -> dict[str, Any]:
    visit = book.visit
    step = turn.step
    point = step.point
    details = []
    if point is not None:
        details = [
            f"Rapporteur : {point.rapporteur}" if point.rapporteur else "",
            "À huis clos" if point.closed else "",
            "Pour information, sans vote" if point.for_information else "",
        ]
    return frame(visit) | {
        "turn": turn,
        # Drawn once for its two places (a drawer on a telephone, a column on a desk).
        "outline": render_to_string("council/portal/outline.html", {"outline": book.outline(step)}),
        "before_url": book.url(turn.before),
        "after_url": book.url(turn.after),
        "point": point,
        "changed": book.changed.get(point.uid, []) if point is not None else [],
        "interest": about_point(visit, point) if point is not None else None,
        "details": [one for one in details if one],
        "assembly": visit.meeting.assembly.name,
        "whole_url": visit.url("whole"),
    }


@portal_page
@read_view
def cover(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The convocation, where the dossier begins."""
    book = _Book(request, visit)
    context = _context(book, book.turn(StepKind.CONVOCATION)) | {
        "source_url": visit.url("convocation"),
        "points": [
            {
                "number": point.number,
                "title": point.title,
                "section": point.section,
                "url": book.url(_first_step(book, point)),
            }
            for point in book.dossier.points
        ],
    }
    return render_page(request, "council/portal/read_convocation.html", context)


def _first_step(book: _Book, point: Point) -> Step | None:
    return next((one for one in book.steps if one.opens_point and one.point is point), None)


@portal_page
@read_view
def point(request: HttpRequest, visit: Visit, item: UUID) -> HttpResponseBase:
    """One point: its note, its draft, its documents."""
    book = _Book(request, visit)
    turn = book.turn(StepKind.POINT, str(item))
    context = _context(book, turn) | {
        "pieces": [
            {"title": one.title, "url": book.url(one)}
            for one in book.steps
            if one.kind is StepKind.PIECE and one.point is turn.step.point
        ],
        "text": blocks(turn.step.point.proposed_text if turn.step.point else ""),
    }
    context |= point_context(visit, item)
    return render_page(request, "council/portal/read_point.html", context)


@portal_page
@read_view
def point_where(request: HttpRequest, visit: Visit, item: UUID) -> HttpResponseBase:
    """To the first screen of a point, which may be its first document."""
    book = _Book(request, visit)
    points = [one for one in book.dossier.points if one.uid == str(item)]
    if not points:
        raise Http404
    return HttpResponseRedirect(book.url(_first_step(book, points[0])))


@portal_page
@read_view
def piece(request: HttpRequest, visit: Visit, piece: UUID) -> HttpResponseBase:
    """One document, in the page when it can be."""
    book = _Book(request, visit)
    if turn_at(book.steps, StepKind.PIECE, str(piece)) is None:
        return _moved(book, piece)
    turn = book.turn(StepKind.PIECE, str(piece))
    row = _row(visit, piece)
    version = row.version
    kind = shown_as(version)
    context = _context(book, turn) | {
        "shown_as": kind,
        "text": text_of(version) if kind in ("text", "words") else "",
        "source_url": visit.url("piece", piece),
        "download_url": visit.url("piece-download", piece),
        "file_name": version.original_name,
        "size": human_size(version.size),
        "title": turn.step.title,
    }
    context |= piece_context(visit, row)
    response = render_page(request, "council/portal/read_piece.html", context)
    mark_read(request, response, visit, piece)
    return response


def _moved(book: _Book, piece: UUID) -> HttpResponseBase:
    """A page of the former dossier was open when the modified one came: the same document in it,
    or its beginning. 404 for what was never in a dossier of this meeting."""
    former = EditionPiece.objects.filter(uid=piece, edition__meeting=book.visit.meeting).first()
    if former is None:
        raise Http404
    same = next((one for one in book.rows if one.version_id == former.version_id), None)
    where = book.visit.url("read-piece", same.uid) if same else book.visit.url("read")
    return HttpResponseRedirect(where)


def shown_as(version: Version) -> str:
    """How the page shows these bytes: "pdf" (made of an office document too), "image", "text",
    "words" (the text of an office document, while it has no PDF), or "" for a download only."""
    if has_pdf(version.storage_key, version.media_type):
        return "pdf"
    if version.media_type.startswith("image/"):
        return "image" if draw(version.storage_key, version.media_type) else ""
    if version.media_type in ("text/plain", "text/csv"):
        return "text"
    return "words" if DocumentPage.objects.filter(version=version).exists() else ""


def text_of(version: Version) -> str:
    """The text of a plain file as it is, or the words read in an office document."""
    if version.media_type in ("text/plain", "text/csv"):
        with blobs().open(version.storage_key) as file:
            from council.dossier.conversion import decode_text  # with it comes pikepdf

            return decode_text(file.read(SHOWN * 4))[:SHOWN]
    pages = DocumentPage.objects.filter(version=version).order_by("number")
    return "\n\n".join(pages.values_list("text", flat=True)[:50])[:SHOWN]


def _row(visit: Visit, piece: UUID) -> EditionPiece:
    row = (
        EditionPiece.objects.filter(edition=visit.latest.edition, uid=piece)
        .select_related("version")
        .first()
    )
    if row is None:
        raise Http404
    return row


@portal_page
@read_view
def show_piece(request: HttpRequest, visit: Visit, piece: UUID) -> HttpResponseBase:
    """The bytes for the page: a PDF, as it is or made of an Office document, a picture as drawn
    again by us."""
    row = _row(visit, piece)
    version = row.version
    if version.media_type.startswith("image/") and not draw(
        version.storage_key, version.media_type
    ):
        raise Http404
    return serve_shown(
        request, version.storage_key, version.media_type, name=row.label, sha256=version.sha256
    )


@portal_page
@read_view
def download_piece(request: HttpRequest, visit: Visit, piece: UUID) -> HttpResponseBase:
    """The document as it was frozen, to keep."""
    row = _row(visit, piece)
    return serve(
        request,
        blobs().path(row.version.storage_key),
        media_type=row.version.media_type,
        name=row.version.original_name,
        etag=row.version.sha256,
    )
