"""A tree that is taken out and put back elsewhere is the same tree."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Organisation, Person
from accounts.services.founding import found_organisation
from config.lib.storage import BlobStore
from config.lib.unpacking import Archive
from documents.access import role_of
from documents.access.deadlines import visible_deadlines
from documents.enums import Advice, CommentReaders, DeadlineKind, Keeping, MailDirection, Role
from documents.models import (
    Deadline,
    Document,
    DocumentTag,
    DocumentType,
    Folder,
    MailEntry,
    OpinionRequest,
    Tag,
    VersionHold,
)
from documents.services import (
    commenting,
    deadlines,
    filing,
    folders,
    holds,
    keeping,
    labels,
    moving,
    opinions,
    registering,
    rights,
    templates,
    trash,
)
from documents.services.oracle import differences
from documents.services.transfer.exporting import export_tree
from documents.services.transfer.loading import NotBare, load_tree
from documents.services.transfer.manifest import NotAManifest
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(tree: Tree) -> Tree:
    """A tree with something of everything."""
    cast, dgs, now = tree.cast, tree.cast.dgs, tree.cast.now
    note = tree.file("Notes d’été: « œuvre ».txt", b"un")
    tree.file("Notes d’été: « œuvre ».txt", b"deux", as_new_version=True)
    filing.restore_version(actor=dgs, version=note.versions.get(number=1), now=now)
    commenting.add_comment(
        actor=cast.actor(cast.karim), document=note, text="À revoir, merci.", now=now
    )
    alone = tree.file("budget.csv", b"a;b\n1;2")
    rights.set_role(actor=dgs, obj=alone, principal=cast.claire, role=Role.MANAGER, now=now)
    kind = labels.create_label(actor=dgs, kind=DocumentType, label="Budget", now=now)
    tag = labels.create_label(actor=dgs, kind=Tag, label="À relire", now=now)
    Document.objects.filter(pk=alone.pk).update(type=kind)
    DocumentTag.objects.create(organisation=cast.saint_aubin, document=alone, tag=tag)
    templates.offer(actor=dgs, obj=alone, now=now)
    labels.create_label(actor=dgs, kind=Tag, label="Ancienne", retired=True, now=now)
    _around(tree, note, alone)
    keeping.set_keeping(actor=dgs, folder=tree.urbanisme, keeping=Keeping.ARCHIVES, now=now)
    tree.file("naissance.txt", b"acte", by=cast.claire, folder=tree.secret)
    below = folders.create_folder(actor=dgs, parent=tree.urbanisme, name="Con", now=now)
    rights.set_role(actor=dgs, obj=below, principal=cast.urbanisme, role=Role.NONE, now=now)
    gone = folders.create_folder(actor=dgs, parent=tree.urbanisme, name="Ancien", now=now)
    folders.create_folder(actor=dgs, parent=gone, name="Dedans", now=now)
    trash.trash_folder(actor=dgs, folder=gone, now=now)
    folders.create_folder(actor=dgs, parent=tree.urbanisme, name="Ancien", now=now)
    thrown = tree.file("brouillon.txt", b"vieux")
    trash.trash_document(actor=dgs, document=thrown, now=now)
    tree.file("brouillon.txt", b"neuf")
    return tree


def _around(tree: Tree, note: Document, alone: Document) -> None:
    """Deadlines, opinions, a hold, letters: what hangs on documents."""
    cast, dgs, now = tree.cast, tree.cast.dgs, tree.cast.now
    for label, owner in (("Assurance", cast.claire), ("Contrat", None)):
        terms = deadlines.Terms(
            kind=DeadlineKind.CONTRACT, label=label, due=dgs.today + timedelta(days=60), owner=owner
        )
        last = deadlines.set_deadline(actor=dgs, document=alone, terms=terms, now=now)
    deadlines.close_deadline(actor=dgs, deadline=last, now=now)
    for who in (cast.karim, cast.urbanisme):
        asked = opinions.ask_opinion(
            actor=dgs, document=note, who=who, question="?", due=dgs.today, now=now
        )
    opinions.give_opinion(
        actor=cast.actor(cast.julien),
        request=asked,
        advice=Advice.RESERVED,
        text="À préciser.",
        now=now,
    )
    assert note.current_version is not None
    holds.hold(note.current_version, "le dossier du conseil", holder_uid=uuid4(), now=now)
    commenting.set_comment_readers(
        actor=dgs, folder=tree.urbanisme, readers=CommentReaders.COMMENTERS, now=now
    )
    line = registering.Line(day=dgs.today, correspondent="Préfecture", subject="Avis")
    came = registering.register(
        actor=dgs,
        direction=MailDirection.INCOMING,
        line=replace(line, team=cast.urbanisme, reply_due=dgs.today),
        document=note,
        now=now,
    )
    registering.register(
        actor=dgs, direction=MailDirection.OUTGOING, line=line, answers=came, now=now
    )
    registering.register(
        actor=dgs,
        direction=MailDirection.INCOMING,
        line=replace(line, person=cast.claire),
        now=now,
    )


def _exported(organisation: Organisation, now: Any) -> BytesIO:
    target = BytesIO()
    done = export_tree(organisation=organisation, target=target, now=now)
    assert done.missing == []
    target.seek(0)
    return target


def _elsewhere(full: Tree) -> Organisation:
    director = Person.objects.create(given_name="Ailleurs", family_name="Neuf")
    return found_organisation(
        name="Saint-Aubin d’ailleurs",
        slug="ailleurs",
        kind="commune",
        director=director,
        now=full.cast.now,
    ).organisation


def _described(source: BytesIO) -> dict[str, Any]:
    """An export without what may differ elsewhere: identifiers become paths and names."""
    with zipfile.ZipFile(source) as archive:
        header = json.loads(archive.read("manifeste.json"))
        rows = {
            part: [json.loads(line) for line in archive.read(part).splitlines()]
            for part in ("dossiers.jsonl", "documents.jsonl", "courrier.jsonl")
        }
        sums = sorted(archive.read("SHA256SUMS").decode().splitlines())
    names = {row["id"]: f"{row['given_name']} {row['family_name']}" for row in header["people"]}
    names |= {row["id"]: row["label"] for row in header["teams"]}
    paths: dict[str, str] = {}
    for row in rows["dossiers.jsonl"]:
        state = "†" if row["trashed_at"] else ""
        paths[row["id"]] = f"{paths.get(row['parent'], '')}/{row['name']}{state}"
    names |= paths
    names |= {row["id"]: row["title"] for row in rows["documents.jsonl"]}
    names |= {row["id"]: f"letter {row['number']}" for row in rows["courrier.jsonl"]}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if k not in ("id", "file")}
        if isinstance(value, list):
            return sorted((plain(v) for v in value), key=json.dumps)
        return names.get(value, value)

    return {
        "folders": {paths[r["id"]]: plain(r) for r in rows["dossiers.jsonl"]},
        "documents": sorted((plain(r) for r in rows["documents.jsonl"]), key=json.dumps),
        "letters": [plain(r) for r in rows["courrier.jsonl"]],
        "header": {name: header[name] for name in ("types", "tags", "counters", "to_file")},
        "sums": [line for line in sums if "versions/" not in line],
    }


def test_a_tree_is_the_same_elsewhere(full: Tree) -> None:
    first = _exported(full.cast.saint_aubin, full.cast.now)
    there = _elsewhere(full)
    with Archive(first) as archive:
        done = load_tree(organisation=there, archive=archive, now=full.cast.now, create_people=True)
    assert done.left_out == []
    assert _described(_exported(there, full.cast.now)) == _described(first)
    assert differences(there) == []
    for person in (full.cast.nadia, full.cast.julien, full.cast.claire, full.cast.karim):
        here = full.cast.actor(person, full.cast.saint_aubin)
        away = full.cast.actor(person, there)
        for folder in Folder.objects.filter(organisation=full.cast.saint_aubin, trashed_at=None):
            twin = _twin(folder, there)
            assert role_of(away, twin) == role_of(here, folder), (person, folder)


def test_the_schema_in_the_documentation_says_what_is_written(full: Tree) -> None:
    page = (Path(__file__).parents[3] / "docs" / "transfer.md").read_text()
    schema = json.loads(page.split("```json")[1].split("```")[0])["$defs"]

    def check(row: dict[str, Any], kind: str) -> None:
        described = schema[kind]
        assert set(described["required"]) <= set(row), kind
        for name, rule in described["properties"].items():
            if name not in row:
                continue
            if "enum" in rule:
                assert row[name] in rule["enum"], (kind, name, row[name])
            if "const" in rule:
                assert row[name] == rule["const"]
            inner = rule.get("items", {})
            for one in row[name] if inner else ():
                if "$ref" in inner:
                    check(one, inner["$ref"].rpartition("/")[2])
                assert set(inner.get("required", ())) <= set(one), (kind, name)

    with zipfile.ZipFile(_exported(full.cast.saint_aubin, full.cast.now)) as archive:
        header = json.loads(archive.read("manifeste.json"))
        check(header, "header")
        assert header["version"] == schema["header"]["properties"]["version"]["maximum"]
        for part, kind in (
            ("dossiers", "folder"),
            ("documents", "document"),
            ("courrier", "letter"),
        ):
            for line in archive.read(f"{part}.jsonl").splitlines():
                check(json.loads(line), kind)


def test_numbers_given_there_go_on_after_those_that_came(full: Tree) -> None:
    first = _exported(full.cast.saint_aubin, full.cast.now)
    there = _elsewhere(full)
    with Archive(first) as archive:
        load_tree(organisation=there, archive=archive, now=full.cast.now, create_people=True)
    nadia = full.cast.actor(full.cast.nadia, there)
    line = registering.Line(day=nadia.today, correspondent="Mairie", subject="Suite")
    entry = registering.register(
        actor=nadia, direction=MailDirection.INCOMING, line=line, now=full.cast.now
    )
    assert entry.number == 3
    claire = full.cast.actor(full.cast.claire, there)
    assert visible_deadlines(claire).waiting().get().owner == full.cast.claire


def test_loading_again_puts_nothing_twice(full: Tree) -> None:
    first = _exported(full.cast.saint_aubin, full.cast.now)
    there = _elsewhere(full)
    counts = []
    for _ in range(2):
        with Archive(first) as archive:
            load_tree(organisation=there, archive=archive, now=full.cast.now, create_people=True)
        counts.append(
            [
                model._default_manager.filter(organisation=there).count()
                for model in (Document, Folder, Deadline, OpinionRequest, MailEntry, VersionHold)
            ]
        )
    assert counts[0] == counts[1]
    assert all(counts[0])


def _changed(source: BytesIO, change: Callable[[str, bytes], bytes | None]) -> BytesIO:
    """The same archive with some members written otherwise, or left out."""
    target = BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    target.seek(0)
    return target


def test_an_export_of_the_first_format_is_still_read(full: Tree) -> None:
    newer = {"deadlines", "opinions", "holds", "keeping_by", "keeping_at", "comment_readers"}

    def older(name: str, content: bytes) -> bytes | None:
        if name == "manifeste.json":
            header = json.loads(content) | {"version": 1}
            gone = ("types", "tags", "counters", "parts", "to_file")
            return json.dumps({k: v for k, v in header.items() if k not in gone}).encode()
        if name.endswith(".jsonl"):
            rows = [json.loads(line) for line in content.splitlines()]
            return b"".join(
                json.dumps({k: v for k, v in row.items() if k not in newer}).encode() + b"\n"
                for row in rows
            )
        return content

    first = _changed(
        _exported(full.cast.saint_aubin, full.cast.now),
        lambda name, content: None if name == "courrier.jsonl" else older(name, content),
    )
    there = _elsewhere(full)
    with Archive(first) as archive:
        done = load_tree(organisation=there, archive=archive, now=full.cast.now, create_people=True)
    assert done.left_out == []
    assert done.documents == Document.objects.filter(organisation=full.cast.saint_aubin).count()


def test_a_later_format_is_refused_in_a_sentence_and_nothing_is_read(
    full: Tree, tmp_path: Path
) -> None:
    def later(name: str, content: bytes) -> bytes:
        if name != "manifeste.json":
            return content
        return json.dumps(json.loads(content) | {"version": 99}).encode()

    archive = _changed(_exported(full.cast.saint_aubin, full.cast.now), later)
    target = tmp_path / "plus-tard.zip"
    target.write_bytes(archive.getvalue())
    there = _elsewhere(full)
    with pytest.raises(CommandError, match="version plus récente de Parvis"):
        call_command("import_tree", str(target), "--organisation=ailleurs", "--create-people")
    assert not Folder.objects.filter(organisation=there).exists()


@pytest.mark.parametrize("part", ["dossiers.jsonl", "documents.jsonl", "courrier.jsonl"])
def test_a_manifest_that_was_touched_is_refused_whole(full: Tree, part: str) -> None:
    first = _changed(
        _exported(full.cast.saint_aubin, full.cast.now),
        lambda name, content: (
            content.replace(b"manager", b"reader ").replace(b"Avis", b"AVIS")
            if name == part
            else content
        ),
    )
    there = _elsewhere(full)
    with Archive(first) as archive, pytest.raises(NotAManifest, match="damaged"):
        load_tree(organisation=there, archive=archive, now=full.cast.now, create_people=True)
    assert not Folder.objects.filter(organisation=there).exists()


def _twin(folder: Folder, organisation: Organisation) -> Folder:
    parent = _twin(folder.parent, organisation) if folder.parent else None
    return Folder.objects.get(
        organisation=organisation, parent=parent, name=folder.name, trashed_at=None
    )


def test_identifiers_stay_when_they_are_free(full: Tree) -> None:
    """On another platform, the links in old mails still lead to their documents."""
    first = _exported(full.cast.saint_aubin, full.cast.now)
    kept = set(Document.objects.values_list("uid", flat=True))
    _forget_everything()
    there = _elsewhere(full)
    with Archive(first) as archive:
        load_tree(organisation=there, archive=archive, now=full.cast.now, create_people=True)
    assert set(Document.objects.values_list("uid", flat=True)) == kept


def _forget_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "TRUNCATE documents_folder, documents_document, documents_version,"
            " documents_accessdomain CASCADE"
        )
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_load_that_was_cut_goes_on_where_it_was(
    full: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _exported(full.cast.saint_aubin, full.cast.now)
    there = _elsewhere(full)
    put, count = BlobStore.put, iter(range(100))

    def cut(self: BlobStore, *args: Any, **kwargs: Any) -> Any:
        if next(count) == 3:
            raise OSError("the machine stopped")
        return put(self, *args, **kwargs)

    monkeypatch.setattr(BlobStore, "put", cut)
    with Archive(first) as archive, pytest.raises(OSError, match="stopped"):
        load_tree(organisation=there, archive=archive, now=full.cast.now, create_people=True)
    begun = Document.objects.filter(organisation=there).count()
    assert begun
    with Archive(first) as archive:
        load_tree(organisation=there, archive=archive, now=full.cast.now, create_people=True)
    assert Document.objects.filter(organisation=there).count() > begun
    assert _described(_exported(there, full.cast.now)) == _described(first)


class _Zeros:
    """So many bytes that nobody holds."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1, /) -> bytes:
        chunk = bytes(min(self.left, size if size >= 0 else self.left))
        self.left -= len(chunk)
        return chunk


