"""Properties: what the drive says of each thing, and what clients leave on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property
from itertools import islice

from django.core.cache import cache
from django.db.models import Sum

from config.lib.storage import blobs
from documents.access import visible_documents
from documents.dav import xml
from documents.dav.names import href
from documents.dav.places import Drive, Kind, Place
from documents.models import DriveLock, DriveProperty
from documents.services.drive_locks import locks_of_documents, locks_on

BATCH = 200
LOCK_ENTRY = (
    "<D:lockentry><D:lockscope><D:exclusive/></D:lockscope>"
    "<D:locktype><D:write/></D:locktype></D:lockentry>"
)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def rfc1123(at: datetime) -> str:
    """Tue, 24 Nov 2026 16:00:00 GMT."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def changed_at(place: Place) -> datetime:
    """When what stands there last changed; virtual folders never do."""
    if place.document is not None:
        return place.document.changed_at
    if place.draft is not None:
        return place.draft.changed_at
    return place.folder.created_at if place.folder is not None else _EPOCH


def _created_at(place: Place) -> datetime:
    if place.document is not None:
        return place.document.created_at
    return changed_at(place)


def _size(place: Place) -> str | None:
    if place.version is not None:
        return str(place.version.size)
    return str(place.draft.size) if place.draft is not None else None


def _media_type(place: Place) -> str | None:
    if place.document is not None:
        return place.document.media_type or "application/octet-stream"
    return "application/octet-stream" if place.draft is not None else None


