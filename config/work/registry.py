"""Who does which job, who reacts to which event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from config.lib.registry import Registry
from config.work.enums import Queue
from config.work.models import Event


class GiveUp(Exception):
    """The job cannot succeed, trying again is useless. The message is French, for the agent."""


class Retry(Exception):
    """Not now. `after` says how long to wait; it counts as a try unless `free`."""

    def __init__(self, message: str = "", *, after: timedelta | None = None, free: bool = False):
        super().__init__(message)
        self.after = after
        self.free = free


@dataclass(frozen=True, slots=True)
class JobRun:
    """What a handler receives: plain values, never a row that may be stale."""

    uid: str
    kind: str
    payload: dict[str, Any]
    attempt: int
    last_attempt: bool
    now: datetime
    heartbeat: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Handler:
    kind: str
    run: Callable[[JobRun], None]
    queue: str
    max_attempts: int
    longest: timedelta
    own_lease: timedelta | None
    backoff: timedelta
    on_failure: Callable[[JobRun, str], None] | None
    on_retry: Callable[[dict[str, Any]], None] | None

    @property
    def lease(self) -> timedelta:
        """For how long a worker that gives no sign of life is believed to be at work."""
        return self.own_lease or timedelta(seconds=settings.WORK_LEASE_SECONDS)


@dataclass(frozen=True, slots=True)
class Consumer:
    name: str
    events: tuple[str, ...]
    react: Callable[[Event], None]


handlers: Registry[Handler] = Registry("job handlers")
consumers: Registry[Consumer] = Registry("event consumers")


def handler(
    kind: str,
    *,
    queue: str = Queue.DEFAULT,
    max_attempts: int = 3,
    longest: timedelta = timedelta(minutes=10),
    lease: timedelta | None = None,
    backoff: timedelta = timedelta(seconds=20),
    on_failure: Callable[[JobRun, str], None] | None = None,
    on_retry: Callable[[dict[str, Any]], None] | None = None,
) -> Callable[[Callable[[JobRun], None]], Callable[[JobRun], None]]:
    """Declare the function that does the jobs of this kind. It may run more than once.

    While it runs, its lease (that of the settings, when none is given) is extended, for `longest`
    at most: what hangs for longer is given to another worker.

    `on_failure(run, reason)` is called in the transaction that marks the job as failed for good;
    `reason` is French, or empty when the error was not foreseen. `on_retry(payload)` undoes it, in
    the transaction that gives the job a new life.
    """

    def register(run: Callable[[JobRun], None]) -> Callable[[JobRun], None]:
        known = Handler(
            kind, run, queue, max_attempts, longest, lease, backoff, on_failure, on_retry
        )
        handlers.register(kind, known)
        return run

    return register


def consumer(
    name: str, *, events: tuple[str, ...]
) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Declare the function that reacts to these events. It may see one twice."""

    def register(react: Callable[[Event], None]) -> Callable[[Event], None]:
        consumers.register(name, Consumer(name, events, react))
        return react

    return register
