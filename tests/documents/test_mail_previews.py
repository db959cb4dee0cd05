"""Messages laid out in the page: who, to whom, when in French, what was joined; no HTML."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.urls import reverse

from documents.rules.mail_page import mail_page
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
