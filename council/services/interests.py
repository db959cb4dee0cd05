"""Conflicts of interest (R-VOT-11): declared once, for oneself; told only by one's own choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from accounts.audit import record
from accounts.models import Organisation, Person
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.text import fold
from council import audit
from council.access import can_open_dossier
from council.access_interests import can_read_interest, own_interests
from council.dossier.data import Point
from council.dossier.manifest import read_manifest
from council.enums import ItemState, RecusalBasis
from council.models import (
    AgendaItem,
    AnnouncedWithdrawal,
    Convocation,
    DeclaredInterest,
    DossierEdition,
)
from council.rules.interests import SHORTEST, Interest, named_interests
from council.rules.voters import Basis
from council.sealed import Unreadable, seal, unseal
from council.services.locking import lock_convocation
from council.services.refusals import Missing, Refusal

#: So that a link in bad hands fills nothing.
MOST = 100
LOST = "(Ce nom ne se lit plus : la clé de ce serveur a changé depuis.)"
_TO_COME = (ItemState.FROZEN, ItemState.TABLED)


class AlreadyDeclared(Refusal):
    """The member has this name in their list."""


class TooMany(Refusal):
    """The list is longer than anybody reads."""


class TooLate(Refusal):
    """The point was examined, or will not be."""


@transaction.atomic
def declare_interest(
    *, convocation: Convocation, name: str, basis: RecusalBasis, now: datetime
) -> DeclaredInterest:
    """Keep a name for its member alone. Nothing is written anywhere else, not even that they did.

    The member's own dossier is the door: it tells who they are and where they sit.
    """
    held = _open(convocation, now)
    words = " ".join(name.split())
    if len(fold(words).replace(" ", "")) < SHORTEST:
        raise Missing(f"Écrivez un nom d’au moins {SHORTEST} lettres.")
    if basis == RecusalBasis.ACCOUNTS:
        raise Missing("Dites si c’est à titre personnel ou pour la collectivité.")
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=held.person_id)
    known = declared_by(held.person, held.organisation)
    if fold(words) in {fold(one.name) for one in known}:
        raise AlreadyDeclared("Vous avez déjà déclaré ce nom.")
    if len(known) >= MOST:
        raise TooMany("Votre liste est pleine : ôtez d’abord ce qui n’a plus lieu d’être.")
    uid = uuid4()
    return DeclaredInterest.objects.create(
        uid=uid,
        organisation=held.organisation,
        person=held.person,
        content=seal(words, person=held.person.uid, row=uid),
        basis=basis,
        declared_at=now,
    )


@transaction.atomic
def forget_interest(*, convocation: Convocation, interest: DeclaredInterest, now: datetime) -> None:
    """Erase a name from one's own list: nothing is left of it."""
    held = _open(convocation, now)
    require(can_read_interest(held.person, interest))
    interest.delete()


@transaction.atomic
def announce_withdrawal(
    *, convocation: Convocation, item: AgendaItem, basis: RecusalBasis, now: datetime
) -> AnnouncedWithdrawal:
    """Tell whoever records the session that one will take no part in a point. Announced twice, it
    is the last basis that counts."""
    held = _open(convocation, now)
    _check_point(held, item)
    told, _ = AnnouncedWithdrawal.objects.update_or_create(
        item=item,
        person=held.person,
        defaults={"organisation": held.organisation, "basis": basis, "announced_at": now},
    )
    _record(held, item, announced=True, now=now)
    return told


@transaction.atomic
def take_back(*, convocation: Convocation, item: AgendaItem, now: datetime) -> None:
    """The member will take part after all. Taken back twice, it is gone once."""
    held = _open(convocation, now)
    _check_point(held, item)
    gone, _ = AnnouncedWithdrawal.objects.filter(item=item, person=held.person).delete()
    if gone:
        _record(held, item, announced=False, now=now)


def text_of(point: Point) -> str:
    """Where a name is looked for in a point of a dossier: its title, its texts, the names of its
    documents."""
    names = [name for piece in point.pieces for name in (piece.title, piece.file_name)]
    return "\n".join([point.title, point.summary, point.proposed_text, *point.advice, *names])


@dataclass(frozen=True, slots=True)
class Declared:
    """One's own interest, opened for its author."""

    uid: UUID
    name: str
    basis: RecusalBasis


def declared_by(person: Person, organisation: Organisation) -> list[Declared]:
    """The list of one person in clear, for that person's pages only."""
    return sorted(
        (
            Declared(one.uid, _name(one, person), RecusalBasis(one.basis))
            for one in own_interests(person, organisation)
        ),
        key=lambda one: fold(one.name),
    )


def _name(one: DeclaredInterest, person: Person) -> str:
    try:
        return unseal(bytes(one.content), person=person.uid, row=one.uid)
    except Unreadable:
        return LOST


def as_rules_see(declared: Iterable[Declared]) -> list[Interest]:
    """The member's own list, for the rules."""
    return [Interest(one.name, Basis(one.basis)) for one in declared]


def points_named(person: Person, edition: DossierEdition) -> list[Point]:
    """The points of a dossier that name something of this person's own list."""
    known = as_rules_see(declared_by(person, edition.organisation))
    if not known:
        return []
    points = read_manifest(edition.manifest).points
    return [point for point in points if named_interests(text_of(point), known)]


def _open(convocation: Convocation, now: datetime) -> Convocation:
    held = lock_convocation(convocation)
    today = local_date(now, held.meeting.timezone)
    require(can_open_dossier(held.person, held.edition, today=today))
    return held


def _check_point(held: Convocation, item: AgendaItem) -> None:
    if item.meeting_id != held.meeting_id:
        raise Refusal("Ce point n’est pas à l’ordre du jour de cette séance.")
    meeting = held.meeting
    if item.state not in _TO_COME or meeting.cancelled_at or meeting.adjourned_at:
        raise TooLate("Ce point n’est plus à examiner.")


def _record(held: Convocation, item: AgendaItem, *, announced: bool, now: datetime) -> None:
    record(
        None,
        audit.WITHDRAWAL_ANNOUNCED if announced else audit.WITHDRAWAL_TAKEN_BACK,
        item,
        now=now,
        organisation=held.organisation,
        actor_uid=held.person.uid,
        label=False,
    )