# Value as text; None when the thing has no such property.
_TEXTS: dict[str, Callable[[Place], str | None]] = {
    "creationdate": lambda p: _created_at(p).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "displayname": lambda p: p.name,
    "getcontentlength": _size,
    "getcontenttype": _media_type,
    "getetag": lambda p: p.etag,
    "getlastmodified": lambda p: rfc1123(changed_at(p)),
}
_LIVE = (*_TEXTS, "resourcetype", "supportedlock", "lockdiscovery")
_ON_DEMAND = ("quota-available-bytes", "quota-used-bytes")
PROTECTED = frozenset(f"{{DAV:}}{name}" for name in (*_LIVE, *_ON_DEMAND))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a PROPFIND asks for: names, or all of them, or only how they are called."""

    names: tuple[str, ...] = ()
    everything: bool = True
    names_only: bool = False

    @property
    def locks(self) -> bool:
        return self.everything or "{DAV:}lockdiscovery" in self.names

    @property
    def stored(self) -> bool:
        return self.everything or any(name not in PROTECTED for name in self.names)


def active_lock(drive: Drive, lock: DriveLock, place: Place, now: datetime) -> str:
    """One lock, as `lockdiscovery` says it. The token is told to whoever may read the thing."""
    left = max(int((lock.expires_at - now).total_seconds()), 0)
    root = href(drive.prefix, place.path, collection=place.is_collection)
    owner = f"<D:owner>{lock.owner}</D:owner>" if lock.owner else ""
    return (
        "<D:activelock><D:locktype><D:write/></D:locktype>"
        "<D:lockscope><D:exclusive/></D:lockscope>"
        f"<D:depth>{'infinity' if lock.deep else '0'}</D:depth>{owner}"
        f"<D:timeout>Second-{left}</D:timeout>"
        f"<D:locktoken><D:href>{lock}</D:href></D:locktoken>"
        f"<D:lockroot><D:href>{xml.text(root)}</D:href></D:lockroot></D:activelock>"
    )


class Describer:
    """Writes the response of each place of one answer; what needs the database comes in batches."""

    def __init__(self, drive: Drive, wanted: Wanted, now: datetime) -> None:
        self.drive, self.wanted, self.now = drive, wanted, now

    def responses(self, places: Iterable[Place]) -> Iterable[str]:
        """The `response` elements, in order."""
        rest = iter(places)
        while batch := list(islice(rest, BATCH)):
            locks = self._locks(batch) if self.wanted.locks else {}
            stored = stored_properties(batch) if self.wanted.stored else {}
            for place in batch:
                yield self._response(place, locks.get(place.path, ()), stored.get(place.path, {}))

    def _locks(self, batch: Sequence[Place]) -> dict[tuple[str, ...], Sequence[DriveLock]]:
        if len(batch) == 1:
            thing = batch[0].thing
            return {batch[0].path: locks_on(thing, self.now)} if thing is not None else {}
        own = locks_of_documents((p.document.pk for p in batch if p.document), self.now)
        return {
            p.path: [own[p.document.pk]]
            for p in batch
            if p.document is not None and p.document.pk in own
        }

    def _response(self, place: Place, locks: Sequence[DriveLock], stored: dict[str, str]) -> str:
        where = href(self.drive.prefix, place.path, collection=place.is_collection)
        if self.wanted.names_only:
            names = [f"{{DAV:}}{name}" for name in _LIVE] + sorted(stored)
            inner = xml.propstats([xml.element(name) for name in names], [])
        else:
            names = list(self.wanted.names)
            if self.wanted.everything:
                names = [f"{{DAV:}}{name}" for name in _LIVE] + sorted(stored) + names
            found, missing = [], []
            for name in dict.fromkeys(names):
                value = self._value(name, place, locks, stored)
                if value is not None:
                    found.append(value)
                elif name in self.wanted.names:
                    missing.append(name)
            inner = xml.propstats(found, missing)
        return f"<D:response><D:href>{xml.text(where)}</D:href>{inner}</D:response>"

    def _value(
        self, name: str, place: Place, locks: Sequence[DriveLock], stored: dict[str, str]
    ) -> str | None:
        if not name.startswith("{DAV:}"):
            return stored.get(name)
        local = name.removeprefix("{DAV:}")
        if local in _TEXTS:
            value = _TEXTS[local](place)
            return None if value is None else f"<D:{local}>{xml.text(value)}</D:{local}>"
        if local == "resourcetype":
            inner = "<D:collection/>" if place.is_collection else ""
            return f"<D:resourcetype>{inner}</D:resourcetype>"
        if local == "supportedlock":
            return f"<D:supportedlock>{LOCK_ENTRY}</D:supportedlock>"
        if local == "lockdiscovery":
            held = "".join(active_lock(self.drive, lock, place, self.now) for lock in locks)
            return f"<D:lockdiscovery>{held}</D:lockdiscovery>"
        if local in _ON_DEMAND and place.is_collection:
            available, used = self._quota
            value = available if local == "quota-available-bytes" else used
            return f"<D:{local}>{value}</D:{local}>"
        return stored.get(name)

    @cached_property
    def _quota(self) -> tuple[int, int]:
        """Room on the server; what the documents that this person may read weigh."""
        actor = self.drive.actor
        key = f"dav:quota:{actor.organisation.pk}:{actor.person.pk}"
        used = cache.get(key)
        if used is None:
            used = visible_documents(actor).aggregate(total=Sum("size"))["total"] or 0
            cache.set(key, used, 300)
        return blobs().free_bytes(), int(used)


def stored_properties(places: Sequence[Place]) -> dict[tuple[str, ...], dict[str, str]]:
    """What clients left on each of these, by path."""
    documents = {p.document.pk: p.path for p in places if p.document is not None}
    folders = {p.folder.pk: p.path for p in places if p.folder is not None}
    found: dict[tuple[str, ...], dict[str, str]] = {}
    if documents:
        for row in DriveProperty.objects.filter(document_id__in=documents).order_by("name"):
            found.setdefault(documents[row.document_id or 0], {})[row.name] = row.value
    if folders:
        for row in DriveProperty.objects.filter(folder_id__in=folders).order_by("name"):
            found.setdefault(folders[row.folder_id or 0], {})[row.name] = row.value
    return found


__all__ = [
    "PROTECTED",
    "Describer",
    "Kind",
    "Wanted",
    "active_lock",
    "changed_at",
    "rfc1123",
    "stored_properties",
]
