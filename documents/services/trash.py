"""Into the trash and out of it.

A trashed folder takes everything below with it, by path range; each row remembers the folder that
was put in the trash, so that a restoration brings back exactly what left with it. Documents follow
their folder without being written; one trashed by itself stays so.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from config.lib.access import require
from config.lib.text import name_key, sort_key
from documents import audit
from documents.access import can_edit, can_restore, readable_domains
from documents.enums import Role
from documents.models import Document, Folder
from documents.search.index import index_title
from documents.services.folders import LONGEST_NAME, name_for
from documents.services.locking import lock_organisation, reread
from documents.services.moving import LONGEST_TITLE
from documents.services.names import checked_name, require_free
from documents.services.refusals import InTrash, NotInTrash, PartlyOutOfReach, RootIsFixed
from documents.services.reserving import end, require_none_held_below, require_not_held
from documents.services.telling import tell


@transaction.atomic
def trash_folder(*, actor: Actor, folder: Folder, now: datetime) -> Folder:
    """Put a folder and everything below in the trash.

    Refused when something below is not the actor's to edit: it is not theirs to hide.
    """
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    require(can_edit(actor, folder))
    if folder.parent_id is None:
        raise RootIsFixed("Le dossier racine ne se met pas à la corbeille.")
    _require_all_editable(actor, folder)
    require_none_held_below(actor, folder, now)
    Folder.objects.below(folder).live().update(
        trashed_at=now, trashed_by=actor.person, trash_root=folder
    )
    folder.refresh_from_db()
    tell(actor, audit.FOLDER_TRASHED, folder, now=now)
    return folder


@transaction.atomic
def restore_folder(*, actor: Actor, folder: Folder, now: datetime, name: str = "") -> Folder:
    """Take a folder out of the trash, to where it was, under another name if one is given.

    Raises NameTaken, with a free name, when its own has been given since.
    """
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    require(can_restore(actor, folder))
    if folder.trashed_at is None:
        raise NotInTrash(f"« {folder.name} » n’est pas dans la corbeille.")
    if folder.trash_root_id != folder.pk:
        raise InTrash(_container(actor, cast(Folder, folder.trash_root)))
    parent = folder.parent
    assert parent is not None  # noqa: S101 - the root never goes to the trash
    if parent.trashed_at is not None:
        raise InTrash(_container(actor, parent))
    name = checked_name(name or folder.name, longest=LONGEST_NAME)
    require_free(parent, name, ignoring=folder, suggest=True)
    folder.name, folder.name_key, folder.sort_name = name, name_key(name), sort_key(name)
    folder.save(update_fields=["name", "name_key", "sort_name"])
    Folder.objects.filter(trash_root=folder).update(
        trashed_at=None, trashed_by=None, trash_root=None
    )
    folder.refresh_from_db()
    tell(actor, audit.FOLDER_RESTORED, folder, now=now)
    return folder


@transaction.atomic
def trash_document(*, actor: Actor, document: Document, now: datetime) -> Document:
    """Put a document in the trash. Its holder's reservation ends with it."""
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    require(can_edit(actor, document))
    held = require_not_held(actor, document, now)
    if held is not None:
        end(held)
    document.trashed_at, document.trashed_by = now, actor.person
    document.save(update_fields=["trashed_at", "trashed_by"])
    tell(actor, audit.DOCUMENT_TRASHED, document, now=now)
    return document


@transaction.atomic
def restore_document(
    *, actor: Actor, document: Document, now: datetime, name: str = ""
) -> Document:
    """Take a document out of the trash, to its folder, under another name if one is given.

    Raises NameTaken, with a free name, when its own has been given since.
    """
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    require(can_restore(actor, document))
    if document.folder.trashed_at is not None:
        raise InTrash(_container(actor, document.folder))
    if document.trashed_at is None:
        raise NotInTrash(f"« {document.title} » n’est pas dans la corbeille.")
    name = checked_name(name or document.title, longest=LONGEST_TITLE)
    require_free(document.folder, name, ignoring=document, suggest=True)
    document.title, document.name_key, document.sort_title = name, name_key(name), sort_key(name)
    document.trashed_at = document.trashed_by = None
    document.save(update_fields=["title", "name_key", "sort_title", "trashed_at", "trashed_by"])
    index_title(document)
    tell(actor, audit.DOCUMENT_RESTORED, document, now=now)
    return document


def _container(actor: Actor, folder: Folder) -> str:
    return f"{name_for(actor, folder)} est dans la corbeille. Il faut d’abord le restaurer."


def _require_all_editable(actor: Actor, folder: Folder) -> None:
    editable = readable_domains(actor, Role.EDITOR)
    folders = Folder.objects.below(folder).live().exclude(domain__in=editable)
    documents = (
        Document.objects.filter(
            folder__in=Folder.objects.below(folder).live(),
            own_domain__isnull=False,
            trashed_at=None,
        )
        .alias(effective_domain=Coalesce("own_domain_id", "folder__domain_id"))
        .exclude(effective_domain__in=editable)
    )
    if folders.exists() or documents.exists():
        raise PartlyOutOfReach(
            f"« {folder.name} » contient des éléments que vous ne pouvez pas modifier. "
            "Demandez à la direction générale de le mettre à la corbeille."
        )
