"""What leaves the trash for good: rows every night, bytes once no backup needs them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Organisation
from config.lib.storage import blobs
from documents import audit, previews
from documents.access import is_confidential, thrown_away
from documents.models import AccessDomain, Document, ErasedBytes, Folder, KeepingRule, Version
from documents.services.blob_references import referenced
from documents.services.keeping import TRASH_DAYS, fates
from documents.services.locking import lock_organisation
from documents.services.refusals import Refusal


class StillOfUse(Refusal):
    """Something else refers to the document."""


def erase_due(*, now: datetime) -> int:
    """Every night: erase what goes by itself. Returns how many documents."""
    erased = 0
    for organisation in Organisation.objects.order_by("pk"):
        due = list(thrown_away(organisation, before=now - TRASH_DAYS).order_by("pk"))
        going = [pk for pk, fate in fates(due).items() if fate.by_itself]
        for pk in going:
            erased += _erase_if_still_due(organisation, pk, now)
        _forget_empty_folders(organisation, now)
    return erased


@transaction.atomic
def _erase_if_still_due(organisation: Organisation, pk: int, now: datetime) -> int:
    """One document at a time: what was read before the lock is read again."""
    lock_organisation(organisation.pk)
    document = thrown_away(organisation, before=now - TRASH_DAYS).filter(pk=pk).first()
    if document is None:
        return 0
    fate = fates([document])[pk]
    if not fate.by_itself:
        return 0
    try:
        erase(document, organisation, now, actor=None, why=fate.why)
    except StillOfUse:
        return 0
    return 1


def erase(
    document: Document, organisation: Organisation, now: datetime, *, actor: Actor | None, why: str
) -> None:
    """Rows now, bytes after the backups that could bring the rows back. Raises StillOfUse."""
    keys = set(document.versions.values_list("storage_key", flat=True))
    sums = list(document.versions.order_by("number").values_list("sha256", flat=True))
    try:
        with transaction.atomic():
            Document.objects.filter(pk=document.pk).update(current_version=None)
            document.opinions.all().delete()
            document.comments.filter(thread__isnull=False).delete()
            document.comments.all().delete()
            Version.objects.filter(document=document).update(restored_from=None)
            document.versions.all().delete()
            Document.objects.filter(pk=document.pk).update(own_domain=None)
            AccessDomain.objects.filter(document=document).delete()
            Document.objects.filter(pk=document.pk).delete()
    except ProtectedError as used:
        raise StillOfUse(f"« {document.title} » sert encore ailleurs.") from used
    record(
        actor,
        audit.DOCUMENT_ERASED,
        document,
        now=now,
        organisation=organisation,
        data={"why": why, "sha256": sums},
        label=not is_confidential(document),
    )
    still = set(Version.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))
    ErasedBytes.objects.bulk_create(
        [
            ErasedBytes(
                organisation=organisation,
                storage_key=key,
                erase_after=now + timedelta(days=settings.PARVIS_BACKUP_DAYS),
            )
            for key in sorted(keys - still)
        ],
        ignore_conflicts=True,
    )


def _forget_empty_folders(organisation: Organisation, now: datetime) -> None:
    """Folders of the trash with nothing left in them, the deepest first."""
    while True:
        empty = (
            Folder.objects.filter(organisation=organisation, trashed_at__lt=now - TRASH_DAYS)
            .filter(children=None, documents=None)
            .values_list("pk", flat=True)
        )
        gone = 0
        for pk in list(empty.order_by("pk")):
            gone += _forget_folder(organisation, pk)
        if not gone:
            return


@transaction.atomic
def _forget_folder(organisation: Organisation, pk: int) -> int:
    lock_organisation(organisation.pk)
    folder = Folder.objects.filter(
        pk=pk, organisation=organisation, trashed_at__isnull=False, children=None, documents=None
    ).first()
    if folder is None or KeepingRule.objects.filter(folder=folder, keeping="archives").exists():
        return 0
    try:
        with transaction.atomic():
            own = AccessDomain.objects.filter(folder=folder).first()
            above = own.parent_id if own is not None and own.parent_id else folder.domain_id
            # It may not refer to itself when it goes; no live folder meets this name meanwhile.
            Folder.objects.filter(pk=folder.pk).update(
                domain_id=above,
                trashed_at=None,
                trashed_by=None,
                trash_root=None,
                name_key=str(folder.uid),
            )
            folder.refresh_from_db()
            folder.delete()
    except ProtectedError:
        return 0
    return 1


def erase_bytes(*, now: datetime) -> int:
    """Every night: erase the bytes that no backup needs any more. Returns how many files."""
    store, erased = blobs(), 0
    for gone in ErasedBytes.objects.filter(erase_after__lte=now).order_by("pk"):
        gone.delete()
        if not referenced({gone.storage_key}):
            store.delete(gone.storage_key)
            previews.forget(gone.storage_key)
            erased += 1
    return erased
