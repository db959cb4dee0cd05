"""PUT, MKCOL, DELETE, PROPPATCH: each one service of documents, its refusals as statuses."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase

from config.lib.access import require
from config.lib.storage import StorageFull, Stored, TooLarge, blobs
from config.lib.text import human_size
from documents.access import can_edit
from documents.dav import xml
from documents.dav.call import Body, Call, answer, let_go
from documents.dav.conditions import check_preconditions
from documents.dav.faults import Fault
from documents.dav.names import href, is_transient
from documents.dav.places import Kind, Place
from documents.dav.properties import PROTECTED
from documents.models import Document, DriveProperty, Folder
from documents.services import drafts, drive_locks, filing, folders, trash
from documents.services.locking import lock_organisation
from documents.services.refusals import Refusal

MOST_PROPERTIES = 100
LONGEST_PROPERTY = 16_000


def put(call: Call) -> HttpResponseBase:
    """Bytes under a name: a new document, a new version, or a file that a programme keeps.

    An empty file announces one that follows (Windows, macOS): it makes no version.
    """
    place = call.place
    if "Content-Range" in call.headers:
        raise Fault(400, "Un fichier s’enregistre en entier.")
    if place.is_collection:
        raise Fault(405, "Un dossier porte ce nom.")
    target = _checked_target(call)
    body = Body(call.request)
    if body.left is not None and body.left > settings.MAX_UPLOAD_BYTES:
        raise Fault(413, f"Ce fichier dépasse {human_size(settings.MAX_UPLOAD_BYTES)}.")
    if body.left == 0:
        return _put_nothing(call)
    let_go()
    if isinstance(target, Folder) and is_transient(place.name):
        stored = _store(body)
        drafts.keep_draft(
            actor=call.actor, folder=target, name=place.name, stored=stored, now=call.now
        )
        return answer(201 if place.kind is Kind.NOTHING else 204)
    wanted = place.document.title if place.document is not None else place.name
    received = filing.receive(body, wanted)
    if received.stored.size == 0:
        blobs().delete(received.stored.key)
        return _put_nothing(call)
    # The client will look for the name that it gave; what the bytes are is said in the version.
    received = replace(received, name=filing.usable_name(wanted))
    etag = file_received(call, place, received)
    return answer(201 if place.kind is Kind.NOTHING else 204, ETag=etag)


def _checked_target(call: Call) -> Document | Folder:
    """Where the bytes go, once rights, conditions and locks agree."""
    place = call.place
    target = place.document or place.container
    if not place.parent_exists or (target is None and not place.in_shared):
        raise Fault(409, "Le dossier n’existe pas.")
    if target is None:
        raise Fault(403, "Rien ne se range à cet endroit.")
    require(can_edit(call.actor, target))
    check_preconditions(call.headers, place.etag, reading=False)
    call.check_if()
    call.require_unlocked(place.draft or target)
    return target


def _store(body: Body) -> Stored:
    try:
        return blobs().put(body, max_bytes=settings.MAX_UPLOAD_BYTES)
    except TooLarge:
        raise Fault(413) from None
    except StorageFull:
        raise Fault(507) from None


def _put_nothing(call: Call) -> HttpResponseBase:
    place = call.place
    if place.document is not None:
        return answer(204)  # what follows will be the version; nothing is emptied meanwhile
    assert place.container is not None  # noqa: S101 - checked by _checked_target
    drafts.keep_draft(
        actor=call.actor, folder=place.container, name=place.name, stored=None, now=call.now
    )
    return answer(201 if place.kind is Kind.NOTHING else 204)


def file_received(call: Call, place: Place, received: filing.Received) -> str:
    """Received bytes at a place, by the one way of filing. Returns the ETag."""
    with transaction.atomic():
        if place.document is not None:
            filed = filing.add_version(
                actor=call.actor, document=place.document, received=received, now=call.now
            )
        else:
            assert place.container is not None  # noqa: S101 - nothing is filed elsewhere
            filed = filing.file_document(
                actor=call.actor,
                folder=place.container,
                received=received,
                now=call.now,
                as_new_version=True,
            )
        drafts.back_in_place(actor=call.actor, document=filed.document)
        if place.draft is not None:
            drive_locks.hand_over(
                actor=call.actor, draft=place.draft, document=filed.document, now=call.now
            )
            drafts.drop_draft(actor=call.actor, draft=place.draft)
    return f'"{filed.version.sha256[:40]}"'


def mkcol(call: Call) -> HttpResponseBase:
    """A new folder."""
    if Body(call.request).all(xml.MOST_BYTES):
        raise Fault(415, "Un nouveau dossier n’a pas de contenu.")
    place = call.place
    if place.kind is not Kind.NOTHING:
        raise Fault(405, "Ce nom est déjà pris.")
    if not place.parent_exists or (place.container is None and not place.in_shared):
        raise Fault(409, "Le dossier qui doit le contenir n’existe pas.")
    if place.container is None or is_transient(place.name):
        raise Fault(403, "Rien ne se range à cet endroit.")
    call.check_if()
    call.require_unlocked(place.container)
    folders.create_folder(actor=call.actor, parent=place.container, name=place.name, now=call.now)
    return answer(201)


def delete(call: Call) -> HttpResponseBase:
    """Into the trash, from where it comes back; a programme's own file is forgotten."""
    place = call.place
    if place.kind is Kind.NOTHING:
        raise Fault(404)
    if not place.path or place.kind in {Kind.LOBBY, Kind.SHARED}:
        raise Fault(403, "Ceci ne se supprime pas.")
    check_preconditions(call.headers, place.etag, reading=False)
    call.check_if()
    call.require_removable(place)
    with transaction.atomic():
        lock_organisation(call.actor.organisation.pk)
        call.require_still_there()
        discard(call, place)
    return answer(204)


