"""One document: its preview, its versions, its bytes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.audit import record
from accounts.audit.timeline import timeline
from accounts.notifications import seen
from config.lib import clock
from config.lib.access import require
from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, trace
from config.lib.storage import blobs
from config.lib.text import human_datetime, human_size
from documents import audit
from documents.access import (
    abilities,
    breadcrumb,
    can_edit,
    can_manage,
    is_confidential,
)
from documents.enums import Role
from documents.models import Document, Version
from documents.registry import actions_for
from documents.services import filing, reserving
from documents.views.browse import crumbs_for_page
from documents.views.deadlines import near_lines
from documents.views.editing import programme_for
from documents.views.fetch import document_or_404, version_or_404
from documents.views.listing import index_words
from documents.views.preview import page_asked, preview_of
from documents.views.shown import serve_shown


@read_view
def document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The document large, one row of actions, its versions at the side."""
    here = document_or_404(request.actor, uid, dated=True)
    version = here.current_version
    if version is None:
        raise Http404
    now = clock.now()
    trail = breadcrumb(request.actor, here.folder)
    if trail.confidential:
        with trace():
            record(request.actor, audit.DOCUMENT_OPENED, here, now=now, label=False)
    if request.actor.unread and here.unread:
        with trace():
            seen(request.actor, [here.uid], now=now)
    zone = request.actor.organisation.timezone
    state, tone = index_words(version.index_state)
    who = f", par {here.changed_by}" if here.changed_by else ""
    context = {
        "document": here,
        "version": version,
        "crumbs": crumbs_for_page(request.actor, trail, here=here.title),
        "may": abilities(Role(here.role)),
        "role_words": Role(here.role).label,
        "summary": f"v{version.number}, {human_datetime(version.created_at, now, zone)}{who}"
        f" · {human_size(version.size)}",
        "tags": here.tag_labels,
        "confidential": trail.confidential,
        "preview": preview_of(
            request.actor, here, version, title=here.title, page=page_asked(request)
        ),
        "actions": actions_for(request.actor, here),
        "is_template": here.is_template,
        "kind": here.type_label,
        "state": state,
        "state_tone": tone,
        "reserved": _reserved(request, here, now),
        "programme": programme_for(here.title),
        "deadlines": near_lines(request.actor, here),
    }
    return render_page(request, "documents/document.html", context)


def _reserved(
    request: AuthedRequest, document: Document, now: datetime
) -> dict[str, object] | None:
    """Who holds the document and until when, as the page says it; None when it is free."""
    held = getattr(document, "reservation", None)  # joined by document_or_404
    if held is None or held.expires_at <= now:
        return None
    zone = request.actor.organisation.timezone
    return {
        "by": str(held.holder),
        "mine": held.holder_id == request.actor.person.pk,
        "until": reserving.until_words(held.expires_at, now, zone),
        "by_programme": held.by_programme,
    }


@read_view
def activity(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What was done to this document, for those who manage its rights."""
    here = document_or_404(request.actor, uid)
    require(can_manage(request.actor, here))
    now, zone = clock.now(), request.actor.organisation.timezone
    context = {
        "document": here,
        "lines": [
            {
                "words": f"{line.actor} {line.sentence} {line.target}",
                "when": human_datetime(line.at, now, zone),
            }
            for line in timeline(request.actor.organisation, target_uid=here.uid, limit=100)
        ],
        "may": abilities(Role(here.role)),
        "crumbs": crumbs_for_page(
            request.actor, breadcrumb(request.actor, here.folder), here=here.title
        ),
    }
    return render_page(request, "documents/activity.html", context)


def _traced(request: AuthedRequest, version: Version) -> None:
    with trace():
        record(
            request.actor,
            audit.DOCUMENT_DOWNLOADED,
            version.document,
            now=clock.now(),
            data={"version": str(version.uid)},
            label=not is_confidential(version.document),
        )


@read_view
def download(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The bytes of a version, as a file to keep."""
    version = version_or_404(request.actor, uid)
    if "Range" not in request.headers:  # the parts of one download are one download
        _traced(request, version)
    return serve(
        request,
        blobs().path(version.storage_key),
        media_type=version.media_type,
        name=version.original_name if version.number > 1 else version.document.title,
        etag=version.sha256,
    )


@read_view
def view(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """What the page shows of a version: the PDF, its own or made of it, or the picture as drawn
    again by us."""
    version = version_or_404(request.actor, uid)
    return serve_shown(
        request,
        version.storage_key,
        version.media_type,
        name=version.document.title,
        sha256=version.sha256,
    )


@post_view
def read_again(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Try again to read the text of a version."""
    version = version_or_404(request.actor, uid)
    require(can_edit(request.actor, version.document))
    filing.read_again(actor=request.actor, version=version, now=clock.now())
    messages.success(request, "La lecture reprend. Le texte sera trouvable dans un instant.")
    return redirect("documents:document", org, version.document.uid)


def document_url(document: Document) -> str:
    """The address of a document's page, for what other apps link to."""
    return reverse("documents:document", args=[document.organisation.slug, document.uid])
