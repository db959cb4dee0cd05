"""Files that arrive in parts: begun, continued after a cut, filed when whole, or forgotten.

Each part is written, synced and acknowledged under a short lock of its own row: two senders of the
same file take turns, and the one whose offset is no longer true is told so. No connection to the
database is held while the network is slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from accounts.actor import Actor
from accounts.models import Person
from config.lib.access import refuse, require
from config.lib.storage import Readable, StorageFull, blobs, new_key
from config.lib.text import human_size
from documents.access import can_edit
from documents.models import Document, Folder, Upload
from documents.services import filing
from documents.services.filing import Filed, FileTooLarge, NoRoomLeft, NotFiled
from documents.services.locking import lock_organisation, reread

# What is written and synced at once: a web thread holds no more of the file than this in memory.
PIECE = 1024 * 1024
KEPT_FOR = timedelta(days=3)
MOST_AT_ONCE = 500  # files that one person may have begun and not finished
# Room that must be left on the disk once the file is there.
SPARE = 64 * 1024 * 1024

_NO_ROOM = (
    "Le serveur n’a plus de place pour ce fichier. Rien n’est perdu de ce qui était enregistré : "
    "prévenez la direction générale ou votre hébergeur."
)


class TooMuchPending(NotFiled):
    """This person has begun more than they may leave unfinished."""


class WrongOffset(Exception):
    """The sender is not where the file is. `offset` is where it is, in bytes."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the file is at {offset}")
        self.offset = offset


class Garbled(Exception):
    """The bytes that arrived are not those that were announced: none of them is kept."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one part should give: a name of hashlib, and the digest."""

    algorithm: str
    digest: bytes


class NotWhole(NotFiled):
    """Filed before its last part."""


class BytesLost(NotFiled):
    """What had arrived is no longer on the disk."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a file sent in parts. `filed` is None when it had been filed before."""

    document: Document
    said: str
    filed: Filed | None


def begin(
    *, actor: Actor, folder: Folder, name: str, size: int, now: datetime, fingerprint: str = ""
) -> Upload:
    """A place for a file of `size` bytes, or the one that this person left unfinished.

    Raises Refused, BadName, FileTooLarge, NoRoomLeft or TooMuchPending.
    """
    wanted = filing.usable_name(name)
    if size > settings.MAX_UPLOAD_BYTES:
        raise FileTooLarge(
            f"« {wanted} » dépasse {human_size(settings.MAX_UPLOAD_BYTES)}, "
            "la taille acceptée ici. Rien n’a été enregistré."
        )
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=actor.person.pk)
        folder = reread(folder, actor.organisation.pk)
        require(can_edit(actor, folder))
        mine = Upload.objects.filter(owner=actor.person, document=None, expires_at__gt=now)
        left = (
            mine.filter(
                organisation=actor.organisation,
                folder=folder,
                name=wanted,
                size=size,
                fingerprint=fingerprint,
            )
            .order_by("-offset", "-pk")
            .first()
            if fingerprint
            else None
        )
        if left is not None:
            left.expires_at = now + KEPT_FOR
            left.save(update_fields=["expires_at"])
            return left
        _require_modest(mine.aggregate(Sum("size"))["size__sum"] or 0, mine.count(), size)
        store = blobs()
        if store.free_bytes() < size + SPARE:
            raise NoRoomLeft(_NO_ROOM)
        upload = Upload.objects.create(
            organisation=actor.organisation,
            folder=folder,
            owner=actor.person,
            name=wanted,
            fingerprint=fingerprint,
            size=size,
            storage_key=new_key(),
            created_at=now,
            expires_at=now + KEPT_FOR,
        )
        _write(upload, b"", at=0)
    return upload


def _require_modest(pending: int, count: int, size: int) -> None:
    allowed = settings.MAX_PENDING_UPLOAD_BYTES
    if count >= MOST_AT_ONCE or pending + size > allowed:
        raise TooMuchPending(
            f"Vous avez déjà {human_size(pending)} en cours de dépôt, et {human_size(allowed)} au "
            "plus peuvent l’être à la fois. Terminez ou annulez un dépôt, puis recommencez."
        )


def receive_part(
    *,
    actor: Actor,
    upload: Upload,
    source: Readable,
    length: int,
    at: int,
    now: datetime,
    checksum: Checksum | None = None,
) -> int:
    """Add to the file what the sender has, from `at`; returns where the file is now (bytes).

    What arrived before a cut is kept; with a `checksum`, all of the part or nothing. Raises
    WrongOffset, FileTooLarge, Refused, NoRoomLeft, BytesLost or Garbled.
    """
    if upload.offset != at or upload.document_id is not None:
        raise WrongOffset(upload.offset)
    if at + length > upload.size:
        raise FileTooLarge("Ce fichier est plus gros qu’annoncé. Déposez-le à nouveau.")
    _require_own(actor, upload)
    _let_go()
    since = at
    while piece := _read(source, min(PIECE, upload.size - at)):
        if checksum is None:
            since = at
        at = _keep(actor, upload, piece, at, now, since=since, counts=checksum is None)
        _let_go()
    if checksum is not None:
        _acknowledge(actor, upload, since, at, checksum)
    return at


def _require_own(actor: Actor, upload: Upload) -> None:
    """A file on its way belongs to who sends it, while they may file there."""
    if upload.owner_id != actor.person.pk:
        require(refuse("Ce dépôt est celui d’une autre personne."))
    require(can_edit(actor, upload.folder))


