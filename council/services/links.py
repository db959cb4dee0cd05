"""Personal links: what one opens, why it opens no more, how to get another.

A link leads one member to the dossier of one meeting. It is never a sign-in: no other page of
Parvis knows it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.core.cache import cache

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import NoticeClass
from accounts.mail import queue_mail
from accounts.models import Person
from config.lib.access import require
from config.lib.clock import local_date
from config.work.services import emit
from council import audit
from council.access import HANDED_OVER, can_open_dossier, can_prepare_meeting
from council.dossier.differences import Line, differences
from council.dossier.manifest import read_manifest
from council.link_tokens import read
from council.models import Convocation
from council.notifications import NEW_LINK
from council.services.locking import lock_convocation
from council.services.refusals import Refusal

#: Said at each opening; the proof keeps the first one only.
OPENED = "council.dossier.opened"

#: New links that one member may ask for, so that nobody floods a mailbox.
NEW_LINKS = 3
NEW_LINKS_WITHIN = timedelta(hours=1)


class Dead(Enum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"
    CLOSED = "closed"


class DeadLink(Exception):
    """The link opens nothing. `convocation` is known when the link is one that we made."""

    def __init__(self, why: Dead, convocation: Convocation | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.convocation = convocation


class TooManyLinks(Refusal):
    """Several new links were just asked for."""


class NoAddress(Refusal):
    """This member has no address of their own to write to."""


def _convocations() -> Any:
    return Convocation.objects.select_related(
        "meeting__assembly__organisation", "organisation", "person", "mandate", "edition"
    )


def find(uid: UUID) -> Convocation | None:
    """The convocation of that address, with all that its pages need; None when there is none.
    Whether it may be seen is the caller's question."""
    found: Convocation | None = _convocations().filter(uid=uid).first()
    return found


def phone_of(convocation: Convocation) -> str:
    """Whom to call when a link does not work."""
    return convocation.meeting.assembly.phone or convocation.organisation.phone


def namesakes_of_mailbox(convocation: Convocation) -> bool:
    """Whether somebody else reads the same mailbox: then the gate insists on the name."""
    email = convocation.person.email
    if not email:
        return False
    return (
        Person.objects.filter(email__iexact=email, is_active=True)
        .exclude(pk=convocation.person_id)
        .exists()
    )


def follow(token: str, *, now: datetime) -> Convocation:
    """The convocation that a token opens. Changes nothing. Raises DeadLink."""
    link = read(token)
    if link is None:
        raise DeadLink(Dead.UNKNOWN)
    convocation = find(link.convocation)
    if convocation is None:
        raise DeadLink(Dead.UNKNOWN)
    if convocation.generation != link.generation:
        raise DeadLink(Dead.REVOKED, convocation)
    today = local_date(now, convocation.meeting.timezone)
    if today > link.last_day:
        raise DeadLink(Dead.EXPIRED, convocation)
    if not can_open_dossier(convocation.person, convocation.edition, today=today):
        raise DeadLink(Dead.CLOSED, convocation)
    return convocation


def latest_of(convocation: Convocation) -> Convocation:
    """The last convocation of this member to this meeting: a modified dossier replaces the first,
    and the first link leads to it."""
    latest = (
        Convocation.objects.filter(
            meeting=convocation.meeting_id,
            person=convocation.person_id,
            state__in=HANDED_OVER,
        )
        .order_by("-edition__n")
        .values_list("uid", flat=True)
        .first()
    )
    if latest is None or latest == convocation.uid:
        return convocation
    return find(latest) or convocation


def last_opened_before(convocation: Convocation) -> Convocation | None:
    """The last earlier convocation to the same meeting that this member opened."""
    earlier: Convocation | None = (
        _convocations()
        .filter(
            meeting=convocation.meeting_id,
            person=convocation.person_id,
            edition__n__lt=convocation.edition.n,
            opened_at__isnull=False,
        )
        .order_by("-edition__n")
        .first()
    )
    return earlier


def changed_since(convocation: Convocation) -> tuple[Convocation, list[Line]] | None:
    """What this member should know has changed: since the dossier that they opened last, or, when
    they opened none, since the first one sent to them. None when nothing was sent before."""
    if convocation.edition.n == 1:
        return None
    base = last_opened_before(convocation) if convocation.opened_at is None else None
    if base is None:
        base = (
            _convocations()
            .filter(
                meeting=convocation.meeting_id,
                person=convocation.person_id,
                edition__n__lt=convocation.edition.n,
                state__in=HANDED_OVER,
            )
            .order_by("edition__n")
            .first()
        )
    if base is None:
        return None
    before, after = (
        read_manifest(base.edition.manifest),
        read_manifest(convocation.edition.manifest),
    )
    return base, differences(before, after)


def sent_to(person: Person, *, now: datetime) -> list[Convocation]:
    """All that was sent to a person and may still be opened, wherever they sit, the latest
    edition of each meeting first."""
    found = (
        _convocations()
        .filter(person=person, state__in=HANDED_OVER)
        .defer("edition__manifest")
        .order_by("-meeting__starts_at", "-edition__n", "pk")
    )
    return [one for one in found if one.mandate.is_current(local_date(now, one.meeting.timezone))]


def open_dossier(*, convocation: Convocation, now: datetime) -> Convocation:
    """The member opens their dossier: the first opening is kept in the proof.

    Opening is all that is noted; which pieces are read afterwards is known to nobody.
    """
    held = lock_convocation(convocation)
    today = local_date(now, held.meeting.timezone)
    require(can_open_dossier(held.person, held.edition, today=today))
    if held.opened_at is None:
        held.opened_at = now
        held.save(update_fields=["opened_at"])
        record(
            None,
            audit.DOSSIER_OPENED,
            held,
            now=now,
            organisation=held.organisation,
            actor_uid=held.person.uid,
            label=False,
        )
    emit(
        OPENED,
        organisation_id=held.organisation_id,
        actor_id=held.person_id,
        payload={"meeting": str(held.meeting.uid)},
        now=now,
    )
    return held


def revoke_links(*, actor: Actor, convocation: Convocation, now: datetime) -> Convocation:
    """Make every link already sent to this member, and every open portal, worthless."""
    held = lock_convocation(convocation)
    require(can_prepare_meeting(actor, held.meeting))
    held.generation += 1
    held.save(update_fields=["generation"])
    record(actor, audit.LINKS_REVOKED, held, now=now, label=False)
    return held


def send_new_link(*, convocation: Convocation, now: datetime) -> None:
    """Send a fresh link to the address that we know, whoever asks: nobody can choose another."""
    held = lock_convocation(convocation)
    today = local_date(now, held.meeting.timezone)
    require(can_open_dossier(held.person, held.edition, today=today))
    if not held.person.email:
        raise NoAddress("Nous n’avons pas d’adresse de courriel pour vous.")
    if not _may_ask(held.uid):
        raise TooManyLinks(
            "Un nouveau lien vient déjà de partir. Regardez dans vos courriels, y compris les "
            "indésirables, ou appelez la mairie."
        )
    queue_mail(
        NEW_LINK,
        person=held.person,
        organisation=held.organisation,
        payload={"convocation": str(held.uid)},
        notice_class=NoticeClass.LEGAL,
        now=now,
        not_after=now + timedelta(hours=6),
    )


def _may_ask(convocation: UUID) -> bool:
    key = f"council.new_link:{convocation}"
    if cache.add(key, 1, timeout=int(NEW_LINKS_WITHIN.total_seconds())):
        return True
    try:
        return bool(cache.incr(key) <= NEW_LINKS)
    except ValueError:  # it expired between the two calls
        return True
