"""Looking as a colleague: for the direction, with a reason, read-only, thirty minutes at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.access import can_administer, can_view_as
from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person, Viewing
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.text import clean_name

LASTS = timedelta(minutes=30)


@transaction.atomic
def start_viewing(*, actor: Actor, person: Person, reason: str, now: datetime) -> Viewing:
    """Begin to look as somebody of the acting organisation."""
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    require(can_view_as(actor, person))
    viewing = Viewing.objects.create(
        organisation=organisation,
        viewer=actor.person,
        person=person,
        reason=clean_name(reason)[:300],
        started_at=now,
        expires_at=now + LASTS,
    )
    record(
        actor,
        audit.acts.VIEWING_STARTED,
        person,
        now=now,
        data={"viewing": str(viewing.uid), "until": viewing.expires_at.isoformat()},
    )
    return viewing


@transaction.atomic
def stop_viewing(*, viewer: Person, uid: UUID | str, now: datetime) -> Viewing | None:
    """Come back to oneself. None when nothing was under way any more."""
    viewing = (
        Viewing.objects.select_for_update(of=("self",))
        .select_related("organisation", "person", "viewer")
        .filter(uid=uid, viewer=viewer, stopped_at=None)
        .first()
    )
    if viewing is not None:
        _stop(viewing, at=min(now, viewing.expires_at), now=now)
    return viewing


@transaction.atomic
def close_expired(*, now: datetime) -> int:
    """Every minute: looks past their term end in the journal too."""
    over = list(
        Viewing.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("organisation", "person", "viewer")
        .filter(stopped_at=None, expires_at__lte=now)
        .order_by("pk")
    )
    for viewing in over:
        _stop(viewing, at=viewing.expires_at, now=now)
    return len(over)


def running(*, viewer: Person, uid: str, now: datetime) -> Viewing | None:
    """The look that a session keeps, while it lasts."""
    return (
        Viewing.objects.select_related("person", "organisation")
        .filter(uid=uid, viewer=viewer, stopped_at=None, expires_at__gt=now)
        .first()
    )


def _stop(viewing: Viewing, *, at: datetime, now: datetime) -> None:
    viewing.stopped_at = at
    viewing.save(update_fields=["stopped_at"])
    record(
        None,
        audit.acts.VIEWING_STOPPED,
        viewing.person,
        now=now,
        organisation=viewing.organisation,
        actor_uid=viewing.viewer.uid,
        data={"viewing": str(viewing.uid), "at": at.isoformat()},
    )
