"""Setting a document aside for a while, so that two people do not write over each other.

While a reservation runs, nobody but its holder saves, names, moves, labels or throws away the
document, by any path, nor moves, names or throws away a folder that contains it: every service that
would asks `require_not_held` or `require_none_held_below`, under the lock. Reading, copying,
commenting and rights are not touched. It ends by itself, when its holder gives the document back or
throws it away, or when somebody who manages its rights lifts it; the holder is then told.
Programmes (Word, LibreOffice, a network drive) reserve through the same rows, for minutes at a
time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.actor import Actor
from accounts.notifications import notify
from config.lib.access import require
from config.lib.text import NBSP, day_name
from documents import audit
from documents.access import can_break_reservation, can_reserve, visible_documents
from documents.models import Document, DriveLock, Folder, Reservation
from documents.notifications import RESERVATION_BROKEN
from documents.services.locking import lock_and_reread
from documents.services.refusals import Refusal, ReservedByAnother
from documents.services.telling import tell

LONGEST = timedelta(days=7)


class AlreadyReserved(Refusal):
    """Somebody else holds it."""


class NotReserved(Refusal):
    """Nothing to give back, or to lift."""


class BadEnd(Refusal):
    """An end that is past, or too far away."""


def running_reservation(document: Document, now: datetime) -> Reservation | None:
    """The reservation that runs on this document, with its holder; None when it is free."""
    return (
        Reservation.objects.running(now)
        .select_related("holder")
        .filter(document_id=document.pk, organisation_id=document.organisation_id)
        .first()
    )


def require_not_held(actor: Actor, document: Document, now: datetime) -> Reservation | None:
    """The one check before a document is changed: the actor's own reservation, None when it is
    free. Under the lock. Raises ReservedByAnother."""
    held = running_reservation(document, now)
    if held is not None and held.holder_id != actor.person.pk:
        raise ReservedByAnother(refusal_of(held, now, actor, may_lift=_may_lift(actor, document)))
    return held


def require_none_held_below(actor: Actor, folder: Folder, now: datetime) -> None:
    """The same before a folder moves, changes its name or goes to the trash: what is open in
    somebody's programme would lose its place. Under the lock. Raises ReservedByAnother.

    What the actor may not read is refused without its name nor its holder's.
    """
    inside = (
        Reservation.objects.running(now)
        .select_related("holder", "document__folder")
        .filter(
            organisation_id=folder.organisation_id,
            document__folder__in=Folder.objects.below(folder).live(),
            document__trashed_at=None,
        )
        .exclude(holder=actor.person)
        .order_by("expires_at", "pk")
    )
    held = inside.filter(document__in=visible_documents(actor)).last()
    if held is None and not inside.exists():
        return
    stays = f"« {folder.name} » garde donc son nom et sa place jusque-là. "
    if held is None:
        raise ReservedByAnother(
            "Un document de ce dossier, qui ne vous est pas ouvert, est réservé par quelqu’un : "
            f"{stays}Voyez avec la direction générale."
        )
    until = until_words(held.expires_at, now, actor.organisation.timezone)
    raise ReservedByAnother(
        f"« {held.document.title} », dans ce dossier, est réservé par {held.holder} {until} : "
        f"{stays}{_way_out(may_lift=_may_lift(actor, held.document))}"
    )


def _may_lift(actor: Actor, document: Document) -> bool:
    return bool(can_break_reservation(actor, document))


@transaction.atomic
def take(
    *,
    actor: Actor,
    document: Document,
    until: datetime,
    now: datetime,
    by_programme: bool = False,
) -> Reservation:
    """Set a document aside until then, or make one's own reservation last until then.

    A reservation made by hand is not shortened by a programme that asks for less. Raises Refused,
    AlreadyReserved or BadEnd.
    """
    document = lock_and_reread(document, actor.organisation.pk)
    require(can_reserve(actor, document))
    if not now < until <= now + LONGEST:
        raise BadEnd("Une réservation dure au plus sept jours. Vous pourrez la prolonger.")
    held = running_reservation(document, now)
    if held is not None and held.holder_id != actor.person.pk:
        raise AlreadyReserved(refusal_of(held, now, actor, may_lift=_may_lift(actor, document)))
    if held is not None:
        if by_programme and not held.by_programme:
            return held
        changed = held.by_programme and not by_programme
        held.expires_at, held.by_programme = until, by_programme
        held.save(update_fields=["expires_at", "by_programme"])
        if changed or not by_programme:
            tell(actor, audit.DOCUMENT_RESERVED, document, now=now)
        return held
    Reservation.objects.filter(document=document).delete()  # one that ended by itself
    held = Reservation.objects.create(
        organisation=actor.organisation,
        document=document,
        holder=actor.person,
        taken_at=now,
        expires_at=until,
        by_programme=by_programme,
    )
    tell(actor, audit.DOCUMENT_RESERVED, document, now=now)
    return held


@transaction.atomic
def release(*, actor: Actor, document: Document, now: datetime) -> None:
    """Give back what one holds. Raises NotReserved when the actor holds nothing."""
    document = lock_and_reread(document, actor.organisation.pk)
    held = running_reservation(document, now)
    if held is None or held.holder_id != actor.person.pk:
        raise NotReserved("Vous n’avez pas réservé ce document, ou la réservation est finie.")
    end(held)
    tell(actor, audit.DOCUMENT_RELEASED, document, now=now)


@transaction.atomic
def break_reservation(*, actor: Actor, document: Document, now: datetime) -> None:
    """Lift somebody else's reservation; they are told. Raises Refused or NotReserved."""
    document = lock_and_reread(document, actor.organisation.pk)
    require(can_break_reservation(actor, document))
    held = running_reservation(document, now)
    if held is None:
        raise NotReserved("Ce document n’est plus réservé.")
    holder = held.holder
    end(held)
    tell(actor, audit.RESERVATION_BROKEN, document, now=now, data={"holder": str(holder.uid)})
    if holder.pk != actor.person.pk:
        notify(
            RESERVATION_BROKEN,
            organisation=actor.organisation,
            recipients=[holder],
            group_key=f"document:reservation:{document.uid}",
            now=now,
            actor=actor,
            object_uid=document.uid,
            reason="parce que vous aviez réservé ce document",
        )


