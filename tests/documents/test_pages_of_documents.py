"""The pages of folders and documents, from every role, without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from documents.enums import Role
from documents.models import Document, Folder, Version
from documents.services import folders, rights
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
ORG = "saint-aubin"


def _url(name: str, uid: object = None, org: str = ORG) -> str:
    return reverse(f"documents:{name}", args=[org] if uid is None else [org, uid])


def _upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_plain_form_deposits_a_file(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    response = client.post(
        _url("upload", tree.urbanisme.uid), {"files": _upload("avis.txt", b"Avis favorable")}
    )
    assert response.headers["Location"] == _url("folder", tree.urbanisme.uid)
    page = client.get(response.headers["Location"]).content.decode()
    assert "avis.txt" in page
    assert "Déposé." in page


def test_a_plain_form_asks_before_a_new_version_and_sends_nothing_twice(
    tree: Tree, client_of: ClientOf
) -> None:
    tree.file("avis.txt", b"un")
    client = client_of(tree.cast.julien)
    asked = client.post(_url("upload", tree.urbanisme.uid), {"files": _upload("avis.txt", b"deux")})
    assert asked.status_code == 422
    pending = asked.context["conflicts"][0]["pending"]
    client.post(_url("upload-confirm", tree.urbanisme.uid), {"pending": pending})
    assert Version.objects.order_by("-number")[0].number == 2
    # The same word from somebody else, or for another folder, is worth nothing.
    tree_root_editor = client_of(tree.cast.nadia)
    stolen = tree_root_editor.post(_url("upload-confirm", tree.urbanisme.uid), {"pending": pending})
    assert stolen.status_code == 403
    forged = client.post(_url("upload-confirm", tree.urbanisme.uid), {"pending": pending + "x"})
    assert forged.status_code == 403
    assert Version.objects.count() == 2


def test_one_answer_serves_all_the_names_that_are_taken(tree: Tree, client_of: ClientOf) -> None:
    tree.file("avis.txt", b"un")
    tree.file("note.txt", b"un")
    client = client_of(tree.cast.julien)
    files = [_upload("avis.txt", b"deux"), _upload("note.txt", b"deux")]
    asked = client.post(_url("upload", tree.urbanisme.uid), {"files": files})
    pending = [conflict["pending"] for conflict in asked.context["conflicts"]]
    client.post(_url("upload-confirm", tree.urbanisme.uid), {"pending": pending, "choice": "both"})
    titles = Document.objects.order_by("title").values_list("title", flat=True)
    assert list(titles) == ["avis (2).txt", "avis.txt", "note (2).txt", "note.txt"]


def test_the_script_is_answered_in_its_own_terms(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    address, json = _url("upload", tree.urbanisme.uid), {"Accept": "application/json"}
    filed = client.post(address, {"files": _upload("a.txt", b"1")}, headers=json)
    assert (filed.status_code, filed.json()["title"]) == (201, "a.txt")
    taken = client.post(address, {"files": _upload("a.txt", b"2")}, headers=json)
    assert taken.status_code == 409
    confirmed = client.post(
        address, {"files": _upload("a.txt", b"2"), "confirm": "1"}, headers=json
    )
    assert confirmed.status_code == 201
    assert client.post(address, {}, headers=json).status_code == 400
    refused = client_of(tree.cast.claire).post(
        address, {"files": _upload("b.txt", b"1")}, headers=json
    )
    assert refused.status_code == 403
    assert "Vous pouvez lire" in refused.json()["reason"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("nadia", 200), ("julien", 200), ("claire", 403), ("michel", 404), ("sophie", 404)],
)
def test_who_may_deposit(tree: Tree, client_of: ClientOf, who: str, status: int) -> None:
    response = client_of(getattr(tree.cast, who)).get(_url("upload", tree.urbanisme.uid))
    assert response.status_code == status


def test_a_folder_shows_folders_first_then_documents_in_french_order(
    tree: Tree, client_of: ClientOf
) -> None:
    actor = tree.cast.actor(tree.cast.julien)
    for name in ("Zones", "École", "eau"):
        folders.create_folder(actor=actor, parent=tree.urbanisme, name=name, now=tree.cast.now)
    for name in ("œuvre.txt", "Lot 10.txt", "Lot 9.txt", "à lire.txt"):
        tree.file(name, name.encode())
    response = client_of(tree.cast.julien).get(_url("folder", tree.urbanisme.uid))
    assert [row.name for row in response.context["rows"]] == [
        "eau", "École", "Zones", "à lire.txt", "Lot 9.txt", "Lot 10.txt", "œuvre.txt",
    ]  # fmt: skip


def test_a_long_folder_comes_by_pages_without_losing_a_line(
    tree: Tree, client_of: ClientOf
) -> None:
    actor = tree.cast.actor(tree.cast.julien)
    for number in range(30):
        folders.create_folder(
            actor=actor, parent=tree.urbanisme, name=f"D{number}", now=tree.cast.now
        )
    for number in range(31):
        tree.file(f"f{number}.txt", str(number).encode())
    client, seen = client_of(tree.cast.julien), []
    for page in (1, 2, 3):
        response = client.get(_url("folder", tree.urbanisme.uid), {"page": page, "par": 25})
        seen += [row.name for row in response.context["rows"]]
    assert seen == [f"D{n}" for n in range(30)] + [f"f{n}.txt" for n in range(31)]
    assert not response.context["page"].has_next()


@pytest.mark.parametrize("count", [2, 100])
def test_a_folder_takes_the_same_number_of_statements_whatever_it_holds(
    tree: Tree, client_of: ClientOf, django_assert_max_num_queries: Callable, count: int
) -> None:
    for number in range(count):
        tree.file(f"f{number}.txt", str(number).encode())
    client = client_of(tree.cast.claire)
    client.get(_url("folder", tree.urbanisme.uid))
    with django_assert_max_num_queries(8):
        client.get(_url("folder", tree.urbanisme.uid), {"par": 100})


def test_a_document_page_takes_at_most_eight_statements(
    tree: Tree, client_of: ClientOf, django_assert_max_num_queries: Callable
) -> None:
    document = tree.file()
    client = client_of(tree.cast.claire)
    client.get(_url("document", document.uid))
    with django_assert_max_num_queries(8):
        client.get(_url("document", document.uid))


def test_create_rename_move_trash_restore_in_plain_forms(tree: Tree, client_of: ClientOf) -> None:
    client = client_of(tree.cast.julien)
    client.post(_url("folder-create", tree.urbanisme.uid), {"name": "PLU"})
    plu = Folder.objects.get(name="PLU")
    clash = client.post(_url("folder-create", tree.urbanisme.uid), {"name": "plu"})
    assert clash.status_code == 422
    document = tree.file("note.txt")
    client.post(_url("document-rename", document.uid), {"name": "Avis.txt"})
    chooser = client.get(_url("document-move", document.uid))
    assert "PLU" in chooser.content.decode()
    assert "Déplacer ici" not in chooser.content.decode()  # it is there already
    client.post(_url("document-move", document.uid), {"vers": str(plu.uid)})
    document.refresh_from_db()
    assert (document.title, document.folder) == ("Avis.txt", plu)
    client.post(_url("folder-trash", plu.uid))
    assert client.get(_url("document", document.uid)).status_code == 404
    assert "PLU" in client.get(_url("trash")).content.decode()
    client.post(_url("folder-restore", plu.uid))
    assert client.get(_url("document", document.uid)).status_code == 200
    client.post(_url("document-trash", document.uid))
    assert client.get(_url("document", document.uid)).status_code == 404
    client.post(_url("document-restore", document.uid))
    assert client.get(_url("document", document.uid)).status_code == 200


def test_bytes_leave_harmless_whole_or_in_ranges(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file("page.html", b"<script>alert(1)</script>")
    version = document.current_version
    assert version is not None
    client = client_of(tree.cast.claire)
    whole = client.get(_url("version-download", version.uid))
    assert b"".join(whole.streaming_content) == b"<script>alert(1)</script>"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    part = client.get(_url("version-download", version.uid), headers={"Range": "bytes=1-6"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"script")
    assert part.headers["Content-Range"] == "bytes 1-6/25"
    last = client.get(_url("version-download", version.uid), headers={"Range": "bytes=-3"})
    assert b"".join(last.streaming_content) == b"pt>"
    beyond = client.get(_url("version-download", version.uid), headers={"Range": "bytes=99-"})
    assert beyond.status_code == 416
    assert client.get(_url("version-view", version.uid)).status_code == 404  # HTML is never shown


def test_every_opening_of_a_confidential_document_is_traced(
    tree: Tree, client_of: ClientOf
) -> None:
    secret = tree.file("acte.txt", by=tree.cast.claire, folder=tree.secret)
    plain = tree.file("note.txt")
    client = client_of(tree.cast.claire)
    client.get(_url("document", plain.uid))
    client.get(_url("document", secret.uid))
    opened = AuditEntry.objects.filter(verb="documents.document.opened")
    assert [entry.target_uid for entry in opened] == [secret.uid]
    assert client_of(tree.cast.julien).get(_url("document", secret.uid)).status_code == 404


def test_a_deep_right_shows_in_shared_with_me_and_hides_the_names_above(
    tree: Tree, client_of: ClientOf
) -> None:
    actor = tree.cast.actor(tree.cast.julien)
    affair = folders.create_folder(
        actor=actor, parent=tree.urbanisme, name="Affaire Durand", now=tree.cast.now
    )
    inside = folders.create_folder(actor=actor, parent=affair, name="Plans", now=tree.cast.now)
    rights.set_role(
        actor=tree.cast.dgs, obj=inside, principal=tree.cast.commission, role=Role.READER,
        now=tree.cast.now,
    )  # fmt: skip
    client = client_of(tree.cast.jeanne)
    assert client.get(_url("root")).headers["Location"] == _url("shared")
    assert "Plans" in client.get(_url("shared")).content.decode()
    page = client.get(_url("folder", inside.uid)).content.decode()
    assert "Durand" not in page
    assert "Urbanisme" not in page
    assert client.get(_url("folder", affair.uid)).status_code == 404


def test_another_commune_gets_404_on_every_address(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    version = document.current_version
    assert version is not None
    uids = {
        **dict.fromkeys(
            ("folder", "folder-create", "folder-rename", "folder-move", "upload"),
            tree.urbanisme.uid,
        ),
        **dict.fromkeys(
            ("document", "versions", "activity", "document-rename", "document-move", "version-add"),
            document.uid,
        ),
        **dict.fromkeys(("version-download", "version-view"), version.uid),
    }
    client = client_of(tree.cast.sophie)
    for name, uid in uids.items():
        assert client.get(_url(name, uid)).status_code == 404, name
        assert client.get(_url(name, uid, org="valmorel")).status_code == 404, name
    for name, uid in {
        "folder-trash": tree.urbanisme.uid,
        "document-trash": document.uid,
        "version-restore": version.uid,
        "version-read-again": version.uid,
    }.items():
        assert client.post(_url(name, uid, org="valmorel")).status_code == 404, name
    assert Document.objects.get().trashed_at is None


def test_a_long_state_leaves_its_width_to_the_name_on_a_phone(
    transactional_db: None, tree: Tree, new_context: Callable, live_server: object
) -> None:
    tree.file("note.txt")
    Version.objects.update(index_state="ocr")
    client = Client()
    client.force_login(tree.cast.claire)
    context = new_context(viewport={"width": 360, "height": 800})
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(_url("folder", tree.urbanisme.uid))
    name = page.get_by_role("main").get_by_role("link", name="note.txt").bounding_box()
    assert name["width"] > 60
    assert name["height"] < 60
