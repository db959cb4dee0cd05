"""One request to the drive: where it points, what it may touch, what its body holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts.actor import Actor
from documents.access import is_trashed
from documents.dav import xml
from documents.dav.conditions import IfHeader, State
from documents.dav.faults import Fault
from documents.dav.names import href, segments
from documents.dav.places import Drive, Place
from documents.models import Document, DriveDraft, Folder
from documents.services.drive_locks import locks_below, locks_on
from documents.services.locking import reread
from documents.services.refusals import MovedMeanwhile, ReservedByAnother
from documents.services.reserving import require_none_held_below, require_not_held


class CutShort(OSError):
    """The client went away before the end of what it had announced."""


class Body:
    """The bytes of a request as they come, never all at once; announced length or chunks."""

    def __init__(self, request: HttpRequest) -> None:
        self._input: Any = request.META["wsgi.input"]
        length = str(request.META.get("CONTENT_LENGTH") or "")
        self.chunked = not length and "chunked" in request.headers.get("Transfer-Encoding", "")
        self.left: int | None = None if self.chunked else int(length or 0)

    def read(self, size: int = 64 * 1024, /) -> bytes:
        """At most so many bytes; none at the end. Raises CutShort when the end comes too early."""
        if self.left is None:
            return bytes(self._input.read(size))
        if not self.left:
            return b""
        chunk = bytes(self._input.read(min(size, self.left)))
        if not chunk:
            raise CutShort(f"{self.left} bytes missing")
        self.left -= len(chunk)
        return chunk

    def all(self, most: int) -> bytes:
        """The whole of a small body. Raises Fault 413."""
        parts, total = [], 0
        while chunk := self.read():
            total += len(chunk)
            if total > most:
                raise Fault(413, "Cette demande est trop longue.")
            parts.append(chunk)
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Call:
    """What every method is given."""

    request: HttpRequest
    drive: Drive
    place: Place
    conditions: IfHeader
    now: datetime

    @property
    def actor(self) -> Actor:
        return self.drive.actor

    @property
    def headers(self) -> Any:
        return self.request.headers

    def here(self) -> str:
        """The address of the request, quoted."""
        return href(self.drive.prefix, self.place.path, collection=self.place.is_collection)

    def check_if(self) -> None:
        """Raises Fault 412 when the If header says something untrue."""

        def matches(path: str, state: State) -> bool:
            place = self.place
            if path:
                if not path.startswith(self.drive.prefix):
                    return False
                place = self.drive.at(segments(path.removeprefix(self.drive.prefix)))
            if state.etag:
                return place.etag == state.etag.removeprefix("W/")
            thing = place.thing or place.container
            return thing is not None and any(
                str(lock) == state.token for lock in locks_on(thing, self.now)
            )

        if not self.conditions.holds(matches):
            raise Fault(412)

    def require_unlocked(self, thing: Document | Folder | DriveDraft) -> None:
        """Raises Fault 423 unless every lock that covers this is the caller's, token shown."""
        for lock in locks_on(thing, self.now):
            if lock.person_id != self.actor.person.pk or str(lock) not in self.conditions.tokens:
                raise Fault(
                    423,
                    "Ce fichier est ouvert dans un logiciel. Réessayez quand il sera fermé.",
                    condition="lock-token-submitted",
                    href=self.here(),
                )
        if isinstance(thing, Document):
            self._require(require_not_held, thing)

    def require_removable(self, place: Place) -> None:
        """The same for what is about to leave: its folder too, and all that is inside."""
        if place.container is not None:
            self.require_unlocked(place.container)
        if place.thing is not None:
            self.require_unlocked(place.thing)
        if place.folder is None:
            return
        for lock in locks_below(place.folder, self.now):
            if lock.person_id != self.actor.person.pk or str(lock) not in self.conditions.tokens:
                raise Fault(423, "Un fichier de ce dossier est ouvert dans un logiciel.")
        self._require(require_none_held_below, place.folder)

    def _require(self, check: Callable[[Actor, Any, datetime], object], thing: object) -> None:
        """A check of the reservations, said as the drive says it."""
        try:
            check(self.actor, thing, self.now)
        except ReservedByAnother as held:
            raise Fault(
                423, str(held), condition="lock-token-submitted", href=self.here()
            ) from held

    def require_still_there(self) -> None:
        """Under the lock: what the address named when the request came has neither moved nor
        changed its name since. Raises MovedMeanwhile."""
        seen = self.place.document or self.place.folder
        if seen is None:
            return
        found = reread(seen, self.actor.organisation.pk)
        before, after = (
            (x.folder_id, x.name_key) if isinstance(x, Document) else (x.parent_id, x.name_key)
            for x in (seen, found)
        )
        if before != after or is_trashed(found):
            raise MovedMeanwhile(seen.title if isinstance(seen, Document) else seen.name)


def let_go() -> None:
    """Give the database connection back before reading what a slow client sends."""
    if not connection.in_atomic_block:
        connection.close()


def answer(status: int, body: str = "", **headers: str) -> HttpResponse:
    """A plain answer. Header names come with underscores."""
    kind = "application/xml; charset=utf-8" if body else "text/plain; charset=utf-8"
    response = HttpResponse(body.encode(), status=status, content_type=kind)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def refusal(fault: Fault) -> HttpResponse:
    """What a Fault looks like on the wire."""
    body = xml.error_body(fault) if fault.condition or fault.words else ""
    return answer(fault.status, "" if fault.status == 304 else body)
