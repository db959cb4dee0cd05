"""Handing bytes out: never trusted, in ranges, without holding a database connection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 256 * 1024
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
# Bytes come from anybody. Whatever a browser makes of them, it runs nothing, loads nothing and
# belongs to no site.
_CSP = "default-src 'none'; sandbox"


def content_disposition(name: str, *, inline: bool = False) -> str:
    """RFC 6266: an ASCII stand-in and the true name in UTF-8."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def serve(
    request: HttpRequest,
    path: Path,
    *,
    media_type: str,
    name: str,
    inline: bool = False,
    etag: str = "",
) -> HttpResponseBase:
    """The file at `path`, whole or one range of it (RFC 9110 §14). 404 when the bytes are gone.

    The database connection goes back to the pool before the first byte leaves: a slow reader
    holds a socket, not a connection.
    """
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return HttpResponse(
            "Le fichier est introuvable sur le serveur.",
            status=404,
            content_type="text/plain; charset=utf-8",
        )
    size = path.stat().st_size
    start, end, status = 0, size - 1, 200
    wanted = _RANGE.match(request.headers.get("Range", ""))
    if wanted and (wanted[1] or wanted[2]):
        if wanted[1]:
            start, end = int(wanted[1]), min(int(wanted[2] or size - 1), size - 1)
        else:
            start = max(size - int(wanted[2]), 0)
        if start > end or start >= size:
            source.close()
            refused = HttpResponse(status=416, content_type="text/plain")
            refused["Content-Range"] = f"bytes */{size}"
            return _harmless(refused)
        status = 206
    length = max(end - start + 1, 0)
    response: HttpResponseBase
    if request.method == "HEAD":
        source.close()
        response = HttpResponse(status=status)
    else:
        if not connection.in_atomic_block:
            connection.close()
        response = StreamingHttpResponse(_Range(source, start, length), status=status)
    response["Content-Type"] = media_type or "application/octet-stream"
    response["Content-Length"] = str(length)
    response["Accept-Ranges"] = "bytes"
    if status == 206:
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    if etag:
        response["ETag"] = f'"{etag}"'
    response["Content-Disposition"] = content_disposition(name, inline=inline)
    return _harmless(response)


def attachment(response: HttpResponseBase, name: str, *, media_type: str) -> HttpResponseBase:
    """Bytes made while they are sent, under this name: a file to keep, never a page."""
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition(name)
    return _harmless(response)


def _harmless(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Content-Security-Policy"] = _CSP
    response._csp_exempt = True  # type: ignore[attr-defined]  # ours is stricter than the pages'
    return response


class _Range:
    """Part of a file, in pieces; closed with the response, read or not."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self._file, self._left = file, length
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (chunk := self._file.read(min(CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()
