"""Who may do what with people, teams and organisations."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from accounts.models import Membership, Organisation, Person, Team
from config.lib.access import ALLOWED, Decision, refuse


def can_administer(actor: Actor) -> Decision:
    """Who edits memberships, teams, mandates and rights:

    - a current member of the organisation's DGS team, in their own organisation only.
    """
    if actor.is_dgs:
        return ALLOWED
    return refuse("Seule la direction générale peut modifier les personnes et les équipes.")


def can_edit_identity(actor: Actor, person: Person) -> Decision:
    """Who changes a person's identity (e-mail, identifier, password):

    - the person; nobody else: else the DGS of one commune could take over a person of another.
    """
    if actor.person.pk == person.pk:
        return ALLOWED
    return refuse("Chacun modifie lui-même son adresse et son mot de passe.")


def can_correct_contact(actor: Actor, person: Person) -> Decision:
    """Who corrects the contact details of somebody else:

    - the DGS, for a person who never signs in and belongs to no other organisation.
    """
    if not actor.is_dgs:
        return can_administer(actor)
    elsewhere = Membership.objects.filter(person=person).exclude(organisation=actor.organisation)
    if person.identifier or elsewhere.exists():
        return refuse("Cette personne gère elle-même ses coordonnées depuis son compte.")
    return ALLOWED


def can_view_as(actor: Actor, person: Person) -> Decision:
    """Who may look at the documents as somebody else:

    - the DGS team, for a colleague of the acting organisation, not while already doing so;
    - never as the host nor as a technical account: that would be looking upwards.
    """
    if not actor.is_dgs or actor.viewed_by is not None:
        return refuse("Seule la direction générale peut voir comme une autre personne.")
    if person.pk == actor.person.pk:
        return refuse("C’est déjà ce que vous voyez.")
    if person.is_staff or person.is_superuser or not can_see_person(actor, person):
        return refuse("On ne peut pas voir comme cette personne.")
    return ALLOWED


def visible_people(actor: Actor) -> QuerySet[Person]:
    """The directory: people who belong to the acting organisation today."""
    current = Membership.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gte=actor.today),
        organisation=actor.organisation,
        from_date__lte=actor.today,
    )
    return Person.objects.filter(pk__in=current.values("person"), is_technical=False)


def can_see_person(actor: Actor, person: Person) -> Decision:
    """Row twin of `visible_people`."""
    if visible_people(actor).filter(pk=person.pk).exists():
        return ALLOWED
    return refuse("Cette personne n’appartient pas à l’organisation.")


def visible_teams(actor: Actor) -> QuerySet[Team]:
    """Teams of the acting organisation that are not archived."""
    return Team.objects.filter(organisation=actor.organisation, archived_at=None)


def own_organisations(person: Person, now: object) -> QuerySet[Organisation]:
    """Where this person may act today."""
    return Organisation.objects.all().with_current_member(person, now).order_by("name")
