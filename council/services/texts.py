"""The text of a point taken from somebody's own file: the editor is never compulsory."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.lib.storage import blobs
from council import audit
from council.access import can_edit_item
from council.dossier.pasted import LONGEST, from_html
from council.models import AgendaItem, AgendaItemDocument
from council.services.locking import lock_item
from council.services.pieces import join_document
from council.services.refusals import Refusal
from documents.access import can_read
from documents.extraction import HTML_TYPES, read_html
from documents.models import Document, Folder, Version
from documents.services import filing
from documents.services.locking import lock_organisation


class NotAText(Refusal):
    """The file is not a written text, or nothing can be read of it."""


def text_of_version(version: Version) -> str:
    """What a version says (`text_of_file`)."""
    return text_of_file(blobs().path(version.storage_key), version.media_type)


def text_of_file(path: Path, media_type: str) -> str:
    """What a file says, as kept texts are written: headings, lists, tables, bold, italic.

    Read in the sandbox, outside any lock. Raises NotAText.
    """
    if media_type not in HTML_TYPES:
        raise NotAText("Donnez un document Word (.docx) ou LibreOffice (.odt).")
    found = read_html(path, media_type)
    if not found.pages:
        why = found.reason or "Ce document ne contient aucun texte."
        raise NotAText(f"Son texte n’a pas pu être repris. {why}")
    text = from_html(found.pages[0].text)
    if not text or len(text) > LONGEST:
        raise NotAText("Ce document ne contient pas de texte à reprendre.")
    return text


@transaction.atomic
def use_text(
    *, actor: Actor, item: AgendaItem, document: Document, text: str, now: datetime
) -> AgendaItem:
    """Put in a point the text read from one of its pieces (`text_of_version`). The piece stays."""
    locked = lock_item(item)
    require(can_edit_item(actor, locked))
    joined = AgendaItemDocument.objects.filter(item=locked, document=document).exists()
    if not joined or not can_read(actor, document):
        raise Refusal("Ce document n’est pas une pièce du point.")
    locked.proposed_text = text
    locked.changed_at = now
    locked.save(update_fields=["proposed_text", "changed_at"])
    record(actor, audit.TEXT_TAKEN, locked, now=now, data={"document": str(document.uid)})
    return locked


@transaction.atomic
def bring_file(
    *,
    actor: Actor,
    item: AgendaItem,
    folder: Folder,
    received: filing.Received,
    now: datetime,
) -> Document:
    """File one's own text in the tree and join it to the point."""
    lock_organisation(actor.organisation.pk)
    require(can_edit_item(actor, item))
    if received.sniffed.media_type not in HTML_TYPES:
        raise NotAText("Donnez un document Word (.docx) ou LibreOffice (.odt).")
    filed = filing.file_document(
        actor=actor, folder=folder, received=received, now=now, keep_both=True
    )
    join_document(actor=actor, item=item, document=filed.document, now=now)
    return filed.document
