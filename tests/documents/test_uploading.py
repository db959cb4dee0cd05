"""Large files in parts: nothing lost at a cut, nothing mixed, nothing without the right."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve, reverse
from pytest_django import Settings

from accounts.models import Membership
from config.lib.storage import blobs
from documents.enums import Role
from documents.models import Document, Folder, Upload, Version
from documents.services import rights, trash, uploading
from documents.services.sweeping import sweep
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]


@pytest.fixture(autouse=True)
def _own_store(settings: Settings, tmp_path: Path) -> None:
    settings.PARVIS_STORAGE_DIR = tmp_path


TUS = {"Tus-Resumable": "1.0.0"}
WHOLE = bytes(range(256)) * 40  # 10 240 bytes
JSON = {"Accept": "application/json"}


def _begin(
    client: Client,
    folder: Folder,
    *,
    name: str = "plan.bin",
    size: int = len(WHOLE),
    mark: str = "",
) -> Any:
    pairs = {"filename": name, "fingerprint": mark}
    metadata = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items()
    )
    return client.post(
        reverse("documents:upload-parts", args=["saint-aubin", folder.uid]),
        headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata},
    )


def _patch(client: Client, place: str, at: int, content: bytes, **headers: str) -> Any:
    return client.patch(
        place,
        content,
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(at), **headers},
    )


def _finish(client: Client, place: str, **answer: str) -> Any:
    return client.post(f"{place}terminer/", answer, headers=JSON)


def _parts() -> list[str]:
    return [path.name for path in (blobs().root / "parts").glob("*")]


def test_a_file_sent_in_parts_becomes_a_document(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    begun = _begin(client, tree.urbanisme)
    assert (begun.status_code, begun["Upload-Offset"], begun["Tus-Resumable"]) == (
        201,
        "0",
        "1.0.0",
    )
    place = begun["Location"]
    assert _patch(client, place, 0, WHOLE[:6000])["Upload-Offset"] == "6000"
    asked = client.head(place, headers=TUS)
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("6000", "10240")
    assert asked["Cache-Control"] == "no-store"
    last = _patch(client, place, 6000, WHOLE[6000:])
    assert (last.status_code, last["Upload-Offset"]) == (204, "10240")
    done = _finish(client, place)
    assert (done.status_code, done.json()["title"]) == (201, "plan.bin")
    version = Version.objects.get()
    assert blobs().path(version.storage_key).read_bytes() == WHOLE
    assert (version.size, version.author) == (10240, tree.cast.julien)
    assert _parts() == []
    # The answer was lost on the way: asked again, it is the same and nothing is filed twice.
    assert _finish(client, place).json()["url"] == done.json()["url"]
    assert Document.objects.count() == 1


def test_an_empty_file_is_filed_like_any_other(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme, name="vide.txt", size=0)["Location"]
    assert _finish(client, place).status_code == 201
    assert Version.objects.get().size == 0


def test_the_same_file_chosen_again_goes_on_where_it_was(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme, mark="abc")["Location"]
    _patch(client, place, 0, WHOLE[:5000])
    again = _begin(client, tree.urbanisme, mark="abc")
    assert (again["Location"], again["Upload-Offset"]) == (place, "5000")
    assert _begin(client, tree.urbanisme, mark="other")["Location"] != place
    assert _begin(client_of(tree.cast.nadia), tree.urbanisme, mark="abc")["Location"] != place
    _patch(client, place, 5000, WHOLE[5000:])
    _finish(client, place)
    assert _begin(client, tree.urbanisme, mark="abc")["Location"] != place


def test_an_offset_that_is_no_longer_true_is_refused_and_said(
    tree: Tree, client_of: ClientOf
) -> None:
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme)["Location"]
    _patch(client, place, 0, WHOLE[:4000])
    for at in (0, 3999, 4001, 10240):
        refused = _patch(client, place, at, b"x")
        assert (refused.status_code, refused["Upload-Offset"]) == (409, "4000")
    assert _patch(client, place, 4000, WHOLE[4000:] + b"x").status_code == 413
    assert client.head(place, headers=TUS)["Upload-Offset"] == "4000"


def test_what_the_protocol_asks_for_is_asked_for(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    known = client.options(
        reverse("documents:upload-parts", args=["saint-aubin", tree.urbanisme.uid])
    )
    assert known["Tus-Version"] == "1.0.0"
    assert known["Tus-Extension"] == "checksum,creation,expiration,termination"
    assert known["Tus-Checksum-Algorithm"] == "sha1,sha256"
    place = _begin(client, tree.urbanisme)["Location"]
    assert client.head(place).status_code == 412
    assert _patch(client, place, 0, b"x", **{"Tus-Resumable": "0.9"}).status_code == 412
    wrong = client.patch(
        place, b"x", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"}
    )
    assert wrong.status_code == 415
    for size in ("", "-1", "un", "9" * 30, "٣"):
        address = reverse("documents:upload-parts", args=["saint-aubin", tree.urbanisme.uid])
        headers = {**TUS, "Upload-Length": size}
        if size.isascii():
            assert client.post(address, headers=headers).status_code == 400
    assert client.delete(place, headers=TUS).status_code == 204
    assert client.head(place, headers=TUS).status_code == 404
    assert _parts() == []


def _sum(algorithm: str, content: bytes) -> dict[str, str]:
    digest = hashlib.new(algorithm, content, usedforsecurity=False).digest()
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_part_with_its_checksum_counts_when_it_is_right_and_leaves_nothing_when_it_is_not(
    tree: Tree, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    monkeypatch.setattr(uploading, "PIECE", 1000)  # a part is several pieces
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme)["Location"]
    right = _patch(client, place, 0, WHOLE[:4500], **_sum(algorithm, WHOLE[:4500]))
    assert (right.status_code, right["Upload-Offset"]) == (204, "4500")
    wrong = _patch(client, place, 4500, b"?" + WHOLE[4501:], **_sum(algorithm, WHOLE[4500:]))
    assert (wrong.status_code, wrong["Upload-Offset"]) == (460, "4500")
    assert "à renvoyer" in wrong.json()["reason"]
    key = Upload.objects.get().storage_key
    assert blobs().part_path(key).read_bytes() == WHOLE[:4500]
    # Fewer bytes than were announced, as after a cut: none of them counts.
    short = _patch(client, place, 4500, WHOLE[4500:8000], **_sum(algorithm, WHOLE[4500:]))
    assert (short.status_code, client.head(place, headers=TUS)["Upload-Offset"]) == (460, "4500")
    last = _patch(client, place, 4500, WHOLE[4500:], **_sum(algorithm, WHOLE[4500:]))
    assert (last.status_code, last["Upload-Offset"]) == (204, "10240")
    assert _finish(client, place).status_code == 201
    assert blobs().path(Version.objects.get().storage_key).read_bytes() == WHOLE


@pytest.mark.parametrize(
    "header", ["md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha1 abc", "sha256 " + "A" * 28, "", "sha1"]
)
def test_a_checksum_that_is_not_understood_is_said_and_nothing_is_kept(
    tree: Tree, client_of: ClientOf, header: str
) -> None:
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme)["Location"]
    refused = _patch(client, place, 0, WHOLE, **{"Upload-Checksum": header})
    assert refused.status_code == 400
    assert client.head(place, headers=TUS)["Upload-Offset"] == "0"


def test_bytes_that_another_sender_wrote_meanwhile_are_found_out(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checksum is of what is on the disk, not of what one believes to have written there."""
    monkeypatch.setattr(uploading, "PIECE", 4)
    actor, now = tree.cast.actor(tree.cast.julien), tree.cast.now
    upload = uploading.begin(actor=actor, folder=tree.urbanisme, name="a.bin", size=8, now=now)

    class Interrupted:
        """After the first piece, somebody else writes the same part of the same file."""

        pieces = iter([b"abcd", b"efgh", b""])

        def read(self, wanted: int = -1, /) -> bytes:
            piece = next(self.pieces)
            if piece == b"efgh":
                blobs().add_part(upload.storage_key, b"WXYZ", at=0)
            return piece

    digest = hashlib.sha256(b"abcdefgh").digest()
    with pytest.raises(uploading.Garbled):
        uploading.receive_part(
            actor=actor,
            upload=upload,
            source=Interrupted(),
            length=8,
            at=0,
            now=now,
            checksum=uploading.Checksum("sha256", digest),
        )
    assert Upload.objects.get().offset == 0


