"""Comments, mentions, and what those who follow a folder are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from accounts.services.following import follow
from config.lib.access import Refused
from config.work import services as work
from config.work.models import Event
from documents.enums import Role
from documents.models import Comment, Document
from documents.services import rights
from documents.services.commenting import NothingSaid, add_comment
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]


def _deliver() -> None:
    for event in Event.objects.filter(deliveries__delivered_at=None).distinct().order_by("pk"):
        work.deliver(event.pk, now=event.at)


def _told(person: object) -> list[str]:
    return sorted(Notification.objects.filter(person=person).values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("who", "may"),
    [("nadia", True), ("julien", True), ("karim", True), ("claire", False), ("jeanne", False)],
)
def test_commenters_comment_and_readers_do_not(tree: Tree, who: str, may: bool) -> None:
    document = tree.file()
    actor = tree.cast.actor(getattr(tree.cast, who))
    if may:
        comment = add_comment(actor=actor, document=document, text="Vu.", now=tree.cast.now)
        assert comment.version == document.current_version
    else:
        with pytest.raises(Refused):
            add_comment(actor=actor, document=document, text="Vu.", now=tree.cast.now)
        assert not Comment.objects.exists()


def test_an_empty_comment_says_so(tree: Tree) -> None:
    with pytest.raises(NothingSaid):
        add_comment(actor=tree.cast.dgs, document=tree.file(), text="  \n", now=tree.cast.now)


def test_those_called_are_told_if_they_can_read(tree: Tree) -> None:
    document = tree.file()
    add_comment(
        actor=tree.cast.dgs,
        document=document,
        text="@claire fontaine, et vous @Jeanne Martin ? @Sophie Bertin aussi.",
        now=tree.cast.now,
    )
    assert _told(tree.cast.claire) == ["documents.mention"]
    assert _told(tree.cast.jeanne) == []  # she cannot read it
    assert _told(tree.cast.sophie) == []  # nor somebody from elsewhere
    assert _told(tree.cast.julien) == ["documents.comment_created"]  # he filed it
    assert _told(tree.cast.nadia) == []  # never one's own act


def test_followers_of_a_folder_above_hear_of_a_new_file_and_of_its_versions(tree: Tree) -> None:
    follow(actor=tree.cast.dgs, object_type="folder", object_uid=tree.root.uid, now=tree.cast.now)
    follow(
        actor=tree.cast.actor(tree.cast.claire),
        object_type="folder",
        object_uid=tree.urbanisme.uid,
        now=tree.cast.now,
    )
    tree.file("note.txt", b"un")
    tree.file("note.txt", b"deux", as_new_version=True)
    _deliver()
    line = Notification.objects.get(person=tree.cast.nadia)
    assert line.count == 2
    assert _told(tree.cast.claire) != []
    assert _told(tree.cast.julien) == []
    _deliver()
    assert Notification.objects.get(person=tree.cast.nadia).count == 2


def test_a_right_lost_before_the_news_leaves_no_trace_of_it(
    tree: Tree, client_of: ClientOf
) -> None:
    claire = tree.cast.actor(tree.cast.claire)
    follow(actor=claire, object_type="folder", object_uid=tree.urbanisme.uid, now=tree.cast.now)
    tree.file("note.txt", b"un")
    _deliver()
    inbox = reverse("accounts:inbox", args=["saint-aubin"])
    assert "note.txt" in client_of(tree.cast.claire).get(inbox).content.decode()
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.etat_civil,
        role=Role.NONE,
        now=tree.cast.now,
    )
    assert "note.txt" not in client_of(tree.cast.claire).get(inbox).content.decode()
    tree.file("autre.txt", b"deux")
    _deliver()
    assert Notification.objects.filter(person=tree.cast.claire).count() == 1


def test_the_page_of_comments_from_each_role(tree: Tree, client_of: ClientOf) -> None:
    document: Document = tree.file()
    address = reverse("documents:comments", args=["saint-aubin", document.uid])
    client = client_of(tree.cast.karim)
    assert client.post(address, {"text": "<b>Gras</b> et @Nadia Morel"}).status_code == 302
    page = client.get(address).content.decode()
    assert "&lt;b&gt;Gras" in page
    reader = client_of(tree.cast.claire)
    assert "Vous pouvez lire" in reader.get(address).content.decode()
    assert reader.post(address, {"text": "Non"}).status_code == 403
    assert client_of(tree.cast.sophie).get(address).status_code == 404
    assert client_of(tree.cast.michel).get(address).status_code == 404


def test_a_folder_is_followed_from_its_page(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.claire)
    address = reverse("documents:folder", args=["saint-aubin", tree.urbanisme.uid])
    assert "Suivre ce dossier" in client.get(address).content.decode()
    client.post(
        reverse("accounts:follow", args=["saint-aubin"]),
        {"type": "folder", "object": tree.urbanisme.uid, "next": address, "follow": "1"},
    )
    assert "Ne plus suivre ce dossier" in client.get(address).content.decode()
