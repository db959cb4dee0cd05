"""The network drive through the real web server: slow, cut, chunked and large requests."""

from __future__ import annotations

import base64
import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.lib.storage import blobs
from documents.models import Document, Version
from tests.documents.drive import drive_of
from tests.documents.tree_of_cast import Tree
from tests.website import Website, website

__all__ = ["website"]

LARGE = 120 * 1024 * 1024
MEMORY_KB = 40 * 1024


@pytest.fixture
def headers(tree: Tree) -> dict[str, str]:
    """Nadia's, who reads the tree from its top."""
    return {"Authorization": drive_of(tree.cast, tree.cast.nadia).basic}


@pytest.fixture
def link(website: Website) -> Iterator[http.client.HTTPConnection]:
    """One connection, kept alive from request to request."""
    with closing(http.client.HTTPConnection("127.0.0.1", website.port, timeout=60)) as it:
        yield it


def _serving(address: str) -> int:
    """The process that listens there, the one of its workers that has the most memory."""
    port = f"{urlsplit(address).port:04X}"
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()
        if f":{port} 00000000:0000 0A" in line
    }
    pids = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            links = [str(link.readlink()) for link in (entry / "fd").iterdir()]
        except OSError:
            continue
        if any(f"socket:[{inode}]" in links for inode in inodes):
            pids.append(int(entry.name))
    return max(pids, key=_memory_kb)


def _memory_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def test_a_large_file_goes_up_and_down_in_bounded_memory(
    website: Website,
    tree: Tree,
    headers: dict[str, str],
    link: http.client.HTTPConnection,
) -> None:
    link.request("PUT", "/dav/saint-aubin/Urbanisme/petit.txt", b"x", headers)
    assert link.getresponse().read() == b""
    pid = _serving(website.address)
    before = _memory_kb(pid)
    block = bytes(range(256)) * 4096
    pieces = (block for _ in range(LARGE // len(block)))
    announced = {**headers, "Content-Length": str(LARGE)}
    link.request("PUT", "/dav/saint-aubin/Urbanisme/plan.bin", pieces, announced)
    answer = link.getresponse()
    assert (answer.status, answer.read()) == (201, b"")
    assert Version.objects.get(original_name="plan.bin").size == LARGE
    link.request("GET", "/dav/saint-aubin/Urbanisme/plan.bin", headers=headers)
    answer = link.getresponse()
    read = 0
    while chunk := answer.read(1024 * 1024):
        read += len(chunk)
    assert read == LARGE
    assert _memory_kb(pid) - before < MEMORY_KB


def test_chunks_without_a_length_are_a_file_as_macos_sends_it(
    website: Website,
    tree: Tree,
    headers: dict[str, str],
    link: http.client.HTTPConnection,
) -> None:
    link.request(
        "PUT", "/dav/saint-aubin/note.txt", iter([b"un ", b"deux"]), headers, encode_chunked=True
    )
    assert link.getresponse().status == 201
    version = Version.objects.get()
    assert blobs().path(version.storage_key).read_bytes() == b"un deux"


def test_an_upload_that_is_cut_keeps_nothing(
    website: Website,
    tree: Tree,
    headers: dict[str, str],
    link: http.client.HTTPConnection,
) -> None:
    port = website.port
    with socket.create_connection(("127.0.0.1", port), timeout=20) as cut:
        head = f"Authorization: {headers['Authorization']}\r\nContent-Length: 1000000\r\n"
        cut.sendall(
            f"PUT /dav/saint-aubin/coupe.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode()
        )
        cut.sendall(b"x" * 200_000)
    incoming = blobs().root / "incoming"
    deadline = time.monotonic() + 20
    while True:
        link.request("PROPFIND", "/dav/saint-aubin/", headers={**headers, "Depth": "1"})
        listing = link.getresponse().read()
        left = list(incoming.iterdir()) if incoming.exists() else []
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    assert left == []
    assert b"coupe.txt" not in listing
    assert not Document.objects.exists()


def test_refusals_leave_the_connection_usable(
    website: Website,
    tree: Tree,
    headers: dict[str, str],
    link: http.client.HTTPConnection,
) -> None:
    wrong = {"Authorization": "Basic " + base64.b64encode(b"nadia.morel:faux").decode()}
    link.request("PROPFIND", "/dav/saint-aubin/", headers={**wrong, "Depth": "0"})
    refused = link.getresponse()
    refused.read()
    assert refused.status == 401
    link.request("PUT", "/dav/saint-aubin/rien/x.txt", b"x" * 1000, headers)
    assert link.getresponse().read()
    link.request("PROPFIND", "/dav/saint-aubin/", headers={**headers, "Depth": "0"})
    assert link.getresponse().status == 207
