"""« Voir comme »: read-only, named in every trace, never what is confidential, never upwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.access import can_view_as
from accounts.models import AuditEntry, Notification, Organisation, TeamMembership, Viewing
from accounts.services import viewing
from config.lib.access import Refused
from documents.access import visible_documents, visible_folders
from documents.enums import Role
from documents.models import AccessDomain
from documents.services import folders, rights
from tests.documents.tree_of_cast import Tree

ORG = "saint-aubin"


def _start(client, person, reason: str = "Elle ne trouve pas le plan"):
    address = reverse("accounts:viewing-start", args=[ORG, person.uid])
    return client.post(address, {"reason": reason})


def _folder(folder) -> str:
    return reverse("documents:folder", args=[ORG, folder.uid])


@pytest.fixture
def nadia(tree: Tree, client_of):
    return client_of(tree.cast.nadia)


def test_the_direction_sees_what_the_colleague_sees_and_comes_back(tree, nadia):
    hidden = folders.create_folder(
        actor=tree.cast.dgs, parent=tree.root, name="Réservé", now=tree.cast.now
    )
    assert nadia.get(_folder(hidden)).status_code == 200
    assert _start(nadia, tree.cast.julien)["Location"] == reverse("documents:root", args=[ORG])
    page = nadia.get(_folder(tree.urbanisme))
    assert "Vous voyez comme Julien Petit" in page.content.decode()
    assert "Revenir" in page.content.decode()
    assert nadia.get(_folder(hidden)).status_code == 404
    back = nadia.post(reverse("accounts:viewing-stop", args=[ORG]))
    assert back["Location"] == reverse("accounts:person", args=[ORG, tree.cast.julien.uid])
    again = nadia.get(_folder(hidden))
    assert again.status_code == 200
    assert "Vous voyez comme" not in again.content.decode()


def test_start_and_stop_are_recorded_with_the_reason_and_the_real_name(tree, nadia):
    assert _start(nadia, tree.cast.julien, "").status_code == 422
    _start(nadia, tree.cast.julien)
    look = Viewing.objects.get()
    assert look.reason == "Elle ne trouve pas le plan"
    nadia.post(reverse("accounts:viewing-stop", args=[ORG]))
    entries = AuditEntry.objects.filter(verb__startswith="accounts.viewing.").order_by("pk")
    assert [e.verb.rpartition(".")[2] for e in entries] == ["started", "stopped"]
    assert {(e.actor_uid, e.target_uid) for e in entries} == {
        (tree.cast.nadia.uid, tree.cast.julien.uid)
    }


def test_nothing_is_written_while_it_lasts_wherever_it_is_posted(tree, nadia):
    document = tree.file()
    _start(nadia, tree.cast.julien)
    for address in (
        reverse("documents:folder-rename", args=[ORG, tree.urbanisme.uid]),
        reverse("documents:comments", args=[ORG, document.uid]),
        reverse("documents:document-trash", args=[ORG, document.uid]),
        reverse("accounts:inbox-read", args=[ORG]),
        reverse("accounts:follow", args=[ORG]),
        reverse("accounts:contact-change"),
        reverse("accounts:viewing-start", args=[ORG, tree.cast.claire.uid]),
        f"/c/{ORG}/admin/accounts/team/add/",
        "/c/saint-aubin/personnes/nouvelle/",
    ):
        answer = nadia.post(address, {"name": "Volé", "text": "Volé", "all": "1"})
        assert answer.status_code == 403, address
        assert "rien ne peut être modifié" in answer.content.decode(), address
        assert "Vous voyez comme Julien Petit" in answer.content.decode(), address
    tree.urbanisme.refresh_from_db()
    assert tree.urbanisme.name == "Urbanisme"
    for method in ("put", "patch", "delete"):
        assert getattr(nadia, method)(_folder(tree.urbanisme)).status_code == 403


def test_what_is_personal_stays_closed(tree, nadia):
    _start(nadia, tree.cast.julien)
    for name in ("home", "inbox", "agenda", "people", "journal"):
        answer = nadia.get(reverse(f"accounts:{name}", args=[ORG]))
        assert answer.status_code == 403, name
        assert "seuls les documents s’ouvrent" in answer.content.decode()
    assert nadia.get(reverse("council:meeting-list", args=[ORG])).status_code == 403
    assert nadia.get(f"/c/{ORG}/admin/").status_code == 403


def test_confidential_content_never_opens_nor_is_found_nor_counted(tree, nadia, client_of):
    below = folders.create_folder(
        actor=tree.cast.dgs, parent=tree.secret, name="Naissances", now=tree.cast.now
    )
    rights.set_role(
        actor=tree.cast.dgs,
        obj=below,
        principal=tree.cast.claire,
        role=Role.MANAGER,
        now=tree.cast.now,
    )
    document = tree.file(
        "acte.txt", b"acte de naissance zorglub", by=tree.cast.claire, folder=below
    )
    claire = client_of(tree.cast.claire)
    assert claire.get(_folder(below)).status_code == 200
    _start(nadia, tree.cast.claire)
    for obj, name in ((tree.secret, "folder"), (below, "folder"), (document, "document")):
        assert nadia.get(reverse(f"documents:{name}", args=[ORG, obj.uid])).status_code == 404
    version = document.current_version
    address = reverse("documents:version-download", args=[ORG, version.uid])
    assert nadia.get(address).status_code == 404
    for address in (
        reverse("documents:root", args=[ORG]),
        reverse("documents:shared", args=[ORG]),
        reverse("documents:search", args=[ORG]) + "?q=acte",
    ):
        html = nadia.get(address, follow=True).content.decode()
        assert "acte.txt" not in html
        assert "Naissances" not in html
    assert not AuditEntry.objects.filter(verb="documents.document.opened").exists()
    assert AccessDomain.objects.filter(confidential=True).count() == 1


def test_traces_and_unread_lines_are_those_of_who_really_looks(tree, nadia):
    document = tree.file(by=tree.cast.julien)
    line = Notification.objects.create(
        organisation=tree.cast.saint_aubin,
        person=tree.cast.julien,
        kind="documents.commented",
        group_key="x",
        object_uid=document.uid,
        notice_class="B",
        reason="test",
        first_at=tree.cast.now,
        last_at=tree.cast.now,
    )
    _start(nadia, tree.cast.julien)
    assert nadia.get(reverse("documents:document", args=[ORG, document.uid])).status_code == 200
    line.refresh_from_db()
    assert line.read_at is None
    version = document.current_version
    answer = nadia.get(reverse("documents:version-download", args=[ORG, version.uid]))
    b"".join(answer.streaming_content)
    entry = AuditEntry.objects.get(verb="documents.document.downloaded")
    assert entry.actor_uid == tree.cast.nadia.uid
    assert entry.data["viewed_as"] == str(tree.cast.julien.uid)


def test_it_ends_by_itself_after_thirty_minutes(tree, nadia):
    _start(nadia, tree.cast.julien)
    Viewing.objects.update(expires_at=tree.cast.now - timedelta(seconds=1))
    page = nadia.get(reverse("accounts:home", args=[ORG]))
    assert page.status_code == 200
    assert "Vous voyez comme" not in page.content.decode()
    assert viewing.close_expired(now=tree.cast.now) == 1
    assert viewing.close_expired(now=tree.cast.now) == 0
    stopped = AuditEntry.objects.get(verb="accounts.viewing.stopped")
    assert stopped.actor_uid == tree.cast.nadia.uid
    look = Viewing.objects.get()
    assert timedelta(minutes=30) == viewing.LASTS
    assert look.stopped_at == look.expires_at


def test_it_ends_with_the_direction_of_who_looks_or_the_belonging_of_who_is_seen(tree, nadia):
    _start(nadia, tree.cast.julien)
    TeamMembership.objects.filter(person=tree.cast.nadia).update(
        to_date=tree.cast.dgs.today - timedelta(days=1),
        from_date=tree.cast.dgs.today - timedelta(days=9),
    )
    assert nadia.get(_folder(tree.urbanisme)).status_code == 403


def test_never_upwards_never_elsewhere_never_for_others(tree, nadia, client_of):
    cast = tree.cast
    assert _start(client_of(cast.julien), cast.claire).status_code == 403
    assert _start(nadia, cast.sophie).status_code == 404
    cast.karim.is_superuser = True
    cast.karim.save()
    assert _start(nadia, cast.karim).status_code == 403
    with pytest.raises(Refused):
        viewing.start_viewing(actor=cast.dgs, person=cast.nadia, reason="x", now=cast.now)
    assert not can_view_as(cast.actor(cast.karim), cast.julien)
    assert not Viewing.objects.exists()
    # Karim also works in Valmorel: looking as him here opens nothing there.
    cast.karim.is_superuser = False
    cast.karim.save()
    _start(nadia, cast.karim)
    assert nadia.get("/c/valmorel/documents/").status_code == 404
    assert Organisation.objects.filter(slug="valmorel").exists()


def test_the_look_reads_neither_more_nor_less_than_the_colleague_but_the_confidential(tree):
    from accounts.viewing import seen_as

    cast = tree.cast
    tree.file()
    look = viewing.start_viewing(actor=cast.dgs, person=cast.claire, reason="x", now=cast.now)
    seen = seen_as(cast.dgs, look, now=cast.now)
    claire = cast.actor(cast.claire)
    assert set(visible_folders(claire)) - set(visible_folders(seen)) == {tree.secret}
    assert set(visible_folders(seen)) <= set(visible_folders(claire))
    assert set(visible_documents(seen)) == set(visible_documents(claire))
