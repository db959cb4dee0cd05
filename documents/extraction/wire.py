"""Frames between the platform and its helper, over one Unix socket pair.

A frame is two lengths (JSON, then raw bytes), the JSON object, the bytes. JSON and not pickle:
the helper reads hostile files, so what it says is data and never code.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from typing import Any

_HEAD = struct.Struct("!II")
MAX_JSON = 8 * 1024 * 1024
MAX_BLOB = 64 * 1024 * 1024

Message = dict[str, Any]


class Closed(Exception):
    """The other side has gone."""


class TooSlow(Exception):
    """Nothing complete came before the deadline."""


class Garbled(Exception):
    """The other side said something that is not a frame."""


def send(
    sock: socket.socket, message: Message, *, blob: bytes = b"", fd: int | None = None
) -> None:
    """Send one frame, and with it an open file when `fd` is given."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    data = _HEAD.pack(len(body), len(blob)) + body + blob
    try:
        if fd is not None:
            sent = socket.send_fds(sock, [data], [fd])
            data = data[sent:]
        if data:
            sock.sendall(data)
    except (BrokenPipeError, ConnectionResetError) as gone:
        raise Closed from gone


def receive(sock: socket.socket, *, deadline: float | None = None) -> tuple[Message, bytes]:
    """Next frame; `deadline` is a `time.monotonic()` instant."""
    json_size, blob_size = _HEAD.unpack(_exactly(sock, _HEAD.size, deadline))
    if json_size > MAX_JSON or blob_size > MAX_BLOB:
        raise Garbled
    body = _exactly(sock, json_size, deadline)
    blob = _exactly(sock, blob_size, deadline)
    return _parse(body), blob


def receive_with_file(sock: socket.socket) -> tuple[Message, int]:
    """Next frame and the file descriptor that came with it (helper side); -1 when none came."""
    head, fds, _flags, _address = socket.recv_fds(sock, _HEAD.size, 1)
    if not head:
        raise Closed
    head += _exactly(sock, _HEAD.size - len(head), None)
    json_size, _blob_size = _HEAD.unpack(head)
    return _parse(_exactly(sock, json_size, None)), fds[0] if fds else -1


def _parse(body: bytes) -> Message:
    try:
        message = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as bad:
        raise Garbled from bad
    if not isinstance(message, dict):
        raise Garbled
    return message


def _exactly(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    chunks: list[bytes] = []
    while size:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0 or not _readable(sock, left):
                raise TooSlow
        try:
            chunk = sock.recv(min(size, 1 << 18))
        except ConnectionResetError as gone:
            raise Closed from gone
        if not chunk:
            raise Closed
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def _readable(sock: socket.socket, seconds: float) -> bool:
    # poll, not select: a busy web process may well hold more than 1,024 descriptors.
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(seconds * 1000))
