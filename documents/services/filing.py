"""Filing: every write path of bytes (upload, import, mail…) comes through `file_document`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Verb
from config.lib.access import require
from config.lib.storage import BlobStore, Readable, StorageFull, Stored, TooLarge, blobs
from config.lib.text import clean_name, human_size, name_key, sort_key
from config.work.services import enqueue
from documents import audit
from documents.access import can_edit
from documents.enums import IndexState
from documents.extraction.sniffing import Sniffed, sniff
from documents.models import Document, Folder, Version
from documents.search.index import index_title
from documents.services.locking import lock_organisation, reread
from documents.services.names import MAX_NAME_BYTES, free_name, is_taken
from documents.services.reading import EXTRACT
from documents.services.refusals import Refusal
from documents.services.reserving import require_not_held
from documents.services.telling import tell


class NotFiled(Refusal):
    """A refusal whose message is a French sentence for the person who files."""


class FileTooLarge(NotFiled):
    """More bytes than this installation accepts."""


class NoRoomLeft(NotFiled):
    """The disk is full."""


class BadName(NotFiled):
    """No usable name is left once cleaned."""


class NameTaken(NotFiled):
    """Something has this name already: a folder, or a document and no word to make a version."""

    def __init__(self, message: str, *, existing: Document | None = None) -> None:
        super().__init__(message)
        self.existing = existing


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one file. `notice` tells the person when the type was not what it said."""

    document: Document
    version: Version
    created: bool
    notice: str = ""

    @property
    def said(self) -> str:
        """The French sentence for the person who filed."""
        what = "Déposé." if self.created else f"Enregistré comme version {self.version.number}."
        return f"{what} {self.notice}".strip()


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes safely on disk, looked at, not yet spoken of by any row."""

    name: str
    stored: Stored
    sniffed: Sniffed


def receive(source: Readable, name: str, *, store: BlobStore | None = None) -> Received:
    """Write the bytes, then look at what they are. Raises FileTooLarge, NoRoomLeft or BadName.

    Outside any lock: a slow disk holds nobody up. Nothing is kept when it raises.
    """
    store = store or blobs()
    wanted = usable_name(name)
    limit = settings.MAX_UPLOAD_BYTES
    try:
        stored = store.put(source, max_bytes=limit)
    except TooLarge:
        raise FileTooLarge(
            f"« {wanted} » dépasse {human_size(limit)}, la taille acceptée ici. "
            "Rien n’a été enregistré."
        ) from None
    except StorageFull:
        raise NoRoomLeft(
            "Le serveur n’a plus de place. Rien n’a été enregistré : "
            "prévenez la direction générale ou votre hébergeur."
        ) from None
    return look_at(stored, wanted, store=store)


def look_at(stored: Stored, name: str, *, store: BlobStore | None = None) -> Received:
    """What bytes already in their place are. Raises BadName."""
    wanted = usable_name(name)
    sniffed = sniff((store or blobs()).path(stored.key), wanted)
    return Received(name=named_as_it_is(wanted, sniffed), stored=stored, sniffed=sniffed)


def usable_name(name: str) -> str:
    """A name as stored, at most 255 bytes. Raises BadName when nothing is left of it."""
    cleaned = clean_name(PurePath(name.replace("\\", "/")).name).strip(". ")
    if not cleaned:
        raise BadName(
            "Ce fichier n’a pas de nom utilisable. Renommez-le puis déposez-le à nouveau."
        )
    while len(cleaned.encode()) > MAX_NAME_BYTES:
        stem, dot, extension = cleaned.rpartition(".")
        cleaned = f"{stem[:-1].rstrip()}{dot}{extension}" if stem[:-1] else cleaned[:-1]
    return cleaned


def named_as_it_is(name: str, sniffed: Sniffed) -> str:
    """A picture called .pdf keeps its name but not the ending that lies."""
    if sniffed.matches_name or not sniffed.extension:
        return name
    stem = name.rpartition(".")[0] or name
    return usable_name(f"{stem}.{sniffed.extension.lstrip('.')}")


@transaction.atomic
def file_document(
    *,
    actor: Actor,
    folder: Folder,
    received: Received,
    now: datetime,
    as_new_version: bool = False,
    keep_both: bool = False,
    reason: str = "",
    brought_by: str = "",
) -> Filed:
    """Put received bytes into a folder: a new document, or a new version of the one so named.

    A name already taken raises NameTaken (with the document it belongs to, if any); with
    `as_new_version` the person has agreed to a new version, with `keep_both` to a name beside it
    ("budget (2).pdf"). `brought_by` names somebody without an account, whom the actor let in: the
    version then has no author, and that name as its reason. Raises Refused without the right.
    """
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    require(can_edit(actor, folder))
    if keep_both and is_taken(folder, received.name):
        received = replace(received, name=free_name(folder, received.name))
    key = name_key(received.name)
    if Folder.objects.filter(parent=folder, name_key=key, trashed_at=None).exists():
        raise NameTaken(
            f"Un dossier s’appelle déjà « {received.name} » ici. Changez le nom du fichier."
        )
    existing = (
        Document.objects.select_related("folder")
        .filter(folder=folder, name_key=key, trashed_at=None)
        .first()
    )
    if existing is not None and not as_new_version:
        raise NameTaken(
            f"« {existing.title} » existe déjà ici. "
            "Votre fichier peut en devenir la nouvelle version.",
            existing=existing,
        )
    if existing is not None:
        return _add(actor, existing, received, now, reason)
    document = Document.objects.create(
        organisation=actor.organisation,
        folder=folder,
        title=received.name,
        name_key=key,
        sort_title=sort_key(received.name),
        created_at=now,
        owner=actor.person,
        created_by=None if brought_by else actor.person,
        changed_at=now,
        changed_by=None if brought_by else actor.person,
    )
    if brought_by:
        reason = f"Déposé par un lien : {brought_by}"
    version = _write_version(
        actor, document, received, now, number=1, reason=reason, outsider=bool(brought_by)
    )
    verb = audit.DOCUMENT_DROPPED if brought_by else audit.DOCUMENT_FILED
    _tell(actor, verb, document, version, now, outsider=bool(brought_by))
    return Filed(document, version, created=True, notice=received.sniffed.notice)


@transaction.atomic
def add_version(
    *, actor: Actor, document: Document, received: Received, now: datetime, reason: str = ""
) -> Filed:
    """A new version of this very document, whatever the file's own name. Raises Refused."""
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    return _add(actor, document, received, now, reason)


