"""What upper apps offer on a person's page, without this one learning their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.actor import Actor
from accounts.models import Person
from config.lib.registry import Registry


@dataclass(frozen=True, slots=True)
class PersonOffer:
    """A link: « Ce que voit cette personne »."""

    label: str
    icon: str
    href: str


person_offers: Registry[Callable[[Actor, Person], PersonOffer | None]] = Registry("person offers")


def offers_for(actor: Actor, person: Person) -> list[PersonOffer]:
    """What may be done with this person elsewhere."""
    return [o for _, offer in person_offers.items() if (o := offer(actor, person)) is not None]
