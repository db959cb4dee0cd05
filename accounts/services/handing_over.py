"""When a person leaves: what they own, hold and are asked for goes to somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.access import can_administer, visible_people
from accounts.actor import Actor
from accounts.audit import record
from accounts.handover import handovers
from accounts.models import Membership, Person
from accounts.services.locking import lock_organisation
from config.lib.access import require


class NobodyToTakeOver(Exception):
    """The receiver is not a current member, or is the one who leaves."""


@dataclass(frozen=True, slots=True)
class InCharge:
    """One kind of thing in somebody's charge, as a sentence."""

    key: str
    count: int
    words: str


def in_charge_of(actor: Actor, person: Person) -> list[InCharge]:
    """What this person would leave behind in the acting organisation; empty kinds left out."""
    found = []
    for key, kind in handovers.items():
        count = kind.count(actor, person)
        if count:
            found.append(InCharge(key, count, kind.words(count)))
    return found


@transaction.atomic
def hand_over(
    *, actor: Actor, person: Person, to: Person, keys: list[str] | None = None, now: datetime
) -> dict[str, int]:
    """Give everything, or these kinds, to another member. Returns how many of each.

    Raises Refused, NobodyToTakeOver, or Membership.DoesNotExist for a stranger.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    if not Membership.objects.filter(organisation=organisation, person=person).exists():
        raise Membership.DoesNotExist
    if to.pk == person.pk or not visible_people(actor).filter(pk=to.pk).exists():
        raise NobodyToTakeOver("Choisissez une autre personne, qui appartient à l’organisation.")
    given = {}
    for key, kind in handovers.items():
        if keys is None or key in keys:
            count = kind.give(actor, person, to, now)
            if count:
                given[key] = count
    record(
        actor,
        audit.acts.HANDED_OVER,
        person,
        now=now,
        data={"to": str(to.uid), **given},
    )
    return given
