"""Who sees and who changes the deadlines of documents: as with the documents themselves."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from config.lib.access import ALLOWED, Decision
from documents.access.tree import can_edit, can_read, is_trashed, readable_domains
from documents.enums import Role
from documents.models import Deadline
from documents.models.deadline import DeadlineQuerySet


def visible_deadlines(actor: Actor) -> DeadlineQuerySet:
    """Deadlines of the documents that the actor may read, those in the trash left out."""
    on_documents = _on_documents(actor)
    # The alias comes from the function below, out of the type checker's sight.
    return on_documents.filter(effective_domain__in=readable_domains(actor))  # type: ignore[misc]


def followed_deadlines(actor: Actor) -> DeadlineQuerySet:
    """Among the visible ones, those that concern the actor: theirs, and of what they may edit."""
    return visible_deadlines(actor).filter(
        Q(owner=actor.person)
        | Q(owner=None, document__owner=actor.person)
        | Q(effective_domain__in=readable_domains(actor, Role.EDITOR))
    )


def _on_documents(actor: Actor) -> DeadlineQuerySet:
    return Deadline.objects.filter(
        organisation=actor.organisation,
        document__trashed_at=None,
        document__folder__trashed_at=None,
    ).alias(
        effective_domain=Coalesce("document__own_domain_id", "document__folder__domain_id"),
    )


def can_see_deadline(actor: Actor, deadline: Deadline) -> Decision:
    """Whoever may read the document."""
    return can_read(actor, deadline.document)


def can_change_deadline(actor: Actor, deadline: Deadline) -> Decision:
    """Whoever may edit the document."""
    return can_edit(actor, deadline.document)


def can_settle_deadline(actor: Actor, deadline: Deadline) -> Decision:
    """Noting it as done: whoever may edit the document, and who follows it, even as a reader."""
    if (
        deadline.owner_id == actor.person.pk
        and can_read(actor, deadline.document)
        and not is_trashed(deadline.document)
    ):
        return ALLOWED
    return can_edit(actor, deadline.document)
