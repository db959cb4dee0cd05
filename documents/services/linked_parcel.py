"""Taking all that a link of a folder shares, as one archive."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.audit import record_outside
from config.lib.text import number, plural
from config.lib.zips import Entry, Names
from documents import audit
from documents.access import visible_folders
from documents.access.links import policy_of
from documents.enums import LinkKind, Role
from documents.models import Document, Folder
from documents.models.folder import path_end
from documents.services.downloading import MOST_DOCUMENTS, Parcel
from documents.services.linking import (
    Opening,
    WrongPassword,
    follow,
    limited_below,
    lock_in_use,
    proof_of,
    shared_documents,
)
from documents.services.refusals import Refusal, TooMuch

MISSING = "{path} : fichier introuvable. Demandez-le à la personne qui vous a envoyé le lien."


class NotEnoughLeft(Refusal):
    """The link lets fewer files be taken than the archive would hold."""


class NothingToTake(Refusal):
    """The folder is empty, or not one."""


@transaction.atomic
def take_all(*, token: str, opened_with: str, address: str, now: datetime) -> Parcel:
    """All the files of a folder's link, with its folders, empty ones too: what its page lists, and
    nothing else. Each file counts as one that was taken, and is written down.

    Raises DeadLink, WrongPassword, NotEnoughLeft, NothingToTake or TooMuch.
    """
    opening = follow(token, LinkKind.SHARE, now=now)
    held = lock_in_use(opening.link, now=now)
    if opened_with != proof_of(held):
        raise WrongPassword("Donnez d’abord le mot de passe.")
    root = opening.target
    documents = list(shared_documents(opening)[: MOST_DOCUMENTS + 1])
    if not isinstance(root, Folder) or not documents:
        raise NothingToTake("Il n’y a rien à télécharger ici pour l’instant.")
    if len(documents) > MOST_DOCUMENTS:
        raise TooMuch(
            f"Ce dossier contient plus de {number(MOST_DOCUMENTS)} fichiers : "
            "téléchargez ceux qu’il vous faut un par un."
        )
    parcel = _parcel(opening, root, documents)
    taken = len(parcel.documents)
    left = None if held.max_downloads is None else held.max_downloads - held.download_count
    if left is not None and taken > left:
        raise NotEnoughLeft(
            f"Ce lien permet encore {plural(left, 'téléchargement')}, et ce dossier contient "
            f"{plural(taken, 'fichier')} : téléchargez ceux qu’il vous faut un par un."
        )
    held.download_count += taken
    held.save(update_fields=["download_count"])
    record_outside(
        audit.LINK_DOWNLOADED,
        parcel.documents,
        organisation=held.organisation,
        now=now,
        address=address,
        data=lambda document: {
            "link": str(held.uid),
            "version": str(document.current_version.uid) if document.current_version else None,
            "archive": True,
        },
    )
    return parcel


def _parcel(opening: Opening, root: Folder, documents: list[Document]) -> Parcel:
    """Names below the shared folder; a folder that is closed on the way has no name here."""
    parcel, names = Parcel(), Names()
    zone = ZoneInfo(opening.link.organisation.timezone)
    paths = {root.path: ""}
    for folder in _folders(opening, root):
        above = paths.get(folder.path[: -Folder.steplen])
        if above is None:
            continue  # under one that is not shared: its files come at the top, as on the page
        paths[folder.path] = names.give(above, folder.name) + "/"
        at = folder.created_at.astimezone(zone)
        parcel.entries.append(Entry(paths[folder.path], "", 0, at))
    for document in documents:
        path = names.give(paths.get(document.folder.path, ""), document.title)
        version = document.current_version
        if version is None:
            parcel.note.append(f"{path} : aucun fichier n’a encore été déposé.")
            continue
        at = document.changed_at.astimezone(zone)
        parcel.entries.append(Entry(path, version.storage_key, version.size, at))
        parcel.documents.append(document)
    return parcel


def _folders(opening: Opening, root: Folder) -> list[Folder]:
    """The folders below that the author may share today, parents first."""
    needed = Role(policy_of(opening.link.organisation).least_role)
    inside = visible_folders(opening.author, needed).filter(
        path__gt=root.path, path__lt=path_end(root.path)
    )
    for path in limited_below(opening.link.organisation, root):
        inside = inside.exclude(path__gte=path, path__lt=path_end(path))
    return list(inside.order_by("path")[:MOST_DOCUMENTS])
