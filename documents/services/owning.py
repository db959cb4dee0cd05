"""Who answers for a document: one person, handed over when they leave."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.models import Person
from config.lib.access import require
from documents import audit
from documents.access import can_edit, domain_id_of
from documents.enums import Role
from documents.models import Document
from documents.services.locking import lock_organisation, reread
from documents.services.reach import roles_in
from documents.services.refusals import Refusal
from documents.services.telling import tell


class CannotAnswerForIt(Refusal):
    """The person may not change the document: they could not look after it."""


def may_own(actor: Actor, document: Document) -> QuerySet[Person]:
    """Those who could answer for a document: who may change it today."""
    roles = roles_in(domain_id_of(document), organisation=actor.organisation, day=actor.today)
    able = [person for person, role in roles.items() if role >= Role.EDITOR]
    return Person.objects.filter(pk__in=able).order_by("family_name", "given_name", "pk")


@transaction.atomic
def hand_document(*, actor: Actor, document: Document, owner: Person, now: datetime) -> Document:
    """Make somebody else answer for a document. Raises Refused or CannotAnswerForIt."""
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    require(can_edit(actor, document))
    if not may_own(actor, document).filter(pk=owner.pk).exists():
        raise CannotAnswerForIt(
            f"{owner.full_name} ne peut pas modifier ce document : donnez-lui d’abord ce droit."
        )
    if document.owner_id == owner.pk:
        return document
    document.owner = owner
    document.save(update_fields=["owner"])
    tell(actor, audit.DOCUMENT_HANDED, document, now=now, data={"to": str(owner.uid)})
    return document


def owned(actor: Actor, person: Person) -> QuerySet[Document]:
    """What a person answers for in the acting organisation, out of the trash."""
    return Document.objects.filter(organisation=actor.organisation, owner=person).live()


def hand_all(actor: Actor, person: Person, to: Person, now: datetime) -> int:
    """All that a person owns to another, whoever may see it: ownership gives no right by itself.

    Within the transaction and the checks of `accounts.services.handing_over`.
    """
    return Document.objects.filter(organisation=actor.organisation, owner=person).update(owner=to)
