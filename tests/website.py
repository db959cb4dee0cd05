"""The real web process of the demonstration, over the test database, for tests of bad luck."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import Person
from config.demo import held_port, services
from config.lib.supervisor import Service

CSRF = "a" * 32


class Website:
    """One web server. `kill` ends it as a power cut would; `start` begins again, same address."""

    def __init__(self, log: Path, port: int) -> None:
        self.port = port
        name = connection.settings_dict["NAME"]
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        environment = os.environ | {
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "tests.website_settings",
            "PARVIS_STORAGE_DIR": str(settings.PARVIS_STORAGE_DIR),
        }
        self._environment, self._log = environment, log
        self._web = services(environment, self.port, log)[0]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._web.log.read_text(encoding="utf-8")

    @property
    def others(self) -> list[Service]:
        """The workers and the clock that go with it, not started."""
        return services(self._environment, self.port, self._log)[1:]

    def start(self) -> None:
        self._web = services(self._environment, self.port, self._log)[0]
        self._web.start()
        deadline = time.monotonic() + 40
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}/sante/", timeout=2):
                    return
            except OSError:
                assert time.monotonic() < deadline, self.log
                time.sleep(0.1)

    def stop(self) -> None:
        self._web.process.terminate()
        try:
            self._web.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def pids(self) -> list[int]:
        """The server and the processes that it made."""
        main = self._web.process.pid
        found = [main]
        for children in Path(f"/proc/{main}/task").glob("*/children"):
            found += [int(pid) for pid in children.read_text().split()]
        return found

    def kill(self) -> None:
        for pid in reversed(self.pids()):
            os.kill(pid, signal.SIGKILL)
        self._web.process.wait()

    def visitor(self, person: Person) -> Visitor:
        """That person, signed in."""
        client = Client()
        client.force_login(person)
        cookie = SimpleCookie(client.cookies).output(header="", sep=";").strip().split(";")[0]
        return Visitor(self.port, cookie)


class Visitor:
    """Requests of one person; each on a connection of its own."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self.headers = {
            "Cookie": f"{cookie}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Host": "127.0.0.1",
            "Accept": "application/json",
        }

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (lower case) and body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        try:
            connection.request(method, path, body, {**self.headers, **named})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            connection.close()


@pytest.fixture
def website(transactional_db: None, tmp_path: Path) -> Iterator[Website]:
    """The demonstration's own web process, started."""
    with held_port(18_000) as port:
        site = Website(tmp_path, port)
        site.start()
        try:
            yield site
        finally:
            site.stop()
