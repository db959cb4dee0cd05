"""WebDAV as its clients speak it: every write through the services, every refusal as its status."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from accounts.models import Notification
from documents.models import Document, DriveDraft, DriveLock, Folder, Reservation, Version
from documents.services import drive_locks, filing, reserving
from documents.services.refusals import ReservedByAnother
from tests.documents.drive import DriveClient, drive_of
from tests.documents.tree_of_cast import Tree

HERE = "Partagés avec moi/Urbanisme/"


@pytest.fixture
def drive(tree: Tree) -> DriveClient:
    """Julien, who edits Urbanisme."""
    return drive_of(tree.cast, tree.cast.julien)


def _bytes(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _destination(path: str, **headers: str) -> dict[str, str]:
    from urllib.parse import quote

    return {"DESTINATION": f"http://testserver/dav/saint-aubin/{quote(path)}", **headers}


def test_put_files_and_put_again_makes_a_version(tree: Tree, drive: DriveClient) -> None:
    created = drive.ask("PUT", HERE + "Arrêté.txt", "un")
    assert created.status_code == 201
    assert drive.ask("PUT", HERE + "Arrêté.txt", "deux").status_code == 204
    document = Document.objects.get(title="Arrêté.txt")
    assert [v.number for v in document.versions.order_by("number")] == [1, 2]
    assert document.folder == tree.urbanisme
    answer = drive.ask("GET", HERE + "Arrêté.txt")
    assert _bytes(answer) == b"deux"
    head = drive.ask("HEAD", HERE + "Arrêté.txt")
    assert head.headers["ETag"] == answer.headers["ETag"] != created.headers["ETag"]
    assert head.headers["Content-Length"] == "4"


def test_a_range_and_a_known_etag_cost_no_more_than_they_must(drive: DriveClient) -> None:
    etag = drive.ask("PUT", HERE + "a.txt", "0123456789").headers["ETag"]
    part = drive.ask("GET", HERE + "a.txt", RANGE="bytes=2-4")
    assert (part.status_code, _bytes(part)) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    assert drive.ask("GET", HERE + "a.txt", IF_NONE_MATCH=etag).status_code == 304


def test_if_match_protects_what_somebody_else_saved(tree: Tree, drive: DriveClient) -> None:
    old = drive.ask("PUT", HERE + "a.txt", "un").headers["ETag"]
    drive.ask("PUT", HERE + "a.txt", "deux")
    assert drive.ask("PUT", HERE + "a.txt", "trois", IF_MATCH=old).status_code == 412
    assert drive.ask("PUT", HERE + "a.txt", "trois", IF_NONE_MATCH="*").status_code == 412
    assert Version.objects.count() == 2


def test_a_reader_reads_and_every_write_is_refused_with_a_sentence(tree: Tree) -> None:
    tree.file("note.txt", b"un")
    reader = drive_of(tree.cast, tree.cast.claire)
    assert _bytes(reader.ask("GET", HERE + "note.txt")) == b"un"
    for method, path, headers in (
        ("PUT", "note.txt", {}),
        ("PUT", "neuf.txt", {}),
        ("DELETE", "note.txt", {}),
        ("MKCOL", "neuf/", {}),
        ("MOVE", "note.txt", _destination(HERE + "autre.txt")),
        ("COPY", "note.txt", _destination(HERE + "autre.txt")),
    ):
        answer = reader.ask(method, HERE + path, "x" if method == "PUT" else "", **headers)
        assert answer.status_code == 403, method
        assert "Demandez ce droit" in answer.content.decode(), method
    assert reader.lock(HERE + "note.txt")[0].status_code == 403
    assert Document.objects.count() == 1
    assert Document.objects.get().title == "note.txt"


def test_where_nothing_is_reads_answer_404_and_writes_409(drive: DriveClient) -> None:
    for method in ("GET", "PROPFIND", "DELETE", "PROPPATCH"):
        assert drive.ask(method, HERE + "rien.txt", DEPTH="0").status_code == 404
    assert drive.ask("PUT", HERE + "rien/x.txt", "x").status_code == 409
    assert drive.ask("MKCOL", HERE + "rien/x/").status_code == 409


def test_delete_is_the_trash(tree: Tree, drive: DriveClient) -> None:
    tree.file("note.txt", b"un")
    assert drive.ask("DELETE", HERE + "note.txt").status_code == 204
    assert Document.objects.get().trashed_by == tree.cast.julien
    assert drive.names(HERE) == []


def test_folders_are_made_renamed_moved_and_trashed(tree: Tree, drive: DriveClient) -> None:
    for path in ("PLU/", "PLU/Zones/", "Voirie/"):
        assert drive.ask("MKCOL", HERE + path).status_code == 201
    assert drive.ask("MKCOL", HERE + "PLU/").status_code == 405
    drive.ask("PUT", HERE + "PLU/Zones/ub.txt", "ub")
    moved = drive.ask("MOVE", HERE + "PLU/Zones/", **_destination(HERE + "Voirie/Secteurs/"))
    assert moved.status_code == 201
    assert drive.names(HERE + "Voirie/Secteurs/") == ["ub.txt"]
    inside = drive.ask("MOVE", HERE + "Voirie/", **_destination(HERE + "Voirie/Secteurs/x/"))
    assert inside.status_code == 403
    assert drive.ask("DELETE", HERE + "Voirie/").status_code == 204
    assert Folder.objects.get(name="Secteurs").trashed_at is not None


def test_a_move_may_rename_on_the_way_where_the_old_name_is_taken(drive: DriveClient) -> None:
    drive.ask("MKCOL", HERE + "A/")
    drive.ask("PUT", HERE + "note.txt", "dehors")
    drive.ask("PUT", HERE + "A/note.txt", "dedans")
    answer = drive.ask("MOVE", HERE + "note.txt", **_destination(HERE + "A/autre.txt"))
    assert answer.status_code == 201
    assert drive.names(HERE + "A/") == ["autre.txt", "note.txt"]


def test_a_move_over_a_document_is_its_next_version(tree: Tree, drive: DriveClient) -> None:
    kept = tree.file("note.txt", b"un")
    drive.ask("PUT", HERE + "note nouvelle.txt", "deux")
    where = _destination(HERE + "note.txt")
    refused = drive.ask("MOVE", HERE + "note nouvelle.txt", **where, OVERWRITE="F")
    assert refused.status_code == 412
    assert drive.ask("MOVE", HERE + "note nouvelle.txt", **where).status_code == 204
    assert [v.number for v in kept.versions.order_by("number")] == [1, 2]
    assert drive.names(HERE) == ["note.txt"]


def test_copies_share_bytes_and_a_folder_is_copied_with_what_one_may_read(
    tree: Tree, drive: DriveClient
) -> None:
    drive.ask("MKCOL", HERE + "A/")
    drive.ask("PUT", HERE + "A/note.txt", "un")
    assert drive.ask("COPY", HERE + "A/", **_destination(HERE + "B/")).status_code == 201
    assert drive.names(HERE + "B/") == ["note.txt"]
    assert Version.objects.values("storage_key").distinct().count() == 1
    assert drive.ask("COPY", HERE + "A/", **_destination(HERE + "C/", DEPTH="0")).status_code == 201
    assert drive.names(HERE + "C/") == []


def test_nothing_leaves_for_another_server_or_another_commune(
    tree: Tree, drive: DriveClient
) -> None:
    drive.ask("PUT", HERE + "note.txt", "un")
    for where in ("http://ailleurs.exemple/dav/x.txt", "/dav/valmorel/note.txt", "/c/x"):
        answer = drive.ask("MOVE", HERE + "note.txt", DESTINATION=where)
        assert answer.status_code == 502, where
    assert drive.ask("MOVE", HERE + "note.txt").status_code == 400


def test_a_lock_is_the_reservation_that_everybody_sees(tree: Tree, drive: DriveClient) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    answer, token = drive.lock(HERE + "note.txt", TIMEOUT="Second-3600")
    assert answer.status_code == 200
    assert b"Second-600" in answer.content or b"Second-599" in answer.content
    held = Reservation.objects.get()
    assert (held.holder, held.by_programme) == (cast.julien, True)
    nadia = drive_of(cast, cast.nadia)
    assert nadia.lock("Urbanisme/note.txt")[0].status_code == 423
    blocked = nadia.ask("PUT", "Urbanisme/note.txt", "deux")
    assert blocked.status_code == 423
    with pytest.raises(ReservedByAnother):
        tree.file("note.txt", b"deux", by=cast.nadia, as_new_version=True)
    # The same person's other programme does not hold the token either.
    assert drive.ask("PUT", HERE + "note.txt", "deux").status_code == 423
    saved = drive.ask("PUT", HERE + "note.txt", "deux", IF=f"(<{token}>)")
    assert saved.status_code == 204
    assert document.versions.order_by("-number")[0].sitting == held.uid
    assert drive.ask("UNLOCK", HERE + "note.txt", LOCK_TOKEN=f"<{token}>").status_code == 204
    assert not Reservation.objects.exists()
    assert nadia.ask("PUT", "Urbanisme/note.txt", "trois").status_code == 204


def test_a_reservation_made_on_the_page_holds_on_the_drive(tree: Tree, drive: DriveClient) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    reserving.take(
        actor=cast.dgs, document=document, until=cast.now + timedelta(hours=2), now=cast.now
    )
    answer = drive.ask("PUT", HERE + "note.txt", "deux")
    assert answer.status_code == 423
    assert "réservé par Nadia Morel" in answer.content.decode()
    for method, headers in (("DELETE", {}), ("MOVE", _destination(HERE + "b.txt"))):
        assert drive.ask(method, HERE + "note.txt", **headers).status_code == 423
    assert drive.lock(HERE + "note.txt")[0].status_code == 423
    # She herself saves without a token: her reservation was not taken by a programme.
    nadia = drive_of(cast, cast.nadia)
    assert nadia.ask("PUT", "Urbanisme/note.txt", "deux").status_code == 204


def test_a_killed_programme_gives_the_document_back_after_ten_minutes(
    tree: Tree, drive: DriveClient
) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    drive.lock(HERE + "note.txt")
    lock = DriveLock.objects.get()
    later = cast.now + timedelta(minutes=11)
    assert drive_locks.locks_on(document, later) == []
    filed = filing.add_version(
        actor=cast.dgs,
        document=document,
        received=filing.receive(BytesIO(b"deux"), "note.txt"),
        now=later,
    )
    assert filed.version.number == 2
    again = drive_locks.lock(
        actor=cast.dgs, thing=document, deep=False, owner="", seconds=600, now=later
    )
    assert again.uid != lock.uid
    assert drive_locks.forget_locks(now=later + timedelta(hours=1)) == 1


def test_a_refreshed_lock_lasts_and_a_lifted_one_is_gone(tree: Tree, drive: DriveClient) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    _, token = drive.lock(HERE + "note.txt")
    before = Reservation.objects.get().expires_at
    DriveLock.objects.update(expires_at=before - timedelta(minutes=5))
    again = drive.ask("LOCK", HERE + "note.txt", IF=f"(<{token}>)", TIMEOUT="Second-600")
    assert again.status_code == 200
    assert Reservation.objects.get().expires_at > before
    reserving.break_reservation(actor=cast.dgs, document=document, now=cast.now)
    assert Notification.objects.filter(person=cast.julien).exists()
    late = drive.ask("PUT", HERE + "note.txt", "deux", IF=f"(<{token}>)")
    assert late.status_code == 412
    assert document.versions.count() == 1


def test_a_shared_lock_does_not_exist(tree: Tree, drive: DriveClient) -> None:
    tree.file("note.txt", b"un")
    answer = drive.ask(
        "LOCK",
        HERE + "note.txt",
        '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:shared/></D:lockscope>'
        "<D:locktype><D:write/></D:locktype></D:lockinfo>",
    )
    assert answer.status_code == 403


def test_windows_announces_with_an_empty_file_locks_then_writes(
    tree: Tree, drive: DriveClient
) -> None:
    path = HERE + "Rapport.docx"
    assert drive.ask("PUT", path).status_code == 201
    assert not Document.objects.exists()
    assert drive.names(HERE) == ["Rapport.docx"]
    answer, token = drive.lock(path)
    assert answer.status_code == 200
    patched = drive.ask(
        "PROPPATCH",
        path,
        '<D:propertyupdate xmlns:D="DAV:" xmlns:Z="urn:schemas-microsoft-com:"><D:set><D:prop>'
        "<Z:Win32FileAttributes>00000020</Z:Win32FileAttributes></D:prop></D:set>"
        "</D:propertyupdate>",
        IF=f"(<{token}>)",
    )
    assert patched.status_code == 207
    assert drive.ask("PUT", path, "contenu", IF=f"(<{token}>)").status_code == 204
    assert Version.objects.get().number == 1
    assert Reservation.objects.get().holder == tree.cast.julien
    assert drive.ask("PUT", path, "", IF=f"(<{token}>)").status_code == 204  # empties nothing
    assert Version.objects.count() == 1
    assert drive.ask("UNLOCK", path, LOCK_TOKEN=f"<{token}>").status_code == 204
    assert not Reservation.objects.exists()
    assert not DriveDraft.objects.exists()


@pytest.mark.parametrize(
    "name", ["~$note.docx", ".~lock.note.odt#", "._note.docx", ".DS_Store", "~WRD0001.tmp"]
)
def test_files_of_programmes_stay_out_of_the_repository(
    tree: Tree, drive: DriveClient, name: str
) -> None:
    from urllib.parse import quote

    path = HERE + quote(name)
    assert drive.ask("PUT", path, "moi").status_code == 201
    assert _bytes(drive.ask("GET", path)) == b"moi"
    assert drive.names(HERE) == [name]
    assert drive_of(tree.cast, tree.cast.nadia).names("Urbanisme/") == []
    assert not Document.objects.exists()
    assert drive.ask("DELETE", path).status_code == 204
    assert drive.names(HERE) == []


def test_saving_by_renaming_keeps_the_history(tree: Tree, drive: DriveClient) -> None:
    document = tree.file("note.docx.txt", b"un")
    path = HERE + "note.docx.txt"
    drive.ask("PUT", HERE + "~WRD0002.tmp", "deux")
    aside = drive.ask("MOVE", path, **_destination(HERE + "~WRL0003.tmp"), OVERWRITE="F")
    assert aside.status_code == 201
    assert drive.ask("GET", path).status_code == 404  # for this programme, a moment
    assert drive_of(tree.cast, tree.cast.nadia).names("Urbanisme/") == ["note.docx.txt"]
    back = drive.ask("MOVE", HERE + "~WRD0002.tmp", **_destination(path), OVERWRITE="F")
    assert back.status_code == 201
    assert drive.ask("DELETE", HERE + "~WRL0003.tmp").status_code == 204
    assert drive.names(HERE) == ["note.docx.txt"]
    assert Document.objects.get() == document
    assert [v.number for v in document.versions.order_by("number")] == [1, 2]
    assert _bytes(drive.ask("GET", path)) == b"deux"


def test_a_programme_that_dies_in_the_middle_of_saving_loses_nothing(
    tree: Tree, drive: DriveClient
) -> None:
    tree.file("note.txt", b"un")
    drive.ask("MOVE", HERE + "note.txt", **_destination(HERE + "~WRL0003.tmp"))
    DriveDraft.objects.update(changed_at=tree.cast.now - timedelta(minutes=3))
    assert "note.txt" in drive.names(HERE)


def test_properties_of_clients_are_kept_and_ours_are_not_written(
    tree: Tree, drive: DriveClient
) -> None:
    tree.file("note.txt", b"un")
    body = (
        '<D:propertyupdate xmlns:D="DAV:" xmlns:x="urn:x"><D:set><D:prop>'
        "<x:couleur>bleu &amp; <x:b>vert</x:b></x:couleur>{}</D:prop></D:set></D:propertyupdate>"
    )
    refused = drive.ask("PROPPATCH", HERE + "note.txt", body.format("<D:getetag>x</D:getetag>"))
    assert b"403 Forbidden" in refused.content
    assert b"424 Failed Dependency" in refused.content
    assert b"200 OK" in drive.ask("PROPPATCH", HERE + "note.txt", body.format("")).content
    asked = drive.ask(
        "PROPFIND",
        HERE + "note.txt",
        '<D:propfind xmlns:D="DAV:"><D:prop><couleur xmlns="urn:x"/><rien xmlns="urn:x"/>'
        "<D:quota-used-bytes/></D:prop></D:propfind>",
        DEPTH="0",
    )
    text = asked.content.decode()
    assert "bleu &amp; " in text
    assert "404 Not Found" in text


def test_quota_is_told_to_who_asks(tree: Tree, drive: DriveClient) -> None:
    tree.file("note.txt", b"12345")
    answer = drive.ask(
        "PROPFIND",
        HERE,
        '<D:propfind xmlns:D="DAV:"><D:prop><D:quota-used-bytes/><D:quota-available-bytes/>'
        "</D:prop></D:propfind>",
        DEPTH="0",
    )
    assert b"<D:quota-used-bytes>5</D:quota-used-bytes>" in answer.content


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><D:propfind xmlns:D="DAV:">&a;</D:propfind>',
        "<pas du xml",
        "<autre/>",
        '<D:propfind xmlns:D="DAV:"/>',
    ],
)
def test_unreadable_or_dangerous_xml_is_refused(drive: DriveClient, body: str) -> None:
    assert drive.ask("PROPFIND", "", body, DEPTH="0").status_code == 400


def test_a_tree_is_not_given_in_one_answer(drive: DriveClient) -> None:
    answer = drive.ask("PROPFIND", "", DEPTH="infinity")
    assert answer.status_code == 403
    assert b"propfind-finite-depth" in answer.content


def test_too_large_and_odd_names_are_refused_with_their_status(
    tree: Tree, drive: DriveClient, settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    assert drive.ask("PUT", HERE + "gros.txt", "x" * 11).status_code == 413
    assert drive.ask("PUT", HERE + "%E2%80%AE", "x").status_code == 403
    climbing = drive.ask("PUT", HERE + "../../../../etc/passwd", "x")
    assert climbing.status_code == 409  # dots never climb: they are not there
    assert drive.ask("PATCH", HERE + "x.txt").status_code == 405
    assert drive.ask("PUT", HERE + "x.txt", "x", CONTENT_RANGE="bytes 0-1/2").status_code == 400
    assert not Document.objects.exclude(folder=tree.urbanisme).exists()


def test_a_listing_takes_as_many_statements_for_two_as_for_forty(
    tree: Tree, drive: DriveClient, django_assert_max_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            drive.names(HERE)
        return len(seen)

    tree.file("a.txt", b"a")
    drive.names(HERE)
    few = count()
    for n in range(40):
        tree.file(f"{n}.txt", str(n).encode())
    assert count() == few
