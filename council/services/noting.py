"""Private notes: a member writes on a point or on a page of their dossier, and alone reads them.

Nothing of a note is audited, announced or logged, not even that it exists. The personal link of a
meeting reads and writes the notes of that meeting's dossier; taking all of them away asks for the
account, or for the link sent when the mandate ends (``leaving_notes``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from accounts.models import Person
from config.lib.access import require
from config.lib.clock import local_date
from council import papers
from council.access import can_open_dossier
from council.models import AgendaItem, Convocation, EditionPiece, PrivateNote
from council.models.note import PrivateNoteQuerySet
from council.sealed import Unreadable, seal, unseal
from council.services.locking import lock_convocation
from council.services.refusals import Refusal

#: Characters of one note.
LONGEST = 10_000
LOST = "(Cette note ne se lit plus : la clé de ce serveur a changé depuis.)"


class NotThere(Refusal):
    """This point or document is not in the dossier."""


class TooLong(Refusal):
    """A note has a limit."""


class ChangedElsewhere(Refusal):
    """The note was changed on another device since the page was opened."""

    def __init__(self, note: Note) -> None:
        super().__init__(
            "Cette note a changé sur un autre appareil depuis l’ouverture de la page. Rien n’est "
            "perdu : les deux textes sont ci-dessous."
        )
        self.note = note


@dataclass(frozen=True, slots=True)
class Note:
    """A note opened for its author. ``mark`` changes with each writing."""

    uid: UUID
    text: str
    page: int
    mark: str
    point: str = ""
    number: int | None = None
    document: str = ""


def notes_of(person: Person) -> PrivateNoteQuerySet:
    """The notes of one person: the only way to them."""
    return PrivateNote.objects.filter(person=person)


def opened(notes: Iterable[PrivateNote], person: Person) -> list[Note]:
    """The notes in clear, for their author only."""
    return [_opened(one, person) for one in notes]


def _opened(one: PrivateNote, person: Person) -> Note:
    try:
        text = unseal(bytes(one.content), person=person.uid, row=one.uid)
    except Unreadable:
        text = LOST
    return Note(
        one.uid,
        text,
        one.page,
        one.changed_at.isoformat(),
        one.item.title,
        one.item.number,
        papers.shown_title(one.document.title) if one.document else "",
    )


def on_point(person: Person, item: UUID) -> Note | None:
    """What this person wrote on a point itself."""
    found = _rows(notes_of(person).filter(item__uid=item, document=None)).first()
    return _opened(found, person) if found else None


def on_piece(person: Person, piece: EditionPiece) -> list[Note]:
    """What this person wrote on a document of a point, page by page, in any of its versions."""
    rows = notes_of(person).filter(item=piece.item_id, document=piece.version.document_id)
    return opened(_rows(rows).order_by("page"), person)


def of_dossier(convocation: Convocation) -> list[Note]:
    """All that the member wrote about a meeting: on its points, and on those withdrawn since."""
    points = EditionPiece.objects.filter(edition=convocation.edition_id).values("item")
    rows = notes_of(convocation.person).filter(
        Q(meeting=convocation.meeting_id)
        | Q(item__meeting=convocation.meeting_id)
        | Q(item__in=points)
    )
    return opened(_rows(rows).in_reading_order(), convocation.person)


def _rows(rows: PrivateNoteQuerySet) -> PrivateNoteQuerySet:
    return rows.select_related("item", "document")


@transaction.atomic
def write_on_point(
    *, convocation: Convocation, item: UUID, text: str, mark: str, now: datetime
) -> Note | None:
    """Write, change or, with no word left, erase one's note on a point.

    ``mark`` is that of the note shown when the page was opened, "" when there was none. Raises
    NotThere, TooLong, ChangedElsewhere.
    """
    held = _held(convocation, now)
    points = [point.uid for point in papers.edition_dossier(held.edition).points]
    if str(item) not in points:
        raise NotThere("Ce point n’est pas dans votre dossier.")
    at = AgendaItem.objects.get(uid=item)
    return _write(held, at, None, 0, text, mark, now)


@transaction.atomic
def write_on_piece(
    *, convocation: Convocation, piece: UUID, page: int, text: str, mark: str, now: datetime
) -> Note | None:
    """The same on a document of the dossier; ``page`` 0 is the whole of it."""
    held = _held(convocation, now)
    row = (
        EditionPiece.objects.filter(edition=held.edition, uid=piece)
        .select_related("item", "version")
        .first()
    )
    if row is None:
        raise NotThere("Ce document n’est pas dans votre dossier.")
    return _write(held, row.item, row.version.document_id, page, text, mark, now)


def _held(convocation: Convocation, now: datetime) -> Convocation:
    held = lock_convocation(convocation)
    today = local_date(now, held.meeting.timezone)
    require(can_open_dossier(held.person, held.edition, today=today))
    return held


def _write(
    held: Convocation,
    item: AgendaItem,
    document: int | None,
    page: int,
    text: str,
    mark: str,
    now: datetime,
) -> Note | None:
    words = text.replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise TooLong("Cette note est trop longue : coupez-la en deux, sur deux pages.")
    # One writer at a time for a person, whichever of their dossiers is open.
    Person.objects.select_for_update(no_key=True).get(pk=held.person_id)
    row = _rows(notes_of(held.person).filter(item=item, document=document, page=page)).first()
    if row is not None:
        kept = _opened(row, held.person)
        if kept.text == words:
            return kept
        if kept.mark != mark:
            raise ChangedElsewhere(kept)
    if not words:
        if row is not None:
            row.delete()
        return None
    if row is None:
        row = PrivateNote(
            uid=uuid4(),
            organisation_id=held.organisation_id,
            person=held.person,
            meeting=held.meeting,
            item=item,
            document_id=document,
            page=page,
        )
    row.content = seal(words, person=held.person.uid, row=row.uid)
    row.changed_at = now
    row.save()
    return _opened(row, held.person)