def test_memory_does_not_grow_with_the_files(tree: Tree, tmp_path: Path) -> None:
    size, some = 96 * 1024**2, 12 * 1024**2
    filing.file_document(
        actor=tree.cast.actor(tree.cast.julien),
        folder=tree.urbanisme,
        received=filing.receive(_Zeros(size), "vidéo.bin"),
        now=tree.cast.now,
    )
    target = tmp_path / "arbre.zip"
    tracemalloc.start()
    try:
        with target.open("wb") as file:
            export_tree(organisation=tree.cast.saint_aubin, target=file, now=tree.cast.now)
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        with target.open("rb") as file, Archive(file) as archive:
            done = load_tree(
                organisation=_elsewhere(tree),
                archive=archive,
                now=tree.cast.now,
                create_people=True,
            )
        read = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert target.stat().st_size > size
    assert (done.documents, done.left_out) == (1, [])
    assert written < some
    assert read < some


def test_without_their_people_entries_are_left_out_and_said(full: Tree) -> None:
    first = _exported(full.cast.saint_aubin, full.cast.now)
    there = _elsewhere(full)
    with Archive(first) as archive:
        done = load_tree(organisation=there, archive=archive, now=full.cast.now)
    assert any("nobody of that name" in said for said in done.left_out)
    assert differences(there) == []


