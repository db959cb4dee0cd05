"""OPTIONS, GET, HEAD, PROPFIND: nothing changes, but for the trace of what was opened."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBase

from accounts.audit import record
from config.lib.downloads import serve
from config.lib.http import reading_only, trace
from config.lib.storage import blobs
from documents import audit
from documents.access import is_confidential
from documents.dav import xml
from documents.dav.call import Body, Call, answer
from documents.dav.conditions import check_preconditions, depth_of
from documents.dav.faults import Fault
from documents.dav.places import Kind, Place
from documents.dav.properties import Describer, Wanted, changed_at, rfc1123

_EXPLAINED = (
    "Ceci est l’adresse d’un lecteur réseau. Pour l’ouvrir, ajoutez-la dans votre explorateur de "
    "fichiers : l’aide dit comment, sous Windows, macOS et Linux.\n"
)


def get(call: Call) -> HttpResponseBase:
    """The bytes, whole or a range; a collection only says what it is."""
    with reading_only():
        place = call.place
        if place.kind is Kind.NOTHING:
            raise Fault(404)
        if place.is_collection:
            return HttpResponse(_EXPLAINED, content_type="text/plain; charset=utf-8")
        check_preconditions(call.headers, place.etag, reading=True)
        if place.draft is not None and not place.draft.storage_key:
            return HttpResponse(b"", content_type="application/octet-stream")
        version = place.version
        if version is not None and call.request.method == "GET" and not _is_later_range(call):
            _trace_opening(call)
        key = version.storage_key if version is not None else place.draft.storage_key  # type: ignore[union-attr]
        response = serve(
            call.request,
            blobs().path(key),
            media_type=version.media_type if version is not None else "application/octet-stream",
            name=place.name,
            etag=(place.etag or "").strip('"'),
        )
        response["Last-Modified"] = rfc1123(changed_at(place))
        return response


def _is_later_range(call: Call) -> bool:
    """The parts of one reading are one reading: the first one is noted."""
    wanted = call.headers.get("Range", "")
    return bool(wanted) and not wanted.startswith("bytes=0-")


def _trace_opening(call: Call) -> None:
    document, version = call.place.document, call.place.version
    assert document is not None and version is not None  # noqa: S101, PT018
    confidential = is_confidential(document)
    with trace():
        record(
            call.actor,
            audit.DOCUMENT_OPENED if confidential else audit.DOCUMENT_DOWNLOADED,
            document,
            now=call.now,
            data={"version": str(version.uid), "by": "drive"},
            label=not confidential,
        )


def propfind(call: Call) -> HttpResponseBase:
    """What stands there, and with Depth 1 what it holds."""
    with reading_only():
        if call.place.kind is Kind.NOTHING:
            raise Fault(404)
        wanted = _wanted(Body(call.request).all(xml.MOST_BYTES))
        depth = depth_of(call.headers.get("Depth"), default="infinity")
        if depth == "infinity" and call.place.is_collection:
            raise Fault(
                403, "Demandez un dossier à la fois (Depth: 1).", condition="propfind-finite-depth"
            )

        def places() -> Iterator[Place]:
            yield call.place
            if depth == "1" and call.place.is_collection:
                yield from call.drive.children(call.place)

        describer = Describer(call.drive, wanted, call.now)
        body = "".join(describer.responses(places()))
        return answer(207, f'{xml.HEAD}<D:multistatus xmlns:D="DAV:">{body}</D:multistatus>')


def _wanted(body: bytes) -> Wanted:
    root = xml.parse(body)
    if root is None:
        return Wanted()
    if root.tag != "{DAV:}propfind":
        raise Fault(400, "Un élément propfind est attendu.")
    named = root.find("{DAV:}prop")
    if named is not None:
        return Wanted(names=tuple(child.tag for child in named), everything=False)
    if root.find("{DAV:}propname") is not None:
        return Wanted(everything=False, names_only=True)
    if root.find("{DAV:}allprop") is None:
        raise Fault(400, "La demande ne dit pas quelles propriétés.")
    included = root.find("{DAV:}include")
    return Wanted(names=tuple(child.tag for child in included) if included is not None else ())
