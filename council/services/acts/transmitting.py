"""An act on its way to the prefecture: checked from its draft on, archived, its receipt read.

Parvis transmits nothing: the archive is deposited by hand with a certified operator (R-ACT-00).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import IO

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.lib.storage import blobs
from council import audit
from council.access_acts import can_keep_act
from council.dossier import ctes
from council.models import Act, ActAnnex, Transmission
from council.rules.actes import (
    ANNEX_TYPES,
    Draft,
    Envelope,
    File,
    Nature,
    check_draft,
    check_envelope,
    check_receipt,
    envelope_names,
    file_names,
    unique_id,
)
from council.rules.finding import Finding
from council.services import numbering
from council.services.acts import formalities
from council.services.acts.locking import lock_act
from council.services.acts.places import folder_of_act
from council.services.acts.settings import envelope_of, settings_of
from council.services.refusals import Refusal
from council.workflow import ACT
from documents.models import Version
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

_EXTENSIONS = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "text/xml": "xml",
    "image/jpeg": "jpg",
    "image/png": "png",
}
_UNIQUE_ID = re.compile(r"^\w{3}-\d{9}-\d{8}-[A-Za-z0-9_]{1,15}-[A-Z]{2}$")


class NotReady(Refusal):
    """Something would be refused by the prefecture; ``findings`` say what."""


class WrongReceipt(Refusal):
    """The receipt is another act's, or no receipt at all."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file that may be sent with the act, and its type when it is."""

    version: Version
    title: str
    typology: str = ""


def findings(act: Act, *, ready_to_send: bool = False) -> list[Finding]:
    """All that would be refused on the night of the transmission (R-ACT-01), said from the first
    draft on; files and envelope when it is about to leave."""
    if not act.transmissible:
        return []
    version = act.signed_version or act.draft_version
    kept = settings_of(act.organisation)
    draft = Draft(
        # The number comes when it is presented; its shape is right by construction.
        number=act.internal_number or f"{act.register.code}_000",
        object=act.title,
        matter=act.subject_code,
        nature=Nature(act.nature_code),
        decided_on=act.dated,
        classification_on=kept.classification_on,
        act=_file(version, act.file_type) if version else None,
        annexes=tuple(_file(one.version, one.typology) for one in _annexes(act)),
    )
    found = check_draft(draft, ready_to_send=ready_to_send)
    return [*found, *check_envelope(envelope_of(act.organisation))] if ready_to_send else found


def pieces_of(act: Act) -> list[Piece]:
    """The pieces of its point in a format that is sent, each with the type it already has."""
    known = {one.version_id: one for one in _annexes(act)}
    told = [Piece(one.version, one.title, one.typology) for one in known.values()]
    if act.item is None:
        return told
    rows = act.item.pieces.select_related("pinned_version", "document__current_version")
    for row in rows.order_by("position", "pk"):
        version = row.pinned_version or row.document.current_version
        if version is None or version.pk in known or _extension(version) not in ANNEX_TYPES:
            continue
        told.append(Piece(version, row.told))
    return told


@transaction.atomic
def type_files(
    *,
    actor: Actor,
    act: Act,
    matter: str,
    nature: int,
    typology: str,
    pieces: Sequence[Piece],
    now: datetime,
) -> Act:
    """Say what the act is for the State, and which pieces go with it, each with its type. A piece
    without a type is not sent. Its matter is no part of its text: it may be put right later."""
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    offered = {one.version.pk: one for one in pieces_of(locked)}
    chosen = [one for one in pieces if one.typology and one.version.pk in offered]
    locked.subject_code, locked.nature, locked.typology = matter, nature, typology
    locked.changed_at = now
    locked.save(update_fields=["subject_code", "nature", "typology", "changed_at"])
    ActAnnex.objects.filter(act=locked).delete()
    for position, one in enumerate(chosen):
        ActAnnex.objects.create(
            organisation=locked.organisation,
            act=locked,
            version=one.version,
            title=offered[one.version.pk].title[:255],
            typology=one.typology,
            position=position,
        )
        hold(one.version, "Annexe d’un acte", holder_uid=locked.uid, now=now)
    record(actor, audit.ACT_FILES_TYPED, locked, now=now, data={"annexes": len(chosen)})
    return locked


@transaction.atomic
def make_archive(*, actor: Actor, act: Act, now: datetime) -> Transmission:
    """Keep what is sent, under its names. Raises NotReady with all that the prefecture would
    refuse. Nothing has left yet: its deposit is noted afterwards."""
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    if not locked.is_signed:
        raise formalities.NotSigned("Cet acte n’est pas encore signé.")
    if not locked.transmissible:
        raise formalities.NotTransmissible("Cet acte n’est pas soumis au contrôle de légalité.")
    found = findings(locked, ready_to_send=True)
    if found:
        raise NotReady(" ".join(dict.fromkeys(one.message for one in found)), found)
    version = locked.signed_version or locked.draft_version
    assert version is not None  # noqa: S101 - asked for by the findings
    day = actor.today
    sent = [(version, locked.file_type), *((o.version, o.typology) for o in _annexes(locked))]
    made = Transmission.objects.create(
        organisation=locked.organisation,
        act=locked,
        made_on=day,
        serial=numbering.take(organisation=locked.organisation, name=f"ctes:{day:%Y%m%d}")[0],
        unique_id=expected_id(locked),
        nature=locked.nature_code,
        manifest={
            "envelope": asdict(envelope_of(locked.organisation)),
            "number": locked.internal_number,
            "object": locked.title,
            "matter": locked.subject_code,
            "decided_on": str(locked.dated),
            "classification_on": str(settings_of(locked.organisation).classification_on),
            "files": [[str(one.uid), typology] for one, typology in sent],
        },
        made_at=now,
        made_by=actor.person,
    )
    for one, _ in sent:
        hold(one, "Envoi en préfecture", holder_uid=made.uid, now=now)
    if ACT.allows(locked.state, "prepare"):
        locked.state = ACT.next(locked.state, "prepare")
        locked.changed_at = now
        locked.save(update_fields=["state", "changed_at"])
    record(actor, audit.ARCHIVE_MADE, locked, now=now, data={"id": made.unique_id})
    return made


