"""Pytest plugin: a real Celery worker, in its own process, over the test database."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.lib.embedded import die_with_parent

PROJECT = Path(__file__).resolve().parent.parent
_READY = " ready."


class Worker:
    """The running worker: what it logged, the mails it sent, and how to wait for its effects."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        self._log, self._mail_folder = folder / "worker.log", folder / "mails"
        self._mail_folder.mkdir()
        self._command = command
        self.environment = environment | {"MAIL_DIR": str(self._mail_folder)}

    def start(self) -> None:
        """Start a worker and wait until it listens."""
        already = self.log.count(_READY) if self._log.exists() else 0
        with self._log.open("ab") as output:
            process = self.process = subprocess.Popen(
                self._command,
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread yet
            )
        self.wait_until(
            lambda: self.log.count(_READY) > already or process.poll() is not None, seconds=60
        )
        assert process.poll() is None, self.log

    def pause(self) -> None:
        """Take no job until `resume`: the other tests hand theirs over themselves."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Take jobs again."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it as a restart of the service would."""
        self.resume()
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def pids(self) -> list[int]:
        """The worker, the processes that it made, and theirs."""
        found = [self.process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in children.read_text().split()]
        return found

    def kill(self) -> None:
        """End the worker and its children as a power cut would: none of them says goodbye."""
        for pid in self.pids()[:2]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    @property
    def log(self) -> str:
        """All that the worker has written so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def mails(self) -> list[EmailMessage]:
        """The messages sent during this test, the oldest first."""
        parts = [
            part
            for path in sorted(self._mail_folder.glob("*.log"), key=lambda p: p.stat().st_mtime_ns)
            for part in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
            if part.strip()
        ]
        return [message_from_bytes(part, policy=policy.default) for part in parts]

    def forget_mails(self) -> None:
        """Start from an empty letter box."""
        for path in self._mail_folder.glob("*.log"):
            path.unlink()

    def wait_until(self, happened: Callable[[], object], *, seconds: float = 20) -> None:
        """Look until `happened()` is true; on failure, show what the worker wrote."""
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise AssertionError("the worker did not do it:\n" + self.log[-4000:])
            time.sleep(0.05)


@pytest.fixture(scope="session")
def _worker_process(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worker]:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    command = [
        *(sys.executable, "-m", "celery", "-A", "config", "worker"),
        *("--concurrency", "1", "--loglevel", "INFO", "--queues", "default,extract,ocr,mail"),
        *("--include", "tests.work.handlers"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    worker = Worker(tmp_path_factory.mktemp("worker"), command, environment)
    worker.start()
    worker.pause()
    try:
        yield worker
    finally:
        worker.stop()


@pytest.fixture
def worker(transactional_db: None, _worker_process: Worker) -> Iterator[Worker]:
    """The worker for one test: rows are really committed, and no job is left running behind."""
    from config.celery import app
    from config.work.enums import JobState
    from config.work.models import Job

    _worker_process.forget_mails()
    app.control.purge()  # what earlier tests told while it was paused: their jobs are gone
    _worker_process.resume()
    try:
        yield _worker_process
        _worker_process.wait_until(lambda: not Job.objects.filter(state=JobState.RUNNING).exists())
    finally:
        _worker_process.pause()
