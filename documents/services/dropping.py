"""A deposit: somebody without an account brings files through a link, and sees nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction

from accounts.notifications import followers_of, notify
from config.lib.storage import Readable
from config.lib.text import clean_name, human_size, plural
from documents.enums import Accepted, LinkKind
from documents.models import Deposit, Folder, OutsideLink
from documents.notifications.links import DEPOSITED
from documents.services import filing, linking
from documents.services.filing import NoRoomLeft, Received
from documents.services.linking import DeadLink, Opening, State
from documents.services.refusals import Refusal

MOST_AT_ONCE = 20
_PAPERS = (
    "application/pdf",
    "text/",
    "application/rtf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument",
    "application/vnd.oasis.opendocument",
)
_TAKES = {
    Accepted.ANY: ("",),
    Accepted.PAPERS: _PAPERS,
    Accepted.PDF_AND_PICTURES: ("application/pdf", "image/"),
}


class NotDeposited(Refusal):
    """Nothing was kept; the message is for the person who brings the files."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One file as it was sent."""

    name: str
    size: int
    content: Readable


def receive(opening: Opening, files: Sequence[Brought]) -> list[Received]:
    """Bytes on disk, looked at; nothing is filed yet. Raises NotDeposited: all or nothing."""
    link = opening.link
    if not files:
        raise NotDeposited("Choisissez au moins un fichier.")
    left = link.max_files - link.file_count
    most = min(left, MOST_AT_ONCE)
    if len(files) > most:
        raise NotDeposited(f"Choisissez {plural(most, 'fichier')} au plus à la fois.")
    for file in files:
        if file.size > link.max_bytes:
            raise NotDeposited(
                f"« {clean_name(file.name)} » dépasse {human_size(link.max_bytes)}, la taille "
                "acceptée ici. Rien n’a été envoyé."
            )
    received = []
    for file in files:
        try:
            one = filing.receive(file.content, file.name)
        except NoRoomLeft:
            phone = link.organisation.phone
            call = f" Appelez le {phone}." if phone else ""
            raise NotDeposited(
                f"{link.organisation.name} ne peut pas recevoir de fichiers en ce moment. "
                f"Rien n’a été enregistré.{call}"
            ) from None
        except Refusal as refused:
            raise NotDeposited(str(refused)) from None
        if not one.sniffed.media_type.startswith(_TAKES[Accepted(link.accepts)]):
            takes = Accepted(link.accepts).label
            raise NotDeposited(
                f"« {one.name} » n’est pas accepté ici ({takes}). Rien n’a été envoyé."
            )
        received.append(one)
    return received


@transaction.atomic
def deposit(
    *,
    token: str,
    received: Sequence[Received],
    name: str,
    email: str,
    note: str,
    opened_with: str,
    now: datetime,
) -> Deposit:
    """File what was received, beside whatever has the same names. Raises DeadLink or Refusal.

    The files stand in the folder with no author: "Déposé par un lien : M. Durand". The author of
    the link, and those who follow the folder, are told.
    """
    opening = linking.follow(token, LinkKind.DROP, now=now)
    held = OutsideLink.objects.select_for_update(of=("self",), no_key=True).get(pk=opening.link.pk)
    if held.revoked_at is not None:
        raise DeadLink(State.REVOKED, opening.link.organisation)
    if opened_with != linking.proof_of(held):
        raise linking.WrongPassword("Donnez d’abord le mot de passe.")
    if held.file_count + len(received) > held.max_files:
        raise NotDeposited("D’autres fichiers sont arrivés entre-temps : il n’y a plus de place.")
    who = clean_name(name)[:120]
    if not who:
        raise NotDeposited("Dites votre nom : il sera noté avec vos fichiers.")
    folder = cast(Folder, opening.target)
    kept = []
    for one in received:
        filed = filing.file_document(
            actor=opening.author,
            folder=folder,
            received=one,
            now=now,
            keep_both=True,
            brought_by=who,
        )
        kept.append(
            {"name": one.name, "size": one.stored.size, "document": str(filed.document.uid)}
        )
    held.file_count += len(received)
    held.save(update_fields=["file_count"])
    made = Deposit.objects.create(
        organisation=opening.link.organisation,
        link=held,
        name=who,
        email=email,
        message=note.strip()[:1000],
        at=now,
        files=kept,
    )
    path, step = folder.path, Folder.steplen
    above = Folder.objects.filter(path__in=[path[:n] for n in range(step, len(path) + 1, step)])
    followers = followers_of(
        opening.link.organisation, list(above.values_list("uid", flat=True)), now=now
    )
    notify(
        DEPOSITED,
        organisation=opening.link.organisation,
        recipients=[opening.link.author, *followers],
        group_key=f"link:deposits:{folder.uid}",
        object_uid=folder.uid,
        now=now,
        reason="parce que vous avez ouvert cette boîte, ou suivez ce dossier",
    )
    return made
