"""What somebody has reserved keeps its name, its place and its labels, by every path; and what
somebody else has moved meanwhile is not moved again unknowingly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from documents.enums import Role
from documents.models import Document, Folder, Reservation, Tag
from documents.services import batches, folders, labels, moving, reserving, rights, trash, undoing
from documents.services.refusals import ReservedByAnother, WorldMovedOn
from tests.documents.drive import drive_of
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
ORG = "saint-aubin"


def _url(name: str, *args: object) -> str:
    return reverse(f"documents:{name}", args=[ORG, *args])


def _hold(tree: Tree, person: Person, document: Document, *, programme: bool = False) -> None:
    reserving.take(
        actor=tree.cast.actor(person),
        document=document,
        until=tree.cast.now + timedelta(hours=2),
        now=tree.cast.now,
        by_programme=programme,
    )


def _folder(tree: Tree, name: str, parent: Folder | None = None) -> Folder:
    return folders.create_folder(
        actor=tree.cast.dgs, parent=parent or tree.urbanisme, name=name, now=tree.cast.now
    )


def _acts(tree: Tree, document: Document, plu: Folder) -> dict[str, Callable[[Person], object]]:
    """Every way to change the document other than by its bytes."""
    actor, now = tree.cast.actor, tree.cast.now
    tag = labels.create_label(actor=tree.cast.dgs, kind=Tag, label="Urgent", now=now)
    return {
        "rename": lambda who: moving.rename_document(
            actor=actor(who), document=document, name="autre.txt", now=now
        ),
        "label": lambda who: labels.describe_document(
            actor=actor(who), document=document, type=None, tags=[tag], now=now
        ),
        "move": lambda who: moving.move_document(
            actor=actor(who), document=document, target=plu, now=now
        ),
        "trash": lambda who: trash.trash_document(actor=actor(who), document=document, now=now),
    }


@pytest.mark.parametrize("act", ["rename", "label", "move", "trash"])
@pytest.mark.parametrize("programme", [False, True])
def test_only_the_holder_names_moves_labels_and_throws_away(
    tree: Tree, act: str, programme: bool
) -> None:
    document, plu = tree.file("note.txt"), _folder(tree, "PLU")
    do = _acts(tree, document, plu)[act]
    _hold(tree, tree.cast.julien, document, programme=programme)
    with pytest.raises(ReservedByAnother) as refused:
        do(tree.cast.nadia)
    # She manages the rights: she is told that she may lift it, and then nothing stands in her way.
    assert "réservé par Julien Petit jusqu’" in str(refused.value)
    assert "levez la réservation" in str(refused.value)
    do(tree.cast.julien)
    assert Reservation.objects.exists() is (act != "trash")


@pytest.mark.parametrize("act", ["rename", "label", "move", "trash"])
def test_a_manager_lifts_it_then_changes_it(tree: Tree, act: str) -> None:
    document, plu = tree.file("note.txt"), _folder(tree, "PLU")
    do = _acts(tree, document, plu)[act]
    _hold(tree, tree.cast.julien, document)
    reserving.break_reservation(actor=tree.cast.dgs, document=document, now=tree.cast.now)
    do(tree.cast.nadia)


def test_an_editor_is_told_whom_to_ask(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt")
    _hold(tree, cast.nadia, document)
    with pytest.raises(ReservedByAnother, match="demandez à qui gère les droits"):
        moving.rename_document(
            actor=cast.actor(cast.julien), document=document, name="autre.txt", now=cast.now
        )


@pytest.mark.parametrize("act", ["rename", "move", "trash"])
def test_a_folder_stays_as_long_as_something_inside_is_held(tree: Tree, act: str) -> None:
    cast, inside, target = tree.cast, _folder(tree, "PLU"), _folder(tree, "Archives")
    document = tree.file("note.txt", folder=_folder(tree, "Plans", inside))

    def do(person: Person) -> None:
        actor = cast.actor(person)
        if act == "rename":
            folders.rename_folder(actor=actor, folder=inside, name="PLUi", now=cast.now)
        elif act == "move":
            folders.move_folder(actor=actor, folder=inside, target=target, now=cast.now)
        else:
            trash.trash_folder(actor=actor, folder=inside, now=cast.now)

    _hold(tree, cast.julien, document)
    with pytest.raises(ReservedByAnother, match="dans ce dossier, est réservé par"):
        do(cast.nadia)
    do(cast.julien)


def test_a_refusal_names_neither_the_document_nor_the_holder_that_one_may_not_know(
    tree: Tree,
) -> None:
    cast, inside = tree.cast, _folder(tree, "PLU")
    document = tree.file("secret.txt", folder=inside)
    _hold(tree, cast.julien, document)
    rights.set_role(
        actor=cast.dgs, obj=inside, principal=cast.karim, role=Role.EDITOR, now=cast.now
    )
    rights.set_role(
        actor=cast.dgs, obj=document, principal=cast.karim, role=Role.NONE, now=cast.now,
        confirmed=True,
    )  # fmt: skip
    with pytest.raises(ReservedByAnother) as refused:
        folders.rename_folder(
            actor=cast.actor(cast.karim), folder=inside, name="PLUi", now=cast.now
        )
    assert "secret" not in str(refused.value)
    assert "Julien" not in str(refused.value)


def test_one_that_has_ended_holds_nothing(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt")
    _hold(tree, cast.julien, document)
    later = cast.now + timedelta(hours=3)
    trash.trash_document(actor=cast.dgs, document=document, now=later)


def test_a_selection_leaves_aside_what_is_held_and_says_why(
    tree: Tree, client_of: ClientOf
) -> None:
    cast, held, free = tree.cast, tree.file("note.txt"), tree.file("plan.txt", b"2")
    plu = _folder(tree, "PLU")
    tag = labels.create_label(actor=cast.dgs, kind=Tag, label="Urgent", now=cast.now)
    _hold(tree, cast.julien, held)
    client = client_of(cast.nadia)
    keys = [f"d:{held.uid}", f"d:{free.uid}"]
    here = {"choix": keys, "dossier": str(tree.urbanisme.uid)}
    for address, more, stayed in (
        (_url("bulk-label"), {"add": [tag.pk]}, "n’a pas changé"),
        (_url("bulk-move"), {"vers": str(plu.uid), "confirme": "1"}, "est resté à sa place"),
    ):
        answer = client.post(address, {**here, **more}, follow=True)
        done, left = [str(m) for m in answer.context["messages"]]
        assert "plan.txt" in done or "1\u00a0document" in done
        assert left.startswith(f"« note.txt » {stayed} : ce document est réservé par Julien Petit")
    held.refresh_from_db()
    free.refresh_from_db()
    assert (held.folder, free.folder) == (tree.urbanisme, plu)
    assert (held.tagged.count(), free.tagged.count()) == (0, 1)
    answer = client.post(_url("bulk"), {**here, "geste": "corbeille"}, follow=True)
    assert "« note.txt » est resté à sa place" in str(list(answer.context["messages"])[-1])


@pytest.mark.parametrize("page", ["document-rename", "document-move", "document-labels"])
def test_a_page_that_would_refuse_says_so_before_one_types(
    tree: Tree, client_of: ClientOf, page: str
) -> None:
    document = tree.file("note.txt")
    _hold(tree, tree.cast.julien, document)
    address = _url(page, document.uid)
    answer = client_of(tree.cast.nadia).get(address, follow=True)
    assert answer.redirect_chain == [(_url("document", document.uid), 302)]
    (said,) = [str(m) for m in answer.context["messages"]]
    assert "réservé par Julien Petit" in said
    assert client_of(tree.cast.julien).get(address).status_code == 200


def test_a_form_sent_meanwhile_is_refused_with_the_same_words(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file("note.txt")
    _hold(tree, tree.cast.julien, document)
    client, plu = client_of(tree.cast.nadia), _folder(tree, "PLU")
    for page, data in (
        ("document-rename", {"name": "autre.txt"}),
        ("document-labels", {"tags": [labels_tag(tree).pk]}),
        ("document-move", {"vers": str(plu.uid), "confirme": "1"}),
    ):
        answer = client.post(_url(page, document.uid), data)
        assert answer.status_code == 422, page
        assert "réservé par Julien Petit" in answer.content.decode()
    client.post(_url("document-trash", document.uid))
    document.refresh_from_db()
    assert (document.title, document.folder, document.trashed_at) == (
        "note.txt", tree.urbanisme, None,
    )  # fmt: skip


def labels_tag(tree: Tree) -> Tag:
    return labels.create_label(actor=tree.cast.dgs, kind=Tag, label="Vu", now=tree.cast.now)


def test_undoing_asks_too(tree: Tree) -> None:
    cast, document, plu = tree.cast, tree.file("note.txt"), _folder(tree, "PLU")
    moved = batches.move_all(
        actor=cast.dgs, things=[document], target=plu, now=cast.now, confirmed=True
    )
    assert moved.step is not None
    _hold(tree, cast.julien, document)
    with pytest.raises(WorldMovedOn, match=r"Rien n’a été annulé\..* réservé par"):
        undoing.undo(actor=cast.dgs, step=moved.step, now=cast.now)


def test_the_network_drive_answers_423_the_same_way(tree: Tree) -> None:
    cast, plu = tree.cast, _folder(tree, "PLU")
    document = tree.file("note.txt", folder=plu)
    _hold(tree, cast.julien, document)
    nadia = drive_of(cast, cast.nadia)

    def to(path: str) -> dict[str, str]:
        return {"DESTINATION": f"http://testserver/dav/{ORG}/{quote(path)}"}

    asked = [
        nadia.ask("MOVE", "Urbanisme/PLU/note.txt", **to("Urbanisme/PLU/autre.txt")),
        nadia.ask("MOVE", "Urbanisme/PLU/note.txt", **to("Urbanisme/note.txt")),
        nadia.ask("DELETE", "Urbanisme/PLU/note.txt"),
        nadia.ask("MOVE", "Urbanisme/PLU", **to("Urbanisme/PLUi")),
        nadia.ask("DELETE", "Urbanisme/PLU"),
    ]
    assert [answer.status_code for answer in asked] == [423] * 5
    assert all("Julien Petit" in answer.content.decode() for answer in asked)
    # Over it, too: what would be replaced is held.
    tree.file("brouillon.txt", b"2", folder=plu)
    over = nadia.ask("MOVE", "Urbanisme/PLU/brouillon.txt", **to("Urbanisme/PLU/note.txt"))
    assert over.status_code == 423


# -- moved meanwhile -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["document", "folder"])
def test_what_was_taken_elsewhere_while_one_chose_is_not_taken_again(
    tree: Tree, client_of: ClientOf, kind: str
) -> None:
    cast, here, there = tree.cast, _folder(tree, "Ici"), _folder(tree, "Là")
    moved: Document | Folder = (
        tree.file("note.txt") if kind == "document" else _folder(tree, "Cantine")
    )
    stays = tree.file("plan.txt", b"2")
    client = client_of(cast.julien)
    # Both pages are open, with the folder where things were seen in their form.
    alone = client.get(_url(f"{kind}-move", moved.uid))
    assert alone.context["origin"] == str(tree.urbanisme.uid)
    batches.move_all(actor=cast.dgs, things=[moved], target=here, now=cast.now, confirmed=True)
    form = {"vers": str(there.uid), "dossier": str(tree.urbanisme.uid), "confirme": "1"}
    answer = client.post(_url(f"{kind}-move", moved.uid), form)
    assert answer.status_code == 422
    assert "a été déplacé entre-temps" in answer.content.decode()
    keys = [f"{kind[0]}:{moved.uid}", f"d:{stays.uid}"]
    answer = client.post(_url("bulk-move"), {**form, "choix": keys}, follow=True)
    done, left = [str(m) for m in answer.context["messages"]]
    assert done == "« plan.txt » est maintenant dans « Là »."
    assert "a été déplacé entre-temps par quelqu’un d’autre" in left
    moved.refresh_from_db()
    assert (moved.folder if isinstance(moved, Document) else moved.parent) == here


def test_undoing_what_somebody_has_moved_since_changes_nothing(tree: Tree) -> None:
    cast, here, there = tree.cast, _folder(tree, "Ici"), _folder(tree, "Là")
    document = tree.file("note.txt")
    moved = batches.move_all(
        actor=cast.actor(cast.julien), things=[document], target=here, now=cast.now
    )
    assert moved.step is not None
    batches.move_all(actor=cast.dgs, things=[document], target=there, now=cast.now, seen_in=here)
    with pytest.raises(WorldMovedOn, match="a encore été déplacé depuis"):
        undoing.undo(actor=cast.actor(cast.julien), step=moved.step, now=cast.now)
    document.refresh_from_db()
    assert document.folder == there
