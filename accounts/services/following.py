"""Following an object, muting it, choosing one's rhythm."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor
from accounts.enums import Rhythm
from accounts.mail.unsubscribing import Unsubscription
from accounts.models import Follow, Notification, Person, Preference
from accounts.notifications import followables
from config.lib.access import refuse, require


@transaction.atomic
def follow(*, actor: Actor, object_type: str, object_uid: UUID, now: datetime) -> None:
    """Hear of what happens to this object from now on. Harmless when already followed."""
    decision = followables.get(object_type).can_follow(actor, object_uid)
    require(decision or refuse("Vous ne pouvez pas suivre cet élément."))
    Follow.objects.get_or_create(
        organisation=actor.organisation,
        person=actor.person,
        object_uid=object_uid,
        defaults={"object_type": object_type, "created_at": now},
    )


@transaction.atomic
def unfollow(*, actor: Actor, object_uid: UUID) -> None:
    """Stop hearing of it. Allowed even when the object can no longer be seen."""
    Follow.objects.filter(
        organisation=actor.organisation, person=actor.person, object_uid=object_uid
    ).delete()


@transaction.atomic
def choose_rhythm(*, person: Person, organisation_id: int, rhythm: str) -> None:
    """How often this organisation's news are mailed to the person."""
    Preference.objects.update_or_create(
        person=person, organisation_id=organisation_id, defaults={"rhythm": Rhythm(rhythm)}
    )


@transaction.atomic
def stop_news(wish: Unsubscription) -> None:
    """One click in a message: its organisation's news stay in the inbox from now on.

    What is security, law or due soon is never stopped. Lines that waited go to the inbox only.
    """
    person = Person.objects.get(pk=wish.person_id)
    places = (
        [wish.organisation_id]
        if wish.organisation_id is not None
        else list(
            person.memberships.order_by("organisation_id")
            .values_list("organisation_id", flat=True)
            .distinct()
        )
    )
    for organisation_id in places:
        choose_rhythm(person=person, organisation_id=organisation_id, rhythm=Rhythm.NEVER)
        Notification.objects.filter(
            person=person,
            organisation_id=organisation_id,
            notice_class__in=["B", "C"],
            mailed_at=None,
            read_at=None,
            cancelled_at=None,
        ).update(send_after=None)


@transaction.atomic
def mark_read(*, actor: Actor, uids: list[UUID] | None, now: datetime) -> int:
    """Mark lines of the inbox as read; all of them when `uids` is None."""
    lines = Notification.objects.filter(
        organisation=actor.organisation, person=actor.person, read_at=None, cancelled_at=None
    )
    if uids is not None:
        lines = lines.filter(uid__in=uids)
    return lines.update(read_at=now)
