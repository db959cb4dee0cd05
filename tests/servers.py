"""Pytest plugin that starts the embedded servers before Django's settings are read.

Each run has servers and a data folder of its own, so that several runs may go on at once. Under
xdist the controller starts them; the workers find the addresses in their environment, take their
own database (pytest-django) and their own numbers of Redis databases.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from config.lib.embedded import EmbeddedServers, locate

PROJECT = Path(__file__).resolve().parent.parent
_WORKER = re.compile(r"gw(\d+)")
_started: list[EmbeddedServers] = []


def _sweep(states: Path) -> None:
    """Remove what runs that were killed have left."""
    for folder in states.iterdir():
        pid = folder.name.split("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _start() -> None:
    states = locate(PROJECT, "tests")
    states.chmod(0o711)
    _sweep(states)
    state = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=states))
    servers = EmbeddedServers(state, durable=False)
    _started.append(servers)
    addresses = servers.start()
    # The owner creates the test database and migrates it; a test that wants to see what the
    # application may do says SET ROLE.
    os.environ.update(addresses.environment() | {"DATABASE_URL": addresses.owner_url})
    os.environ["PARVIS_TEST_STATE"] = str(state)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Runs around pytest-django's own hook, which reads the settings."""
    worker = _WORKER.fullmatch(os.environ.get("PYTEST_XDIST_WORKER", ""))
    if worker is None:
        _start()
    else:
        base = os.environ["REDIS_URL"].split("?")[0]
        os.environ["REDIS_URL"] = f"{base}?db={2 + 2 * int(worker[1])}"
    name = worker[0] if worker else "main"
    files = Path(os.environ["PARVIS_TEST_STATE"]) / f"files-{name}"
    files.mkdir(mode=0o700, exist_ok=True)
    os.environ["PARVIS_STORAGE_DIR"] = str(files)
    return (yield)


def pytest_unconfigure() -> None:
    """Stop what this process started and forget its data."""
    while _started:
        servers = _started.pop()
        servers.stop()
        shutil.rmtree(servers.state, ignore_errors=True)
