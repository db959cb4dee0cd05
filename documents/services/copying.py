"""Copying documents and whole folders: new rows over the same stored bytes.

A copy takes the rights of where it arrives. What the person may not read is not copied, nor what
somebody limited inside, unless they manage it: a copy must not open what was closed.

Its type and tags come along; what is about the original alone does not: deadlines (a contract that
is copied as a model must not be recalled twice, nor the wrong one of the two be settled),
comments, opinions, earlier versions, reservations, links, following. The page that copies says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.actor import Actor
from config.lib.access import require
from config.lib.text import name_key, sort_key
from config.work.services import enqueue
from documents import audit
from documents.access import can_edit, can_manage, can_read, readable_domains
from documents.enums import IndexState, Role
from documents.models import AccessDomain, Document, DocumentTag, Folder, Version
from documents.search.index import index_copy, index_title
from documents.services.folders import DEEPEST, require_may_leave
from documents.services.locking import lock_organisation, reread
from documents.services.names import free_name, is_taken
from documents.services.reading import EXTRACT
from documents.services.refusals import InsideItself, Refusal, TooDeep
from documents.services.subtrees import Subtree, readable_below
from documents.services.telling import tell

MOST_COPIED = 2000
#: Said before copying.
LEFT_BEHIND = (
    "La copie a son type et ses étiquettes, et les droits du dossier où elle arrive. Échéances, "
    "commentaires et anciennes versions restent sur l’original."
)
_READ = (IndexState.INDEXED, IndexState.PARTIAL, IndexState.NO_TEXT)


class NothingToCopy(Refusal):
    """A document without any version yet."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was made, and a French sentence on what was left out, if anything."""

    made: Folder | Document
    left_out: str = ""


@transaction.atomic
def copy_document(
    *,
    actor: Actor,
    document: Document,
    target: Folder,
    now: datetime,
    may_leave: bool = False,
) -> Copied:
    """A new document whose first version is the current one. A taken name gets a number.

    `may_leave`: the caller has made sure that it may go out of the limited folder where it is.
    """
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    target = reread(target, actor.organisation.pk)
    require(can_read(actor, document))
    require(can_edit(actor, target))
    if not may_leave:
        require_may_leave(actor, document, target)
    if document.current_version_id is None:
        raise NothingToCopy(f"« {document.title} » n’a pas encore de fichier à copier.")
    title = document.title
    if is_taken(target, title):
        title = free_name(target, title)
    (made,) = _copy_rows(actor, [(document, target, title)], now)
    if title != document.title:
        index_title(made)
    tell(
        actor,
        audit.DOCUMENT_COPIED,
        made,
        now=now,
        data={"from": str(document.uid), "folder": str(target.uid)},
    )
    return Copied(made)


@transaction.atomic
def copy_folder(*, actor: Actor, folder: Folder, target: Folder, now: datetime) -> Copied:
    """A folder with all that the actor may read of it. A taken name gets a number.

    Raises TooMuch above MOST_COPIED folders or documents, InsideItself, TooDeep, Refused.
    """
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    target = reread(target, actor.organisation.pk)
    require(can_read(actor, folder))
    require(can_edit(actor, target))
    if target.path.startswith(folder.path):
        raise InsideItself(f"« {folder.name} » ne peut pas être copié dans lui-même.")
    require_may_leave(actor, folder, target)
    deepest = Folder.objects.below(folder).aggregate(Max("depth"))["depth__max"]
    if target.depth + 1 + deepest - folder.depth > DEEPEST:
        raise TooDeep("L’arborescence serait trop profonde à cet endroit.")
    tree = _without_what_is_limited(
        actor, folder, readable_below(actor, folder, at_most=MOST_COPIED)
    )
    name = free_name(target, folder.name) if is_taken(target, folder.name) else folder.name
    made: dict[int, Folder] = {}
    for source in tree.folders:
        above = target if source.pk == folder.pk else made[source.parent_id]
        made[source.pk] = _new_folder(
            actor, above, name if source.pk == folder.pk else source.name, now
        )
    _copy_rows(actor, [(d, made[d.folder_id], d.title) for d in tree.documents], now)
    copy = made[folder.pk]
    tell(
        actor,
        audit.FOLDER_COPIED,
        copy,
        now=now,
        data={
            "from": str(folder.uid),
            "folders": len(tree.folders),
            "documents": [str(d.uid) for d in tree.documents],
        },
    )
    left_out = (
        f"Une partie de « {folder.name} » est limitée ou ne vous est pas ouverte : "
        "elle n’a pas été copiée."
        if tree.partly
        else ""
    )
    return Copied(copy, left_out)


