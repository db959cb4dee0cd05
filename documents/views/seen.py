"""« Ce que voit Mme X »: for the direction and for those who manage rights somewhere."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.access import visible_people
from accounts.actor import actor_for
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, private, read_view
from config.lib.text import fold, plural
from documents.access import can_see_reach
from documents.forms.rights import NameFilterForm
from documents.models import Document
from documents.services.seen_by import Place, Seen, what_is_seen

PER_PAGE = 100


@read_view
def seen_by(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The places where what a person may do changes, among those that I may read."""
    actor = request.actor
    require(can_see_reach(actor))
    someone = get_object_or_404(visible_people(actor), uid=uid)
    theirs = actor_for(someone, actor.organisation, now=clock.now())
    seen = what_is_seen(looker=actor, person=theirs) if theirs else Seen()
    wanted = request.GET.get("nom", "").strip()
    places = [p for p in seen.places if fold(wanted) in fold(str(p.obj))] if wanted else seen.places
    page = Paginator(places, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "someone": someone,
        "sentence": _sentence(someone.formal_name, seen),
        "rows": [_row(actor.organisation.slug, place) for place in page.object_list],
        "page": page,
        "filter": NameFilterForm(initial={"nom": wanted}),
        "filtered": bool(wanted),
        "hidden": plural(seen.hidden, "autre endroit", "autres endroits") if seen.hidden else "",
        "limited_url": reverse("admin:documents_accessdomain_changelist") if actor.is_dgs else "",
    }
    return private(render_page(request, "documents/seen_by.html", context))


def _sentence(name: str, seen: Seen) -> str:
    if not seen.folders and not seen.documents:
        return f"{name} ne peut rien lire de ce que vous pouvez lire vous-même."
    return (
        f"{name} peut lire {plural(seen.folders, 'dossier')} et "
        f"{plural(seen.documents, 'document')}, parmi ceux que vous pouvez lire vous-même."
    )


def _row(slug: str, place: Place) -> dict[str, object]:
    is_document = isinstance(place.obj, Document)
    name = "documents:document-rights" if is_document else "documents:folder-rights"
    return {
        "name": str(place.obj),
        "icon": "file-text" if is_document else "folder",
        "href": reverse(name, args=[slug, place.obj.uid]),
        "path": " › ".join(crumb.name for crumb in place.trail),
        "role": place.role.label,
        "because": place.because,
        "level": min(place.depth, 6),
    }
