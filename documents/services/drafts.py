"""Files that a programme keeps beside the documents of the drive, and that are not documents."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actor import Actor
from config.lib.access import require
from config.lib.storage import Stored
from config.lib.text import name_key
from documents.access import can_edit
from documents.models import Document, DriveDraft, Folder
from documents.services.locking import lock_and_reread, reread

# Less than the sweep of bytes without a row waits (`documents.services.sweeping`): a draft's bytes
# last as long as the draft.
KEPT = timedelta(hours=12)
# A programme that saves puts the document aside, writes, and puts the new one in its place.
ASIDE = timedelta(minutes=2)


def drafts_in(actor: Actor, folder: Folder, now: datetime) -> list[DriveDraft]:
    """The actor's own in this folder, by name."""
    return list(
        DriveDraft.objects.filter(
            person=actor.person,
            organisation=actor.organisation,
            folder=folder,
            changed_at__gt=now - KEPT,
        ).order_by("name_key")
    )


def put_aside(actor: Actor, folder: Folder, now: datetime) -> set[int]:
    """Ids of the documents that the actor's programme has put aside in this folder just now."""
    return set(
        DriveDraft.objects.filter(
            person=actor.person,
            organisation=actor.organisation,
            stands_for__folder=folder,
            changed_at__gt=now - ASIDE,
        ).values_list("stands_for_id", flat=True)
    )


def own_draft(actor: Actor, draft: DriveDraft) -> DriveDraft:
    """The actor's own draft in the acting organisation, as it stands. Raises DoesNotExist."""
    return DriveDraft.objects.select_related("folder").get(
        pk=draft.pk, person=actor.person, organisation=actor.organisation
    )


@transaction.atomic
def keep_draft(
    *,
    actor: Actor,
    folder: Folder,
    name: str,
    stored: Stored | None,
    now: datetime,
    stands_for: Document | None = None,
) -> DriveDraft:
    """Write, or write again, a draft; without bytes, an empty one. Raises Refused."""
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_edit(actor, folder))
    if stands_for is not None:
        stands_for = reread(stands_for, actor.organisation.pk)
    draft, _ = DriveDraft.objects.update_or_create(
        person=actor.person,
        folder=folder,
        name_key=name_key(name),
        defaults={
            "organisation": actor.organisation,
            "name": name[:255],
            "storage_key": stored.key if stored else "",
            "size": stored.size if stored else 0,
            "sha256": stored.sha256 if stored else "",
            "changed_at": now,
            "stands_for": stands_for,
        },
    )
    return draft


@transaction.atomic
def move_draft(*, actor: Actor, draft: DriveDraft, folder: Folder, name: str) -> DriveDraft:
    """Another name, or another folder; one that had it already goes. Raises Refused."""
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_edit(actor, folder))
    mine = own_draft(actor, draft)
    key = name_key(name)
    DriveDraft.objects.filter(person=actor.person, folder=folder, name_key=key).exclude(
        pk=mine.pk
    ).delete()
    mine.folder, mine.name, mine.name_key = folder, name[:255], key
    mine.save(update_fields=["folder", "name", "name_key"])
    return mine


def drop_draft(*, actor: Actor, draft: DriveDraft) -> None:
    """Forget one; its bytes are swept later."""
    DriveDraft.objects.filter(
        pk=draft.pk, person=actor.person, organisation=actor.organisation
    ).delete()


def forget_drafts(*, now: datetime) -> int:
    """Those that nothing became of. Returns how many."""
    return DriveDraft.objects.filter(changed_at__lte=now - KEPT).delete()[0]


def back_in_place(*, actor: Actor, document: Document) -> None:
    """The programme has saved: the document that it had put aside shows again under its name."""
    DriveDraft.objects.filter(
        person=actor.person, organisation=actor.organisation, stands_for=document
    ).update(stands_for=None)
