"""Links towards the outside: what they open, to whom, until when, and what stops them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Membership, Notification
from config.lib.access import Refused
from documents.enums import LinkKind, Role
from documents.models import Document, OutsideLink
from documents.rules.link_tokens import mask, mint, read
from documents.services import folders, linking, rights
from documents.services.linking import BadLink, State
from documents.services.trash import trash_document
from tests.documents.tree_of_cast import Tree
from tests.inbox import still_asked

ClientOf = Callable[[object], Client]


def opened(tree: Tree, obj=None, who=None, **options) -> OutsideLink:
    actor = tree.cast.actor(who or tree.cast.julien)
    return linking.create_link(
        actor=actor,
        obj=obj or tree.urbanisme,
        kind=LinkKind.SHARE,
        label=options.pop("label", "Cabinet Durand"),
        last_day=actor.today + timedelta(days=options.pop("days", 10)),
        now=tree.cast.now,
        **options,
    )


def address(link: OutsideLink) -> str:
    return reverse("documents:outside-share", args=[mint(link.uid)])


def file_address(link: OutsideLink, document: Document) -> str:
    return reverse("documents:outside-file", args=[mint(link.uid), document.uid])


def take(client: Client, link: OutsideLink, document: Document) -> int:
    """Press the button; the status of the answer, read to its end."""
    answer = client.post(file_address(link, document))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def state(tree: Tree, link: OutsideLink) -> State:
    fresh = OutsideLink.objects.select_related(
        "organisation", "author", "folder", "document__folder"
    ).get(pk=link.pk)
    return linking.states([fresh], now=tree.cast.now)[link.pk]


def test_a_token_is_long_made_by_us_and_never_logged(tree: Tree) -> None:
    token = mint(opened(tree).uid)
    assert len(token) == 48
    assert read(token) is not None
    for wrong in (
        token[:-1],
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token + "A",
        "",
        "é",
    ):
        assert read(wrong) is None
    assert token not in mask(f'GET /partage/{token}/ "200"')


def test_a_document_is_taken_without_account_by_its_button_only(tree: Tree, client: Client) -> None:
    document = tree.file("plan.txt", b"Parcelle AB 12")
    other = tree.file("autre.txt", b"rien")
    link = opened(tree, document, message="Bonne lecture.")
    page = client.get(address(link))
    html = page.content.decode()
    assert page.status_code == 200
    assert "plan.txt" in html
    assert "Bonne lecture." in html
    assert "autre.txt" not in html
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Cache-Control"] == "no-store, private"
    for _ in range(3):
        client.get(address(link))
    assert client.get(file_address(link, document)).status_code == 405
    assert client.head(file_address(link, document)).status_code == 405
    link.refresh_from_db()
    assert link.download_count == 0
    answer = client.post(file_address(link, document))
    assert b"".join(answer.streaming_content) == b"Parcelle AB 12"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "no-referrer"
    link.refresh_from_db()
    assert link.download_count == 1
    entry = AuditEntry.objects.get(verb="documents.link.downloaded")
    assert entry.target_uid == document.uid
    assert entry.data["link"] == str(link.uid)
    assert take(client, link, other) == 404


def test_looking_writes_nothing(tree: Tree, client: Client) -> None:
    link = opened(tree, tree.file())
    with CaptureQueriesContext(connection) as queries:
        client.get(address(link))
    assert [q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "WITH"))] == []


@pytest.mark.parametrize("who", ["claire", "karim", "michel", "sophie"])
def test_only_those_who_may_modify_open_a_link(tree: Tree, client_of: ClientOf, who: str) -> None:
    document = tree.file()
    person = getattr(tree.cast, who)
    client = client_of(person)
    for obj, name in ((tree.urbanisme, "folder-open"), (document, "document-open")):
        page = client.post(
            reverse(f"documents:{name}", args=["saint-aubin", obj.uid]),
            {"label": "X", "last_day": tree.cast.now.date()},
        )
        assert page.status_code == (404 if who in ("michel", "sophie") else 403)
    assert not OutsideLink.objects.exists()


def test_nothing_confidential_leaves_by_a_link(tree: Tree) -> None:
    below = folders.create_folder(
        actor=tree.cast.dgs, parent=tree.secret, name="Actes", now=tree.cast.now
    )
    document = tree.file("acte.txt", folder=below, by=tree.cast.claire)
    for obj in (tree.secret, below, document):
        with pytest.raises(Refused, match="confidentiel"):
            opened(tree, obj, tree.cast.nadia)
    link = opened(tree, tree.urbanisme)
    rights.make_confidential(
        actor=tree.cast.dgs, folder=tree.urbanisme, now=tree.cast.now, keep=[tree.cast.urbanisme]
    )
    assert state(tree, link) is State.CLOSED


def test_a_folder_shares_what_its_author_may_share_and_nothing_limited_below(
    tree: Tree, client: Client
) -> None:
    dgs, now = tree.cast.dgs, tree.cast.now
    plans = folders.create_folder(actor=dgs, parent=tree.urbanisme, name="Plans", now=now)
    limited = folders.create_folder(actor=dgs, parent=tree.urbanisme, name="Contentieux", now=now)
    tree.file("zone.txt", b"1", folder=plans)
    hidden = tree.file("avocat.txt", b"2", folder=limited)
    closed = tree.file("ferme.txt", b"3")
    rights.restrict(actor=dgs, folder=limited, now=now, keep=[tree.cast.urbanisme])
    rights.set_role(actor=dgs, obj=closed, principal=tree.cast.urbanisme, role=Role.READER, now=now)
    tree.file("note.txt", b"4")
    link = opened(tree)
    html = client.get(address(link)).content.decode()
    assert "note.txt" in html
    assert "Plans" in html
    assert "zone.txt" in html
    for name in ("avocat.txt", "Contentieux", "ferme.txt"):
        assert name not in html
    for document in (hidden, closed):
        assert take(client, link, document) == 404


def test_a_link_stops_with_the_rights_of_its_author(tree: Tree, client: Client) -> None:
    document = tree.file()
    link = opened(tree, document)
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.urbanisme,
        role=Role.READER,
        now=tree.cast.now,
    )
    page = client.get(address(link))
    assert page.status_code == 410
    assert document.title not in page.content.decode()
    assert take(client, link, document) == 410
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.urbanisme,
        role=Role.EDITOR,
        now=tree.cast.now,
    )
    assert client.get(address(link)).status_code == 200
    Membership.objects.filter(person=tree.cast.julien).update(
        from_date=tree.cast.now - timedelta(days=9), to_date=tree.cast.now - timedelta(days=1)
    )
    assert client.get(address(link)).status_code == 410
    assert state(tree, link) is State.CLOSED


def test_trash_expiry_and_cutting_close_the_door(
    tree: Tree, client: Client, client_of: ClientOf
) -> None:
    thrown, past, cut = (tree.file(f"{n}.txt", n.encode()) for n in ("a", "b", "c"))
    links = {name: opened(tree, obj) for name, obj in (("t", thrown), ("p", past), ("c", cut))}
    trash_document(actor=tree.cast.dgs, document=thrown, now=tree.cast.now)
    OutsideLink.objects.filter(pk=links["p"].pk).update(
        created_at=tree.cast.now - timedelta(days=9), expires_at=tree.cast.now - timedelta(hours=1)
    )
    cutting = reverse("documents:outside-revoke", args=["saint-aubin", links["c"].uid])
    for stranger in (tree.cast.claire, tree.cast.karim, tree.cast.michel, tree.cast.sophie):
        assert client_of(stranger).post(cutting).status_code == 404
    assert client.get(address(links["c"])).status_code == 200
    assert client_of(tree.cast.nadia).post(cutting).status_code == 302
    for link in links.values():
        assert client.get(address(link)).status_code == 410
    assert client.get("/partage/n-importe-quoi/").status_code == 404
    assert AuditEntry.objects.filter(verb="documents.link.revoked").count() == 1


def test_downloads_may_be_counted_down(tree: Tree, client: Client) -> None:
    document = tree.file()
    link = opened(tree, document, max_downloads=1)
    assert "Encore 1 téléchargement possible" in client.get(address(link)).content.decode()
    assert take(client, link, document) == 200
    assert take(client, link, document) == 410
    assert client.get(address(link)).status_code == 410
    link.refresh_from_db()
    assert link.download_count == 1


def test_a_password_is_asked_kept_hashed_and_its_tries_slowed(tree: Tree, client: Client) -> None:
    document = tree.file()
    link = opened(tree, document, password="parcelle et jardin")
    assert link.password
    assert "parcelle" not in link.password
    page = client.get(address(link)).content.decode()
    assert document.title not in page
    assert take(client, link, document) == 303
    link.refresh_from_db()
    assert link.download_count == 0
    assert client.post(address(link), {"password": "au hasard"}).status_code == 422
    assert client.post(address(link), {"password": "parcelle et jardin"}).status_code == 303
    assert document.title in client.get(address(link)).content.decode()
    assert take(client, link, document) == 200
    thief = Client()
    answers = [thief.post(address(link), {"password": f"{n}"}).status_code for n in range(7)]
    assert answers[-1] == 429
    assert thief.post(address(link), {"password": "parcelle et jardin"}).status_code == 429


def test_what_is_typed_must_make_sense(tree: Tree) -> None:
    document = tree.file()
    for wrong in ({"days": 400}, {"days": -1}, {"label": "  "}, {"password": "court"}):
        with pytest.raises(BadLink):
            opened(tree, document, **wrong)


def test_the_direction_sees_all_and_makes_the_rule_stricter(
    tree: Tree, client: Client, client_of: ClientOf
) -> None:
    document = tree.file()
    link = opened(tree, document, label="Géomètre")
    everywhere = reverse("documents:outside-links", args=["saint-aubin"])
    assert "Géomètre" in client_of(tree.cast.nadia).get(everywhere).content.decode()
    assert "Géomètre" in client_of(tree.cast.julien).get(everywhere).content.decode()
    for person in (tree.cast.claire, tree.cast.michel):
        assert "Géomètre" not in client_of(person).get(everywhere).content.decode()
    rule = reverse("documents:outside-policy", args=["saint-aubin"])
    asked = {"longest_days": 15, "least_role": int(Role.MANAGER)}
    assert client_of(tree.cast.julien).post(rule, asked).status_code == 403
    assert client_of(tree.cast.nadia).post(rule, asked).status_code == 302
    assert client.get(address(link)).status_code == 410
    with pytest.raises(Refused, match="gèrent les droits"):
        opened(tree, document)
    with pytest.raises(BadLink):
        opened(tree, document, tree.cast.nadia, days=20)


def test_the_page_shows_the_address_to_its_author_alone(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    opening = reverse("documents:document-open", args=["saint-aubin", document.uid])
    day = tree.cast.actor(tree.cast.julien).today + timedelta(days=3)
    answer = client_of(tree.cast.julien).post(
        opening, {"label": "Notaire", "last_day": day.isoformat()}, follow=True
    )
    link = OutsideLink.objects.get()
    html = answer.content.decode()
    assert address(link) in html
    folder = reverse("documents:folder-share", args=["saint-aubin", tree.urbanisme.uid])
    seen = client_of(tree.cast.nadia).get(folder).content.decode()
    assert "Notaire" in seen
    assert address(link) not in seen
    assert "Notaire" not in client_of(tree.cast.claire).get(folder).content.decode()


def test_who_sees_this_says_that_a_link_does(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    panel = reverse("documents:document-rights", args=["saint-aubin", document.uid])
    client = client_of(tree.cast.claire)
    assert "vers l’extérieur" not in client.get(panel).content.decode()
    link = opened(tree)
    said = client.get(panel).content.decode()
    assert "1\xa0lien vers l’extérieur" in said
    linking.revoke_link(actor=tree.cast.dgs, link=link, now=tree.cast.now)
    assert "vers l’extérieur" not in client.get(panel).content.decode()


def test_its_author_is_told_the_day_before_once(tree: Tree) -> None:
    soon, later = opened(tree, days=1), opened(tree, tree.file(), days=20)
    assert linking.tell_endings(now=tree.cast.now) == 1
    assert linking.tell_endings(now=tree.cast.now) == 0
    line = Notification.objects.get(kind="documents.link_ends")
    assert line.person == tree.cast.julien
    assert line.object_uid == soon.uid
    later.refresh_from_db()
    assert later.ending_told_at is None
    linking.revoke_link(actor=tree.cast.dgs, link=soon, now=tree.cast.now)
    assert not still_asked("documents.link_ends")


def test_a_page_of_links_costs_the_same_for_two_and_for_twenty(
    tree: Tree, client_of: ClientOf
) -> None:
    client = client_of(tree.cast.nadia)
    where = reverse("documents:folder-share", args=["saint-aubin", tree.urbanisme.uid])
    counts = []
    for number in (2, 18):
        for n in range(number):
            opened(tree, label=f"{number} {n}")
        with CaptureQueriesContext(connection) as queries:
            client.get(where)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_secret_of_one_commune_is_worth_nothing_in_another(
    tree: Tree, client_of: ClientOf
) -> None:
    link = opened(tree)
    sophie = client_of(tree.cast.sophie)
    for name, uid in (("outside-revoke", link.uid), ("folder-open", tree.urbanisme.uid)):
        for org in ("saint-aubin", "valmorel"):
            where = reverse(f"documents:{name}", args=[org, uid])
            assert sophie.post(where, {"label": "X"}).status_code == 404
    theirs = reverse("documents:outside-links", args=["valmorel"])
    assert "Cabinet Durand" not in sophie.get(theirs).content.decode()
    foreign = tree.file(
        "v.txt", folder=tree.valmorel, by=tree.cast.sophie, organisation=tree.cast.valmorel
    )
    with pytest.raises(Document.DoesNotExist):
        linking.take(
            token=mint(link.uid),
            document_uid=foreign.uid,
            opened_with="",
            address="",
            now=tree.cast.now,
        )
