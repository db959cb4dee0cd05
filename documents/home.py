"""What documents put on a person's home page: what they touched lately, where they may file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from accounts.actor import Actor
from accounts.home import (
    MOST_EXPECTED,
    MOST_PLACES,
    MOST_RECENT,
    Expected,
    Place,
    Recent,
    awaited_sources,
    expected_sources,
    place_sources,
    recent_sources,
)
from config.lib.clock import end_of_day
from config.lib.text import plural
from documents.access import awaited_by, awaited_of, visible_documents, visible_folders
from documents.access.arrivals import visible_entries, waiting_arrivals
from documents.access.deadlines import visible_deadlines
from documents.access.links import requests_to_answer
from documents.enums import Role
from documents.notifications.links import name_for_answering


def _recent(actor: Actor, now: datetime) -> Iterable[Recent]:
    """The latest changes among what I may read; mine and my colleagues' alike."""
    documents = (
        visible_documents(actor)
        .select_related("folder", "changed_by")
        .order_by("-changed_at", "-id")[:MOST_RECENT]
    )
    for document in documents:
        yield Recent(
            title=document.title,
            href=reverse("documents:document", args=[actor.organisation.slug, document.uid]),
            at=document.changed_at,
            detail=f"par {document.changed_by}" if document.changed_by else "",
            icon="file-text",
        )


def _places(actor: Actor, now: datetime) -> Iterable[Place]:
    """The highest folders where I may file: my shelves."""
    shelves = (
        visible_folders(actor, Role.EDITOR)
        .filter(depth__lte=2)
        .exclude(parent=None)
        .order_by("sort_name", "id")[:MOST_PLACES]
    )
    for folder in shelves:
        yield Place(
            title=folder.name,
            href=reverse("documents:folder", args=[actor.organisation.slug, folder.uid]),
        )


_MOST_LETTERS = 7


def _expected(actor: Actor, now: datetime) -> Iterable[Expected]:
    """What waits to be filed, for those who file it; the letters that I must answer."""
    org = actor.organisation.slug
    waiting = waiting_arrivals(actor).count()
    if waiting:
        yield Expected(
            title=f"Classer {plural(waiting, 'document')}",
            href=reverse("documents:arrivals", args=[org]),
            icon="inbox",
        )
    letters = (
        visible_entries(actor)
        .filter(Q(person=actor.person) | Q(team__in=actor.team_ids))
        .filter(done_at=None, reply_due__isnull=False)
        .order_by("reply_due", "pk")[:_MOST_LETTERS]
    )
    for entry in letters:
        yield Expected(
            title=f"Répondre à {entry.correspondent} : {entry.subject}",
            href=reverse("documents:register-entry", args=[org, entry.uid]),
            due=end_of_day(entry.reply_due, actor.organisation.timezone),
            detail=entry.reference,
            icon="mail",
            late=entry.reply_due < actor.today,
        )


expected_sources.register("documents", _expected)


def _requests(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Colleagues who ask to be let in, the first to ask first."""
    for request in requests_to_answer(actor).order_by("asked_at", "pk")[: MOST_EXPECTED + 1]:
        yield Expected(
            title=f"Répondre à {request.person.full_name}, qui demande l’accès à "
            f"« {name_for_answering(actor, request.target)} »",
            href=reverse("documents:access-answer", args=[actor.organisation.slug, request.uid]),
            detail=request.message,
            icon="key",
        )


expected_sources.register("documents.requests", _requests)


def _opinions(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Opinions that are asked of me or of my teams."""
    waiting = awaited_of(actor).select_related("document", "asked_by")
    for request in waiting.order_by("due", "pk")[: 2 * MOST_EXPECTED]:
        yield Expected(
            title=f"Donner votre avis sur « {request.document.title} »",
            href=reverse("documents:opinion-answer", args=[actor.organisation.slug, request.uid]),
            due=end_of_day(request.due, actor.organisation.timezone),
            detail=f"demandé par {request.asked_by}",
            icon="clipboard-check",
            late=request.due < actor.today,
        )


def _awaited(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Opinions that I asked for and that have not come."""
    waiting = awaited_by(actor).select_related("document", "person", "team")
    for request in waiting.order_by("due", "pk")[: 2 * MOST_EXPECTED]:
        yield Expected(
            title=f"Avis de {request.asked} sur « {request.document.title} »",
            href=reverse(
                "documents:opinions", args=[actor.organisation.slug, request.document.uid]
            ),
            due=end_of_day(request.due, actor.organisation.timezone),
            icon="clipboard-check",
            late=request.due < actor.today,
        )


expected_sources.register("documents.opinions", _opinions)
awaited_sources.register("documents.opinions", _awaited)


def _deadlines(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Deadlines that I look after, once their reminder is due; late ones first."""
    mine = (
        visible_deadlines(actor)
        .looked_after_by(actor.person.pk)
        .near(actor.today)
        .select_related("document")
        .order_by("due", "pk")
    )
    for one in mine[: MOST_EXPECTED + 1]:
        yield Expected(
            title=f"Traiter l’échéance « {one.label} »",
            href=reverse(
                "documents:document-deadlines", args=[actor.organisation.slug, one.document.uid]
            ),
            due=end_of_day(one.due, actor.organisation.timezone),
            detail=one.document.title,
            icon="calendar",
            late=one.due < actor.today,
        )


expected_sources.register("documents.deadlines", _deadlines)
recent_sources.register("documents", _recent)
place_sources.register("documents", _places)
