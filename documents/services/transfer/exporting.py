"""Writing a whole tree into a ZIP: readable by anybody, and by Parvis without loss."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.db import connection, transaction

from accounts.audit import record
from accounts.models import Membership, Organisation, Person, Team, TeamMembership
from config.lib.storage import CHUNK, BlobStore, blobs
from documents import audit
from documents.enums import ArrivalState
from documents.models import (
    AccessDomain,
    Arrival,
    Document,
    DocumentType,
    Folder,
    Tag,
    Version,
)
from documents.services.entries import role_in
from documents.services.transfer import around, letters, manifest
from documents.services.transfer.manifest import Row, moment, name_of

_AT_ONCE = 500


@dataclass(slots=True)
class Exported:
    """What was written. `missing` names the files whose bytes were not there."""

    folders: int = 0
    documents: int = 0
    versions: int = 0
    letters: int = 0
    bytes: int = 0
    to_file: int = 0  # still in the bin, and not taken out
    missing: list[str] = field(default_factory=list)


def export_tree(*, organisation: Organisation, target: IO[bytes], now: datetime) -> Exported:
    """Write the organisation's tree, its trash and its rights into a ZIP.

    Everything is read as of one moment, however long the writing takes; bytes stream through and
    are checked against their sums. For the host, from a command: it reads whatever the tree holds.
    """
    outermost = not connection.in_atomic_block
    with (
        transaction.atomic(),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive,
        tempfile.TemporaryFile() as documents,
    ):
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        export = _Export(organisation, archive)
        export.write_folders()
        export.write_documents(documents)
        export.write_register()
        export.write_header(now)
        root = Folder.objects.get(organisation=organisation, parent=None)
        record(None, audit.TREE_EXPORTED, root, now=now, organisation=organisation)
        return export.done


class Summed:
    """What is written goes on to a file, and into a sum."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.digest = target, hashlib.sha256()

    def write(self, content: bytes) -> None:
        """On to the file."""
        self.digest.update(content)
        self.target.write(content)


