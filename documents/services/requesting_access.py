"""Asking for access, and answering."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.enums import TeamKind
from accounts.models import Person, TeamMembership
from accounts.notifications import notify, settle
from config.lib.access import require
from config.lib.text import human_datetime
from documents import audit
from documents.access import domain_id_of, is_trashed, role_of
from documents.access.links import can_answer
from documents.enums import Role
from documents.models import AccessRequest, Document, Folder
from documents.notifications.links import ACCESS_ASKED, ACCESS_GIVEN, ACCESS_REFUSED
from documents.services.locking import lock_and_reread
from documents.services.reach import managers, roles_in
from documents.services.refusals import Refusal
from documents.services.rights import set_role
from documents.services.telling import tell

# Enough for a new colleague on their first day, too few to tire those who answer.
MOST_PER_DAY = 10
# After a refusal, the same thing is not asked again at once.
PATIENCE = timedelta(days=7)


class AlreadyThere(Refusal):
    """The person can already do what they ask for."""


class TooManyRequests(Refusal):
    """Asked too often today."""


class RefusedLately(Refusal):
    """The same thing was refused a few days ago."""


class AlreadyAnswered(Refusal):
    """Somebody has answered in the meantime."""


class ReasonMissing(Refusal):
    """A refusal says why."""


def waiting_request(actor: Actor, obj: Folder | Document) -> AccessRequest | None:
    """What the actor asked here and nobody has answered yet."""
    return _asked(actor.person, obj).filter(answered_at=None).first()


def last_refusal(actor: Actor, obj: Folder | Document, *, now: datetime) -> AccessRequest | None:
    """The refusal that still holds: what the actor asked here was refused a few days ago."""
    return (
        _asked(actor.person, obj)
        .filter(answered_at__gt=now - PATIENCE, given=None)
        .order_by("-answered_at")
        .first()
    )


@transaction.atomic
def ask_access(
    *, actor: Actor, obj: Folder | Document, wanted: Role, message: str, now: datetime
) -> AccessRequest:
    """Ask those who manage the rights here; the direction when nobody does.

    Asked twice, it stays one request with the latest words. Call it for an object that the actor
    holds a link to: being told that it exists is not a right to know its name.
    """
    obj = lock_and_reread(obj, actor.organisation.pk)
    if is_trashed(obj):
        raise Refusal("Ce qui est derrière ce lien n’est plus là.")
    if role_of(actor, obj) >= wanted:
        raise AlreadyThere("Vous avez déjà ce droit.")
    standing = waiting_request(actor, obj)
    if standing is not None:
        standing.wanted, standing.message = wanted, message.strip()[:500]
        standing.save(update_fields=["wanted", "message"])
        return standing
    refused = last_refusal(actor, obj, now=now)
    if refused is not None and refused.answered_at is not None:
        again: datetime = refused.answered_at + PATIENCE
        raise RefusedLately(
            "Votre demande n’a pas été acceptée. Vous pourrez demander de nouveau à partir du "
            f"{human_datetime(again, now, actor.organisation.timezone)}."
        )
    day = AccessRequest.objects.filter(
        organisation=actor.organisation, person=actor.person, asked_at__gt=now - timedelta(days=1)
    )
    if day.count() >= MOST_PER_DAY:
        raise TooManyRequests(
            f"Vous avez déjà fait {MOST_PER_DAY} demandes depuis hier. Attendez qu’on vous réponde,"
            " ou appelez un collègue."
        )
    holders = [
        person
        for person in managers(obj, organisation=actor.organisation, day=actor.today)
        if person.pk != actor.person.pk
    ]
    request = AccessRequest.objects.create(
        organisation=actor.organisation,
        person=actor.person,
        folder=obj if isinstance(obj, Folder) else None,
        document=obj if isinstance(obj, Document) else None,
        wanted=wanted,
        message=message.strip()[:500],
        asked_at=now,
        to_direction=not holders,
    )
    tell(actor, audit.ACCESS_ASKED, obj, now=now, data={"wanted": int(wanted)})
    notify(
        ACCESS_ASKED,
        organisation=actor.organisation,
        recipients=holders or _direction(actor),
        group_key=f"access:asked:{request.uid}",
        object_uid=request.uid,
        actor=actor,
        now=now,
        reason="parce que vous gérez les droits de ce dossier"
        if holders
        else "parce que personne ne gère les droits de ce dossier",
    )
    return request


@transaction.atomic
def give_access(
    *, actor: Actor, request: AccessRequest, role: Role, now: datetime, confirmed: bool = False
) -> AccessRequest:
    """Say yes, with the role asked for or another, never above one's own.

    Somebody who has got as much in the meantime keeps what they have. Raises NeedsConfirmation as
    `rights.set_role` does.
    """
    request, obj = _reread(actor, request)
    roles = roles_in(domain_id_of(obj), organisation=actor.organisation, day=actor.today)
    if role <= Role.NONE:
        raise Refusal("Choisissez ce que cette personne pourra faire.")
    has = roles.get(request.person_id, Role.NONE)
    if has < role:
        set_role(
            actor=actor,
            obj=obj,
            principal=request.person,
            role=role,
            now=now,
            confirmed=confirmed,
        )
    _close(actor, request, now, given=max(role, has), reason="")
    tell(
        actor,
        audit.ACCESS_GIVEN,
        obj,
        now=now,
        data={"person": str(request.person.uid), "role": int(role)},
    )
    _answer(actor, ACCESS_GIVEN, request, obj.uid, now)
    return request


@transaction.atomic
def refuse_access(
    *, actor: Actor, request: AccessRequest, reason: str, now: datetime
) -> AccessRequest:
    """Say no, and why: the reason is shown to the person, as written."""
    request, obj = _reread(actor, request)
    words = reason.strip()[:300]
    if not words:
        raise ReasonMissing("Dites en quelques mots pourquoi : la personne lira votre réponse.")
    _close(actor, request, now, given=None, reason=words)
    tell(actor, audit.ACCESS_REFUSED, obj, now=now, data={"person": str(request.person.uid)})
    _answer(actor, ACCESS_REFUSED, request, request.uid, now)
    return request


def gain_of(actor: Actor, request: AccessRequest, role: Role) -> str:
    """What saying yes would change, in a sentence. A role in somebody's own name touches nobody
    else, so this is exact."""
    obj = request.target
    has = roles_in(domain_id_of(obj), organisation=actor.organisation, day=actor.today).get(
        request.person_id, Role.NONE
    )
    if has >= role:
        return f"{request.person.full_name} {has.label} déjà."
    change = f"{request.person.full_name} : {has.label} → {role.label}."
    if isinstance(obj, Folder):
        return f"{change} Cela vaut aussi pour ce que ce dossier contient, sauf ce qui est limité."
    return f"{change} Cela vaut pour ce document seulement."


def _asked(person: Person, obj: Folder | Document) -> QuerySet[AccessRequest]:
    mine = AccessRequest.objects.filter(person=person)
    return mine.filter(document=obj) if isinstance(obj, Document) else mine.filter(folder=obj)


def _reread(actor: Actor, request: AccessRequest) -> tuple[AccessRequest, Folder | Document]:
    obj = lock_and_reread(request.target, actor.organisation.pk)
    fresh = AccessRequest.objects.select_related("person", "folder", "document__folder").get(
        pk=request.pk, organisation=actor.organisation
    )
    require(can_answer(actor, fresh))
    if fresh.answered_at is not None:
        raise AlreadyAnswered("Une réponse a déjà été donnée à cette demande.")
    return fresh, obj


def _close(
    actor: Actor, request: AccessRequest, now: datetime, *, given: Role | None, reason: str
) -> None:
    request.answered_at, request.answered_by = now, actor.person
    request.given, request.reason = given, reason
    request.save(update_fields=["answered_at", "answered_by", "given", "reason"])
    settle(ACCESS_ASKED, about=request.uid, organisation=actor.organisation, now=now)


def _answer(
    actor: Actor, kind: str, request: AccessRequest, object_uid: UUID, now: datetime
) -> None:
    notify(
        kind,
        organisation=actor.organisation,
        recipients=[request.person],
        group_key=f"access:answered:{request.uid}",
        object_uid=object_uid,
        actor=actor,
        now=now,
        reason="parce que vous l’avez demandé",
    )


def _direction(actor: Actor) -> list[Person]:
    seats = TeamMembership.objects.filter(
        organisation=actor.organisation, team__kind=TeamKind.DGS, from_date__lte=actor.today
    ).exclude(to_date__lt=actor.today)
    return list(
        Person.objects.filter(pk__in=seats.values("person"))
        .exclude(pk=actor.person.pk)
        .order_by("pk")
    )