def test_two_gigabytes_go_on_after_a_cut_and_are_served_to_their_end(
    tree: Tree, client_of: ClientOf, settings: Settings
) -> None:
    """Beyond what 31 bits count. Nearly all of it is a hole of the disk, already acknowledged."""
    client, size = client_of(tree.cast.julien), 2 * 1024**3 + len(WHOLE)
    settings.MAX_UPLOAD_BYTES = settings.MAX_PENDING_UPLOAD_BYTES = size
    place = _begin(client, tree.urbanisme, name="film.bin", size=size)["Location"]
    upload, there = Upload.objects.select_related("folder").get(), 2 * 1024**3
    os.truncate(blobs().part_path(upload.storage_key), there)
    Upload.objects.update(offset=there)
    upload.offset = there

    class Cut:
        """A connection that breaks after half of the rest."""

        pieces = iter([WHOLE[:5000]])

        def read(self, wanted: int = -1, /) -> bytes:
            for piece in self.pieces:
                return piece
            raise ConnectionResetError

    uploading.receive_part(
        actor=tree.cast.actor(tree.cast.julien),
        upload=upload,
        source=Cut(),
        length=len(WHOLE),
        at=there,
        now=tree.cast.now,
    )
    at = int(client.head(place, headers=TUS)["Upload-Offset"])
    assert at == there + 5000
    assert _patch(client, place, at, WHOLE[5000:])["Upload-Offset"] == str(size)
    done = _finish(client, place)
    assert done.status_code == 201, done.json()
    version = Version.objects.get()
    assert (version.size, blobs().path(version.storage_key).stat().st_size) == (size, size)
    end = client.get(
        reverse("documents:version-download", args=["saint-aubin", version.uid]),
        headers={"Range": f"bytes={there}-"},
    )
    assert (end.status_code, b"".join(end.streaming_content)) == (206, WHOLE)
    assert end["Content-Range"] == f"bytes {there}-{size - 1}/{size}"


