"""Telling those who follow a folder what was filed there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.models import Organisation
from accounts.notifications import followers_of, notify
from documents.models import Document, Folder, ImportedFile

FILED = "documents.document_filed"
VERSION_PUBLISHED = "documents.version_published"


def announce(
    *, kind: str, organisation_id: int, document_uid: UUID, actor_uid: UUID | None, now: datetime
) -> int:
    """Tell the followers of the document's folder and of the folders above. Returns how many.

    May run twice: one document is one line. Who may not read it is not told, and is not told
    later either if they lost the right in between.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    document = (
        Document.objects.select_related("folder")
        .filter(uid=document_uid, organisation=organisation)
        .first()
    )
    if document is None:
        return 0
    path, step = document.folder.path, Folder.steplen
    above = Folder.objects.filter(path__in=[path[:n] for n in range(step, len(path) + 1, step)])
    followed = [document.uid, *above.values_list("uid", flat=True)]
    return notify(
        kind,
        organisation=organisation,
        recipients=followers_of(organisation, followed, now=now),
        group_key=f"document:versions:{document.uid}",
        now=now,
        actor_uid=actor_uid,
        object_uid=document.uid,
        reason="parce que vous suivez ce dossier",
        # An import of ten thousand files is not ten thousand mails.
        silent=ImportedFile.objects.filter(document=document).exists(),
    )
