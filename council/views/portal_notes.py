"""Private notes in the portal: written under a point, read and taken away by their author alone.

The personal link of a meeting opens the notes of that meeting's dossier, no others. All of them
are taken away from the account, or by the link sent when a mandate ends.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.models import Organisation, Person
from config.lib import clock
from config.lib.downloads import attachment
from config.lib.htmx import render_page
from config.lib.http import post_view, read_view, write_view
from config.lib.text import long_date
from council.forms_notes import NoteForm, PageNoteForm
from council.models import Convocation, EditionPiece
from council.services import leaving_notes, noting
from council.services.noting import ChangedElsewhere, Note, NotThere
from council.services.refusals import Refusal
from council.views.portal import frame
from council.views.portal_gate import secret
from council.views.portal_session import Visit, portal_page, sealed
from council.views.portal_words import day_and_hour

FILE = "Mes notes.html"


def point_context(visit: Visit, item: UUID) -> dict[str, Any]:
    """What the page of a point shows of its reader's own note."""
    note = noting.on_point(visit.person, item)
    return {
        "note_forms": [NoteForm(note=note)],
        "note_url": visit.url("note-point", item),
        "note_link": visit.source == "link",
        "notes_url": visit.url("notes"),
    }


def piece_context(visit: Visit, piece: EditionPiece) -> dict[str, Any]:
    """The same for a document: each note of it, then the place for one more."""
    notes = noting.on_piece(visit.person, piece)
    return {
        "note_forms": [
            *(PageNoteForm(note=one, name=f"note-{one.page}") for one in notes),
            PageNoteForm(name="note-neuve"),
        ],
        "note_url": visit.url("note-piece", piece.uid),
        "note_link": visit.source == "link",
        "notes_url": visit.url("notes"),
    }


@sensitive_variables()
def _save(
    request: HttpRequest,
    visit: Visit,
    form: NoteForm,
    write: Callable[[dict[str, Any]], Note | None],
    back: str,
) -> HttpResponseBase:
    kept: Note | None = None
    if form.is_valid():
        try:
            write(form.cleaned_data)
        except NotThere as gone:
            raise Http404 from gone
        except ChangedElsewhere as changed:
            kept = changed.note
            form.data = form.data.copy()
            form.data["mark"] = kept.mark
            form.add_error(None, str(changed))
        except Refusal as refused:
            form.add_error("text", str(refused))
        else:
            return HttpResponseRedirect(f"{back}#ma-note", status=303)
    context = frame(visit) | {"form": form, "kept": kept, "back": back}
    return render_page(request, "council/portal/note_again.html", context, status=422)


@sensitive_post_parameters()
@portal_page
@post_view
def note_point(request: HttpRequest, visit: Visit, item: UUID) -> HttpResponseBase:
    """Keep the note of a point; without a word, it is erased."""

    def write(data: dict[str, Any]) -> Note | None:
        return noting.write_on_point(
            convocation=visit.latest,
            item=item,
            text=data["text"],
            mark=data["mark"],
            now=visit.now,
        )

    back = visit.url("read-point", item)
    return _save(request, visit, NoteForm(request.POST), write, back)


@sensitive_post_parameters()
@portal_page
@post_view
def note_piece(request: HttpRequest, visit: Visit, piece: UUID) -> HttpResponseBase:
    """The same for a document, or one page of it."""

    def write(data: dict[str, Any]) -> Note | None:
        return noting.write_on_piece(
            convocation=visit.latest,
            piece=piece,
            page=data["page"] or 0,
            text=data["text"],
            mark=data["mark"],
            now=visit.now,
        )

    back = visit.url("read-piece", piece)
    return _save(request, visit, PageNoteForm(request.POST), write, back)


@portal_page
@read_view
def notes(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """« Mes notes » on this meeting, in the order of the dossier."""
    context = frame(visit) | {
        "title": visit.meeting.assembly.name,
        "when": day_and_hour(visit.meeting),
        "notes": noting.of_dossier(visit.latest),
        "file_url": visit.url("notes-file"),
        "all_url": reverse("portal:my-notes") if visit.source == "account" else "",
        "by_link": visit.source == "link",
    }
    return render_page(request, "council/portal/notes.html", context)


@portal_page
@read_view
def notes_file(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The notes of this meeting, to keep."""
    found = noting.of_dossier(visit.latest)
    return _file([_section(visit.latest, found)], visit.person)


@read_view
def my_notes(request: HttpRequest) -> HttpResponseBase:
    """All the notes of the person signed in, mandate or not, and how to take them away."""
    person = cast(Person, request.user)
    context = {"sections": _sections(person), "person_name": person.full_name}
    return sealed(render_page(request, "council/portal/my_notes.html", context))


@read_view
def my_notes_file(request: HttpRequest) -> HttpResponseBase:
    """All of them in one file."""
    person = cast(Person, request.user)
    return sealed(_file(_sections(person), person))


@secret
@write_view
def take_away(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link sent at the end of a mandate. GET asks who it is; POST gives the file, no more."""
    leave = leaving_notes.follow(token, now=clock.now())
    if leave is None:
        return render_page(request, "council/portal/notes_over.html", {}, status=410)
    if request.method == "POST":
        return _file(_sections(leave.person, leave.organisation), leave.person)
    context = {
        "name": leave.person.full_name,
        "organisation": leave.organisation.name,
        "until": long_date(datetime.combine(leave.until, time())),
        "any": leaving_notes.notes_left(leave),
        "phone": leave.organisation.phone,
    }
    return render_page(request, "council/portal/notes_gate.html", context)


def _section(convocation: Convocation, found: list[Note]) -> dict[str, Any]:
    meeting = convocation.meeting
    return {
        "title": f"{meeting.assembly.name}, {day_and_hour(meeting)}",
        "organisation": convocation.organisation.name,
        "notes": found,
    }


def _sections(person: Person, organisation: Organisation | None = None) -> list[dict[str, Any]]:
    """The notes of a person by meeting, the latest first."""
    rows = noting.notes_of(person).select_related(
        "item", "document", "organisation", "meeting__assembly", "meeting__organisation"
    )
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    sections = []
    for meeting, group in groupby(rows.in_reading_order(), key=lambda one: one.meeting):
        title = f"{meeting.assembly.name}, {day_and_hour(meeting)}"
        sections.append(
            {
                "title": title,
                "organisation": meeting.organisation.name,
                "notes": noting.opened(group, person),
            }
        )
    return sections[::-1]


def _file(sections: list[dict[str, Any]], person: Person) -> HttpResponseBase:
    html = render_to_string(
        "council/portal/notes_file.html",
        {"sections": [one for one in sections if one["notes"]], "person_name": person.full_name},
    )
    return attachment(HttpResponse(html), FILE, media_type="text/html; charset=utf-8")