def test_a_file_that_is_not_whole_is_not_filed(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme)["Location"]
    _patch(client, place, 0, WHOLE[:-1])
    refused = _finish(client, place)
    assert (refused.status_code, Document.objects.count()) == (422, 0)
    assert "en entier" in refused.json()["reason"]


def test_a_taken_name_is_answered_without_sending_again(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    first = tree.file("plan.bin", WHOLE[:5000])
    place = _begin(client, tree.urbanisme)["Location"]
    _patch(client, place, 0, WHOLE)
    asked = _finish(client, place)
    assert (asked.status_code, asked.json()["choices"]) == (409, ["version", "both"])
    assert _finish(client, place, choice="both").json()["title"] == "plan (2).bin"
    place = _begin(client, tree.urbanisme)["Location"]
    _patch(client, place, 0, WHOLE)
    assert _finish(client, place, choice="version").status_code == 201
    assert first.versions.count() == 2


@pytest.mark.parametrize(
    ("who", "status"),
    [("nadia", 201), ("julien", 201), ("karim", 403), ("claire", 403), ("michel", 404),
     ("sophie", 404)],
)  # fmt: skip
def test_who_may_begin(tree: Tree, client_of: ClientOf, who: str, status: int) -> None:
    assert _begin(client_of(getattr(tree.cast, who)), tree.urbanisme).status_code == status
    assert Upload.objects.count() == (status == 201)


@pytest.mark.parametrize("who", ["nadia", "claire", "karim", "michel", "sophie"])
def test_nobody_touches_the_file_of_another(tree: Tree, client_of: ClientOf, who: str) -> None:
    place = _begin(client_of(tree.cast.julien), tree.urbanisme)["Location"]
    other = client_of(getattr(tree.cast, who))
    assert other.head(place, headers=TUS).status_code == 404
    assert _patch(other, place, 0, b"x").status_code == 404
    assert other.delete(place, headers=TUS).status_code == 404
    assert _finish(other, place).status_code == 404
    assert Upload.objects.get().offset == 0


def test_an_address_does_not_serve_another_folder_nor_another_commune(
    tree: Tree, client_of: ClientOf
) -> None:
    cast = tree.cast
    karim = client_of(cast.karim)  # agent of both communes
    rights.set_role(
        actor=cast.dgs, obj=tree.urbanisme, principal=cast.finances, role=Role.EDITOR, now=cast.now
    )
    place = _begin(karim, tree.urbanisme)["Location"]
    kwargs = resolve(place).kwargs
    for org, folder in (("valmorel", tree.valmorel), ("saint-aubin", tree.root)):
        elsewhere = reverse("documents:upload-part", args=[org, folder.uid, kwargs["upload"]])
        assert karim.head(elsewhere, headers=TUS).status_code == 404
        assert _patch(karim, elsewhere, 0, b"x").status_code == 404


def test_the_right_is_asked_at_each_part_and_at_the_end(tree: Tree, client_of: ClientOf) -> None:
    cast, client = tree.cast, client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme)["Location"]
    _patch(client, place, 0, WHOLE[:5000])

    def give(role: Role) -> None:
        rights.set_role(
            actor=cast.dgs, obj=tree.urbanisme, principal=cast.urbanisme, role=role, now=cast.now
        )

    give(Role.READER)
    refused = _patch(client, place, 5000, WHOLE[5000:])
    assert refused.status_code == 403
    assert "Vous pouvez lire" in refused.json()["reason"]
    give(Role.EDITOR)
    assert _patch(client, place, 5000, WHOLE[5000:]).status_code == 204
    give(Role.READER)
    assert _finish(client, place).status_code == 403
    give(Role.EDITOR)
    trash.trash_folder(actor=cast.dgs, folder=tree.urbanisme, now=cast.now)
    assert _finish(client, place).status_code in (403, 404)
    trash.restore_folder(actor=cast.dgs, folder=tree.urbanisme, now=cast.now)
    yesterday = cast.dgs.today - timedelta(days=1)
    Membership.objects.filter(person=cast.julien).update(from_date=yesterday, to_date=yesterday)
    assert _finish(client, place).status_code == 404
    assert Document.objects.count() == 0


