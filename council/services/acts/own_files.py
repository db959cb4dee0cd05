"""Somebody's own document as the text of an act: the editor is never compulsory.

A PDF keeps its pages and gains the code of the act on each. The text of a Word or LibreOffice file
is taken over and set out by Parvis; the file itself stays beside the act.
"""

from __future__ import annotations

import io
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.lib.storage import blobs
from council import audit
from council.access_acts import can_edit_act
from council.models import Act
from council.services.acts.locking import lock_act
from council.services.acts.places import folder_of_act
from council.services.acts.printing import ask_for_paper, coded_pages, file_name, file_version
from council.services.texts import NotAText, text_of_file
from documents.extraction import HTML_TYPES
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

__all__ = ["NotAText", "return_to_editor", "use_own_file"]


@transaction.atomic
def use_own_file(*, actor: Actor, act: Act, received: filing.Received, now: datetime) -> Act:
    """Take a PDF as the paper of the act, or the text of a .docx or .odt. Raises NotAText."""
    kind = received.sniffed.media_type
    text = ""
    if kind in HTML_TYPES:
        text = text_of_file(blobs().path(received.stored.key), kind)
    elif kind != "application/pdf":
        raise NotAText("Donnez un document Word (.docx), LibreOffice (.odt) ou un PDF.")
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_edit_act(actor, locked))
    locked.own_file = not text
    if text:
        locked.text = text
    _changed(locked, now)
    if text:
        filing.file_document(
            actor=actor,
            folder=folder_of_act(actor, locked, now=now),
            received=received,
            now=now,
            keep_both=True,
            reason="Document d’où vient le texte de l’acte",
        )
        ask_for_paper(actor, locked, now)
    else:
        _file_pages(actor, locked, received, now)
    record(actor, audit.ACT_EDITED, locked, now=now)
    return locked


@transaction.atomic
def return_to_editor(*, actor: Actor, act: Act, now: datetime) -> Act:
    """Have Parvis set the text out again; the document brought stays among the versions."""
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_edit_act(actor, locked))
    locked.own_file = False
    _changed(locked, now)
    ask_for_paper(actor, locked, now)
    record(actor, audit.ACT_EDITED, locked, now=now)
    return locked


def _changed(act: Act, now: datetime) -> None:
    act.revision += 1
    act.changed_at = now
    # What was agreed to was another text.
    act.agreed_at, act.agreed_sha256 = None, ""
    act.save()


def _file_pages(actor: Actor, act: Act, received: filing.Received, now: datetime) -> None:
    """The document as it was brought, then with its codes: two versions of one document."""
    from council.dossier import own_pages  # with it comes pikepdf

    path = blobs().path(received.stored.key)
    try:
        coded = coded_pages(act, path)
    except own_pages.CannotTake as why:
        raise NotAText(str(why)) from None
    original = file_version(
        actor, act, received, now=now, reason="Votre document", field="own_version"
    )
    hold(original, "Texte d’un acte", holder_uid=act.uid, now=now)
    file_version(
        actor,
        act,
        filing.receive(io.BytesIO(coded), file_name(act)),
        now=now,
        reason="Avec le code de chaque page",
        field="draft_version",
    )
