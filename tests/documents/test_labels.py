"""Types and tags: named by the DGS, put by editors, walled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from config.lib.access import Refused
from documents.models import Document, DocumentTag, DocumentType, Tag
from documents.services import labels
from documents.services.refusals import LabelInUse, LabelTaken, LabelUnknown
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]


def _tag(tree: Tree, label: str = "Urgent") -> Tag:
    return labels.create_label(actor=tree.cast.dgs, kind=Tag, label=label, now=tree.cast.now)


def _type(tree: Tree, label: str = "Contrat") -> DocumentType:
    return labels.create_label(
        actor=tree.cast.dgs, kind=DocumentType, label=label, now=tree.cast.now
    )


def test_a_label_is_named_once_by_the_dgs_alone(tree: Tree) -> None:
    _tag(tree, "Urgent")
    with pytest.raises(LabelTaken):
        _tag(tree, "  URGENT ")
    with pytest.raises(Refused):
        labels.create_label(
            actor=tree.cast.actor(tree.cast.julien), kind=Tag, label="Moi", now=tree.cast.now
        )


def test_what_is_in_use_is_retired_and_not_removed(tree: Tree) -> None:
    tag, kind, document = _tag(tree), _type(tree), tree.file()
    labels.describe_document(
        actor=tree.cast.actor(tree.cast.julien), document=document, type=kind, tags=[tag],
        now=tree.cast.now,
    )  # fmt: skip
    for label in (tag, kind):
        with pytest.raises(LabelInUse, match="est sur 1\u00a0document"):
            labels.remove_label(actor=tree.cast.dgs, thing=label, now=tree.cast.now)
    labels.change_label(
        actor=tree.cast.dgs, thing=tag, label="Pressé", retired=True, now=tree.cast.now
    )
    assert [t.label for t in document.tags.all()] == ["Pressé"]
    assert not Tag.objects.filter(retired=False).exists()
    labels.describe_document(
        actor=tree.cast.dgs, document=document, type=None, tags=[], now=tree.cast.now
    )
    for label in (tag, kind):
        labels.remove_label(actor=tree.cast.dgs, thing=label, now=tree.cast.now)
    assert not DocumentType.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("nadia", 200), ("julien", 200), ("claire", 403), ("karim", 403), ("michel", 404),
     ("sophie", 404)],
)  # fmt: skip
def test_who_labels_a_document(tree: Tree, client_of: ClientOf, who: str, status: int) -> None:
    tag, document = _tag(tree), tree.file()
    client = client_of(getattr(tree.cast, who))
    address = reverse("documents:document-labels", args=["saint-aubin", document.uid])
    assert client.get(address).status_code == status
    client.post(address, {"tags": [tag.pk]})
    assert DocumentTag.objects.exists() is (status == 200)


def test_rows_and_the_page_show_them(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    client = client_of(tree.cast.julien)
    address = reverse("documents:document-labels", args=["saint-aubin", document.uid])
    client.post(
        address, {"type": _type(tree).pk, "tags": [_tag(tree).pk, _tag(tree, "À signer").pk]}
    )
    page = client.get(reverse("documents:document", args=["saint-aubin", document.uid]))
    assert page.context["tags"] == ["À signer", "Urgent"]
    assert "Contrat" in page.content.decode()
    (row,) = client.get(
        reverse("documents:folder", args=["saint-aubin", tree.urbanisme.uid])
    ).context["rows"]
    assert row.tags == ("À signer", "Urgent")
    assert row.meta.startswith("Contrat · ")


def test_several_documents_at_once_skip_what_is_not_editable(
    tree: Tree, client_of: ClientOf
) -> None:
    tag, old = _tag(tree), _tag(tree, "Vieux")
    one, two = tree.file("un.txt"), tree.file("deux.txt", b"2")
    secret = tree.file("acte.txt", b"3", by=tree.cast.claire, folder=tree.secret)
    labels.describe_document(
        actor=tree.cast.dgs, document=one, type=None, tags=[old], now=tree.cast.now
    )
    client = client_of(tree.cast.julien)
    keys = [f"d:{one.uid}", f"d:{two.uid}", f"f:{tree.urbanisme.uid}", f"d:{secret.uid}"]
    address = reverse("documents:bulk-label", args=["saint-aubin"])
    page = client.get(address, {"choix": keys})
    assert page.context["skipped"] == 1  # the folder; the secret one is not even counted
    answer = client.post(address, {"choix": keys, "add": [tag.pk], "remove": [old.pk]}, follow=True)
    assert [str(m) for m in answer.context["messages"]] == ["2\u00a0documents ont changé."]
    assert {d.title: [t.label for t in d.tags.all()] for d in Document.objects.all()} == {
        "un.txt": ["Urgent"], "deux.txt": ["Urgent"], "acte.txt": [],
    }  # fmt: skip
    both = client.post(address, {"choix": keys, "add": [tag.pk], "remove": [tag.pk]})
    assert both.status_code == 422


def test_labels_of_another_commune_are_not_offered_nor_taken(
    tree: Tree, client_of: ClientOf
) -> None:
    theirs = Tag.objects.create(
        organisation=tree.cast.valmorel,
        label="Chez eux",
        name_key="chez eux",
        sort_label="chez eux",
    )
    document = tree.file()
    client = client_of(tree.cast.julien)
    address = reverse("documents:document-labels", args=["saint-aubin", document.uid])
    assert "Chez eux" not in client.get(address).content.decode()
    assert client.post(address, {"tags": [theirs.pk]}).status_code == 422
    with pytest.raises(LabelUnknown):
        labels.label_documents(
            actor=tree.cast.dgs, documents=[document], add=[theirs], now=tree.cast.now
        )
    with pytest.raises(IntegrityError, match="wall_"), transaction.atomic():
        _cross(tree.cast.saint_aubin, document, theirs)


def _cross(organisation: Organisation, document: Document, tag: Tag) -> None:
    DocumentTag.objects.create(organisation=organisation, document=document, tag=tag)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_dgs_names_them_in_the_administration(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.nadia)
    at = "/c/saint-aubin/admin/documents/tag/"
    client.post(f"{at}add/", {"label": "À relire"})
    tag = Tag.objects.get()
    assert tag.organisation == tree.cast.saint_aubin
    assert "À relire" in client.get(at).content.decode()
    client.post(f"{at}{tag.pk}/change/", {"label": "Relu", "retired": "on"})
    tag.refresh_from_db()
    assert (tag.label, tag.retired) == ("Relu", True)
    assert client_of(tree.cast.julien).get(at).status_code == 403
    elsewhere = client_of(tree.cast.sophie)
    assert elsewhere.get(f"/c/valmorel/admin/documents/tag/{tag.pk}/change/").status_code == 404
    client.post(f"{at}{tag.pk}/delete/", {"post": "yes"})
    assert not Tag.objects.exists()


def test_the_usual_ones_are_offered_once(tree: Tree) -> None:
    made = labels.offer_usual(actor=tree.cast.dgs, now=tree.cast.now)
    assert made == len(labels.USUAL_TYPES) + len(labels.USUAL_TAGS)
    assert labels.offer_usual(actor=tree.cast.dgs, now=tree.cast.now) == 0
