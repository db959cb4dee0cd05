"""Threads of comments: answering, changing, deleting, resolving, and who sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notification, Person
from config.lib.access import Refused
from documents.access import (
    can_see_comments,
    open_threads,
    role_annotation,
    said_readers,
    visible_documents,
    waiting_threads,
    with_visible_comments,
)
from documents.enums import CommentReaders, Role
from documents.models import Comment, Document
from documents.services import commenting, folders, rights
from documents.services.commenting import NoSuchPage, ThreadClosed, add_comment
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
ORG = "saint-aubin"


def _url(name: str, uid: object) -> str:
    return reverse(f"documents:{name}", args=[ORG, uid])


def _say(
    tree: Tree, document: Document, text: str = "Vu.", by: Person | None = None, **more: object
) -> Comment:
    actor = tree.cast.actor(by or tree.cast.karim)
    return add_comment(actor=actor, document=document, text=text, now=tree.cast.now, **more)  # type: ignore[arg-type]


def _told(person: object) -> list[str]:
    return sorted(Notification.objects.filter(person=person).values_list("kind", flat=True))


def test_an_answer_joins_its_thread_and_tells_those_who_talk(tree: Tree) -> None:
    document = tree.file()
    thread = _say(tree, document)
    first = _say(tree, document, "Moi aussi.", tree.cast.nadia, thread=thread)
    # An answer to an answer stays in the same thread.
    second = _say(tree, document, "Parfait.", tree.cast.julien, thread=first)
    assert (first.thread, second.thread) == (thread, thread)
    assert _told(tree.cast.karim) == ["documents.comment_replied"]
    assert _told(tree.cast.nadia) == ["documents.comment_replied"]


def test_a_resolved_thread_is_reopened_before_one_answers(tree: Tree) -> None:
    document = tree.file()
    thread = _say(tree, document)
    nadia = tree.cast.dgs
    commenting.settle_thread(actor=nadia, comment=thread, resolved=True, now=tree.cast.now)
    with pytest.raises(ThreadClosed):
        _say(tree, document, "Encore.", thread=thread)
    commenting.settle_thread(actor=nadia, comment=thread, resolved=False, now=tree.cast.now)
    assert _say(tree, document, "Encore.", thread=thread).thread == thread


def test_a_page_that_does_not_exist_has_no_comment(tree: Tree, run_jobs: Callable[[], int]) -> None:
    document = tree.file()
    run_jobs()
    with pytest.raises(NoSuchPage):
        _say(tree, document, page=2)
    assert _say(tree, document, page=1).page == 1


def test_what_one_wrote_before_is_kept_and_shown(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    comment = _say(tree, document, "Premier jet")
    client = client_of(tree.cast.karim)
    assert client.post(_url("comment-edit", comment.uid), {"text": "Second"}).status_code == 302
    page = client_of(tree.cast.claire).get(_url("comments", document.uid)).content.decode()
    assert "Second" in page
    assert "modifié" in page
    assert "Premier jet" in page


def test_an_edit_calls_only_those_who_were_not_called_yet(tree: Tree) -> None:
    document = tree.file()
    comment = _say(tree, document, "@Claire Fontaine ?")
    commenting.edit_comment(
        actor=tree.cast.actor(tree.cast.karim),
        comment=comment,
        text="@Claire Fontaine et @Nadia Morel ?",
        now=tree.cast.now,
    )
    assert Notification.objects.get(person=tree.cast.claire).count == 1
    assert _told(tree.cast.nadia) == ["documents.mention"]


def test_a_longer_name_is_not_a_call(tree: Tree) -> None:
    _say(tree, tree.file(), "@Claire Fontainebleau")
    assert _told(tree.cast.claire) == []


def test_deleted_words_leave_a_place_and_no_words(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    comment = _say(tree, document, "Secret de polichinelle")
    client = client_of(tree.cast.karim)
    client.post(_url("comment-edit", comment.uid), {"text": "Autre secret"})
    _say(tree, document, "Réponse.", tree.cast.nadia, thread=comment)
    client.post(_url("comment-delete", comment.uid))
    page = client.get(_url("comments", document.uid)).content.decode()
    assert "Commentaire supprimé par son auteur" in page
    assert "secret" not in page.lower()
    assert "Réponse." in page
    assert not comment.earlier.exists()


@pytest.mark.parametrize("name", ["comment-edit", "comment-delete"])
def test_only_its_author_changes_a_comment(tree: Tree, client_of: ClientOf, name: str) -> None:
    comment = _say(tree, tree.file())
    for person in (tree.cast.nadia, tree.cast.julien, tree.cast.claire):
        assert client_of(person).post(_url(name, comment.uid), {"text": "Non"}).status_code == 403
    for person in (tree.cast.jeanne, tree.cast.sophie):
        assert client_of(person).post(_url(name, comment.uid), {"text": "Non"}).status_code == 404
    comment.refresh_from_db()
    assert comment.text == "Vu."


@pytest.mark.parametrize(
    ("who", "answer"),
    [("nadia", 302), ("julien", 302), ("karim", 302), ("claire", 403), ("jeanne", 404)],
)
def test_who_comments_answers_and_resolves(
    tree: Tree, client_of: ClientOf, who: str, answer: int
) -> None:
    comment = _say(tree, tree.file())
    client = client_of(getattr(tree.cast, who))
    assert client.post(_url("comment-reply", comment.uid), {"text": "Oui"}).status_code == answer
    assert client.post(_url("comment-settle", comment.uid)).status_code == answer
    comment.refresh_from_db()
    assert (comment.resolved_at is not None) is (answer == 302)


def test_a_commenter_does_not_change_the_document(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    client = client_of(tree.cast.karim)
    for name in ("version-add", "document-rename", "document-trash"):
        assert client.post(_url(name, document.uid), {"name": "x"}).status_code == 403


def test_a_comment_of_another_commune_does_not_exist(tree: Tree, client_of: ClientOf) -> None:
    comment = _say(tree, tree.file())
    address = reverse("documents:comment-reply", args=["valmorel", comment.uid])
    assert client_of(tree.cast.karim).post(address, {"text": "x"}).status_code == 404


# -- who sees them ---------------------------------------------------------------------------------


def _hide(tree: Tree, readers: str = CommentReaders.COMMENTERS, folder: object = None) -> None:
    commenting.set_comment_readers(
        actor=tree.cast.dgs,
        folder=folder or tree.urbanisme,  # type: ignore[arg-type]
        readers=CommentReaders(readers),
        now=tree.cast.now,
    )


def _seen_by(tree: Tree, who: str, document: Document) -> bool:
    """Whether the person sees the comments; the decision, its list twin and the count agree."""
    actor = tree.cast.actor(getattr(tree.cast, who))
    fresh = Document.objects.select_related("folder").get(pk=document.pk)
    decided = bool(can_see_comments(actor, fresh))
    assert decided == with_visible_comments(actor).filter(pk=document.pk).exists()
    counted = (
        visible_documents(actor)
        .select_related("folder")
        .annotate(role=role_annotation(actor, Document), said_readers=said_readers())
        .annotate(waiting_threads=waiting_threads())
        .filter(pk=document.pk)
        .first()
    )
    assert (counted is not None and open_threads(counted) == 1) is decided
    return decided


@pytest.mark.parametrize("who", ["nadia", "julien", "karim", "claire", "jeanne", "michel"])
@pytest.mark.parametrize("said", ["", "readers", "commenters"])
def test_a_folder_may_keep_its_comments_to_those_who_comment(
    tree: Tree, who: str, said: str
) -> None:
    document = tree.file()
    _say(tree, document)
    _hide(tree, said)
    readers = {"claire"} if said != CommentReaders.COMMENTERS else set()
    assert _seen_by(tree, who, document) is (who in {"nadia", "julien", "karim"} | readers)


def test_the_nearest_folder_that_says_something_decides(tree: Tree) -> None:
    inside = folders.create_folder(
        actor=tree.cast.dgs, parent=tree.urbanisme, name="PLU", now=tree.cast.now
    )
    document = tree.file(folder=inside)
    _say(tree, document)
    _hide(tree, folder=tree.root)
    assert not _seen_by(tree, "claire", document)
    _hide(tree, CommentReaders.READERS, folder=tree.urbanisme)
    assert _seen_by(tree, "claire", document)
    _hide(tree, CommentReaders.COMMENTERS, folder=inside)
    assert not _seen_by(tree, "claire", document)
    _hide(tree, CommentReaders.AS_ABOVE, folder=inside)
    assert _seen_by(tree, "claire", document)


def test_hidden_comments_are_hidden_from_pages_messages_and_counts(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file()
    _say(tree, document, "@Claire Fontaine : confidence")
    assert _told(tree.cast.claire) == ["documents.mention"]
    client = client_of(tree.cast.claire)
    inbox = reverse("accounts:inbox", args=[ORG])
    assert "note.txt" in client.get(inbox).content.decode()
    _hide(tree)
    page = client.get(_url("comments", document.uid)).content.decode()
    assert "confidence" not in page
    assert "réservés aux personnes" in page
    assert "tab__count" not in page
    assert "note.txt" not in client.get(inbox).content.decode()
    # Called again, she is not told: she could not see it.
    Notification.objects.all().delete()
    _say(tree, document, "@Claire Fontaine : encore")
    assert _told(tree.cast.claire) == []
    comment = Comment.objects.order_by("pk")[0]
    assert client.get(_url("comment-edit", comment.uid)).status_code == 403


@pytest.mark.parametrize(
    ("who", "answer"), [("nadia", 302), ("julien", 403), ("claire", 403), ("jeanne", 404)]
)
def test_who_manages_a_folder_says_who_sees_its_comments(
    tree: Tree, client_of: ClientOf, who: str, answer: int
) -> None:
    client = client_of(getattr(tree.cast, who))
    address = _url("folder-comments", tree.urbanisme.uid)
    assert client.post(address, {"readers": "commenters"}).status_code == answer
    tree.urbanisme.refresh_from_db()
    assert tree.urbanisme.comment_readers == ("commenters" if answer == 302 else "")
    with pytest.raises(Refused):
        commenting.set_comment_readers(
            actor=tree.cast.actor(tree.cast.julien),
            folder=tree.urbanisme,
            readers=CommentReaders.READERS,
            now=tree.cast.now,
        )


def test_a_lost_right_hides_the_thread(tree: Tree, client_of: ClientOf) -> None:
    comment = _say(tree, tree.file())
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.finances,
        role=Role.NONE,
        now=tree.cast.now,
    )
    client = client_of(tree.cast.karim)
    assert client.post(_url("comment-edit", comment.uid), {"text": "x"}).status_code == 404


def test_a_thread_never_crosses_the_wall(tree: Tree) -> None:
    ours = _say(tree, tree.file())
    sophie = tree.cast.actor(tree.cast.sophie, tree.cast.valmorel)
    theirs = tree.file(
        "ailleurs.txt",
        b"x",
        by=tree.cast.sophie,
        folder=tree.valmorel,
        organisation=tree.cast.valmorel,
    )
    said = add_comment(actor=sophie, document=theirs, text="Vu.", now=tree.cast.now)
    with pytest.raises(IntegrityError):
        _join(said, ours)


@transaction.atomic
def _join(comment: Comment, thread: Comment) -> None:
    Comment.objects.filter(pk=comment.pk).update(thread=thread)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_page_costs_the_same_for_two_and_thirty_comments(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file()
    for _ in range(2):
        _say(tree, document)
    client = client_of(tree.cast.claire)
    client.get(_url("comments", document.uid))
    with CaptureQueriesContext(connection) as few:
        client.get(_url("comments", document.uid))
    for _ in range(15):
        _say(tree, document, "Oui.", thread=_say(tree, document, by=tree.cast.nadia))
    with CaptureQueriesContext(connection) as many:
        client.get(_url("comments", document.uid))
    assert len(few) == len(many)
