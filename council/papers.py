"""From rows to the data of the builders, and the files of an edition on this machine's disk.

An edition's manifest is enough to make its papers; the rows are only read to freeze it, and to
find where the bytes are. The files made are kept: the first one made is the one that everybody
gets, and it can be made again from the manifest if the disk is lost.
"""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from accounts.enums import Gender
from accounts.models import Person
from config.lib.storage import blobs
from council.dossier.calendar_file import session_ics
from council.dossier.data import (
    Dossier,
    Letterhead,
    Piece,
    PieceKind,
    Point,
    Recipient,
    Session,
    Signatory,
)
from council.dossier.letters import cancellation_pdf, convocation_pdf
from council.dossier.manifest import Manifest, manifest, read_manifest
from council.enums import AssemblyKind, Function, ItemKind, Voice
from council.models import (
    Advice,
    AgendaItem,
    AgendaItemDocument,
    Assembly,
    Convocation,
    DossierEdition,
    EditionPiece,
    Mandate,
    MayorAgreement,
    Meeting,
)
from council.rules.again import second_convocation_mention
from documents.models import Version

#: The bodies whose members may give pouvoir by law (R-PRO-01, R-PRO-08).
WITH_PROXIES = frozenset(
    {
        AssemblyKind.MUNICIPAL_COUNCIL,
        AssemblyKind.COMMUNITY_COUNCIL,
        AssemblyKind.SYNDICATE_COMMITTEE,
        AssemblyKind.CCAS_BOARD,
    }
)
FOR_INFORMATION = (ItemKind.INFORMATION, ItemKind.ORAL_QUESTION, ItemKind.DECISIONS_REPORT)
_LARGE = 3500
#: The slate of the house, when the organisation chose no colour.
ACCENT = "#1f4a5c"

_ARTICLES = {"commission": "la", "bureau": "le", "conseil": "le", "comité": "le"}


def article_of(name: str) -> str:
    """`le conseil municipal`, `la commission Finances`, `l’assemblée`."""
    first = name.split(" ", maxsplit=1)[0].lower()
    if first in _ARTICLES:
        return _ARTICLES[first]
    return "l’" if first[:1] in "aeéèêiouyh" else "le"


def allows_proxies(assembly: Assembly) -> bool:
    """Whether the law lets a member of this body give pouvoir."""
    return assembly.kind in WITH_PROXIES


def legal_mention(meeting: Meeting) -> str:
    """The texts that the convocation stands on."""
    assembly = meeting.assembly
    population = assembly.population or assembly.organisation.population
    code = "du code général des collectivités territoriales"
    match assembly.kind:
        case AssemblyKind.MUNICIPAL_COUNCIL if population >= _LARGE:
            articles = f"articles L. 2121-10 et L. 2121-12 {code}"
        case AssemblyKind.MUNICIPAL_COUNCIL:
            articles = f"articles L. 2121-10 et L. 2121-11 {code}"
        case AssemblyKind.COMMUNITY_COUNCIL | AssemblyKind.SYNDICATE_COMMITTEE:
            articles = f"articles L. 2121-10, L. 2121-12 et L. 5211-1 {code}"
        case AssemblyKind.CCAS_BOARD:
            articles = "article R. 123-16 du code de l’action sociale et des familles"
        case AssemblyKind.COMMISSION:
            articles = f"article L. 2121-22 {code}"
        case _:
            return ""
    return (
        f"Convocation faite en application des {articles}."
        if articles.startswith("articles")
        else f"Convocation faite en application de l’{articles}."
    )


def extra_mentions(meeting: Meeting) -> tuple[str, ...]:
    """R-QUO-05: a second convocation says that no quorum is needed."""
    first = meeting.again_after
    if first is None:
        return ()
    local_law = meeting.assembly.local_law
    return (second_convocation_mention(first.local_day, local_law=local_law),)


def letterhead_of(assembly: Assembly) -> Letterhead:
    """The organisation's head, with the body's own phone and address where it has some."""
    organisation = assembly.organisation
    address = tuple(line.strip() for line in organisation.address.splitlines() if line.strip())
    return Letterhead(
        organisation=organisation.name,
        address=address,
        phone=assembly.phone or organisation.phone,
        email=assembly.reply_email or organisation.email,
        accent=organisation.accent or ACCENT,
    )


