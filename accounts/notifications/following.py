"""Who wants to hear of what. Each app says which of its objects can be followed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from accounts.models import Follow, Membership, Organisation, Person
from config.lib.access import Decision
from config.lib.clock import local_date
from config.lib.registry import Registry


@dataclass(frozen=True, slots=True)
class Followable:
    """A type of object: may this actor follow that one (None: it does not exist for them)."""

    object_type: str
    can_follow: Callable[[Actor, UUID], Decision | None]


followables: Registry[Followable] = Registry("followable objects")


def followable(
    object_type: str, *, can_follow: Callable[[Actor, UUID], Decision | None]
) -> Followable:
    """Declare that objects of this type ("folder", "meeting") can be followed."""
    return followables.register(object_type, Followable(object_type, can_follow))


def followers_of(
    organisation: Organisation, object_uids: Collection[UUID], *, now: datetime
) -> QuerySet[Person]:
    """Current members who follow at least one of these objects and have not muted it.

    Give an object and its ancestors to reach those who follow a folder above. Rights are checked
    afterwards, by `notify()` and again when the mail leaves.
    """
    today = local_date(now, organisation.timezone)
    members = Membership.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gte=today),
        organisation=organisation,
        from_date__lte=today,
    )
    follows = Follow.objects.filter(
        organisation=organisation, object_uid__in=list(object_uids), muted=False
    )
    return (
        Person.objects.filter(pk__in=follows.values("person"), is_active=True)
        .filter(pk__in=members.values("person"))
        .order_by("pk")
    )


def is_followed(actor: Actor, object_uid: UUID) -> bool:
    """Whether the actor follows this object (for the button's words)."""
    return Follow.objects.filter(
        organisation=actor.organisation, person=actor.person, object_uid=object_uid
    ).exists()
