"""Naming and moving documents."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from config.lib.access import require
from config.lib.text import name_key, sort_key
from documents import audit
from documents.access import can_edit
from documents.models import Document, Folder
from documents.search.index import index_title
from documents.services.domains import follow_document
from documents.services.folders import require_may_leave
from documents.services.locking import lock_organisation, reread
from documents.services.names import checked_name, require_free
from documents.services.refusals import MovedMeanwhile, NeedsConfirmation
from documents.services.reserving import require_not_held
from documents.services.telling import tell

LONGEST_TITLE = 255
KEEPS_ITS_OWN = "« {} » a des droits qui lui sont propres : il les garde en se déplaçant."


@transaction.atomic
def rename_document(*, actor: Actor, document: Document, name: str, now: datetime) -> Document:
    """Another name in the same folder. Raises ReservedByAnother like all that changes it."""
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    require(can_edit(actor, document))
    name = checked_name(name, longest=LONGEST_TITLE)
    if name == document.title:
        return document
    require_not_held(actor, document, now)
    require_free(document.folder, name, ignoring=document)
    document.title, document.name_key, document.sort_title = name, name_key(name), sort_key(name)
    document.changed_at, document.changed_by = now, actor.person
    document.save(update_fields=["title", "name_key", "sort_title", "changed_at", "changed_by"])
    index_title(document)
    tell(actor, audit.DOCUMENT_RENAMED, document, now=now)
    return document


@transaction.atomic
def move_document(
    *,
    actor: Actor,
    document: Document,
    target: Folder,
    now: datetime,
    confirmed: bool = False,
    seen_in: Folder | None = None,
) -> Document:
    """Into another folder. Rights given on the document itself go with it, once confirmed.

    Raises NeedsConfirmation when it has some and `confirmed` is false, MovedMeanwhile when it is
    no longer in `seen_in`, where the actor saw it.
    """
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    target = reread(target, actor.organisation.pk)
    check_move(actor, document, target)
    if target.pk == document.folder_id:
        return document
    if seen_in is not None and document.folder_id != seen_in.pk:
        raise MovedMeanwhile(document.title)
    require_not_held(actor, document, now)
    if document.own_domain_id is not None and not confirmed:
        raise NeedsConfirmation([KEEPS_ITS_OWN.format(document.title)])
    origin = document.folder
    document.folder = target
    document.save(update_fields=["folder"])
    follow_document(document, target)
    tell(
        actor,
        audit.DOCUMENT_MOVED,
        document,
        now=now,
        data={"from": str(origin.uid), "to": str(target.uid)},
    )
    return document


def check_move(actor: Actor, document: Document, target: Folder) -> None:
    """Raise what stands in the way of moving this document there. Under the lock."""
    require(can_edit(actor, document))
    require(can_edit(actor, target))
    require_may_leave(actor, document, target)
    require_free(target, document.title, ignoring=document)
