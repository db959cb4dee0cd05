"""The register of the post: numbers without a gap, who answers and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.access import visible_people, visible_teams
from accounts.actor import Actor
from accounts.audit import Verb, record
from accounts.models import Person, Team
from config.lib.access import Decision, Refused, require
from config.lib.clock import local_date
from documents import audit
from documents.access import can_edit, is_confidential
from documents.access.arrivals import (
    can_change_entry,
    can_keep_register,
    can_see_entry,
    can_sort,
)
from documents.enums import MailDirection
from documents.models import Arrival, Document, MailCounter, MailEntry
from documents.services.locking import lock_organisation
from documents.services.refusals import Refusal
from documents.services.telling_in_charge import nothing_expected, tell_in_charge


class BadLine(Refusal):
    """Something in the line does not hold."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says, apart from its number."""

    day: date
    correspondent: str
    subject: str
    person: Person | None = None
    team: Team | None = None
    reply_due: date | None = None


@transaction.atomic
def register(
    *,
    actor: Actor,
    direction: MailDirection,
    line: Line,
    now: datetime,
    document: Document | None = None,
    answers: MailEntry | None = None,
) -> MailEntry:
    """Give the next number of the year to a letter. Raises Refused or BadLine.

    With a document: whoever may edit it. Without (paper that is not scanned): the keepers. An
    answer closes the incoming letter that it answers.
    """
    lock_organisation(actor.organisation.pk)
    if document is None:
        require(can_keep_register(actor))
    else:
        document = Document.objects.select_related("folder").get(
            pk=document.pk, organisation=actor.organisation
        )
        require(can_edit(actor, document))
    _check(actor, line)
    if answers is not None:
        answers = MailEntry.objects.get(pk=answers.pk, organisation=actor.organisation)
        require(can_see_entry(actor, answers))
        if direction != MailDirection.OUTGOING or answers.direction != MailDirection.INCOMING:
            raise BadLine("Seul un courrier au départ répond à un courrier arrivé.")
    entry = MailEntry.objects.create(
        organisation=actor.organisation,
        direction=direction,
        year=line.day.year,
        number=_next_number(actor, direction, line.day.year),
        day=line.day,
        correspondent=line.correspondent[:200],
        subject=line.subject[:300],
        document=document,
        on_paper=document is None,
        person=line.person,
        team=line.team,
        reply_due=line.reply_due,
        answers=answers,
        created_at=now,
        created_by=actor.person,
    )
    _tell(actor, audit.MAIL_REGISTERED, entry, now)
    tell_in_charge(entry, now=now, author=actor.person)
    if answers is not None and answers.done_at is None:
        _close(actor, answers, now)
    return entry


def register_arrival(
    *, actor: Actor, arrival: Arrival, document: Document, now: datetime
) -> MailEntry:
    """The incoming letter that an arrival was, in one click: everything from the envelope.

    Raises what `register` does; Refused for who does not sort that envelope.
    """
    envelope = arrival.envelope
    require(can_sort(actor, envelope))
    sender = envelope.sender_name or envelope.sender_address
    if envelope.brought_by is not None and sender == envelope.brought_by.full_name:
        sender = ""  # a colleague who dropped or scanned it did not write it
    return register(
        actor=actor,
        direction=MailDirection.INCOMING,
        line=Line(
            day=local_date(envelope.received_at, actor.organisation.timezone),
            correspondent=sender or "Expéditeur à préciser",
            subject=envelope.subject or document.title,
        ),
        document=document,
        now=now,
    )


def _next_number(actor: Actor, direction: MailDirection, year: int) -> int:
    """From a row under lock: a transaction that fails gives its number back."""
    MailCounter.objects.get_or_create(
        organisation=actor.organisation, direction=direction, year=year
    )
    counter = MailCounter.objects.select_for_update(no_key=True).get(
        organisation=actor.organisation, direction=direction, year=year
    )
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _check(actor: Actor, line: Line) -> None:
    if not line.correspondent.strip() or not line.subject.strip():
        raise BadLine("Dites de qui (ou à qui) et l’objet.")
    if line.reply_due is not None and line.reply_due < line.day:
        raise BadLine("La réponse ne peut pas être attendue avant la date du courrier.")
    if line.day.year < 1990 or (line.day - actor.today).days > 31:
        raise BadLine("Cette date ne peut pas être celle du courrier.")
    if line.person is not None and line.team is not None:
        raise BadLine("Confiez ce courrier à une personne ou à une équipe, pas aux deux.")
    known = (
        line.person is None or visible_people(actor).filter(pk=line.person.pk).exists(),
        line.team is None or visible_teams(actor).filter(pk=line.team.pk).exists(),
    )
    if not all(known):
        raise Refused(
            Decision(allowed=False, reason="Cette personne ou cette équipe n’est pas d’ici.")
        )


@transaction.atomic
def change_entry(*, actor: Actor, entry: MailEntry, line: Line, now: datetime) -> MailEntry:
    """Correct a line, say who is in charge and by when. Its number and its year stay.

    Raises Refused or BadLine.
    """
    entry = _locked(actor, entry)
    require(can_change_entry(actor, entry))
    _check(actor, line)
    if line.day.year != entry.year:
        raise BadLine(f"Le numéro {entry.reference} est de {entry.year} : la date aussi.")
    newly = (line.person, line.team) != (entry.person, entry.team)
    changed = [
        name
        for name in ("day", "correspondent", "subject", "person", "team", "reply_due")
        if getattr(entry, name) != getattr(line, name)
    ]
    for name in changed:
        setattr(entry, name, getattr(line, name))
    entry.save(update_fields=changed)
    if changed:
        _tell(actor, audit.MAIL_CHANGED, entry, now, {"fields": changed})
    if newly:
        tell_in_charge(entry, now=now, author=actor.person)
    return entry


@transaction.atomic
def close_entry(*, actor: Actor, entry: MailEntry, now: datetime) -> MailEntry:
    """Nothing more is expected of it. Raises Refused."""
    entry = _locked(actor, entry)
    require(can_change_entry(actor, entry))
    if entry.done_at is None:
        _close(actor, entry, now)
    return entry


def _close(actor: Actor, entry: MailEntry, now: datetime) -> None:
    entry.done_at, entry.done_by = now, actor.person
    entry.save(update_fields=["done_at", "done_by"])
    nothing_expected(entry, now=now)
    _tell(actor, audit.MAIL_CLOSED, entry, now)


@transaction.atomic
def reopen_entry(*, actor: Actor, entry: MailEntry, now: datetime) -> MailEntry:
    """It was not finished after all. Raises Refused."""
    entry = _locked(actor, entry)
    require(can_change_entry(actor, entry))
    if entry.done_at is not None:
        entry.done_at = entry.done_by = None
        entry.save(update_fields=["done_at", "done_by"])
        _tell(actor, audit.MAIL_REOPENED, entry, now)
    return entry


def _locked(actor: Actor, entry: MailEntry) -> MailEntry:
    lock_organisation(actor.organisation.pk)
    return MailEntry.objects.select_related("person", "team", "document__folder").get(
        pk=entry.pk, organisation=actor.organisation
    )


def _tell(
    actor: Actor,
    verb: Verb,
    entry: MailEntry,
    now: datetime,
    data: dict[str, list[str]] | None = None,
) -> None:
    """The journal holds the number, never the subject."""
    document = entry.document
    secret = document is not None and is_confidential(document)
    details = {**(data or {}), "document": str(document.uid) if document else ""}
    record(actor, verb, entry, now=now, data=details, label=not secret)
