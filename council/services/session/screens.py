"""The room's screen: a link that a projector opens, revocable, and what it may show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_record
from council.models import Meeting, RoomScreen
from council.services.locking import lock_meeting
from council.services.session import words
from council.services.session.reading import Sitting

#: A link left open in the meeting room says nothing any more the day after.
LASTS = timedelta(hours=36)


def _signer() -> Signer:
    return Signer(key=settings.LINK_KEY, salt="parvis.council.room-screen", sep="~")


def token_of(screen: RoomScreen) -> str:
    """What the projector's address ends with."""
    return _signer().sign(screen.uid.hex)


@transaction.atomic
def show_in_the_room(*, actor: Actor, meeting: Meeting, now: datetime) -> RoomScreen:
    """Give a new link; the former one stops at once."""
    locked = lock_meeting(meeting)
    require(can_record(actor, locked))
    RoomScreen.objects.filter(meeting=locked, revoked_at=None).update(revoked_at=now)
    screen = RoomScreen.objects.create(
        organisation=locked.organisation,
        meeting=locked,
        created_by=actor.person,
        created_at=now,
    )
    record(actor, audit.SCREEN_SHOWN, locked, now=now)
    return screen


@transaction.atomic
def hide_from_the_room(*, actor: Actor, meeting: Meeting, now: datetime) -> int:
    """Revoke the link. Returns how many were open."""
    locked = lock_meeting(meeting)
    require(can_record(actor, locked))
    count = RoomScreen.objects.filter(meeting=locked, revoked_at=None).update(revoked_at=now)
    if count:
        record(actor, audit.SCREEN_REVOKED, locked, now=now)
    return count


def screen_of(token: str, *, now: datetime) -> RoomScreen | None:
    """The screen that this token opens; None when it was made up, revoked, or is of another day."""
    try:
        uid = UUID(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    screen = (
        RoomScreen.objects.select_related("meeting__assembly", "meeting__organisation")
        .filter(uid=uid, revoked_at=None)
        .first()
    )
    if screen is None or now > screen.meeting.starts_at + LASTS:
        return None
    return screen


@dataclass(frozen=True, slots=True)
class Shown:
    """What the room sees: a headline, a line under it, the result; nothing behind closed doors."""

    state: str
    title: str = ""
    number: str = ""
    result: str = ""
    tone: str = "info"


def shown_to_the_room(told: Sitting) -> Shown:
    """The current point, or the one just decided. Never a voice of a secret ballot."""
    session = told.session
    if session.quorum_missed_at is not None:
        return Shown("Le quorum n’est pas atteint : la séance ne peut pas se tenir.")
    if session.closed_at is not None:
        return Shown("La séance est levée.")
    if session.opened_at is None:
        return Shown("La séance va s’ouvrir.")
    if session.doors_closed:
        return Shown("Huis clos")
    if session.suspended_at is not None:
        return Shown("La séance est suspendue.")
    decided = [p for p in session.points.values() if p.verb and p.called_at]
    last = max(decided, key=lambda point: point.decided_n).ref if decided else ""
    ref = session.current or last
    if not ref:
        return Shown("La séance est ouverte.")
    item, point = told.items[ref], session.points[ref]
    if point.closed_doors or item.closed_doors:
        return Shown("La séance est ouverte.")
    result = " ".join(words.ballot_sentence(told, vote) for vote in point.ballots)
    return Shown(
        state="Point en discussion" if ref == session.current else "Point examiné",
        title=item.title,
        number=str(item.number or ""),
        result=result,
        tone="success" if point.verb else "info",
    )
