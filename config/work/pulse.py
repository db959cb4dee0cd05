"""The sign of life of a job that is being done: its lease goes on as long as its worker lives.

A short lease means that what a killed worker held is taken up again within a minute or so; the
pulse means that a long reading is not given to a second worker meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import Error, connection

log = logging.getLogger(__name__)


@contextmanager
def beating(extend: Callable[[], bool], *, lease: timedelta, longest: timedelta) -> Iterator[None]:
    """Call `extend` every quarter of the lease, on a connection of its own, until the block ends.

    It stops when `extend` says that the lease is somebody else's, and after `longest`: what hangs
    for so long is given to another worker. A short job ends before the first call.
    """
    ended = threading.Event()
    until = time.monotonic() + longest.total_seconds()

    def beat() -> None:
        try:
            while not ended.wait(lease.total_seconds() / 4) and time.monotonic() < until:
                try:
                    if not extend():
                        return
                except Error as lost:  # the database restarts: the next beat may find it
                    log.warning("no sign of life could be written: %s", lost)
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
