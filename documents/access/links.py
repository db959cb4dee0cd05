"""Who may do what with links and with requests for access."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from accounts.models import Organisation
from config.lib.access import ALLOWED, Decision, refuse
from documents.access.tree import can_edit, can_manage, is_confidential, readable_domains, role_of
from documents.enums import Role
from documents.models import AccessRequest, Document, Folder, LinkPolicy, OutsideLink


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


def policy_of(organisation: Organisation) -> LinkPolicy:
    """What the organisation allows; the defaults when it never said."""
    known = LinkPolicy.objects.filter(organisation=organisation).first()
    return known or LinkPolicy(organisation=organisation)


def can_share(actor: Actor, obj: Folder | Document) -> Decision:
    """Who opens a folder or document to somebody outside:

    - whoever may modify it (or, where the organisation says so, manages its rights);
    - never in a confidential folder, nor below.
    """
    decision = can_edit(actor, obj)
    if not decision:
        return decision
    if is_confidential(obj):
        return refuse("Ce dossier est confidentiel : rien n’en sort par un lien.")
    if role_of(actor, obj) < policy_of(actor.organisation).least_role:
        return refuse(
            "Ici, seules les personnes qui gèrent les droits ouvrent un lien vers l’extérieur."
        )
    return ALLOWED


def visible_links(actor: Actor) -> QuerySet[OutsideLink]:
    """Links that one may know of: one's own, those on what one manages; all, for the direction."""
    links = OutsideLink.objects.filter(organisation=actor.organisation)
    if not actor.is_dgs:
        links = links.alias(
            effective_domain=Coalesce(
                "folder__domain_id", "document__own_domain_id", "document__folder__domain_id"
            )
        ).filter(
            Q(author=actor.person) | Q(effective_domain__in=readable_domains(actor, Role.MANAGER))
        )
    return links.select_related("author", "folder", "document__folder")


def can_revoke(actor: Actor, link: OutsideLink) -> Decision:
    """Who cuts a link: its author, whoever manages the rights there, the direction."""
    if visible_links(actor).filter(pk=link.pk).exists():
        return ALLOWED
    return refuse("Ce lien n’est pas le vôtre.")
