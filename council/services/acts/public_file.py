"""The PDF that the public reads of an act, filed beside the act and never in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounts.actor import Actor
from council.models import Act
from council.services.acts.places import folder_of_act
from council.services.refusals import Refusal
from documents.models import Version
from documents.services import filing


class NotPdf(Refusal):
    """What is put online cannot be changed by whoever reads it (R-PUB-02)."""


def file_public_text(actor: Actor, act: Act, received: filing.Received, now: datetime) -> Version:
    """Organisation and act are held by the caller."""
    if received.sniffed.media_type != "application/pdf":
        raise NotPdf("Un acte se met en ligne dans un format qui ne se modifie pas : un PDF.")
    filed = filing.file_document(
        actor=actor,
        folder=folder_of_act(actor, act, now=now),
        received=replace(received, name=f"{act.reference} texte mis en ligne.pdf"),
        now=now,
        keep_both=True,
    )
    return filed.version
