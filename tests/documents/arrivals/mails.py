"""Mails as they reach the town hall's mailbox, and the server that hands them out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from config.lib.env import Mailbox

ADDRESS = "classer@mairie.exemple.fr"
SERVER = "mx.mairie.exemple.fr"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def mail(
    *,
    to: str,
    sender: str = "Julien Petit <julien.petit@exemple.fr>",
    subject: str = "TR: Votre facture",
    body: str = "Bonjour,\nDe : EDF Collectivités <factures@edf.fr>\nVoici.",
    files: tuple[tuple[str, bytes, str], ...] = (("facture.pdf", PDF, "application/pdf"),),
    proof: str | None = f"{SERVER}; dmarc=pass (p=none) header.from=exemple.fr",
    identity: str = "<1@exemple.fr>",
    **headers: str,
) -> bytes:
    """A forwarded mail, proved unless told otherwise."""
    message = EmailMessage()
    if proof is not None:
        message["Authentication-Results"] = proof
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = identity
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    for name, content, kind in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return bytes(message)


class Box:
    """A folder of messages that a real IMAP server hands out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.validity = 1

    def put(self, number: int, raw: bytes) -> None:
        (self.folder / "uidvalidity").write_text(str(self.validity))
        (self.folder / f"{number}.eml").write_bytes(raw)


@contextmanager
def served(folder: Path) -> Iterator[tuple[Box, Mailbox]]:
    """An IMAP server over this folder, ended afterwards."""
    box = Box(folder)
    (folder / "uidvalidity").write_text("1")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.documents.arrivals.imap_server", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield box, Mailbox("127.0.0.1", port, "classer", "secret", tls=False)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
