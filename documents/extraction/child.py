"""The helper: reads one file after the other, inside the sandbox, and says what it found.

Started by `documents.extraction.pool` as a fresh interpreter (never a fork: a fork would carry
settings, keys and database connections). It knows neither Django nor the name of the file.
"""

from __future__ import annotations

import mmap
import os
import select
import socket
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from documents.extraction import sandbox, wire
from documents.extraction.readers import Blob, Found, Request, Source, Unreadable, reader_for
from documents.extraction.results import Limits

_FIRST_FILE_SECONDS = 30.0


def main(descriptor: int, parent: int, memory: int, idle_seconds: float) -> None:
    """Serve requests until the platform closes its end, or stays silent for `idle_seconds`."""
    sandbox.die_with_parent(parent)
    sandbox.limit_resources(memory=memory)
    # Opened before /proc is closed to us; read again after each file.
    memory_use = Path("/proc/self/statm").open("rb", buffering=0)  # noqa: SIM115
    landlocked = sandbox.lock_files(sandbox.readable_places())
    sandbox.filter_system_calls()
    channel = socket.socket(fileno=descriptor)
    wire.send(channel, {"kind": "ready", "landlock": landlocked})
    # It was started for a file that is on its way, however busy the machine is.
    patience = max(idle_seconds, _FIRST_FILE_SECONDS)
    while _waits(channel, patience):
        patience = idle_seconds
        try:
            message, file = wire.receive_with_file(channel)
        except wire.Closed:
            return
        # From here on, a death is blamed on the file.
        wire.send(channel, {"kind": "started"})
        try:
            request = Request(
                verb=message["verb"],
                media_type=message["media_type"],
                pages=tuple(message["pages"]),
                limits=Limits(**message["limits"]),
                options=message["options"],
            )
            for frame, blob in _answer(request, file):
                wire.send(channel, frame, blob=blob)
            memory_use.seek(0)
            pages = int(memory_use.read().split()[1])
            wire.send(channel, {"kind": "done", "memory": pages * mmap.PAGESIZE})
        finally:
            if file >= 0:
                os.close(file)


def _answer(request: Request, file: int) -> Iterator[tuple[wire.Message, bytes]]:
    sandbox.allow_cpu(request.cpu_seconds)
    try:
        yield from _read(request, file)
    except Unreadable as reason:
        yield {"kind": "problem", "code": reason.code, "fatal": True, **reason.details}, b""
    except MemoryError:
        yield {"kind": "problem", "code": "out_of_memory", "fatal": True}, b""
    except Exception as error:  # noqa: BLE001 - any library may raise anything on a hostile file
        trace = "".join(traceback.format_exception(error))[-4000:]
        yield {"kind": "problem", "code": "damaged", "fatal": True, "trace": trace}, b""


def _read(request: Request, file: int) -> Iterator[tuple[wire.Message, bytes]]:
    size = os.fstat(file).st_size
    if size == 0:
        raise Unreadable("empty")
    if size > request.limits.max_bytes:
        raise Unreadable("too_big")
    # Not closed by hand: a reader's exception may still hold a view of it. It goes with the last.
    source = Source(size=size, data=mmap.mmap(file, size, access=mmap.ACCESS_COPY))
    budget = request.limits.max_text_chars
    for found in reader_for(request)(source, request):
        if isinstance(found, Blob):
            yield {"kind": "blob", "media_type": found.media_type, **found.details}, found.data
            continue
        frame, budget = _frame(found, budget)
        yield frame, b""
        if budget < 0:
            yield {"kind": "problem", "code": "too_much_text", "partial": True}, b""
            return


def _frame(found: Found, budget: int) -> tuple[wire.Message, int]:
    """The frame that says `found`, and how many characters may still be sent (-1: no more)."""
    if "text" not in found:
        return found, budget
    text = found["text"]
    if len(text) <= budget:
        return found, budget - len(text)
    return {**found, "text": text[:budget]}, -1


def _waits(channel: socket.socket, seconds: float) -> bool:
    poller = select.poll()
    poller.register(channel, select.POLLIN)
    return bool(poller.poll(seconds * 1000))


def run() -> None:
    """Entry of the interpreter started by the pool: descriptor, parent, memory, idle seconds."""
    descriptor, parent, memory, idle = sys.argv[-4:]
    os.chdir(Path("/"))
    main(int(descriptor), int(parent), int(memory), float(idle))
