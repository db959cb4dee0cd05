"""`check_storage` finds each way in which rows and files may part, and nothing else."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.lib.storage import BlobStore, blobs, untouched_since
from documents.enums import ArrivalSource, ImportKind
from documents.models import Document, ErasedBytes, ImportRun, Upload, Version
from documents.services import arriving, drafts, filing, storage_check, sweeping, uploading
from documents.services.blob_references import BLOB_REFERENCES
from tests.documents.tree_of_cast import Tree


@pytest.fixture(autouse=True)
def _own_store(settings: Settings, tmp_path: Path) -> None:
    settings.PARVIS_STORAGE_DIR = tmp_path


def _check(*, deep: bool = False) -> list[str]:
    out = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("check_storage", deep=deep, stdout=out)
    said = out.getvalue().splitlines()
    return [] if said == ["Rows and files agree."] else said


def _age(path: Path, hours: float) -> None:
    then = path.stat().st_mtime - hours * 3600
    os.utime(path, (then, then))


def _begun(tree: Tree, content: bytes) -> Upload:
    upload = uploading.begin(
        actor=tree.cast.actor(tree.cast.julien),
        folder=tree.urbanisme,
        name="plan.bin",
        size=100,
        now=tree.cast.now,
    )
    uploading.receive_part(
        actor=tree.cast.actor(tree.cast.julien),
        upload=upload,
        source=io.BytesIO(content),
        length=len(content),
        at=0,
        now=tree.cast.now,
    )
    return upload


def test_a_store_in_order_has_nothing_to_say(tree: Tree) -> None:
    assert _check() == []
    tree.file("a.txt")
    tree.file("a.txt", b"deux", as_new_version=True)
    _begun(tree, b"x" * 50)
    blobs().put(io.BytesIO(b"young, of a deposit under way"))
    (blobs().root / "incoming" / "tmp1").write_bytes(b"being written")
    assert _check(deep=True) == []


def test_a_file_that_leaves_while_the_store_is_walked_is_no_fault(tree: Tree) -> None:
    """A half-written file is renamed, a row purged with its bytes: under the feet of the check."""
    gone = tree.file("a.txt").current_version
    assert gone is not None
    for reference in BLOB_REFERENCES:
        if reference.model is Version:
            rows = storage_check._rows(reference, _Leaving(blobs().root), deep=True)
            assert list(rows) == []
    assert not untouched_since(blobs().root / "incoming" / "renamed", tree.cast.now)


class _Leaving(BlobStore):
    """Another process purges a version, row and bytes, when its bytes are about to be looked at."""

    def path(self, key: str) -> Path:
        found = super().path(key)
        if Version.objects.filter(storage_key=key).exists():
            Document.objects.update(current_version=None)
            Version.objects.filter(storage_key=key).delete()
            found.unlink()
        return found


def _lose(version: Version) -> None:
    blobs().delete(version.storage_key)


def _cut(version: Version) -> None:
    os.truncate(blobs().path(version.storage_key), 3)


def _swap(version: Version) -> None:
    path = blobs().path(version.storage_key)
    path.write_bytes(b"#" * path.stat().st_size)


@pytest.mark.parametrize(
    ("damage", "code", "deep_only"),
    [(_lose, "missing-bytes", False), (_cut, "wrong-size", False), (_swap, "wrong-sha256", True)],
)
def test_bytes_that_changed_are_found(
    tree: Tree, damage: Callable[[Version], None], code: str, deep_only: bool
) -> None:
    tree.file("a.txt")
    version = tree.file("b.txt").current_version
    assert version is not None
    damage(version)
    assert (_check() == []) == deep_only
    with pytest.raises(CommandError, match="1 difference"):
        call_command("check_storage", deep=True, stdout=io.StringIO())
    (line,) = _check(deep=True)
    assert line.startswith(f"{code}: version {version.uid}")


def test_a_document_that_repeats_its_version_wrongly_is_found(tree: Tree) -> None:
    document = tree.file("a.txt")
    Document.objects.filter(pk=document.pk).update(size=1)
    assert [line.split(":")[0] for line in _check()] == ["stale-document"]


@pytest.fixture
def every_reference(tree: Tree) -> dict[str, tuple[str, str]]:
    """One row of each kind that speaks of bytes: by its word, what names it and the key."""
    cast, store = tree.cast, blobs()
    version = tree.file("a.txt").current_version
    assert version is not None
    upload = _begun(tree, b"x" * 50)
    letter = filing.receive(io.BytesIO(b"a letter"), "lettre.txt")
    whole = filing.receive(io.BytesIO(b"the whole mail"), "message.eml")
    envelope = arriving.bring(
        organisation=cast.saint_aubin,
        parcel=arriving.Parcel(
            source=ArrivalSource.MAIL, key="mail:1", files=[letter], original=whole
        ),
        now=cast.now,
    )
    assert envelope is not None
    arrival = envelope.arrivals.get()
    zipped = ImportRun.objects.create(
        organisation=cast.saint_aubin,
        folder=tree.urbanisme,
        kind=ImportKind.ZIP,
        label="reprise.zip",
        source=store.put(io.BytesIO(b"a zip")).key,
        started_by=cast.julien,
        started_at=cast.now,
    )
    drafted = store.put(io.BytesIO(b"a draft"))
    draft = drafts.keep_draft(
        actor=cast.actor(cast.julien), folder=tree.urbanisme, name="~$a.docx", stored=drafted,
        now=cast.now,
    )  # fmt: skip
    gone = ErasedBytes.objects.create(
        organisation=cast.saint_aubin,
        storage_key=store.put(io.BytesIO(b"gone")).key,
        erase_after=cast.now,
    )
    return {
        "version": (str(version.uid), version.storage_key),
        "upload": (str(upload.uid), upload.storage_key),
        "arrival": (str(arrival.uid), arrival.storage_key),
        "envelope": (str(envelope.uid), envelope.original_key),
        "import": (str(zipped.uid), zipped.source),
        "drive draft": (str(draft.pk), draft.storage_key),
        "erased bytes": (str(gone.pk), gone.storage_key),
    }


def test_every_table_that_speaks_of_bytes_is_checked_and_kept_from_the_sweep(
    tree: Tree, every_reference: dict[str, tuple[str, str]]
) -> None:
    store = blobs()
    assert {r.word for r in BLOB_REFERENCES} == set(every_reference)
    assert _check(deep=True) == []
    for word, (_, key) in every_reference.items():
        _age(store.part_path(key) if word == "upload" else store.path(key), 48)
    assert sweeping.sweep(now=tree.cast.now) == 0
    assert _check(deep=True) == []
    for word, (name, key) in every_reference.items():
        if word not in {"upload", "erased bytes"}:
            content = store.path(key).read_bytes()
            store.delete(key)
            (line,) = _check()
            assert line.startswith(f"missing-bytes: {word} {name}")
            store.path(key).write_bytes(b"#" * len(content))
            swapped = [] if word == "import" else [f"wrong-sha256: {word} {name} ({key})"]
            assert _check(deep=True) == swapped
            store.path(key).write_bytes(content)


def test_no_column_of_storage_keys_is_forgotten() -> None:
    listed = {(r.model, r.key) for r in BLOB_REFERENCES}
    columns = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name in {"storage_key", "original_key"} or field.name.endswith("blob_key")
    }
    assert columns
    assert columns <= listed


def test_what_nobody_speaks_of_is_found_once_it_is_old(tree: Tree) -> None:
    store = blobs()
    kept = tree.file("a.txt").current_version
    assert kept is not None
    _age(store.path(kept.storage_key), 48)
    _age(store.path(store.put(io.BytesIO(b"stray")).key), 25)
    mine, other = _begun(tree, b"x" * 50), _begun(tree, b"y" * 50)
    for upload in (mine, other):
        _age(store.part_path(upload.storage_key), 25)
    Upload.objects.filter(pk=other.pk).delete()
    left = store.root / "incoming" / "tmp1"
    left.write_bytes(b"of a killed process")
    _age(left, 25)
    assert sorted(line.split(":")[0] for line in _check()) == [
        "leftover-temporary",
        "unreferenced-bytes",
        "unreferenced-part",
    ]


def test_a_part_that_a_sender_believes_safe_and_is_not_is_found(tree: Tree) -> None:
    upload = _begun(tree, b"x" * 50)
    os.truncate(blobs().part_path(upload.storage_key), 49)
    (line,) = _check()
    assert line == f"lost-part: upload {upload.uid} (49 bytes, sender was told 50)"
