"""Several lines at once: move, copy, throw away, undo; from every role and from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from config.lib.access import Refused
from config.work.models import Job
from documents.access import role_of
from documents.enums import IndexState, Role
from documents.models import Document, DocumentPage, DocumentText, Folder, UndoStep, Version
from documents.services import batches, copying, folders, rights, trash
from documents.services.reading import EXTRACT
from documents.services.refusals import InsideItself, NeedsConfirmation
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
ORG = "saint-aubin"


def _url(name: str, *args: object, org: str = ORG) -> str:
    return reverse(f"documents:{name}", args=[org, *args])


def _key(thing: Folder | Document) -> str:
    return f"{'d' if isinstance(thing, Document) else 'f'}:{thing.uid}"


def _folder(tree: Tree, name: str, parent: Folder | None = None) -> Folder:
    return folders.create_folder(
        actor=tree.cast.dgs, parent=parent or tree.urbanisme, name=name, now=tree.cast.now
    )


def _flashes(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def _undo_address(response) -> str:
    (tags,) = [m.extra_tags for m in response.context["messages"] if m.extra_tags]
    return tags.split("undo=")[1].split()[0]


def test_the_bar_leads_to_the_page_of_its_act_and_keeps_what_was_ticked(
    tree: Tree, client_of: ClientOf
) -> None:
    one, two = tree.file("un.txt"), tree.file("deux.txt", b"2")
    client = client_of(tree.cast.julien)
    answer = client.post(
        _url("bulk"),
        {"geste": "deplacer", "choix": [_key(one), _key(two)], "dossier": tree.urbanisme.uid},
    )
    page = client.get(answer.headers["Location"])
    assert "Déplacer 2" in page.content.decode()
    assert page.context["keys"] == [_key(one), _key(two)]


def test_nothing_ticked_says_what_to_do(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    answer = client.post(
        _url("bulk"), {"geste": "corbeille", "dossier": tree.urbanisme.uid}, follow=True
    )
    assert _flashes(answer) == ["Cochez d’abord les lignes voulues, puis choisissez l’action."]
    assert answer.request["PATH_INFO"] == _url("folder", tree.urbanisme.uid)


def test_a_move_does_what_it_can_and_says_the_rest(tree: Tree, client_of: ClientOf) -> None:
    plu, taken = _folder(tree, "PLU"), tree.file("avis.txt")
    free = tree.file("plan.txt", b"2")
    tree.file("avis.txt", b"3", folder=plu)
    client = client_of(tree.cast.julien)
    answer = client.post(
        _url("bulk-move"),
        {
            "choix": [_key(taken), _key(free)], "vers": plu.uid, "dossier": tree.urbanisme.uid,
        },
        follow=True,
    )  # fmt: skip
    assert _flashes(answer) == [
        "« plan.txt » est maintenant dans « PLU ».",
        "« avis.txt » est resté à sa place : « avis.txt » existe déjà ici.",
    ]
    taken.refresh_from_db()
    free.refresh_from_db()
    assert (taken.folder, free.folder) == (tree.urbanisme, plu)


def test_a_move_that_changes_who_reads_asks_first(tree: Tree, client_of: ClientOf) -> None:
    private = _folder(tree, "Contentieux")
    rights.restrict(
        actor=tree.cast.dgs, folder=private, now=tree.cast.now, keep=[tree.cast.urbanisme]
    )
    one, two = tree.file("un.txt"), tree.file("deux.txt", b"2")
    client = client_of(tree.cast.julien)
    form = {"choix": [_key(one), _key(two)], "vers": private.uid}
    asked = client.post(_url("bulk-move"), form)
    words = " ".join(asked.context["consequences"])
    assert "Perdent un accès ou un droit" in words
    assert "Claire Fontaine" in words
    one.refresh_from_db()
    assert one.folder == tree.urbanisme
    client.post(_url("bulk-move"), {**form, "confirme": "1"})
    assert {d.folder for d in Document.objects.all()} == {private}


def test_undo_brings_a_move_back_once(tree: Tree, client_of: ClientOf) -> None:
    plu, inside = _folder(tree, "PLU"), _folder(tree, "Plans")
    document = tree.file("avis.txt")
    client = client_of(tree.cast.julien)
    moved = client.post(
        _url("bulk-move"),
        {"choix": [_key(document), _key(inside)], "vers": plu.uid, "dossier": tree.urbanisme.uid},
        follow=True,
    )
    undo = _undo_address(moved)
    # Somebody else's step is nobody's business.
    assert client_of(tree.cast.nadia).post(undo).status_code == 404
    back = client.post(undo, follow=True)
    assert _flashes(back) == ["2\u00a0éléments sont de retour à leur place."]
    document.refresh_from_db()
    inside.refresh_from_db()
    assert (document.folder, inside.parent) == (tree.urbanisme, tree.urbanisme)
    again = client.post(undo, follow=True)
    assert _flashes(again) == ["C’est déjà annulé."]


def test_undo_brings_back_what_it_can_says_the_rest_and_may_be_tried_again(
    tree: Tree, client_of: ClientOf
) -> None:
    plu = _folder(tree, "PLU")
    one, two = tree.file("un.txt"), tree.file("deux.txt", b"2")
    client = client_of(tree.cast.julien)
    moved = client.post(
        _url("bulk-move"), {"choix": [_key(one), _key(two)], "vers": plu.uid}, follow=True
    )
    newer = tree.file("deux.txt", b"another")  # the name is taken at home
    undo = _undo_address(moved)
    assert _flashes(client.post(undo, follow=True)) == [
        "« un.txt » est de retour à sa place.",
        "Le reste n’a pas changé. « deux.txt » existe déjà ici.",
    ]
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.folder, two.folder) == (tree.urbanisme, plu)
    alone = client.post(undo, follow=True)
    assert _flashes(alone) == ["Rien n’a été annulé. « deux.txt » existe déjà ici."]
    trash.trash_document(actor=tree.cast.dgs, document=newer, now=tree.cast.now)
    again = client.post(undo, follow=True)
    assert _flashes(again) == ["« deux.txt » est de retour à sa place."]
    assert UndoStep.objects.get().undone_at is not None


def test_undo_after_losing_the_right_changes_nothing(tree: Tree, client_of: ClientOf) -> None:
    plu, document = _folder(tree, "PLU"), tree.file("un.txt")
    client = client_of(tree.cast.julien)
    moved = client.post(
        _url("bulk-move"), {"choix": [_key(document)], "vers": plu.uid}, follow=True
    )
    rights.set_role(
        actor=tree.cast.dgs, obj=tree.urbanisme, principal=tree.cast.urbanisme, role=Role.READER,
        now=tree.cast.now,
    )  # fmt: skip
    refused = client.post(_undo_address(moved), follow=True)
    assert _flashes(refused)[0].startswith("Rien n’a été annulé. Vous pouvez lire")
    document.refresh_from_db()
    assert document.folder == plu


def test_undo_of_the_trash_and_of_a_new_name(tree: Tree, client_of: ClientOf) -> None:
    document, folder = tree.file("un.txt"), _folder(tree, "PLU")
    client = client_of(tree.cast.julien)
    gone = client.post(
        _url("bulk"),
        {
            "geste": "corbeille",
            "choix": [_key(document), _key(folder)],
            "dossier": tree.urbanisme.uid,
        },
        follow=True,
    )
    assert _flashes(gone) == ["2\u00a0éléments sont dans la corbeille."]
    client.post(_undo_address(gone), follow=True)
    document.refresh_from_db()
    folder.refresh_from_db()
    assert (document.trashed_at, folder.trashed_at) == (None, None)
    renamed = client.post(
        _url("document-rename", document.uid) + "?liste=1", {"name": "Avis.txt"}, follow=True
    )
    assert renamed.request["PATH_INFO"] == _url("folder", tree.urbanisme.uid)
    assert _flashes(renamed) == ["Le document s’appelle « Avis.txt »."]
    client.post(_undo_address(renamed), follow=True)
    document.refresh_from_db()
    assert document.title == "un.txt"
    renamed = client.post(_url("folder-rename", folder.uid), {"name": "PLUi"}, follow=True)
    folders.rename_folder(
        actor=tree.cast.dgs,
        folder=Folder.objects.get(pk=folder.pk),
        name="PLU 2",
        now=tree.cast.now,
    )
    refused = client.post(_undo_address(renamed), follow=True)
    assert _flashes(refused) == ["Rien n’a été annulé. « PLU 2 » a encore changé de nom depuis."]


def test_undo_does_not_take_out_of_the_trash_what_another_put_there(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file("un.txt")
    client = client_of(tree.cast.julien)
    gone = client.post(_url("bulk"), {"geste": "corbeille", "choix": [_key(document)]}, follow=True)
    document.refresh_from_db()
    actor = tree.cast.dgs
    trash.restore_document(actor=actor, document=document, now=tree.cast.now)
    trash.trash_document(actor=actor, document=document, now=tree.cast.now)
    refused = client.post(_undo_address(gone), follow=True)
    assert _flashes(refused) == ["Rien n’a été annulé. « un.txt » a encore changé depuis."]
    document.refresh_from_db()
    assert document.trashed_at is not None


@pytest.mark.parametrize(
    ("who", "org", "moved"),
    [("nadia", ORG, True), ("julien", ORG, True), ("claire", ORG, False), ("karim", ORG, False),
     ("michel", ORG, False), ("sophie", "valmorel", False), ("karim", "valmorel", False)],
)  # fmt: skip
@pytest.mark.parametrize("act", ["bulk-move", "bulk-copy", "corbeille"])
def test_who_may_act_on_a_selection(
    tree: Tree, client_of: ClientOf, who: str, org: str, moved: bool, act: str
) -> None:
    plu, document = _folder(tree, "PLU"), tree.file("un.txt")
    client = client_of(getattr(tree.cast, who))
    if act == "corbeille":
        client.post(_url("bulk", org=org), {"geste": act, "choix": [_key(document)]})
        document.refresh_from_db()
        assert (document.trashed_at is not None) is moved
        return
    target = tree.valmorel if org == "valmorel" else plu
    client.post(
        _url(act, org=org), {"choix": [_key(document)], "vers": target.uid, "confirme": "1"}
    )
    document.refresh_from_db()
    expected = 2 if moved and act == "bulk-copy" else 1
    assert Document.objects.count() == expected
    assert (document.folder == plu) is (moved and act == "bulk-move")


def test_ids_of_another_commune_are_counted_as_gone(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file("un.txt")
    client = client_of(tree.cast.sophie)
    answer = client.post(
        _url("bulk", org="valmorel"),
        {"geste": "corbeille", "choix": [_key(document), "d:nope", "x"]},
        follow=True,
    )
    assert _flashes(answer) == [
        "3\u00a0éléments de votre sélection ne sont plus là, ou ne vous sont plus ouverts."
    ]
    with pytest.raises(Document.DoesNotExist):
        batches.trash_all(
            actor=tree.cast.actor(tree.cast.sophie, tree.cast.valmorel),
            things=[document],
            now=tree.cast.now,
        )
    with pytest.raises(Folder.DoesNotExist):
        batches.move_all(
            actor=tree.cast.dgs, things=[document], target=tree.valmorel, now=tree.cast.now
        )


def test_a_document_is_copied_without_its_bytes_and_with_the_rights_of_the_target(
    tree: Tree, run_jobs: Callable
) -> None:
    source = tree.file("avis.txt", b"Avis favorable au permis")
    run_jobs()
    plu = _folder(tree, "PLU")
    actor = tree.cast.actor(tree.cast.julien)
    copy = copying.copy_document(actor=actor, document=source, target=plu, now=tree.cast.now).made
    assert isinstance(copy, Document)
    first = Version.objects.get(document=copy)
    original = source.current_version
    assert original is not None
    assert first.storage_key == original.storage_key
    assert (first.number, first.author, copy.title) == (1, tree.cast.julien, "avis.txt")
    # Its text came along: nothing is read again.
    assert first.index_state == IndexState.INDEXED
    assert list(DocumentPage.objects.filter(version=first).values_list("text", flat=True)) == [
        "Avis favorable au permis"
    ]
    texts = DocumentText.objects.order_by("document_id")
    assert texts[0].tsv_norm == texts[1].tsv_norm
    twin = copying.copy_document(
        actor=actor, document=source, target=tree.urbanisme, now=tree.cast.now
    ).made
    assert str(twin) == "avis (2).txt"
    assert "2" in DocumentText.objects.get(document=twin).tsv_exact
    assert AuditEntry.objects.filter(verb="documents.document.copied").count() == 2


def test_a_copy_of_what_is_not_read_yet_waits_for_its_own_reading(tree: Tree) -> None:
    source, plu = tree.file("avis.txt"), _folder(tree, "PLU")
    copy = copying.copy_document(
        actor=tree.cast.actor(tree.cast.julien), document=source, target=plu, now=tree.cast.now
    ).made
    assert isinstance(copy, Document)
    assert copy.current_version is not None
    waiting = [job.payload["version"] for job in Job.objects.filter(kind=EXTRACT)]
    assert copy.current_version.pk in waiting


def test_a_folder_is_copied_with_what_one_may_read_and_nothing_that_was_limited(
    tree: Tree,
) -> None:
    source = _folder(tree, "Affaire")
    plans = _folder(tree, "Plans", source)
    closed = _folder(tree, "Avocat", source)
    tree.file("note.txt", folder=source)
    tree.file("plan.txt", b"2", folder=plans)
    tree.file("secret.txt", b"3", folder=closed)
    alone = tree.file("rh.txt", b"4", folder=plans)
    rights.restrict(
        actor=tree.cast.dgs, folder=closed, now=tree.cast.now, keep=[tree.cast.urbanisme]
    )
    rights.set_role(
        actor=tree.cast.dgs, obj=alone, principal=tree.cast.julien, role=Role.NONE,
        now=tree.cast.now, confirmed=True,
    )  # fmt: skip
    target = _folder(tree, "Modèles")
    actor = tree.cast.actor(tree.cast.julien)
    copied = copying.copy_folder(actor=actor, folder=source, target=target, now=tree.cast.now)
    made = copied.made
    assert isinstance(made, Folder)
    assert made.parent == target
    assert made.domain_id == target.domain_id
    below = Folder.objects.below(made)
    assert sorted(below.values_list("name", flat=True)) == ["Affaire", "Plans"]
    inside = Document.objects.filter(folder__in=below).order_by("title")
    assert [d.title for d in inside] == ["note.txt", "plan.txt"]
    assert copied.left_out == (
        "Une partie de « Affaire » est limitée ou ne vous est pas ouverte : "
        "elle n’a pas été copiée."
    )
    assert role_of(tree.cast.actor(tree.cast.claire), inside[0]) == Role.READER
    with pytest.raises(InsideItself):
        copying.copy_folder(actor=actor, folder=source, target=plans, now=tree.cast.now)


def test_what_is_confidential_is_not_copied_out_by_who_does_not_manage_it(tree: Tree) -> None:
    secret = tree.file("acte.txt", by=tree.cast.claire, folder=tree.secret)
    rights.set_role(
        actor=tree.cast.dgs, obj=tree.urbanisme, principal=tree.cast.etat_civil, role=Role.EDITOR,
        now=tree.cast.now,
    )  # fmt: skip
    claire = tree.cast.actor(tree.cast.claire)
    with pytest.raises(Refused, match="dossier limité"):
        copying.copy_document(
            actor=claire, document=secret, target=tree.urbanisme, now=tree.cast.now
        )
    inside = copying.copy_document(
        actor=claire, document=secret, target=tree.secret, now=tree.cast.now
    )
    assert str(inside.made) == "acte (2).txt"
    with pytest.raises(Refused):  # who reads a limited folder does not copy it whole either
        copying.copy_folder(
            actor=claire, folder=tree.secret, target=tree.urbanisme, now=tree.cast.now
        )


def test_the_service_itself_asks_before_rights_change(tree: Tree) -> None:
    private, document = _folder(tree, "Contentieux"), tree.file("un.txt")
    rights.restrict(actor=tree.cast.dgs, folder=private, now=tree.cast.now)
    with pytest.raises(NeedsConfirmation):
        batches.move_all(actor=tree.cast.dgs, things=[document], target=private, now=tree.cast.now)


@pytest.mark.parametrize("sort", ["nom", "-nom", "date", "-date", "taille", "-taille", "type"])
def test_every_order_keeps_folders_first_and_loses_no_line_between_pages(
    tree: Tree, client_of: ClientOf, sort: str
) -> None:
    for number in range(4):
        _folder(tree, f"D{number}")
    for number in range(27):
        name = f"f{number:02d}.{'txt' if number % 2 else 'csv'}"
        tree.file(name, b"x" * (number % 5 + 1))
    client = client_of(tree.cast.claire)
    seen = []
    for page in (1, 2):
        answer = client.get(
            _url("folder", tree.urbanisme.uid), {"page": page, "par": 25, "tri": sort}
        )
        seen += answer.context["rows"]
    assert len({row.key for row in seen}) == len(seen) == 31
    assert [row.is_folder for row in seen] == [True] * 4 + [False] * 27
    documents = {f"d:{d.uid}": d for d in Document.objects.all()}
    listed = [documents[row.key] for row in seen[4:]]
    values = {
        "nom": [d.sort_title for d in listed],
        "date": [d.changed_at for d in listed],
        "taille": [d.size for d in listed],
        "type": [d.media_type for d in listed],
    }[sort.lstrip("-")]
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert f"tri={sort}" in answer.content.decode().split('aria-label="Pages"')[1]


def test_a_folder_costs_the_same_statements_for_10_and_1000_lines(
    tree: Tree, client_of: ClientOf
) -> None:
    client = client_of(tree.cast.claire)

    def add(count: int, start: int) -> None:
        Document.objects.bulk_create(
            Document(
                organisation=tree.cast.saint_aubin, folder=tree.urbanisme, title=f"x{n}.txt",
                name_key=f"x{n}.txt", sort_title=f"x {n:08d}", created_at=tree.cast.now,
                changed_at=tree.cast.now,
            )
            for n in range(start, start + count)
        )  # fmt: skip

    def count(page: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(_url("folder", tree.urbanisme.uid), {"par": 100, "page": page})
        return len(seen)

    add(10, 0)
    count(1)
    few = count(1)
    add(990, 10)
    assert few == count(1) <= 8
    assert count(9) <= 8


def test_the_chooser_of_a_folder_comes_by_pages(tree: Tree, client_of: ClientOf) -> None:
    for number in range(105):
        _folder(tree, f"D{number:03d}")
    document = tree.file("un.txt")
    client = client_of(tree.cast.julien)
    names = []
    for page in (1, 2):
        answer = client.get(_url("bulk-move"), {"choix": _key(document), "page": page})
        names += [line["name"] for line in answer.context["inside"]]
    assert names == [f"D{n:03d}" for n in range(105)]
