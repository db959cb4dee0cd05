"""The days that documents commit the town hall to: noted, changed, done, put off by a year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.audit import Verb
from accounts.models import Organisation, Person
from accounts.notifications import notify, settle
from config.lib.access import require
from config.lib.clock import end_of_day, local_date
from config.lib.text import clean_name
from documents import audit
from documents.access import can_edit, domain_id_of
from documents.access.deadlines import can_change_deadline, can_settle_deadline
from documents.enums import DeadlineKind, Role
from documents.models import Deadline, Document
from documents.notifications import DEADLINE_GIVEN, DEADLINE_LATE, DEADLINE_NEAR
from documents.rules.deadlines import day_in_words, same_day_next_year
from documents.services.locking import lock_and_reread, lock_organisation
from documents.services.reach import managers, roles_in
from documents.services.refusals import InvalidName, Refusal, TooMuch
from documents.services.telling import tell

REMINDER_DAYS = 30
MOST_REMINDER_DAYS = 730
MOST_WAITING = 50
_MOST_YEARS = 99


class CannotFollowIt(Refusal):
    """The person may not read the document: they could not look after its deadline."""


class BadDay(Refusal):
    """A day, or a reminder, that makes no sense."""


class AlreadyDone(Refusal):
    """Somebody has noted it as done meanwhile."""


class NotDone(Refusal):
    """Nothing to reopen."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is written of a deadline. `remind_days`: how many days before the reminder leaves.

    Without an `owner`, it is the one who answers for the document.
    """

    kind: DeadlineKind
    label: str
    due: date
    owner: Person | None = None
    remind_days: int = REMINDER_DAYS
    note: str = ""


def may_follow(actor: Actor, document: Document) -> QuerySet[Person]:
    """Those who could look after a deadline: who may read the document today."""
    roles = roles_in(domain_id_of(document), organisation=actor.organisation, day=actor.today)
    able = [person for person, role in roles.items() if role >= Role.READER]
    return Person.objects.filter(pk__in=able).order_by("family_name", "given_name", "pk")


@transaction.atomic
def set_deadline(*, actor: Actor, document: Document, terms: Terms, now: datetime) -> Deadline:
    """Note a deadline on a document. Raises Refused, CannotFollowIt, BadDay, InvalidName, TooMuch.

    Whoever is to follow it is told, unless they noted it themselves.
    """
    document = lock_and_reread(document, actor.organisation.pk)
    require(can_edit(actor, document))
    _check(actor, document, terms, owner_before=None)
    _room(document)
    deadline = Deadline.objects.create(
        organisation=actor.organisation,
        document=document,
        created_at=now,
        created_by=actor.person,
        **_values(terms),
    )
    _tell(actor, audit.DEADLINE_SET, deadline, now)
    _give(actor, deadline, now)
    return deadline


@transaction.atomic
def change_deadline(*, actor: Actor, deadline: Deadline, terms: Terms, now: datetime) -> Deadline:
    """Write it anew. Another day, or a reminder still ahead, makes the messages leave again.

    Raises as `set_deadline`, and AlreadyDone.
    """
    deadline = _lock(actor, deadline)
    require(can_change_deadline(actor, deadline))
    _still_waiting(deadline)
    _check(actor, deadline.document, terms, owner_before=deadline.owner_id)
    owner_before = deadline.owner_id
    reminder_before = deadline.remind_on
    for name, value in _values(terms).items():
        setattr(deadline, name, value)
    if deadline.remind_on != reminder_before and deadline.remind_on > actor.today:
        deadline.reminded_for = None
    deadline.save(update_fields=[*_values(terms), "reminded_for"])
    _tell(actor, audit.DEADLINE_CHANGED, deadline, now)
    if deadline.owner_id != owner_before:
        _give(actor, deadline, now)
    return deadline


@transaction.atomic
def close_deadline(*, actor: Actor, deadline: Deadline, now: datetime) -> Deadline:
    """Note it as done. Raises Refused or AlreadyDone."""
    deadline = _lock(actor, deadline)
    require(can_settle_deadline(actor, deadline))
    _still_waiting(deadline)
    _close(actor, deadline, now)
    _tell(actor, audit.DEADLINE_DONE, deadline, now)
    return deadline


@transaction.atomic
def reopen_deadline(*, actor: Actor, deadline: Deadline, now: datetime) -> Deadline:
    """It was not done after all. Raises Refused, NotDone or TooMuch."""
    deadline = _lock(actor, deadline)
    require(can_settle_deadline(actor, deadline))
    if deadline.done_at is None:
        raise NotDone("Cette échéance est déjà en attente.")
    _room(deadline.document)
    deadline.done_at = deadline.done_by = None
    deadline.save(update_fields=["done_at", "done_by"])
    _tell(actor, audit.DEADLINE_REOPENED, deadline, now)
    return deadline


@transaction.atomic
def renew_deadline(*, actor: Actor, deadline: Deadline, now: datetime) -> Deadline:
    """Put it off by a year: this one is done, the same is noted for the same day next year.

    Raises Refused, AlreadyDone or BadDay. Whoever follows it keeps it, when they may still read
    the document.
    """
    deadline = _lock(actor, deadline)
    require(can_change_deadline(actor, deadline))
    _still_waiting(deadline)
    due = same_day_next_year(deadline.due)
    owner = deadline.owner
    if owner and not may_follow(actor, deadline.document).filter(pk=owner.pk).exists():
        owner = None
    terms = Terms(
        kind=DeadlineKind(deadline.kind),
        label=deadline.label,
        due=due,
        owner=owner,
        remind_days=deadline.remind_days,
        note=deadline.note,
    )
    _check(actor, deadline.document, terms, owner_before=None)
    _close(actor, deadline, now)
    renewed = Deadline.objects.create(
        organisation=actor.organisation,
        document=deadline.document,
        created_at=now,
        created_by=actor.person,
        **_values(terms),
    )
    _tell(actor, audit.DEADLINE_RENEWED, renewed, now, before=str(deadline.uid))
    return renewed


@transaction.atomic
def remove_deadline(*, actor: Actor, deadline: Deadline, now: datetime) -> None:
    """Noted by mistake: it leaves, the journal keeps that it was there. Raises Refused."""
    deadline = _lock(actor, deadline)
    require(can_change_deadline(actor, deadline))
    _tell(actor, audit.DEADLINE_REMOVED, deadline, now)
    deadline.delete()


def remind(*, now: datetime) -> int:
    """Every night: what comes near, and what is late since yesterday. Returns how many were told.

    Each message leaves once for a day; run twice, or after missed nights, it says nothing twice.
    Told: who follows it, else who answers for the document, else those who manage its rights;
    always among those who may read the document now. When there is nobody, it tries again the
    next night.
    """
    told = 0
    for organisation in Organisation.objects.order_by("pk"):
        today = local_date(now, organisation.timezone)
        near = Deadline.objects.near(today).filter(
            organisation=organisation,
            document__trashed_at=None,
            document__folder__trashed_at=None,
        )
        for pk in list(near.order_by("due", "pk").values_list("pk", flat=True)):
            told += _remind(pk, organisation, today, now)
    return told


@transaction.atomic
def _remind(pk: int, organisation: Organisation, today: date, now: datetime) -> int:
    deadline = (
        Deadline.objects.near(today)
        .select_for_update(of=("self",), no_key=True)
        .select_related("owner", "document__owner", "document__folder")
        .filter(pk=pk)
        .first()
    )
    if deadline is None:
        return 0
    late = deadline.due < today
    mark = "late_told_for" if late else "reminded_for"
    if getattr(deadline, mark) == deadline.due:
        return 0
    for people, why in _in_turn(deadline, organisation, today):
        told = notify(
            DEADLINE_LATE if late else DEADLINE_NEAR,
            organisation=organisation,
            recipients=people(),
            group_key=f"deadline:{mark}:{deadline.uid}:{deadline.due:%Y%m%d}",
            now=now,
            object_uid=deadline.uid,
            reason=why,
            due=end_of_day(deadline.due, organisation.timezone),
        )
        if told:
            setattr(deadline, mark, deadline.due)
            deadline.save(update_fields=[mark])
            return told
    return 0


def _in_turn(
    deadline: Deadline, organisation: Organisation, today: date
) -> list[tuple[Callable[[], list[Person]], str]]:
    """Whom to tell, the next only when nobody of the former can be told."""
    document = deadline.document
    return [
        (
            lambda: [deadline.owner] if deadline.owner else [],
            "parce que vous suivez cette échéance",
        ),
        (
            lambda: [document.owner] if document.owner else [],
            "parce que vous répondez de ce document",
        ),
        (
            lambda: managers(document, organisation=organisation, day=today),
            "parce que vous gérez les droits de ce document",
        ),
    ]


def _lock(actor: Actor, deadline: Deadline) -> Deadline:
    """The deadline and its document as they stand now. Raises DoesNotExist elsewhere."""
    lock_organisation(actor.organisation.pk)
    return (
        Deadline.objects.select_for_update(of=("self",), no_key=True)
        .select_related("document__folder", "owner")
        .get(pk=deadline.pk, organisation_id=actor.organisation.pk)
    )


def _check(actor: Actor, document: Document, terms: Terms, *, owner_before: int | None) -> None:
    if not clean_name(terms.label):
        raise InvalidName("Dites en quelques mots de quelle échéance il s’agit.")
    if not 1900 <= terms.due.year <= actor.today.year + _MOST_YEARS:
        raise BadDay("Cette date est trop éloignée : vérifiez l’année.")
    if not 0 <= terms.remind_days <= MOST_REMINDER_DAYS:
        raise BadDay("Le rappel part le jour même, ou au plus deux ans avant.")
    owner = terms.owner
    if owner is None or owner.pk == owner_before:
        return
    if not may_follow(actor, document).filter(pk=owner.pk).exists():
        raise CannotFollowIt(
            f"{owner.full_name} ne peut pas lire ce document : donnez-lui d’abord ce droit."
        )


def _room(document: Document) -> None:
    if Deadline.objects.waiting().filter(document=document).count() >= MOST_WAITING:
        raise TooMuch(
            f"Ce document porte déjà {MOST_WAITING} échéances en attente : notez comme faites "
            "celles qui le sont."
        )


def _values(terms: Terms) -> dict[str, object]:
    return {
        "kind": terms.kind,
        "label": clean_name(terms.label)[:200],
        "due": terms.due,
        "remind_on": terms.due - timedelta(days=terms.remind_days),
        "owner": terms.owner,
        "note": terms.note.strip()[:1000],
    }


def _still_waiting(deadline: Deadline) -> None:
    if deadline.done_at is not None:
        raise AlreadyDone(f"L’échéance du {day_in_words(deadline.due)} est déjà notée comme faite.")


def _close(actor: Actor, deadline: Deadline, now: datetime) -> None:
    deadline.done_at, deadline.done_by = now, actor.person
    deadline.save(update_fields=["done_at", "done_by"])
    settle(
        DEADLINE_GIVEN,
        DEADLINE_NEAR,
        DEADLINE_LATE,
        about=deadline.uid,
        organisation=actor.organisation,
        now=now,
    )


def _give(actor: Actor, deadline: Deadline, now: datetime) -> None:
    if deadline.owner is None:
        return
    notify(
        DEADLINE_GIVEN,
        organisation=actor.organisation,
        recipients=[deadline.owner],
        group_key=f"deadline:given:{deadline.uid}",
        now=now,
        actor=actor,
        object_uid=deadline.uid,
        reason="parce que vous suivez cette échéance",
    )


def _tell(actor: Actor, verb: Verb, deadline: Deadline, now: datetime, **more: str) -> None:
    data = {
        "deadline": str(deadline.uid),
        "kind": str(deadline.kind),
        "due": deadline.due.isoformat(),
        "owner": str(deadline.owner.uid) if deadline.owner else "",
    }
    tell(actor, verb, deadline.document, now=now, data=data | more)
