"""Reading an exported tree back: the same folders, versions, authors, dates, rights, comments.

For the host, from a command, into an organisation whose tree is still bare. May be run again after
an interruption: what is already there is recognised by its identifier and left as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Model

from accounts.audit import record
from accounts.models import Organisation, Person, Team
from config.lib.storage import CHUNK, BlobStore, Stored, blobs
from config.lib.text import name_key, sort_key
from config.lib.unpacking import Archive, Member
from documents import audit
from documents.enums import Role
from documents.models import (
    Deadline,
    Document,
    DocumentTag,
    DocumentType,
    Folder,
    KeepingRule,
    MailEntry,
    OpinionRequest,
    Tag,
    Template,
    Version,
)
from documents.search.index import index_title
from documents.services.domains import next_id
from documents.services.entries import close_to_above, mark_confidential, write_entry
from documents.services.folders import create_root
from documents.services.locking import lock_organisation
from documents.services.refusals import Refusal
from documents.services.transfer import around, contents, letters, manifest, members
from documents.services.transfer.manifest import NotAManifest, Row, read_moment

Named = TypeVar("Named", DocumentType, Tag)

_MOST_HEADER = 256 * 1024 * 1024


class NotBare(Refusal):
    """The organisation has folders of its own already."""


@dataclass(slots=True)
class Loaded:
    """What was read back. `left_out` says, one English sentence each, what could not be."""

    folders: int = 0
    documents: int = 0
    versions: int = 0
    letters: int = 0
    already_there: int = 0
    left_out: list[str] = field(default_factory=list)


def load_tree(
    *, organisation: Organisation, archive: Archive, now: datetime, create_people: bool = False
) -> Loaded:
    """Read a whole exported tree into an organisation. Raises NotAManifest or NotBare.

    People are recognised by their identifier among the organisation's members. With
    `create_people`, those who are missing are made with their memberships and without any way to
    sign in, teams too; else their entries are left out, and said.
    """
    load = _Load(organisation, archive, now, create_people)
    with transaction.atomic():
        load.read_header()
        load.make_teams()
        load.make_labels()
        load.make_folders()
    for row in load.rows(manifest.DOCUMENTS):
        load.make_document(row)
    with transaction.atomic():
        load.make_register()
        record(None, audit.TREE_LOADED, load.root, now=now, organisation=organisation)
    return load.done


class _Load:
    def __init__(
        self, organisation: Organisation, archive: Archive, now: datetime, create_people: bool
    ) -> None:
        self.organisation, self.archive, self.now = organisation, archive, now
        self.create_people = create_people
        self.store: BlobStore = blobs()
        self.done = Loaded()
        self.members: dict[str, Member] = {m.name: m for m in archive.members() if not m.is_folder}
        self.people: dict[str, Person] = {}
        self.teams: dict[str, Team] = {}
        self.folders: dict[str, Folder] = {}
        self.uids: dict[str, UUID] = {}
        self.root: Folder = cast(Folder, None)

    def rows(self, name: str) -> Iterator[Row]:
        """The lines of one part of the manifest, as they are read. Raises NotAManifest."""
        with self.archive.open(self._member(name)) as source:
            yield from manifest.rows(source)

    def _member(self, name: str) -> Member:
        member = self.members.get(name)
        if member is None:
            raise NotAManifest(f"{name} is missing")
        return member

    def _check_parts(self) -> None:
        """What describes the tree is as it was written, or nothing is read of it."""
        for name, said in self.header.get("parts", {}).items():
            digest = hashlib.sha256()
            with self.archive.open(self._member(name)) as source:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
            if digest.hexdigest() != said:
                raise NotAManifest(f"{name} is damaged")

    def read_header(self) -> None:
        header = self.archive.read(self._member(manifest.HEADER), _MOST_HEADER)
        self.header = manifest.parsed(header)
        manifest.check_header(self.header)
        self._check_parts()
        self.people = members.people_of(
            self.header["people"], self.organisation, create=self.create_people
        )

    def make_teams(self) -> None:
        self.teams, left_out = members.teams_of(
            self.header["teams"], self.organisation, self.people, create=self.create_people
        )
        self.done.left_out += left_out

    def make_folders(self) -> None:
        self.root = create_root(organisation=self.organisation, now=self.now)
        lock_organisation(self.organisation.pk)
        rows = list(self.rows(manifest.FOLDERS))
        self.choose_identifiers(Folder, [row["id"] for row in rows])
        known = {
            f.uid: f
            for f in Folder.objects.filter(
                organisation=self.organisation, uid__in=[self.uids[row["id"]] for row in rows]
            )
        }
        others = Folder.objects.filter(organisation=self.organisation).exclude(parent=None)
        if not known and others.exists():
            raise NotBare(
                "Cette organisation a déjà des dossiers : un arbre exporté se recharge dans une "
                "organisation encore vide."
            )
        for row in rows:
            there = known.get(self.uids[row["id"]])
            if there is not None:
                self.folders[row["id"]] = there
                self.done.already_there += 1
            elif row["parent"] is None:
                self.folders[row["id"]] = self._root(row)
            else:
                self.folders[row["id"]] = self._folder(row)

    def choose_identifiers(self, model: type[Model], uids: list[str]) -> None:
        """Each thing keeps its identifier, so that links still lead to it; where another
        organisation of this platform has it, one is derived, the same at each run."""
        elsewhere = set(
            model._default_manager.filter(uid__in=uids)
            .exclude(organisation=self.organisation)
            .values_list("uid", flat=True)
        )
        for raw in uids:
            uid = UUID(raw)
            self.uids[raw] = uuid5(self.organisation.uid, raw) if uid in elsewhere else uid

    def make_labels(self) -> None:
        """Types and tags, also those that no document carries."""
        kinds: tuple[tuple[type[DocumentType] | type[Tag], str], ...] = (
            (DocumentType, "types"),
            (Tag, "tags"),
        )
        for kind, part in kinds:
            for row in self.header.get(part, ()):
                kind._default_manager.get_or_create(
                    organisation=self.organisation,
                    name_key=name_key(row["label"]),
                    defaults={
                        "label": row["label"],
                        "sort_label": sort_key(row["label"]),
                        "retired": row["retired"],
                    },
                )

    def make_register(self) -> None:
        """The register of the post, once its documents are there."""
        if self.header["version"] < 2:
            return
        lock_organisation(self.organisation.pk)
        self.choose_identifiers(MailEntry, [row["id"] for row in self.rows(manifest.REGISTER)])
        self.done.letters, left_out = letters.put_back(
            self.organisation,
            self.rows(manifest.REGISTER),
            self.header["counters"],
            people=self.people,
            teams=self.teams,
            uids=self.uids,
            now=self.now,
        )
        self.done.left_out += left_out

    def _root(self, row: Row) -> Folder:
        root = self.root
        root.uid = self.uids[row["id"]]
        name = row["name"]
        root.name, root.name_key, root.sort_name = name, name_key(name), sort_key(name)
        root.created_at = read_moment(row["created_at"]) or self.now
        root.save(update_fields=["uid", "name", "name_key", "sort_name", "created_at"])
        self._give(root, row)
        self._mark(root, row)
        return root

    def _mark(self, folder: Folder, row: Row) -> None:
        if row.get("keeping"):
            KeepingRule.objects.create(
                organisation=self.organisation,
                folder=folder,
                keeping=row["keeping"],
                set_by=self._person(row.get("keeping_by")),
                set_at=read_moment(row.get("keeping_at")) or self.now,
            )
        if row.get("comment_readers"):
            Folder.objects.filter(pk=folder.pk).update(comment_readers=row["comment_readers"])
        if row.get("template"):
            Template.objects.create(
                organisation=self.organisation, folder=folder, offered_at=self.now
            )

    def _folder(self, row: Row) -> Folder:
        parent = self.folders[row["parent"]]
        parent.refresh_from_db()
        name = row["name"]
        # Known before it is written: what went to the trash by itself is its own root there.
        pk = next_id("documents_folder")
        with_what = row["trashed_with"]
        folder = Folder.objects.add_child(
            parent,
            instance=Folder(
                id=pk,
                uid=self.uids[row["id"]],
                organisation=self.organisation,
                parent=parent,
                name=name,
                name_key=name_key(name),
                sort_name=sort_key(name),
                domain_id=parent.domain_id,
                created_at=read_moment(row["created_at"]) or self.now,
                created_by=self._person(row["created_by"]),
                trashed_at=read_moment(row["trashed_at"]),
                trashed_by=self._person(row["trashed_by"]),
                trash_root_id=(pk if with_what == row["id"] else self.folders[with_what].pk)
                if with_what
                else None,
            ),
        )
        self._give(folder, row)
        if row["limited"]:
            close_to_above(folder)
        if row["confidential"]:
            mark_confidential(folder, True)
        self._mark(folder, row)
        folder.refresh_from_db()
        self.done.folders += 1
        return cast(Folder, folder)

    def make_document(self, row: Row) -> None:
        """One document with all its versions, or nothing: the bytes first, then the rows."""
        folder = self.folders[row["folder"]]
        self.choose_identifiers(Document, [row["id"]])
        self.choose_identifiers(Version, [one["id"] for one in row["versions"]])
        uid = self.uids[row["id"]]
        if Document.objects.filter(organisation=self.organisation, uid=uid).exists():
            self.done.already_there += 1
            return
        # A version put back shares its bytes with the one that it takes up again.
        stored = {one["file"]: self._bytes(one) for one in row["versions"]}
        whole = {place: one for place, one in stored.items() if one is not None}
        if len(whole) < len(stored):
            self.done.left_out.append(f"“{row['title']}”: some of its files are missing or damaged")
            for one in whole.values():
                self.store.delete(one.key)
            return
        with transaction.atomic():
            lock_organisation(self.organisation.pk)
            document = Document.objects.create(
                uid=uid,
                organisation=self.organisation,
                folder=folder,
                title=row["title"],
                name_key=name_key(row["title"]),
                sort_title=sort_key(row["title"]),
                created_at=read_moment(row["created_at"]) or self.now,
                created_by=self._person(row["created_by"]),
                owner=self._person(row.get("owner")),
                type=self._label_of(DocumentType, row["type"]) if row.get("type") else None,
                changed_at=read_moment(row["changed_at"]) or self.now,
                changed_by=self._person(row["changed_by"]),
                trashed_at=read_moment(row["trashed_at"]),
                trashed_by=self._person(row["trashed_by"]),
            )
            versions = contents.put_versions(
                document, row, whole, people=self.people, uids=self.uids, now=self.now
            )
            self.done.left_out += contents.put_comments(
                document, row, versions, people=self.people, now=self.now
            )
            for kind, part in ((Deadline, "deadlines"), (OpinionRequest, "opinions")):
                self.choose_identifiers(kind, [one["id"] for one in row.get(part, ())])
            self.done.left_out += around.put_back(
                document,
                row,
                versions,
                people=self.people,
                teams=self.teams,
                uids=self.uids,
                now=self.now,
            )
            self._label(document, row)
            index_title(document)
            self._give(document, row)
        self.done.documents += 1
        self.done.versions += len(versions)

    def _bytes(self, row: Row) -> Stored | None:
        member = self.members.get(row["file"] or "")
        if member is None:
            return None
        with self.archive.open(member) as source:
            stored = self.store.put(source)
        if stored.sha256 != row["sha256"]:
            self.store.delete(stored.key)
            return None
        return stored

    def _label(self, document: Document, row: Row) -> None:
        for label in row.get("tags", ()):
            DocumentTag.objects.create(
                organisation=self.organisation,
                document=document,
                tag=self._label_of(Tag, label),
            )
        if row.get("template"):
            Template.objects.create(
                organisation=self.organisation, document=document, offered_at=self.now
            )

    def _label_of(self, kind: type[Named], label: str) -> Named:
        """The type or tag of this name, made when the organisation has none."""
        found, _ = kind._default_manager.get_or_create(
            organisation=self.organisation,
            name_key=name_key(label),
            defaults={"label": label, "sort_label": sort_key(label)},
        )
        return found

    def _give(self, obj: Folder | Document, row: Row) -> None:
        """The entries that stand on this object, as they were given."""
        for entry in row["entries"]:
            principal = (
                self.teams.get(entry["team"])
                if "team" in entry
                else self.people.get(entry["person"])
            )
            if principal is None:
                self.done.left_out.append(f"an entry on “{obj}”: nobody of that name here")
                continue
            write_entry(
                obj,
                principal,
                Role[entry["role"].upper()],
                by=self._person(entry["by"]),
                now=read_moment(entry["at"]) or self.now,
            )
            obj.refresh_from_db()

    def _person(self, uid: str | None) -> Person | None:
        return self.people.get(uid) if uid else None
