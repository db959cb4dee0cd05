"""Rows as the actor may see them: what they may not know of is a 404."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.actor import Actor
from config.lib import clock
from config.lib.http import AuthedRequest
from council.access import (
    prepared_assemblies,
    visible_convocations,
    visible_items,
    visible_meetings,
)
from council.models import AgendaItem, Assembly, Convocation, Meeting, Proxy
from documents.access import visible_documents
from documents.models import Document

#: Documents that one gesture brings to a point.
MOST_GIVEN = 50


def meeting_or_404(actor: Actor, uid: UUID) -> Meeting:
    """A meeting that the actor may see."""
    rows = visible_meetings(actor).select_related("assembly__organisation", "organisation")
    return get_object_or_404(rows, uid=uid)


def item_or_404(actor: Actor, uid: UUID) -> AgendaItem:
    """A point that the actor may see."""
    rows = visible_items(actor).select_related(
        "assembly__organisation",
        "meeting__assembly",
        "rapporteur",
        "created_by",
        "amendment__meeting",
    )
    return get_object_or_404(rows, uid=uid)


def convocation_or_404(actor: Actor, uid: UUID) -> Convocation:
    """A convocation, for those who prepare the body."""
    rows = visible_convocations(actor).select_related(
        "meeting__assembly__organisation", "person", "mandate", "edition"
    )
    return get_object_or_404(rows, uid=uid)


def proxy_or_404(actor: Actor, uid: UUID) -> Proxy:
    """A pouvoir, for those who prepare the body."""
    proxy = (
        Proxy.objects.filter(meeting__assembly__in=prepared_assemblies(actor), uid=uid)
        .select_related("meeting__assembly", "giver", "holder")
        .first()
    )
    if proxy is None:
        raise Http404
    return proxy


def documents_given(request: AuthedRequest) -> list[Document]:
    """The documents that the address or the form names, in their order; all readable, or a 404."""
    given = [*request.GET.getlist("document"), *request.POST.getlist("document")]
    try:
        wanted = list(dict.fromkeys(UUID(uid) for uid in given if uid))[:MOST_GIVEN]
    except ValueError:
        raise Http404 from None
    if not wanted:
        return []
    rows = {row.uid: row for row in visible_documents(request.actor).filter(uid__in=wanted)}
    if len(rows) != len(wanted):
        raise Http404
    return [rows[uid] for uid in wanted]


def meetings_open(assembly: Assembly, request: AuthedRequest) -> QuerySet[Meeting]:
    """The meetings of this body on whose agenda a point may be put."""
    return (
        visible_meetings(request.actor)
        .filter(assembly=assembly, agenda_frozen_at=None)
        .in_preparation()
        .upcoming(clock.now())
        .select_related("assembly")
    )


def meetings_under_way(assembly: Assembly, request: AuthedRequest) -> QuerySet[Meeting]:
    """The meetings of this body that are convened, begun or not, and not yet over."""
    return (
        visible_meetings(request.actor)
        .filter(assembly=assembly, convened_at__isnull=False, adjourned_at=None)
        .alive()
        .select_related("assembly")
        .order_by("starts_at", "pk")
    )
