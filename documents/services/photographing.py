"""Pages photographed with a telephone: kept in order, then made into one PDF.

The photographs are received like any file and wait as pages of an envelope; a job straightens each
of them in the sandbox, puts them together, and erases them. The PDF then goes the way of whatever
arrives: to its folder when one was open, otherwise to the bin. What a telephone writes beside a
picture, its position first, is in no file that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import Actor, actor_for
from config.lib.access import Decision, Refused, require
from config.lib.clock import local_date
from config.lib.storage import Readable, blobs
from config.lib.text import MONTHS, day_number
from config.work.registry import Retry
from config.work.services import enqueue
from documents import extraction, previews
from documents.access import can_edit
from documents.access.arrivals import can_keep_bin, can_sort, visible_envelopes
from documents.enums import ArrivalSource, ArrivalState
from documents.extraction import HelperUnavailable, Picture
from documents.models import Arrival, Envelope, Folder
from documents.services import arriving, filing, sorting
from documents.services.arriving import Parcel
from documents.services.blob_references import referenced
from documents.services.filing import NoRoomLeft, Received
from documents.services.locking import lock_organisation, reread
from documents.services.refusals import Refusal

ASSEMBLE = "documents.photos.assemble"
#: Pages of one document: a bundle, not a book.
MOST_PHOTOS = 60
NOT_DONE = "Le PDF n’a pas pu être préparé. Vos photos sont gardées : réessayez."


class NoPhoto(Refusal):
    """Nothing to make a document of."""


class NotAPhoto(Refusal):
    """What was sent as a page is no picture."""


def receive_photo(file: Readable, name: str, *, rank: int) -> Received:
    """One page, on disk. Raises NotAPhoto or NotFiled, naming the page."""
    received = filing.receive(file, name or f"photo-{rank}.jpg")
    if received.sniffed.media_type not in extraction.SHEET_TYPES:
        blobs().delete(received.stored.key)
        raise NotAPhoto(
            f"Photo {rank} : « {received.name} » n’est pas une photo ({received.sniffed.label})."
        )
    return received


@transaction.atomic
def take(
    *, actor: Actor, folder: Folder | None, photos: Sequence[Received], name: str, now: datetime
) -> Envelope:
    """Keep these pages, in this order, and ask for their PDF. Raises Refused or NoPhoto.

    `folder` is where it will be filed; without one it will wait in the bin.
    """
    lock_organisation(actor.organisation.pk)
    if folder is not None:
        folder = reread(folder, actor.organisation.pk)
    require(_may_take(actor, folder))
    if not photos:
        raise NoPhoto("Prenez ou choisissez au moins une photo.")
    if len(photos) > MOST_PHOTOS:
        raise NoPhoto(
            f"Un document réunit au plus {MOST_PHOTOS} photos : faites-en plusieurs documents."
        )
    envelope = arriving.bring(
        organisation=actor.organisation,
        parcel=Parcel(
            source=ArrivalSource.PHOTO,
            key=f"photo:{uuid4()}",
            files=photos,
            sender_name=actor.person.full_name,
            subject=_title(actor, name, now),
            folder=folder,
            brought_by=actor.person,
        ),
        now=now,
        actor=actor,
    )
    assert envelope is not None  # noqa: S101 - its key is new
    _plan(envelope, now)
    return envelope


@transaction.atomic
def take_again(*, actor: Actor, envelope: Envelope, now: datetime) -> None:
    """The button after a failure: the photographs are still there. Raises Refused."""
    envelope = visible_envelopes(actor).select_related("folder").get(pk=envelope.pk)
    require(can_sort(actor, envelope))
    if pages_of(envelope).exists():
        Envelope.objects.filter(pk=envelope.pk).update(notice="")
        _plan(envelope, now)


def pages_of(envelope: Envelope) -> QuerySet[Arrival]:
    """The photographs that are not yet a PDF, in order."""
    return envelope.arrivals.filter(state=ArrivalState.ASSEMBLING).order_by("position")


def _may_take(actor: Actor, folder: Folder | None) -> Decision:
    return can_keep_bin(actor) if folder is None else can_edit(actor, folder)


def _title(actor: Actor, name: str, now: datetime) -> str:
    wanted = " ".join(name.split())[:200].removesuffix(".pdf")
    if wanted:
        return wanted
    day = local_date(now, actor.organisation.timezone)
    return f"Photo du {day_number(day.day)} {MONTHS[day.month - 1]} {day.year}"


def _plan(envelope: Envelope, now: datetime) -> None:
    enqueue(
        ASSEMBLE,
        payload={"envelope": envelope.pk},
        now=now,
        organisation_id=envelope.organisation_id,
        dedupe=str(envelope.pk),
    )


# -- the job ---------------------------------------------------------------------------------------


def assemble(
    *, envelope_id: int, last_attempt: bool, now: datetime, heartbeat: Callable[[], None]
) -> None:
    """Make the PDF, put it in its place and erase the photographs. May run twice. Raises Retry.

    A page that cannot be read is left out and said; the others are not lost for it.
    """
    envelope = Envelope.objects.select_related("folder", "brought_by", "organisation").get(
        pk=envelope_id
    )
    photos = list(pages_of(envelope))
    if not photos:
        return
    pictures: list[Picture] = []
    lost: list[str] = []
    for rank, photo in enumerate(photos, start=1):
        heartbeat()
        page = _page(photo, last_attempt=last_attempt)
        if isinstance(page, Picture):
            pictures.append(page)
        else:
            lost.append(f"Photo {rank} laissée de côté : {page}")
    notice = " ".join(lost)[:300]
    received = None
    if pictures:
        # Carried only by the process that puts photographs together: with it comes pikepdf.
        from documents.extraction.photo_pdf import pdf_of

        content = pdf_of(pictures, title=envelope.subject)
        try:
            received = filing.receive(BytesIO(content), f"{envelope.subject}.pdf")
        except NoRoomLeft as full:
            raise Retry(str(full)) from full
    _settle(envelope, photos, received, notice, now)


def mark_not_done(envelope_id: int) -> None:
    """The job failed for good: the photographs stay, with a button to try again."""
    Envelope.objects.filter(pk=envelope_id).update(notice=NOT_DONE)


def _page(photo: Arrival, *, last_attempt: bool) -> Picture | str:
    """The page drawn from a photograph, or the French reason why there is none."""
    try:
        page = extraction.shared_pool().page_of_photo(
            blobs().path(photo.storage_key), photo.media_type
        )
    except HelperUnavailable as broken:
        raise Retry("La lecture des photos est momentanément indisponible.") from broken
    if isinstance(page, Picture):
        return page
    if page.retryable and not last_attempt:
        raise Retry(page.message_fr)
    return page.message_fr


@transaction.atomic
def _settle(
    envelope: Envelope,
    photos: list[Arrival],
    received: Received | None,
    notice: str,
    now: datetime,
) -> None:
    """The photographs give way to their PDF, in one transaction."""
    lock_organisation(envelope.organisation_id)
    still = Arrival.objects.filter(
        pk__in=[photo.pk for photo in photos], state=ArrivalState.ASSEMBLING
    )
    if still.count() != len(photos):
        return  # another run was faster
    still.delete()
    envelope.notice = notice
    if received is not None:
        with_notice = replace(received, sniffed=replace(received.sniffed, notice=notice))
        made = arriving.add_file(envelope, with_notice, now=now)
        if envelope.folder is not None:
            refusal = _file(envelope, made, now)
            envelope.notice = f"{refusal} {notice}".strip()[:300]
    envelope.save(update_fields=["notice"])
    keys = [photo.storage_key for photo in photos]
    transaction.on_commit(lambda: _erase(keys))


def _file(envelope: Envelope, made: Arrival, now: datetime) -> str:
    """Put the PDF in its folder as the person would; the reason when it must wait at its door."""
    folder, person = envelope.folder, envelope.brought_by
    assert folder is not None and person is not None  # noqa: S101, PT018 - asked by the caller
    actor = actor_for(person, envelope.organisation, now=now)
    if actor is None:
        return "La personne qui a pris ces photos n’agit plus ici : le PDF attend d’être classé."
    try:
        with transaction.atomic():
            sorting.file_arrival(
                actor=actor, arrival=made, folder=folder, name=made.name, now=now, beside=True
            )
    except (Refusal, Refused) as refused:
        return f"Le PDF n’a pas été classé : {refused} Il attend dans « À classer »."
    return ""


def _erase(keys: list[str]) -> None:
    """Nothing is left of the photographs: they know where they were taken."""
    for key in set(keys) - referenced(keys):
        blobs().delete(key)
        previews.forget(key)
