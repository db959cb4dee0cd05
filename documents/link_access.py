"""Who may do what with links and with requests for access."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from config.lib.access import Decision, refuse
from documents.access import can_manage, readable_domains
from documents.enums import Role
from documents.models import AccessRequest, Document, Folder


def behind_link(actor: Actor, uid: UUID) -> Folder | Document | None:
    """What an internal link leads to, readable or not: its name is not for whoever may not read it.

    Only within the acting organisation, only what is alive: a member who holds this identifier was
    given it, for it cannot be guessed.
    """
    folder: Folder | None = Folder.objects.filter(
        organisation=actor.organisation, uid=uid, trashed_at=None
    ).first()
    if folder is not None:
        return folder
    return (
        Document.objects.filter(organisation=actor.organisation, uid=uid)
        .live()
        .select_related("folder")
        .first()
    )


def requests_to_answer(actor: Actor) -> QuerySet[AccessRequest]:
    """Requests that wait for this person: they manage what is asked for; or, when nobody did, they
    belong to the direction, who may take it over."""
    managed = readable_domains(actor, Role.MANAGER)
    mine = Q(effective_domain__in=managed)
    if actor.is_dgs:
        mine |= Q(to_direction=True)
    return (
        AccessRequest.objects.filter(organisation=actor.organisation, answered_at=None)
        .filter(
            Q(folder__trashed_at=None, folder__isnull=False)
            | Q(
                document__trashed_at=None, document__folder__trashed_at=None, document__isnull=False
            )
        )
        .alias(
            effective_domain=Coalesce(
                "folder__domain_id", "document__own_domain_id", "document__folder__domain_id"
            )
        )
        .filter(mine)
        .exclude(person=actor.person)
        .select_related("person", "folder", "document__folder")
    )


def can_answer(actor: Actor, request: AccessRequest) -> Decision:
    """Who gives or refuses: whoever manages the rights of what is asked for."""
    if request.person_id == actor.person.pk:
        return refuse("On ne répond pas à sa propre demande.")
    return can_manage(actor, request.target)
