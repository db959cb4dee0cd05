"""Reading an exported tree back: the same folders, versions, authors, dates, rights, comments.

For the host, from a command, into an organisation whose tree is still bare. May be run again after
an interruption: what is already there is recognised by its identifier and left as it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Model

from accounts.audit import record
from accounts.enums import TeamKind
from accounts.models import Membership, Organisation, Person, Team, TeamMembership
from accounts.services.founding import new_team
from config.lib.storage import CHUNK, BlobStore, Stored, blobs
from config.lib.text import name_key, sort_key
from config.lib.unpacking import Archive, Member
from config.work.services import enqueue
from documents import audit
from documents.enums import Role
from documents.models import (
    Comment,
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
from documents.services.reading import EXTRACT
from documents.services.refusals import Refusal
from documents.services.transfer import around, letters, manifest
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
        known = {str(p.uid): p for p in Person.objects.filter(uid__in=self._uids("people"))}
        here = set(
            Membership.objects.filter(organisation=self.organisation).values_list(
                "person_id", flat=True
            )
        )
        for row in self.header["people"]:
            person = known.get(row["id"])
            if person is None and self.create_people:
                person = _new_person(row)
            if person is None:
                continue
            if person.pk not in here and self.create_people:
                _join(self.organisation, person, row)
                here.add(person.pk)
            if person.pk in here:
                self.people[row["id"]] = person

    def _uids(self, part: str) -> list[UUID]:
        return [UUID(row["id"]) for row in self.header[part]]

    def make_teams(self) -> None:
        mine = list(Team.objects.filter(organisation=self.organisation))
        by_uid = {str(t.uid): t for t in mine}
        by_label = {name_key(t.label): t for t in mine}
        directors = next((t for t in mine if t.kind == TeamKind.DGS), None)
        for row in self.header["teams"]:
            team = by_uid.get(row["id"]) or by_label.get(name_key(row["label"]))
            if team is None and row["kind"] == TeamKind.DGS:
                team = directors
            if team is None and self.create_people:
                team = new_team(self.organisation, row["label"], row["kind"])
                team.archived_at = read_moment(row.get("archived_at"))
                team.save(update_fields=["archived_at"])
            if team is None:
                self.done.left_out.append(f"team “{row['label']}” and its entries")
                continue
            self.teams[row["id"]] = team
            if self.create_people:
                self._fill(team, row["members"])

    def _fill(self, team: Team, members: list[Row]) -> None:
        there = set(team.memberships.values_list("person_id", "from_date"))
        for row in members:
            person = self.people.get(row["person"])
            begins = dt.date.fromisoformat(row["from"])
            if person is None or (person.pk, begins) in there:
                continue
            if team.memberships.filter(person=person, to_date=None).exists():
                continue  # already in it, by the organisation's own hand
            TeamMembership.objects.create(
                organisation=self.organisation,
                team=team,
                person=person,
                from_date=begins,
                to_date=dt.date.fromisoformat(row["to"]) if row["to"] else None,
            )

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
                "Cette organisation a déjà des dossiers : un arbre exporté se recharge dans une "
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
            versions = self._versions(document, row, whole)
            self._comments(document, row, versions)
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

    def _versions(
        self, document: Document, row: Row, stored: dict[str, Stored]
    ) -> dict[int, Version]:
        made: dict[int, Version] = {}
        for one in sorted(row["versions"], key=lambda v: int(v["number"])):
            number, bytes_of_it = one["number"], stored[one["file"]]
            made[number] = Version.objects.create(
                uid=self.uids[one["id"]],
                organisation=self.organisation,
                document=document,
                number=number,
                storage_key=bytes_of_it.key,
                size=bytes_of_it.size,
                sha256=bytes_of_it.sha256,
                media_type=one["media_type"],
                extension=one["extension"],
                original_name=one["original_name"],
                notice=one["notice"],
                author=self._person(one["author"]),
                created_at=read_moment(one["created_at"]) or self.now,
                reason=one["reason"],
                restored_from=made.get(one["restored_from"] or 0),
            )
            self.done.versions += 1
            enqueue(
                EXTRACT,
                payload={"version": made[number].pk},
                now=self.now,
                organisation_id=self.organisation.pk,
                dedupe=str(made[number].pk),
            )
        if row["current"]:
            current = made[row["current"]]
            document.current_version = current
            document.media_type, document.size = current.media_type, current.size
            document.save(update_fields=["current_version", "media_type", "size"])
        return made

    def _comments(self, document: Document, row: Row, versions: dict[int, Version]) -> None:
        made: dict[str, Comment] = {}
        for one in row["comments"]:
            author = self._person(one["author"])
            if author is None:
                self.done.left_out.append(f"a comment on “{row['title']}”: its author is unknown")
                continue
            thread = made.get(one.get("thread") or "")
            resolver = self._person(one.get("resolved_by")) if thread is None else None
            comment = Comment.objects.create(
                organisation=self.organisation,
                document=document,
                version=versions[one["version"]],
                author=author,
                text=one["text"],
                created_at=read_moment(one["created_at"]) or self.now,
                thread=thread,
                page=one.get("page") if thread is None else None,
                edited_at=read_moment(one.get("edited_at")),
                deleted_at=read_moment(one.get("deleted_at")),
                resolved_at=read_moment(one.get("resolved_at")) if resolver else None,
                resolved_by=resolver,
            )
            made[one.get("id") or str(comment.uid)] = comment

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


def _new_person(row: Row) -> Person:
    person = Person(
        uid=UUID(row["id"]),
        given_name=row["given_name"],
        family_name=row["family_name"],
        gender=row["gender"],
        email=row["email"],
    )
    person.set_unusable_password()
    person.full_clean()
    person.save()
    return person


def _join(organisation: Organisation, person: Person, row: Row) -> None:
    for one in row["memberships"]:
        Membership.objects.create(
            organisation=organisation,
            person=person,
            capacity=one["capacity"],
            job_title=one["job_title"],
            from_date=dt.date.fromisoformat(one["from"]),
            to_date=dt.date.fromisoformat(one["to"]) if one["to"] else None,
        )
