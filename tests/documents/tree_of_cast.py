"""The cast with a tree: Finances (Karim files, agents read), État civil confidential."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import pytest

from accounts.models import Organisation, Person
from documents.enums import Role
from documents.models import Document, Folder
from documents.services import filing, folders, rights
from tests.personas import Cast
from tests.remembered import recall


@dataclass
class Tree:
    """Folders of Saint-Aubin, and the root of Valmorel."""

    cast: Cast
    root: Folder
    urbanisme: Folder  # Julien's service edits; Claire reads
    secret: Folder  # confidential: Claire's service edits, the DGS manages
    valmorel: Folder

    def file(
        self,
        name: str = "note.txt",
        content: bytes = "Délibération sur la cantine scolaire.".encode(),
        *,
        by: Person | None = None,
        folder: Folder | None = None,
        organisation: Organisation | None = None,
        as_new_version: bool = False,
        reason: str = "",
    ) -> Document:
        return filing.file_document(
            actor=self.cast.actor(by or self.cast.julien, organisation),
            folder=folder or self.urbanisme,
            received=filing.receive(BytesIO(content), name),
            now=self.cast.now,
            as_new_version=as_new_version,
            reason=reason,
        ).document


@pytest.fixture
def tree(cast: Cast) -> Tree:
    return recall("tree", lambda: plant(cast), at=cast.now, upon=cast)


def plant(cast: Cast) -> Tree:
    """Through the services, over the cast."""
    dgs, now = cast.dgs, cast.now
    root = folders.create_root(organisation=cast.saint_aubin, now=now)
    valmorel = folders.create_root(organisation=cast.valmorel, now=now)
    urbanisme = folders.create_folder(actor=dgs, parent=root, name="Urbanisme", now=now)
    secret = folders.create_folder(actor=dgs, parent=root, name="État civil", now=now)
    for folder, team, role in (
        (urbanisme, cast.urbanisme, Role.EDITOR),
        (urbanisme, cast.etat_civil, Role.READER),
        (urbanisme, cast.finances, Role.COMMENTER),
        (secret, cast.etat_civil, Role.EDITOR),
    ):
        rights.set_role(actor=dgs, obj=folder, principal=team, role=role, now=now)
    rights.make_confidential(actor=dgs, folder=secret, now=now)
    return Tree(cast, root, urbanisme, secret, valmorel)