def write_archive(sending: Transmission, target: IO[bytes]) -> str:
    """Write the archive of a sending, always with the same bytes; returns its name."""
    kept = sending.manifest
    known = {
        str(one.uid): one
        for one in Version.objects.filter(
            organisation=sending.organisation_id, uid__in=[uid for uid, _ in kept["files"]]
        )
    }
    versions = [known[uid] for uid, _ in kept["files"]]
    files = [_file(known[uid], typology) for uid, typology in kept["files"]]
    told = kept["envelope"]
    envelope = Envelope(**(told | {"return_emails": tuple(told["return_emails"])}))
    decided_on = date.fromisoformat(kept["decided_on"])
    names = file_names(
        department=envelope.department,
        siren=envelope.siren,
        decided_on=decided_on,
        number=kept["number"],
        nature=Nature(sending.nature),
        act=files[0],
        annexes=files[1:],
    )
    message = ctes.ActMessage(
        number=kept["number"],
        decided_on=decided_on,
        nature=sending.nature,
        matter=kept["matter"],
        object=kept["object"],
        classification_on=date.fromisoformat(kept["classification_on"]),
        files=tuple(names[1:]),
    )
    outside, archive = envelope_names(
        siren=envelope.siren, sent_on=sending.made_on, serial=sending.serial
    )
    ctes.write_archive(
        target,
        [(outside, ctes.envelope_xml(envelope, names[0])), (names[0], ctes.act_xml(message))],
        [
            (name, blobs().path(one.storage_key))
            for name, one in zip(names[1:], versions, strict=True)
        ],
    )
    return archive


def expected_id(act: Act) -> str:
    """The identifier that the receipt must bear; empty while the settings or the date lack."""
    envelope = envelope_of(act.organisation)
    if act.dated is None or not act.number or check_envelope(envelope):
        return ""
    return unique_id(
        department=envelope.department,
        siren=envelope.siren,
        decided_on=act.dated,
        number=act.internal_number,
        nature=Nature(act.nature_code),
    )


@transaction.atomic
def take_receipt(*, actor: Actor, act: Act, received: filing.Received, now: datetime) -> Act:
    """Read the State's receipt from its file, keep that file beside the act, note its day.

    Raises WrongReceipt when it is no receipt, or that of another act.
    """
    lock_organisation(actor.organisation.pk)
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    try:
        with blobs().path(received.stored.key).open("rb") as file:
            told = ctes.read_receipt(file.read(ctes.MOST_BYTES + 1))
    except ctes.NotAReceipt as why:
        raise WrongReceipt(str(why)) from None
    _same_act(locked, told.unique_id, told.received_on)
    done = formalities.note_receipt(
        actor=actor,
        act=locked,
        received_on=told.received_on,
        receipt_id=told.unique_id,
        now=now,
    )
    filing.file_document(
        actor=actor,
        folder=folder_of_act(actor, locked, now=now),
        received=received,
        now=now,
        keep_both=True,
        reason="Accusé de réception de la préfecture",
    )
    return done


@transaction.atomic
def note_receipt_by_hand(
    *, actor: Actor, act: Act, received_on: date, receipt_id: str, now: datetime
) -> Act:
    """What somebody read on the receipt. An identifier of the State's own shape must be this
    act's; a number written on paper is kept as it is."""
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    typed = receipt_id.strip()
    if _UNIQUE_ID.match(typed):
        _same_act(locked, typed, received_on)
    return formalities.note_receipt(
        actor=actor, act=locked, received_on=received_on, receipt_id=typed, now=now
    )


def is_of(act: Act, told: str) -> bool:
    """Whether an identifier of the State is that of this act."""
    if act.dated is None or not act.number:
        return False
    tail = f"-{act.dated:%Y%m%d}-{act.internal_number}-{Nature(act.nature_code).letters}"
    expected = expected_id(act)
    return told.strip() == expected if expected else told.strip().endswith(tail)


def _same_act(act: Act, told: str, received_on: date) -> None:
    """Against what was sent, else against what this act would be called."""
    if act.dated is None:
        raise formalities.NotSigned("Cet acte n’est pas encore signé.")
    sent = Transmission.objects.filter(act=act).values_list("unique_id", flat=True)
    expected = told.strip() if told.strip() in set(sent) else expected_id(act)
    if not expected:
        # The envelope is not set: the part of the identifier that only says the act.
        tail = f"-{act.dated:%Y%m%d}-{act.internal_number}-{Nature(act.nature_code).letters}"
        expected = told.strip() if told.strip().endswith(tail) else f"…{tail}"
    found = check_receipt(expected, told, decided_on=act.dated, received_on=received_on)
    if found:
        raise WrongReceipt(" ".join(one.message for one in found), found)


def _annexes(act: Act) -> list[ActAnnex]:
    return list(ActAnnex.objects.filter(act=act).select_related("version"))


def _extension(version: Version) -> str:
    known = _EXTENSIONS.get(version.media_type)
    return known or version.original_name.rpartition(".")[2].lower()


def _file(version: Version, typology: str) -> File:
    return File(f"fichier.{_extension(version)}", typology, version.size)
