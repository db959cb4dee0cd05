"""Taking several documents away at once, as one archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record, record_many
from config.lib.access import require
from config.lib.text import number
from config.lib.zips import Entry, Names
from documents import audit
from documents.access import can_read
from documents.models import AccessDomain, Document, Folder
from documents.services.refusals import TooMuch
from documents.services.subtrees import readable_below

MOST_DOCUMENTS = 5000
NOTE_NAME = "À lire - ce qui manque.txt"
MISSING = "{path} : le fichier est introuvable sur le serveur. Prévenez la direction générale."
_PARTLY = "{path} : une partie de ce dossier ne vous est pas ouverte, elle n’est pas ici."


@dataclass(slots=True)
class Parcel:
    """What the archive will hold, worked out before the first byte; `note` says what is not."""

    entries: list[Entry] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


@transaction.atomic
def prepare_parcel(
    *, actor: Actor, folders: Sequence[Folder], documents: Sequence[Document], now: datetime
) -> Parcel:
    """List what is readable of a selection, and record that each document was taken.

    Raises TooMuch above MOST_DOCUMENTS, Refused when something chosen may not be read.
    """
    parcel, names = Parcel(), Names()
    zone = ZoneInfo(actor.organisation.timezone)
    for folder in folders:
        require(can_read(actor, folder))
        _add_folder(actor, parcel, names, folder, zone)
    for document in documents:
        require(can_read(actor, document))
        _add_document(parcel, names, "", document, zone)
    if len(parcel.documents) > MOST_DOCUMENTS:
        raise TooMuch(_too_much())
    _trace(actor, parcel, folders, now)
    return parcel


def _add_folder(actor: Actor, parcel: Parcel, names: Names, folder: Folder, zone: ZoneInfo) -> None:
    tree = readable_below(actor, folder, at_most=MOST_DOCUMENTS)
    paths: dict[int, str] = {}
    for below in tree.folders:
        above = paths.get(below.parent_id, "") if below.pk != folder.pk else ""
        path = names.give(above, below.name) + "/"
        paths[below.pk] = path
        parcel.entries.append(Entry(path, "", 0, below.created_at.astimezone(zone)))
    for document in tree.documents:
        _add_document(parcel, names, paths[document.folder_id], document, zone)
    if tree.partly:
        parcel.note.append(_PARTLY.format(path=paths[folder.pk]))


def _add_document(
    parcel: Parcel, names: Names, above: str, document: Document, zone: ZoneInfo
) -> None:
    version = document.current_version
    path = names.give(above, document.title)
    if version is None:
        parcel.note.append(f"{path} : aucun fichier n’a encore été déposé.")
        return
    at = document.changed_at.astimezone(zone)
    parcel.entries.append(Entry(path, version.storage_key, version.size, at))
    parcel.documents.append(document)


def _trace(actor: Actor, parcel: Parcel, folders: Sequence[Folder], now: datetime) -> None:
    closed = tuple(
        AccessDomain.objects.filter(
            organisation=actor.organisation, confidential=True, folder__isnull=False
        ).values_list("folder__path", flat=True)
    )
    secret = [d for d in parcel.documents if d.folder.path.startswith(closed)]
    hidden = {d.pk for d in secret}
    plain = [d for d in parcel.documents if d.pk not in hidden]
    for folder in folders:
        label = not folder.path.startswith(closed)
        record(actor, audit.FOLDER_DOWNLOADED, folder, now=now, label=label)
    for batch, label in ((plain, True), (secret, False)):
        record_many(actor, audit.DOCUMENT_DOWNLOADED, batch, now=now, label=label)


def _too_much() -> str:
    return (
        f"Une archive contient au plus {number(MOST_DOCUMENTS)} documents. "
        "Choisissez moins de dossiers à la fois."
    )
