"""LOCK and UNLOCK: a lock on a document is its reservation."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from django.http import HttpResponseBase

from config.lib.access import require
from documents.access import can_edit
from documents.dav import xml
from documents.dav.call import Body, Call, answer
from documents.dav.conditions import check_preconditions, depth_of, lock_seconds
from documents.dav.faults import Fault
from documents.dav.names import is_transient
from documents.dav.places import Kind
from documents.dav.properties import active_lock
from documents.models import DriveDraft, DriveLock
from documents.services import drive_locks
from documents.services.drafts import keep_draft


def lock(call: Call) -> HttpResponseBase:
    """A new lock, or one's own for longer. On a name where nothing stands, the name is kept."""
    body = Body(call.request).all(xml.MOST_BYTES)
    seconds = lock_seconds(call.headers.get("Timeout"))
    info = xml.parse(body)
    if info is None:
        return _refresh(call, seconds)
    if info.tag != "{DAV:}lockinfo":
        raise Fault(400, "Un élément lockinfo est attendu.")
    depth = depth_of(call.headers.get("Depth"), default="infinity")
    if depth == "1":
        raise Fault(400, "Un verrou porte sur un fichier, ou sur tout un dossier.")
    if info.find("{DAV:}lockscope/{DAV:}exclusive") is None:
        raise Fault(403, "Une réservation n’a qu’un titulaire : pas de verrou partagé.")
    place = call.place
    check_preconditions(call.headers, place.etag, reading=False)
    call.check_if()
    created = place.kind is Kind.NOTHING
    thing = _kept_name(call) if created else place.thing
    if thing is None:
        raise Fault(403, "Ceci ne se verrouille pas.")
    covering = [held for held in drive_locks.locks_on(thing, call.now) if not created or held.deep]
    if covering:
        raise Fault(423, _who(covering[0], call), condition="no-conflicting-lock", href=call.here())
    deep = depth == "infinity" and place.is_collection
    if deep and place.folder is not None and drive_locks.locks_below(place.folder, call.now):
        raise Fault(423, "Un fichier de ce dossier est ouvert.", condition="no-conflicting-lock")
    held = drive_locks.lock(
        actor=call.actor,
        thing=thing,
        deep=deep,
        owner=_owner(info),
        seconds=seconds,
        now=call.now,
    )
    response = _discovery(call, held, status=201 if created else 200)
    response["Lock-Token"] = f"<{held}>"
    return response


def _kept_name(call: Call) -> DriveDraft:
    """An empty file under the name that is about to be written (RFC 4918 §9.10.4)."""
    place = call.place
    if not place.parent_exists or (place.container is None and not place.in_shared):
        raise Fault(409)
    if place.container is None:
        raise Fault(403, "Rien ne se range à cet endroit.")
    require(can_edit(call.actor, place.container))
    call.require_unlocked(place.container)
    return keep_draft(
        actor=call.actor, folder=place.container, name=place.name, stored=None, now=call.now
    )


def _who(held: DriveLock, call: Call) -> str:
    if held.person_id == call.actor.person.pk:
        return "Vous avez déjà ouvert ce fichier dans un logiciel."
    return f"Ce fichier est ouvert par {held.person}."


def _refresh(call: Call, seconds: int) -> HttpResponseBase:
    call.check_if()
    thing = call.place.thing
    if thing is None:
        raise Fault(404)
    for held in drive_locks.locks_on(thing, call.now):
        if str(held) in call.conditions.tokens:
            longer = drive_locks.refresh(
                actor=call.actor, uid=held.uid, seconds=seconds, now=call.now
            )
            if longer is not None:
                return _discovery(call, longer, status=200)
    raise Fault(412, "Ce verrou n’existe plus.", condition="lock-token-matches-request-uri")


def _discovery(call: Call, held: DriveLock, *, status: int) -> HttpResponseBase:
    inner = active_lock(call.drive, held, call.place, call.now)
    return answer(
        status,
        f'{xml.HEAD}<D:prop xmlns:D="DAV:"><D:lockdiscovery>{inner}</D:lockdiscovery></D:prop>',
    )


def _owner(info: ET.Element) -> str:
    found = info.find("{DAV:}owner")
    if found is None:
        return ""
    inner = xml.text(found.text or "")
    return inner + "".join(ET.tostring(child, encoding="unicode") for child in found)


def unlock(call: Call) -> HttpResponseBase:
    """Give one's own lock back."""
    token = call.headers.get("Lock-Token", "").strip()
    if not token:
        raise Fault(400, "Il manque l’en-tête Lock-Token.")
    token = token.strip("<>")
    thing = call.place.thing
    if thing is None:
        raise Fault(404)
    held = next((o for o in drive_locks.locks_on(thing, call.now) if str(o) == token), None)
    if held is None:
        raise Fault(409, condition="lock-token-matches-request-uri")
    if held.person_id != call.actor.person.pk:
        raise Fault(403, "Ce verrou est celui d’une autre personne.")
    drive_locks.unlock(actor=call.actor, held=held, now=call.now)
    draft = call.place.draft
    if draft is not None and not draft.storage_key and not is_transient(draft.name):
        # A name that was kept and never written: nothing stands there any more.
        draft.delete()
    return answer(204)


__all__ = ["lock", "unlock"]
