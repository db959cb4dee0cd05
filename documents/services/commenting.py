"""Commenting a document, and calling somebody's attention to it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.access import visible_people
from accounts.actor import Actor
from accounts.models import Person
from accounts.notifications import notify
from config.lib.access import require
from config.lib.text import fold
from documents import audit
from documents.access import can_comment, domain_id_of
from documents.enums import Role
from documents.models import Comment, Document
from documents.services.reach import roles_in
from documents.services.refusals import Refusal
from documents.services.telling import tell

MENTION = "documents.mention"
COMMENTED = "documents.comment_created"


class NothingSaid(Refusal):
    """An empty comment."""


@transaction.atomic
def add_comment(*, actor: Actor, document: Document, text: str, now: datetime) -> Comment:
    """Say something about the current version. Raises Refused or NothingSaid.

    Those called by "@Prénom Nom" are told when they can read the document; a name that cannot is
    left as written, and nobody learns that it exists.
    """
    document = Document.objects.select_related("folder", "current_version").get(
        pk=document.pk, organisation=actor.organisation
    )
    require(can_comment(actor, document))
    said = text.strip()
    if not said or document.current_version is None:
        raise NothingSaid("Écrivez votre commentaire.")
    comment = Comment.objects.create(
        organisation=actor.organisation,
        document=document,
        version=document.current_version,
        author=actor.person,
        text=said,
        created_at=now,
    )
    tell(actor, audit.COMMENT_ADDED, document, now=now, data={"comment": str(comment.uid)})
    called = mentioned(actor, document, said)
    notify(
        MENTION,
        organisation=actor.organisation,
        recipients=called,
        group_key=f"document:mention:{document.uid}",
        now=now,
        actor=actor,
        object_uid=document.uid,
        reason="parce que vous êtes cité",
    )
    if document.created_by is not None and document.created_by not in called:
        notify(
            COMMENTED,
            organisation=actor.organisation,
            recipients=[document.created_by],
            group_key=f"document:comments:{document.uid}",
            now=now,
            actor=actor,
            object_uid=document.uid,
            reason="parce que vous avez déposé ce document",
        )
    return comment


def mentioned(actor: Actor, document: Document, text: str) -> list[Person]:
    """The people called in a text, among those who can read the document."""
    if "@" not in text:
        return []
    folded = fold(text)
    roles = roles_in(domain_id_of(document), organisation=actor.organisation, day=actor.today)
    readers = visible_people(actor).filter(
        pk__in=[person for person, role in roles.items() if role >= Role.READER]
    )
    return [p for p in readers.order_by("pk") if f"@{fold(p.full_name)}" in folded]
