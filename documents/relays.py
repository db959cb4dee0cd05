"""What documents say to whoever takes over: what somebody has in charge, what waits, where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.actor import Actor
from accounts.handover import Handover, handovers
from accounts.models import Person
from accounts.standing import Chapter, Fact, standing_sources
from config.lib.clock import end_of_day
from config.lib.text import plural
from documents.access import can_eliminate, visible_documents, visible_folders, visible_slips
from documents.access.arrivals import visible_entries, waiting_arrivals
from documents.access.deadlines import visible_deadlines
from documents.access.links import requests_to_answer
from documents.enums import IndexState, Role
from documents.models import Deadline, MailEntry, Reservation
from documents.models.deadline import DeadlineQuerySet
from documents.services import owning

_MOST_SHELVES = 20
_MOST_LETTERS = 10
_MOST_DEADLINES = 10


def _give_letters(actor: Actor, person: Person, to: Person, now: datetime) -> int:
    return _letters(actor, person).update(person=to)


def _letters(actor: Actor, person: Person) -> QuerySet[MailEntry]:
    return MailEntry.objects.filter(organisation=actor.organisation, person=person, done_at=None)


def _reservations(actor: Actor, person: Person) -> QuerySet[Reservation]:
    return Reservation.objects.filter(document__organisation=actor.organisation, holder=person)


def _lift(actor: Actor, person: Person, to: Person, now: datetime) -> int:
    """A reservation is not handed over: the document is simply free again."""
    count, _ = _reservations(actor, person).delete()
    return count


def _deadlines(actor: Actor, person: Person) -> DeadlineQuerySet:
    waiting = Deadline.objects.waiting()
    return waiting.filter(organisation=actor.organisation, owner=person)


def _give_deadlines(actor: Actor, person: Person, to: Person, now: datetime) -> int:
    """Whatever the new person may read: when they may not, reminders go to the next in turn."""
    return _deadlines(actor, person).update(owner=to)


handovers.register(
    "documents.owned",
    Handover(
        count=lambda actor, person: owning.owned(actor, person).count(),
        words=lambda n: f"{plural(n, 'document')} dont la personne répond",
        give=owning.hand_all,
    ),
)
handovers.register(
    "documents.reservations",
    Handover(
        count=lambda actor, person: _reservations(actor, person).count(),
        words=lambda n: f"{plural(n, 'document réservé', 'documents réservés')}, à libérer",
        give=_lift,
    ),
)
handovers.register(
    "documents.letters",
    Handover(
        count=lambda actor, person: _letters(actor, person).count(),
        words=lambda n: f"{plural(n, 'courrier')} à traiter",
        give=_give_letters,
    ),
)
handovers.register(
    "documents.deadlines",
    Handover(
        count=lambda actor, person: _deadlines(actor, person).count(),
        words=lambda n: f"{plural(n, 'échéance')} à suivre",
        give=_give_deadlines,
    ),
)


def _standing(actor: Actor, now: datetime) -> Iterable[Fact]:
    org, zone = actor.organisation.slug, actor.organisation.timezone
    letters = visible_entries(actor).filter(done_at=None, reply_due__isnull=False)
    for entry in letters.order_by("reply_due", "pk")[:_MOST_LETTERS]:
        yield Fact(
            Chapter.NEXT,
            f"Répondre à {entry.correspondent} : {entry.subject}",
            reverse("documents:register-entry", args=[org, entry.uid]),
            entry.reference,
            end_of_day(entry.reply_due, zone),
            late=entry.reply_due < actor.today,
            icon="mail",
        )
    coming = visible_deadlines(actor).waiting().select_related("document")
    for deadline in coming.order_by("due", "pk")[:_MOST_DEADLINES]:
        yield Fact(
            Chapter.NEXT,
            deadline.label,
            reverse("documents:document-deadlines", args=[org, deadline.document.uid]),
            deadline.document.title,
            end_of_day(deadline.due, zone),
            late=deadline.due < actor.today,
            icon="calendar",
        )
    yield from _waiting(actor, org)
    shelves = (
        visible_folders(actor, Role.READER)
        .filter(depth=2)
        .order_by("sort_name", "id")[:_MOST_SHELVES]
    )
    for folder in shelves:
        yield Fact(
            Chapter.WHERE,
            folder.name,
            reverse("documents:folder", args=[org, folder.uid]),
            icon="folder",
        )


def _waiting(actor: Actor, org: str) -> Iterable[Fact]:
    arrivals = waiting_arrivals(actor).count()
    if arrivals:
        yield Fact(
            Chapter.WAITING,
            f"{plural(arrivals, 'document')} à classer",
            reverse("documents:arrivals", args=[org]),
            icon="inbox",
        )
    requests = requests_to_answer(actor).count()
    if requests:
        yield Fact(
            Chapter.WAITING,
            f"{plural(requests, 'demande d’accès', 'demandes d’accès')} sans réponse",
            reverse("accounts:home", args=[org]),
            icon="key",
        )
    failed = (
        visible_documents(actor, Role.EDITOR)
        .filter(current_version__index_state=IndexState.FAILED)
        .count()
    )
    if failed:
        words = plural(
            failed, "document que Parvis n’a pas pu lire", "documents que Parvis n’a pas pu lire"
        )
        yield Fact(Chapter.WAITING, words, reverse("documents:root", args=[org]), icon="file")
    if can_eliminate(actor):
        slips = visible_slips(actor).filter(Q(executed_at=None) & Q(abandoned_at=None)).count()
        if slips:
            yield Fact(
                Chapter.WAITING,
                plural(slips, "bordereau d’élimination", "bordereaux d’élimination"),
                reverse("documents:slips", args=[org]),
                icon="archive",
            )


standing_sources.register("documents", _standing)
