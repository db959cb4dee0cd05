"""Passwords for programmes: a network drive signs in with one of its own, never with the person's.

One person, one organisation, one device. Shown once, kept as a digest, revoked from "Mon compte".
Wrong tries are slowed down as at the door, but counted apart: a drive that keeps sending a revoked
password must not hold its owner at the sign-in page.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.access import own_organisations
from accounts.actor import Actor, acting_at
from accounts.audit import record
from accounts.models import ApplicationPassword, Organisation, Person
from accounts.services.throttling import forget_failures, remember_failure, wait_before
from config.lib.access import refuse, require

# Without letters that look alike; 24 of 32 signs are 120 bits.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 6, 4
MOST = 20
_USED_EVERY = timedelta(minutes=10)


class TooMany(ValueError):
    """More passwords than one person has devices."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door says to a programme: the actor, or how long to wait before another try."""

    actor: Actor | None
    wait: timedelta = timedelta(0)


@transaction.atomic
def make_password(
    *, person: Person, organisation: Organisation, name: str, now: datetime
) -> tuple[ApplicationPassword, str]:
    """A new one, and its secret, shown this once. Raises Refused or TooMany."""
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not own_organisations(person, now).filter(pk=organisation.pk).exists():
        require(refuse("Vous n’appartenez pas à cette organisation."))
    mine = ApplicationPassword.objects.filter(person=person, revoked_at=None)
    if mine.count() >= MOST:
        raise TooMany(
            f"Vous avez déjà {MOST} mots de passe d’application. Retirez ceux qui ne servent plus."
        )
    secret = "-".join(
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS)
    )
    made = ApplicationPassword.objects.create(
        organisation=organisation,
        person=person,
        name=name.strip()[:80] or "Mon ordinateur",
        digest=_digest(secret),
        created_at=now,
    )
    record(
        None,
        audit.acts.APPLICATION_PASSWORD_MADE,
        made,
        now=now,
        organisation=organisation,
        actor_uid=person.uid,
        label=False,
    )
    return made, secret


@transaction.atomic
def revoke_password(*, person: Person, uid: UUID, now: datetime) -> bool:
    """One of one's own stops working at once. False when there is no such one."""
    made = (
        ApplicationPassword.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(person=person, uid=uid, revoked_at=None)
        .first()
    )
    if made is None:
        return False
    made.revoked_at = now
    made.save(update_fields=["revoked_at"])
    record(
        None,
        audit.acts.APPLICATION_PASSWORD_REVOKED,
        made,
        now=now,
        organisation=made.organisation,
        actor_uid=person.uid,
        label=False,
    )
    return True


def own_passwords(person: Person) -> list[ApplicationPassword]:
    """Those that work, by organisation, the newest first."""
    return list(
        ApplicationPassword.objects.filter(person=person, revoked_at=None)
        .select_related("organisation")
        .order_by("organisation__name", "-created_at")
    )


def admit(*, identifier: str, secret: str, address: str, now: datetime) -> Answer:
    """Who this programme acts for, in the organisation that its password was made for.

    No actor when the secret is wrong or revoked, belongs to somebody else, or when no membership
    runs today. The answer is the same for all of these.
    """
    found = (
        ApplicationPassword.objects.select_related("person", "organisation")
        .filter(digest=_digest(secret), revoked_at=None)
        .first()
    )
    key = f"drive:{identifier}"
    if found is None or (found.person.identifier or "").lower() != identifier.strip().lower():
        wait = wait_before(key, address, now=now)
        if not wait:
            remember_failure(key, address, now=now)
        return Answer(None, wait)
    actor = acting_at(found.person, found.organisation.slug, now=now, address=address)
    if actor is None:
        return Answer(None)
    if found.last_used_at is None or now - found.last_used_at > _USED_EVERY:
        ApplicationPassword.objects.filter(pk=found.pk).update(last_used_at=now)
        forget_failures(key, address)
    return Answer(actor)


def _digest(secret: str) -> str:
    """Hyphens and case are there for the eye only."""
    plain = secret.strip().lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode()).hexdigest()
