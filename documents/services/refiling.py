"""Taking out of an old network what is still of use: filed where it belongs, when it is needed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from accounts.actor import Actor
from config.lib.access import require
from documents import audit
from documents.access import can_edit, can_read
from documents.enums import ImportKind
from documents.models import Document, Folder, ImportRun
from documents.services.copying import copy_document
from documents.services.folders import restriction_above
from documents.services.locking import lock_organisation, reread
from documents.services.moving import move_document
from documents.services.refusals import Refusal
from documents.services.telling import tell


class NotFromAnOldNetwork(Refusal):
    """Documents in place are moved or copied, not taken out of an old network."""


def in_old_network() -> RawSQL:
    """The same as `old_network_over`, as a column of a list of documents joined to their folder."""
    return RawSQL(
        """EXISTS (SELECT FROM documents_importrun r JOIN documents_folder t ON t.id = r.folder_id
            WHERE r.organisation_id = documents_document.organisation_id AND r.kind = %s
              AND left(documents_folder.path, length(t.path)) = t.path)""",
        [ImportKind.DRIVE.value],
        BooleanField(),
    )


def old_network_over(document: Document) -> Folder | None:
    """The folder of the old drive in which a document stands; None anywhere else."""
    path, step = document.folder.path, Folder.steplen
    above = [path[:end] for end in range(step, len(path) + 1, step)]
    drives = ImportRun.objects.filter(
        organisation_id=document.organisation_id, kind=ImportKind.DRIVE, folder__path__in=above
    )
    folder: Folder | None = Folder.objects.filter(pk__in=drives.values("folder")).first()
    return folder


@transaction.atomic
def refile(
    *, actor: Actor, document: Document, target: Folder, now: datetime
) -> tuple[Document, bool]:
    """Put a document of an old network into a living folder. Returns it, and whether it is a copy.

    Whoever may change it there moves it. Whoever may only read it gets a copy: taking it away
    would close it to the others.
    """
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    target = reread(target, actor.organisation.pk)
    require(can_read(actor, document))
    require(can_edit(actor, target))
    drive = old_network_over(document)
    if drive is None:
        raise NotFromAnOldNetwork("Ce document n’est pas dans un ancien réseau.")
    if can_edit(actor, document):
        moved = move_document(
            actor=actor, document=document, target=target, now=now, confirmed=True
        )
        tell(actor, audit.DOCUMENT_REFILED, moved, now=now, data={"to": str(target.uid)})
        return moved, False
    # The direction opened the drive to be used again; what it limited further down stays there.
    limit = restriction_above(document)
    made = copy_document(
        actor=actor,
        document=document,
        target=target,
        now=now,
        may_leave=limit is None or limit.pk == drive.pk,
    ).made
    assert isinstance(made, Document)  # noqa: S101 - what copy_document makes
    tell(actor, audit.DOCUMENT_REFILED, document, now=now, data={"copy": str(made.uid)})
    return made, True