def test_a_tree_in_use_is_never_overwritten(full: Tree) -> None:
    first = _exported(full.cast.saint_aubin, full.cast.now)
    there = full.cast.valmorel
    folders.create_folder(
        actor=full.cast.actor(full.cast.sophie, there),
        parent=full.valmorel,
        name="À nous",
        now=full.cast.now,
    )
    with Archive(first) as archive, pytest.raises(NotBare):
        load_tree(organisation=there, archive=archive, now=full.cast.now)


@pytest.mark.parametrize("header", [b"{}", b"[]", b"no", b'{"format":"parvis-tree","version":9}'])
def test_what_is_not_an_export_is_refused(full: Tree, header: bytes) -> None:
    source = BytesIO()
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("manifeste.json", header)
    source.seek(0)
    with Archive(source) as opened, pytest.raises(NotAManifest):
        load_tree(organisation=_elsewhere(full), archive=opened, now=full.cast.now)


def test_damaged_bytes_are_left_out_and_said(full: Tree) -> None:
    first = _exported(full.cast.saint_aubin, full.cast.now)
    damaged = BytesIO()
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, b"altered" if name.endswith("budget.csv") else content)
    damaged.seek(0)
    with Archive(damaged) as archive:
        done = load_tree(
            organisation=_elsewhere(full),
            archive=archive,
            now=full.cast.now,
            create_people=True,
        )
    assert done.left_out == ["“budget.csv”: some of its files are missing or damaged"]


def test_the_archive_opens_anywhere(full: Tree) -> None:
    """Names that Windows refuses are written otherwise, and the sums can be checked."""
    with zipfile.ZipFile(_exported(full.cast.saint_aubin, full.cast.now)) as archive:
        names = archive.namelist()
        assert "fichiers/Urbanisme/Notes d’été_ « œuvre ».txt" in names
        assert "fichiers/Urbanisme/brouillon.txt" in names
        assert "fichiers/Urbanisme/brouillon (2).txt" in names
        assert archive.testzip() is None


def test_the_commands_write_and_read(full: Tree, tmp_path: Path) -> None:
    target = tmp_path / "arbre.zip"
    call_command("export_tree", "saint-aubin", str(target))
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_tree", "saint-aubin", str(target))
    _elsewhere(full)
    call_command("import_tree", str(target), "--organisation=ailleurs", "--create-people")
    assert Document.objects.filter(organisation__slug="ailleurs", title="budget.csv").exists()
    moved = Document.objects.get(organisation__slug="ailleurs", title="budget.csv")
    assert moved.current_version is not None
    assert len(moved.title) <= moving.LONGEST_TITLE
