"""Starting from a template: a project's folders, a letter, a contract."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.actor import Actor
from config.lib.access import require
from documents import audit
from documents.access import can_edit, can_manage, visible_documents, visible_folders
from documents.models import Document, Folder, Template
from documents.services.copying import copy_document, copy_folder
from documents.services.folders import LONGEST_NAME, rename_folder
from documents.services.locking import lock_and_reread, lock_organisation, reread
from documents.services.moving import LONGEST_TITLE, rename_document
from documents.services.names import checked_name, is_taken, require_free
from documents.services.refusals import InTrash
from documents.services.telling import tell


def visible_templates(actor: Actor) -> QuerySet[Template]:
    """Templates that the actor may read, out of the trash."""
    return (
        Template.objects.filter(organisation=actor.organisation)
        .filter(
            Q(folder__in=visible_folders(actor).values("pk"))
            | Q(document__in=visible_documents(actor).values("pk"))
        )
        .select_related("folder", "document")
    )


@transaction.atomic
def offer(*, actor: Actor, obj: Folder | Document, now: datetime) -> Template:
    """Make a folder or a document a template. Offering it again is harmless."""
    obj = lock_and_reread(obj, actor.organisation.pk)
    require(can_manage(actor, obj))
    field = "document" if isinstance(obj, Document) else "folder"
    template, made = Template.objects.get_or_create(
        **{field: obj},
        defaults={
            "organisation": actor.organisation,
            "offered_by": actor.person,
            "offered_at": now,
        },
    )
    if made:
        tell(actor, audit.TEMPLATE_OFFERED, obj, now=now)
    return template


@transaction.atomic
def withdraw(*, actor: Actor, obj: Folder | Document, now: datetime) -> None:
    """No longer a template; what was started from it stays."""
    obj = lock_and_reread(obj, actor.organisation.pk)
    require(can_manage(actor, obj))
    field = "document" if isinstance(obj, Document) else "folder"
    count, _ = Template.objects.filter(**{field: obj}).delete()
    if count:
        tell(actor, audit.TEMPLATE_WITHDRAWN, obj, now=now)


@transaction.atomic
def start_from(
    *, actor: Actor, template: Template, target: Folder, name: str, now: datetime
) -> Folder | Document:
    """A copy of the template in a folder, under a name; it follows the rights of that folder.

    Raises Refused, NameTaken, InvalidName, Template.DoesNotExist when it is not theirs to read.
    """
    lock_organisation(actor.organisation.pk)
    target = reread(target, actor.organisation.pk)
    require(can_edit(actor, target))
    template = visible_templates(actor).get(pk=template.pk)
    source = template.folder or template.document
    if source is None:
        raise InTrash("Ce modèle n’existe plus.")
    if isinstance(source, Document):
        name = _with_ending(checked_name(name, longest=LONGEST_TITLE), source.title)
    else:
        name = checked_name(name, longest=LONGEST_NAME)
    require_free(target, name, suggest=is_taken(target, name))
    made: Folder | Document
    if isinstance(source, Document):
        made = copy_document(actor=actor, document=source, target=target, now=now).made
        assert isinstance(made, Document)  # noqa: S101 - what copy_document makes
        return rename_document(actor=actor, document=made, name=name, now=now)
    made = copy_folder(actor=actor, folder=source, target=target, now=now).made
    assert isinstance(made, Folder)  # noqa: S101 - what copy_folder makes
    return rename_folder(actor=actor, folder=made, name=name, now=now)


def _with_ending(name: str, model: str) -> str:
    """The template's own ending, when the person typed none."""
    _, dot, ending = model.rpartition(".")
    if dot and not name.lower().endswith(f".{ending.lower()}"):
        return f"{name}.{ending}"
    return name
