"""Who comes in by the network drive, and what they find."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApplicationPassword, AuditEntry, FailedSignIn, Membership
from accounts.services import programmes
from config.lib.access import Refused
from documents.enums import Role
from documents.services import rights
from tests.documents.drive import DriveClient, drive_of
from tests.documents.tree_of_cast import Tree
from tests.personas import Cast, password_of


def test_the_password_is_shown_once_works_and_stops_when_revoked(tree: Tree, client_of) -> None:
    cast, page = tree.cast, client_of(tree.cast.julien)
    address = reverse("accounts:programmes")
    shown = page.post(address, {"organisation": cast.saint_aubin.pk, "name": "PC de l’accueil"})
    assert shown.status_code == 200
    made = ApplicationPassword.objects.get()
    secret = next(
        word
        for word in shown.content.decode().replace("<", " ").replace(">", " ").split()
        if word.count("-") == 5 and len(word) == 29
    )
    assert secret not in page.get(address).content.decode()
    assert secret not in made.digest
    drive = DriveClient(cast.julien, secret)
    assert drive.ask("PROPFIND", DEPTH="0").status_code == 207
    made.refresh_from_db()
    assert made.last_used_at is not None
    page.post(reverse("accounts:programme-revoke", args=[made.uid]))
    assert drive.ask("PROPFIND", DEPTH="0").status_code == 401
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"accounts.application_password.made", "accounts.application_password.revoked"} <= verbs


def test_the_password_of_the_person_is_never_taken(tree: Tree) -> None:
    julien = tree.cast.julien
    assert DriveClient(julien, password_of(julien)).ask("PROPFIND", DEPTH="0").status_code == 401


def test_the_secret_of_another_person_is_refused(tree: Tree) -> None:
    cast = tree.cast
    drive = DriveClient(cast.nadia, drive_of(cast, cast.julien).secret)
    assert drive.ask("PROPFIND", DEPTH="0").status_code == 401


def test_a_password_opens_its_own_organisation_and_no_other(tree: Tree) -> None:
    cast = tree.cast
    drive = drive_of(cast, cast.karim)  # belongs to both communes
    assert drive.ask("PROPFIND", DEPTH="0").status_code == 207
    drive.org = "valmorel"
    assert drive.ask("PROPFIND", DEPTH="0").status_code == 404
    drive.org = "nulle-part"
    assert drive.ask("PROPFIND", DEPTH="0").status_code == 404


def test_it_stops_the_day_the_membership_ends(tree: Tree) -> None:
    cast = tree.cast
    drive = drive_of(cast, cast.julien)
    day = cast.now.date() - timedelta(days=3)
    Membership.objects.filter(person=cast.julien).update(from_date=day, to_date=day)
    assert drive.ask("PROPFIND", DEPTH="0").status_code == 401


def test_nobody_makes_a_password_for_where_they_do_not_belong(cast: Cast) -> None:
    with pytest.raises(Refused):
        programmes.make_password(
            person=cast.julien, organisation=cast.valmorel, name="x", now=cast.now
        )


def test_wrong_tries_wait_and_do_not_hold_the_sign_in_page(tree: Tree) -> None:
    cast = tree.cast
    wrong = DriveClient(cast.julien, "aaaa-aaaa")
    statuses = [wrong.ask("PROPFIND", DEPTH="0").status_code for _ in range(8)]
    assert statuses[:5] == [401] * 5
    assert statuses[-1] == 429
    assert FailedSignIn.objects.count() == 5
    door = Client().post(
        reverse("accounts:sign-in"),
        {"identifier": cast.julien.identifier, "password": password_of(cast.julien)},
    )
    assert door.status_code == 302
    right = drive_of(cast, cast.julien)
    assert right.ask("PROPFIND", DEPTH="0").status_code == 207


def test_a_session_of_the_site_is_not_enough_and_a_stranger_is_asked_who_they_are(
    tree: Tree, client_of
) -> None:
    answer = client_of(tree.cast.julien).get("/dav/saint-aubin/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_options_says_what_it_can_do_before_any_password(db: None) -> None:
    for path in ("/dav/", "/dav/saint-aubin/", "/dav/~/rien/x.docx"):
        answer = Client().options(path)
        assert (answer.status_code, answer.headers["DAV"]) == (200, "1, 2")
        assert answer.headers["MS-Author-Via"] == "DAV"


def test_only_readable_names_are_listed_and_hidden_parents_have_no_name(tree: Tree) -> None:
    cast = tree.cast
    tree.file("note.txt", b"un")
    julien, claire, michel = (drive_of(cast, p) for p in (cast.julien, cast.claire, cast.michel))
    # Nobody but the direction reads the root: what one may read shows as shared.
    assert drive_of(cast, cast.nadia).names() == ["État civil/", "Urbanisme/"]
    assert julien.names() == ["Partagés avec moi/"]
    assert set(claire.names("Partagés avec moi/")) == {"Urbanisme/", "État civil/"}
    assert julien.names("Partagés avec moi/") == ["Urbanisme/"]
    assert julien.names("Partagés avec moi/Urbanisme/") == ["note.txt"]
    assert michel.names() == []
    for path in ("État civil/", "Urbanisme/note.txt", "Partagés avec moi/Urbanisme/note.txt"):
        assert michel.ask("GET", path).status_code == 404
        assert michel.ask("PROPFIND", path, DEPTH="0").status_code == 404


def test_a_document_shared_alone_is_found_without_the_name_of_its_folder(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    rights.set_role(
        actor=cast.dgs, obj=document, principal=cast.michel, role=Role.EDITOR, now=cast.now
    )
    drive = drive_of(cast, cast.michel)
    assert drive.names("Partagés avec moi/") == ["note.txt"]
    path = "Partagés avec moi/note.txt"
    assert b"".join(drive.ask("GET", path).streaming_content) == b"un"
    assert drive.ask("PUT", path, b"deux").status_code == 204
    assert document.versions.count() == 2
    assert drive.ask("PUT", "Partagés avec moi/autre.txt", b"x").status_code == 403
    assert drive.ask("MKCOL", "Partagés avec moi/dossier/").status_code == 403


def test_each_opening_of_a_confidential_document_is_noted(tree: Tree) -> None:
    cast = tree.cast
    tree.file("acte.txt", b"secret", by=cast.claire, folder=tree.secret)
    drive = drive_of(cast, cast.claire)
    path = "Partagés avec moi/État civil/acte.txt"
    b"".join(drive.ask("GET", path).streaming_content)
    b"".join(drive.ask("GET", path, RANGE="bytes=2-").streaming_content)
    opened = AuditEntry.objects.filter(verb="documents.document.opened")
    assert [entry.data["by"] for entry in opened] == ["drive"]
