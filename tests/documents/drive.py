"""A client of the network drive, as short as a test needs."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from django.test import Client

from accounts.models import Organisation, Person
from accounts.services.programmes import make_password
from tests.conftest import StrictClient
from tests.personas import Cast


@dataclass
class DriveClient:
    """Speaks for one person to one organisation's drive."""

    person: Person
    secret: str
    org: str = "saint-aubin"
    client: Client = field(default_factory=StrictClient)

    @property
    def basic(self) -> str:
        pair = f"{self.person.identifier}:{self.secret}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def ask(self, method: str, path: str = "", body: bytes | str = b"", **headers: str):
        """One request; header names come with underscores."""
        data = body.encode() if isinstance(body, str) else body
        extra = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/dav/{self.org}/{path}",
            data,
            content_type="application/xml",
            HTTP_AUTHORIZATION=self.basic,
            **extra,
        )

    def names(self, path: str = "") -> list[str]:
        """The hrefs of a folder's listing, unquoted, without the folder itself."""
        from urllib.parse import unquote

        answer = self.ask("PROPFIND", path, DEPTH="1")
        assert answer.status_code == 207, answer.content
        found = [unquote(h.text or "") for h in ET.fromstring(answer.content).iter("{DAV:}href")]
        return [name.removeprefix(f"/dav/{self.org}/{path}") for name in found][1:]

    def lock(self, path: str, **headers: str):
        """An exclusive lock; the answer and its token."""
        answer = self.ask(
            "LOCK",
            path,
            '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
            "<D:locktype><D:write/></D:locktype><D:owner>moi</D:owner></D:lockinfo>",
            DEPTH="0",
            **headers,
        )
        return answer, answer.headers.get("Lock-Token", "").strip("<>")


def drive_of(cast: Cast, person: Person, organisation: Organisation | None = None) -> DriveClient:
    """That person, with an application password of Saint-Aubin or elsewhere."""
    where = organisation or cast.saint_aubin
    _, secret = make_password(person=person, organisation=where, name="PC", now=cast.now)
    return DriveClient(person, secret, where.slug)
