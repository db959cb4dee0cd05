"""Messages laid out in the page: who, to whom, when in French, what was joined; no HTML.

Each attached file comes out alone, to keep or to file, with the rights of its message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents import audit
from documents.demo_files import mail
from documents.enums import Role
from documents.models import Document, Version
from documents.rules.mail_page import mail_page
from documents.services import rights
from tests.documents.tree_of_cast import Tree


def _message(*, html: bool = False, date: str = "Tue, 03 Mar 2026 13:05:00 +0000") -> bytes:
    message = EmailMessage()
    message["Subject"] = "Bail de la salle"
    message["From"] = "Cabinet Durand <contact@durand.example>"
    message["To"] = "mairie@saint-aubin.example"
    message["X-Date"] = "then"
    if html:
        message.set_content(
            '<p>Bonjour <b>Nadia</b></p><script>alert(1)</script><img src="https://pixel.example/x">',
            subtype="html",
        )
    else:
        message.set_content("Bonjour,\n\nVoici le bail.\n")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Bail.pdf")
    # Written in by hand: the library would not write a date that makes no sense.
    return bytes(message).replace(b"X-Date: then", f"Date: {date}".encode())


@pytest.fixture
def seen(tree: Tree, client_of: Callable, run_jobs: Callable[[], int]) -> Callable[[bytes], str]:
    """`seen(content)`: the page of that message, its spaces made ordinary."""

    def see(content: bytes) -> str:
        document = tree.file("Message.eml", content, by=tree.cast.nadia)
        run_jobs()
        url = reverse("documents:document", args=["saint-aubin", document.uid])
        return " ".join(client_of(tree.cast.claire).get(url).content.decode().split())

    return see


def test_a_message_is_laid_out_with_its_date_in_french(seen: Callable[[bytes], str]) -> None:
    page = seen(_message())
    # Thirteen o'clock in Greenwich is fourteen at the town hall, in winter.
    assert "mardi 3 mars 2026 à 14 h 05" in page
    assert "Cabinet Durand &lt;contact@durand.example&gt;" in page
    assert "Voici le bail." in page
    assert "Bail.pdf" in page
    assert "Télécharger le message et ses pièces" in page
    assert "Tue, 03 Mar" not in page


def test_a_message_in_html_is_its_words_and_fetches_nothing(seen: Callable[[bytes], str]) -> None:
    page = seen(_message(html=True))
    assert "Bonjour" in page
    assert 'src="https://pixel.example' not in page
    assert "<script>alert" not in page
    assert "<b>Nadia" not in page


def test_a_date_that_makes_no_sense_is_shown_as_written(seen: Callable[[bytes], str]) -> None:
    assert "hier vers midi" in seen(_message(date="hier vers midi"))


def test_headers_are_told_from_the_words() -> None:
    words = "Pièces jointes : oui\nles voici"
    found = mail_page(f"Objet : Un\nDe : Deux\n\n{words}\n\nPièces jointes : a, b")
    assert found is not None
    assert (found.subject, found.sender, found.attachments) == ("Un", "Deux", ("a", "b"))
    assert found.body == words
    assert mail_page("Bonjour,\n\nvoici.") is None
    assert mail_page("") is None


# -- attached files --------------------------------------------------------------------------------

BAIL = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SCRIPT = b"<!doctype html><html><script>alert(1)</script></html>"


def _outlook() -> bytes:
    return mail.msg(
        sender="Cabinet Durand",
        to="Mairie",
        subject="Bail de la salle",
        body="Voici le bail.",
        sent=datetime(2026, 3, 3, 13, 5, tzinfo=UTC),
        attached=(("Bail, signé.pdf", BAIL), ("../../plan\u202efdp.html", SCRIPT)),
    )


def _saved() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "Bail de la salle", "contact@durand.example"
    message.set_content("Voici le bail.")
    message.add_attachment(BAIL, maintype="image", subtype="png", filename="Bail, signé.pdf")
    message.add_attachment(
        SCRIPT, maintype="application", subtype="pdf", filename="../../plan\u202efdp.html"
    )
    return bytes(message)


@pytest.fixture
def kept(tree: Tree, run_jobs: Callable[[], int]) -> Callable[[str, bytes], Version]:
    """`kept(name, content)`: that message in Urbanisme, read."""

    def keep(name: str, content: bytes) -> Version:
        version = tree.file(name, content).current_version
        run_jobs()
        assert version is not None
        return version

    return keep


def _piece(
    version: Version, rank: int, *, name: str = "mail-piece", org: str = "saint-aubin"
) -> str:
    return reverse(f"documents:{name}", args=[org, version.uid, rank])


@pytest.mark.parametrize(("name", "write"), [("a.msg", _outlook), ("a.eml", _saved)])
def test_each_attached_file_comes_out_alone_and_runs_nothing(
    name: str, write: Callable[[], bytes], kept: Callable, tree: Tree, client_of: Callable
) -> None:
    message = kept(name, write())
    reader = client_of(tree.cast.claire)
    page = reader.get(reverse("documents:document", args=["saint-aubin", message.document.uid]))
    shown = page.content.decode()
    assert "Bail,\N{NO-BREAK SPACE}signé.pdf" in shown
    assert _piece(message, 2) in shown
    assert "Classer cette pièce" not in shown  # she reads, and files nothing here
    if name == "a.msg":
        assert "mardi 3 mars 2026 à 14 h 05" in " ".join(shown.split())

    first = reader.get(_piece(message, 1))
    assert b"".join(first.streaming_content) == BAIL
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"].startswith("attachment")
    assert "Bail%2C%20sign%C3%A9.pdf" in first["Content-Disposition"]
    part = reader.get(_piece(message, 1), headers={"Range": "bytes=1-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"PDF")
    # What would run in a browser is a file to keep, sealed, under a name that leads nowhere.
    second = reader.get(_piece(message, 2))
    assert b"".join(second.streaming_content) == SCRIPT
    assert second["Content-Disposition"].startswith("attachment")
    assert second["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in second["Content-Security-Policy"]
    assert "plan fdp.html" in second["Content-Disposition"]
    assert "%2F" not in second["Content-Disposition"]
    assert reader.get(_piece(message, 3)).status_code == 404
    downloads = AuditEntry.objects.filter(verb=audit.DOCUMENT_DOWNLOADED.code)
    assert [entry.data["piece"] for entry in downloads.order_by("pk")] == [1, 2]


def test_a_message_attached_to_a_message_comes_out_whole_and_is_filed(
    kept: Callable, tree: Tree, client_of: Callable
) -> None:
    outer = EmailMessage()
    outer["Subject"], outer["From"] = "TR : Bail", "accueil@mairie.example"
    outer.set_content("Voir ci-joint.")
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Bail de la salle, été 2026", "contact@durand.example"
    inner.set_content("Voici le bail.")
    inner.add_attachment(BAIL, maintype="application", subtype="pdf", filename="Bail.pdf")
    outer.add_attachment(inner)
    message, julien = kept("a.eml", bytes(outer)), client_of(tree.cast.julien)

    page = julien.get(reverse("documents:document", args=["saint-aubin", message.document.uid]))
    shown = " ".join(page.content.decode().split())
    assert "Bail.pdf" in shown
    assert "Bail de la salle, été 2026.eml" in shown
    answer = julien.get(_piece(message, 2))
    assert answer["Content-Type"] == "message/rfc822"
    alone = message_from_bytes(b"".join(answer.streaming_content), policy=policy.default)
    assert alone["Subject"] == "Bail de la salle, été 2026"
    (bail,) = alone.iter_attachments()
    assert bail.get_content() == BAIL

    julien.post(_piece(message, 2, name="mail-piece-file"))
    filed = Document.objects.get(title="Bail de la salle, été 2026.eml")
    assert filed.current_version is not None
    assert filed.current_version.media_type == "message/rfc822"
    assert julien.get(_piece(message, 3)).status_code == 404


def test_an_attached_file_has_the_rights_of_its_message(
    kept: Callable, tree: Tree, client_of: Callable
) -> None:
    message = kept("a.eml", _saved())
    cast = tree.cast
    for person, org in ((cast.michel, "saint-aubin"), (cast.sophie, "valmorel")):
        for rank in (1, 2):
            assert client_of(person).get(_piece(message, rank, org=org)).status_code == 404
            address = _piece(message, rank, name="mail-piece-file", org=org)
            assert client_of(person).post(address).status_code == 404
    refused = client_of(cast.claire).post(_piece(message, 1, name="mail-piece-file"))
    assert refused.status_code == 403
    assert Document.objects.count() == 1


def test_an_attached_file_is_filed_in_the_folder_of_its_message(
    kept: Callable, tree: Tree, client_of: Callable
) -> None:
    message, julien = kept("a.msg", _outlook()), client_of(tree.cast.julien)
    first = _piece(message, 1, name="mail-piece-file")
    said = julien.post(first, follow=True).content.decode()
    assert "est classé dans le même dossier" in said
    filed = Document.objects.get(title="Bail, signé.pdf")
    assert filed.folder == tree.urbanisme
    assert filed.current_version is not None
    assert filed.current_version.media_type == "application/pdf"
    assert filed.current_version.reason == "Pièce jointe d’un message"
    # Pressed twice, it is still filed once; another file of that name stands beside.
    assert "est déjà dans ce dossier" in julien.post(first, follow=True).content.decode()
    assert Document.objects.filter(title__startswith="Bail").count() == 1
    tree.file("plan fdp.html", b"<!doctype html><html><p>Autre</p></html>")
    julien.post(_piece(message, 2, name="mail-piece-file"))
    titles = Document.objects.filter(title__startswith="plan").values_list("title", flat=True)
    assert sorted(titles) == ["plan fdp (2).html", "plan fdp.html"]
    assert julien.post(_piece(message, 3, name="mail-piece-file")).status_code == 404


def test_who_may_file_here_but_not_read_the_message_files_nothing(
    kept: Callable, tree: Tree, client_of: Callable
) -> None:
    message, cast = kept("a.eml", _saved()), tree.cast
    rights.set_role(
        actor=cast.dgs,
        obj=message.document,
        principal=cast.julien,
        role=Role.NONE,
        now=cast.now,
        confirmed=True,
    )
    address = _piece(message, 1, name="mail-piece-file")
    assert client_of(cast.julien).post(address).status_code == 404
    # The other way round: editor of the message alone.
    rights.set_role(
        actor=cast.dgs,
        obj=message.document,
        principal=cast.claire,
        role=Role.EDITOR,
        now=cast.now,
        confirmed=True,
    )
    claire = client_of(cast.claire)
    page = claire.get(reverse("documents:document", args=["saint-aubin", message.document.uid]))
    assert "Classer cette pièce" not in page.content.decode()
    assert claire.post(address).status_code == 403
    assert Document.objects.count() == 1


def test_a_long_message_still_names_its_attached_files() -> None:
    found = mail_page("Objet : Un\n\n" + "mot " * 20_000 + "\n\nPièces jointes : a, b")
    assert found is not None
    assert found.attachments == ("a", "b")
