"""A real IMAP server (Twisted's) over a folder of messages: `<uid>.eml`, and `uidvalidity`.

Run as a process of its own: `python -m tests.documents.arrivals.imap_server FOLDER`; it prints its
port. Knows one user, "classer", whose password is "secret".
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime
from pathlib import Path

from twisted.cred import checkers, portal
from twisted.internet import protocol, reactor
from twisted.mail import imap4
from zope.interface import implementer


@implementer(imap4.IMessage)
class StoredMessage:
    def __init__(self, path: Path) -> None:
        self.raw = path.read_bytes()
        self.uid = int(path.stem)
        self.parsed = message_from_bytes(self.raw)

    def getUID(self) -> int:
        return self.uid

    def getFlags(self) -> list[str]:
        return []

    def getInternalDate(self) -> str:
        return format_datetime(datetime(2026, 11, 22, tzinfo=UTC))

    def getHeaders(self, negate: bool, *names: str) -> dict[str, str]:
        wanted = {n.decode().lower() if isinstance(n, bytes) else n.lower() for n in names}
        return {
            key.lower(): str(value)
            for key, value in self.parsed.items()
            if not wanted or (key.lower() in wanted) != bool(negate)
        }

    def getBodyFile(self) -> io.BytesIO:
        return io.BytesIO(self.raw.partition(b"\n\n")[2])

    def getSize(self) -> int:
        return len(self.raw)

    def isMultipart(self) -> bool:
        return False

    def getSubPart(self, part: int) -> None:
        raise IndexError(part)


@implementer(imap4.IMessageFile)
class WholeMessage(StoredMessage):
    def open(self) -> io.BytesIO:
        return io.BytesIO(self.raw)


@implementer(imap4.IMailbox)
class FolderMailbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.messages = [
            WholeMessage(path)
            for path in sorted(folder.glob("*.eml"), key=lambda path: int(path.stem))
        ]

    def getUIDValidity(self) -> int:
        return int((self.folder / "uidvalidity").read_text())

    def getUIDNext(self) -> int:
        return self.messages[-1].uid + 1 if self.messages else 1

    def getUID(self, message: int) -> int:
        return self.messages[message - 1].uid

    def getMessageCount(self) -> int:
        return len(self.messages)

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return len(self.messages)

    def isWriteable(self) -> int:
        return 1

    def getFlags(self) -> list[str]:
        return ["\\Seen"]

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def requestStatus(self, names: list[str]) -> object:
        return imap4.statusRequestHelper(self, names)

    def addListener(self, listener: object) -> None:
        """Nobody is told of what comes meanwhile."""

    def removeListener(self, listener: object) -> None:
        """The same."""

    def addMessage(self, *_: object) -> None:
        raise imap4.ReadOnlyMailbox

    def expunge(self) -> list[int]:
        return []

    def destroy(self) -> None:
        raise imap4.MailboxException

    def _chosen(self, messages: imap4.MessageSet, uid: bool) -> list[tuple[int, WholeMessage]]:
        messages.last = (self.getUIDNext() - 1 or 1) if uid else max(1, len(self.messages))
        return [
            (rank, message)
            for rank, message in enumerate(self.messages, 1)
            if (message.uid if uid else rank) in messages
        ]

    def fetch(self, messages: imap4.MessageSet, uid: bool) -> list[tuple[int, WholeMessage]]:
        return self._chosen(messages, uid)

    def store(
        self, messages: imap4.MessageSet, flags: list[str], mode: int, uid: bool
    ) -> dict[int, list[str]]:
        return {rank: list(flags) for rank, _ in self._chosen(messages, uid)}


@implementer(imap4.IAccount)
class Account:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def select(self, name: str, rw: bool = True) -> FolderMailbox | None:
        return FolderMailbox(self.folder) if str(name).upper() == "INBOX" else None

    def listMailboxes(self, ref: str, wildcard: str) -> list[tuple[str, FolderMailbox]]:
        return [("INBOX", FolderMailbox(self.folder))]

    def isSubscribed(self, name: str) -> bool:
        return True


@implementer(portal.IRealm)
class Realm:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def requestAvatar(self, avatar: object, mind: object, *interfaces: object) -> tuple:
        return imap4.IAccount, Account(self.folder), lambda: None


class Server(protocol.Factory):
    def __init__(self, folder: Path) -> None:
        known = checkers.InMemoryUsernamePasswordDatabaseDontUse(classer=b"secret")
        self.portal = portal.Portal(Realm(folder), [known])

    def buildProtocol(self, address: object) -> imap4.IMAP4Server:
        server = imap4.IMAP4Server()
        server.portal = self.portal
        return server


def main() -> None:
    port = reactor.listenTCP(0, Server(Path(sys.argv[1])), interface="127.0.0.1")
    sys.stdout.write(f"{port.getHost().port}\n")
    sys.stdout.flush()
    reactor.run()


if __name__ == "__main__":
    main()
