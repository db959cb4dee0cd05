"""Locks of the network drive. On a document, a lock *is* a reservation: same rows, same refusals.

A lock lasts ten minutes at most and is refreshed by the client that holds it; a programme that was
killed gives the document back by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.actor import Actor
from config.lib.access import require
from documents.access import can_edit
from documents.models import Document, DriveDraft, DriveLock, Folder, Reservation
from documents.services import reserving
from documents.services.drafts import own_draft
from documents.services.locking import lock_and_reread, lock_organisation
from documents.services.refusals import Refusal

Lockable = Document | Folder | DriveDraft
LONGEST_OWNER = 2000


class Locked(Refusal):
    """Somebody, or another programme of the same person, holds it."""


def _on(thing: Lockable) -> dict[str, Lockable]:
    return {type(thing).__name__.lower().removeprefix("drive"): thing}


@transaction.atomic
def lock(
    *, actor: Actor, thing: Lockable, deep: bool, owner: str, seconds: int, now: datetime
) -> DriveLock:
    """Lock one thing for so many seconds. Raises Refused, Locked or AlreadyReserved."""
    lock_organisation(actor.organisation.pk)
    if isinstance(thing, DriveDraft):
        thing = own_draft(actor, thing)
        require(can_edit(actor, thing.folder))
    else:
        require(can_edit(actor, lock_and_reread(thing, actor.organisation.pk)))
    if DriveLock.objects.running(now).filter(**_on(thing)).exists():
        raise Locked("Ce fichier est déjà ouvert dans un logiciel.")
    DriveLock.objects.filter(**_on(thing)).delete()  # one that ended by itself
    until = now + timedelta(seconds=seconds)
    if isinstance(thing, Document):
        reserving.take(actor=actor, document=thing, until=until, now=now, by_programme=True)
    return DriveLock.objects.create(
        organisation=actor.organisation,
        person=actor.person,
        deep=deep,
        owner=owner[:LONGEST_OWNER],
        seconds=seconds,
        expires_at=until,
        **_on(thing),
    )


@transaction.atomic
def refresh(*, actor: Actor, uid: UUID, seconds: int, now: datetime) -> DriveLock | None:
    """Make one's own lock last longer. None when it has ended or is somebody else's.

    Raises Refused for who may no longer write there."""
    lock_organisation(actor.organisation.pk)
    held = (
        DriveLock.objects.running(now)
        .select_related("document__folder", "folder", "draft__folder")
        .filter(uid=uid, person=actor.person, organisation=actor.organisation)
        .first()
    )
    if held is None:
        return None
    place = held.folder or (held.draft.folder if held.draft else None)
    if place is not None:
        require(can_edit(actor, place))
    held.seconds, held.expires_at = seconds, now + timedelta(seconds=seconds)
    held.save(update_fields=["seconds", "expires_at"])
    if held.document is not None:
        reserving.take(
            actor=actor, document=held.document, until=held.expires_at, now=now, by_programme=True
        )
    return held


@transaction.atomic
def unlock(*, actor: Actor, held: DriveLock, now: datetime) -> None:
    """Give back one's own lock, and the reservation that came with it."""
    lock_organisation(actor.organisation.pk)
    DriveLock.objects.filter(
        pk=held.pk, person=actor.person, organisation=actor.organisation
    ).delete()
    if held.document is not None:
        mine = Reservation.objects.running(now).filter(
            document=held.document, holder=actor.person, by_programme=True
        )
        if mine.exists():
            reserving.release(actor=actor, document=held.document, now=now)


@transaction.atomic
def hand_over(*, actor: Actor, draft: DriveDraft, document: Document, now: datetime) -> None:
    """The announced file has become a document: what locked the one locks the other."""
    held = (
        DriveLock.objects.running(now)
        .filter(draft=draft, person=actor.person, organisation=actor.organisation)
        .first()
    )
    if held is None:
        return
    if DriveLock.objects.running(now).filter(document=document).exists():
        return
    DriveLock.objects.filter(document=document).delete()
    held.draft, held.document = None, document
    held.save(update_fields=["draft", "document"])
    reserving.take(
        actor=actor, document=document, until=held.expires_at, now=now, by_programme=True
    )


def locks_on(thing: Lockable, now: datetime) -> list[DriveLock]:
    """Locks that cover this thing: its own, then those of folders above taken with all below."""
    own = Q(**_on(thing))
    folder = thing if isinstance(thing, Folder) else thing.folder
    step = Folder.steplen
    paths = [folder.path[:end] for end in range(step, len(folder.path) + 1, step)]
    above = Q(folder__path__in=paths, deep=True)
    return list(
        DriveLock.objects.running(now)
        .select_related("person", "folder")
        .filter(own | above, organisation_id=thing.organisation_id)
        .order_by("pk")
    )


def locks_below(folder: Folder, now: datetime) -> list[DriveLock]:
    """Locks of anything inside this folder."""
    inside = Folder.objects.below(folder)
    return list(
        DriveLock.objects.running(now)
        .filter(
            Q(document__folder__in=inside) | Q(folder__in=inside) | Q(draft__folder__in=inside),
            organisation_id=folder.organisation_id,
        )
        .order_by("pk")
    )


def locks_of_documents(ids: Iterable[int], now: datetime) -> dict[int, DriveLock]:
    """The own lock of each of these documents, in one statement."""
    rows = DriveLock.objects.running(now).select_related("person").filter(document_id__in=list(ids))
    return {row.document_id: row for row in rows.order_by("pk") if row.document_id is not None}


def drop_locks(thing: Lockable) -> None:
    """What locked a thing that is no longer there."""
    DriveLock.objects.filter(**_on(thing)).delete()


def forget_locks(*, now: datetime) -> int:
    """Those that ended by themselves. Returns how many."""
    return DriveLock.objects.filter(expires_at__lte=now).delete()[0]