def _add(actor: Actor, document: Document, received: Received, now: datetime, reason: str) -> Filed:
    require(can_edit(actor, document))
    sitting = _sitting(actor, document, now)
    last = document.versions.order_by("-number").first()
    if last is not None and last.sha256 == received.stored.sha256:
        # The same bytes again (a double click, a second try): nothing new to keep.
        return Filed(
            document, last, created=False, notice="Ce fichier est identique à la version actuelle."
        )
    number = last.number + 1 if last else 1
    version = _write_version(
        actor, document, received, now, number=number, reason=reason, sitting=sitting
    )
    _tell(actor, audit.VERSION_ADDED, document, version, now)
    return Filed(document, version, created=False, notice=received.sniffed.notice)


@transaction.atomic
def restore_version(*, actor: Actor, version: Version, now: datetime) -> Version:
    """Make an old version current again, as a new one: history is never rewritten."""
    lock_organisation(actor.organisation.pk)
    old = Version.objects.get(pk=version.pk, organisation=actor.organisation)
    document = reread(Document(pk=old.document_id), actor.organisation.pk)
    require(can_edit(actor, document))
    sitting = _sitting(actor, document, now)
    if document.current_version_id == old.pk:
        return old
    last = document.versions.order_by("-number").values_list("number", flat=True).first() or 0
    restored = Version.objects.create(
        organisation=actor.organisation,
        document=document,
        number=last + 1,
        storage_key=old.storage_key,
        size=old.size,
        sha256=old.sha256,
        media_type=old.media_type,
        extension=old.extension,
        original_name=old.original_name,
        author=actor.person,
        created_at=now,
        reason=f"Reprise de la version {old.number}",
        restored_from=old,
        sitting=sitting,
    )
    _make_current(actor, document, restored, now)
    _tell(actor, audit.VERSION_RESTORED, document, restored, now)
    return restored


def _sitting(actor: Actor, document: Document, now: datetime) -> UUID | None:
    """The uid of the actor's own reservation, if any. Raises ReservedByAnother."""
    held = require_not_held(actor, document, now)
    return held.uid if held is not None else None


def _tell(
    actor: Actor,
    verb: Verb,
    document: Document,
    version: Version,
    now: datetime,
    *,
    outsider: bool = False,
) -> None:
    data = {"version": str(version.uid), "folder": str(document.folder.uid)}
    tell(actor, verb, document, now=now, data=data, outsider=outsider)


def _write_version(
    actor: Actor,
    document: Document,
    received: Received,
    now: datetime,
    *,
    number: int,
    reason: str,
    sitting: UUID | None = None,
    outsider: bool = False,
) -> Version:
    version = Version.objects.create(
        organisation=actor.organisation,
        document=document,
        number=number,
        storage_key=received.stored.key,
        size=received.stored.size,
        sha256=received.stored.sha256,
        media_type=received.sniffed.media_type,
        extension=received.sniffed.extension.lstrip("."),
        original_name=received.name,
        notice=received.sniffed.notice,
        author=None if outsider else actor.person,
        created_at=now,
        reason=reason[:300],
        sitting=sitting,
    )
    _make_current(actor, document, version, now, outsider=outsider)
    return version


def _make_current(
    actor: Actor, document: Document, version: Version, now: datetime, *, outsider: bool = False
) -> None:
    document.current_version = version
    document.media_type = version.media_type
    document.size = version.size
    document.changed_at = now
    document.changed_by = None if outsider else actor.person
    document.save(
        update_fields=["current_version", "media_type", "size", "changed_at", "changed_by"]
    )
    index_title(document)
    enqueue(
        EXTRACT,
        payload={"version": version.pk},
        now=now,
        organisation_id=document.organisation_id,
        dedupe=str(version.pk),
    )


@transaction.atomic
def read_again(*, actor: Actor, version: Version, now: datetime) -> None:
    """The "Réessayer" button of a failed reading. Raises Refused."""
    document = reread(Document(pk=version.document_id), actor.organisation.pk)
    require(can_edit(actor, document))
    changed = Version.objects.filter(
        pk=version.pk, index_state__in=[IndexState.FAILED, IndexState.PARTIAL]
    ).update(index_state=IndexState.WAITING, index_reason="")
    if changed:
        data = {"version": str(version.uid)}
        tell(actor, audit.INDEXING_RETRIED, document, now=now, data=data)
        enqueue(
            EXTRACT,
            payload={"version": version.pk},
            now=now,
            organisation_id=document.organisation_id,
            dedupe=str(version.pk),
        )