def _without_what_is_limited(actor: Actor, top: Folder, tree: Subtree) -> Subtree:
    """Leave out what is limited below, unless the actor manages its rights.

    A limited folder is not copied by who only reads it: Refused.
    """
    limited = AccessDomain.objects.filter(organisation=actor.organisation, inherits=False).exclude(
        pk__in=readable_domains(actor, Role.MANAGER)
    )
    paths = tuple(
        limited.filter(folder__in=[f.pk for f in tree.folders]).values_list(
            "folder__path", flat=True
        )
    )
    alone = set(
        limited.filter(document__in=[d.pk for d in tree.documents]).values_list(
            "document_id", flat=True
        )
    )
    if top.path in paths:
        require(can_manage(actor, top))
    if not paths and not alone:
        return tree
    return Subtree(
        [f for f in tree.folders if not f.path.startswith(paths)],
        [d for d in tree.documents if d.pk not in alone and not d.folder.path.startswith(paths)],
        partly=True,
    )


def _new_folder(actor: Actor, above: Folder, name: str, now: datetime) -> Folder:
    return Folder.objects.add_child(  # type: ignore[no-any-return]
        above,
        instance=Folder(
            organisation_id=above.organisation_id,
            parent=above,
            name=name,
            name_key=name_key(name),
            sort_name=sort_key(name),
            domain_id=above.domain_id,
            created_at=now,
            created_by=actor.person,
        ),
    )


def _copy_rows(
    actor: Actor, wanted: Sequence[tuple[Document, Folder, str]], now: datetime
) -> list[Document]:
    """Documents, first versions, texts already read, types and tags: a few statements for all."""
    sources = list(
        Version.objects.filter(pk__in=[d.current_version_id for d, _, _ in wanted]).order_by("pk")
    )
    current = {version.pk: version for version in sources}
    copies = Document.objects.bulk_create(
        [
            Document(
                organisation=actor.organisation,
                folder=folder,
                title=title,
                name_key=name_key(title),
                sort_title=sort_key(title),
                type_id=document.type_id,
                media_type=document.media_type,
                size=document.size,
                created_at=now,
                created_by=actor.person,
                owner=actor.person,
                changed_at=now,
                changed_by=actor.person,
            )
            for document, folder, title in wanted
        ]
    )
    versions = Version.objects.bulk_create(
        [
            _first_version(actor, copy, current[document.current_version_id], now)  # type: ignore[index]
            for copy, (document, _, _) in zip(copies, wanted, strict=True)
        ]
    )
    for copy, version in zip(copies, versions, strict=True):
        copy.current_version = version
    Document.objects.bulk_update(copies, ["current_version"], batch_size=500)
    tags: dict[int, list[int]] = {}
    tagged = DocumentTag.objects.filter(document__in=[d.pk for d, _, _ in wanted])
    for document_id, tag_id in tagged.values_list("document_id", "tag_id").order_by("pk"):
        tags.setdefault(document_id, []).append(tag_id)
    DocumentTag.objects.bulk_create(
        [
            DocumentTag(organisation=actor.organisation, document=copy, tag_id=tag_id)
            for copy, (document, _, _) in zip(copies, wanted, strict=True)
            for tag_id in tags.get(document.pk, ())
        ]
    )
    index_copy(
        (document.current_version_id or 0, version.pk)
        for version, (document, _, _) in zip(versions, wanted, strict=True)
    )
    for copy, version in zip(copies, versions, strict=True):
        if version.index_state not in _READ:
            index_title(copy)
            enqueue(
                EXTRACT,
                payload={"version": version.pk},
                now=now,
                organisation_id=actor.organisation.pk,
                dedupe=str(version.pk),
            )
    return copies


def _first_version(actor: Actor, copy: Document, source: Version, now: datetime) -> Version:
    read = source.index_state in _READ
    return Version(
        organisation=actor.organisation,
        document=copy,
        number=1,
        storage_key=source.storage_key,
        size=source.size,
        sha256=source.sha256,
        media_type=source.media_type,
        extension=source.extension,
        original_name=source.original_name,
        notice=source.notice,
        author=actor.person,
        created_at=now,
        reason=f"Copie de la version {source.number}",
        index_state=source.index_state if read else IndexState.WAITING,
        index_reason=source.index_reason if read else "",
        page_count=source.page_count,
    )
