"""Emptying the bin: file, put aside, take back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Verb, record
from config.lib.access import Decision, Refused, require
from config.lib.storage import Stored, blobs
from documents import audit
from documents.access import can_edit
from documents.access.arrivals import can_open_arrival, can_sort
from documents.enums import ArrivalState
from documents.extraction.sniffing import sniff
from documents.models import Arrival, Document, Folder
from documents.services import filing, trash
from documents.services.arriving import NotWaiting, may_be_named, plan_reading
from documents.services.filing import Filed, Received, usable_name
from documents.services.locking import lock_organisation
from documents.services.names import free_name, is_taken


@dataclass(frozen=True, slots=True)
class Sorted:
    """What was filed: the arrival as it now stands, and its document."""

    arrival: Arrival
    filed: Filed


@transaction.atomic
def file_arrival(
    *,
    actor: Actor,
    arrival: Arrival,
    folder: Folder,
    name: str,
    now: datetime,
    beside: bool = False,
) -> Sorted:
    """Make a document of what arrived. Raises Refused, NotWaiting or NotFiled.

    A name already taken raises NameTaken; with `beside`, a free one near it is used instead.
    """
    arrival = _locked(actor, arrival)
    require(can_sort(actor, arrival.envelope))
    _require_waiting(arrival, held=True)
    require(can_open_arrival(actor, arrival))
    require(can_edit(actor, folder))
    wanted = usable_name(name)
    if beside and is_taken(folder, wanted):
        wanted = free_name(folder, wanted)
    filed = filing.file_document(
        actor=actor, folder=folder, received=_received(arrival, wanted), now=now
    )
    arrival.state, arrival.document = ArrivalState.FILED, filed.document
    arrival.sorted_at, arrival.sorted_by = now, actor.person
    # Its words are the document's now, under the rights of its folder.
    arrival.text = ""
    arrival.save(update_fields=["state", "document", "sorted_at", "sorted_by", "text"])
    _tell(actor, audit.ARRIVAL_FILED, arrival, now, {"document": str(filed.document.uid)})
    return Sorted(arrival, filed)


def _received(arrival: Arrival, name: str) -> Received:
    path = blobs().path(arrival.storage_key)
    if not path.exists():
        raise Refused(
            Decision(
                allowed=False,
                reason="Le fichier est introuvable sur le serveur. Prévenez votre hébergeur.",
            )
        )
    stored = Stored(arrival.storage_key, arrival.size, arrival.sha256)
    sniffed = sniff(path, name)
    if arrival.notice:
        sniffed = replace(sniffed, notice=arrival.notice)
    return Received(name=name, stored=stored, sniffed=sniffed)


@transaction.atomic
def discard(*, actor: Actor, arrival: Arrival, now: datetime) -> Arrival:
    """Put aside what is not to be kept (an advertisement); it can be taken back."""
    arrival = _locked(actor, arrival)
    require(can_sort(actor, arrival.envelope))
    _require_waiting(arrival, held=True)
    arrival.state, arrival.sorted_at, arrival.sorted_by = ArrivalState.DISCARDED, now, actor.person
    arrival.save(update_fields=["state", "sorted_at", "sorted_by"])
    _tell(actor, audit.ARRIVAL_DISCARDED, arrival, now)
    return arrival


@transaction.atomic
def take_back(*, actor: Actor, arrival: Arrival, now: datetime) -> Arrival:
    """Undo: what was put aside, or filed by mistake, waits again.

    The document then goes to the trash, with the right to edit it; a held message stays held.
    Raises Refused or NotWaiting.
    """
    arrival = _locked(actor, arrival)
    require(can_sort(actor, arrival.envelope))
    if arrival.state not in (ArrivalState.FILED, ArrivalState.DISCARDED):
        raise NotWaiting("Ce fichier attend déjà d’être classé.")
    if arrival.document_id is not None:
        document = Document.objects.select_related("folder").get(pk=arrival.document_id)
        if document.trashed_at is None and document.folder.trashed_at is None:
            trash.trash_document(actor=actor, document=document, now=now)
    arrival.state = ArrivalState.HELD if arrival.envelope.is_held else ArrivalState.TO_FILE
    arrival.document = arrival.sorted_at = arrival.sorted_by = None
    arrival.save(update_fields=["state", "document", "sorted_at", "sorted_by"])
    if arrival.state == ArrivalState.TO_FILE and not arrival.text:
        plan_reading(arrival, now=now)
    _tell(actor, audit.ARRIVAL_TAKEN_BACK, arrival, now)
    return arrival


def _locked(actor: Actor, arrival: Arrival) -> Arrival:
    lock_organisation(actor.organisation.pk)
    return Arrival.objects.select_related("envelope__folder", "sorted_by").get(
        pk=arrival.pk, organisation=actor.organisation
    )


def _require_waiting(arrival: Arrival, *, held: bool = False) -> None:
    if arrival.state == ArrivalState.TO_FILE or (held and arrival.state == ArrivalState.HELD):
        return
    words = {ArrivalState.FILED: "classé", ArrivalState.DISCARDED: "écarté"}
    done = words.get(ArrivalState(arrival.state), "traité")
    who = f" par {arrival.sorted_by}" if arrival.sorted_by else ""
    raise NotWaiting(f"« {arrival.name} » a déjà été {done}{who}.")


def _tell(
    actor: Actor, verb: Verb, arrival: Arrival, now: datetime, data: dict[str, str] | None = None
) -> None:
    record(actor, verb, arrival, now=now, data=data, label=may_be_named(arrival.envelope))
