"""A document opened in Word or LibreOffice by an address of its own."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Membership
from documents.dav.masking import MaskOpened
from documents.enums import Role
from documents.models import EditingLink, Reservation, Version
from documents.services import editing, moving, rights
from documents.views.editing import programme_for
from tests.conftest import StrictClient
from tests.documents.tree_of_cast import Tree

LOCK = (
    '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    "<D:locktype><D:write/></D:locktype></D:lockinfo>"
)


def _report(tree: Tree):
    """A text that is called like a Word document, which is all that matters here."""
    return moving.rename_document(
        actor=tree.cast.actor(tree.cast.julien),
        document=tree.file("Rapport.txt", b"un"),
        name="Rapport.docx",
        now=tree.cast.now,
    )


def _opened(tree: Tree):
    document, actor = _report(tree), tree.cast.actor(tree.cast.julien)
    link = editing.open_link(actor=actor, document=document, now=tree.cast.now)
    return document, link, f"/dav/~/{editing.token_of(link)}/Rapport.docx"


def _ask(method: str, path: str, body: bytes | str = b"", **headers: str):
    data = body.encode() if isinstance(body, str) else body
    extra = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return StrictClient().generic(method, path, data, content_type="application/xml", **extra)


@pytest.mark.parametrize(
    ("title", "name", "scheme"),
    [
        ("a.DOCX", "Word", "ms-word"),
        ("a.xls", "Excel", "ms-excel"),
        ("a.pptx", "PowerPoint", "ms-powerpoint"),
        ("a.odt", "LibreOffice", ""),
    ],
)
def test_each_type_has_its_programme(title: str, name: str, scheme: str) -> None:
    programme = programme_for(title)
    assert programme is not None
    assert (programme.name, programme.scheme) == (name, scheme)
    assert programme_for("a.pdf") is None


def test_the_button_leads_to_an_address_that_opens_saves_and_shows_who(
    tree: Tree, client_of
) -> None:
    document = _report(tree)
    browser = client_of(tree.cast.julien)
    page = reverse("documents:edit", args=["saint-aubin", document.uid])
    shown = browser.get(reverse("documents:document", args=["saint-aubin", document.uid]))
    assert "Modifier dans Word" in shown.content.decode()
    assert "ms-word:" not in browser.get(page).content.decode()
    assert not EditingLink.objects.exists()
    browser.post(page)
    text = browser.get(page).content.decode()
    address = text.split("ms-word:ofe|u|")[1].split('"')[0]
    assert f"vnd.libreoffice.command:ofe|u|{address}" in text
    path = unquote(urlsplit(address).path)
    assert b"".join(_ask("GET", path).streaming_content) == b"un"
    locked = _ask("LOCK", path, LOCK, DEPTH="0")
    token = locked.headers["Lock-Token"]
    for content in ("deux", "trois"):
        assert _ask("PUT", path, content, IF=f"({token})").status_code == 204
    theirs = client_of(tree.cast.claire).get(
        reverse("documents:document", args=["saint-aubin", document.uid])
    )
    assert "Réservé par Julien Petit" in theirs.content.decode()
    assert _ask("UNLOCK", path, LOCK_TOKEN=token).status_code == 204
    assert not Reservation.objects.exists()
    assert Version.objects.filter(document=document).count() == 3
    history = browser.get(reverse("documents:versions", args=["saint-aubin", document.uid]))
    assert "1\u00a0enregistrement précédent" in history.content.decode()


def test_the_address_is_for_one_document_and_does_nothing_else(tree: Tree) -> None:
    _, _, path = _opened(tree)
    top = path.rpartition("/")[0] + "/"
    listing = _ask("PROPFIND", top, DEPTH="1")
    assert listing.content.count(b"<D:response>") == 2
    for method in ("DELETE", "MKCOL", "MOVE", "COPY"):
        assert _ask(method, path, DESTINATION="/dav/saint-aubin/x").status_code == 405
    assert _ask("PUT", f"{top}~$Rapport.docx", "x").status_code == 403
    assert _ask("PROPFIND", "/dav/saint-aubin/", DEPTH="0").status_code == 401


@pytest.mark.parametrize("token", ["x", "A" * 48, "é", "=" * 48])
def test_a_made_up_token_opens_nothing(db: None, token: str) -> None:
    assert Client().get(f"/dav/~/{token}/x.docx").status_code == 404


def test_it_lives_two_hours_renewed_by_use_a_day_at_most(tree: Tree) -> None:
    _, link, _ = _opened(tree)
    token, now = editing.token_of(link), tree.cast.now
    later = now + timedelta(hours=1, minutes=50)
    assert editing.admit_link(token, address="", now=later) is not None
    link.refresh_from_db()
    assert link.expires_at == later + editing.LIFE
    assert editing.admit_link(token, address="", now=later + timedelta(hours=3)) is None
    EditingLink.objects.update(expires_at=now + timedelta(hours=25))
    editing.admit_link(token, address="", now=now + timedelta(hours=23))
    link.refresh_from_db()
    assert link.expires_at <= now + timedelta(hours=25)


def test_the_right_to_modify_is_asked_again_at_each_request(tree: Tree) -> None:
    cast = tree.cast
    _, _, path = _opened(tree)
    rights.set_role(
        actor=cast.dgs,
        obj=tree.urbanisme,
        principal=cast.julien,
        role=Role.READER,
        now=cast.now,
        confirmed=True,
    )
    assert _ask("PUT", path, "deux").status_code == 403
    rights.set_role(
        actor=cast.dgs,
        obj=tree.urbanisme,
        principal=cast.julien,
        role=Role.NONE,
        now=cast.now,
        confirmed=True,
    )
    assert _ask("GET", path).status_code == 404


def test_it_ends_with_the_membership_and_when_its_owner_says_so(tree: Tree, client_of) -> None:
    cast = tree.cast
    document, _, path = _opened(tree)
    page = reverse("documents:edit", args=["saint-aubin", document.uid])
    client_of(cast.julien).post(page, {"end": "1"})
    assert _ask("GET", path).status_code == 404
    link = editing.open_link(actor=cast.actor(cast.julien), document=document, now=cast.now)
    path = f"/dav/~/{editing.token_of(link)}/Rapport.docx"
    assert _ask("HEAD", path).status_code == 200
    day = cast.now.date() - timedelta(days=3)
    Membership.objects.filter(person=cast.julien).update(from_date=day, to_date=day)
    assert _ask("GET", path).status_code == 404


def test_a_reader_gets_no_address(tree: Tree, client_of) -> None:
    document = _report(tree)
    browser = client_of(tree.cast.claire)
    page = reverse("documents:edit", args=["saint-aubin", document.uid])
    assert browser.get(page).status_code == 403
    assert browser.post(page).status_code == 403
    shown = browser.get(reverse("documents:document", args=["saint-aubin", document.uid]))
    assert "Modifier dans Word" not in shown.content.decode()


def test_opening_is_in_the_journal_and_the_token_is_in_no_log(tree: Tree) -> None:
    import logging

    _, _, path = _opened(tree)
    assert AuditEntry.objects.filter(verb="documents.document.editing_opened").count() == 1
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Not Found: %s", (path,), None)
    MaskOpened().filter(record)
    assert record.getMessage() == "Not Found: /dav/~/…/Rapport.docx"


def test_the_help_says_the_address_of_this_commune(tree: Tree, client_of) -> None:
    page = client_of(tree.cast.julien).get(reverse("documents:drive-help", args=["saint-aubin"]))
    assert "/dav/saint-aubin/" in page.content.decode()
