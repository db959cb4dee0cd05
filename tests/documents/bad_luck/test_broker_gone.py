"""The broker dies, comes back: what was filed meanwhile was said to wait, and is read."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.urls import reverse
from pytest_django import Settings

from config.demo import held_port
from config.lib.embedded import die_with_parent, valkey_binary
from config.lib.supervisor import Service
from config.work.enums import JobState
from config.work.models import Job
from documents.enums import IndexState
from documents.models import Version
from documents.services.reading import EXTRACT
from tests.documents.bad_luck.waiting import all_is_well
from tests.documents.tree_of_cast import Tree
from tests.website import Website


class Broker:
    """A Valkey of its own, that may be killed without harm to the other tests."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self.url = f"unix://{self.socket}?db=0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [valkey_binary(), "--port", "0", "--unixsocket", self.socket, "--save", ""],
            cwd=self.socket.parent,
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread yet
        )
        client = redis.Redis(unix_socket_path=str(self.socket))
        until(lambda: _answers(client), 20)
        client.close()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def until(happened: Callable[[], bool], seconds: float, log: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, log()
        time.sleep(0.1)


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("b"))
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def town(
    transactional_db: None,
    broker: Broker,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Website]:
    """The whole of the demonstration: web, two workers and the clock, over that broker."""
    settings.PARVIS_STORAGE_DIR = tmp_path / "files"
    monkeypatch.setenv("REDIS_URL", broker.url)
    started: list[Service] = []
    with held_port(18_000) as port:
        site = Website(tmp_path, port)
        try:
            site.start()
            for service in site.others:
                service.start()
                started.append(service)
            yield site
        finally:
            for service in started:
                assert service.process is not None
                service.process.kill()
                service.process.wait()
            site.stop()


def test_the_broker_dies_and_comes_back(
    town: Website, broker: Broker, tree: Tree, tmp_path: Path
) -> None:
    julien = town.visitor(tree.cast.julien)
    folder = reverse("documents:upload", args=["saint-aubin", tree.urbanisme.uid])

    def logs() -> str:
        return "\n".join(path.read_text()[-3000:] for path in tmp_path.glob("*.log"))

    def deposit(name: str, text: str) -> str:
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = f"{head}{text}\r\n--x--\r\n".encode()
        status, _, answer = julien.ask(
            "POST", folder, body, Content_Type="multipart/form-data; boundary=x"
        )
        assert status == 201, answer
        return str(json.loads(answer)["url"])

    def is_read(name: str) -> Callable[[], bool]:
        read = Version.objects.filter(original_name=name, index_state=IndexState.INDEXED)
        return read.exists

    deposit("avant.txt", "La garderie ouvre à sept heures.")
    until(is_read("avant.txt"), 60, logs)
    broker.kill()

    page = deposit("pendant.txt", "Le lavoir sera restauré.")
    waiting = Job.objects.get(kind=EXTRACT, state=JobState.WAITING)
    status, _, said = julien.ask("GET", page)
    assert status == 200
    assert "Lecture en attente" in said.decode()
    assert "ses mots seront trouvables dès que la lecture sera finie" in said.decode()
    for path in ("/c/saint-aubin/", "/c/saint-aubin/recherche/?q=lavoir"):
        assert julien.ask("GET", path)[0] == 200
    assert julien.ask("GET", "/sante/")[0] == 503  # said to whoever watches the server
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (JobState.WAITING, 0)
    all_is_well(tree.cast.saint_aubin)

    broker.start()
    until(is_read("pendant.txt"), 90, logs)
    status, _, found = julien.ask("GET", "/c/saint-aubin/recherche/?q=lavoir")
    assert (status, "pendant.txt" in found.decode()) == (200, True)
    assert julien.ask("GET", "/sante/")[0] == 200
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (JobState.DONE, 1)
    all_is_well(tree.cast.saint_aubin)
