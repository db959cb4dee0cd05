"""The pieces of a point: joined, brought from one's computer, told what they are, put in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person
from config.lib.access import require
from council import audit
from council.access import can_edit_item
from council.enums import ItemState, PieceNature
from council.models import AgendaItem, AgendaItemDocument
from council.services.locking import lock_item
from council.services.refusals import Refusal
from documents.access import can_manage, can_read, is_confidential
from documents.models import Document, Folder
from documents.services import filing
from documents.services.locking import lock_organisation


class NotReadable(Refusal):
    """Nobody puts on the agenda a document that they may not read."""


class Confidential(Refusal):
    """A confidential document is shown to a whole assembly only by those who hold its rights."""


class AgendaFrozen(Refusal):
    """The agenda is settled: it opens again before it changes."""


class NotJoined(Refusal):
    """The document is no piece of the point."""


def check_open(item: AgendaItem) -> None:
    """The agenda that the point is on must still be open."""
    if item.state in (ItemState.FROZEN, ItemState.TABLED):
        raise AgendaFrozen("L’ordre du jour est arrêté : rouvrez-le pour le changer.")


def pieces_of(item: AgendaItem) -> list[AgendaItemDocument]:
    """The pieces of a point, in the order in which its readers see them."""
    rows = AgendaItemDocument.objects.filter(item=item).select_related("document")
    return list(rows.order_by("position", "pk"))


@transaction.atomic
def join_document(
    *,
    actor: Actor,
    item: AgendaItem,
    document: Document,
    now: datetime,
    nature: PieceNature = PieceNature.ANNEX,
) -> AgendaItemDocument:
    """Join one more piece, last. Joining it again changes nothing."""
    locked = _held(actor, item)
    last = locked.pieces.order_by("-position").values_list("position", flat=True).first() or 0
    piece = join(actor, locked, document, last + 1, now, nature)
    AgendaItem.objects.filter(pk=locked.pk).update(changed_at=now)
    record(actor, audit.PIECE_JOINED, locked, now=now, data={"document": str(document.uid)})
    return piece


@transaction.atomic
def join_documents(
    *, actor: Actor, item: AgendaItem, documents: Sequence[Document], now: datetime
) -> list[AgendaItemDocument]:
    """Join several pieces in their order: all, or none when one is refused."""
    return [
        join_document(actor=actor, item=item, document=document, now=now) for document in documents
    ]


@transaction.atomic
def bring_pieces(
    *,
    actor: Actor,
    item: AgendaItem,
    folder: Folder,
    received: Sequence[filing.Received],
    now: datetime,
    nature: PieceNature = PieceNature.ANNEX,
) -> list[Document]:
    """File what comes from one's computer in the tree, and join it: all, or nothing of it."""
    lock_organisation(actor.organisation.pk)
    require(can_edit_item(actor, item))
    filed = [
        filing.file_document(
            actor=actor, folder=folder, received=one, now=now, keep_both=True
        ).document
        for one in received
    ]
    for document in filed:
        join_document(actor=actor, item=item, document=document, now=now, nature=nature)
    return filed


@transaction.atomic
def remove_document(
    *, actor: Actor, item: AgendaItem, document: Document, now: datetime
) -> AgendaItem:
    """Take a piece off the point; the document itself stays in its folder."""
    locked = _held(actor, item)
    AgendaItemDocument.objects.filter(item=locked, document=document).delete()
    record(actor, audit.PIECE_REMOVED, locked, now=now, data={"document": str(document.uid)})
    return locked


@transaction.atomic
def name_nature(
    *, actor: Actor, item: AgendaItem, document: Document, nature: PieceNature, now: datetime
) -> AgendaItemDocument:
    """Say what a piece is: a plan, a contract, a budgetary document… Its readers are told."""
    locked = _held(actor, item)
    piece = _piece(locked, document)
    if piece.nature == nature:
        return piece
    piece.nature = nature
    piece.save(update_fields=["nature"])
    _changed(actor, locked, document, now)
    return piece


@transaction.atomic
def move_piece(
    *, actor: Actor, item: AgendaItem, document: Document, rank: int, now: datetime
) -> list[AgendaItemDocument]:
    """Put a piece at a rank, 1 being first; the others make room."""
    locked = _held(actor, item)
    moved = _piece(locked, document)
    others = [one for one in pieces_of(locked) if one.pk != moved.pk]
    place = min(max(rank - 1, 0), len(others))
    order = [*others[:place], moved, *others[place:]]
    changed = []
    for position, piece in enumerate(order, start=1):
        if piece.position != position:
            piece.position = position
            changed.append(piece)
    if changed:
        AgendaItemDocument.objects.bulk_update(changed, ["position"])
        _changed(actor, locked, document, now)
    return order


def join(
    actor: Actor,
    item: AgendaItem,
    document: Document,
    position: int,
    now: datetime,
    nature: PieceNature = PieceNature.ANNEX,
) -> AgendaItemDocument:
    """Join a document to a point held by the caller, who asked for the right to write it."""
    if document.organisation_id != actor.organisation.pk or not can_read(actor, document):
        raise NotReadable("Vous ne pouvez joindre qu’un document que vous pouvez lire.")
    if document.current_version_id is None:
        raise NotReadable("Ce document n’a pas encore de fichier.")
    if is_confidential(document) and not can_manage(actor, document):
        raise Confidential(
            f"« {document.title} » est confidentiel : seules les personnes qui en gèrent les "
            "droits peuvent le montrer à une assemblée."
        )
    piece, _ = AgendaItemDocument.objects.get_or_create(
        item=item,
        document=document,
        defaults={
            "organisation": actor.organisation,
            "position": position,
            "nature": nature,
            "added_by": actor.person,
            "added_at": now,
        },
    )
    return piece


def copy_pieces(source: AgendaItem, target: AgendaItem, *, by: Person, now: datetime) -> None:
    """Join to a point what is joined to another: the documents as they will be then."""
    AgendaItemDocument.objects.bulk_create(
        AgendaItemDocument(
            organisation=piece.organisation,
            item=target,
            document=piece.document,
            position=piece.position,
            label=piece.label,
            nature=piece.nature,
            added_by=by,
            added_at=now,
        )
        for piece in pieces_of(source)
    )


def _held(actor: Actor, item: AgendaItem) -> AgendaItem:
    locked = lock_item(item)
    require(can_edit_item(actor, locked))
    check_open(locked)
    return locked


def _piece(item: AgendaItem, document: Document) -> AgendaItemDocument:
    piece = AgendaItemDocument.objects.filter(item=item, document=document).first()
    if piece is None:
        raise NotJoined("Ce document n’est pas une pièce du point.")
    return piece


def _changed(actor: Actor, item: AgendaItem, document: Document, now: datetime) -> None:
    AgendaItem.objects.filter(pk=item.pk).update(changed_at=now)
    record(actor, audit.PIECES_ARRANGED, item, now=now, data={"document": str(document.uid)})
