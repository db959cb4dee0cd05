"""The files attached to a message: taken out one by one, filed beside it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from config.lib.access import require
from config.lib.storage import INCOMING, blobs, is_full
from config.lib.text import name_key
from documents import extraction
from documents.access import can_edit, can_read
from documents.extraction import MAIL_TYPES, Problem, Sniffed, sniff
from documents.models import Document, Version
from documents.services import filing
from documents.services.filing import BadName, Filed, NoRoomLeft, Received
from documents.services.locking import lock_organisation, reread
from documents.services.refusals import Refusal


class NoSuchPiece(Refusal):
    """The message has no such piece, or is no message."""


class PieceUnreadable(Refusal):
    """The piece could not be taken out; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An attached file, as the message names it. Its bytes go when `file` is closed."""

    name: str
    sniffed: Sniffed
    file: IO[bytes]

    @property
    def true_name(self) -> str:
        """The name with the ending of what the bytes are."""
        return filing.named_as_it_is(self.name, self.sniffed)

    @property
    def path(self) -> Path:
        """Where the bytes stand until then."""
        return Path(self.file.name)


def take_out(version: Version, rank: int) -> Piece:
    """The file `rank` (from 1) attached to a message, read in the sandbox.

    The right to read the message is the caller's to require. Raises NoSuchPiece, PieceUnreadable
    or NoRoomLeft; then nothing is left behind.
    """
    if version.media_type not in MAIL_TYPES:
        raise NoSuchPiece("Ce document n’est pas un message.")
    incoming = Path(settings.PARVIS_STORAGE_DIR) / INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    file = tempfile.NamedTemporaryFile(dir=incoming)  # noqa: SIM115 - closed by who is given it
    try:
        said = extraction.shared_pool().attached(
            blobs().path(version.storage_key), version.media_type, rank, into=file
        )
        file.seek(0)
    except BaseException as broken:
        file.close()
        if isinstance(broken, OSError) and is_full(broken):
            raise NoRoomLeft("Le serveur n’a plus de place. Prévenez votre hébergeur.") from None
        raise
    if isinstance(said, Problem):
        file.close()
        if said.code == "no_such_piece":
            raise NoSuchPiece(said.message_fr)
        raise PieceUnreadable(
            "Cette pièce n’a pas pu être sortie du message. Téléchargez le message entier."
        )
    name = _usable(said, rank)
    return Piece(name, sniff(Path(file.name), name), file)


def _usable(name: str, rank: int) -> str:
    try:
        return filing.usable_name(name)
    except BadName:
        return f"Pièce jointe {rank}"


@transaction.atomic
def file_piece(*, actor: Actor, version: Version, received: Received, now: datetime) -> Filed:
    """Make a document of a received piece, in the folder of its message.

    Beside what has its name already, unless it is this very file: then there is nothing to add.
    Raises Refused or NotFiled.
    """
    lock_organisation(actor.organisation.pk)
    document = reread(Document(pk=version.document_id), actor.organisation.pk)
    require(can_read(actor, document))
    require(can_edit(actor, document.folder))
    same = Document.objects.filter(
        folder=document.folder,
        name_key=name_key(received.name),
        trashed_at=None,
        current_version__sha256=received.stored.sha256,
    ).select_related("current_version")
    for known in same[:1]:
        if known.current_version is not None:
            return Filed(known, known.current_version, created=False)
    return filing.file_document(
        actor=actor,
        folder=document.folder,
        received=received,
        now=now,
        keep_both=True,
        reason="Pièce jointe d’un message",
    )
