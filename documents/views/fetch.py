"""Fetching what the actor may know of: 404 hides everything else."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, JSONObject
from django.shortcuts import get_object_or_404

from accounts.actor import Actor
from accounts.notifications import unread_lines
from config.lib.compiled import compiled
from documents.access import (
    open_threads,
    role_annotation,
    said_readers,
    visible_documents,
    visible_folders,
    visible_trash_documents,
    visible_trash_folders,
    waiting_threads,
)
from documents.models import Deadline, Document, DocumentType, Folder, Template, Version
from documents.models.document import tag_labels
from documents.services.refiling import in_old_network

_MOST_NEAR = 3


def folder_or_404(actor: Actor, uid: UUID, *, counted: bool = False) -> Folder:
    """A readable folder, with the actor's role on it as `role`; `counted`, also the number of the
    folders that they see in it, as `inside`."""
    found = visible_folders(actor).annotate(role=role_annotation(actor, Folder))
    found = found.select_related("template")  # asked by the page, without a statement of its own
    if counted:
        seen = visible_folders(actor).filter(parent=OuterRef("pk")).order_by().values("parent")
        found = found.annotate(
            inside=Coalesce(Subquery(seen.annotate(n=Count("*")).values("n")), 0)
        )
    return get_object_or_404(found, uid=uid)


def document_or_404(actor: Actor, uid: UUID, *, dated: bool = False) -> Document:
    """A readable document with its folder and current version, the actor's `role`, the names of
    its type and tags as `type_label` and `tag_labels`, how many `open_threads` the actor sees, and
    whether it `is_template`; `dated`, also its nearest deadlines whose reminder is due, as `near`:
    `{"label", "due"}` each, the day in ISO; and, to who has unread lines, whether one is about it,
    as `unread`."""
    found = visible_documents(actor)
    if dated:
        found = found.annotate(near=_near(actor.today))
        if actor.unread:
            found = found.annotate(unread=unread_lines(actor))
    joined = found.select_related("folder", "current_version", "changed_by", "reservation")
    here = get_object_or_404(joined.annotate(**_columns(actor), **_labels()), uid=uid)
    here.open_threads = open_threads(here)
    return here


def _columns(actor: Actor) -> dict[str, Any]:
    """What the pages of a document say of it to this actor."""
    return {
        "role": role_annotation(actor, Document),
        "said_readers": said_readers(),
        "in_old_network": in_old_network(),
        "waiting_threads": _waiting_threads(),
    }


@cache
def _waiting_threads() -> RawSQL:
    return compiled(Document, waiting_threads())


@cache
def _labels() -> dict[str, RawSQL]:
    """Beside, not joined: each table joined doubles what the planner looks at."""
    kind = DocumentType.objects.filter(pk=OuterRef("type")).values("label")
    template = Template.objects.filter(document=OuterRef("pk"))
    return {
        "tag_labels": compiled(Document, tag_labels()),
        "type_label": compiled(Document, Subquery(kind)),
        "is_template": compiled(Document, Exists(template)),
    }


@lru_cache(maxsize=4)
def _near(today: date) -> RawSQL:
    near = Deadline.objects.near(today).filter(document=OuterRef("pk"))
    said = near.order_by("due", "pk").values(said=JSONObject(label="label", due="due"))
    return compiled(Document, ArraySubquery(said[:_MOST_NEAR]))


def version_or_404(actor: Actor, uid: UUID) -> Version:
    """A version of a readable document."""
    version = get_object_or_404(
        Version.objects.select_related("author"), uid=uid, organisation=actor.organisation
    )
    version.document = get_object_or_404(
        visible_documents(actor).select_related("folder").annotate(**_columns(actor)),
        pk=version.document_id,
    )
    version.document.open_threads = open_threads(version.document)
    return version


def trashed_folder_or_404(actor: Actor, uid: UUID) -> Folder:
    """A folder in the trash that the actor may restore."""
    return get_object_or_404(visible_trash_folders(actor), uid=uid)


def trashed_document_or_404(actor: Actor, uid: UUID) -> Document:
    """A document in the trash that the actor may restore."""
    return get_object_or_404(visible_trash_documents(actor).select_related("folder"), uid=uid)


__all__ = [
    "document_or_404",
    "folder_or_404",
    "trashed_document_or_404",
    "trashed_folder_or_404",
    "version_or_404",
]
