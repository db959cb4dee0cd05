"""Things that arrive, for the tests."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

from documents.enums import ArrivalSource
from documents.models import Arrival, Folder
from documents.services import arriving, filing
from documents.services.arriving import Parcel
from tests.documents.tree_of_cast import Tree


def bring(
    tree: Tree,
    *files: tuple[str, bytes],
    sender: str = "factures@edf.fr",
    sender_name: str = "EDF Collectivités",
    subject: str = "Votre facture",
    folder: Folder | None = None,
    held: str = "",
    key: str = "",
    organisation: object = None,
) -> list[Arrival]:
    """A mail with these files (a text invoice without any), in the bin of Saint-Aubin."""
    wanted = files or (("scan0012.txt", b"Facture EDF, 12/03/2026. Net a payer 120 euros."),)
    envelope = arriving.bring(
        organisation=organisation or tree.cast.saint_aubin,
        parcel=Parcel(
            source=ArrivalSource.MAIL,
            key=key or f"test:{uuid4()}",
            files=[filing.receive(BytesIO(content), name) for name, content in wanted],
            sender_name=sender_name,
            sender_address=sender,
            subject=subject,
            folder=folder,
            held_reason=held,
        ),
        now=tree.cast.now,
    )
    assert envelope is not None
    # Read again: the folder given may be older than its rights.
    found = Arrival.objects.filter(envelope_id=envelope.pk).select_related("envelope__folder")
    return list(found.order_by("position"))
