"""Commenting a document, and calling somebody's attention to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.access import visible_people
from accounts.actor import Actor
from accounts.models import Person
from accounts.notifications import notify
from config.lib.access import ALLOWED, Decision, refuse, require
from config.lib.text import fold
from documents import audit
from documents.access import can_comment, can_manage, comment_readers_of, domain_id_of
from documents.enums import CommentReaders, Role
from documents.models import Comment, Document, EarlierComment, Folder
from documents.services.locking import lock_and_reread
from documents.services.reach import roles_in
from documents.services.refusals import Refusal
from documents.services.telling import tell

MENTION = "documents.mention"
COMMENTED = "documents.comment_created"
REPLIED = "documents.comment_replied"


class NothingSaid(Refusal):
    """An empty comment."""


class ThreadClosed(Refusal):
    """The thread is resolved, or what it answered to is gone."""


class NoSuchPage(Refusal):
    """The document has no such page."""


@transaction.atomic
def add_comment(
    *,
    actor: Actor,
    document: Document,
    text: str,
    now: datetime,
    page: int | None = None,
    thread: Comment | None = None,
) -> Comment:
    """Say something about the current version, or answer in a thread.

    Raises Refused, NothingSaid, NoSuchPage or ThreadClosed. Those called by "@Prénom Nom" are told
    when they can see it; a name that cannot is left as written, and nobody learns that it exists.
    """
    document = _document(actor, document.pk)
    require(can_comment(actor, document))
    said = text.strip()
    if not said or document.current_version is None:
        raise NothingSaid("Écrivez votre commentaire.")
    root = None
    if thread is not None:
        root = Comment.objects.select_for_update(of=("self",)).get(
            pk=thread.thread_id or thread.pk, document=document
        )
        if root.resolved_at is not None:
            raise ThreadClosed("Cet échange est résolu. Rouvrez-le pour y répondre.")
    pages = document.current_version.page_count
    if page is not None and (root is not None or (pages is not None and page > pages)):
        raise NoSuchPage(f"Ce document n’a pas de page {page}.")
    comment = Comment.objects.create(
        organisation=actor.organisation,
        document=document,
        version=document.current_version,
        thread=root,
        page=page,
        author=actor.person,
        text=said,
        created_at=now,
    )
    tell(actor, audit.COMMENT_ADDED, document, now=now, data={"comment": str(comment.uid)})
    called = mentioned(actor, document, said)
    _call(actor, document, called, now)
    talking = _talking(root) if root is not None else []
    told = {person.pk for person in called}
    _news(
        REPLIED,
        actor,
        document,
        [person for person in talking if person.pk not in told],
        "parce que vous participez à cet échange",
        now,
    )
    told |= {person.pk for person in talking}
    if document.created_by is not None and document.created_by.pk not in told:
        _news(
            COMMENTED,
            actor,
            document,
            [document.created_by],
            "parce que vous avez déposé ce document",
            now,
        )
    return comment


@transaction.atomic
def edit_comment(*, actor: Actor, comment: Comment, text: str, now: datetime) -> Comment:
    """Change one's own words; what they said stays readable behind "modifié". Raises Refused or
    NothingSaid."""
    comment, document = _own(actor, comment)
    said = text.strip()
    if not said:
        raise NothingSaid("Écrivez votre commentaire, ou supprimez-le.")
    if said == comment.text:
        return comment
    before = comment.text
    EarlierComment.objects.create(
        organisation=actor.organisation,
        comment=comment,
        text=before,
        written_at=comment.edited_at or comment.created_at,
    )
    comment.text = said
    comment.edited_at = now
    comment.save(update_fields=["text", "edited_at"])
    tell(actor, audit.COMMENT_EDITED, document, now=now, data={"comment": str(comment.uid)})
    already = {person.pk for person in mentioned(actor, document, before)}
    called = [p for p in mentioned(actor, document, said) if p.pk not in already]
    _call(actor, document, called, now)
    return comment


@transaction.atomic
def delete_comment(*, actor: Actor, comment: Comment, now: datetime) -> None:
    """Take one's own words back, the earlier ones too: that they were said, and when, stays.

    Raises Refused.
    """
    comment, document = _own(actor, comment)
    comment.earlier.all().delete()
    comment.text = ""
    comment.deleted_at = now
    comment.save(update_fields=["text", "deleted_at"])
    tell(actor, audit.COMMENT_DELETED, document, now=now, data={"comment": str(comment.uid)})


@transaction.atomic
def settle_thread(*, actor: Actor, comment: Comment, resolved: bool, now: datetime) -> Comment:
    """Say that a thread is resolved, or open it again: anyone who may comment. Raises Refused."""
    document = _document(actor, comment.document_id)
    require(can_comment(actor, document))
    root = Comment.objects.select_for_update(of=("self",)).get(
        pk=comment.thread_id or comment.pk, organisation=actor.organisation
    )
    if (root.resolved_at is not None) == resolved:
        return root
    root.resolved_at = now if resolved else None
    root.resolved_by = actor.person if resolved else None
    root.save(update_fields=["resolved_at", "resolved_by"])
    verb = audit.THREAD_RESOLVED if resolved else audit.THREAD_REOPENED
    tell(actor, verb, document, now=now, data={"comment": str(root.uid)})
    return root


@transaction.atomic
def set_comment_readers(
    *, actor: Actor, folder: Folder, readers: CommentReaders, now: datetime
) -> None:
    """Say who sees the comments below a folder, until one further down says otherwise.

    Raises Refused for who does not manage the rights here.
    """
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_manage(actor, folder))
    if folder.comment_readers == readers:
        return
    folder.comment_readers = readers
    folder.save(update_fields=["comment_readers"])
    tell(actor, audit.COMMENT_READERS_SET, folder, now=now, data={"readers": readers.value})


def can_change(actor: Actor, comment: Comment) -> Decision:
    """Who changes or deletes a comment: its author, while they may comment the document."""
    allowed = can_comment(actor, comment.document)
    if not allowed:
        return allowed
    if comment.author_id != actor.person.pk or comment.deleted_at is not None:
        return refuse("Chacun modifie ou supprime ses propres commentaires.")
    return ALLOWED


def audience(actor: Actor, document: Document) -> list[Person]:
    """Those who see the comments of a document, in the order of their names."""
    hidden = comment_readers_of(document.folder)[0] == CommentReaders.COMMENTERS
    least = Role.COMMENTER if hidden else Role.READER
    roles = roles_in(domain_id_of(document), organisation=actor.organisation, day=actor.today)
    seeing = [person for person, role in roles.items() if role >= least]
    people = visible_people(actor).filter(pk__in=seeing)
    return list(people.order_by("family_name", "given_name", "pk"))


def mentioned(actor: Actor, document: Document, text: str) -> list[Person]:
    """The people called in a text, among those who see it."""
    if "@" not in text:
        return []
    folded = fold(text)
    return [
        person
        for person in audience(actor, document)
        if re.search(rf"@{re.escape(fold(person.full_name))}(?!\w)", folded)
    ]


def _document(actor: Actor, pk: int) -> Document:
    return Document.objects.select_related("folder", "current_version", "created_by").get(
        pk=pk, organisation=actor.organisation
    )


def _own(actor: Actor, comment: Comment) -> tuple[Comment, Document]:
    """One's own comment under lock, with its document, which one must still be able to comment."""
    document = _document(actor, comment.document_id)
    comment = Comment.objects.select_for_update(of=("self",)).get(
        pk=comment.pk, organisation=actor.organisation
    )
    require(can_change(actor, comment))
    return comment, document


def _talking(root: Comment) -> list[Person]:
    """Those who have spoken in a thread and have not taken it back."""
    said = Comment.objects.filter(thread=root, deleted_at=None)
    authors = [root.author_id, *said.values_list("author_id", flat=True)]
    return list(Person.objects.filter(pk__in=authors).order_by("pk"))


def _call(actor: Actor, document: Document, people: Iterable[Person], now: datetime) -> None:
    notify(
        MENTION,
        organisation=actor.organisation,
        recipients=people,
        group_key=f"document:mention:{document.uid}",
        now=now,
        actor=actor,
        object_uid=document.uid,
        reason="parce que vous êtes cité",
    )


def _news(
    kind: str,
    actor: Actor,
    document: Document,
    people: Iterable[Person],
    reason: str,
    now: datetime,
) -> None:
    notify(
        kind,
        organisation=actor.organisation,
        recipients=people,
        group_key=f"document:comments:{document.uid}",
        now=now,
        actor=actor,
        object_uid=document.uid,
        reason=reason,
    )
