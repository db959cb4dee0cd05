"""Large files in parts, by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload).

Extensions: checksum, creation, expiration, termination. Two things are ours: a creation that names
a file left unfinished by the same person answers with the place of that one, and a whole file is
filed by a POST of its own (`finish`), where a taken name may be answered. The pages send no
checksum: a part without one counts as far as it came when the connection is cut.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods

from config.lib import clock
from config.lib.access import Refused
from config.lib.http import AuthedRequest
from config.lib.text import clean_name
from documents.models import Folder, Upload
from documents.services import uploading
from documents.services.refusals import Refusal
from documents.views.fetch import folder_or_404
from documents.views.upload_answers import choice_of, filed_answer, refusal_answer

VERSION = "1.0.0"
_PART = "application/offset+octet-stream"
_ALGORITHMS = {"sha1": 20, "sha256": 32}  # bytes of the digest
_CHECKSUM_MISMATCH = 460


def _tus(response: HttpResponse, upload: Upload | None = None) -> HttpResponse:
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    if upload is not None:
        response["Upload-Offset"] = str(upload.offset)
        response["Upload-Length"] = str(upload.size)
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def _options() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Max-Size"] = str(settings.MAX_UPLOAD_BYTES)
    response["Tus-Extension"] = "checksum,creation,expiration,termination"
    response["Tus-Checksum-Algorithm"] = ",".join(_ALGORITHMS)
    return _tus(response)


def _other_version(request: AuthedRequest) -> HttpResponse | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    response = HttpResponse(status=412)
    response["Tus-Version"] = VERSION
    return _tus(response)


def _bad(reason: str, status: int = 400) -> HttpResponse:
    return _tus(JsonResponse({"reason": reason}, status=status))


def _whole_number(value: str | None) -> int | None:
    """A header's number of bytes; None when it is not one (nor fits the column)."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 18:
        return None
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """`Upload-Metadata`: pairs of a key and its value in base 64. What cannot be read is left."""
    found = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found


@require_http_methods(["POST", "OPTIONS"])
def begin(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Announce a file: 201 with its `Location`, and `Upload-Offset` when it was begun before."""
    folder = folder_or_404(request.actor, uid)
    if request.method == "OPTIONS":
        return _options()
    if refused := _other_version(request):
        return refused
    size = _whole_number(request.headers.get("Upload-Length"))
    if size is None:
        return _bad("La taille du fichier n’a pas été annoncée.")
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        upload = uploading.begin(
            actor=request.actor,
            folder=folder,
            name=said.get("filename", ""),
            size=size,
            fingerprint=clean_name(said.get("fingerprint", ""))[:100],
            now=clock.now(),
        )
    except (Refusal, Refused) as reason:
        return _tus(refusal_answer(reason))
    response = HttpResponse(status=201)
    response["Location"] = reverse("documents:upload-part", args=[org, uid, upload.uid])
    return _tus(response, upload)


def _mine_or_404(request: AuthedRequest, folder: Folder, uid: UUID) -> Upload:
    """A file on its way that this very person began, into this folder."""
    return get_object_or_404(
        Upload.objects.select_related("folder", "document"),
        uid=uid,
        folder=folder,
        organisation=request.actor.organisation,
        owner=request.actor.person,
        expires_at__gt=clock.now(),
    )


@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
def part(request: AuthedRequest, org: str, uid: UUID, upload: UUID) -> HttpResponse:
    """Where the file is (HEAD), its next bytes (PATCH), or no more of it (DELETE)."""
    folder = folder_or_404(request.actor, uid)
    row = _mine_or_404(request, folder, upload)
    if request.method == "OPTIONS":
        return _options()
    if refused := _other_version(request):
        return refused
    if request.method == "HEAD":
        return _tus(HttpResponse(status=200), row)
    if request.method == "DELETE":
        uploading.cancel(actor=request.actor, upload=row)
        return _tus(HttpResponse(status=204))
    return _patch(request, row)


def _checksum(header: str) -> uploading.Checksum | None:
    """`Upload-Checksum`: a known algorithm and the digest in base 64; None when it is neither."""
    algorithm, _, digest = header.strip().partition(" ")
    try:
        found = b64decode(digest, validate=True)
    except binascii.Error:
        return None
    if len(found) != _ALGORITHMS.get(algorithm):
        return None
    return uploading.Checksum(algorithm, found)


def _patch(request: AuthedRequest, row: Upload) -> HttpResponse:
    if request.content_type != _PART:
        return _bad("Ces octets ne sont pas annoncés comme il faut.", 415)
    at = _whole_number(request.headers.get("Upload-Offset"))
    if at is None:
        return _bad("La position dans le fichier n’a pas été annoncée.")
    said, checksum = request.headers.get("Upload-Checksum"), None
    if said is not None:
        checksum = _checksum(said)
        if checksum is None:
            return _bad("Cette somme de contrôle n’est pas comprise ici.")
    try:
        row.offset = uploading.receive_part(
            actor=request.actor,
            upload=row,
            source=request,
            length=_whole_number(request.headers.get("Content-Length")) or 0,
            at=at,
            now=clock.now(),
            checksum=checksum,
        )
    except uploading.Garbled:
        return _tus(
            JsonResponse(
                {"reason": "Une partie du fichier est arrivée abîmée : elle est à renvoyer."},
                status=_CHECKSUM_MISMATCH,
            ),
            row,
        )
    except uploading.WrongOffset as elsewhere:
        row.offset = elsewhere.offset
        return _tus(
            JsonResponse({"reason": "La suite du fichier est arrivée entre-temps."}, status=409),
            row,
        )
    except (Refusal, Refused) as reason:
        return _tus(refusal_answer(reason))
    return _tus(HttpResponse(status=204), row)


@require_http_methods(["POST"])
def finish(request: AuthedRequest, org: str, uid: UUID, upload: UUID) -> HttpResponse:
    """File what has wholly arrived: 201, 409 when its name is taken, or 4xx with the reason."""
    folder = folder_or_404(request.actor, uid)
    row = _mine_or_404(request, folder, upload)
    choice: dict[str, Any] = choice_of(request)
    try:
        done = uploading.finish(actor=request.actor, upload=row, now=clock.now(), **choice)
    except (Refusal, Refused) as reason:
        return refusal_answer(reason)
    version = done.filed.version if done.filed else None
    return filed_answer(request, done.document, done.said, version)