class _Export:
    def __init__(self, organisation: Organisation, archive: zipfile.ZipFile) -> None:
        self.organisation = organisation
        self.archive = archive
        self.store: BlobStore = blobs()
        self.done = Exported()
        self.names = manifest.Names()
        self.sums: list[str] = []
        self.parts: dict[str, str] = {}  # what describes the tree -> its SHA-256
        self.people: dict[int, str] = {}
        self.folder_paths: dict[int, str] = {}
        self.folder_uids: dict[int, str] = {}
        self.written: dict[str, str] = {}  # storage key -> path in the archive

    def write_folders(self) -> None:
        limits = {
            domain.folder_id: domain
            for domain in AccessDomain.objects.filter(
                organisation=self.organisation, folder__isnull=False
            )
        }
        folders = (
            Folder.objects.filter(organisation=self.organisation)
            .select_related("trash_root", "keeping_rule", "template")
            .prefetch_related(
                "user_grants__permission", "group_grants__permission", "group_grants__group__team"
            )
            .order_by("path")
        )
        with self._part(manifest.FOLDERS) as lines:
            for folder in folders.iterator(_AT_ONCE):
                above = self.folder_paths.get(folder.parent_id or 0)
                self.folder_paths[folder.pk] = (
                    self.names.place(above, folder.name) if above else manifest.FILES
                )
                self.folder_uids[folder.pk] = str(folder.uid)
                domain = limits.get(folder.pk)
                lines.write(
                    manifest.line(
                        {
                            "id": str(folder.uid),
                            "parent": self.folder_uids.get(folder.parent_id or 0),
                            "name": folder.name,
                            "created_at": moment(folder.created_at),
                            "created_by": self._person(folder.created_by_id),
                            "limited": bool(domain and not domain.inherits),
                            "confidential": bool(domain and domain.confidential),
                            "entries": self._entries(folder),
                            "keeping": folder.keeping_rule.keeping
                            if hasattr(folder, "keeping_rule")
                            else None,
                            "keeping_by": self._person(folder.keeping_rule.set_by_id)
                            if hasattr(folder, "keeping_rule")
                            else None,
                            "keeping_at": moment(folder.keeping_rule.set_at)
                            if hasattr(folder, "keeping_rule")
                            else None,
                            "comment_readers": folder.comment_readers,
                            "template": hasattr(folder, "template"),
                            "trashed_at": moment(folder.trashed_at),
                            "trashed_by": self._person(folder.trashed_by_id),
                            "trashed_with": name_of(
                                folder.trash_root.uid if folder.trash_root else None
                            ),
                        }
                    )
                )
                self.done.folders += 1

    def write_documents(self, lines: IO[bytes]) -> None:
        """The files as they come; their rows in `lines`, added once the last file is written."""
        documents = (
            Document.objects.filter(organisation=self.organisation)
            .select_related("type", "template")
            .prefetch_related(
                "tags",
                "versions__restored_from",
                "comments__version",
                "comments__thread",
                "user_grants__permission",
                "group_grants__permission",
                "group_grants__group__team",
                *around.READ_WITH,
            )
            .order_by("pk")
        )
        for document in documents.iterator(_AT_ONCE):
            lines.write(manifest.line(self._document(document)))
            self.done.documents += 1
        lines.seek(0)
        with self._part(manifest.DOCUMENTS) as member:
            while chunk := lines.read(CHUNK):
                member.write(chunk)

    def write_register(self) -> None:
        """The register of the post, whose lines outlive their documents."""
        with self._part(manifest.REGISTER) as lines:
            for row in letters.lines(self.organisation, self._person):
                lines.write(manifest.line(row))
                self.done.letters += 1

    @contextmanager
    def _part(self, name: str) -> Iterator[Summed]:
        """A file of lines, whose sum goes into the header."""
        with self.archive.open(name, "w", force_zip64=True) as member:
            summed = Summed(member)
            yield summed
        self.parts[name] = summed.digest.hexdigest()

    def _document(self, document: Document) -> Row:
        versions = sorted(document.versions.all(), key=lambda v: v.number)
        return {
            "id": str(document.uid),
            "folder": self.folder_uids[document.folder_id],
            "title": document.title,
            "created_at": moment(document.created_at),
            "created_by": self._person(document.created_by_id),
            "owner": self._person(document.owner_id),
            "type": document.type.label if document.type else None,
            "tags": sorted(tag.label for tag in document.tags.all()),
            "template": hasattr(document, "template"),
            "changed_at": moment(document.changed_at),
            "changed_by": self._person(document.changed_by_id),
            "trashed_at": moment(document.trashed_at),
            "trashed_by": self._person(document.trashed_by_id),
            "entries": self._entries(document),
            "current": next(
                (v.number for v in versions if v.pk == document.current_version_id), None
            ),
            # The current one first: it takes the readable place of the bytes that it shares.
            "versions": sorted(
                (
                    self._version(document, version)
                    for version in sorted(
                        versions, key=lambda v: v.pk != document.current_version_id
                    )
                ),
                key=lambda row: int(row["number"]),
            ),
            "comments": [
                {
                    "version": comment.version.number,
                    "author": self._person(comment.author_id),
                    "created_at": moment(comment.created_at),
                    "text": comment.text,
                    "id": str(comment.uid),
                    "thread": str(comment.thread.uid) if comment.thread else None,
                    "page": comment.page,
                    "edited_at": moment(comment.edited_at),
                    "deleted_at": moment(comment.deleted_at),
                    "resolved_at": moment(comment.resolved_at),
                    "resolved_by": self._person(comment.resolved_by_id),
                }
                for comment in sorted(document.comments.all(), key=lambda c: c.pk)
            ],
            **around.described(document, self._person),
        }

    def _version(self, document: Document, version: Version) -> Row:
        return {
            "id": str(version.uid),
            "number": version.number,
            "file": self._file(document, version),
            "size": version.size,
            "sha256": version.sha256,
            "media_type": version.media_type,
            "extension": version.extension,
            "original_name": version.original_name,
            "notice": version.notice,
            "author": self._person(version.author_id),
            "created_at": moment(version.created_at),
            "reason": version.reason,
            "restored_from": version.restored_from.number if version.restored_from else None,
            "holds": around.holds_on(version),
        }

    def _file(self, document: Document, version: Version) -> str | None:
        """Where the bytes are in the archive; None when they are gone."""
        self.done.versions += 1
        if version.storage_key in self.written:
            return self.written[version.storage_key]
        if version.pk == document.current_version_id:
            place = self.names.place(self.folder_paths[document.folder_id], document.title)
        else:
            place = self.names.place(
                f"{manifest.OLDER}/{document.uid}", f"v{version.number} {version.original_name}"
            )
        digest, size = hashlib.sha256(), 0
        try:
            source = self.store.open(version.storage_key)
        except FileNotFoundError:
            self.done.missing.append(place)
            return None
        info = zipfile.ZipInfo(place, date_time=_local(version.created_at))
        info.compress_type = (
            zipfile.ZIP_DEFLATED if version.media_type.startswith("text/") else zipfile.ZIP_STORED
        )
        with source, self.archive.open(info, "w", force_zip64=True) as member:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
        if digest.hexdigest() != version.sha256:
            self.done.missing.append(f"{place} (damaged)")
        self.sums.append(f"{digest.hexdigest()}  {place}\n")
        self.done.bytes += size
        self.written[version.storage_key] = place
        return place

    def write_header(self, now: datetime) -> None:
        """Last: by now everybody who is named is known."""
        self.done.to_file = Arrival.objects.filter(
            organisation=self.organisation, state__in=[ArrivalState.TO_FILE, ArrivalState.HELD]
        ).count()
        teams = Team.objects.filter(organisation=self.organisation).order_by("label")
        joined = TeamMembership.objects.filter(organisation=self.organisation).order_by("pk")
        by_team: dict[int, list[Row]] = {}
        for one in joined:
            by_team.setdefault(one.team_id, []).append(
                {
                    "person": self._person(one.person_id),
                    "from": one.from_date.isoformat(),
                    "to": one.to_date.isoformat() if one.to_date else None,
                }
            )
        belongs: dict[int, list[Row]] = {}
        for membership in Membership.objects.filter(organisation=self.organisation).order_by("pk"):
            self._person(membership.person_id)
            belongs.setdefault(membership.person_id, []).append(
                {
                    "capacity": membership.capacity,
                    "job_title": membership.job_title,
                    "from": membership.from_date.isoformat(),
                    "to": membership.to_date.isoformat() if membership.to_date else None,
                }
            )
        header: Row = {
            "format": manifest.FORMAT,
            "version": manifest.FORMAT_VERSION,
            "exported_at": moment(now),
            "organisation": {
                "id": str(self.organisation.uid),
                "name": self.organisation.name,
                "kind": self.organisation.kind,
            },
            "people": [
                {
                    "id": str(person.uid),
                    "given_name": person.given_name,
                    "family_name": person.family_name,
                    "gender": person.gender,
                    "email": person.email,
                    "memberships": belongs.get(person.pk, []),
                }
                for person in Person.objects.filter(pk__in=self.people).order_by("pk")
            ],
            "teams": [
                {
                    "id": str(team.uid),
                    "label": team.label,
                    "kind": team.kind,
                    "archived_at": moment(team.archived_at),
                    "members": by_team.get(team.pk, []),
                }
                for team in teams
            ],
            "types": self._labels(DocumentType),
            "tags": self._labels(Tag),
            "counters": letters.counters(self.organisation),
            "parts": self.parts,
            "to_file": self.done.to_file,
            "folders": self.done.folders,
            "documents": self.done.documents,
            "missing": self.done.missing,
        }
        self.archive.writestr(manifest.CHECKSUMS, "".join(self.sums))
        self.archive.writestr(manifest.HEADER, json.dumps(header, ensure_ascii=False, indent=1))

    def _labels(self, kind: type[DocumentType] | type[Tag]) -> list[Row]:
        known = kind._default_manager.filter(organisation=self.organisation)
        return [
            {"label": one.label, "retired": one.retired}
            for one in known.order_by("sort_label", "pk")
        ]

    def _entries(self, obj: Folder | Document) -> list[Row]:
        grants: list[tuple[Any, Row]] = [
            *((g, {"person": self._person(g.user_id)}) for g in obj.user_grants.all()),
            *((g, {"team": str(g.group.team.uid)}) for g in obj.group_grants.all()),
        ]
        rows = [
            {
                **who,
                "role": role_in(grant).name.lower(),
                "by": self._person(grant.granted_by_id),
                "at": moment(grant.granted_at),
            }
            for grant, who in grants
        ]
        return sorted(rows, key=lambda row: (row.get("team") or "", row.get("person") or ""))

    def _person(self, pk: int | None) -> str | None:
        if pk is None:
            return None
        if pk not in self.people:
            self.people[pk] = str(Person.objects.values_list("uid", flat=True).get(pk=pk))
        return self.people[pk]


def _local(at: datetime) -> tuple[int, int, int, int, int, int]:
    """As ZIP writes it; its calendar begins in 1980."""
    return (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
