"""Deposit links: an outsider brings files, sees nothing, replaces nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Notification
from accounts.services.following import follow
from config.lib.access import Refused
from config.lib.storage import BlobStore, StorageFull
from config.work.models import Event
from documents.enums import Accepted, LinkKind, Role
from documents.models import Deposit, Document, OutsideLink
from documents.rules.link_tokens import mint
from documents.services import linking, rights
from tests.documents.tree_of_cast import Tree

ClientOf = Callable[[object], Client]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def box(tree: Tree, who=None, **options) -> OutsideLink:
    actor = tree.cast.actor(who or tree.cast.julien)
    return linking.create_link(
        actor=actor,
        obj=options.pop("obj", tree.urbanisme),
        kind=LinkKind.DROP,
        label="Riverains",
        last_day=actor.today + timedelta(days=10),
        now=tree.cast.now,
        **options,
    )


def address(link: OutsideLink) -> str:
    return reverse("documents:outside-drop", args=[mint(link.uid)])


def send(client: Client, link: OutsideLink, *files: tuple[str, bytes], **fields):
    return client.post(
        address(link),
        {
            "name": "M. Durand",
            "files": [SimpleUploadedFile(name, content) for name, content in files],
            **fields,
        },
    )


def test_files_arrive_without_author_beside_what_is_there(
    tree: Tree, client: Client, client_of: ClientOf
) -> None:
    standing = tree.file("plan.txt", b"le mien")
    link = box(tree)
    page = client.get(address(link)).content.decode()
    assert "plan.txt" not in page
    assert "Urbanisme" not in page
    answer = send(client, link, ("plan.txt", b"le sien"), ("lettre.txt", b"Bonjour"))
    assert answer.status_code == 303
    receipt = client.get(answer.url).content.decode()
    for words in ("Merci M. Durand", "plan.txt", "lettre.txt", "Dépôt n°"):
        assert words in receipt
    assert "plan (2)" not in receipt
    arrived = Document.objects.get(title="plan (2).txt")
    version = arrived.current_version
    assert (arrived.created_by, arrived.changed_by, version.author) == (None, None, None)
    assert version.reason == "Déposé par un lien : M. Durand"
    standing.refresh_from_db()
    assert standing.versions.count() == 1
    history = reverse("documents:versions", args=["saint-aubin", arrived.uid])
    assert (
        "Déposé par un lien : M. Durand"
        in client_of(tree.cast.claire).get(history).content.decode()
    )
    entry = AuditEntry.objects.filter(verb="documents.document.dropped").order_by("pk").first()
    assert entry is not None
    assert entry.actor_uid is None
    assert entry.organisation_uid == tree.cast.saint_aubin.uid
    assert set(
        Event.objects.filter(name="documents.document.dropped").values_list("actor_key", flat=True)
    ) == {None}


def test_the_author_and_the_followers_are_told_in_one_line(tree: Tree, client: Client) -> None:
    follow(
        actor=tree.cast.actor(tree.cast.claire),
        object_type="folder",
        object_uid=tree.urbanisme.uid,
        now=tree.cast.now,
    )
    link = box(tree)
    for number in range(3):
        send(client, link, (f"{number}.txt", b"x%d" % number))
    told = Notification.objects.filter(kind="documents.deposited").order_by("person__given_name")
    assert [(line.person, line.count) for line in told] == [
        (tree.cast.claire, 3),
        (tree.cast.julien, 3),
    ]


@pytest.mark.parametrize(
    ("accepts", "name", "content", "kept"),
    [
        (Accepted.PDF_AND_PICTURES, "plan.pdf", PDF, True),
        (Accepted.PDF_AND_PICTURES, "lettre.txt", b"Bonjour", False),
        (Accepted.PAPERS, "lettre.txt", b"Bonjour", True),
        (Accepted.PAPERS, "photo.pdf", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", False),
    ],
)
def test_a_box_takes_what_it_says_by_what_files_are(
    tree: Tree, client: Client, accepts: Accepted, name: str, content: bytes, kept: bool
) -> None:
    answer = send(client, box(tree, accepts=accepts), (name, content))
    assert answer.status_code == (303 if kept else 422)
    assert Document.objects.filter(folder=tree.urbanisme).exists() is kept


def test_limits_are_said_and_nothing_is_half_kept(tree: Tree, client: Client) -> None:
    link = box(tree, max_files=2, max_bytes=100)
    assert "dépasse" in send(client, link, ("a.txt", b"x" * 101)).content.decode()
    three = send(client, link, *((f"{n}.txt", b"%d" % n) for n in range(3)))
    assert three.status_code == 422
    assert send(client, link).status_code == 422
    assert send(client, link, ("a.txt", b"x"), name=" ").status_code == 422
    assert not Deposit.objects.exists()
    assert not Document.objects.filter(folder=tree.urbanisme).exists()
    assert send(client, link, ("a.txt", b"x"), ("b.txt", b"y")).status_code == 303
    assert client.get(address(link)).status_code == 410


def test_a_huge_sending_is_refused_before_it_is_read(tree: Tree, client: Client) -> None:
    link = box(tree, max_bytes=1000)
    answer = client.post(address(link), {}, CONTENT_LENGTH=50_000_000)
    assert answer.status_code == 413
    assert "C’est trop en une fois" in answer.content.decode()


def test_a_full_disk_is_said_to_the_outsider(
    tree: Tree, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageFull(28, "no space left")

    link = box(tree)
    monkeypatch.setattr(BlobStore, "put", full)
    answer = send(client, link, ("a.txt", b"x"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "ne peut pas recevoir de fichiers en ce moment" in html
    assert "04 70 00 00 01" in html
    assert not Deposit.objects.exists()


def test_too_many_deposits_wait(tree: Tree, client: Client) -> None:
    link = box(tree, max_files=100)
    answers = [send(client, link, (f"{n}.txt", b"%d" % n)).status_code for n in range(21)]
    assert answers[-2:] == [303, 429]


def test_a_box_stops_with_its_author_and_opens_with_its_password(
    tree: Tree, client: Client
) -> None:
    link = box(tree, password="clé de la mairie")
    assert send(client, link, ("a.txt", b"x")).status_code == 200
    assert not Deposit.objects.exists()
    client.post(address(link), {"password": "clé de la mairie"})
    assert send(client, link, ("a.txt", b"x")).status_code == 303
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.urbanisme,
        role=Role.READER,
        now=tree.cast.now,
    )
    assert client.get(address(link)).status_code == 410
    assert send(client, link, ("b.txt", b"y")).status_code == 410
    assert Deposit.objects.count() == 1


@pytest.mark.parametrize("who", ["claire", "karim", "michel", "sophie"])
def test_only_those_who_may_file_open_a_box(tree: Tree, client_of: ClientOf, who: str) -> None:
    where = reverse("documents:drop-open", args=["saint-aubin", tree.urbanisme.uid])
    answer = client_of(getattr(tree.cast, who)).post(where, {"label": "X"})
    assert answer.status_code == (404 if who in ("michel", "sophie") else 403)
    with pytest.raises(Refused):
        box(tree, tree.cast.nadia, obj=tree.secret)


def test_a_box_is_opened_from_its_page(tree: Tree, client_of: ClientOf) -> None:
    where = reverse("documents:drop-open", args=["saint-aubin", tree.urbanisme.uid])
    day = tree.cast.actor(tree.cast.julien).today + timedelta(days=3)
    fields = {
        "label": "Riverains",
        "last_day": day.isoformat(),
        "accepts": "scans",
        "max_files": 5,
        "max_bytes": 10 * 1024 * 1024,
    }
    page = client_of(tree.cast.julien).post(where, fields, follow=True).content.decode()
    link = OutsideLink.objects.get()
    assert address(link) in page
    assert (link.kind, link.accepts, link.max_files) == ("drop", "scans", 5)


def test_a_receipt_belongs_to_its_link_and_a_share_is_no_box(tree: Tree, client: Client) -> None:
    link, other = box(tree), box(tree)
    answer = send(client, link, ("a.txt", b"x"))
    made = Deposit.objects.get()
    stolen = reverse("documents:drop-receipt", args=[mint(other.uid), made.uid])
    assert client.get(answer.url).status_code == 200
    assert client.get(stolen).status_code == 404
    as_share = reverse("documents:outside-share", args=[mint(link.uid)])
    assert client.get(as_share).status_code == 404


def test_who_brought_what_is_read_beside_the_box(
    tree: Tree, client: Client, client_of: ClientOf
) -> None:
    link = box(tree)
    send(client, link, ("a.txt", b"x"), email="durand@exemple.fr", note="<b>Pour le permis</b>")
    where = reverse("documents:folder-share", args=["saint-aubin", tree.urbanisme.uid])
    page = client_of(tree.cast.julien).get(where).content.decode()
    assert "M. Durand, durand@exemple.fr" in page
    assert "&lt;b&gt;Pour le permis" in page
    assert "durand@" not in client_of(tree.cast.claire).get(where).content.decode()
