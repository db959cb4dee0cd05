"""The PDF that the public reads of an act, filed beside the act and never in its place."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from accounts.actor import Actor
from config.lib.storage import blobs
from council.dossier import french
from council.dossier.statement import statement_pdf
from council.models import Act
from council.rules.finding import blocking
from council.rules.publication import Mode, PublishedCopy, check_copy
from council.services.acts.places import folder_of_act
from council.services.acts.printing import letterhead_of_register
from council.services.acts.signatories import plain_quality
from council.services.refusals import Refusal
from documents.models import Document, Version
from documents.services import filing


class NotPdf(Refusal):
    """What is put online cannot be changed by whoever reads it (R-PUB-02)."""


class NotComplete(Refusal):
    """The law wants the author, their quality and the day on the text put online (R-PUB-02)."""


def online_sentence(act: Act, on: date) -> str:
    """« Mis en ligne le 2 décembre 2026. Auteur de l’acte : Claire Vasseur, maire. »"""
    day = french.long_date(on, with_day=False)
    author = act.signatory.full_name if act.signatory else ""
    said = ", ".join(part for part in (author, plain_quality(act.signatory_title)) if part)
    return f"Mis en ligne le {day}. Auteur de l’acte : {said}."


def must_be_complete(actor: Actor, act: Act, on: date) -> None:
    """Raise NotComplete while the text would not say its author and their quality (T-DEAD-08)."""
    author = act.signatory
    copy = PublishedCopy(
        author_given_name=author.given_name if author else "",
        author_family_name=author.family_name if author else "",
        author_capacity=act.signatory_title,
        posted_on=on,
        redaction_checked_by=actor.person.full_name,
        mode=Mode.ELECTRONIC,
    )
    found = blocking(check_copy(copy))
    if found:
        raise NotComplete(" ".join(one.message for one in found), found)


def with_the_day(act: Act, path: Path, on: date) -> bytes:
    """Somebody's own PDF, its pages as they are, then one that says its author and the day."""
    from council.dossier import own_pages  # with it comes pikepdf

    said = statement_pdf(
        letterhead_of_register(act.register),
        "Mise en ligne",
        f"{act.get_kind_display()} n° {act.reference}",
        [online_sentence(act, on)],
        [],
        at=datetime.combine(on, time(), tzinfo=UTC),
    )
    try:
        return own_pages.followed_by(path, said)
    except own_pages.CannotTake as why:
        raise NotPdf(str(why)) from None


def brought_with_the_day(act: Act, received: filing.Received, on: date) -> filing.Received:
    """The PDF that somebody joined, and its last page. Raises NotPdf."""
    _must_be_pdf(received)
    content = with_the_day(act, blobs().path(received.stored.key), on)
    return filing.receive(io.BytesIO(content), received.name)


def file_public_text(
    actor: Actor,
    act: Act,
    received: filing.Received,
    now: datetime,
    *,
    document: Document | None = None,
) -> Version:
    """Organisation and act are held by the caller. ``document``: where an earlier text is."""
    _must_be_pdf(received)
    named = replace(received, name=f"{act.reference} texte mis en ligne.pdf")
    if document is not None and document.trashed_at is None:
        return filing.add_version(actor=actor, document=document, received=named, now=now).version
    filed = filing.file_document(
        actor=actor,
        folder=folder_of_act(actor, act, now=now),
        received=named,
        now=now,
        keep_both=True,
    )
    return filed.version


def _must_be_pdf(received: filing.Received) -> None:
    if received.sniffed.media_type != "application/pdf":
        raise NotPdf("Un acte se met en ligne dans un format qui ne se modifie pas : un PDF.")
