"""What a page shows of a version: the PDF, the picture, the text, or why there is nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from accounts.actor import Actor
from config.lib.addresses import address
from config.lib.http import AuthedRequest
from config.lib.text import hour, long_date
from documents.access import can_edit
from documents.extraction import MAIL_TYPES
from documents.extraction.conversion import CONVERTIBLE
from documents.models import Document, DocumentPage, Version
from documents.previews import NoPdf, preview_path, why_no_pdf
from documents.rules.mail_page import MailPage, mail_page
from documents.views.listing import icon_for
from documents.views.shown import has_pdf

TEXT_PREVIEW_CHARACTERS = 40_000


@dataclass(frozen=True, slots=True)
class PieceLine:
    """A file attached to a message; `file` is "" for who may not file in the message's folder."""

    name: str
    download: str
    file: str


@dataclass(frozen=True, slots=True)
class Preview:
    """How a version is shown. `kind`: "pdf", "image", "mail", "text", or "" for a download only."""

    kind: str
    title: str
    src: str
    download: str
    icon: str
    text: str = ""
    page: int = 1
    mail: MailPage | None = None
    pieces: tuple[PieceLine, ...] = ()
    sent: str = ""
    note_title: str = ""
    note: str = ""


def preview_kind(version: Version) -> str:
    """How a page shows this version."""
    if has_pdf(version.storage_key, version.media_type):
        return "pdf"
    if version.media_type in CONVERTIBLE:
        return "text"
    if version.media_type.startswith("image/") and preview_path(version.storage_key).exists():
        return "image"
    if version.media_type.startswith("text/") or version.media_type in MAIL_TYPES:
        return "text"
    return ""


def _note(version: Version) -> tuple[str, str]:
    """What is said above the words of an Office document shown without its layout."""
    if version.media_type not in CONVERTIBLE:
        return "", ""
    why = why_no_pdf(version.storage_key)
    if why is None:
        return (
            "Aperçu en préparation",
            "La mise en page s’affichera d’ici peu. Voici déjà le texte.",
        )
    if why is NoPdf.NO_PROGRAM:
        return (
            "Aperçu du texte seul",
            "LibreOffice n’est pas installé sur ce serveur : la mise en page n’est pas montrée.",
        )
    return (
        "Aperçu de la mise en page impossible",
        "LibreOffice n’a pas su ouvrir ce fichier. Voici son texte ; "
        "téléchargez-le pour le voir tel qu’il est.",
    )


def preview_text(version: Version) -> str:
    """The beginning of the text, as it was read from the file."""
    return _words(version)[:TEXT_PREVIEW_CHARACTERS]


def _words(version: Version) -> str:
    pages = DocumentPage.objects.filter(version=version).order_by("number")
    return "\n\n".join(pages.values_list("text", flat=True)[:20])


def preview_of(
    actor: Actor, document: Document, version: Version, *, title: str, page: int = 1
) -> Preview:
    """Everything that `documents/preview.html` needs."""
    kind = preview_kind(version)
    note_title, note = _note(version) if kind == "text" else ("", "")
    here = [actor.organisation.slug, version.uid]
    text = _words(version) if kind == "text" else ""
    mail = mail_page(text) if version.media_type in MAIL_TYPES else None
    text = text[:TEXT_PREVIEW_CHARACTERS]
    if mail is not None:
        kind, mail = "mail", replace(mail, body=mail.body[:TEXT_PREVIEW_CHARACTERS])
    return Preview(
        kind=kind,
        note_title=note_title,
        note=note,
        title=title,
        src=address("documents:version-view", *here),
        download=address("documents:version-download", *here),
        icon=icon_for(version.media_type),
        text=text,
        mail=mail,
        pieces=_pieces(actor, document, version, mail) if mail else (),
        sent=_sent(mail, actor.organisation.timezone) if mail else "",
        page=page,
    )


def _pieces(
    actor: Actor, document: Document, version: Version, mail: MailPage
) -> tuple[PieceLine, ...]:
    if not mail.attachments:
        return ()
    may_file = can_edit(actor, document.folder)
    org = actor.organisation.slug
    return tuple(
        PieceLine(
            name,
            address("documents:mail-piece", org, version.uid, rank),
            address("documents:mail-piece-file", org, version.uid, rank) if may_file else "",
        )
        for rank, name in enumerate(mail.attachments, 1)
    )


def _sent(mail: MailPage, zone: str) -> str:
    """« mardi 3 mars 2026 à 14 h 05 », on the town hall's wall; as written when it makes no
    sense."""
    if mail.sent_at is None:
        return mail.date
    try:
        local = mail.sent_at.astimezone(ZoneInfo(zone))
    except OverflowError:
        return mail.date
    return f"{long_date(local)} à {hour(local)}"


def page_asked(request: AuthedRequest) -> int:
    """The page of the document that the address points at (`?page=3`), from 1."""
    raw = request.GET.get("page", "1")
    return min(max(int(raw), 1), 100_000) if raw.isascii() and raw.isdigit() else 1
