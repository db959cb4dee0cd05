"""Forty slow readers of a large file leave the home page to the others, through the real server."""

import os
import socket
import time
import urllib.request
from contextlib import ExitStack
from urllib.parse import urlsplit

from django.urls import reverse

from tests.documents.tree_of_cast import Tree
from tests.website import Website, website

__all__ = ["website"]

READERS = 40
LARGE = 20 * 1024 * 1024  # far above what sockets hold between two ends of one machine


def read_slowly(address: str, path: str, cookie: str) -> socket.socket:
    """Ask for the file, take its first bytes, and leave the rest waiting at the other end."""
    reader = socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=20)
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
    reader.sendall(request.encode())
    assert reader.recv(512).startswith(b"HTTP/1.1 200")
    return reader


def test_forty_slow_readers_leave_the_home_page_under_a_second(
    website: Website, tree: Tree
) -> None:
    document = tree.file("plan.bin", os.urandom(LARGE))
    cookie = website.visitor(tree.cast.julien).headers["Cookie"]
    path = reverse("documents:version-download", args=["saint-aubin", document.current_version.uid])

    def home() -> float:
        request = urllib.request.Request(
            f"{website.address}/c/saint-aubin/", headers={"Cookie": cookie, "Host": "127.0.0.1"}
        )
        began = time.monotonic()
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200
            assert b"Julien" in answer.read()
        return time.monotonic() - began

    home()
    with ExitStack() as waiting:
        for _ in range(READERS):
            waiting.enter_context(read_slowly(website.address, path, cookie))
        assert sorted(home() for _ in range(5))[2] < 1
