"""Who reads what a member declared: the member. Who reads what they announced: whoever records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from config.lib.access import ALLOWED, Decision, refuse
from council.access import can_record, prepared_assemblies
from council.models import AnnouncedWithdrawal, DeclaredInterest

if TYPE_CHECKING:
    from accounts.actor import Actor
    from accounts.models import Organisation, Person


def own_interests(person: Person, organisation: Organisation) -> QuerySet[DeclaredInterest]:
    """What this person declared here. There is no other list: no role opens somebody else's."""
    return DeclaredInterest.objects.filter(person=person, organisation=organisation).order_by("pk")


def can_read_interest(person: Person, interest: DeclaredInterest) -> Decision:
    """Row twin of `own_interests`."""
    if interest.person_id == person.pk:
        return ALLOWED
    return refuse("Cette liste n’appartient qu’à la personne qui l’a écrite.")


def announced_withdrawals(actor: Actor) -> QuerySet[AnnouncedWithdrawal]:
    """What members announced to whoever records the session, until it is over. The mayor and the
    other members learn it in session, when it is said."""
    return AnnouncedWithdrawal.objects.filter(
        organisation=actor.organisation,
        item__assembly__in=prepared_assemblies(actor),
        item__meeting__convened_at__isnull=False,
        item__meeting__adjourned_at__isnull=True,
        item__meeting__cancelled_at__isnull=True,
    )


def can_see_withdrawal(actor: Actor, told: AnnouncedWithdrawal) -> Decision:
    """Row twin of `announced_withdrawals`."""
    meeting = told.item.meeting
    refused = refuse("Ce que ce membre annonce ne s’adresse qu’au secrétariat de la séance.")
    if told.organisation_id != actor.organisation.pk or meeting is None:
        return refused
    if meeting.convened_at is None or meeting.adjourned_at or meeting.cancelled_at:
        return refused
    return ALLOWED if can_record(actor, meeting) else refused