def _read(source: Readable, wanted: int) -> bytes:
    """Up to `wanted` bytes; less only when the sender has no more, or is gone."""
    held = bytearray()
    while len(held) < wanted:
        try:
            chunk = source.read(min(256 * 1024, wanted - len(held)))
        except OSError:  # cut: what came before it counts
            break
        if not chunk:
            break
        held += chunk
    return bytes(held)


@transaction.atomic
def _keep(
    actor: Actor, upload: Upload, piece: bytes, at: int, now: datetime, *, since: int, counts: bool
) -> int:
    """Write a piece of the part that began at `since`. Unless it `counts` at once, the file stays
    where it is until the part is whole and right."""
    row = _taken(actor, upload, since)
    _require_own(actor, row)
    try:
        _write(row, piece, at=at)
    except BytesLost:
        if at > since:  # another sender of the same part was there meanwhile, and cut it off
            raise WrongOffset(row.offset) from None
        raise
    row.expires_at = now + KEPT_FOR
    if counts:
        row.offset = at + len(piece)
    row.save(update_fields=["offset", "expires_at"])
    return at + len(piece)


def _taken(actor: Actor, upload: Upload, at: int) -> Upload:
    """The row of a file on its way, under its lock. Raises WrongOffset or BytesLost."""
    row = (
        Upload.objects.select_for_update(no_key=True, of=("self",))
        .select_related("folder")
        .filter(pk=upload.pk, organisation=actor.organisation)
        .first()
    )
    if row is None:
        raise BytesLost("Ce dépôt a été annulé.")
    if row.offset != at or row.document_id is not None:
        raise WrongOffset(row.offset)
    return row


@transaction.atomic
def _acknowledge(actor: Actor, upload: Upload, since: int, at: int, said: Checksum) -> None:
    """Count a part whose bytes, as they are on the disk, are those that were announced.

    Read again under the lock: whoever wrote there meanwhile is found out too. Raises Garbled.
    """
    row = _taken(actor, upload, since)
    found = blobs().part_digest(row.storage_key, start=since, end=at, algorithm=said.algorithm)
    if found != said.digest:
        _write(row, b"", at=since)  # cuts off what lies beyond
        raise Garbled
    row.offset = at
    row.save(update_fields=["offset"])


def _write(upload: Upload, piece: bytes, *, at: int) -> None:
    try:
        blobs().add_part(upload.storage_key, piece, at=at)
    except StorageFull:
        raise NoRoomLeft(_NO_ROOM) from None
    except FileNotFoundError:
        raise _lost() from None


def _lost() -> BytesLost:
    return BytesLost("Le début de ce fichier n’est plus sur le serveur. Déposez-le à nouveau.")


def finish(
    *,
    actor: Actor,
    upload: Upload,
    now: datetime,
    as_new_version: bool = False,
    keep_both: bool = False,
) -> Finished:
    """File what has wholly arrived. Asked twice, it answers twice the same and files once.

    Raises what `filing.file_document` raises (the bytes stay, for another answer), NotWhole or
    BytesLost.
    """
    _require_own(actor, upload)
    if upload.document is not None:
        return Finished(upload.document, upload.said, None)
    if upload.offset != upload.size:
        raise NotWhole("Ce fichier n’est pas encore arrivé en entier.")
    _let_go()
    try:
        stored = blobs().whole(upload.storage_key)
    except FileNotFoundError:
        raise _lost() from None
    if stored.size != upload.size:
        raise _lost()
    received = filing.look_at(stored, upload.name)
    with transaction.atomic():
        lock_organisation(actor.organisation.pk)
        row = (
            Upload.objects.select_for_update(no_key=True, of=("self",))
            .select_related("folder", "document")
            .filter(pk=upload.pk, organisation=actor.organisation)
            .first()
        )
        if row is None:
            raise BytesLost("Ce dépôt a été annulé.")
        if row.document is not None:
            return Finished(row.document, row.said, None)
        filed = filing.file_document(
            actor=actor,
            folder=row.folder,
            received=received,
            now=now,
            as_new_version=as_new_version,
            keep_both=keep_both,
        )
        row.document, row.said = filed.document, filed.said
        row.save(update_fields=["document", "said"])
    return Finished(filed.document, filed.said, filed)


@transaction.atomic
def cancel(*, actor: Actor, upload: Upload) -> None:
    """Forget a file on its way. What has been filed stays filed. The owner's own doing."""
    row = (
        Upload.objects.select_for_update(of=("self",))
        .filter(pk=upload.pk, owner=actor.person, organisation=actor.organisation)
        .first()
    )
    if row is None:
        return
    key, filed = row.storage_key, row.document_id is not None
    row.delete()
    if not filed:
        transaction.on_commit(lambda: blobs().forget_part(key))


def forget_expired(*, now: datetime) -> int:
    """Forget what nobody continued. Returns how many files."""
    forgotten = 0
    while True:
        with transaction.atomic():
            rows = list(
                Upload.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(expires_at__lte=now)
                .order_by("expires_at")[:200]
            )
            Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
        for row in rows:
            blobs().forget_part(row.storage_key)
        forgotten += len(rows)
        if not rows:
            return forgotten


def _let_go() -> None:
    """Give the database connection back while waiting for the network or the disk."""
    if not connection.in_atomic_block:
        connection.close()