def end(held: Reservation) -> None:
    """Forget a reservation, and the lock of the programme that held it open. Checks done."""
    DriveLock.objects.filter(document_id=held.document_id).delete()
    held.delete()


def until_words(at: datetime, now: datetime, timezone: str) -> str:
    """ "jusqu’à 17 h", "jusqu’à demain, 9 h 30", "jusqu’au mardi 24 novembre, 17 h"."""
    where = ZoneInfo(timezone)
    end, day = at.astimezone(where), now.astimezone(where).date()
    minutes = f"{NBSP}{end.minute:02d}" if end.minute else ""
    clock = f"{end.hour}{NBSP}h{minutes}"
    if end.date() == day:
        return f"jusqu’à {clock}"
    if end.date() == day + timedelta(days=1):
        return f"jusqu’à demain, {clock}"
    return f"jusqu’au {day_name(end)}, {clock}"


def refusal_of(held: Reservation, now: datetime, actor: Actor, *, may_lift: bool) -> str:
    """Why somebody else may not change it now, and what to do."""
    return (
        f"Ce document est réservé par {held.holder} "
        f"{until_words(held.expires_at, now, actor.organisation.timezone)} : "
        f"vous pouvez le lire, pas le changer. {_way_out(may_lift=may_lift)}"
    )


def _way_out(*, may_lift: bool) -> str:
    if may_lift:
        return "Voyez avec cette personne, ou levez la réservation depuis la page du document."
    return "Voyez avec cette personne, ou demandez à qui gère les droits de lever la réservation."
