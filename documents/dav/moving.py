"""COPY and MOVE, and the dance by which programmes save: write beside, put aside, rename over."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponseBase

from accounts.audit import record
from config.lib.access import require
from config.lib.storage import Stored, blobs
from config.lib.text import name_key
from documents import audit
from documents.access import can_edit, is_confidential, visible_documents, visible_folders
from documents.dav.call import Call, answer
from documents.dav.conditions import check_preconditions, depth_of, destination_path
from documents.dav.faults import Fault
from documents.dav.names import is_transient, segments
from documents.dav.places import Kind, Place
from documents.dav.writing import discard, file_received
from documents.extraction.sniffing import sniff
from documents.models import Document, DriveProperty, Folder, Version
from documents.services import drafts, drive_locks, filing, folders, moving
from documents.services.folders import LONGEST_NAME
from documents.services.locking import lock_organisation
from documents.services.names import is_taken
from documents.services.refusals import Refusal

MOST_COPIED = 2000


class TooManyToCopy(Refusal):
    """More than one request should copy."""


def _destination(call: Call) -> Place:
    path = destination_path(call.headers.get("Destination"), call.request.get_host())
    if not path.startswith(call.drive.prefix):
        raise Fault(502, "La destination n’est pas dans ce lecteur.")
    target = call.drive.at(segments(path.removeprefix(call.drive.prefix)))
    if not target.parent_exists or not target.path:
        raise Fault(409 if target.path else 403, "Le dossier de destination n’existe pas.")
    same_shelf = call.place.in_shared and target.in_shared
    if target.container is None and not same_shelf:
        raise Fault(403 if target.in_shared or target.kind is Kind.SHARED else 409)
    return target


def _prepare(call: Call) -> tuple[Place, bool]:
    """The destination, and whether something there is replaced, once all headers agree."""
    source = call.place
    if source.kind is Kind.NOTHING:
        raise Fault(404)
    if not source.path or source.kind in {Kind.LOBBY, Kind.SHARED}:
        raise Fault(403, "Ceci ne se déplace pas et ne se copie pas.")
    overwrite = call.headers.get("Overwrite", "T").strip().upper()
    if overwrite not in {"T", "F"}:
        raise Fault(400, "En-tête Overwrite illisible.")
    target = _destination(call)
    if target.path == source.path:
        raise Fault(403, "La source et la destination sont les mêmes.")
    if target.path[: len(source.path)] == source.path:
        raise Fault(403, "Un dossier ne va pas dans lui-même.")
    exists = target.kind is not Kind.NOTHING and target.thing != source.thing
    if exists and overwrite == "F":
        raise Fault(412, "Ce nom est déjà pris.")
    check_preconditions(call.headers, source.etag, reading=False)
    call.check_if()
    if exists and target.thing is not None:
        call.require_unlocked(target.thing)
    if target.container is not None:
        call.require_unlocked(target.container)
    return target, exists


def copy(call: Call) -> HttpResponseBase:
    """The same bytes in another place, under rights of the place. No byte is written again."""
    depth = depth_of(call.headers.get("Depth"), default="infinity")
    target, replaced = _prepare(call)
    source = call.place
    if target.container is None:
        raise Fault(403, "Rien ne se range à cet endroit.")
    require(can_edit(call.actor, target.container))
    with transaction.atomic():
        if source.draft is not None:
            _save_draft_as(call, target, remove=False)
        elif source.document is not None and is_transient(target.name):
            _keep_beside(call, target, stands_for=None)
        elif source.document is not None:
            if target.folder is not None:
                discard(call, target)
                target = call.drive.at(target.path)
            _copy_document(call, source.document, target)
        elif source.folder is not None:
            if is_transient(target.name):
                raise Fault(403)
            if replaced:
                discard(call, target)
            _copy_folder(call, source.folder, target.container, target.name, depth == "infinity")
    return answer(204 if replaced else 201)


def _copy_document(call: Call, document: Document, target: Place) -> None:
    version = document.current_version
    assert version is not None  # noqa: S101 - a filed document has one
    _trace(call, document, version)
    file_received(call, target, _as_received(version, target.name))
    copied = call.drive.at(target.path).document
    if copied is not None:
        _copy_properties(document, copied)


def _trace(call: Call, document: Document, version: Version) -> None:
    """What leaves a confidential folder in a copy was opened: it is noted there."""
    if is_confidential(document):
        record(
            call.actor,
            audit.DOCUMENT_OPENED,
            document,
            now=call.now,
            data={"version": str(version.uid), "by": "drive"},
            label=False,
        )


def _as_received(version: Version, name: str) -> filing.Received:
    """Bytes already stored, to be filed once more: versions share them."""
    return filing.Received(
        name=filing.usable_name(name),
        stored=Stored(version.storage_key, version.size, version.sha256),
        sniffed=sniff(blobs().path(version.storage_key), version.original_name),
    )


def _copy_properties(source: Document | Folder, copied: Document | Folder) -> None:
    kind = "document" if isinstance(source, Document) else "folder"
    mine = DriveProperty.objects.filter(**{kind: copied})
    mine.delete()
    DriveProperty.objects.bulk_create(
        DriveProperty(
            organisation_id=copied.organisation_id, name=p.name, value=p.value, **{kind: copied}
        )
        for p in DriveProperty.objects.filter(**{kind: source}).order_by("pk")
    )


def _copy_folder(call: Call, source: Folder, parent: Folder, name: str, deep: bool) -> None:
    """The folder and, deep, what of it this person may read."""
    left = MOST_COPIED
    waiting = [(source, parent, name)]
    while waiting:
        folder, where, called = waiting.pop()
        made = folders.create_folder(actor=call.actor, parent=where, name=called, now=call.now)
        _copy_properties(folder, made)
        if not deep:
            return
        documents = list(
            visible_documents(call.actor)
            .filter(folder=folder)
            .select_related("folder", "current_version")
            .order_by("id")
        )
        below = list(visible_folders(call.actor).filter(parent=folder).order_by("id"))
        left -= 1 + len(documents)
        if left < 0:
            raise TooManyToCopy("Ce dossier est trop grand pour être copié d’un seul geste.")
        for document in documents:
            if document.current_version is not None:
                _trace(call, document, document.current_version)
                filed = filing.file_document(
                    actor=call.actor,
                    folder=made,
                    received=_as_received(document.current_version, document.title),
                    now=call.now,
                )
                _copy_properties(document, filed.document)
        waiting += [(child, made, child.name) for child in below]


def move(call: Call) -> HttpResponseBase:
    """Another name or another folder; over a document, its next version: its history goes on."""
    if depth_of(call.headers.get("Depth"), default="infinity") != "infinity" and (
        call.place.is_collection
    ):
        raise Fault(400, "Un dossier se déplace en entier.")
    target, replaced = _prepare(call)
    call.require_removable(call.place)
    source = call.place
    with transaction.atomic():
        lock_organisation(call.actor.organisation.pk)
        call.require_still_there()
        if source.draft is not None:
            _save_draft_as(call, target, remove=True)
        elif source.document is not None and is_transient(target.name):
            _keep_beside(call, target, stands_for=source.document)
        elif source.document is not None:
            _move_document(call, source.document, target)
        elif source.folder is not None:
            if is_transient(target.name):
                raise Fault(403)
            if replaced:
                discard(call, target)
            _move_folder(call, source.folder, target)
    return answer(204 if replaced else 201)


def _save_draft_as(call: Call, target: Place, *, remove: bool) -> None:
    """A programme renames what it wrote: onto a document, that is how it saves."""
    draft, folder = call.place.draft, target.container
    if draft is None or folder is None:
        raise Fault(403, "Rien ne se range à cet endroit.")
    stored = Stored(draft.storage_key, draft.size, draft.sha256) if draft.storage_key else None
    if is_transient(target.name) or stored is None:
        if target.document is not None:
            discard(call, call.place)  # an empty file over a document: nothing to save
        elif remove:
            drafts.move_draft(actor=call.actor, draft=draft, folder=folder, name=target.name)
        else:
            drafts.keep_draft(
                actor=call.actor, folder=folder, name=target.name, stored=stored, now=call.now
            )
        return
    if target.folder is not None:
        discard(call, target)
    name = filing.usable_name(target.name)
    sniffed = sniff(blobs().path(stored.key), name)
    file_received(call, target, filing.Received(name=name, stored=stored, sniffed=sniffed))
    if remove:
        drafts.drop_draft(actor=call.actor, draft=draft)


def _keep_beside(call: Call, target: Place, *, stands_for: Document | None) -> None:
    """A programme puts the document aside under a name of its own: it stays where it is."""
    version, folder = call.place.version, target.container
    if version is None or folder is None:
        raise Fault(403)
    if stands_for is not None:
        require(can_edit(call.actor, stands_for))
    drafts.keep_draft(
        actor=call.actor,
        folder=folder,
        name=target.name,
        stored=Stored(version.storage_key, version.size, version.sha256),
        now=call.now,
        stands_for=stands_for,
    )


def _move_document(call: Call, document: Document, target: Place) -> None:
    if target.document is not None and target.document.pk != document.pk:
        version = document.current_version
        assert version is not None  # noqa: S101 - a filed document has one
        file_received(call, target, _as_received(version, target.document.title))
        discard(call, call.place)
        return
    if target.folder is not None or target.draft is not None:
        discard(call, target)
    folder = target.container or document.folder
    drive_locks.drop_locks(document)
    if folder.pk == document.folder_id:
        moving.rename_document(actor=call.actor, document=document, name=target.name, now=call.now)
        return
    same_name = name_key(target.name) == document.name_key
    first = not same_name and is_taken(folder, document.title)
    if first:
        document = moving.rename_document(
            actor=call.actor, document=document, name=target.name, now=call.now
        )
    document = moving.move_document(
        actor=call.actor, document=document, target=folder, now=call.now
    )
    if document.title != target.name and not first:
        moving.rename_document(actor=call.actor, document=document, name=target.name, now=call.now)


def _move_folder(call: Call, folder: Folder, target: Place) -> None:
    where = target.container or folder.parent
    if where is None:
        raise Fault(403)
    drive_locks.drop_locks(folder)
    name = target.name[:LONGEST_NAME]
    if where.pk == folder.parent_id:
        folders.rename_folder(actor=call.actor, folder=folder, name=name, now=call.now)
        return
    first = name_key(name) != folder.name_key and is_taken(where, folder.name)
    if first:
        folder = folders.rename_folder(actor=call.actor, folder=folder, name=name, now=call.now)
    folder = folders.move_folder(actor=call.actor, folder=folder, target=where, now=call.now)
    if folder.name != name and not first:
        folders.rename_folder(actor=call.actor, folder=folder, name=name, now=call.now)
