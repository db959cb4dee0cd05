"""What comes in from outside the tree: one door for mails, scans, photos and deposits.

`bring` is the only writer of envelopes. It may be called twice for the same thing: the second time
changes nothing. Bytes are on disk before it is called, as for every other write path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Organisation, Person
from config.lib.access import require
from config.lib.storage import Stored, blobs
from config.work.services import enqueue
from documents import audit
from documents.access import is_confidential
from documents.access.arrivals import can_keep_bin, can_sort
from documents.enums import ArrivalSource, ArrivalState
from documents.extraction.sniffing import sniff
from documents.models import Arrival, Envelope, Folder
from documents.services.filing import Received
from documents.services.locking import lock_organisation
from documents.services.refusals import Refusal

READ = "documents.arrival.read"


class NotWaiting(Refusal):
    """Somebody dealt with it in the meantime."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is brought, in plain values. `key` names it for ever within its organisation."""

    source: ArrivalSource
    key: str
    files: Sequence[Received]
    sender_name: str = ""
    sender_address: str = ""
    subject: str = ""
    body: str = ""
    folder: Folder | None = None
    brought_by: Person | None = None
    original: Received | None = None
    held_reason: str = ""
    notice: str = ""


@transaction.atomic
def bring(
    *, organisation: Organisation, parcel: Parcel, now: datetime, actor: Actor | None = None
) -> Envelope | None:
    """Put a parcel in the bin, or at the door of its folder. None when it already came."""
    lock_organisation(organisation.pk)
    if Envelope.objects.filter(organisation=organisation, source_key=parcel.key).exists():
        return None
    original = parcel.original
    envelope = Envelope.objects.create(
        organisation=organisation,
        source=parcel.source,
        source_key=parcel.key,
        folder=parcel.folder,
        received_at=now,
        sender_name=parcel.sender_name[:200],
        sender_address=parcel.sender_address[:254],
        subject=parcel.subject[:300],
        body=parcel.body,
        brought_by=parcel.brought_by,
        original_name=original.name if original else "",
        original_key=original.stored.key if original else "",
        original_size=original.stored.size if original else 0,
        original_sha256=original.stored.sha256 if original else "",
        held_reason=parcel.held_reason[:300],
        notice=parcel.notice[:300],
    )
    for received in parcel.files:
        add_file(envelope, received, now=now)
    record(
        actor,
        audit.ENVELOPE_RECEIVED,
        envelope,
        now=now,
        organisation=organisation,
        data={"source": str(parcel.source), "files": len(parcel.files)},
        label=may_be_named(envelope),
    )
    return envelope


def add_file(envelope: Envelope, received: Received, *, now: datetime) -> Arrival:
    """One more file of an envelope; its reading (or unpacking) is planned. Call it in a
    transaction."""
    last = envelope.arrivals.aggregate(last=Max("position"))["last"] or 0
    stored = received.stored
    arrival = Arrival.objects.create(
        organisation_id=envelope.organisation_id,
        envelope=envelope,
        position=last + 1,
        name=received.name,
        storage_key=stored.key,
        size=stored.size,
        sha256=stored.sha256,
        media_type=received.sniffed.media_type,
        extension=received.sniffed.extension.lstrip("."),
        notice=received.sniffed.notice,
        state=_first_state(envelope, received),
    )
    if arrival.state == ArrivalState.TO_FILE:
        plan_reading(arrival, now=now)
    return arrival


def _first_state(envelope: Envelope, received: Received) -> ArrivalState:
    """Held with its message; a photographed page waits for the PDF that it is a part of."""
    if envelope.is_held:
        return ArrivalState.HELD
    if envelope.source == ArrivalSource.PHOTO and received.sniffed.media_type != "application/pdf":
        return ArrivalState.ASSEMBLING
    return ArrivalState.TO_FILE


def plan_reading(arrival: Arrival, *, now: datetime) -> None:
    """Ask for its words. Nothing of a held message is opened before somebody vouches for it."""
    enqueue(
        READ,
        payload={"arrival": arrival.pk},
        now=now,
        organisation_id=arrival.organisation_id,
        dedupe=str(arrival.pk),
    )


def may_be_named(envelope: Envelope) -> bool:
    """Whether the journal keeps its subject: not when it came for a confidential folder."""
    return envelope.folder is None or not is_confidential(envelope.folder)


@transaction.atomic
def deposit(*, actor: Actor, received: Sequence[Received], now: datetime) -> Envelope:
    """Files that a keeper drops in the bin, one envelope for all. Raises Refused."""
    require(can_keep_bin(actor))
    envelope = bring(
        organisation=actor.organisation,
        parcel=Parcel(
            source=ArrivalSource.DEPOSIT,
            key=f"deposit:{uuid4()}",
            files=received,
            sender_name=actor.person.full_name,
            brought_by=actor.person,
        ),
        now=now,
        actor=actor,
    )
    assert envelope is not None  # noqa: S101 - its key is new
    return envelope


@transaction.atomic
def release(*, actor: Actor, envelope: Envelope, now: datetime) -> Envelope:
    """Vouch for a held message: its files may be opened and filed. Raises Refused, NotWaiting."""
    lock_organisation(actor.organisation.pk)
    envelope = Envelope.objects.select_related("folder").get(
        pk=envelope.pk, organisation=actor.organisation
    )
    require(can_sort(actor, envelope))
    if not envelope.is_held:
        raise NotWaiting("Ce message n’est plus retenu.")
    envelope.released_at, envelope.released_by = now, actor.person
    envelope.save(update_fields=["released_at", "released_by"])
    held = list(envelope.arrivals.filter(state=ArrivalState.HELD).order_by("position"))
    for arrival in held:
        arrival.state = ArrivalState.TO_FILE
        arrival.save(update_fields=["state"])
        plan_reading(arrival, now=now)
    record(
        actor,
        audit.ENVELOPE_RELEASED,
        envelope,
        now=now,
        data={"files": len(held)},
        label=may_be_named(envelope),
    )
    return envelope


@transaction.atomic
def keep_mail(*, actor: Actor, envelope: Envelope, now: datetime) -> Arrival:
    """Sort the mail itself too, not only what was attached to it. Twice is once.

    Raises Refused, or NotWaiting when there is no mail or it is held.
    """
    lock_organisation(actor.organisation.pk)
    envelope = Envelope.objects.select_related("folder").get(
        pk=envelope.pk, organisation=actor.organisation
    )
    require(can_sort(actor, envelope))
    if not envelope.original_key or envelope.is_held:
        raise NotWaiting("Ce pli n’a pas de message à classer.")
    known = envelope.arrivals.filter(storage_key=envelope.original_key).first()
    if known is not None:
        return known
    stored = Stored(envelope.original_key, envelope.original_size, envelope.original_sha256)
    name = envelope.original_name
    sniffed = sniff(blobs().path(stored.key), name)
    arrival = add_file(envelope, Received(name=name, stored=stored, sniffed=sniffed), now=now)
    record(
        actor,
        audit.MAIL_KEPT,
        envelope,
        now=now,
        data={"arrival": str(arrival.uid)},
        label=may_be_named(envelope),
    )
    return arrival