def signatory_of(meeting: Meeting) -> Signatory:
    """Who convenes: the mayor or the president in office on the day of the meeting, or whoever
    agreed to the agenda in their place (L2122-17)."""
    instead = (
        MayorAgreement.objects.given()
        .filter(meeting=meeting)
        .exclude(acting_as="")
        .select_related("answered_by")
        .order_by("-pk")
        .first()
    )
    if instead is not None and instead.answered_by is not None:
        quality, _, why = instead.acting_as.partition(", ")[2].rpartition(", ")
        return Signatory(capital_name(instead.answered_by), quality.capitalize(), f"{why}.")
    chair = (
        Mandate.objects.filter(assembly=meeting.assembly)
        .chairing()
        .current(meeting.local_day)
        .select_related("person")
        .order_by("pk")
        .first()
    )
    if chair is None:
        return Signatory(name="", title="Le maire")
    woman = chair.person.gender == Gender.FEMININE
    title = (
        ("La maire" if woman else "Le maire")
        if chair.function == Function.MAYOR
        else ("La présidente" if woman else "Le président")
    )
    return Signatory(name=capital_name(chair.person), title=chair.function_label or title)


def capital_name(person: Person) -> str:
    """Michel GARNIER: on an official letter, the family name stands out."""
    return f"{person.given_name} {person.family_name.upper()}".strip()


_EXTENSION = re.compile(r"(?<=\w)\.[A-Za-z0-9]{2,4}$")


def shown_title(label: str) -> str:
    """The name of a document as one says it: without the extension of its file."""
    return _EXTENSION.sub("", label) or label


def piece_of(version: Version, label: str, nature: PieceKind = PieceKind.ANNEX) -> Piece:
    """A pinned version as a piece."""
    return Piece(
        uid=str(version.uid),
        title=shown_title(label or version.original_name),
        media_type=version.media_type,
        sha256=version.sha256,
        size=version.size,
        path=blobs().path(version.storage_key),
        kind=nature,
        file_name=version.original_name,
        version=version.number,
    )


def point_of(item: AgendaItem, pieces: Iterable[Piece], advice: Iterable[str] = ()) -> Point:
    """A numbered point with its frozen pieces."""
    return Point(
        uid=str(item.uid),
        number=item.number or 0,
        title=item.title,
        section=item.section_title,
        rapporteur=item.rapporteur.full_name if item.rapporteur else "",
        closed=item.closed_doors,
        for_information=item.kind in FOR_INFORMATION,
        summary=item.summary,
        proposed_text=item.proposed_text,
        pieces=tuple(pieces),
        advice=tuple(advice),
    )


def freeze(
    meeting: Meeting,
    items: Iterable[AgendaItem],
    pieces: Iterable[AgendaItemDocument],
    *,
    edition: int,
    at: datetime,
    changes: Iterable[str] = (),
    urgency_reason: str = "",
) -> Manifest:
    """The manifest of a new edition: everything that its papers will ever say.

    `items` and `pieces` come in reading order; a piece without a pinned version has no bytes and
    is left out.
    """
    by_item: dict[int, list[Piece]] = {}
    for one in pieces:
        if one.pinned_version is not None:
            label = one.label or one.document.title
            by_item.setdefault(one.item_id, []).append(
                piece_of(one.pinned_version, label, PieceKind(one.nature))
            )
    told: dict[int, list[str]] = {}
    every = list(items)
    released = Advice.objects.filter(item__in=every, released_at__isnull=False)
    for opinion in released.select_related("body", "team").order_by("given_on", "pk"):
        told.setdefault(opinion.item_id, []).append(opinion.sentence)
    assembly = meeting.assembly
    dossier = Dossier(
        letterhead=letterhead_of(assembly),
        session=Session(
            uid=str(meeting.uid),
            assembly=assembly.name,
            assembly_article=article_of(assembly.name),
            starts_at=meeting.starts_at,
            zone=meeting.tz,
            place=meeting.place,
        ),
        signatory=signatory_of(meeting),
        points=tuple(
            point_of(item, by_item.get(item.pk, ()), told.get(item.pk, ())) for item in every
        ),
        edition=edition,
        frozen_at=at,
        written_at=at,
        legal_mention=legal_mention(meeting),
        urgency_reason=urgency_reason or meeting.urgency_reason,
        proxies_allowed=allows_proxies(assembly),
        changes=tuple(changes),
        extra_mentions=extra_mentions(meeting),
    )
    return manifest(dossier)


def edition_pieces(edition: DossierEdition) -> list[EditionPiece]:
    """The pieces of an edition in reading order."""
    return list(edition.pieces.select_related("item", "version").order_by("position"))


def edition_dossier(edition: DossierEdition) -> Dossier:
    """The dossier exactly as it was frozen, with the place of each file."""
    versions = Version.objects.filter(
        pk__in=EditionPiece.objects.filter(edition=edition).values("version")
    )
    paths = {str(one.uid): blobs().path(one.storage_key) for one in versions}
    return read_manifest(edition.manifest, paths)


