"""Deposits with bad luck: a full disk, two hundred at once, a server that dies in the middle.

After each, nothing that was acknowledged is lost, the person reads a sentence, and rows and files
agree.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import json
import os
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from documents.models import Document, Folder, Upload, Version
from tests.documents.tree_of_cast import Tree
from tests.website import Visitor, Website, website

__all__ = ["website"]

ClientOf = Callable[[object], Client]
TUS = {"Tus_Resumable": "1.0.0"}
PART = {**TUS, "Content_Type": "application/offset+octet-stream"}


@pytest.fixture(autouse=True)
def _own_store(settings: Settings, tmp_path: Path) -> None:
    settings.PARVIS_STORAGE_DIR = tmp_path / "files"


def agree() -> None:
    """Rows and files agree, to the last byte."""
    call_command("check_storage", deep=True, stdout=io.StringIO())


def _upload_address(folder: Folder) -> str:
    return reverse("documents:upload", args=["saint-aubin", folder.uid])


def _form(name: str, content: bytes) -> tuple[bytes, str]:
    mark = "----------------parvis"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    return body, f"multipart/form-data; boundary={mark}"


def _begin(visitor: Visitor, folder: Folder, size: int, name: str = "plan.bin") -> str:
    address = reverse("documents:upload-parts", args=["saint-aubin", folder.uid])
    metadata = f"filename {base64.b64encode(name.encode()).decode()}"
    status, headers, body = visitor.ask(
        "POST", address, **TUS, Upload_Length=str(size), Upload_Metadata=metadata
    )
    assert status == 201, body
    return headers["location"]


def _wait_for_offset(offset: int) -> None:
    deadline = time.monotonic() + 30
    while Upload.objects.get().offset < offset:
        assert time.monotonic() < deadline
        time.sleep(0.02)


class FullDisk:
    """A disk with room for so many bytes more, under the calls by which deposits write."""

    def __init__(self, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = room
        self._pwrite = os.pwrite
        monkeypatch.setattr(os, "pwrite", self.pwrite)

    def pwrite(self, descriptor: int, data: bytes, offset: int) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._pwrite(descriptor, data[: self.room], offset)
        self.room -= written
        return written


def test_a_disk_that_fills_in_the_middle_keeps_what_was_acknowledged(
    tree: Tree, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(tree.cast.julien)
    content = os.urandom(3 * 1024 * 1024)
    begun: Any = client.post(
        reverse("documents:upload-parts", args=["saint-aubin", tree.urbanisme.uid]),
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Upload-Metadata": f"filename {base64.b64encode(b'plan.bin').decode()}",
        },
    )
    place = begun["Location"]

    def patch(at: int) -> Any:
        return client.patch(
            place,
            content[at:],
            content_type="application/offset+octet-stream",
            headers={"Tus-Resumable": "1.0.0", "Upload-Offset": str(at)},
        )

    disk = FullDisk(1_500_000, monkeypatch)
    refused = patch(0)
    assert (refused.status_code, "n’a plus de place" in refused.json()["reason"]) == (507, True)
    kept = Upload.objects.get().offset
    assert kept == 1024 * 1024
    agree()
    assert patch(kept).status_code == 507
    disk.room = 2**40  # somebody made room
    assert patch(kept).status_code == 204
    assert client.post(f"{place}terminer/").status_code == 201
    assert Version.objects.get().sha256 == hashlib.sha256(content).hexdigest()
    agree()


def test_two_hundred_deposits_at_once_are_all_there(website: Website, tree: Tree) -> None:
    people = [website.visitor(person) for person in (tree.cast.julien, tree.cast.nadia)]
    contents = [os.urandom(20_000 + n) for n in range(200)]

    def deposit(n: int) -> tuple[int, bytes]:
        body, kind = _form(f"piece {n:03}.bin", contents[n])
        status, _, answer = people[n % 2].ask(
            "POST", _upload_address(tree.urbanisme), body, Content_Type=kind
        )
        return status, answer

    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(deposit, range(200)))
    assert Counter(status for status, _ in answers) == {201: 200}, website.log[-3000:]
    kept = dict(Version.objects.values_list("original_name", "sha256"))
    assert kept == {
        f"piece {n:03}.bin": hashlib.sha256(content).hexdigest()
        for n, content in enumerate(contents)
    }
    assert Document.objects.count() == 200
    agree()


def test_a_server_killed_in_the_middle_goes_on_where_it_was(website: Website, tree: Tree) -> None:
    julien = website.visitor(tree.cast.julien)
    content = os.urandom(12 * 1024 * 1024)
    place = _begin(julien, tree.urbanisme, len(content))
    # Half of what this part announces is sent, then the server dies under it.
    half = socket.create_connection(("127.0.0.1", website.port), timeout=20)
    lines = {
        **{name.replace("_", "-"): value for name, value in (julien.headers | PART).items()},
        "Upload-Offset": "0",
        "Content-Length": str(len(content)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    half.sendall(f"PATCH {place} HTTP/1.1\r\n{head}\r\n".encode() + content[: 6 * 1024 * 1024])
    _wait_for_offset(4 * 1024 * 1024)
    website.kill()
    half.close()
    agree()
    website.start()
    status, headers, _ = julien.ask("HEAD", place, **TUS)
    offset = int(headers["upload-offset"])
    assert (status, 4 * 1024 * 1024 <= offset <= 6 * 1024 * 1024) == (200, True)
    status, headers, _ = julien.ask(
        "PATCH", place, content[offset:], **PART, Upload_Offset=str(offset)
    )
    assert (status, headers["upload-offset"]) == (204, str(len(content)))
    status, _, body = julien.ask("POST", f"{place}terminer/")
    assert (status, json.loads(body)["title"]) == (201, "plan.bin")
    assert Version.objects.get().sha256 == hashlib.sha256(content).hexdigest()
    agree()


def test_a_sender_who_vanishes_leaves_what_had_arrived(website: Website, tree: Tree) -> None:
    julien = website.visitor(tree.cast.julien)
    place = _begin(julien, tree.urbanisme, 10_000_000)
    cut = socket.create_connection(("127.0.0.1", website.port), timeout=20)
    lines = {
        **{name.replace("_", "-"): value for name, value in (julien.headers | PART).items()},
        "Upload-Offset": "0",
        "Content-Length": "10000000",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    cut.sendall(f"PATCH {place} HTTP/1.1\r\n{head}\r\n".encode() + b"x" * 3_333_333)
    cut.close()
    _wait_for_offset(3_333_333)
    status, headers, _ = julien.ask("HEAD", place, **TUS)
    assert (status, headers["upload-offset"]) == (200, "3333333")
    agree()


def test_a_plain_deposit_cut_in_the_middle_leaves_nothing(website: Website, tree: Tree) -> None:
    julien = website.visitor(tree.cast.julien)
    body, kind = _form("plan.bin", os.urandom(3_000_000))
    lines = julien.headers | {"Content-Type": kind, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    cut = socket.create_connection(("127.0.0.1", website.port), timeout=20)
    path = _upload_address(tree.urbanisme)
    cut.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body[:2_000_000])
    cut.close()
    body, kind = _form("suite.txt", b"suite")
    assert julien.ask("POST", path, body, Content_Type=kind)[0] == 201
    assert [version.original_name for version in Version.objects.all()] == ["suite.txt"]
    agree()
