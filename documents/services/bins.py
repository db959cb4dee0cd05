"""What the direction decides of the bin: which team empties it, which mail addresses lead to it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from accounts.access import can_administer
from accounts.actor import Actor
from accounts.audit import Verb, record
from accounts.models import Team
from config.lib.access import require
from documents import audit
from documents.access import can_manage, is_confidential
from documents.models import ArrivalAddress, ArrivalBin, Folder
from documents.services.locking import lock_organisation, reread
from documents.services.refusals import Refusal

# 100 bits: nobody guesses an address; small letters and digits, as mail servers fold case.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 20


class NoSuchAddress(Refusal):
    """It was closed in the meantime."""


@transaction.atomic
def choose_team(*, actor: Actor, team: Team | None, now: datetime) -> ArrivalBin:
    """Let a team empty the bin beside the direction, or the direction alone. Raises Refused."""
    lock_organisation(actor.organisation.pk)
    require(can_administer(actor))
    if team is not None:
        team = Team.objects.get(pk=team.pk, organisation=actor.organisation, archived_at=None)
    chosen, _ = ArrivalBin.objects.update_or_create(
        organisation=actor.organisation, defaults={"team": team}
    )
    record(
        actor,
        audit.BIN_CHANGED,
        actor.organisation,
        now=now,
        data={"team": str(team.uid) if team else ""},
    )
    return chosen


@transaction.atomic
def open_address(*, actor: Actor, folder: Folder | None, now: datetime) -> ArrivalAddress:
    """A mail address for the bin (the direction), or for a folder (who manages its rights).

    The one already open is closed: its word may have been given to too many people.
    """
    lock_organisation(actor.organisation.pk)
    folder = _allowed(actor, folder)
    _close_open(actor, folder, now)
    address = ArrivalAddress.objects.create(
        organisation=actor.organisation,
        folder=folder,
        token="".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)),
        created_at=now,
        created_by=actor.person,
    )
    _tell(actor, audit.ADDRESS_OPENED, address, now)
    return address


@transaction.atomic
def close_address(*, actor: Actor, folder: Folder | None, now: datetime) -> None:
    """What is sent there afterwards is refused. Raises NoSuchAddress when none is open."""
    lock_organisation(actor.organisation.pk)
    folder = _allowed(actor, folder)
    if not _close_open(actor, folder, now):
        raise NoSuchAddress("Cette adresse est déjà fermée.")


def open_address_of(actor: Actor, folder: Folder | None) -> ArrivalAddress | None:
    """The address in use, if there is one."""
    return ArrivalAddress.objects.filter(
        organisation=actor.organisation, folder=folder, closed_at=None
    ).first()


def _allowed(actor: Actor, folder: Folder | None) -> Folder | None:
    if folder is None:
        require(can_administer(actor))
        return None
    folder = reread(folder, actor.organisation.pk)
    require(can_manage(actor, folder))
    return folder


def _close_open(actor: Actor, folder: Folder | None, now: datetime) -> bool:
    address = open_address_of(actor, folder)
    if address is None:
        return False
    address.closed_at = now
    address.save(update_fields=["closed_at"])
    _tell(actor, audit.ADDRESS_CLOSED, address, now)
    return True


def _tell(actor: Actor, verb: Verb, address: ArrivalAddress, now: datetime) -> None:
    folder = address.folder
    record(
        actor,
        verb,
        address,
        now=now,
        data={"folder": str(folder.uid) if folder else ""},
        label=folder is None or not is_confidential(folder),
    )