def recipient_of(convocation: Convocation) -> Recipient:
    """The member to whom a letter goes."""
    person, mandate = convocation.person, convocation.mandate
    salutation = {"f": "Madame", "m": "Monsieur"}.get(person.gender, "Madame, Monsieur")
    address = mandate.paper_address or person.postal_address
    return Recipient(
        name=capital_name(person),
        salutation=salutation,
        address=tuple(line.strip() for line in address.splitlines() if line.strip()),
        voting=mandate.voice == Voice.DELIBERATIVE,
    )


# --- files -----------------------------------------------------------------------------------


def _folder() -> Path:
    folder = Path(settings.PARVIS_STORAGE_DIR) / "dossiers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _made_once(edition: DossierEdition, what: str, make: Callable[[Dossier, Path], None]) -> Path:
    """The file of an edition, made by the first who asks; the others wait for it, and everybody
    gets the same bytes.

    Neither making nor waiting holds a database connection: twenty members may press the button
    at the same minute.
    """
    target = _folder() / f"{edition.uid}-{what}.pdf"
    if target.is_file():
        return target
    dossier = edition_dossier(edition)
    if not connection.in_atomic_block:
        connection.close()
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_file():
            with tempfile.TemporaryDirectory(dir=_folder()) as work:
                made = Path(work) / target.name
                make(dossier, made)
                with made.open("rb") as file:
                    os.fsync(file.fileno())
                made.replace(target)
    return target


def convocation_file(edition: DossierEdition) -> Path:
    """The convocation PDF of an edition, made once."""

    def make(dossier: Dossier, target: Path) -> None:
        target.write_bytes(convocation_pdf(dossier))

    return _made_once(edition, "convocation", make)


def whole_file(edition: DossierEdition) -> Path:
    """The whole dossier of an edition as one PDF, made once (a few seconds for 300 pages)."""
    # Carried only by the process that binds a dossier: with it comes pikepdf.
    from council.dossier.whole import build_whole

    convocation = convocation_file(edition)

    def make(dossier: Dossier, target: Path) -> None:
        build_whole(dossier, target, convocation=convocation)

    return _made_once(edition, "dossier", make)


def paper_file(convocation: Convocation) -> Path:
    """What is printed for one member on paper: letter, slip, whole dossier. The caller deletes
    it."""
    from council.dossier.whole import build_whole

    handle, name = tempfile.mkstemp(dir=_folder(), suffix=".pdf")
    os.close(handle)
    dossier = edition_dossier(convocation.edition)
    build_whole(dossier, Path(name), recipient=recipient_of(convocation), on_paper=True)
    return Path(name)


def cancellation_letter(convocation: Convocation) -> bytes:
    """The letter of a cancellation for one member, as a PDF."""
    meeting = convocation.meeting
    return cancellation_pdf(
        edition_dossier(convocation.edition),
        recipient=recipient_of(convocation),
        reason=meeting.cancel_reason,
        written=meeting.cancelled_at or convocation.created_at,
    )


def plans_of(edition: DossierEdition) -> list[Piece]:
    """The documents of an edition that are larger than A4."""
    from council.dossier.round_papers import plans

    return plans(edition_dossier(edition))


def plans_file(edition: DossierEdition) -> Path:
    """The plans of an edition, apart from the dossiers; there is one at least."""
    from council.dossier.round_papers import build_plans

    def make(dossier: Dossier, target: Path) -> None:
        build_plans(dossier, target)

    return _made_once(edition, "plans", make)


def round_file(convocations: Iterable[Convocation]) -> Path:
    """One file to print for all these members, in their order. The caller deletes it."""
    # Carried only by the process that binds a dossier: with it comes pikepdf.
    from council.dossier.round_papers import Parcel, build_round, plans

    parcels = []
    for one in convocations:
        dossier = edition_dossier(one.edition)
        common = _shared_on_paper(one.edition)
        parcels.append(Parcel(dossier, recipient_of(one), common, len(plans(dossier))))
    handle, name = tempfile.mkstemp(dir=_folder(), suffix=".pdf")
    os.close(handle)
    build_round(parcels, Path(name))
    return Path(name)


def _shared_on_paper(edition: DossierEdition) -> Path:
    """The dossier that all the members on paper share: their letters and the plans apart."""
    from council.dossier.round_papers import plans
    from council.dossier.whole import build_whole

    def make(dossier: Dossier, target: Path) -> None:
        apart = frozenset(piece.uid for piece in plans(dossier))
        build_whole(dossier, target, on_paper=True, with_letter=False, apart=apart)

    return _made_once(edition, "papier", make)


def site_host() -> str:
    """The host of this installation, for identifiers that must be unique in the world."""
    return urlsplit(settings.SITE_ADDRESS).hostname or "localhost"


def edition_ics(edition: DossierEdition, *, cancelled: bool = False) -> bytes:
    """The calendar file of an edition."""
    return session_ics(
        edition_dossier(edition), host=site_host(), at=edition.created_at, cancelled=cancelled
    )