@transaction.atomic
def discard(call: Call, place: Place) -> None:
    """What stands there goes to the trash, with its locks."""
    if place.draft is not None:
        drafts.drop_draft(actor=call.actor, draft=place.draft)
    elif place.document is not None:
        trash.trash_document(actor=call.actor, document=place.document, now=call.now)
        drive_locks.drop_locks(place.document)
    elif place.folder is not None:
        trash.trash_folder(actor=call.actor, folder=place.folder, now=call.now)
        drive_locks.drop_locks(place.folder)


def proppatch(call: Call) -> HttpResponseBase:
    """Properties of the client's own: kept beside the document. Ours are not written this way."""
    root = xml.parse(Body(call.request).all(xml.MOST_BYTES))
    place = call.place
    if place.kind is Kind.NOTHING:
        raise Fault(404)
    if root is None or root.tag != "{DAV:}propertyupdate":
        raise Fault(400, "Un élément propertyupdate est attendu.")
    changes = _asked(root)
    if place.draft is None:
        if place.thing is None:
            raise Fault(403)
        require(can_edit(call.actor, place.document or place.folder))  # type: ignore[arg-type]
    call.check_if()
    if place.thing is not None:
        call.require_unlocked(place.thing)
    names = list(dict.fromkeys(name for name, _ in changes))
    refused = [name for name in names if name in PROTECTED or _too_long(name, changes)]
    if refused:
        others = [name for name in names if name not in refused]
        inner = xml.propstats([], refused, status="403 Forbidden") + (
            xml.propstats([], others, status="424 Failed Dependency") if others else ""
        )
    else:
        if place.draft is None:
            _keep_properties(place, changes)
        inner = xml.propstats([xml.element(name) for name in names], [])
    where = href(call.drive.prefix, place.path, collection=place.is_collection)
    return answer(
        207,
        f'{xml.HEAD}<D:multistatus xmlns:D="DAV:"><D:response><D:href>{xml.text(where)}</D:href>'
        f"{inner}</D:response></D:multistatus>",
    )


def _asked(root: ET.Element) -> list[tuple[str, str | None]]:
    """Names and values (None to remove), in the order of the request."""
    changes: list[tuple[str, str | None]] = []
    for step in root:
        if step.tag not in {"{DAV:}set", "{DAV:}remove"}:
            continue
        for prop in step.findall("{DAV:}prop/*"):
            prop.tail = None
            value = ET.tostring(prop, encoding="unicode") if step.tag == "{DAV:}set" else None
            changes.append((prop.tag, value))
    return changes


def _too_long(name: str, changes: list[tuple[str, str | None]]) -> bool:
    return len(name) > 300 or any(
        n == name and value is not None and len(value) > LONGEST_PROPERTY for n, value in changes
    )


@transaction.atomic
def _keep_properties(place: Place, changes: list[tuple[str, str | None]]) -> None:
    thing = place.document or place.folder
    assert thing is not None  # noqa: S101 - checked by proppatch
    on = {"document": thing} if isinstance(thing, Document) else {"folder": thing}
    for name, value in changes:
        if value is None:
            DriveProperty.objects.filter(name=name, **on).delete()
            continue
        DriveProperty.objects.update_or_create(
            name=name, **on, defaults={"organisation": thing.organisation, "value": value}
        )
    if DriveProperty.objects.filter(**on).count() > MOST_PROPERTIES:
        raise Refusal("Trop de propriétés sur ce fichier.")
