"""Forty slow readers of a large file leave the home page to the others, through the real server."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from config.demo import free_port, services
from tests.documents.tree_of_cast import Tree

READERS = 40
LARGE = 20 * 1024 * 1024  # far above what sockets hold between two ends of one machine


@pytest.fixture
def served(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The demonstration's own web process, over the test database."""
    port = free_port(18_000)
    name = connection.settings_dict["NAME"]
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    web = services(environment, port, tmp_path)[0]
    web.start()
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 40
        while True:
            try:
                with urllib.request.urlopen(f"{address}/sante/", timeout=2):
                    break
            except OSError:
                assert time.monotonic() < deadline, web.log.read_text(encoding="utf-8")
                time.sleep(0.1)
        yield address
    finally:
        web.process.terminate()
        try:
            web.process.wait(10)
        except subprocess.TimeoutExpired:
            web.process.kill()
            web.process.wait()


def read_slowly(address: str, path: str, cookie: str) -> socket.socket:
    """Ask for the file, take its first bytes, and leave the rest waiting at the other end."""
    reader = socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=20)
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
    reader.sendall(request.encode())
    assert reader.recv(512).startswith(b"HTTP/1.1 200")
    return reader


def test_forty_slow_readers_leave_the_home_page_under_a_second(served: str, tree: Tree) -> None:
    document = tree.file("plan.bin", os.urandom(LARGE))
    client = Client()
    client.force_login(tree.cast.julien)
    cookie = SimpleCookie(client.cookies).output(header="", sep=";").strip().split(";")[0]
    path = reverse("documents:version-download", args=["saint-aubin", document.current_version.uid])

    def home() -> float:
        request = urllib.request.Request(
            f"{served}/c/saint-aubin/", headers={"Cookie": cookie, "Host": "127.0.0.1"}
        )
        began = time.monotonic()
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200
            assert b"Julien" in answer.read()
        return time.monotonic() - began

    home()
    with ExitStack() as waiting:
        for _ in range(READERS):
            waiting.enter_context(read_slowly(served, path, cookie))
        assert sorted(home() for _ in range(5))[2] < 1
