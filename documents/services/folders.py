"""Making, naming and moving folders."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Max

from accounts.actor import Actor
from accounts.enums import TeamKind
from accounts.models import Organisation, Team
from config.lib.access import refuse, require
from config.lib.text import name_key, sort_key
from documents import audit
from documents.access import can_edit, can_manage, role_of
from documents.enums import Role
from documents.models import AccessDomain, Document, Folder, FolderGroupGrant
from documents.services.domains import Change, follow_folder, next_id, rebuild
from documents.services.locking import lock_new_roots, lock_organisation, reread
from documents.services.names import checked_name, require_free
from documents.services.refusals import InsideItself, MovedMeanwhile, RootIsFixed, TooDeep
from documents.services.reserving import require_none_held_below
from documents.services.telling import tell

LONGEST_NAME = 200
DEEPEST = Folder._meta.get_field("path").max_length // Folder.steplen


class NoDirectorTeam(LookupError):
    """An organisation needs its DGS team before its tree: somebody must hold the root."""


@transaction.atomic
def create_root(*, organisation: Organisation, now: datetime, name: str = "") -> Folder:
    """The organisation's root folder, made if it has none. Its DGS team manages it.

    No actor: this comes with the organisation itself.
    """
    lock_new_roots()
    lock_organisation(organisation.pk)
    existing = Folder.objects.filter(organisation=organisation, parent=None).first()
    if existing is not None:
        return existing  # type: ignore[no-any-return]
    directors = Team.objects.filter(organisation=organisation, kind=TeamKind.DGS).first()
    if directors is None:
        raise NoDirectorTeam(organisation.slug)
    name = checked_name(name or "Documents", longest=LONGEST_NAME)
    # Folder and domain each need the other: both identifiers come first, the keys are deferred.
    domain_id = next_id("documents_accessdomain")
    root = Folder(
        id=next_id("documents_folder"),
        organisation=organisation,
        parent=None,
        name=name,
        name_key=name_key(name),
        sort_name=sort_key(name),
        domain_id=domain_id,
        created_at=now,
    )
    Folder.objects.add_root(instance=root)
    AccessDomain.objects.create(
        id=domain_id, organisation=organisation, folder=root, parent=None, inherits=False
    )
    FolderGroupGrant.objects.create(
        organisation=organisation,
        content_object=root,
        group_id=directors.group_id,
        permission=Permission.objects.get(
            content_type__app_label="documents",
            content_type__model="folder",
            codename=Role.MANAGER.codename,
        ),
        granted_at=now,
    )
    rebuild(organisation.pk, [domain_id])
    return root


@transaction.atomic
def create_folder(*, actor: Actor, parent: Folder, name: str, now: datetime) -> Folder:
    """A new folder. It follows the rights of the one it is in: no row of rights is written."""
    lock_organisation(actor.organisation.pk)
    parent = reread(parent, actor.organisation.pk)
    require(can_edit(actor, parent))
    name = checked_name(name, longest=LONGEST_NAME)
    require_free(parent, name)
    if parent.depth >= DEEPEST:
        raise TooDeep("Ce dossier est déjà au plus profond de l’arborescence.")
    folder = Folder.objects.add_child(
        parent,
        instance=Folder(
            organisation_id=parent.organisation_id,
            parent=parent,
            name=name,
            name_key=name_key(name),
            sort_name=sort_key(name),
            domain_id=parent.domain_id,
            created_at=now,
            created_by=actor.person,
        ),
    )
    tell(actor, audit.FOLDER_CREATED, folder, now=now, data={"parent": str(parent.uid)})
    return folder  # type: ignore[no-any-return]


@transaction.atomic
def rename_folder(*, actor: Actor, folder: Folder, name: str, now: datetime) -> Folder:
    """Another name in the same place."""
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    require(can_edit(actor, folder))
    name = checked_name(name, longest=LONGEST_NAME)
    if name == folder.name:
        return folder
    if folder.parent is not None:
        require_free(folder.parent, name, ignoring=folder)
        require_none_held_below(actor, folder, now)
    folder.name, folder.name_key, folder.sort_name = name, name_key(name), sort_key(name)
    folder.save(update_fields=["name", "name_key", "sort_name"])
    tell(actor, audit.FOLDER_RENAMED, folder, now=now)
    return folder


@transaction.atomic
def move_folder(
    *,
    actor: Actor,
    folder: Folder,
    target: Folder,
    now: datetime,
    seen_in: Folder | None = None,
) -> Folder:
    """Into another folder, with everything below. Entries of its own go with it.

    `seen_in`: where the actor saw it. Raises MovedMeanwhile when it is there no longer: the last
    of two people would otherwise take away, unknowingly, what the first has just put somewhere.

    Who gains and who loses is `documents.services.rights.preview_move`.
    """
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    target = reread(target, actor.organisation.pk)
    check_move(actor, folder, target)
    if target.pk == folder.parent_id:
        return folder
    origin = folder.parent
    if seen_in is not None and origin != seen_in:
        raise MovedMeanwhile(folder.name)
    require_none_held_below(actor, folder, now)
    assert origin is not None  # noqa: S101 - not the root, checked above
    place(folder, target)
    tell(
        actor,
        audit.FOLDER_MOVED,
        folder,
        now=now,
        data={"from": str(origin.uid), "to": str(target.uid)},
    )
    return folder


def check_move(actor: Actor, folder: Folder, target: Folder) -> None:
    """Raise what stands in the way of moving this folder there. Under the lock."""
    require(can_edit(actor, folder))
    require(can_edit(actor, target))
    if folder.parent_id is None:
        raise RootIsFixed("Le dossier racine ne se déplace pas.")
    if target.path.startswith(folder.path):
        raise InsideItself(f"« {folder.name} » ne peut pas être déplacé dans lui-même.")
    require_may_leave(actor, folder, target)
    require_free(target, folder.name, ignoring=folder)
    deepest = Folder.objects.below(folder).aggregate(Max("depth"))["depth__max"]
    if target.depth + 1 + deepest - folder.depth > DEEPEST:
        raise TooDeep("L’arborescence serait trop profonde à cet endroit.")


def place(folder: Folder, target: Folder) -> list[Change]:
    """Put a folder last under another, its rights following. Under the lock, checks done."""
    domain_id = folder.domain_id
    Folder.objects.move(folder, target, "last-child")
    Folder.objects.filter(pk=folder.pk).update(parent=target)
    folder.refresh_from_db()
    folder.domain_id = domain_id
    changes = follow_folder(folder, target)
    folder.refresh_from_db()
    return changes


def require_may_leave(actor: Actor, obj: Folder | Document, target: Folder) -> None:
    """Taking something out of a restricted folder changes who sees it: managers only."""
    here = restriction_above(obj)
    if here is None or target.path.startswith(here.path):
        return
    if not can_manage(actor, obj):
        require(
            refuse(
                f"{name_for(actor, here)} est un dossier limité : en sortir quelque chose change "
                "qui y a accès. Demandez-le à une personne qui gère les droits de ce dossier."
            )
        )


def name_for(actor: Actor, folder: Folder) -> str:
    """How a refusal names a folder: never by a name that the actor may not read."""
    return f"« {folder.name} »" if role_of(actor, folder) >= Role.READER else "Ce qui le contient"


def restriction_above(obj: Folder | Document) -> Folder | None:
    """The nearest restricted folder that contains this object; None when it is the root."""
    if isinstance(obj, Document):
        if obj.own_domain is not None and not obj.own_domain.inherits:
            return None  # a limit of its own, which it takes along
        path = obj.folder.path
    else:
        own = AccessDomain.objects.filter(folder=obj, inherits=False).exists()
        if own:
            return None
        path = obj.path[: -Folder.steplen]
    step = Folder.steplen
    above = [path[:end] for end in range(2 * step, len(path) + 1, step)]
    return (  # type: ignore[no-any-return]
        Folder.objects.filter(path__in=above, own_domain__inherits=False).order_by("-path").first()
    )
