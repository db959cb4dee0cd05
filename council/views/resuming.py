"""« Reprendre une délibération » : find it, choose its annexes, then look at what may be old."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.text import fold, plural
from council.access import assemblies_to_propose_to, can_propose
from council.access_preparing import can_resume, resumable_items
from council.forms_items import FindFormerForm, ResumeForm
from council.models import AgendaItem, Assembly, ItemPassage
from council.services import resuming, reviewing
from council.services.refusals import Refusal
from council.views.fetch import item_or_404, meetings_open
from council.views.meetings import when
from documents.access import visible_documents

MOST_FOUND = 40
#: A letter and those that people write in its place.
_ALIKE = {"a": "aàâä", "c": "cç", "e": "eéèêë", "i": "iîï", "o": "oôö", "u": "uùûü", "y": "yÿ"}


def _pattern(word: str) -> str:
    """A word whatever its accents, as PostgreSQL wants it; letters and digits only."""
    letters = (f"[{_ALIKE[c]}]" if c in _ALIKE else c for c in fold(word))
    return "".join(letters)


@read_view
def former_list(request: AuthedRequest, org: str) -> HttpResponse:
    """The commune's own past deliberations, by words and year."""
    actor = request.actor
    if not assemblies_to_propose_to(actor).exists():
        require(can_propose(actor, Assembly(organisation_id=actor.organisation.pk)))
    rows = resumable_items(actor).filter(meeting__isnull=False)
    years = [day.year for day in rows.dates("meeting__starts_at", "year", order="DESC")]
    form = FindFormerForm(request.GET or None, years=years)
    words, year = form.chosen()
    for word in re.findall(r"\w+", words)[:8]:
        like = _pattern(word)
        rows = rows.filter(
            Q(title__iregex=like) | Q(proposed_text__iregex=like) | Q(act__text__iregex=like)
        )
    if year:
        rows = rows.filter(meeting__starts_at__year=year)
    found = list(
        rows.select_related("meeting", "assembly", "act__register").order_by(
            "-meeting__starts_at", "number", "pk"
        )[: MOST_FOUND + 1]
    )
    context = {
        "org": org,
        "form": form,
        "found": [_line(org, item) for item in found[:MOST_FOUND]],
        "more": len(found) > MOST_FOUND,
        "asked": bool(words or year),
    }
    return render_page(request, "council/former_list.html", context)


def _line(org: str, item: AgendaItem) -> dict[str, Any]:
    act = getattr(item, "act", None)
    said = [item.assembly.name, when(item.meeting) if item.meeting else ""]
    if act is not None and act.reference:
        said.insert(0, f"n°\u00a0{act.reference}")
    return {
        "title": item.title,
        "meta": " · ".join(one for one in said if one),
        "state": item.get_state_display(),
        "href": reverse("council:item-resume", args=[org, item.uid]),
    }


@write_view
def item_resume(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Write a past point anew: which annexes come with it, for which meeting."""
    actor = request.actor
    former = item_or_404(actor, uid)
    require(can_resume(actor, former))
    pieces = visible_documents(actor).filter(pk__in=former.pieces.values("document"))
    form = ResumeForm(
        request.POST if request.method == "POST" else None,
        pieces=pieces.order_by("title", "pk"),
        meetings=meetings_open(former.assembly, request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            item = resuming.resume_item(
                actor=actor,
                former=former,
                documents=list(form.cleaned_data.get("pieces", [])),
                meeting=form.cleaned_data["meeting"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            left = len(reviewing.left_of(item))
            said = (
                f"{plural(left, 'passage est', 'passages sont')} à revoir."
                if left
                else "Relisez-le avant de le proposer."
            )
            messages.success(request, f"Le point est repris. {said}")
            return redirect("council:item-detail", org, item.uid)
    context = {
        "form": form,
        "title": "Reprendre cette délibération",
        "intro": former.title,
        "submit": "Reprendre",
        "variant": "primary",
        "back": reverse("council:former-list", args=[org]),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/form.html", context, status=status)


@post_view
def item_review(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """These passages are still true."""
    item = item_or_404(request.actor, uid)
    try:
        seen = [UUID(one) for one in request.POST.getlist("vu")]
    except ValueError:
        raise Http404 from None
    left = reviewing.mark_seen(actor=request.actor, item=item, seen=seen, now=clock.now())
    if left:
        messages.success(request, f"Il reste {plural(len(left), 'passage')} à revoir.")
    else:
        messages.success(request, "Tout est revu.")
    return redirect(reverse("council:item-detail", args=[org, uid]) + "#a-revoir")


def review_lines(left: list[ItemPassage]) -> list[dict[str, Any]]:
    """What is still to be looked at, as the page lists it."""
    return [
        {"uid": str(row.uid), "words": row.words, "kind": row.get_kind_display()} for row in left
    ]


def former_of(request: AuthedRequest, item: AgendaItem) -> dict[str, str] | None:
    """The point that this one was taken from, when the actor may see it."""
    if item.taken_from_id is None:
        return None
    former = resumable_items(request.actor).filter(pk=item.taken_from_id).first()
    if former is None:
        return None
    href = reverse("council:item-detail", args=[request.actor.organisation.slug, former.uid])
    return {"title": former.title, "href": href}