def test_limits_are_said_before_a_byte_is_sent(
    tree: Tree, client_of: ClientOf, settings: Settings
) -> None:
    client = client_of(tree.cast.julien)
    settings.MAX_UPLOAD_BYTES = 5000
    refused = _begin(client, tree.urbanisme)
    assert (refused.status_code, "dépasse" in refused.json()["reason"]) == (413, True)
    settings.MAX_UPLOAD_BYTES = 20_000
    settings.MAX_PENDING_UPLOAD_BYTES = 20_480
    assert [_begin(client, tree.urbanisme).status_code for _ in range(3)] == [201, 201, 422]
    assert _begin(client_of(tree.cast.nadia), tree.urbanisme).status_code == 201
    settings.MAX_UPLOAD_BYTES = settings.MAX_PENDING_UPLOAD_BYTES = 2**60
    full = _begin(client, tree.urbanisme, size=2**59)
    assert (full.status_code, "plus de place" in full.json()["reason"]) == (507, True)


def test_a_name_of_nothing_and_a_name_of_evil(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    assert _begin(client, tree.urbanisme, name="...").status_code == 422
    place = _begin(client, tree.urbanisme, name="../../\u202eetc/pass\x00wd\n.txt", mark="a\x00b")
    assert Upload.objects.get().name == "pass wd .txt"
    _patch(client, place["Location"], 0, WHOLE)
    assert _finish(client, place["Location"]).status_code == 201


def test_what_nobody_continued_is_forgotten_with_its_bytes(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme)["Location"]
    _patch(client, place, 0, WHOLE[:5000])
    now = tree.cast.now
    assert uploading.forget_expired(now=now + timedelta(days=2)) == 0
    assert len(_parts()) == 1
    sweep(now=now + timedelta(days=2))  # it is spoken of: not the sweep's to take
    assert len(_parts()) == 1
    assert uploading.forget_expired(now=now + timedelta(days=4)) == 1
    assert _parts() == []
    assert client.head(place, headers=TUS).status_code == 404


def test_bytes_that_vanished_are_said_to_be_lost(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme)["Location"]
    _patch(client, place, 0, WHOLE[:5000])
    blobs().forget_part(Upload.objects.get().storage_key)
    refused = _patch(client, place, 5000, WHOLE[5000:])
    assert refused.status_code == 422
    assert "n’est plus sur le serveur" in refused.json()["reason"]


def test_a_kill_between_the_move_and_the_rows_loses_nothing(
    tree: Tree, client_of: ClientOf
) -> None:
    client = client_of(tree.cast.julien)
    place = _begin(client, tree.urbanisme)["Location"]
    _patch(client, place, 0, WHOLE)
    blobs().whole(Upload.objects.get().storage_key)  # in its place; no row says so yet
    assert _finish(client, place).status_code == 201
    assert blobs().path(Version.objects.get().storage_key).read_bytes() == WHOLE


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_cannot_mix_their_bytes(tree: Tree) -> None:
    cast = tree.cast
    actor = cast.actor(cast.julien)
    size = 6 * uploading.PIECE
    upload = uploading.begin(
        actor=actor, folder=tree.urbanisme, name="plan.bin", size=size, now=cast.now
    )
    barrier = threading.Barrier(4)

    class Source:
        def __init__(self, letter: bytes) -> None:
            self.letter, self.left = letter, size

        def read(self, wanted: int = -1, /) -> bytes:
            taken = min(wanted, self.left)
            self.left -= taken
            return self.letter * taken

    def send(letter: bytes) -> str:
        mine = Upload.objects.select_related("folder").get(pk=upload.pk)
        barrier.wait()
        try:
            uploading.receive_part(
                actor=actor, upload=mine, source=Source(letter), length=size, at=0, now=cast.now
            )
        except uploading.WrongOffset:
            return "late"
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(send, [b"a", b"b", b"c", b"d"]))
    # One writes each piece; whoever was overtaken is told so, and no piece is half of one.
    assert outcomes.count("sent") <= 1
    row = Upload.objects.get()
    content = blobs().part_path(row.storage_key).read_bytes()
    assert len(content) == row.offset
    pieces = [content[i : i + uploading.PIECE] for i in range(0, len(content), uploading.PIECE)]
    assert pieces
    assert all(len(set(piece)) == 1 for piece in pieces)


@pytest.mark.django_db(transaction=True)
def test_finished_twice_at_once_it_is_filed_once(tree: Tree) -> None:
    cast = tree.cast
    actor = cast.actor(cast.julien)
    upload = uploading.begin(
        actor=actor, folder=tree.urbanisme, name="plan.bin", size=3, now=cast.now
    )
    blobs().add_part(upload.storage_key, b"abc", at=0)
    Upload.objects.update(offset=3)
    barrier = threading.Barrier(4)

    def finish(_: int) -> UUID:
        mine = Upload.objects.select_related("folder", "document").get(pk=upload.pk)
        barrier.wait()
        try:
            return uploading.finish(actor=actor, upload=mine, now=cast.now).document.uid
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(finish, range(4)))) == 1
    assert Version.objects.count() == 1
