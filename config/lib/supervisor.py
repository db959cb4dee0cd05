"""Keeps a few processes running together and stops them together, whatever ends the first.

No daemon, no pid file: the children are direct ones, ask the kernel to be told when we die, and
sit in sessions of their own so that Ctrl-C reaches only us and the order of the stop is ours.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.lib.embedded import die_with_parent

_LOOK_EVERY = 0.25
_LARGEST_LOG = 10 * 1024 * 1024
_CALM_AFTER = 60.0
_MOST_RESTARTS = 5


class Stopped(BaseException):
    """Somebody asked us to stop (Ctrl-C, kill, closed terminal)."""


class ServiceFailed(RuntimeError):
    """A service keeps dying; the message says which and where it wrote why."""


@contextmanager
def stop_signals() -> Iterator[None]:
    """Inside, SIGINT, SIGTERM and SIGHUP raise Stopped once; then they are ignored.

    Ignored, because what follows is the orderly stop, and it must not be left half done.
    """
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@dataclass
class Service:
    """One process to keep alive, with the time in seconds it may take to stop."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_seconds: float = 10.0
    # What the kernel sends when we are killed: there is nobody left to insist.
    orphan_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    restarts: int = 0
    started_at: float = 0.0

    def start(self) -> None:
        """Start it; its output goes to the log, which is put aside when it is too long."""
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".1"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - commands are written in our code
                list(self.command),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(self.orphan_signal),  # noqa: PLW1509 - the supervisor has no thread
            )
        self.started_at = time.monotonic()

    def ended(self) -> bool:
        """Whether it runs no more."""
        return self.process is None or self.process.poll() is not None


class Supervisor:
    """Starts services in order, restarts the ones that die, stops them in the other order."""

    def __init__(self, services: Sequence[Service], *, say: Callable[[str], None]) -> None:
        self._services = list(services)
        self._say = say

    def start(self) -> None:
        """Start them all; none is waited for."""
        for service in self._services:
            service.start()

    def watch(self, still_fine: Callable[[], bool]) -> None:
        """Never returns: raises Stopped, or ServiceFailed when something keeps dying."""
        while True:
            self.look()
            if not still_fine():
                raise ServiceFailed("la base de données ou le courtier s’est arrêté")
            time.sleep(_LOOK_EVERY)

    def look(self) -> None:
        """Restart what has died, up to a few times a minute."""
        for service in self._services:
            if not service.ended():
                if time.monotonic() - service.started_at > _CALM_AFTER:
                    service.restarts = 0
                continue
            if service.restarts >= _MOST_RESTARTS:
                raise ServiceFailed(f"« {service.name} » s’arrête sans cesse, voir {service.log}")
            service.restarts += 1
            self._say(f"« {service.name} » s’est arrêté, il est relancé (voir {service.log}).")
            time.sleep(min(2.0, 0.2 * service.restarts))
            service.start()

    def stop(self) -> None:
        """Ask all to stop at once, wait for each, kill what does not obey."""
        running = [service for service in self._services if not service.ended()]
        for service in running:
            if service.process is not None:
                service.process.terminate()
        for service in running:
            if service.process is None:
                continue
            deadline = time.monotonic() + service.stop_seconds
            try:
                service.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # Its own children are in its session: none may stay behind.
                os.killpg(service.process.pid, signal.SIGKILL)
                service.process.wait()
